"""Rules about the values that weights have now."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.describe import attribute
from kitchen.graph.rules.activations import ARRANGING, activation
from kitchen.graph.rules.base import Fault, Rule, Subject, quoted
from kitchen.graph.rules.walk import Step

KERNELS = {"Conv1D", "Conv2D", "Conv3D", "Dense"}  # with the axes (…, what comes in, units)
ALIKE = ARRANGING | {  # give equal channels for equal channels
    "Activation",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "ELU",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "ReLU",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
}


def equal_units(subject: Subject) -> Iterator[Fault]:
    """Find a layer whose units are equal, and equal to all that read them: they stay so."""
    kernels = constant_kernels(subject)
    for step in subject.row.steps:
        kernel = kernels.get(step.layer.id)
        if kernel is None or kernel.shape[-1] < 2 or not same(kernel, -1):
            continue
        bias = values(attribute(subject.live(step.layer), "bias"))
        if bias is not None and not same(bias, -1):
            continue
        readers = readers_of(subject, step)
        if not readers or not all(
            x.layer.id in kernels and same(kernels[x.layer.id], -2) for x in readers
        ):
            continue
        if is_dead(subject, step, kernel, bias):
            continue  # there is a worse mistake
        yield Fault(
            f"All {kernel.shape[-1]} units of {quoted(step.layer.name)} start with the same "
            f"weights, and {quoted(readers[0].layer.name)} reads them all with the same weights. "
            "They compute the same and learn the same: the layer works like a single unit.",
            "Leave out `kernel_initializer=`; the default draws the weights at random.",
            (step.path, *(x.path for x in readers)),
        )


def dead_units(subject: Subject) -> Iterator[Fault]:
    """Find a kernel of zeros in front of a ReLU: no gradient ever comes through."""
    kernels = constant_kernels(subject)
    for step in subject.row.steps:
        kernel = kernels.get(step.layer.id)
        bias = values(attribute(subject.live(step.layer), "bias"))
        if kernel is not None and is_dead(subject, step, kernel, bias):
            yield Fault(
                f"The weights of {quoted(step.layer.name)} are zero and a ReLU follows. It gives "
                "0 for every example, and where a ReLU gives 0 its gradient is 0: the layer never "
                "learns.",
                "Leave out `kernel_initializer=`; the default draws the weights at random.",
                (step.path,),
            )


def is_dead(subject: Subject, step: Step, kernel: Any, bias: Any) -> bool:
    """Return whether a layer gives zeros into a ReLU, whatever comes in."""
    nothing = not kernel.any() and (bias is None or (bias <= 0).all())
    return bool(nothing) and cut_off(subject, step)


def constant_kernels(subject: Subject) -> dict[str, Any]:
    """Return the trainable kernels in which all units, or all inputs, seem to be equal."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for step in subject.row.steps:
        key = step.layer.id
        if key in seen or step.layer.class_name not in KERNELS or not step.own:
            continue
        seen.add(key)
        kernel = attribute(subject.live(step.layer), "kernel")
        if not step.layer.trainable or kernel is None or len(kernel.shape) < 2:
            continue
        array = values(kernel)
        first = array[..., :1, :]  # a few numbers: a network has millions
        if same(first, -1) or same(array[..., :2, :1], -2):
            found[key] = array
    return found


def values(variable: Any) -> Any:
    """Return the values of a variable as an array to look at; `None` where there are none."""
    if variable is None:
        return None
    try:
        tensor = variable.value.read_value()
        return np.asarray(memoryview(tensor))  # no copy: a network has hundreds of megabytes
    except (AttributeError, BufferError, TypeError, ValueError):  # bfloat16, say
        return keras().ops.convert_to_numpy(variable)


def same(array: Any, axis: int) -> bool:
    """Return whether all slices of an array along an axis are equal."""
    return bool((array == array.take([0], axis=axis)).all())


def readers_of(subject: Subject, step: Step) -> list[Step]:
    """Return the layers that read a step's units, through what treats all units alike.

    Returns:
        An empty list where anything else reads them, an output included.
    """
    ends = {made for made, _ in subject.row.ends}
    waiting, found, seen = [step], dict[int, Step](), set[int]()
    while waiting:
        now = waiting.pop()
        if now.index in ends:
            return []
        for reader in subject.row.after(now):
            if reader.index in seen:
                continue
            seen.add(reader.index)
            if len(reader.sources) != 1 or not reader.own:
                return []
            if reader.layer.class_name in KERNELS:
                found[reader.index] = reader
            elif reader.layer.class_name in ALIKE:
                waiting.append(reader)
            else:
                return []
    return list(found.values())


def cut_off(subject: Subject, step: Step) -> bool:
    """Return whether a ReLU is all that takes what a kernel and its bias give."""
    own = activation(subject, step)
    if own != "linear":
        return own == "relu"
    after = list(subject.row.after(step))
    ends = {made for made, _ in subject.row.ends}
    relus = [x for x in after if len(x.sources) == 1 and activation(subject, x) == "relu"]
    only = [x for x in relus if x.layer.class_name in {"Activation", "ReLU", "Relu"}]
    return bool(after) and step.index not in ends and len(only) == len(after)


RULES = (
    Rule(
        "K205",
        "Units that are all the same",
        "A unit learns from its own weights and from how it is read. Units that are equal in both "
        "get equal gradients.",
        equal_units,
        ("model", "calls"),
    ),
    Rule(
        "K206",
        "A layer that is dead from the start",
        "The gradient of a weight is what comes in times the gradient behind it, and a ReLU lets "
        "none through where it gives 0.",
        dead_units,
        ("model", "calls"),
    ),
)
