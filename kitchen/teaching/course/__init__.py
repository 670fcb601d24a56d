"""The exercises of each lesson, a file a lesson."""

import importlib
import pkgutil
from typing import Any

from kitchen.errors import KitchenError, shorten
from kitchen.teaching.task import Task


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(name.removeprefix("lesson_") for name in names)


def tasks(lesson: str) -> dict[str, Task]:
    """Return a lesson's exercises by their keys.

    Args:
        lesson: Its number, such as `"03"`.
    """
    module = importlib.import_module(f"{__name__}.lesson_{lesson}")
    return {task.key: task for task in module.TASKS}


def find(key: Any) -> Task:
    """Return the exercise of a key.

    Raises:
        KitchenError: There is none.
    """
    lesson = str(key).partition(".")[0]
    known = tasks(lesson) if lesson in lessons() else {}
    if key not in known:
        every = known or [one for x in lessons() for one in tasks(x)]
        raise KitchenError(
            "There is no such exercise.",
            received=shorten(repr(key), 80),
            fix=f"They are {', '.join(every)}.",
        )
    return known[key]
