"""How long and how large the code of a submission may grow, where it is marked.

Both limits need a Unix, and the one on memory Linux; elsewhere they do nothing.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any

MEMORY = 4.0  # GiB: a kernel with TensorFlow takes 0.5 GiB of it
SECONDS = 60.0  # for a cell, and for a check
GRACE = 5.0  # for code that catches the error and goes on


class TimeIsUp(BaseException):
    """Code ran too long. No `Exception`: a loop that catches every error must end, too."""


def memory(gigabytes: float = MEMORY) -> None:
    """Let this process take no more memory; what asks for more gets a `MemoryError`.

    Args:
        gigabytes: In GiB, of what a process may write to.
    """
    try:
        import resource
    except ImportError:
        return
    most = int(gigabytes * 2**30)
    with contextlib.suppress(OSError, ValueError):  # it is smaller already
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def start(seconds: float = SECONDS) -> None:
    """Raise `TimeIsUp` in whatever runs `seconds` from now, and end the process soon after."""
    if not hasattr(signal, "setitimer"):
        return

    def up(number: int, frame: Any) -> None:
        signal.signal(signal.SIGALRM, lambda number, frame: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        raise TimeIsUp(f"stopped after {seconds:g} seconds")

    signal.signal(signal.SIGALRM, up)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def stop() -> None:
    """Forget the limit that runs."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def within(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `TimeIsUp` in the body where it takes longer than this.

    >>> with within(5):
    ...     print("soon done")
    soon done
    """
    start(seconds)
    try:
        yield
    finally:
        stop()


def each_cell(seconds: float = SECONDS) -> None:
    """Give every cell that this kernel runs from now on so much time."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.events.register("pre_run_cell", lambda info: start(seconds))
        shell.events.register("post_run_cell", lambda result: stop())
