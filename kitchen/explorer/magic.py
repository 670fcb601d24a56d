"""`%%explore` on a cell: it runs as it would without that line, and then shows what it built.

Nothing heavy is imported before a cell asks for it.
"""

import asyncio
import builtins
import contextlib
import importlib
import sys
from typing import Any

LINE = "%%explore"
IDLE = 0.3  # seconds after a cell
NOTHING = (
    "This cell built no model to explore: a Sequential, a Model(inputs, outputs), or a subclassed "
    "one that was called once. kitchen.explore(model) shows any model."
)


class Magic:
    """Watches the cells of one IPython shell for the line.

    The line is taken off and the cell runs as any other: results, errors, tracebacks and line
    numbers are IPython's own. Only its syntax tree is changed, so that each expression that
    calculates hands on its value.

    Args:
        shell: The shell.
    """

    def __init__(self, shell: Any):
        """Take the shell; nothing is watched yet."""
        self.shell = shell
        self.recorder: Any = None
        self.is_ready = False

    def register(self) -> None:
        """Watch every cell from now on."""
        self.shell.input_transformers_cleanup.append(without_the_line)
        self.shell.ast_transformers.append(self)
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)

    def before(self, info: Any) -> None:
        """Get ready to record a cell that begins with the line."""
        self.recorder = None
        first, _, rest = str(info.raw_cell).lstrip().partition("\n")
        if asks(first):
            from kitchen.graph.source_map import Recorder

            self.recorder = Recorder(rest)

    def visit(self, tree: Any) -> Any:
        """Return a cell's syntax tree, changed where it is to be recorded."""
        if self.recorder is None:
            return tree
        for name, function in self.recorder.names().items():
            setattr(builtins, name, function)  # functions of the cell may need it later
        return self.recorder.changed(tree)

    def after(self, result: Any) -> None:
        """Show what a recorded cell built; an error speaks for itself."""
        self.get_ready()
        recorder, self.recorder = self.recorder, None
        if recorder is None or not result.success:
            return
        from IPython.display import display

        from kitchen.explorer.widget import Explorer

        model = recorder.built()
        if model is None:
            print(NOTHING)
        else:
            display(Explorer(model, recorder))  # type: ignore[no-untyped-call]
        recorder.close()

    def get_ready(self) -> None:
        """Import the explorer while a kernel has nothing to do, once TensorFlow is there.

        That takes 0.3 s and 4 MB, which the first picture would have to wait for.
        """
        if self.is_ready or "tensorflow" not in sys.modules or not hasattr(self.shell, "kernel"):
            return
        self.is_ready = True
        with contextlib.suppress(RuntimeError):  # no loop is running
            asyncio.get_running_loop().call_later(IDLE, warm)


def warm() -> None:
    """Import what the first explorer needs; where that fails, it will say so itself."""
    with contextlib.suppress(Exception):
        importlib.import_module("kitchen.explorer.widget")


def asks(line: str) -> bool:
    """Return whether a line is the one that asks for the explorer.

    >>> asks("%%explore  "), asks("%%explored")
    (True, False)
    """
    return line.rstrip() == LINE


def without_the_line(lines: list[str]) -> list[str]:
    """Return a cell's lines without the one that asks for the explorer."""
    return lines[1:] if lines and asks(lines[0]) else lines


def load(shell: Any) -> None:
    """Let a shell know the line, once."""
    if not any(isinstance(found, Magic) for found in shell.ast_transformers):
        Magic(shell).register()
