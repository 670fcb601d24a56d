"""The instructor's own file of exercises, which stays with the instructor, and its variants."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitchen.errors import KitchenError, in_a_line
from kitchen.teaching.task import Task

FORM = "Write TASKS = (Build(...), Pair(...)), as kitchen/teaching/course/lesson_03.py does."


@dataclass(frozen=True)
class Material:
    """What an instructor's file holds.

    Args:
        tasks: The exercises, in the file's order.
        points: What each is worth, by its key.
        code: The file itself.
    """

    tasks: tuple[Task, ...]
    points: Mapping[str, float]
    code: str


def load(path: Path) -> tuple[Task, ...]:
    """Run an instructor's file and return its exercises.

    The file is Python and runs with all that its reader may do: it is for files of one's own.

    Args:
        path: A file that defines `TASKS`, a tuple or list of exercises.

    Returns:
        The exercises, in the file's order.

    Raises:
        KitchenError: It is missing, it does not run, it has no `TASKS`, something in there is no
            exercise, or two have one key.
    """
    return read(path).tasks


def read(path: Path) -> Material:
    """Run an instructor's file and return all that it holds.

    Args:
        path: A file that defines `TASKS`, and may define `POINTS`, from keys to numbers.

    Raises:
        KitchenError: As for `load`, or the points are of no exercise, or no numbers.
    """
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise KitchenError(
            f"The instructor's file cannot be read: {reason}.",
            received=repr(str(path)),
            fix="Name the Python file that defines TASKS.",
        ) from None
    return material(code, str(path))


def material(code: str, name: str) -> Material:
    """Run the code of an instructor's file and return all that it holds.

    Args:
        code: The code.
        name: What an error calls the file.

    Raises:
        KitchenError: As for `read`.
    """
    # A name of its own: the file must not take itself for the program that runs.
    namespace: dict[str, Any] = {"__name__": "instructor", "__file__": name}
    try:
        exec(compile(code, name, "exec"), namespace)  # noqa: S102 - the teacher's own file
    except (Exception, SystemExit) as error:
        ended = isinstance(error, SystemExit)
        what = "it ends the program" if ended else in_a_line(error).rstrip(".")  # type: ignore[arg-type]
        raise KitchenError(
            f"The instructor's file does not run: {what}.", received=repr(name)
        ) from error
    tasks = checked(namespace.get("TASKS"), name)
    return Material(tasks, weighed(namespace.get("POINTS", {}), tasks), code)


def checked(tasks: Any, name: str) -> tuple[Task, ...]:
    """Return the exercises of a file.

    Raises:
        KitchenError: They are none, or something else, or two have one key.
    """
    if not isinstance(tasks, tuple | list) or not tasks:
        raise KitchenError(
            "The instructor's file defines no exercises: it has no TASKS, or they are empty.",
            received=repr(name),
            fix=FORM,
        )
    seen = set()
    for place, task in enumerate(tasks, 1):
        if not isinstance(task, Task):
            raise KitchenError(
                f"Number {place} of the TASKS is no exercise.",
                received=f"a {type(task).__name__}",
                fix=FORM,
            )
        if task.key in seen:
            raise KitchenError(
                "Two of the TASKS have one key.",
                received=repr(task.key),
                fix="Give each a key of its own.",
            )
        seen.add(task.key)
    return tuple(tasks)


def weighed(points: Any, tasks: tuple[Task, ...]) -> dict[str, float]:
    """Return what each exercise is worth: 1 where the file says nothing.

    Raises:
        KitchenError: The points are of no exercise, or no numbers.
    """
    known = {task.key: 1.0 for task in tasks}
    if not isinstance(points, Mapping) or not set(points) <= set(known):
        raise KitchenError(
            "POINTS gives numbers to keys of the TASKS.",
            received=repr(points),
            fix=f"The keys are {', '.join(known)}.",
        )
    for key, worth in points.items():
        if isinstance(worth, bool) or not isinstance(worth, int | float) or not 0 < worth < 1e6:
            raise KitchenError(f"The points of {key} are a positive number.", received=repr(worth))
        known[key] = float(worth)
    return known


def seed_of(student: str) -> int:
    """Return the number that decides a student's variants: the same one everywhere and always.

    Args:
        student: Whatever names the student to the class; spaces around it do not count.

    >>> seed_of("anna") == seed_of(" anna "), seed_of("anna") == seed_of("ben")
    (True, False)
    """
    return int.from_bytes(hashlib.sha256(student.strip().encode()).digest()[:6], "big")
