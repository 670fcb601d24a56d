"""What the command writes: results to standard output, everything else to standard error."""

import contextlib
import errno
import io
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kitchen.errors import KitchenError, KitchenWarning, shorten
from kitchen.tables import printable

if TYPE_CHECKING:
    from kitchen.views.drawing import Drawing

LONGEST = 600  # characters of a line on standard error
GONE = (errno.EPIPE, errno.EINVAL)  # what Linux and macOS, and what Windows say of a closed pipe


class Closed(Exception):
    """Whoever read the output has stopped reading, as `head` does."""


def examples(*words: str) -> str:
    """Return the end of a command's help: examples of its use, a line each."""
    # Click takes a paragraph that begins so as it is, and fills all others.
    return "\n".join(["\b", "Examples:", *(f"  keras-kitchen {line}" for line in words)])


def prepare() -> None:
    """Write UTF-8, whatever the terminal or the file behind a pipe is said to take."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):  # a stream that is closed already
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def emit(text: str) -> None:
    """Write a result and a line's end to standard output.

    Raises:
        Closed: Nobody reads it.
    """
    with closing():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()


def emit_bytes(data: bytes) -> None:
    """Write a file to standard output.

    Raises:
        Closed: Nobody reads it.
    """
    with closing():
        sys.stdout.buffer.write(data)
        sys.stdout.flush()


@contextlib.contextmanager
def closing() -> Iterator[None]:
    """Turn a closed pipe into `Closed`, and keep Python from flushing into it at the end."""
    try:
        yield
    except OSError as error:
        if error.errno not in GONE:
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        raise Closed from None


def say(line: str) -> None:
    """Write one line to standard error."""
    with contextlib.suppress(OSError, ValueError):
        print(shorten(printable(line), LONGEST), file=sys.stderr, flush=True)


@contextlib.contextmanager
def notes() -> Iterator[None]:
    """Show warnings as one line each, without the place in a library where they arose."""

    def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        say(f"Note: {' '.join(str(message).split())}")

    with warnings.catch_warnings():
        warnings.showwarning = show
        warnings.simplefilter("always", KitchenWarning)
        yield


def write(drawing: "Drawing", target: str, kind: str) -> None:
    """Write a picture to a file, or to standard output where that is `-`.

    Raises:
        Closed: Nobody reads it.
        KitchenError: As for `Drawing.save`.
    """
    if target != "-":
        drawing.save(target)
        return
    with tempfile.TemporaryDirectory(prefix="keras-kitchen-") as folder:
        file = Path(folder) / f"picture.{kind}"
        drawing.save(file)
        emit_bytes(file.read_bytes())


def write_text(text: str, target: str) -> None:
    """Write text to a file as UTF-8, or to standard output where that is `-`.

    Raises:
        Closed: Nobody reads it.
        KitchenError: The file cannot be written.
    """
    if target == "-":
        emit(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise KitchenError(
            f"It could not be written: {error}.",
            received=repr(target),
            fix="Choose a file in a folder that exists and may be written.",
        ) from None
