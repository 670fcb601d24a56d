"""A lesson for students, without what gives answers away, and a lesson with our answers in it."""

import copy
import re
from typing import Any

from kitchen.classroom.answers import answered
from kitchen.errors import KitchenError
from kitchen.teaching import course

CHECK = re.compile(r'^kitchen\.exercise\("(\d\d\.\d)"\)\.check\(\w+\)$', re.MULTILINE)
SOLUTION = re.compile(
    r"\n*<details>\s*<summary>\s*(?:Answer|Fix)\s*</summary>.*?</details>[ \t]*", re.DOTALL
)


def for_students(lesson: Any) -> Any:
    """Return a lesson without its answers and fixes, without any output, and with blank exercises.

    Args:
        lesson: The notebook; it stays as it is.

    Raises:
        KitchenError: There is no exercise in it, or one that is not of the course.
    """
    made = copy.deepcopy(lesson)
    blanks = {place: task.fill(task.blank).strip() for place, task in exercises(made).items()}
    for place, cell in enumerate(made.cells):
        if cell.cell_type == "markdown":
            cell.source = SOLUTION.sub("", cell.source)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if place in blanks:
            cell.source = before_check(cell, blanks[place])
    return made


def with_solutions(lesson: Any) -> Any:
    """Return a lesson whose exercises have our answers; they were not run, so show no output.

    Args:
        lesson: The notebook; it stays as it is.

    Raises:
        KitchenError: As for `for_students`.
    """
    made = copy.deepcopy(lesson)
    for place, task in exercises(made).items():
        cell = made.cells[place]
        cell.source = before_check(cell, answered(task))
        cell.outputs, cell.execution_count = [], None
    return made


def exercises(lesson: Any) -> dict[int, Any]:
    """Return the exercises of a lesson by the places of the cells that check them.

    Raises:
        KitchenError: There is none, or one that is not of the course.
    """
    found = {}
    for place, cell in enumerate(lesson.cells):
        key = CHECK.search(cell.source) if cell.cell_type == "code" else None
        if key:
            found[place] = course.find(key[1])
    if not found:
        raise KitchenError(
            "There is no exercise in this notebook.",
            fix="Name a lesson, such as lessons/03_shared_layer.ipynb.",
        )
    return found


def before_check(cell: Any, answer: str) -> str:
    """Return the source of an exercise's cell with an answer in place of the one there."""
    check = CHECK.search(cell.source)
    return f"{answer}\n\n{check[0]}" if check else answer
