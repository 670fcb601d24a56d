"""The notebook that `otter assign` makes an assignment of, and the limits while `otter run` marks.

Otter runs a submission without a limit on its time. A plugin, which is how Otter is extended, puts
the limits around the submission, and takes Otter's own modules anew before the tests.
"""

import hashlib
import json
import textwrap
from pathlib import Path
from typing import Any

from kitchen.classroom import limits, notebooks
from kitchen.classroom.assignment import EXAMPLE, Question, head, noted, questions, statement
from kitchen.classroom.instructor import Material

PLUGIN = "kitchen.classroom.for_otter.Limits"
TESTS = Path("tests")  # where Otter puts the tests, from the folder that it marks in

# The student's notebook needs no Otter: it has no cell of Otter's, and is handed in as it is.
CONFIG = """\
# ASSIGNMENT CONFIG
name: {name}
init_cell: false
export_cell: false
tests:
    ok_format: false
generate:
    plugins:
        - {plugin}:
            seconds: {seconds:g}
            gigabytes: {gigabytes:g}
"""
# TensorFlow's import counts against no cell: it may take long where much is marked at once.
BEFORE = """\
import kitchen
import tensorflow
from kitchen.classroom import limits

limits.memory({gigabytes})
limits.each_cell({seconds})
"""
# The cell after this one is Otter's: it runs all tests that were not run yet.
AFTER = """\
import sys

for name in [x for x in sys.modules if x.partition(".")[0] == "otter"]:
    del sys.modules[name]
import IPython

IPython.get_ipython().events.callbacks["pre_run_cell"].clear()
from otter.execute import Checker

Checker.enable_tracking()
"""


def source(material: Material, title: str, *, personal: bool = False) -> Any:
    """Return the notebook for `otter assign`.

    Args:
        material: The instructor's file.
        title: What the assignment is called.
        personal: Whether each student has variants, after the cell that assigns `student`.
    """
    words = {"seconds": limits.SECONDS, "gigabytes": limits.MEMORY, "plugin": PLUGIN}
    cells = [notebooks.raw(CONFIG.format(name=json.dumps(title), **words)), *head(title, personal)]
    for question in questions(material, EXAMPLE if personal else None):
        cells += asked(question, personal)
    return notebooks.notebook(cells)


def asked(question: Question, personal: bool) -> list[Any]:
    """Return the cells of one question."""
    blank, answer = question.blank, question.answer
    solved = f"{blank}\n# BEGIN SOLUTION NO PROMPT\n{answer}\n# END SOLUTION"
    student = 'str(env.get("student", ""))' if personal else "None"
    test = (
        f"# HIDDEN\ndef test_{question.name}(env):\n"
        f"{textwrap.indent(question.test, '    ')}\n"
        f"    hidden_test(env.get({question.variable!r}), {student})"
    )
    return [
        notebooks.raw(
            f"# BEGIN QUESTION\nname: {question.name}\npoints: {question.worth}\ncheck_cell: false"
        ),
        statement(question),
        notebooks.raw("# BEGIN SOLUTION"),
        notebooks.code(solved, **noted("answer", question.task.key)),
        notebooks.raw("# END SOLUTION"),
        notebooks.raw("# BEGIN TESTS"),
        notebooks.code(test),
        notebooks.raw("# END TESTS"),
        notebooks.raw("# END QUESTION"),
    ]


class Limits:
    """What Otter calls while it marks a submission, as it calls any plugin.

    Args:
        submission: The submission's file.
        about: What the platform says of it.
        config: `seconds` for a cell and `gigabytes` for the kernel.
    """

    def __init__(self, submission: str, about: Any, config: dict[str, float]):
        self.config = config
        self.tests = ""

    def before_execution(self, submission: Any) -> Any:
        """Return the submission with the limits before its first cell."""
        self.tests = digest(TESTS)
        if not hasattr(submission, "cells"):  # a script
            return submission
        before, after = notebooks.code(BEFORE.format(**self.config)), notebooks.code(AFTER)
        submission.cells = [before, *submission.cells, after]
        return submission

    def after_grading(self, results: Any) -> None:
        """Give no points where the submission has changed the tests on the disk."""
        if digest(TESTS) != self.tests:
            for name in results.test_files:
                results.update_score(name, 0)


def digest(folder: Path) -> str:
    """Return a hash of the files in a folder and their names."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
