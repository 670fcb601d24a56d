"""What the targets look like: shapes, dtypes and ranges, and nothing else of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from kitchen.errors import KitchenError, in_a_line, shorten
from kitchen.graph.model_graph import Body

FIX = "Pass y as `fit` takes it: an array, a list of arrays, or a dict of arrays."


@dataclass(frozen=True)
class Target:
    """What is known of the targets of one output.

    Args:
        shape: Their shape, the number of examples first.
        dtype: Their dtype.
        low: The least entry, ignored labels left out as in what follows.
        high: The greatest entry.
        whole: Whether every entry is a whole number.
        most: The greatest sum along the last axis.
        outside: The share of the entries that lie below 0, and the share above 1.
        ignored: The label that the loss leaves out; `None` for none.
    """

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    whole: bool
    most: float
    outside: tuple[float, float] = (0.0, 0.0)
    ignored: float | None = None

    @property
    def one_hot(self) -> bool:
        """Whether each row could be one label, written as zeros and a one."""
        many = len(self.shape) > 1 and self.shape[-1] > 1
        return many and self.whole and self.low == 0 and self.high == 1 and self.most == 1


def targets(
    y: Any, body: Body, names: tuple[str, ...], ignored: Sequence[float | None] = ()
) -> tuple[Target, ...]:
    """Return what is known of the targets, in the order of a model's outputs.

    Args:
        y: An array, or a list, tuple or dict of arrays.
        body: The model's outputs.
        names: The names by which Keras knows them.
        ignored: For each output, the label that its loss leaves out.

    Raises:
        KitchenError: This is nothing that `fit` takes for this model.
    """
    outputs = body.outputs
    if isinstance(y, Mapping):
        by_key = isinstance(body.output_structure, Mapping)
        keys = [port.key if by_key else port.layer for port in outputs]
        if len(outputs) == 1 and len(y) == 1:
            keys = list(y)
        if not outputs:
            keys = list(y)
        if set(keys) != set(y):
            raise KitchenError(
                "The targets have other names than the model's outputs.",
                received=", ".join(map(str, y)),
                fix=f"Name them {', '.join(keys)}.",
            )
        found = [y[key] for key in keys]
    elif isinstance(y, list | tuple) and y and all(hasattr(x, "shape") for x in y):
        found = list(y)
    else:
        found = [y]
    if outputs and len(found) != len(outputs):
        raise KitchenError(
            f"There must be one array of targets for each of the {len(outputs)} outputs.",
            received=f"{len(found)}",
            fix=f"Pass them in this order: {', '.join(names or [p.layer for p in outputs])}.",
        )
    return tuple(described(x, label) for x, label in zip_longest(found, ignored[: len(found)]))


def described(y: Any, ignored: float | None = None) -> Target:
    """Return what is known of one array of targets, but for a label that is ignored.

    Raises:
        KitchenError: It is no array of numbers, or it is empty.
    """
    if not hasattr(y, "__len__") and not hasattr(y, "__array__"):
        raise KitchenError("These targets are no array.", received=kind(y), fix=FIX)
    if not hasattr(y, "__array__") and not isinstance(y, list | tuple):
        raise KitchenError("These targets are no array.", received=kind(y), fix=FIX)
    try:
        array = np.asarray(y)
    except Exception as error:  # ragged lists, and anything else that is no array
        raise KitchenError("These targets are no array.", received=in_a_line(error), fix=FIX) from (
            error
        )
    if array.dtype.kind not in "biuf" or not array.ndim:
        raise KitchenError(
            "These targets are no array of numbers.",
            received=shorten(f"{array.dtype} of shape {array.shape}", 80),
            fix="Write labels as the numbers 0, 1, 2, …",
        )
    if not array.size:
        raise KitchenError("There are no targets.", received=f"shape {array.shape}", fix=FIX)
    sums = array.sum(axis=-1, dtype="float64")
    kept = array if ignored is None else array[array != ignored]
    if not kept.size:
        kept = np.zeros(1, array.dtype)  # all are ignored: no rule has anything to object to
    whole = array.dtype.kind in "biu" or bool((kept == np.floor(kept)).all())
    return Target(
        tuple(array.shape),
        str(array.dtype),
        float(kept.min()),
        float(kept.max()),
        whole,
        float(sums.max()),
        (float((kept < 0).mean()), float((kept > 1).mean())),
        ignored,
    )


def kind(thing: Any) -> str:
    """Return what something is, for an error."""
    return f"{type(thing).__module__}.{type(thing).__qualname__}"
