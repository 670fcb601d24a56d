"""Exercises and questions lie in a package with a file a lesson: what is in it, by its keys."""

import importlib
import pkgutil
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from kitchen.errors import KitchenError, shorten


@dataclass(frozen=True)
class ByLesson:
    """What the files of a package hold: `lesson_03.py` for lesson 03, `lesson_a1.py` for A1.

    Args:
        package: The package.
        holder: The name that each file gives to what it holds, such as `"TASKS"`.
        noun: What one of them is called in an error.
    """

    package: ModuleType
    holder: str
    noun: str

    def lessons(self) -> tuple[str, ...]:
        """Return the numbers of the lessons that have a file, in order."""
        names = sorted(module.name for module in pkgutil.iter_modules(self.package.__path__))
        return tuple(name.removeprefix("lesson_").upper() for name in names)

    def of(self, lesson: str) -> dict[str, Any]:
        """Return what a lesson's file holds, by its keys.

        Args:
            lesson: Its number, such as `"03"` or `"A1"`.
        """
        module = importlib.import_module(f"{self.package.__name__}.lesson_{lesson.lower()}")
        return {one.key: one for one in getattr(module, self.holder)}

    def find(self, key: Any) -> Any:
        """Return what has this key.

        Raises:
            KitchenError: There is none.
        """
        lesson = str(key).partition(".")[0]
        known = self.of(lesson) if lesson in self.lessons() else {}
        if key not in known:
            every = known or [one for x in self.lessons() for one in self.of(x)]
            raise KitchenError(
                f"There is no such {self.noun}.",
                received=shorten(repr(key), 80),
                fix=f"They are {', '.join(every)}.",
            )
        return known[key]
