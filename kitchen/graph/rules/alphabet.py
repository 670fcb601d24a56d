"""Rules about lists and dicts for several outputs: Keras goes by the alphabet."""

from collections.abc import Iterator, Mapping
from typing import Any

from kitchen.graph.rules.base import Fault, Rule, Subject, quoted


def weights_by_alphabet(subject: Subject) -> Iterator[Fault]:
    """Find loss weights in a dict that do not reach the outputs whose names they bear."""
    info, order = subject.info, subject.written_order
    weights = info.loss_weights
    if not isinstance(weights, Mapping) or len(order) < 2 or not subject.flat:
        return
    if not by_key(subject) and not info.output_names:
        return  # a class of one's own whose outputs have no names
    given = [str(key) for key in weights]
    if len(set(map(repr, weights.values()))) == 1 and len(given) == len(order):
        return  # all the same: whichever goes where
    if isinstance(info.loss, list | tuple) and len(given) == len(order):
        listed = sorted(order) if by_key(subject) else list(order)
        taken = dict(zip(listed, sorted(given), strict=True))
    elif isinstance(info.loss, Mapping):
        keys = sorted(map(str, info.loss))
        if len(keys) != len(given) or not (by_key(subject) or keys == sorted(given)):
            return  # Keras refuses it
        taken = dict(zip(keys, sorted(given), strict=True))
    elif not isinstance(info.loss, list | tuple) and len(given) == 1:
        taken = dict.fromkeys(order, given[0])
    else:
        return
    if wrong := {output: key for output, key in taken.items() if output != key}:
        shown = "; ".join(
            f"{quoted(output)} gets {weights[key]!r}, written for {quoted(key)}"
            for output, key in list(wrong.items())[:3]
        )
        yield Fault(
            f"`loss_weights` is a dict, and Keras does not go by the names in it: {shown}.",
            f"Give the loss as a dict with the same keys: `loss={as_dict(order)}`.",
            paths_of(subject, wrong),
        )


def lists_by_alphabet(subject: Subject) -> Iterator[Fault]:
    """Find lists for outputs in a dict that is not written in alphabetical order."""
    info, order = subject.info, subject.written_order
    if not by_key(subject) or not subject.flat or list(order) == sorted(order):
        return
    given = {"loss": info.loss, "loss_weights": info.loss_weights, "metrics": info.metrics}
    for argument, value in given.items():
        if not isinstance(value, list | tuple) or len(value) != len(order):
            continue
        if all(x == value[0] for x in value):
            continue
        if argument == "metrics" and sorted(info.output_names) == sorted(order):
            taken = list(info.output_names)  # where layers bear the keys' names
        else:
            taken = sorted(order)
        if taken == list(order):
            continue
        yield Fault(
            f"The outputs are a dict, written {key_list(order)}, and `{argument}` is a list. Keras "
            f"hands it out in the order {key_list(taken)}: the first entry goes to "
            f"{quoted(taken[0])}.",
            f"Give a dict with the keys of the outputs: `{argument}={as_dict(order)}`.",
            paths_of(subject, order),
        )


def targets_by_alphabet(subject: Subject) -> Iterator[Fault]:
    """Find a list of targets for outputs in a dict that is not written in alphabetical order."""
    order = subject.written_order
    if subject.in_order and by_key(subject) and subject.flat and list(order) != sorted(order):
        yield Fault(
            f"The outputs are a dict, written {key_list(order)}, and y is a list. Keras takes it "
            f"in alphabetical order: y[0] is compared with {quoted(sorted(order)[0])}.",
            f"Give y as a dict: `y={as_dict(order)}`.",
            paths_of(subject, order),
        )


def by_key(subject: Subject) -> bool:
    """Return whether the outputs are a dict."""
    return isinstance(subject.body.output_structure, Mapping)


def key_list(keys: Any) -> str:
    """Return keys as code."""
    return ", ".join(repr(str(key)) for key in list(keys)[:4])


def as_dict(keys: Any) -> str:
    """Return the beginning of a dict with these keys, as code."""
    entries = [f"{str(key)!r}: …" for key in list(keys)[:4]]
    return f"{{{', '.join(entries)}}}"


def paths_of(subject: Subject, wanted: Any) -> tuple[tuple[str, ...], ...]:
    """Return the paths of the calls that make the outputs of these names."""
    found = []
    for k, port in enumerate(subject.body.outputs):
        if (port.key if by_key(subject) else port.layer) in wanted:
            found.append(subject.end(k).path)
    return tuple(found)


RULES = (
    Rule(
        "K305",
        "Loss weights go to other outputs than they name",
        "Keras lays `loss` and `loss_weights` side by side; a dict beside a list is flattened by "
        "alphabetical key.",
        weights_by_alphabet,
        ("calls", "compiled"),
    ),
    Rule(
        "K306",
        "A list for outputs in a dict",
        "Keras flattens a dict by alphabetical key, not in the order in which it was written.",
        lists_by_alphabet,
        ("calls", "compiled"),
    ),
    Rule(
        "K408",
        "A list of targets for outputs in a dict",
        "Keras flattens a dict by alphabetical key, not in the order in which it was written.",
        targets_by_alphabet,
        ("calls", "y"),
    ),
)
