"""Submissions of the example assignment, by what they are, with the marks that they deserve."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from kitchen.classroom.answers import answered
from kitchen.classroom.instructor import load, seed_of
from kitchen.classroom.notebooks import OURS
from kitchen.teaching.task import Task

EXAMPLE = Path(__file__).with_name("instructor_example.py")
POINTS = {"T.1": 1, "T.2": 2, "T.3": 4, "T.4": 8, "T.5": 16}  # any sum says which are right
LIMIT = 12  # seconds for a cell, in these tests

WRONG = {
    "T.1": "counts = (1, 2)",
    "T.2": 'arrows = "x -> change"',
    "T.3": "my_skip = tf.keras.Sequential([tf.keras.Input((6,)), layers.Dense(3)])",
    "T.4": 'order = "A"',
    "T.5": 'missing = "x"',
}
TROUBLE = {  # before right answers, which are never reached
    "T.2": "1 // 0\n",
    "T.3": "import time\nwhile True:\n    try:\n        time.sleep(0.01)\n"
    "    except Exception:\n        pass\n",
    "T.4": "hold = np.ones(10 * 2**30 // 8)\n",
}
# What somebody may try who knows how the checks and the graders work.
IN_MEMORY = """
import kitchen.classroom.judging
import kitchen.teaching.exercises
from kitchen.teaching import feedback, kinds

always = feedback.Feedback("right", "")
kitchen.exercise = lambda *words, **more: always
for kind in (kinds.Pair, kinds.Arrows, kinds.Build):
    kind.check = lambda self, answer: always
kitchen.classroom.judging.verdicts = lambda *words: {}
feedback.Feedback.__bool__ = lambda self: True
"""
ON_DISK = """
from pathlib import Path

place = Path("kitchen/classroom")
place.mkdir(parents=True)
for folder in (place, place.parent):
    (folder / "__init__.py").touch()
(place / "judging.py").write_text("def verdicts(*words): return {}")
"""
OTTERS_OWN = """
from otter.execute import Checker
from otter.test_files.exception_test import test_case

test_case.call_func = lambda self, env: None
Checker.check_if_not_already_checked = classmethod(lambda cls, *words, **more: None)
"""
# IPython shows each cell that is to run to functions that may change it. A cell of which nothing is
# left raises nothing: nbgrader gives all its points.
IN_THE_SHELL = """
get_ipython().input_transformers_cleanup.append(lambda lines: [])
"""
# Otter needs its last cell; what a plugin adds before it can be dropped.
IN_OTTERS_SHELL = """
get_ipython().input_transformers_cleanup.append(
    lambda lines: [] if any("sys.modules" in line for line in lines) else lines
)
"""
SKIPS = "skip-execution"  # a cell with this tag is not run by what both graders use


def tasks(student: str | None = None) -> dict[str, Task]:
    """The exercises, in a student's variants where one is named."""
    seed = None if student is None else seed_of(student)
    return {task.key: replace(task, seed=seed) for task in load(EXAMPLE)}


def cells(notebook: Any) -> dict[str, Any]:
    """The cells of answers by the keys of their exercises."""
    notes = ((cell, cell.metadata.get(OURS, {})) for cell in notebook.cells)
    return {note["key"]: cell for cell, note in notes if note.get("role") == "answer"}


def right(handed_out: Any, student: str | None = None) -> Any:
    """A student's notebook with the right answers."""
    made = copy.deepcopy(handed_out)
    for key, task in tasks(student).items():
        cells(made)[key].source = answered(task)
    return made


def mixed(handed_out: Any, student: str | None = None) -> Any:
    """One wrong answer; cells that raise, never end, and ask for 10 GB; one right answer."""
    made = right(handed_out, student)
    for key, code in TROUBLE.items():
        cells(made)[key].source = code + cells(made)[key].source
    cells(made)["T.1"].source = WRONG["T.1"]
    return made


def dishonest(handed_out: Any, *tricks: str) -> Any:
    """Wrong answers, and tricks before them."""
    made = copy.deepcopy(handed_out)
    for key, cell in cells(made).items():
        cell.source = WRONG[key]
    cells(made)["T.1"].source = "\n".join([*tricks, WRONG["T.1"]])
    return made


def skipping(handed_out: Any) -> Any:
    """Wrong answers in a notebook that asks for none of its cells to be run."""
    made = dishonest(handed_out)
    for cell in made.cells:
        cell.metadata["tags"] = [SKIPS]
    return made


MARKS = {
    "right": sum(POINTS.values()),
    "mixed": POINTS["T.5"],
    "dishonest": 0,
    "shell": 0,
    "skipping": 0,
}
