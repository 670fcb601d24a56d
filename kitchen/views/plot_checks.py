"""What a plot is given, checked: arrays of real numbers, dicts, and shapes of pictures."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.run.probe import Array


def numbers(values: Any, what: str) -> Array:
    """Return values as an array of float64.

    Args:
        values: Real numbers in any nesting that NumPy takes.
        what: What they are, for the message.

    Raises:
        KitchenError: They are no real numbers, or ragged.
    """
    try:
        raw = np.asarray(values)
        if raw.dtype.kind in "USMmc":
            raise TypeError(f"it holds {raw.dtype}")
        return raw.astype("float64")
    except (TypeError, ValueError, OverflowError) as error:
        raise KitchenError(
            f"{what} holds something other than real numbers: {error}.",
            received=type(values).__name__,
            fix="Pass numbers in a list or an array.",
        ) from None


def matrix(values: Any, what: str) -> Array:
    """Return values as a float64 array of the shape (inputs, units).

    Raises:
        KitchenError: They have another number of axes, or one is empty, or as for `numbers`.
    """
    found = numbers(values, what)
    if found.ndim != 2 or not found.size:
        raise KitchenError(
            f"{what} has two axes, inputs and units, neither empty.",
            received=f"the shape {found.shape}",
            fix="Pass a kernel, such as layer.get_weights()[0] of a Dense layer.",
        )
    return found


def mapping(values: Any, what: str, example: str) -> Mapping[Any, Any]:
    """Return a mapping with something in it.

    Raises:
        KitchenError: It is none, or empty.
    """
    if not isinstance(values, Mapping) or not values:
        raise KitchenError(
            f"{what} is a dict with at least one entry.",
            received="an empty dict" if isinstance(values, Mapping) else type(values).__name__,
            fix=f"Pass a dict such as {example}.",
        )
    return values


def whole(value: Any, what: str, most: int) -> int:
    """Return a whole number from 1 to `most`.

    Raises:
        KitchenError: It is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 < value <= most:
        raise KitchenError(
            f"{what} is a whole number from 1 to {most}.", received=f"{what}={value!r}"
        )
    return int(value)


def picture_shape(shape: Any, pixels: int) -> tuple[int, int]:
    """Return the height and width of pictures of a number of pixels.

    Raises:
        KitchenError: These are no two whole numbers, or have another product.
    """
    given = tuple(shape) if isinstance(shape, tuple | list) else ()
    if len(given) != 2 or not all(isinstance(x, int | np.integer) and x > 0 for x in given):
        raise KitchenError(
            "shape is the height and width of a picture.",
            received=f"shape={shape!r}",
            fix="Pass two whole numbers, such as shape=(28, 28).",
        )
    if math.prod(given) != pixels:
        raise KitchenError(
            f"A picture of {given[0]}×{given[1]} has {math.prod(given):,} pixels, not {pixels:,}.",
            received=f"shape={given}",
            fix=f"Pass a shape whose product is {pixels:,}.",
        )
    return int(given[0]), int(given[1])
