"""Arrows as a learner writes them: `first -> second`, on lines or with commas between."""

import itertools
import re
from collections.abc import Iterable
from typing import Any

from kitchen.errors import shorten

Arrow = tuple[str, str]
ARROW = re.compile(r"[-–—=]+>|[→⇒]")  # editors make a dash of two hyphens


def quoted(names: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{name}`" for name in names)


def arrows_of(answer: Any) -> tuple[set[Arrow], str]:
    """Return the arrows of an answer, and the first line that is none.

    Args:
        answer: Text with arrows on lines or with commas between, or a list of such texts or pairs.

    >>> sorted(arrows_of("a -> b, b -> c")[0])
    [('a', 'b'), ('b', 'c')]
    >>> sorted(arrows_of("a, b -> c")[0])
    [('a', 'c'), ('b', 'c')]
    """
    if not isinstance(answer, str | list | tuple | set):
        return set(), shorten(str(answer), 60)
    found: set[Arrow] = set()
    for part in [answer] if isinstance(answer, str) else answer:
        for line in re.split(r"[\n;]", part) if isinstance(part, str) else [part]:
            if isinstance(line, str) and not line.strip(" \t,"):
                continue
            chains = chains_in(line)
            if not chains or not all(len(names) > 1 and all(names) for names in chains):
                return set(), shorten(str(line).strip(), 60)
            # a -> b -> c is two arrows
            found |= {arrow for names in chains for arrow in itertools.pairwise(names)}
    return found, ""


def chains_in(line: Any) -> list[list[str]]:
    """Return the names along each arrow of a line; empty where it is not plain what is meant."""
    if not isinstance(line, str):
        return [[str(name) for name in line]] if isinstance(line, tuple | list) else []
    parts = [[tidy(name) for name in ARROW.split(x)] for x in line.split(",") if x.strip()]
    linked = [k for k, names in enumerate(parts) if len(names) > 1]
    if not linked:
        return []
    first, last = linked[0], linked[-1]
    before = [[*names, parts[first][1]] for names in parts[:first]]  # a, b -> c
    after = [[parts[last][-2], *names] for names in parts[last + 1 :]]  # a -> b, c
    return [*before, *parts[first : last + 1], *after]


def tidy(name: str) -> str:
    """Return a name without what stands around it: spaces, quotation marks."""
    return " ".join(name.split()).strip("`'\" ")


def shown(arrows: list[Arrow]) -> str:
    """Return a few arrows in words."""
    text = ", ".join(f"`{a} -> {b}`" for a, b in arrows[:4])
    return text + (f" and {len(arrows) - 4} more" if len(arrows) > 4 else "")
