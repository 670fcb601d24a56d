"""The questions that lessons ask before they show a result, a file a lesson."""

import importlib
import pkgutil
from typing import Any

from kitchen.errors import KitchenError, shorten
from kitchen.teaching.question import Question


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that ask questions, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(name.removeprefix("lesson_") for name in names)


def questions(lesson: str) -> dict[str, Question]:
    """Return a lesson's questions by their keys.

    Args:
        lesson: Its number, such as `"03"`.
    """
    module = importlib.import_module(f"{__name__}.lesson_{lesson}")
    return {question.key: question for question in module.QUESTIONS}


def find(key: Any) -> Question:
    """Return the question of a key.

    Raises:
        KitchenError: There is none.
    """
    lesson = str(key).partition(".")[0]
    known = questions(lesson) if lesson in lessons() else {}
    if key not in known:
        every = known or [one for x in lessons() for one in questions(x)]
        raise KitchenError(
            "There is no such question.",
            received=shorten(repr(key), 80),
            fix=f"They are {', '.join(every)}.",
        )
    return known[key]
