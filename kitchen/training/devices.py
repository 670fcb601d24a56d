"""Which device to train on: found, tried, and said in one line."""

import contextlib
import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from kitchen.backend import keras
from kitchen.errors import KitchenError, KitchenWarning, in_a_line

VARIABLE = "KITCHEN_DEVICE"
WANTED = re.compile(r"cpu|gpu(:\d+)?", re.IGNORECASE)
QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
PATIENCE = 20  # seconds for nvidia-smi, which may hang where a driver is broken


@dataclass(frozen=True)
class Gpu:
    """A GPU that TensorFlow sees.

    Args:
        name: What TensorFlow calls it, such as `"GPU:0"`.
        model: What its maker calls it.
        memory: Its memory in MiB; `None` where nvidia-smi does not tell.
        capability: Its compute capability, such as `"9.0"`; empty where it is not known.
    """

    name: str
    model: str
    memory: int | None = None
    capability: str = ""

    def __str__(self) -> str:
        """Return it in words."""
        more = [f"{self.memory / 1024:.0f} GiB" if self.memory else "", self.capability]
        known = [self.model, more[0], f"compute capability {more[1]}" if more[1] else ""]
        return f"{self.name} ({', '.join(filter(None, known))})"


@dataclass(frozen=True)
class Choice:
    """Where to train.

    Args:
        devices: TensorFlow's names, such as `("GPU:0",)`.
        reason: What was picked and why, in a sentence.
        strategy: A `tf.distribute.MirroredStrategy` where there are several devices.
    """

    devices: tuple[str, ...]
    reason: str
    strategy: Any = None

    def __str__(self) -> str:
        """Return the sentence."""
        return self.reason

    def first(self) -> "Choice":
        """Return the first device alone."""
        return Choice(self.devices[:1], f"On {self.devices[0]}.")

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Make models within this, and train them within it."""
        import tensorflow as tf

        with contextlib.ExitStack() as stack:
            if self.strategy is not None:
                stack.enter_context(hushed())
                stack.enter_context(self.strategy.scope())
            else:
                stack.enter_context(tf.device(f"/{self.devices[0]}"))
            yield


def find_gpus() -> tuple[Gpu, ...]:
    """Return the GPUs that TensorFlow sees, with memory growth turned on where that still can be.

    Without it TensorFlow takes all memory of a GPU at first use.

    Raises:
        BackendError: TensorFlow's Keras 3 is not there.
    """
    keras()
    import tensorflow as tf

    found = []
    told = dict(enumerate(smi(*QUERY).splitlines()))
    for k, device in enumerate(tf.config.list_physical_devices("GPU")):
        with contextlib.suppress(RuntimeError, ValueError):  # it is in use already
            tf.config.experimental.set_memory_growth(device, True)
        details = tf.config.experimental.get_device_details(device)
        capability = ".".join(map(str, details.get("compute_capability", ())))
        memory = told.get(k, "").rpartition(",")[2].strip()
        found.append(
            Gpu(
                f"GPU:{k}",
                details.get("device_name", "unknown"),
                int(memory) if memory.isdigit() else None,
                capability,
            )
        )
    return tuple(found)


def smi(*arguments: str) -> str:
    """Return what nvidia-smi prints; nothing where it is not there or fails."""
    if (program := shutil.which("nvidia-smi")) is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            [program, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def choose(device: str | Choice | None = None) -> Choice:
    """Pick the device to train on.

    Args:
        device: A `Choice` that was made before; `"cpu"`, `"gpu"` or `"gpu:1"`; by default what the
            environment variable `KITCHEN_DEVICE` says, else the GPU where there is one that works,
            several with one copy of the model on each, else the CPU. A GPU that cannot be used is a
            `KitchenWarning`.

    Raises:
        BackendError: TensorFlow's Keras 3 is not there.
        KitchenError: There is no such device, or the one asked for cannot be used.

    >>> print(choose("cpu"))
    On the CPU, as asked.
    """
    if isinstance(device, Choice):
        return device
    wanted = device if device is not None else os.environ.get(VARIABLE) or None
    if wanted is not None and not (isinstance(wanted, str) and WANTED.fullmatch(wanted)):
        raise KitchenError(
            "There is no such device.",
            received=repr(wanted),
            fix='Use "cpu", "gpu" or one GPU such as "gpu:0".',
        )
    asked = "as asked" if device is not None else f"as {VARIABLE} says"
    if wanted is not None and wanted.lower() == "cpu":
        keras()
        return Choice(("CPU:0",), f"On the CPU, {asked}.")
    gpus = find_gpus()
    if wanted is None:
        return picked(gpus)
    named = [x for x in gpus if wanted.lower() in {"gpu", x.name.lower()}]
    if not named:
        raise KitchenError(
            "TensorFlow does not see the GPU that was asked for.",
            received=f"{wanted!r}; {unseen() or f'it sees {len(gpus)} GPUs'}",
            fix='Use device="cpu", or mend that and restart the kernel.',
        )
    if problem := trouble(named[0]):
        raise KitchenError(
            f"{named[0].name} cannot be used.",
            received=problem,
            fix='Use device="cpu", or mend that and restart the kernel.',
        )
    return Choice((named[0].name,), f"On {named[0]}, {asked}.")


def picked(gpus: tuple[Gpu, ...]) -> Choice:
    """Return the devices to train on where nobody asked for any."""
    working = []
    for gpu in gpus:
        if problem := trouble(gpu):
            say(f"{gpu} cannot be used: {problem}")
        else:
            working.append(gpu)
    if not gpus and (problem := unseen()):
        say(f"There is a GPU that cannot be used: {problem}.")
    if not working:
        why = "no GPU works" if gpus else "TensorFlow sees no GPU"
        return Choice(("CPU:0",), f"On the CPU: {why}.")
    if len(working) == 1:
        return Choice((working[0].name,), f"On {working[0]}, the GPU that TensorFlow sees.")
    return mirrored([x.name for x in working], f"{len(working)} GPUs that TensorFlow sees")


def mirrored(devices: list[str], what: str) -> Choice:
    """Return several devices with a copy of the model on each; batches are split among them."""
    strategy = strategy_over(tuple(devices))
    return Choice(tuple(devices), f"On {what}, a copy of the model on each.", strategy)


@cache
def strategy_over(devices: tuple[str, ...]) -> Any:
    """Return the strategy over some devices: always the same, so that models go on in theirs."""
    import tensorflow as tf

    with hushed():
        return tf.distribute.MirroredStrategy(devices)


@contextmanager
def hushed() -> Iterator[None]:
    """Keep back what TensorFlow prints in a notebook of each exchange between devices."""
    import tensorflow as tf

    logger = tf.get_logger()
    before = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(before)


def trouble(gpu: Gpu) -> str:
    """Return why a GPU does not compute; nothing where it does."""
    import tensorflow as tf

    try:
        with tf.device(f"/{gpu.name}"):
            total = float(tf.reduce_sum(tf.matmul(tf.ones((8, 8)), tf.ones((8, 8)))))
    except Exception as error:  # driver, libraries, or all its memory taken by another program
        return in_a_line(error, 200)
    return "" if total == 512.0 else f"it computes 8×8×8 as {total}"


def unseen() -> str:
    """Return why TensorFlow does not see a GPU that is there; nothing where there is none."""
    import tensorflow as tf

    if not smi("-L").startswith("GPU") or os.environ.get("CUDA_VISIBLE_DEVICES") in {"", "-1"}:
        return ""
    if not tf.test.is_built_with_cuda():
        return "this TensorFlow is built for the CPU; keras-kitchen[gpu] brings the other one"
    return "TensorFlow could not load NVIDIA's libraries; keras-kitchen[gpu] brings them"


def say(problem: str) -> None:
    """Warn of a GPU that cannot be used."""
    warnings.warn(f"{problem.rstrip('.')}. Training goes on elsewhere.", KitchenWarning, 4)
