"""What nbgrader makes an assignment of: the source notebook, and the settings of the course.

nbgrader ends a cell that takes too long by itself; its settings say when. It has no limit on
memory, but passes words on to the kernel, and so the kernel sets one as it starts.
"""

from typing import Any

from kitchen.classroom import limits, notebooks
from kitchen.classroom.assignment import EXAMPLE, Question, head, noted, questions, statement
from kitchen.classroom.instructor import Material

TAG = "hidden-test"
SETTINGS = '''\
"""nbgrader's settings for an assignment of Keras Kitchen."""

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, TagRemovePreprocessor
from nbgrader.preprocessors import GetGrades

c = get_config()  # noqa: F821 - nbgrader gives it

c.ClearSolutions.code_stub = {{"python": ""}}  # the line with the blank stays as it is
c.OverwriteCells.add_missing_cells = True  # a test that was deleted is put back
c.Execute.timeout = {seconds}  # seconds for a cell
c.Execute.startup_timeout = 300  # seconds for the kernel, which imports TensorFlow as it starts
c.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--IPKernelApp.exec_lines=import kitchen, tensorflow",
    "--IPKernelApp.exec_lines=from kitchen.classroom import limits; limits.memory({gigabytes:g})",
]
# Feedback shows what a hidden test says, and not its code, which holds the solutions.
c.GenerateFeedback.preprocessors = [
    GetGrades,
    CSSHTMLHeaderPreprocessor,
    TagRemovePreprocessor,
]
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_input_tags = {{"{tag}"}}
'''
HIDDEN = """\
# This exercise is checked here when your work is marked.
### BEGIN HIDDEN TESTS
{test}
import os

hidden_test(globals().get({variable!r}), {student})
### END HIDDEN TESTS"""
# nbgrader marks each submission in a folder that has the student's name.
FOLDER = "os.path.basename(os.path.dirname(os.getcwd()))"


def settings() -> str:
    """Return the text of a course's `nbgrader_config.py`."""
    return SETTINGS.format(seconds=int(limits.SECONDS), gigabytes=limits.MEMORY, tag=TAG)


def source(material: Material, title: str, *, personal: bool = False) -> Any:
    """Return the notebook for `nbgrader generate_assignment`.

    Args:
        material: The instructor's file.
        title: What the assignment is called.
        personal: Whether each student has variants; the test knows the student by the folder.
    """
    cells = head(title, personal)
    for question in questions(material, EXAMPLE if personal else None):
        cells += asked(question, personal)
    return notebooks.notebook(cells)


def asked(question: Question, personal: bool) -> list[Any]:
    """Return the cells of one question."""
    solved = f"{question.blank}\n### BEGIN SOLUTION\n{question.answer}\n### END SOLUTION"
    test = HIDDEN.format(
        test=question.test,
        variable=question.variable,
        student=FOLDER if personal else None,
    )
    answer = graded(question.name, solution=True)
    tested = graded(f"{question.name}_test", points=question.worth)
    return [
        statement(question),
        notebooks.code(solved, nbgrader=answer, **noted("answer", question.task.key)),
        notebooks.code(test, nbgrader=tested, tags=[TAG]),
    ]


def graded(name: str, *, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    """Return nbgrader's own notes on a cell: it is for an answer, or it is a test with points."""
    notes = {
        "schema_version": 3,
        "cell_type": "code",
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
    }
    return notes if points is None else {**notes, "points": points}
