"""Rules about "accuracy": Keras chooses what it counts by shapes alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from kitchen.graph.rules.activations import endings, units
from kitchen.graph.rules.alphabet import by_key
from kitchen.graph.rules.axes import pairs
from kitchen.graph.rules.base import Fault, Rule, Subject
from kitchen.graph.rules.losses import BINARY, CATEGORICAL, SPARSE


def other_accuracy(subject: Subject) -> Iterator[Fault]:
    """Find "accuracy" for labels that may be several at once."""
    losses = subject.losses
    for k, end in endings(subject):
        n, loss = units(subject, k), losses[k] if losses else None
        if loss is None or not loss.name.startswith("binary") or n is None or n < 2:
            continue
        if end.name == "softmax" or not {"accuracy", "acc"} & set(metrics_of(subject, k)):
            continue
        yield Fault(
            f'For {subject.output(k)} with its {n} units, "accuracy" is taken for categorical '
            f"accuracy: it counts which of the {n} is greatest, not whether each is right.",
            '`metrics=["binary_accuracy"]`.',
            (end.step.path,),
        )


def accuracy_of_numbers(subject: Subject) -> Iterator[Fault]:
    """Find "accuracy" for targets that are no labels."""
    if subject.compiled is None:
        return
    for k, target, loss in pairs(subject):
        asked = {"accuracy", "acc", "binary_accuracy", "categorical_accuracy"}
        if target.whole or loss in BINARY | CATEGORICAL | SPARSE:
            continue
        if asked & set(metrics_of(subject, k)):
            yield Fault(
                f"y holds numbers such as {target.high:g}, no labels, and accuracy counts how "
                f"often a prediction equals its target: about 0 for {subject.output(k)}, however "
                "good it is.",
                '`metrics=["mae"]`.',
                (subject.end(k).path,),
            )


def metrics_of(subject: Subject, k: int) -> list[str]:
    """Return the names of the metrics of output `k`."""
    given, outputs = subject.info.metrics, subject.body.outputs
    if given is None:
        return []
    if len(outputs) == 1:
        picked: Any = list(given.values()) if isinstance(given, Mapping) else given
    elif isinstance(given, Mapping):
        port = outputs[k]
        picked = given.get(port.key if by_key(subject) else port.layer)
    else:
        picked = given[k] if len(given) == len(outputs) else None
    flat, waiting = [], [picked]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, str):
            flat.append(item)
    return flat


RULES = (
    Rule(
        "K310",
        '"accuracy" is another metric than meant',
        "Keras chooses the metric behind that name by shapes alone: one unit, binary; more, "
        "categorical.",
        other_accuracy,
        ("model", "calls", "compiled"),
    ),
    Rule(
        "K407",
        "Accuracy for numbers",
        "Accuracy counts equal labels; numbers are hardly ever equal.",
        accuracy_of_numbers,
        ("calls", "y", "compiled"),
    ),
)
