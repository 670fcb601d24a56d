"""The plain `pytest` run checks notebooks: by its own settings, a broken one fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.lessons.notebooks import RAISES, ROOT


def cell(source: str, printed: str = "", *, checked: bool = True, raises: bool = False) -> Any:
    return nbformat.v4.new_code_cell(
        source,
        outputs=[nbformat.v4.new_output("stream", text=printed)] if printed else [],
        execution_count=1,
        metadata={"tags": ["nbval-check-output"] * checked + [RAISES] * raises},
    )


def outcome(folder: Path, *cells: Any, options: tuple[str, ...] = ()) -> str:
    """Pytest's last line about a notebook of these cells, with the project's settings."""
    path = folder / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-q"]
    options += ("-p", "no:cacheprovider", "-p", "tests.lessons.watching")
    done = subprocess.run(
        [*command, f"--rootdir={folder}", *options, str(path)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.lessons
def test_a_cell_that_raises_or_prints_something_else_fails(tmp_path: Path) -> None:
    line = outcome(
        tmp_path,
        cell("print(1)", "1\n"),
        cell("import random; print(random.random())", "0.5\n", checked=False),
        cell("1 / 0", checked=False),
        cell("print(2)", "1\n"),
        cell("print(3)"),
    )
    assert "3 failed, 2 passed" in line


@pytest.mark.lessons
def test_a_red_box_fails_and_an_error_that_is_meant_does_not(tmp_path: Path) -> None:
    line = outcome(
        tmp_path,
        cell("1 / 0", checked=False, raises=True),
        cell("1", checked=False, raises=True),
        cell("import os, time; os.write(2, b'oops'); time.sleep(0.5)", checked=False),
        cell("print(2)", "2\n"),
    )
    assert "2 failed, 2 passed" in line


@pytest.mark.lessons
def test_a_lesson_that_takes_too_long_or_too_much_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hungry = cell("kept = bytearray(50_000_000); import time; time.sleep(0.5)", checked=False)
    assert "2 passed" in outcome(tmp_path, hungry, cell("1", checked=False))
    monkeypatch.setenv("KITCHEN_MOST_SECONDS", "0.1")
    assert "1 failed, 1 passed" in outcome(tmp_path, hungry, cell("1", checked=False))
    monkeypatch.setenv("KITCHEN_MOST_SECONDS", "60")
    monkeypatch.setenv("KITCHEN_MOST_MEMORY", "50e6")
    assert "1 failed, 1 passed" in outcome(tmp_path, hungry, cell("1", checked=False))


@pytest.mark.lessons
def test_a_dead_kernel_ends_the_notebook(tmp_path: Path) -> None:
    cells = [cell("import os; os._exit(1)"), cell("print(1)", "1\n"), cell("print(2)", "2\n")]
    line = outcome(tmp_path, *cells, options=("--nbval-cell-timeout=5",))
    assert "1 failed, 2 xfailed" in line


def test_no_cell_waits_for_minutes(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getoption("nbval_lax")
    assert 0 < pytestconfig.getoption("nbval_cell_timeout") <= 120
    assert "lessons" in pytestconfig.getini("testpaths")
