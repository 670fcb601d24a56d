"""What nbgrader makes an assignment of: the source notebook, and the settings of the course.

The settings let `Judge` mark the exercises, and nbgrader run the rest. nbgrader ends a cell that
takes too long by itself; its settings say when. It has no limit on memory, but passes words on to
the kernel, and so the kernel sets one as it starts.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kitchen.classroom import instructor, judging, limits, notebooks, submissions
from kitchen.classroom.assignment import EXAMPLE, Question, head, noted, questions, statement
from kitchen.classroom.instructor import Material

TAG = "hidden-test"
SKIPS = "skip-execution"  # nbclient does not run a cell with this tag
SETTINGS = '''\
"""nbgrader's settings for an assignment of Keras Kitchen."""

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, TagRemovePreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import GetGrades

from kitchen.classroom.for_nbgrader import Judge

c = get_config()  # noqa: F821 - nbgrader gives it

c.ClearSolutions.code_stub = {{"python": ""}}  # the line with the blank stays as it is
c.OverwriteCells.add_missing_cells = True  # a test that was deleted is put back
# The Judge marks the exercises in processes of their own: seconds of processor time for an answer.
# nbgrader reads this file twice: the list is given whole, as an `insert` would be done twice.
c.Autograde.autograde_preprocessors = [
    Judge(seconds={seconds}, gigabytes={gigabytes:g}),
    *Autograde.autograde_preprocessors.default(),
]
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
# What `Judge` reads. Where the settings of a course lack it, nobody gets a point.
HIDDEN = """\
# This exercise is checked here when your work is marked.
### BEGIN HIDDEN TESTS
exercise = {key!r}
personal = {personal!r}
instructor = (
{code}
)
raise RuntimeError("nbgrader_config.py lacks the Judge of Keras Kitchen, which marks this.")
### END HIDDEN TESTS"""


def settings() -> str:
    """Return the text of a course's `nbgrader_config.py`."""
    return SETTINGS.format(seconds=int(limits.SECONDS), gigabytes=limits.MEMORY, tag=TAG)


def source(material: Material, title: str, *, personal: bool = False) -> Any:
    """Return the notebook for `nbgrader generate_assignment`.

    Args:
        material: The instructor's file.
        title: What the assignment is called.
        personal: Whether each student has variants; the student is who nbgrader says it is.
    """
    cells = head(title, personal)
    for question in questions(material, EXAMPLE if personal else None):
        cells += asked(question, material.code, personal)
    return notebooks.notebook(cells)


def asked(question: Question, code: str, personal: bool) -> list[Any]:
    """Return the cells of one question.

    Args:
        question: The question.
        code: The instructor's file that it is from.
        personal: Whether each student has variants.
    """
    solved = f"{question.blank}\n### BEGIN SOLUTION\n{question.answer}\n### END SOLUTION"
    lines = "\n".join(f"    {line!r}" for line in code.splitlines(keepends=True))
    test = HIDDEN.format(key=question.task.key, personal=personal, code=lines)
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


@dataclass(frozen=True)
class Judge:
    """What nbgrader calls before it runs a submission, as it calls any preprocessor.

    nbgrader has put its own text back into each test by then. It reads the points from what a
    test's cell shows, so the verdict is put there, and the cell is not run.

    Args:
        seconds: Of processor time, for an answer.
        gigabytes: In GiB, for an answer.
    """

    seconds: float
    gigabytes: float

    def __call__(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the verdicts, and the resources as they are."""
        tests = [(cell, given(cell)) for cell in notebook.cells]
        cells = [*submissions.cells({"cells": [cell for cell, test in tests if not test]})]
        student = str(resources["nbgrader"]["student"])
        asked: dict[tuple[str, bool], list[str]] = defaultdict(list)  # one file, so one marking
        for _, test in tests:
            if test:
                asked[test["instructor"], test["personal"]].append(test["exercise"])
        words: dict[str, str] = {}
        for (code, personal), keys in asked.items():
            words |= judging.verdicts(
                cells,
                instructor.material(code, "the instructor's file"),
                student if personal else None,
                judging.limited(self.seconds, self.gigabytes),
                keys,
            )
        for cell, test in tests:
            if test:
                show(cell, words[test["exercise"]])
        return notebook, resources


def given(cell: Any) -> dict[str, Any]:
    """Return what a test of ours holds; nothing of any other cell.

    nbgrader takes the id from a cell that it does not know, and its own text is in each that is
    locked. What a student has made look like a test is none.
    """
    notes = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not all(map(notes.get, ("grade", "grade_id", "locked"))):
        return {}
    try:
        lines = ast.parse(cell.source).body
    except (SyntaxError, ValueError):
        return {}
    found = {}
    for line in lines:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            found[ast.unparse(line.targets[0])] = line.value.value
    return found if {"exercise", "personal", "instructor"} <= set(found) else {}


def show(cell: Any, words: str) -> None:
    """Put a verdict into the cell of a test, which is not run and whose code no feedback shows."""
    cell.metadata["tags"] = [TAG, SKIPS]
    cell.outputs = []
    if words:
        error = {"ename": "NotRight", "evalue": words, "traceback": [words]}
        cell.outputs = [notebooks.nbformat().v4.new_output("error", **error)]
