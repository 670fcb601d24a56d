"""Run a function in a process of its own, with a limit on its time and its memory.

On Linux each process is forked from one that has imported TensorFlow and has run nothing: it is
there in a few hundredths of a second. Elsewhere each one starts anew and imports TensorFlow, and
there is no limit on memory.

A process like this cannot hang or fill the machine by mistake. It has the rights of whoever runs
it, so it is no sandbox: `SECURITY.md` says what that means.
"""

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from kitchen.classroom.limits import lower
from kitchen.errors import KitchenError

FORKS = sys.platform == "linux"  # on macOS, libraries do not stand a fork
# Whatever a marking needs, imported once. kitchen comes first: it silences TensorFlow's import.
IMPORTS = [
    *("kitchen", "tensorflow", "keras", "h5py", "kitchen.classroom.marking"),
    *("kitchen.files.loading", "kitchen.run.equivalence", "kitchen.teaching.exercises"),
]
STARTING = 300  # seconds: where nothing is forked, TensorFlow is imported anew
MOST = 2**28  # bytes of an answer
WRITTEN = 2**30  # bytes of a file that is written
TRIES = 10
PAUSE = 1  # seconds before the next try
READY = b"ready"
WAIT = 3  # by the clock, of the processor time: several run at once
_starting = threading.Lock()  # multiprocessing's lists of children are no business of two threads


@dataclass(frozen=True)
class Limits:
    """What a process may take.

    Args:
        seconds: Of processor time; by the clock it is three times that. At least 1.
        memory: Bytes of data, of which TensorFlow takes about half a gigabyte.
    """

    seconds: int = 20
    memory: int = 2 * 2**30


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Args:
        how: "answered", "over time", or "ended" where it ended without an answer.
        answer: What the function returned.
    """

    how: Literal["answered", "over time", "ended"]
    answer: bytes = b""


def context() -> Any:
    """Return how processes are started here."""
    if not FORKS:
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(IMPORTS)
    return found


def run(work: Callable[..., bytes], *arguments: Any, limits: Limits) -> Ended:
    """Run a function in a process of its own, and end that process.

    What comes back are bytes that whatever ran there may have made up.

    Args:
        work: A function of a module, which returns bytes.
        *arguments: What it takes; a copy goes to the process.
        limits: What it may take.

    Raises:
        KitchenError: No process can be started.
    """
    with tempfile.TemporaryDirectory(prefix="keras-kitchen-", ignore_cleanup_errors=True) as folder:
        process, heard = ready(work, arguments, limits, folder)
        try:
            answer = heard.get(timeout=WAIT * limits.seconds)
        except queue.Empty:
            return Ended("over time")
        finally:
            end(process)
        if answer:
            return Ended("answered", answer)
        too_long = FORKS and process.exitcode == -signal.SIGXCPU
        return Ended("over time" if too_long else "ended")


def ready(
    work: Callable[..., bytes], arguments: tuple[Any, ...], limits: Limits, folder: str
) -> tuple[Any, "queue.SimpleQueue[bytes]"]:
    """Start a process; return it with what hears its answer, once it is about to do its work.

    Raises:
        KitchenError: None can be started.
    """
    for _ in range(TRIES):
        # What is marked at the same time may end the process that all others are forked from: a
        # start fails then, and the next one makes another.
        with contextlib.suppress(OSError, EOFError, queue.Empty):
            process, pipe = start(work, arguments, limits, folder)
            heard = listening(pipe)
            if heard.get(timeout=STARTING) == READY:
                return process, heard
            end(process)
        time.sleep(PAUSE)
    raise KitchenError(
        "The process that runs a learner's code cannot be started.",
        fix="See what `keras-kitchen doctor` says.",
    )


def start(
    work: Callable[..., bytes], arguments: tuple[Any, ...], limits: Limits, folder: str
) -> tuple[Any, Connection]:
    """Start a process and return it with the pipe that it answers into."""
    here, there = context().Pipe(duplex=False)
    process = context().Process(
        target=confine, args=(there, work, arguments, limits, folder), daemon=True
    )
    try:
        with _starting, no_program():
            process.start()
    finally:
        there.close()
    return process, here


@contextlib.contextmanager
def no_program() -> Iterator[None]:
    """Hide the program that runs: each process would run its file first, a grader's for seconds."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def listening(pipe: Connection) -> "queue.SimpleQueue[bytes]":
    """Return what two messages from a pipe are put into: nothing in place of one that is cut off.

    A thread of its own reads them, as a message may announce more than ever comes.
    """
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        with pipe:
            for _ in range(2):
                try:
                    heard.put(pipe.recv_bytes(MOST))
                except (OSError, EOFError):
                    heard.put(b"")
                    return

    threading.Thread(target=listen, daemon=True).start()
    return heard


def end(process: Any) -> None:
    """End a process, and what it has started in its group."""
    with contextlib.suppress(OSError):
        if FORKS:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        # Not `process.kill`: that does nothing once the process it was forked from is gone.
        if FORKS and process.exitcode == 255:
            os.kill(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.join(10)


def end_all() -> None:
    """End all that run now."""
    for process in multiprocessing.active_children():
        end(process)


def confine(
    pipe: Connection,
    work: Callable[..., bytes],
    arguments: tuple[Any, ...],
    limits: Limits,
    folder: str,
) -> None:
    """Run a function under limits; this is what the new process does."""
    if FORKS:
        os.setsid()  # so that it can be ended with all that it starts
        close_all_but(pipe.fileno())
    with silence():
        prepare()
        os.chdir(folder)
        limit(limits)
        pipe.send_bytes(READY)
        pipe.send_bytes(work(*arguments))
        os._exit(0)  # at once: a learner's threads and exit functions have no more to say


def close_all_but(kept: int) -> None:
    """Close every file but one and the standard ones: those by which processes are started, too."""
    for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number != kept:
            with contextlib.suppress(OSError):  # the one that listed them is closed already
                os.close(number)


def prepare() -> None:
    """Import TensorFlow, for one thread and no GPU: several of these processes run at once."""
    os.environ.update(CUDA_VISIBLE_DEVICES="-1", MPLBACKEND="Agg")
    from kitchen import backend

    backend.keras()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Drop whatever is printed, by Python or by a library."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    with open(os.devnull, "w") as out, contextlib.redirect_stdout(out):  # noqa: PTH123 - a device
        with contextlib.redirect_stderr(out):
            yield


def limit(limits: Limits) -> None:
    """Set the limits of this process for good."""
    if not FORKS:
        return
    import resource

    lower(resource.RLIMIT_CPU, limits.seconds, grace=2)  # for code that catches the signal
    lower(resource.RLIMIT_DATA, limits.memory)
    lower(resource.RLIMIT_FSIZE, WRITTEN)
    lower(resource.RLIMIT_CORE, 0)
