"""Mark a submission for a grader, in processes apart from the kernel that the grader runs it in.

nbgrader and Otter run their tests in the kernel that has run the submission. There a submission
decides what is run after it, so no test in it can be trusted. What is said here comes from outside:
the marking of `marking`, which hands over an answer as data and judges it elsewhere.
"""

import ast
from collections.abc import Sequence

from kitchen.classroom import grading
from kitchen.classroom.confined import Limits
from kitchen.classroom.instructor import Material
from kitchen.classroom.marking import Mark
from kitchen.classroom.slicing import Cell
from kitchen.classroom.submissions import Notebook, Submission
from kitchen.teaching.feedback import STARTS

STARTS_OF = {str(state): start for state, start in STARTS.items()} | {
    "over time": "It takes too long",
    "over memory": "It takes too much memory",
    "to look at": "Your teacher has to look at it",
    "missing": "No cell gives an answer",
}
NAMELESS = "There is no id in the cell that assigns `student`."


def limited(seconds: float, gigabytes: float) -> Limits:
    """Return the limits of one answer.

    Args:
        seconds: Of processor time.
        gigabytes: In GiB.
    """
    return Limits(int(seconds), int(gigabytes * 2**30))


def verdicts(
    cells: Sequence[Cell],
    material: Material,
    student: str | None,
    limits: Limits,
    keys: Sequence[str] = (),
) -> dict[str, str]:
    """Return what is to be said of each exercise of a submission: nothing of a right answer.

    Args:
        cells: The notebook's code cells.
        material: The instructor's file.
        student: Whose variants they are; `None` for those in the file.
        limits: What the code of one answer may take.
        keys: Some of the exercises; all of them by default.

    Returns:
        The words, by the exercises' keys.

    Raises:
        KitchenError: No process can be started.
    """
    questions = grading.of_instructor(material, keys)
    if student is not None and not student.strip():
        return {question.task.key: NAMELESS for question in questions}
    submission = Submission(student or "", (Notebook("", tuple(cells)),))
    entries = grading.grade([submission], questions, personal=student is not None, limits=limits)
    return {entry.key: said(entry.mark) for entry in entries}


def said(mark: Mark) -> str:
    """Return why an answer gets no points; nothing for a right one.

    >>> said(Mark("right")), said(Mark("over time")), said(Mark("runs, but", "no bias."))
    ('', 'It takes too long.', 'Not quite: no bias.')
    """
    if mark.state == "right":
        return ""
    start = STARTS_OF[mark.state]
    return f"{start}: {mark.text}" if mark.text else f"{start}."


def student_in(cells: Sequence[Cell]) -> str:
    """Return the text that a notebook assigns to `student`; empty where it assigns none.

    >>> student_in([Cell('student = "anna"  # your id')])
    'anna'
    """
    found = ""
    for node in (node for cell in cells for node in cell.walk()):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            if "student" in {x.id for x in node.targets if isinstance(x, ast.Name)}:
                found = str(node.value.value)
    return found
