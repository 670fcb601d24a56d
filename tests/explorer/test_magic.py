"""`%%explore`: a cell's results, errors and line numbers are those of the cell without it."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from kitchen.explorer import magic
from kitchen.explorer.magic import NOTHING

BUILDS = """import keras
x = keras.Input((4,), name="x")
model = keras.Model(x, keras.layers.Dense(2, name="d")(x))
"""


class Shell:
    """An IPython shell that knows the line, and what it showed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
        self.explored: list[Any] = []
        magic.load(self.shell)
        magic.load(self.shell)
        monkeypatch.setattr("kitchen.explorer.widget.Explorer", self.explore)

    def explore(self, *given: Any) -> str:
        self.explored.append(given)
        return "the explorer"

    def run(self, cell: str) -> tuple[Any, str, str]:
        """What a cell returned, printed, and said of an error."""
        said: list[str] = []
        self.shell._showtraceback = lambda kind, value, lines: said.extend(lines)
        with capture_output() as shown:
            result = self.shell.run_cell(cell)
        told = re.sub(r"(?:Input In|Cell In) ?\[\d+\]|Out\[\d+\]", "", "\n".join(said))
        printed = re.sub(r"Out\[\d+\]", "Out", shown.stdout)
        return result.result, printed, re.sub(r"\x1b\[[\d;]*m", "", told)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(monkeypatch)


@pytest.mark.parametrize(
    "cell",
    [
        "1 + 1",
        "x = [3, 1]; sorted(x)",
        "print('a'); None",
        "import math\nmath.sqrt(16);",
        "a = 1\nb = [0]\na / b[0]",
        "def f(n):\n    return undefined + n\n\nf(2)",
        "1 +",
        "here = %pwd\nlen(here) > 0",
        "raise ValueError('no')",
        "assert len([]), 'empty'",
        "import asyncio\nawait asyncio.sleep(0, 7)",
    ],
)
def test_a_cell_is_what_it_would_be_without_the_line(shell: Shell, cell: str) -> None:
    plain, marked = shell.run(cell), shell.run(f"%%explore\n{cell}")
    assert marked[0] == plain[0]
    assert marked[1].replace(f"{NOTHING}\n", "") == plain[1]
    assert marked[2] == plain[2]
    assert shell.explored == []


def test_what_it_built_is_shown_with_its_code(shell: Shell) -> None:
    assert shell.run(f"%%explore\n{BUILDS}")[1:] == ("the explorer\n", "")
    ((model, recorder),) = shell.explored
    assert model is shell.shell.user_ns["model"]
    assert recorder.source == BUILDS


def test_a_cell_that_builds_nothing_says_so(shell: Shell) -> None:
    assert shell.run("%%explore\nx = 3")[1] == f"{NOTHING}\n"
    assert shell.explored == []


def test_a_cell_that_fails_says_only_that(shell: Shell) -> None:
    _, printed, told = shell.run(f"%%explore\n{BUILDS}1 / 0")
    assert "ZeroDivisionError" in told
    assert NOTHING not in printed
    assert shell.explored == []


def test_other_cells_are_left_alone(shell: Shell) -> None:
    shell.run(BUILDS)
    assert shell.explored == []


def test_a_function_of_such_a_cell_can_be_called_later(shell: Shell) -> None:
    shell.run("%%explore\ndef twice(x):\n    return len(x) * 2")
    assert shell.run("twice('ab')")[0] == 4


def test_the_explorer_is_imported_once_while_nothing_else_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow  # noqa: F401 - before that there is nothing to get ready for

    imported: list[int] = []
    monkeypatch.setattr(magic, "IDLE", 0)
    monkeypatch.setattr(magic, "warm", lambda: imported.append(1))

    async def cells(shell: Any) -> None:
        watching = magic.Magic(shell)
        for _ in range(2):
            watching.get_ready()
            assert len(imported) < 2
            await asyncio.sleep(0.01)

    asyncio.run(cells(SimpleNamespace(kernel=object())))
    assert imported == [1]
    asyncio.run(cells(SimpleNamespace()))  # a terminal
    assert imported == [1]
    magic.Magic(SimpleNamespace(kernel=object())).get_ready()  # no loop: nothing happens
