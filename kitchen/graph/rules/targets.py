"""Rules about a model and its targets: shapes, labels and ranges."""

from collections.abc import Iterator

from kitchen.graph.model_graph import Shape
from kitchen.graph.rules.activations import RANGES, endings, units
from kitchen.graph.rules.axes import SHAPED, pairs, shape_of, unflattened
from kitchen.graph.rules.base import Fault, Rule, Subject, begin, quoted, sized
from kitchen.graph.rules.losses import BINARY, CATEGORICAL, ELEMENTWISE, SPARSE
from kitchen.graph.targets import Target

BATCH = -1  # stands for the examples where shapes are laid side by side


MEASURED = {loss for loss in ELEMENTWISE if "categorical" not in loss and "hinge" not in loss}


LEAST = 0.01  # a share of the targets below this may be noise


def broadcasts(subject: Subject) -> Iterator[Fault]:
    """Find targets that the loss stretches to the shape of the output, or the other way round."""
    for k, target, loss in pairs(subject):
        shape = shape_of(subject, k)
        if loss not in ELEMENTWISE or not shape or unflattened(subject, k, target, loss):
            continue
        if loss == "categorical_focal_crossentropy" and labels_for_one_hot(target, shape):
            continue
        full = stretched(target.shape, shape)
        if full is None:
            continue
        numbers = "×".join("n" if x == BATCH else str(x) for x in full)
        yield Fault(
            f"{begin(subject.output(k))} is {sized(shape)} and y is {sized(target.shape)}. "
            f"The loss repeats entries until both have {numbers} numbers, without a word.",
            f"Make y {sized(shape)}, or the last layer fit y.",
            (subject.end(k).path,),
        )


def stretched(target: tuple[int, ...], output: Shape) -> tuple[int, ...] | None:
    """Return the shape to which a loss stretches targets and output; `None` where it need not.

    Keras first drops or adds a last axis of length one; the rest is broadcasting, which needs the
    number of examples to be the same on both sides.
    """
    y: list[int] = [BATCH, *target[1:]]
    out: list[int | None] = [BATCH, *output[1:]]
    if None in out:
        return None
    a, b = y, [n or 0 for n in out]
    if len(a) == len(b) + 1 and a[-1] == 1:
        a, b = (a, [*b, 1]) if len(b) == 1 else (a[:-1], b)
    elif len(b) == len(a) + 1 and b[-1] == 1:
        a, b = ([*a, 1], b) if len(a) == 1 else (a, b[:-1])
    if a == b:
        return None
    size = max(len(a), len(b))
    a, b = [1] * (size - len(a)) + a, [1] * (size - len(b)) + b
    full = []
    for one, two in zip(a, b, strict=True):
        if one != two and 1 not in (one, two):
            return None  # Keras refuses it
        full.append(two if one == 1 else one)
    return tuple(full)


def labels_for_one_hot(target: Target, shape: Shape) -> bool:
    """Return whether targets are whole-number labels where one-hot rows are due."""
    plain = len(target.shape) == len(shape) - 1 or target.shape[-1] == 1
    return target.whole and plain and (shape[-1] or 0) > 1


def label_format(subject: Subject) -> Iterator[Fault]:
    """Find labels as numbers where one-hot rows are due, and the other way round."""
    for k, target, loss in pairs(subject):
        shape = shape_of(subject, k)
        if not shape or unflattened(subject, k, target, loss):
            continue
        if loss in CATEGORICAL and labels_for_one_hot(target, shape):
            yield Fault(
                f"y is {sized(target.shape)}, labels from {target.low:g} to {target.high:g}; "
                f"{loss} expects {sized(shape)}, a row of zeros with a one.",
                '`loss="sparse_categorical_crossentropy"`, or '
                f"`y = keras.utils.to_categorical(y, {shape[-1]})`.",
                (subject.end(k).path,),
            )
        elif loss in SPARSE and len(target.shape) == len(shape) and target.one_hot:
            yield Fault(
                f"y is {sized(target.shape)}, rows of zeros with a one; {loss} expects one number "
                "for each example.",
                '`loss="categorical_crossentropy"`, or `y = y.argmax(axis=-1)`.',
                (subject.end(k).path,),
            )


def label_range(subject: Subject) -> Iterator[Fault]:
    """Find labels for which there is no unit, or that are no labels."""
    for k, target, loss in pairs(subject):
        n = units(subject, k)
        if loss not in SPARSE or not n or n == 1 or target.one_hot:
            continue
        if target.low < 0 or target.high >= n:
            wrong = target.high if target.high >= n else target.low
            besides = "" if target.ignored is None else f", {target.ignored:g} left out"
            yield Fault(
                f"The labels go from {target.low:g} to {target.high:g}{besides}, and "
                f"{subject.output(k)} has {n} units, for the labels 0 to {n - 1}. For label "
                f"{wrong:g} there is none: an error, or a loss of nan where Keras compiles with "
                "XLA, as it does on a GPU.",
                f"`Dense({int(target.high) + 1})` as the last layer, or count the labels from 0."
                if target.low >= 0
                else "Count the labels from 0.",
                (subject.end(k).path,),
            )
        elif not target.whole:
            yield Fault(
                f"{loss} takes whole numbers as labels, and y has fractions between "
                f"{target.low:g} and {target.high:g}. They are cut off: 0.9 counts as 0.",
                'For numbers to be estimated: `Dense(1)` with `loss="mse"`.',
                (subject.end(k).path,),
            )


def out_of_reach(subject: Subject) -> Iterator[Fault]:
    """Find targets that the last activation cannot give, or that are no probabilities."""
    ends = dict(endings(subject))
    for k, target, loss in pairs(subject):
        span = f"y goes from {target.low:g} to {target.high:g}"
        end = ends.get(k)
        if loss in BINARY and (target.low < 0 or target.high > 1):
            yield Fault(
                f"{span}, and {loss} expects labels between 0 and 1. Beyond them the loss has no "
                "lowest value: it falls for ever below 0.",
                "Scale y to 0 and 1, or choose the loss for whole-number labels: "
                "`sparse_categorical_crossentropy`.",
                (subject.end(k).path,),
            )
        elif loss in CATEGORICAL and not too_short(target) and target.most > 1.001:
            if labels_for_one_hot(target, shape_of(subject, k) or ()):
                continue
            yield Fault(
                f"A row of y adds up to {target.most:g}, and {loss} expects rows that add up to 1: "
                "one class for each example.",
                'Where several may be true: `activation="sigmoid"` and '
                '`loss="binary_crossentropy"`.',
                (subject.end(k).path,),
            )
        elif end is not None and loss in MEASURED and end.name in RANGES:
            low, high = RANGES[end.name]
            below, above = target.outside
            under = target.low < low - 0.01 and (low < 0 or below >= LEAST)
            over = target.high > high + 0.01 and (high > 1 or above >= LEAST)
            if under or over:
                limits = f"from {low:g} to {high:g}" if high < 1e9 else f"from {low:g} upwards"
                yield Fault(
                    f"{span}, and {quoted(end.step.layer.name)} ends in {end.name}, which gives "
                    f"numbers {limits}. The others can never be reached.",
                    f"No activation in {quoted(end.step.layer.name)}, or scale y.",
                    (end.step.path,),
                )


def too_short(target: Target) -> bool:
    """Return whether targets have no axis of classes."""
    return len(target.shape) < 2 or target.shape[-1] < 2


RULES = (
    Rule(
        "K401",
        "Targets that broadcast",
        "Axes of length one are repeated until the shapes fit, as in NumPy.",
        broadcasts,
        (*SHAPED, "compiled"),
    ),
    Rule(
        "K404",
        "Labels without a unit",
        "Label k is read off unit k, and the first label is 0.",
        label_range,
        (*SHAPED, "compiled"),
    ),
    Rule(
        "K405",
        "Labels in another form than the loss expects",
        "A categorical loss takes one-hot rows, a sparse one takes whole numbers.",
        label_format,
        (*SHAPED, "compiled"),
    ),
    Rule(
        "K406",
        "Targets out of reach",
        "An activation limits what a model can give, and a loss what it can compare with.",
        out_of_reach,
        ("model", *SHAPED, "compiled"),
    ),
)
