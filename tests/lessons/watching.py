"""What nbval does not look at while it runs a lesson: red boxes, time and memory.

A cell fails that writes to stderr, which Jupyter shows as a red box, and so does one that is tagged
`raises-exception` and raises nothing. The last cell of a lesson fails if the whole took too long or
too much memory.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest
from nbval.plugin import IPyNbCell

from tests.lessons.notebooks import RAISES, code_cells, tags, text
from tests.lessons.running import DROPPED, Run, watched

FIGURES = "figures"  # what a test measured, in its user properties
# Of processor time: what a lesson takes on a machine of its own, whatever runs beside it here.
MOST_SECONDS = float(os.environ.get("KITCHEN_MOST_SECONDS", "60"))
# Bytes, for the kernel with the processes that it starts.
MOST_MEMORY = float(os.environ.get("KITCHEN_MOST_MEMORY", "1e9"))

RUN: pytest.StashKey[Run] = pytest.StashKey()
BEGAN: pytest.StashKey[float] = pytest.StashKey()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A lesson's cells can be left out like any other slow tests; its kernel is watched."""
    cells = [item for item in items if isinstance(item, IPyNbCell)]
    for cell in cells:
        cell.add_marker("lessons")
        cell.add_marker("slow")
    for lesson in {cell.parent for cell in cells}:
        lesson.setup = partial(start, lesson, lesson.setup)


def start(lesson: Any, start_kernel: Callable[[], None]) -> None:
    """Start a lesson's kernel in a learner's environment, and watch it until the lesson ends."""
    run, began = Run(), time.perf_counter()
    with as_for_a_learner():
        start_kernel()
    pid = lesson.kernel.km.provisioner.pid
    watching = ExitStack()
    watching.enter_context(watched(lambda: pid, run))
    lesson.addfinalizer(watching.close)
    lesson.stash[RUN], lesson.stash[BEGAN] = run, began


@contextmanager
def as_for_a_learner() -> Iterator[None]:
    """Without what would hide a red box, or make a picture look otherwise."""
    kept = {name: os.environ.pop(name) for name in DROPPED if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Look at what a cell gave, and after a lesson's last one at what all of it took."""
    result = yield
    if isinstance(item, IPyNbCell):
        outputs = item.test_outputs or []
        red = [text(x.text) for x in outputs if x.get("name") == "stderr"]
        assert not red, f"the cell writes to stderr: {red}"
        raised = any(x.output_type == "error" for x in outputs)
        assert raised == (RAISES in tags(item.cell)), f"the cell is tagged {RAISES}: did it raise?"
        if item.cell is code_cells(item.parent.nb)[-1]:
            run = item.parent.stash[RUN]
            run.seconds = time.perf_counter() - item.parent.stash[BEGAN]
            item.user_properties.append((FIGURES, f"{item.path.stem}: {run}"))
            assert run.busy < MOST_SECONDS
            assert run.seconds < 2 * MOST_SECONDS  # two such run at a time
            assert 0 < run.kernel <= run.family < MOST_MEMORY
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured: from another process too, in which they may run."""
    reports = [x for found in ("passed", "failed") for x in terminalreporter.stats.get(found, [])]
    figures = [text for x in reports for name, text in x.user_properties if name == FIGURES]
    if figures:
        terminalreporter.section("what the tests measured")
        for line in sorted(figures):
            terminalreporter.write_line(line)
