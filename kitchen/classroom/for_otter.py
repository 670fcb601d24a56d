"""The notebook that `otter assign` makes an assignment of, and what marks it in `otter run`.

Otter runs its tests in the kernel that has run the submission. A plugin, which is how Otter is
extended, marks the submission in processes of its own before that, and hands the kernel nothing but
what it found: no line of the submission runs there.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from kitchen.classroom import instructor, judging, limits, notebooks, submissions
from kitchen.classroom.assignment import EXAMPLE, Question, head, noted, questions, statement
from kitchen.classroom.instructor import Material

PLUGIN = "kitchen.classroom.for_otter.Judge"
TESTS = Path("tests")  # where Otter puts the tests, from the folder that it marks in
VERDICTS = "keras_kitchen_verdicts"

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
            personal: {personal}
            instructor: {instructor}
"""
TEST = """\
# HIDDEN
def test_{name}(env):
    unmarked = "The plugin of Keras Kitchen did not mark this."
    said = env.get({verdicts!r}, {{}}).get({key!r}, unmarked)
    assert not said, said"""


def source(material: Material, title: str, *, personal: bool = False) -> Any:
    """Return the notebook for `otter assign`.

    Args:
        material: The instructor's file.
        title: What the assignment is called.
        personal: Whether each student has variants, after the cell that assigns `student`.
    """
    config = CONFIG.format(
        name=json.dumps(title),
        plugin=PLUGIN,
        seconds=limits.SECONDS,
        gigabytes=limits.MEMORY,
        personal=json.dumps(personal),
        instructor=base64.b64encode(material.code.encode()).decode("ascii"),
    )
    cells = [notebooks.raw(config), *head(title, personal)]
    for question in questions(material, EXAMPLE if personal else None):
        cells += asked(question)
    return notebooks.notebook(cells)


def asked(question: Question) -> list[Any]:
    """Return the cells of one question."""
    blank, answer, key = question.blank, question.answer, question.task.key
    solved = f"{blank}\n# BEGIN SOLUTION NO PROMPT\n{answer}\n# END SOLUTION"
    return [
        notebooks.raw(
            f"# BEGIN QUESTION\nname: {question.name}\npoints: {question.worth}\ncheck_cell: false"
        ),
        statement(question),
        notebooks.raw("# BEGIN SOLUTION"),
        notebooks.code(solved, **noted("answer", key)),
        notebooks.raw("# END SOLUTION"),
        notebooks.raw("# BEGIN TESTS"),
        notebooks.code(TEST.format(name=question.name, key=key, verdicts=VERDICTS)),
        notebooks.raw("# END TESTS"),
        notebooks.raw("# END QUESTION"),
    ]


class Judge:
    """What Otter calls while it marks a submission, as it calls any plugin.

    Args:
        submission: The submission's file.
        about: What the platform says of it.
        config: `seconds` of processor time and `gigabytes` for an answer, the text of the
            `instructor`'s file in Base64, and whether the variants are `personal`.
    """

    def __init__(self, submission: str, about: Any, config: dict[str, Any]):
        self.config = config
        self.tests = ""

    def before_execution(self, submission: Any) -> Any:
        """Return the notebook with the verdicts in place of what the student wrote."""
        self.tests = digest(TESTS)
        code = base64.b64decode(self.config["instructor"]).decode()
        cells = [*submissions.cells(submission)]
        words = judging.verdicts(
            cells,
            instructor.material(code, "the instructor's file"),
            judging.student_in(cells) if self.config["personal"] else None,
            judging.limited(self.config["seconds"], self.config["gigabytes"]),
        )
        submission.cells = [notebooks.code(f"{VERDICTS} = {words!r}")]
        return submission

    def after_grading(self, results: Any) -> None:
        """Give no points where what was marked has changed the tests on the disk."""
        if digest(TESTS) != self.tests:
            for name in results.test_files:
                results.update_score(name, 0)


def digest(folder: Path) -> str:
    """Return a hash of the files in a folder and their names."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
