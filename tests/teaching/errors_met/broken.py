"""What a case of a known error is: code that raises it, what is to be said of it, and its fix."""

import linecache
import textwrap
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

FIX = "FIX"
IMPORTS = {"keras": keras, "layers": keras.layers, "np": np, "tf": tf}


@dataclass(frozen=True)
class Broken:
    """Code that raises a known error.

    Args:
        code: The error that it is.
        source: The code, as a learner's cell.
        says: Pieces of what is to be said of it: the names of layers, shapes.
        given: What the fix takes for granted, such as the learner's data.
        whole: The code in which the fix is to stand, in place of a line `FIX`; it has to run.
        slow: Whether it takes long to fail.
    """

    code: str
    source: str
    says: tuple[str, ...] = ()
    given: str = ""
    whole: str = FIX
    slow: bool = False

    def raises(self, names: dict[str, Any], *, file: str = "<cell>") -> Exception:
        """Run the code; return the error that it ends in."""
        try:
            run(self.source, names, file)
        except Exception as error:
            return error
        raise AssertionError(f"{self.code}: Keras accepts this now:\n{self.source}")

    def mended(self, fix: str) -> str:
        """Return the code with the fix in its place; it may need what `given` makes."""
        lines = self.given.splitlines()
        for line in self.whole.splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            lines += textwrap.indent(fix, indent).splitlines() if FIX in line else [line]
        return "\n".join(lines)


def readings(fix: str) -> list[str]:
    """Return the codes that a fix proposes: what it is, and what each comment puts instead."""
    lines = fix.splitlines()
    found = ["\n".join(line for line in lines if not line.startswith(("# or: ", "#     ")))]
    for line in lines:
        if line.startswith("# or: "):
            found.append(line.removeprefix("# or: "))
        elif line.startswith("#     ") and len(found) > 1:
            found[-1] += "\n" + line.removeprefix("#     ")
    return found


def names(folder: Path | None = None) -> dict[str, Any]:
    """Return the names that a learner's first cell makes."""
    return {**IMPORTS, "__name__": "__main__", "folder": str(folder)}


def run(source: str, names: dict[str, Any], file: str = "<cell>") -> None:
    """Run code as a cell: its source can be looked up, and a warning is no error."""
    remember(source, file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, file, "exec"), names)  # noqa: S102 (our own code)


def remember(source: str, file: str) -> None:
    """Let Python look up the source of a cell, as IPython does."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
