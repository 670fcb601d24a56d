"""Rules about a loss and the activation in front of it."""

from collections.abc import Iterator

from kitchen.graph.describe import attribute
from kitchen.graph.rules.activations import ABOVE_ONE, NEGATIVE, Last, does_nothing, endings, units
from kitchen.graph.rules.base import Fault, Need, Rule, Subject, quoted

BINARY = {"binary_crossentropy", "binary_focal_crossentropy"}
SPARSE = {"sparse_categorical_crossentropy"}
CATEGORICAL = {"categorical_crossentropy", "categorical_focal_crossentropy"}
PROBABILITIES = {"hard_sigmoid", "sigmoid", "softmax"}
ELEMENTWISE = {
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "squared_hinge",
}
SWAPS = {"categorical_crossentropy", "sparse_categorical_crossentropy"}  # as binary_… does
POSITIVE = {"kl_divergence", "poisson"}
HALF = {"bfloat16", "float16"}


def logits_expected(subject: Subject) -> Iterator[Fault]:
    """Find a loss with `from_logits=True` after a softmax or a sigmoid."""
    for k, end in endings(subject):
        loss = subject.losses[k] if subject.losses else None
        if loss is None or not loss.from_logits or end.name not in PROBABILITIES:
            continue
        if mended(subject, end, loss.name):
            effect = (
                "While it trains, Keras notices, warns and takes the values from before the "
                f"{end.name}; the same loss called on what `predict` gives is wrong."
            )
        else:
            effect = (
                f"A second {end.name} is applied to the first: the loss is not that of what the "
                "model predicts."
            )
        yield Fault(
            f"{quoted(end.step.layer.name)} gives probabilities ({end.name}), and the loss "
            f"`{loss.given}` expects logits. {effect}",
            "Leave out `from_logits=True`, or the activation.",
            (end.step.path,),
        )


def mended(subject: Subject, end: Last, loss: str) -> bool:
    """Return whether Keras finds the logits behind an activation and takes them instead.

    It does where the loss gets the very tensor that the activation has made.
    """
    if end.name not in {"sigmoid", "softmax"} or loss not in SWAPS | {"binary_crossentropy"}:
        return False
    half = attribute(subject.live(end.step.layer), "compute_dtype") in HALF
    return not half and all(does_nothing(subject, step) for step in end.between)


def probabilities_expected(subject: Subject) -> Iterator[Fault]:
    """Find a cross-entropy that expects probabilities after a layer without an activation."""
    for k, end in endings(subject):
        loss, n = subject.losses[k] if subject.losses else None, units(subject, k)
        if loss is None or loss.from_logits or end.name != "linear":
            continue
        if loss.name not in BINARY | SPARSE | CATEGORICAL or not end.step.layer.weights:
            continue
        if n == 1 and loss.name not in BINARY:
            continue  # there is a worse mistake
        chosen = "sigmoid" if loss.name in BINARY else "softmax"
        divides = "divides them by their sum and " if loss.name in CATEGORICAL else ""
        yield Fault(
            f"{quoted(end.step.layer.name)} has no activation, so it gives any number, and "
            f"`{loss.given}` expects probabilities. It {divides}cuts off what is below 0 or "
            "above 1: no gradient comes back from there.",
            f'`activation="{chosen}"`, or `loss=keras.losses.{class_of(loss.name)}'
            "(from_logits=True)`.",
            (end.step.path,),
        )


def class_of(loss: str) -> str:
    """Return the name of a loss's class, such as `"BinaryCrossentropy"`."""
    return loss.title().replace("_", "")


def unfit_activation(subject: Subject) -> Iterator[Fault]:
    """Find a last activation that cannot give what the loss expects."""
    for k, end in endings(subject):
        loss, n = subject.losses[k] if subject.losses else None, units(subject, k)
        if loss is None or loss.from_logits or (n == 1 and not_one(loss)):
            continue
        if end.name == "linear" and (loss.name not in POSITIVE or not end.step.layer.weights):
            continue  # before a cross-entropy that is another rule
        if said := mismatch(subject, end, loss.name, n):
            chosen = "sigmoid" if loss.name in BINARY else "softmax"
            fix = f'`activation="{chosen}"` in the last layer.'
            if end.name in PROBABILITIES:
                other = "binary_crossentropy" if end.name == "sigmoid" else "categorical_…"
                fix = f'`activation="{chosen}"` for one class of many; `loss="{other}"` otherwise.'
                if loss.name in BINARY:
                    fix = (
                        '`activation="sigmoid"` where several may be true at once; '
                        '`loss="categorical_crossentropy"` where one is.'
                    )
            if loss.name == "poisson":
                fix = '`activation="softplus"` or `"exponential"` in the last layer.'
            ending = "has no activation" if end.name == "linear" else f"ends in {end.name}"
            yield Fault(
                f"{quoted(end.step.layer.name)} {ending} and the loss is `{loss.given}`. {said}",
                fix,
                (end.step.path,),
            )


def not_one(loss: object) -> bool:
    """Return whether a loss is one between classes, so that one unit is a worse mistake."""
    return getattr(loss, "name", "") in SPARSE | CATEGORICAL


def mismatch(subject: Subject, end: Last, loss: str, n: int | None) -> str:
    """Return what is wrong with an activation before a loss; empty where nothing is."""
    act = end.name
    if act in NEGATIVE and loss in BINARY | SPARSE | CATEGORICAL | POSITIVE - {"poisson"}:
        return "Values below 0 are no probabilities: they are cut off, and give no gradient."
    if act in NEGATIVE and loss == "poisson":
        return "It takes a logarithm, and that of a negative number is nan."
    if act in ABOVE_ONE and loss in BINARY | SPARSE:
        return "Values above 1 are no probabilities: they are cut off, and give no gradient."
    if act in {"relu", "relu6"} and loss in CATEGORICAL:
        return "Where all units are 0 it divides 0 by 0, and the loss is nan."
    if act == "sigmoid" and loss in SWAPS and mended(subject, end, loss):
        return (
            "Keras takes the values from before the sigmoid and computes a softmax of its own. "
            "What `predict` gives is not what was trained: it does not add up to 1."
        )
    if act == "softmax" and loss == "binary_crossentropy" and (n or 0) > 1:
        if mended(subject, end, loss):
            return (
                f"Keras takes the values from before the softmax and computes {n} sigmoids of its "
                "own. What `predict` gives is not what was trained."
            )
    return ""


def one_class(subject: Subject) -> Iterator[Fault]:
    """Find a cross-entropy between classes where there is one unit."""
    for k in range(len(subject.body.outputs)):
        loss = subject.losses[k] if subject.losses else None
        if loss is None or loss.name not in SPARSE | CATEGORICAL or units(subject, k) != 1:
            continue
        effect = (
            "Label 0 is the only one there is" if loss.name in SPARSE else "The loss is always 0"
        )
        yield Fault(
            f"`{loss.given}` compares classes, and {subject.output(k)} has 1 unit, so one class. "
            f"{effect}.",
            'For two classes: `Dense(1, activation="sigmoid")` with `loss="binary_crossentropy"`.',
            (subject.end(k).path,),
        )


NEEDS: tuple[Need, ...] = ("model", "calls", "compiled")

RULES = (
    Rule(
        "K301",
        "Probabilities for a loss that expects logits",
        "With `from_logits=True` the loss applies the softmax or sigmoid itself.",
        logits_expected,
        NEEDS,
    ),
    Rule(
        "K302",
        "Logits for a loss that expects probabilities",
        "Without `from_logits=True` the loss takes the logarithm of what it gets.",
        probabilities_expected,
        NEEDS,
    ),
    Rule(
        "K303",
        "A last activation that does not fit the loss",
        "An activation gives numbers of one kind, and a loss takes numbers of one kind.",
        unfit_activation,
        NEEDS,
    ),
    Rule(
        "K304",
        "A choice between classes with one unit",
        "These losses have one unit for each class, two for two classes.",
        one_class,
        ("calls", "shapes", "compiled"),
    ),
)
