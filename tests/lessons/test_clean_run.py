"""Every lesson runs from top to bottom in a clean kernel: no error, no red box, in time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIGURES
from tests.lessons.notebooks import LESSONS, code_cells, read
from tests.lessons.running import run

MOST_SECONDS = 60
MOST_MEMORY = 1e9  # bytes, the kernel with the processes that it starts


@pytest.mark.lessons
@pytest.mark.slow
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_cleanly(path: Path, record_property: Callable[[str, object], None]) -> None:
    notebook = read(path)
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    result = run(notebook, path.parent)
    record_property(FIGURES, f"{path.stem}: {result}")
    assert result.problems == []
    assert all(cell.execution_count for cell in code_cells(notebook))
    assert result.seconds < MOST_SECONDS
    assert 0 < result.kernel <= result.family < MOST_MEMORY
