"""Rules about single layers and neighbours: activations, and layers that compute as one."""

from collections.abc import Iterator
from fractions import Fraction
from math import e, prod

from kitchen.graph.describe import attribute
from kitchen.graph.rules.activations import (
    ARRANGING,
    activation,
    does_nothing,
    endings,
    softmax_axis,
)
from kitchen.graph.rules.base import Fault, Rule, Subject, names, quoted, sized
from kitchen.graph.rules.walk import NOISE, Step

THROUGH = NOISE | {"Activation", "BatchNormalization", "Identity"}  # affine when the model predicts
ROW_BY_ROW = {"Add", "Cast", "Divide", "Multiply", "Relu", "Sigmoid", "Softmax", "Subtract", "Tanh"}


def softmax_over_one(subject: Subject) -> Iterator[Fault]:
    """Find a softmax along an axis of length one."""
    for step in subject.row.steps:
        if activation(subject, step) != "softmax" or not step.shape:
            continue
        axis = softmax_axis(subject, step)
        if axis is None or not -len(step.shape) <= axis < len(step.shape):
            continue
        if step.shape[axis] == 1:
            yield Fault(
                f"{quoted(step.layer.name)} takes a softmax over 1 value, so it gives 1.0 whatever "
                "goes in. Nothing before it can change the result.",
                'For two classes: `Dense(1, activation="sigmoid")` with '
                '`loss="binary_crossentropy"`.',
                (step.path,),
            )


SQUASHED = {
    ("sigmoid", "sigmoid"): "between 0.50 and 0.73",
    ("sigmoid", "hard_sigmoid"): "between 0.50 and 0.73",
    ("sigmoid", "softmax"): "between 0.50 and 0.73",
    ("sigmoid", "relu"): "never below 0.50",
    ("sigmoid", "relu6"): "never below 0.50",
    ("sigmoid", "softplus"): "never below 0.50",
    ("softmax", "softmax"): "",
    ("softmax", "sigmoid"): "",
    ("softmax", "hard_sigmoid"): "",
}


def two_activations(subject: Subject) -> Iterator[Fault]:
    """Find an output that goes through two activations, the second of which limits it."""
    for _, end in endings(subject):
        if len(end.step.sources) != 1 or end.step.layer.class_name in {"Dense", "EinsumDense"}:
            continue
        if "Conv" in end.step.layer.class_name:
            continue
        inner = subject.row.steps[end.step.sources[0][0]]
        while does_nothing(subject, inner) and len(inner.sources) == 1:
            inner = subject.row.steps[inner.sources[0][0]]
        pair = (end.name, activation(subject, inner))
        if pair not in SQUASHED:
            continue
        limits = SQUASHED[pair]
        if end.name == "softmax":
            n = end.step.shape[-1] if end.step.shape else None
            if n is None or n < 2:
                continue
            limits = f"never above {e / (e + n - 1):.2f}, with {n} classes"
        yield Fault(
            f"{quoted(inner.layer.name)} applies {pair[1]} and {quoted(end.step.layer.name)} then "
            f"applies {pair[0]}: what comes out is {limits}.",
            f"Give {quoted(inner.layer.name)} no activation: `activation=None`.",
            (inner.path, end.step.path),
        )


def one_dense_in_two(subject: Subject) -> Iterator[Fault]:
    """Find a `Dense` on a `Dense` with nothing between that bends, and no bottleneck."""
    steps = subject.row.steps
    for first in steps:
        if not plain_dense(first) or activation(subject, first) != "linear":
            continue
        if not first.layer.trainable:
            continue
        between, second = next_dense(subject, first)
        if second is None or first.layer.id == second.layer.id:
            continue
        wide, rows = subject.row.shape(first.sources[0]), rows_in_one(subject, between, second)
        if not (wide and first.shape and second.shape and rows):
            continue
        comes, middle, goes = wide[-1], first.shape[-1], second.shape[-1]
        if comes is None or middle is None or goes is None or middle < min(comes, rows * goes):
            continue  # a bottleneck: two thin layers have fewer weights than one, on purpose
        count = subject.graph.count
        both = count(first.layer.id) + count(second.layer.id)
        moving = [step.layer for step in between[1:] if step.layer.class_name in ARRANGING]
        after = f" after {names([layer.name for layer in moving])}" if moving else ""
        shaped = any(layer.class_name == "Reshape" for layer in moving)
        yield Fault(
            f"{quoted(first.layer.name)} ({comes} → {middle}) has no activation, and "
            f"{quoted(second.layer.name)} ({rows * middle} → {goes}) follows{after}. Together they "
            f"compute what one Dense({goes}){after} computes: {both:,} parameters do the work of "
            f"{(rows * comes + 1) * goes:,}.",
            f'`{first.layer.class_name}({middle}, activation="relu")` for '
            f"{quoted(first.layer.name)}, or leave it out"
            f"{' and give the Reshape the shape that is then right' if shaped else ''}.",
            (first.path, second.path),
        )


def plain_dense(step: Step) -> bool:
    """Return whether a step is one of Keras's own `Dense` layers on one tensor."""
    return step.own and step.layer.class_name == "Dense" and len(step.sources) == 1


def next_dense(subject: Subject, first: Step) -> tuple[list[Step], Step | None]:
    """Return the `Dense` that alone reads a step through layers that bend nothing.

    Returns:
        The steps from the first to the last before that `Dense`, and it; `None` where there is
        none.
    """
    way, ends = [first], {made for made, _ in subject.row.ends}
    while True:
        after = list(subject.row.after(way[-1]))
        if len(after) != 1 or way[-1].index in ends or after[0].frame is not first.frame:
            return way, None
        step = after[0]
        if plain_dense(step):
            return way, step if step.layer.trainable == first.layer.trainable else None
        known = step.own and step.layer.kind == "layer" and len(step.sources) == 1
        if not known or step.layer.class_name not in THROUGH | ARRANGING:
            return way, None
        if step.layer.class_name == "Activation" and activation(subject, step) != "linear":
            return way, None
        way.append(step)


def rows_in_one(subject: Subject, way: list[Step], second: Step) -> int | None:
    """Return how many rows that one `Dense` gives are one row that the next `Dense` takes.

    Args:
        subject: The model.
        way: The first `Dense`, and what is between.
        second: The next `Dense`.

    Returns:
        `None` where no one `Dense` does the work of both: what is between treats the rows of an
        example in different ways, or takes rows apart.
    """
    taken = subject.row.shape(second.sources[0]) or ()
    units, width = (way[0].shape or (None,))[-1], (taken or (None,))[-1]
    if not units or not width:
        return None
    if len(taken) > 2:  # otherwise the example is one row, of which a Dense is any linear map
        if width % units or not all(keeps_rows(subject, step, width) for step in way):
            return None
    return width // units


def keeps_rows(subject: Subject, step: Step, width: int) -> bool:
    """Return whether a step leaves rows together and treats those of this width alike."""
    live = subject.live(step.layer)
    if step.layer.class_name == "Permute":
        dims = attribute(live, "dims") or (0,)
        return bool(dims[-1] == len(dims))
    if step.layer.class_name == "BatchNormalization":
        shape = step.shape or (0,)
        last = attribute(live, "axis") in (-1, len(shape) - 1)
        return last and bool(shape[-1]) and width % (shape[-1] or 1) == 0
    return True


def mixed_examples(subject: Subject) -> Iterator[Fault]:
    """Find a reshape that moves values from one example to another, up to an output."""
    rows: dict[int, Fraction | None] = {}  # how many rows a step gives for each example
    cause: dict[int, Step] = {}
    for step in subject.row.steps:
        before = {rows[source] for source, _ in step.sources} or {Fraction(1)}
        factor = before.pop() if len(before) == 1 else None
        if factor is not None and step.layer.kind == "operation":
            reshapes = step.layer.class_name == "Reshape" and step.own
            factor = factor * stretch(subject, step) if reshapes else one_by_one(step, factor)
        elif not step.own or step.layer.class_name in {"Concatenate", "Lambda"}:
            factor = factor if factor == 1 else None
        rows[step.index] = factor
        if factor is not None and factor != 1:
            fed = [cause[source] for source, _ in step.sources if source in cause]
            cause[step.index] = fed[0] if fed else step
    for k, (made, _) in enumerate(subject.row.ends):
        if made not in cause:
            continue
        step, factor = cause[made], rows[made]
        yield Fault(
            f"{quoted(step.layer.name)} turns {sized(subject.row.shape(step.sources[0]))} into "
            f"{sized(step.shape, 'm')}: for each example that goes in, {factor} rows of "
            f"{subject.output(k)} come out.",
            "Use `keras.layers.Reshape` or `keras.layers.Flatten()`: they leave the examples "
            "alone.",
            (step.path,),
        )


def stretch(subject: Subject, step: Step) -> Fraction:
    """Return by how much a reshape multiplies the number of rows; 1 where that is not known."""
    taken, shape = subject.row.shape(step.sources[0]), step.shape
    if not taken or not shape or shape[0] is not None or None in taken[1:] or None in shape[1:]:
        return Fraction(1)
    inside, outside = prod(n or 0 for n in taken[1:]), prod(n or 0 for n in shape[1:])
    return Fraction(inside, outside) if inside and outside else Fraction(1)


def one_by_one(step: Step, factor: Fraction) -> Fraction | None:
    """Return the rows of an operation that works on each row alone; unknown for any other."""
    return factor if factor == 1 or step.layer.class_name in ROW_BY_ROW else None


RULES = (
    Rule(
        "K201",
        "A softmax over one value",
        "A softmax divides by the sum of its values, and over one value that is the value itself.",
        softmax_over_one,
        ("model", "calls", "shapes"),
    ),
    Rule(
        "K202",
        "Two activations at the end",
        "The first activation limits what the second one gets, so part of its range is never "
        "reached.",
        two_activations,
        ("model", "calls"),
    ),
    Rule(
        "K203",
        "Two Dense layers that compute one",
        "Without an activation a Dense is a matrix product and a sum; two in a row are again one "
        "matrix product and one sum.",
        one_dense_in_two,
        ("model", "calls", "shapes"),
    ),
    Rule(
        "K204",
        "A reshape that mixes examples",
        "`keras.ops.reshape` reshapes the whole batch. Its first axis is the examples.",
        mixed_examples,
        ("calls", "shapes"),
    ),
)
