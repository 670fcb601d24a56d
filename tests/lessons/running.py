"""Run a notebook in a kernel of its own, as Jupyter would, and measure what that takes."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

from tests.lessons.notebooks import RAISES, code_cells, tags, text

CELL_TIMEOUT = 120  # seconds
SAMPLING = 0.1  # seconds
# What would hide a red box that a learner sees (ipykernel shows none when it thinks that pytest
# runs it), or make a picture look otherwise.
DROPPED = ("PYTEST_CURRENT_TEST", "TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS", "MPLBACKEND")


@dataclass
class Run:
    """What a run of a whole notebook took, and what a learner would call wrong with it."""

    seconds: float = 0.0
    busy: float = 0.0  # seconds of processor time: the kernel's and its children's
    kernel: int = 0  # bytes of memory: the kernel's own process at its peak
    family: int = 0  # the same, and what the processes that it started have for themselves
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kernel, family = (f"{size / 1e6:,.0f} MB" for size in (self.kernel, self.family))
        times = f"{self.seconds:.1f} s, {self.busy:.1f} s of processor time"
        return f"{times}; the kernel took {kernel}, {family} with its children"


def environment() -> dict[str, str]:
    """The environment that a learner's kernel has, who knows nothing of pytest."""
    return {name: value for name, value in os.environ.items() if name not in DROPPED}


def run(notebook: Any, folder: Path, *, cell_timeout: int = CELL_TIMEOUT) -> Run:
    """Run every cell in a fresh kernel that works in `folder`; the outputs go into `notebook`.

    A cell that raises and is not tagged for it, hangs or kills the kernel ends the run and is one
    of its problems. So is whatever a cell writes to stderr, which Jupyter shows as a red box.
    """
    result = Run()
    client = NotebookClient(
        notebook,
        timeout=cell_timeout,
        kernel_name="python3",
        record_timing=False,  # times would differ at every run
        coalesce_streams=True,  # and so would the pieces in which text arrives
        extra_arguments=["--log-level=ERROR"],  # it warns of its port at every start
        resources={"metadata": {"path": str(folder)}},
    )
    began = time.perf_counter()
    with watched(lambda: getattr(getattr(client.km, "provisioner", None), "pid", None), result):
        try:
            client.execute(env=environment())
        except (CellControlSignal, DeadKernelError) as error:
            result.problems.append(str(error))
    result.seconds = time.perf_counter() - began
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.get("name") == "stderr":
                result.problems.append(f"cell {cell.id} writes to stderr: {text(output.text)}")
        if RAISES in tags(cell) and not any(x.output_type == "error" for x in cell.outputs):
            result.problems.append(f"cell {cell.id} is to raise, and does not")
    return result


@contextmanager
def watched(kernel_pid: Callable[[], int | None], result: Run) -> Iterator[None]:
    """Look at the memory of a kernel again and again, and keep the highest figures."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLING):
            if (pid := kernel_pid()) is None:  # not started yet, or over
                continue
            with contextlib.suppress(psutil.Error):  # it may end while being looked at
                kernel = psutil.Process(pid)
                size, busy = kernel.memory_info().rss, sum(kernel.cpu_times()[:2])
                result.kernel = max(result.kernel, size)
                result.family = max(result.family, size)  # if a child ends while being looked at
                for child in kernel.children(recursive=True):
                    if child.cmdline() == kernel.cmdline():
                        continue  # not yet a program of its own: its memory is the kernel's
                    size += child.memory_full_info().uss  # the libraries of both count once
                    busy += sum(child.cpu_times()[:2])
                result.family = max(result.family, size)
                result.busy = max(result.busy, busy)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
