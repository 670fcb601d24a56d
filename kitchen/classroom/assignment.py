"""An assignment out of an instructor's file: what is common to all graders."""

import base64
import re
from dataclasses import dataclass, replace
from typing import Any

from kitchen.classroom import notebooks
from kitchen.classroom.answers import answered
from kitchen.classroom.instructor import Material, seed_of
from kitchen.errors import KitchenError
from kitchen.teaching.task import Task

SETUP = "import kitchen\nimport numpy as np\nimport tensorflow as tf\n\nlayers = tf.keras.layers"
WHO = 'student = "{student}"  # your id in this course: it decides the numbers of your exercises'
EXAMPLE = "example"  # the student of the notebook that personal copies are made from
ROLE, KEY = "role", "key"  # in our notes on a cell


@dataclass(frozen=True)
class Question:
    """An exercise of an assignment.

    Args:
        task: The exercise.
        name: What a grader calls it, in letters, digits and underscores.
        points: What it is worth.
        variable: What its cell assigns the answer to.
    """

    task: Task
    name: str
    points: float
    variable: str

    @property
    def worth(self) -> float | int:
        """The points, as a whole number where they are one."""
        return int(self.points) if self.points.is_integer() else self.points

    @property
    def blank(self) -> str:
        """The code of its cell that is not filled in."""
        return self.task.fill(self.task.blank).strip()

    @property
    def answer(self) -> str:
        """The code of its cell with our answer."""
        return answered(self.task)


def questions(material: Material, student: str | None = None) -> list[Question]:
    """Return the exercises of an instructor's file as the questions of an assignment.

    Args:
        material: The instructor's file.
        student: Whose variants they are; `None` for those in the file.

    Raises:
        KitchenError: Two have one name, or assign to one variable: a later answer would be taken
            for an earlier one.
    """
    found: list[Question] = []
    for task in material.tasks:
        if student is not None:
            task = replace(task, seed=seed_of(student))
        name = re.sub(r"[^A-Za-z0-9]", "_", task.key)
        found.append(Question(task, name, material.points[task.key], task.variable))
    for what in ("name", "variable"):
        values = [getattr(question, what) for question in found]
        twice = next((x for x in values if values.count(x) > 1 or not x), None)
        if twice is not None:
            keys = [one.task.key for one in found if getattr(one, what) == twice]
            raise KitchenError(
                f"Each exercise needs a {what} of its own; here {' and '.join(keys)} have one.",
                received=repr(twice),
                fix="Change the first line of a `blank`." if what == "variable" else None,
            )
    return found


def head(title: str, personal: bool) -> list[Any]:
    """Return the cells at the top of an assignment.

    Args:
        title: What it is called.
        personal: Whether each student has variants of their own.
    """
    text = (
        f"# {title}\n\nWork in the cells below each exercise, and keep the names that they assign. "
        "Then run the whole notebook from the top, save it, and hand in this file."
    )
    cells = [notebooks.markdown(text)]
    if personal:
        cells.append(notebooks.code(WHO.format(student=EXAMPLE), **noted("student")))
    return [*cells, notebooks.code(SETUP)]


def statement(question: Question) -> Any:
    """Return the cell that says what to do."""
    cell = notebooks.markdown("", **noted("statement", question.task.key))
    stated(cell, question)
    return cell


def stated(cell: Any, question: Question) -> None:
    """Put an exercise's text, and the picture that belongs to it, into a cell."""
    task, worth = question.task, question.worth
    points = "1 point" if worth == 1 else f"{worth:g} points"
    cell.source = f"## {task.key} {task.title} ({points})\n\n{task.statement()}"
    if getattr(task, "pictured", False):
        from kitchen.views.drawing import draw

        drawing = draw(task.ours.model)  # type: ignore[attr-defined]
        words = re.sub(r"[\[\]\s]+", " ", drawing.text)
        cell.source += f"\n\n![{words}](attachment:network.png)"
        cell.attachments = {
            "network.png": {"image/png": base64.b64encode(drawing.png).decode("ascii")}
        }


def noted(role: str, key: str = "") -> dict[str, Any]:
    """Return our notes on a cell, which a grader keeps in what students get."""
    return {notebooks.OURS: {ROLE: role, **({KEY: key} if key else {})}}
