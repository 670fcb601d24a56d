"""The exercises and the questions of each lesson, a file a lesson."""

import importlib
import pkgutil
from typing import Any

from kitchen.errors import KitchenError, shorten


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises or questions, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(name.removeprefix("lesson_") for name in names)


def parts(lesson: str, kind: str) -> dict[str, Any]:
    """Return a lesson's exercises or questions by their keys.

    Args:
        lesson: Its number, such as `"03"`.
        kind: "TASKS" or "QUESTIONS".
    """
    module = importlib.import_module(f"{__name__}.lesson_{lesson}")
    return {part.key: part for part in getattr(module, kind, ())}


def find(key: Any, kind: str) -> Any:
    """Return the exercise or question of a key.

    Raises:
        KitchenError: There is none.
    """
    lesson = str(key).partition(".")[0]
    known = parts(lesson, kind) if lesson in lessons() else {}
    if key not in known:
        noun = "exercise" if kind == "TASKS" else "question"
        every = known or [one for x in lessons() for one in parts(x, kind)]
        raise KitchenError(
            f"There is no such {noun}.",
            received=shorten(repr(key), 80),
            fix=f"They are {', '.join(every)}.",
        )
    return known[key]
