"""Which activation a call applies last, and what can come out of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kitchen.graph.describe import attribute
from kitchen.graph.rules.base import Subject
from kitchen.graph.rules.walk import NOISE, Step

APPLIES_LAST = {
    "Activation",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "EinsumDense",
    "SeparableConv1D",
    "SeparableConv2D",
}
CLASSES = {
    "ELU": "elu",
    "Elu": "elu",
    "Exp": "exponential",
    "Gelu": "gelu",
    "HardSigmoid": "hard_sigmoid",
    "LeakyReLU": "leaky_relu",
    "LeakyRelu": "leaky_relu",
    "LogSigmoid": "log_sigmoid",
    "LogSoftmax": "log_softmax",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Relu": "relu",
    "Relu6": "relu6",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Silu": "silu",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Tanh": "tanh",
}
RANGES: dict[str, tuple[float, float]] = {
    "hard_sigmoid": (0, 1),
    "relu": (0, float("inf")),
    "relu6": (0, 6),
    "sigmoid": (0, 1),
    "softmax": (0, 1),
    "softplus": (0, float("inf")),
    "softsign": (-1, 1),
    "tanh": (-1, 1),
}
NEGATIVE = {  # what comes out may be below zero
    "elu",
    "gelu",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "prelu",
    "selu",
    "silu",
    "softsign",
    "tanh",
}
ABOVE_ONE = {"exponential", "relu", "relu6", "softplus", "squareplus"}  # from zero to beyond one
ARRANGING = {"ExpandDims", "Flatten", "Permute", "Reshape", "Squeeze", "Transpose"}


@dataclass(frozen=True)
class Last:
    """What a model's output goes through at the end.

    Args:
        step: The step that applies the activation.
        name: The activation; empty where it is not known.
        between: What stands between it and the output, and leaves the values as they are.
    """

    step: Step
    name: str
    between: tuple[Step, ...] = ()


def last(subject: Subject, k: int) -> Last:
    """Return what output `k` goes through at the end: the last step that changes its values."""
    step, between = subject.end(k), list[Step]()
    while keeps(subject, step) and len(step.sources) == 1:
        between.append(step)
        step = subject.row.steps[step.sources[0][0]]
    return Last(step, activation(subject, step), tuple(between))


def keeps(subject: Subject, step: Step) -> bool:
    """Return whether a step leaves the values as they are when the model predicts."""
    if not step.own:
        return False
    if step.layer.class_name in ARRANGING | NOISE | {"Identity"}:
        return True
    return step.layer.class_name == "Activation" and activation(subject, step) == "linear"


def does_nothing(subject: Subject, step: Step) -> bool:
    """Return whether a step gives on the very tensor that it takes when the model predicts."""
    return keeps(subject, step) and step.layer.class_name not in ARRANGING


def activation(subject: Subject, step: Step) -> str:
    """Return the activation that a step applies last; empty where that is not known."""
    if not step.own:
        return ""
    name, live = step.layer.class_name, subject.live(step.layer)
    if name in CLASSES:
        bounded = name == "ReLU" and (attribute(live, "max_value") or attribute(live, "threshold"))
        return "" if bounded else CLASSES[name]
    if name not in APPLIES_LAST or live is None:
        return ""
    return name_of_function(attribute(live, "activation"))


def name_of_function(function: Any) -> str:
    """Return the name of one of Keras's activations; empty for a function of anyone else's."""
    if function is None:
        return "linear"
    kind = type(function)
    if kind.__name__ in CLASSES and kind.__module__.startswith("keras."):
        return CLASSES[kind.__name__]
    if not str(getattr(function, "__module__", "")).startswith("keras."):
        return ""
    return str(getattr(function, "__name__", ""))


def softmax_axis(subject: Subject, step: Step) -> int | None:
    """Return the axis of a step's softmax; `None` where it is over several."""
    live = subject.live(step.layer)
    if step.layer.class_name == "Softmax":
        axis = attribute(live, "axis")
        axis = axis[0] if isinstance(axis, list | tuple) and len(axis) == 1 else axis
        return axis if isinstance(axis, int) else None
    return -1


def endings(subject: Subject) -> Iterator[tuple[int, Last]]:
    """Yield for each output what it goes through at the end, where that is known."""
    for k in range(len(subject.body.outputs)):
        if (end := last(subject, k)).name:
            yield k, end


def units(subject: Subject, k: int) -> int | None:
    """Return the length of the last axis of output `k`; `None` where it is not known."""
    shape = subject.row.shape(subject.row.ends[k])
    return shape[-1] if shape else None
