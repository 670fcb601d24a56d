"""What all models are trained on, in one shape, whatever was given."""

import inspect
from dataclasses import dataclass
from typing import Any

from kitchen.backend import keras
from kitchen.examples.example import Data
from kitchen.training import checks
from kitchen.training.checks import DataError
from kitchen.training.feeding import as_array, split

SHARE = 0.1  # of an example's training rows: held back to validate with


@dataclass(frozen=True)
class Batches:
    """What all models are trained on.

    Args:
        data: A tuple of structures of arrays; or a data set or generator of batches.
        rows: How many examples; `None` where it is no array.
        validation: The same to validate on; `None` for none.
    """

    data: Any
    rows: int | None
    validation: Any = None


def batches_of(data: Any, validation: Any, share: float, models: int) -> Batches:
    """Return the data in one shape, whatever was given.

    Raises:
        DataError: There are none, or they cannot be used for so many models.
    """
    if not 0 <= share < 1:
        raise DataError(
            "validation_split is a share of the rows.", received=str(share), fix="Such as 0.1."
        )
    if isinstance(data, Data):
        if validation is None and not share:
            share = SHARE
        data = (data.x_train, data.y_train)
    if isinstance(validation, Data):
        validation = (validation.x_test, validation.y_test)
    if inspect.isgenerator(validation):
        raise DataError(
            "A generator gives its batches once, and validation needs them after each epoch.",
            received="validation_data is a generator",
            fix="Pass arrays, a tf.data.Dataset or a keras.utils.PyDataset.",
        )
    if isinstance(validation, tuple | list):
        validation = arrays(validation)
        checks.rows_of(validation)
    if data is None:
        raise DataError("There are no data.", received="None", fix="Pass data=(x, y).")
    if not isinstance(data, tuple | list):
        if inspect.isgenerator(data) and models > 1:
            raise DataError(
                "A generator gives its batches once, and there are several models.",
                received=f"a generator for {models} models",
                fix="Pass arrays, a tf.data.Dataset or a keras.utils.PyDataset.",
            )
        if hasattr(data, "shape"):
            raise DataError(
                "There are no targets.",
                received=f"one array of shape {tuple(data.shape)}",
                fix="Pass data=(x, y).",
            )
        if share:
            raise DataError(
                "validation_split needs arrays.",
                received=type(data).__name__,
                fix="Pass validation_data instead.",
            )
        return Batches(data, None, validation)
    whole = arrays(data)
    rows = checks.rows_of(whole)
    if share and validation is None:
        whole, validation, kept = split(whole, rows, share)
        if kept in (0, rows):
            raise DataError(
                "validation_split leaves nothing on one side.",
                received=f"{share:g} of {rows:,} rows",
                fix="Pass more rows, or validation_data.",
            )
        rows = kept
    return Batches(whole, rows, validation)


def arrays(data: Any) -> tuple[Any, ...]:
    """Return x, y and maybe sample weights as arrays; lists of arrays stay structures."""
    tree = keras().tree

    def leaf(value: Any) -> Any:
        return as_array(value)

    def part(value: Any) -> Any:
        if isinstance(value, list | tuple) and value and not hasattr(value[0], "shape"):
            return as_array(value)  # plain numbers
        return tree.map_structure(leaf, value)

    return tuple(part(value) for value in data if value is not None)


def length(data: Any) -> int | None:
    """Return how many batches a data set has; `None` where it does not say."""
    try:
        return len(data) or None
    except (TypeError, AttributeError):
        return None
