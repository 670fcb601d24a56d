"""Arrows as a learner writes them: `first -> second`, a line each."""

import itertools
import re
from collections.abc import Iterable
from typing import Any

from kitchen.errors import shorten

Arrow = tuple[str, str]


def quoted(names: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def arrows_of(answer: Any) -> tuple[set[Arrow], str]:
    """Return the arrows of an answer, and the first line that is none."""
    if isinstance(answer, str):
        lines: list[Any] = [line for line in re.split(r"[\n,;]", answer) if line.strip()]
    elif isinstance(answer, list | tuple | set):
        lines = list(answer)
    else:
        return set(), shorten(str(answer), 60)
    found = set()
    for line in lines:
        parts = line
        if isinstance(line, str):
            parts = [" ".join(part.split()) for part in re.split(r"-+>|→", line)]
        if not isinstance(parts, tuple | list) or len(parts) < 2 or not all(parts):
            return set(), str(line).strip()
        names = [str(part) for part in parts]
        found |= set(itertools.pairwise(names))  # a -> b -> c is two arrows
    return found, ""


def shown(arrows: list[Arrow]) -> str:
    """Return a few arrows in words."""
    text = ", ".join(f"`{a} -> {b}`" for a, b in arrows[:4])
    return text + (f" and {len(arrows) - 4} more" if len(arrows) > 4 else "")
