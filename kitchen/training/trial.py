"""Train the article's examples on every device there is, and compare: `keras-kitchen doctor`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kitchen import examples
from kitchen.backend import keras
from kitchen.examples.example import Data, Example
from kitchen.tables import Table
from kitchen.training.devices import Choice, choose, find_gpus, mirrored
from kitchen.training.fit import train

EXAMPLES: tuple[Example, ...] = (examples.classifier, examples.two_inputs, examples.shared_layer)
EPOCHS, BATCH = 3, 32
FORM = "functional"


@dataclass(frozen=True)
class Trial:
    """One example trained on one device.

    Args:
        example: The example's name.
        device: The device's.
        seconds: The time of one epoch, the first left out: it builds the step.
        losses: The loss of each epoch.
        memory: The most memory that TensorFlow held on a GPU, in MiB; `None` on a CPU.
    """

    example: str
    device: str
    seconds: float
    losses: tuple[float, ...]
    memory: float | None = None


def places() -> tuple[list[Choice], str]:
    """Return where to train, the CPU first, and what there is to say of that.

    Without a GPU the CPU is made to look like two devices, so that the same code is run as with
    several GPUs. This must come before TensorFlow computes anything.

    Raises:
        BackendError: TensorFlow's Keras 3 is not there.
    """
    keras()
    import tensorflow as tf

    gpus = find_gpus()
    if gpus:
        return [choose("cpu"), *(choose(gpu.name) for gpu in gpus)], ""
    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    try:
        tf.config.set_logical_device_configuration(cpu, two)
    except RuntimeError:  # TensorFlow has computed something already
        return [choose("cpu")], "There is no GPU."
    both = mirrored(["CPU:0", "CPU:1"], "two halves of the CPU")
    said = "There is no GPU. The CPU stands in for two devices, with a copy of the model on each."
    return [choose("cpu"), both], said


def trials(choices: Sequence[Choice], epochs: int = EPOCHS) -> Iterator[Trial]:
    """Train each example on each device, and yield what that took."""
    for example in EXAMPLES:
        for choice in choices:
            yield trial(example, choice, epochs)


def trial(example: Example, choice: Choice, epochs: int) -> Trial:
    """Train one example on one device."""
    import tensorflow as tf

    gpu = choice.devices[0] if choice.devices[0].startswith("GPU") else ""
    if gpu:
        tf.config.experimental.reset_memory_stats(gpu)
    data = whole_batches(example.data())
    runs = train({FORM: lambda: example.ready(FORM)}, data, 1, batch_size=BATCH, device=choice)
    more = train(runs, data, epochs - 1, batch_size=BATCH, device=choice)
    memory = tf.config.experimental.get_memory_info(gpu)["peak"] / 2**20 if gpu else None
    return Trial(
        example.name,
        ", ".join(choice.devices),
        more.seconds[FORM] / max(1, epochs - 1),
        tuple(more.history[FORM]["loss"]),
        memory,
    )


def whole_batches(data: Data) -> Any:
    """Return an example's training data without the rows that would make a smaller last batch.

    Several devices split a batch, and Keras averages over the devices: examples in the smaller
    part of an uneven one count for more than on one device.
    """
    x, y = data.x_train, data.y_train
    tree = keras().tree
    rows = len(tree.flatten(x)[0]) // BATCH * BATCH
    return tree.map_structure(lambda a: a[:rows], (x, y))


def first_of(one: Trial, found: Sequence[Trial]) -> Trial:
    """Return the trial of the same example on the first device."""
    return next(x for x in found if x.example == one.example)


def apart(one: Trial, two: Trial) -> float:
    """Return the largest difference of two trials' losses."""
    return max(abs(x - y) for x, y in zip(one.losses, two.losses, strict=True))


def table(found: Sequence[Trial]) -> Table:
    """Return the trials beside each other: each device against the first."""
    rows = []
    for one in found:
        base = first_of(one, found)
        rows.append(
            (
                one.example,
                one.device,
                f"{1000 * one.seconds:.0f}",
                f"{one.seconds / base.seconds:.2f}",
                "–" if one.memory is None else f"{one.memory:.0f}",
                "–" if one is base else f"{apart(one, base):.1e}",
            )
        )
    header = ("example", "device", "ms an epoch", "ratio", "GPU memory, MiB", "losses differ by")
    return Table("Training on each device.", header, rows, numbers=(2, 3, 4, 5))
