"""What is wrong with data, or with how a model was compiled, before the first step is made."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, shorten
from kitchen.graph.lint import Finding, lint
from kitchen.graph.model_graph import ModelGraph, Port, Shape
from kitchen.training.checkpoint import rate_of

REFUSED = {"K305", "K306", "K401", "K402", "K403", "K404", "K405", "K408"}
UNREACHABLE = "can never be reached"  # K406 of an activation: seldom meant, but it trains
AT_ONCE = 1 << 22  # numbers looked at together
FAR = 20.0  # the spread of inputs, above which a network of usual weights saturates
TINY = 1e-3
RATES = {  # the learning rates that an optimiser is used with, by its class
    "SGD": (1e-4, 1.0),
    "Adagrad": (1e-4, 1.0),
    "Adadelta": (1e-3, 10.0),
    "Ftrl": (1e-4, 1.0),
    "Lion": (1e-6, 1e-2),
}
USUAL_RATES = (1e-6, 3e-2)  # Adam and its relatives
FIX = "Pass x and y as model.fit takes them."


class DataError(KitchenError):
    """The data do not fit the model, or are not numbers to learn from."""


def rows_of(data: Any) -> int:
    """Return how many examples there are.

    Args:
        data: A tuple of structures of arrays: x, y and maybe sample weights.

    Raises:
        DataError: There are none, or not the same number everywhere.
    """
    tree = keras().tree
    counts: dict[str, int] = {}
    for name, part in zip(("x", "y", "sample_weight"), data, strict=False):
        for path, array in tree.flatten_with_path(part):
            where = name + "".join(f"[{step!r}]" for step in path)
            if not array.shape:
                raise DataError(f"{where} is one number, not an array of examples.", fix=FIX)
            counts[where] = int(array.shape[0])
    first = next(iter(counts.items()))
    for where, count in counts.items():
        if count != first[1]:
            raise DataError(
                f"{first[0]} and {where} have different numbers of examples.",
                received=f"{first[1]:,} rows and {count:,}",
                fix="Row k of each belongs to example k: pass as many rows in all.",
            )
    if not first[1]:
        raise DataError("There are no examples.", received=f"{first[0]} has 0 rows", fix=FIX)
    return first[1]


def check(
    model: Any, graph: ModelGraph, x: Any, y: Any, weights: Any = None, *, where: str = ""
) -> list[Finding]:
    """Raise where a model cannot learn from these arrays, or only what nobody meant.

    Args:
        model: A compiled model.
        graph: The same, read.
        x: Arrays in the structure that it takes.
        y: The targets, likewise.
        weights: The examples' weights, if there are any.
        where: What comes before the arrays' names in an error, such as `"validation "`.

    Returns:
        What `lint` found beyond that.

    Raises:
        DataError: The text names what does not fit, with both shapes.
    """
    ports = paired(graph.body.inputs, graph.body.input_structure, x, f"{where}x")
    for name, array, port in ports:
        check_numbers(name, array, port)
        if port is not None:
            check_shape(model.name, name, array, port)
    for name, part in ((f"{where}y", y), (f"{where}sample_weight", weights)):
        for path, array in keras().tree.flatten_with_path(part):
            if array is not None:
                check_numbers(name + "".join(f"[{step!r}]" for step in path), array, None)
    left = []
    for finding in findings(model, y):
        out_of_range = finding.code == "K406" and UNREACHABLE not in finding.happens
        if finding.code in REFUSED or out_of_range:
            raise DataError(finding.title + ".", received=finding.happens, fix=finding.fix)
        left.append(finding)
    return left


def findings(model: Any, y: Any) -> list[Finding]:
    """Return what `lint` says of a model and its targets.

    Raises:
        DataError: The targets are nothing that `fit` takes for this model.
    """
    try:
        return list(lint(model, y))
    except DataError:
        raise
    except KitchenError as error:
        raise DataError(error.problem, received=error.received, fix=error.fix) from None


def paired(
    ports: tuple[Port, ...], structure: Any, x: Any, name: str
) -> Iterator[tuple[str, Any, Port | None]]:
    """Yield each array with its name and the input that it goes to, where that is known.

    Raises:
        DataError: There are more or fewer arrays than inputs, or other names.
    """
    if isinstance(x, Mapping):
        by_key = isinstance(structure, Mapping)
        names = [port.key if by_key else port.layer for port in ports]
        if ports and not set(names) <= set(x):
            raise DataError(
                "The inputs have other names than the model's.",
                received=", ".join(shorten(repr(key), 40) for key in x),
                fix=f"Name them {', '.join(map(repr, names))}.",
            )
        known = dict(zip(names, ports, strict=True))
        for key, array in x.items():
            if key in known or not ports:
                yield f"{name}[{key!r}]", array, known.get(key)
        return
    flat = keras().tree.flatten(x)
    if ports and len(flat) != len(ports):
        raise DataError(
            f"The model takes {len(ports)} arrays, one for each input.",
            received=f"{len(flat)} of the shapes {', '.join(str(tuple(a.shape)) for a in flat)}",
            fix=f"Pass a dict with {', '.join(repr(port.layer) for port in ports)}.",
        )
    for k, array in enumerate(flat):
        yield f"{name}[{k}]" if len(flat) > 1 else name, array, ports[k] if ports else None


def check_shape(model: str, where: str, array: Any, port: Port) -> None:
    """Raise unless an array has the shape that an input takes; Keras adds or drops a last 1."""
    wanted: Shape | None = port.tensor.shape
    if wanted is None:
        return
    given = tuple(array.shape)
    for shape in (given, (*given, 1), given[:-1] if given[-1:] == (1,) else given):
        if len(shape) == len(wanted) and all(
            m is None or n == m for n, m in zip(shape[1:], wanted[1:], strict=True)
        ):
            return
    shown = "(" + ", ".join("rows" if k == 0 else str(n) for k, n in enumerate(wanted)) + ")"
    raise DataError(
        f"{where} does not have the shape that {model!r} takes at {port.layer!r}.",
        received=f"{given} where it takes {shown}",
        fix=f"Reshape it, such as {where}.reshape(len({where}), -1), or build the model for it.",
    )


def check_numbers(where: str, array: Any, port: Port | None) -> None:
    """Raise unless an array holds finite numbers, or strings where an input takes those."""
    dtype = str(getattr(array.dtype, "name", array.dtype))
    if port is not None and port.tensor.dtype == "string":
        return
    if dtype == "object" or "str" in dtype or "bytes" in dtype:
        raise DataError(
            f"{where} does not hold numbers.",
            received=f"an array of {dtype}, shape {tuple(array.shape)}",
            fix="Turn it into numbers first, such as by x.astype('float32').",
        )
    if "float" not in dtype:
        return
    if (place := first_not_finite(array)) is not None:
        raise DataError(
            f"{where} holds NaN or infinity, and one is enough to make every weight NaN.",
            received=f"the first in row {place:,} of {array.shape[0]:,}",
            fix="Drop or fill such rows: numpy.isfinite finds them.",
        )


def rows_at_once(array: Any) -> int:
    """Return how many rows of an array are looked at together."""
    return max(1, AT_ONCE // (int(np.prod(array.shape[1:], dtype="int64")) or 1))


def first_not_finite(array: Any) -> int | None:
    """Return the first row with NaN or infinity; looks at a part of the array at a time."""
    step = rows_at_once(array)
    for start in range(0, int(array.shape[0]), step):
        part = np.asarray(array[start : start + step])
        good = np.isfinite(part.reshape(len(part), -1)).all(axis=1)
        if not good.all():
            return start + int(np.argmin(good))
    return None


def notes(model: Any, graph: ModelGraph, x: Any, validation: Any) -> Iterator[str]:
    """Yield sentences on what is allowed and seldom meant."""
    ports = paired(graph.body.inputs, graph.body.input_structure, x, "x")
    for where, array, _ in ports:
        if "float" not in str(array.dtype):
            continue
        part = np.asarray(array[: rows_at_once(array)], dtype="float64")
        spread, largest = float(part.std()), float(np.abs(part).max(initial=0.0))
        if spread > FAR or 0 < largest < TINY:
            yield (
                f"{where} is far from unit scale: its values spread by {spread:.3g}, up to "
                f"{largest:.3g}. Networks learn best from numbers of about 1: divide by "
                f"{largest:.3g}, or put a Normalization layer first."
            )
    optimizer = model.optimizer
    low, high = RATES.get(type(optimizer).__name__, USUAL_RATES)
    rate = rate_of(model)
    if rate and not low <= rate <= high:
        yield (
            f"The learning rate {rate:g} is far from what {type(optimizer).__name__} is used with, "
            f"{low:g} to {high:g}."
        )
    if validation is None:
        yield "There are no validation data: the curves can't show whether it only learns by heart."
