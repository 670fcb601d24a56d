"""The errors that the lessons raise, in the state in which a learner meets them, untrained."""

import ast
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lessons.notebooks import RAISES, code_cells, read, tags, text
from tests.teaching.errors_met.broken import remember, run

# What takes long, or shows something; what depends on it is left out too.
LEFT_OUT = {"train", "fit", "evaluate", "predict", "drift", "sharing"}
LEFT_OUT |= {"explore", "draw", "compare", "check", "show", "subplots", "set_random_seed"}


@dataclass(frozen=True)
class Met:
    """A cell of a lesson that is to raise.

    Args:
        lesson: The lesson's number.
        place: Which of its raising cells it is, from 1.
        source: The cell.
        names: What the learner's names stand for after it.
        error: What it raised.
    """

    lesson: str
    place: int
    source: str
    names: dict[str, Any]
    error: Exception

    @property
    def key(self) -> str:
        """The lesson's number and the place."""
        return f"{self.lesson}-{self.place}"


def raising(path: Path) -> Iterator[Met]:
    """Yield the raising cells of a lesson, each with what it raises."""
    names: dict[str, Any] = {"__name__": "__main__"}
    place = 0
    for k, cell in enumerate(code_cells(read(path))):
        source, file = text(cell.source), f"<cell {path.stem} {k}>"
        remember(source, file)
        if RAISES not in tags(cell):
            run_quick_parts(source, file, names)
            continue
        place += 1
        try:
            run(source, names, file)
        except Exception as error:
            yield Met(path.stem[:2], place, source, names, error)
        else:
            raise AssertionError(f"{path.stem}: this cell does not raise any more:\n{source}")


def run_quick_parts(source: str, file: str, names: dict[str, Any]) -> None:
    """Run the statements of a cell that neither train nor show something."""
    for node in ast.parse(source).body:
        called = {x.attr for x in ast.walk(node) if isinstance(x, ast.Attribute)}
        if called & LEFT_OUT and not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        with contextlib.suppress(Exception):  # it uses what was left out
            exec(compile(ast.Module([node], []), file, "exec"), names)  # noqa: S102 (our own code)
