"""Errors explained under a cell: after the traceback, once, and at no cost where there is none."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient

import kitchen
from kitchen.teaching import cell_errors
from tests.lessons.running import environment

BROKEN = """import keras
layer = keras.layers.Dense(3, name="first")
keras.layers.Dense(2, name="second")(layer)"""


class Shell:
    """An IPython shell with the package loaded, and what it printed; a traceback as one word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
        kitchen.load_ipython_extension(self.shell)
        kitchen.load_ipython_extension(self.shell)
        monkeypatch.setattr(self.shell, "_showtraceback", lambda *of_it: print("TRACEBACK"))

    def run(self, cell: str) -> str:
        with capture_output() as shown:
            self.shell.run_cell(cell)
        assert shown.stderr == ""
        return shown.stdout


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(monkeypatch)


def test_the_traceback_comes_first_and_the_explanation_once(shell: Shell) -> None:
    printed = shell.run(BROKEN)
    assert printed.count("TRACEBACK") == printed.count("E121") == 1
    first, second, *others = printed.splitlines()
    assert first == "TRACEBACK"
    assert second == "E121 A layer is called on a layer"
    assert "`second`" in others[0] and "`first`" in others[0]
    assert others[-1].strip() == 'keras.layers.Dense(2, name="second")(layer(x))'


@pytest.mark.parametrize("cell", ["1 / 0", "raise ValueError('no')", "kitchen.draw(3)"])
def test_another_error_is_shown_alone(shell: Shell, cell: str) -> None:
    assert shell.run(f"import kitchen\n{cell}") == "TRACEBACK\n"


@pytest.mark.parametrize("cell", ["x = 1 + 1", "import keras\nlayer = keras.layers.Dense(3)"])
def test_a_cell_that_succeeds_shows_nothing(shell: Shell, cell: str) -> None:
    assert shell.run(cell) == ""


def test_an_explanation_that_fails_is_no_second_error(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(error: Exception) -> None:
        raise RuntimeError("a mistake of the package")

    monkeypatch.setattr("kitchen.teaching.explanations.explain_error", fails)
    assert shell.run(BROKEN) == "TRACEBACK\n"


COST = """
import sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
import kitchen
shell = InteractiveShell()
kitchen.load_ipython_extension(shell)
with capture_output():
    for cell in ("1 + 1", "1 / 0", "[].no", "len(3)", "import math\\nmath.nothing"):
        shell.run_cell(cell)
print(sorted(x for x in sys.modules if x.startswith(("kitchen.teaching.e", "keras", "tensorflow"))))
"""


def test_nothing_is_imported_before_there_is_something_to_explain(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COST], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_ipython_nothing_is_watched(tmp_path: Path) -> None:
    code = (
        "import sys, kitchen; print([x for x in sys.modules if x.startswith('kitchen.teaching')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("error", "concerns"),
    [
        (ZeroDivisionError("division by zero"), False),
        (kitchen.KitchenError("Dense"), False),
        (KeyboardInterrupt(), False),
        (TypeError("Dense.__init__() missing 1 required positional argument: 'units'"), True),
        (TypeError("unsupported operand type(s) for +: 'int' and 'str'"), False),
    ],
)
def test_only_errors_of_keras_are_looked_at(error: BaseException, concerns: bool) -> None:
    import keras  # noqa: F401 - before that there is nothing to explain

    assert cell_errors.is_of_keras(error) == concerns


@pytest.mark.slow
@pytest.mark.lessons
def test_in_a_notebook_the_explanation_stands_under_the_error(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(x) for x in ("import kitchen", BROKEN, "print('on')")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook,
        timeout=120,
        allow_errors=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute(env=environment())
    first, broken, last = (cell.outputs for cell in cells)
    assert first == []
    assert [x.output_type for x in broken] == ["error", "display_data"]
    assert broken[0].ename == "ValueError"
    assert "E121" in broken[1].data["text/plain"]
    assert 'role="note"' in broken[1].data["text/html"]
    assert [x.text for x in last] == ["on\n"]
