"""Ask one warm worker process to lay a graph out or to paint it, within a time limit.

Layout can take seconds to hours, and node counts do not predict it; in a process of its own it can
be ended, and a crash there is not the kernel's.
"""

import atexit
import base64
import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import kitchen
from kitchen.errors import LayoutError
from kitchen.views.layout_worker import receive, send

LIMIT = 10.0  # seconds for a layout, the start of the worker included
MANY, BRIEF = 2000, 1.2  # boxes; seconds for a picture of more, which nobody takes in as a whole
PAINTING = 30.0  # seconds for a file; at first use that includes loading matplotlib
PROMPT = 0.2  # seconds; a worker that dies sooner was dead before it was asked
POLL = 0.05  # seconds between looks at the clock; also how fast Windows notices an interrupt

Process: TypeAlias = "subprocess.Popen[bytes]"
Work = Callable[[], object]

START = """
import sys
sys.path.insert(0, sys.argv[1])
from kitchen.views.layout_worker import main
del sys.path[0]
main()
"""


@dataclass(frozen=True)
class Places:
    """Where everything in a picture stands, in pixels from the top left.

    Args:
        size: The width and height of the whole.
        boxes: By id, the x and y of a box's centre.
        frames: By id, the left, top, right and bottom of a frame.
        lines: By id, the control points of cubic curves, x and y in turn.
    """

    size: tuple[float, float]
    boxes: Mapping[str, tuple[float, float]]
    frames: Mapping[str, tuple[float, float, float, float]]
    lines: Mapping[str, list[float]]


class Worker:
    """A process that lays out and paints; started at the first request, replaced when it dies."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.lock = threading.Lock()
        self.process: Process | None = None

    def ask(self, request: dict[str, Any], limit: float, meanwhile: Work = bool) -> dict[str, Any]:
        """Return the worker's answer; an interrupt or the time limit ends the worker.

        Args:
            request: What is to be done.
            limit: The time limit in seconds.
            meanwhile: What another thread does while the worker works.

        Raises:
            LayoutError: No answer came in time, the worker died, or it could not do it.
        """
        end = time.monotonic() + limit
        while not self.lock.acquire(timeout=POLL):
            if time.monotonic() > end:
                raise LayoutError("Another picture was still being laid out.", fix="Draw it again.")
        try:
            reply: dict[str, Any] | None = self.converse(
                {**request, "limit": limit}, end, meanwhile
            )
            if reply is None:
                raise LayoutError("Graphviz crashed on this graph.")
        except BaseException:  # an interrupt too: whoever asks next must not get this answer
            self.close()
            raise
        finally:
            self.lock.release()
        if "error" in reply:
            raise LayoutError("Graphviz could not draw it.", received=reply["error"])
        return reply

    def converse(self, request: dict[str, Any], end: float, meanwhile: Work) -> Any:
        """Send a request to the worker, and to a new one if that one had died before."""
        if self.process is not None:
            sent = time.monotonic()
            reply = self.exchange(self.process, request, end, meanwhile)
            if reply is not None or time.monotonic() - sent > PROMPT:
                return reply
            self.close()
        self.process = start()
        atexit.register(self.close)
        return self.exchange(self.process, request, end, meanwhile)

    def exchange(
        self, process: Process, request: dict[str, Any], end: float, meanwhile: Work
    ) -> Any:
        """Send a request and return the answer, watching the clock; `None` if the worker died."""
        replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # Both writing and reading may block for ever, so a thread does them and this one waits.
        threading.Thread(
            target=exchange, args=(process, request, replies, meanwhile), daemon=True
        ).start()
        while True:
            try:
                return replies.get(timeout=POLL)
            except queue.Empty:
                if time.monotonic() > end:
                    who = "Graphviz" if request["do"] == "layout" else "Painting"
                    raise LayoutError(
                        f"{who} did not finish within the time limit.",
                        fix="Draw one of its sub-models, or pass a longer timeout.",
                    ) from None

    def close(self) -> None:
        """End the process; the next request starts another."""
        process, self.process = self.process, None
        atexit.unregister(self.close)
        if process is None or os.getpid() != self.owner:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()


def start() -> Process:
    """Start a worker that no interrupt of this process reaches and that prints nothing here.

    Raises:
        LayoutError: This Python cannot start another.
    """
    # The worker is of the same copy of this package; beyond that it looks for nothing in folders
    # that a learner may have put files into (-P), where one could shadow a library.
    root = str(Path(kitchen.__file__).parent.parent)
    command = [sys.executable or "python", "-P", "-c", START, root]
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    flags |= getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        return subprocess.Popen(  # noqa: S603 - our own module, nothing a user typed
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=flags,
        )
    except OSError as error:
        problem = "No process for Graphviz could be started."
        raise LayoutError(problem, received=str(error)) from None


def exchange(
    process: Process, request: dict[str, Any], replies: "queue.SimpleQueue[Any]", meanwhile: Work
) -> None:
    """Put the worker's answer to a request into `replies`, or `None` if it died."""
    reply = None
    with contextlib.suppress(OSError, ValueError):
        if process.stdin is not None and process.stdout is not None:
            send(process.stdin, request)
            with contextlib.suppress(Exception):  # whoever needs its result will do it again
                meanwhile()
            reply = receive(process.stdout)
    replies.put(reply)


class Handle:
    """The one worker of this process; a forked process gets its own."""

    def __init__(self) -> None:
        self.worker = Worker()

    def current(self) -> Worker:
        """Return this process's worker."""
        if self.worker.owner != os.getpid():
            self.worker = Worker()
        return self.worker


HANDLE = Handle()


def limit_for(boxes: int) -> float:
    """Return the seconds that a layout may take where nobody has said how long.

    Args:
        boxes: How many boxes the picture has.
    """
    return LIMIT if boxes <= MANY else BRIEF


def lay_out(dot: str, *, limit: float = LIMIT, meanwhile: Work = bool) -> Places:
    """Return where Graphviz's `dot` puts the boxes, frames and lines of a graph.

    Args:
        dot: The graph in DOT; lines carry an `id`.
        limit: The time limit in seconds.
        meanwhile: What another thread does while Graphviz works.

    Raises:
        LayoutError: It took too long, Graphviz is missing, or it crashed.
    """
    reply = HANDLE.current().ask({"do": "layout", "dot": dot}, limit, meanwhile)
    width, height = reply["size"]
    return Places((width, height), reply["boxes"], reply["frames"], reply["lines"])


def paint(picture: Any, what: str, *, scale: float = 1.0, limit: float = PAINTING) -> bytes:
    """Return a picture as a PNG or PDF file.

    Args:
        picture: The picture as plain lists; see `marks.as_lists`.
        what: `"png"` or `"pdf"`.
        scale: Pixels of the file for each pixel of the picture.
        limit: The time limit in seconds.

    Raises:
        LayoutError: It took too long, or it could not be painted.
    """
    request = {"do": what, "picture": picture, "scale": scale}
    return base64.b64decode(HANDLE.current().ask(request, limit)["bytes"])
