"""A training recorded: copies of the weights, epoch by epoch, in bounded memory."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError
from kitchen.run.probe import Array
from kitchen.training.checkpoint import as_stored

MEGABYTES = 64  # that `record=True` may take, for all models of a call together
ROWS = 32  # examples that are kept beside the weights, for gradients and activations


@dataclass(frozen=True)
class Record:
    """One model's weights in the course of its training, and some of what it was trained on.

    Args:
        epochs: After how many epochs each copy was made; 0 is before the first.
        weights: For each of them, an array for each of `model.weights`, in that order.
        x: The first examples that the model was trained on, as it takes them; `None` if they were
            no arrays.
        y: Their targets.
    """

    epochs: tuple[int, ...]
    weights: tuple[tuple[Array, ...], ...]
    x: Any = field(default=None, repr=False)
    y: Any = field(default=None, repr=False)

    @property
    def nbytes(self) -> int:
        """How many bytes its copies and examples take."""
        examples = [x for x in keras().tree.flatten((self.x, self.y)) if x is not None]
        return sum(x.nbytes for copy in (*self.weights, examples) for x in copy)


@dataclass
class Recording:
    """Keeps copies while a model trains; where they get too many, every other one goes.

    The first and the newest stay.

    Args:
        most: How many bytes the copies may take.
        kept: By how many epochs were done, the copy.
        every: Copies are kept of each epoch that this divides.
    """

    most: int
    kept: dict[int, tuple[Array, ...]] = field(default_factory=dict)
    every: int = 1
    too_large: bool = False

    def keep(self, model: Any, epoch: int) -> None:
        """Copy the weights that a model has after so many epochs, if there is room for two."""
        if 2 * 4 * model.count_params() > self.most:
            self.too_large = True
            return
        self.kept[epoch] = copy = self.copy(model)
        size = sum(x.nbytes for x in copy)
        self.thin(epoch)
        while len(self.kept) > 2 and len(self.kept) * size > self.most:
            self.every *= 2
            self.thin(epoch)

    def copy(self, model: Any) -> tuple[Array, ...]:
        """Return the weights as arrays of their own."""
        return tuple(as_stored(v) for v in model.weights)

    def thin(self, newest: int) -> None:
        """Forget what is between the epochs that stay."""
        ends = (min(self.kept), newest)
        self.kept = {k: x for k, x in self.kept.items() if k in ends or k % self.every == 0}

    def record(self, examples: tuple[Any, Any]) -> Record | None:
        """Return what was kept; `None` where there was no room."""
        kept = sorted(self.kept.items())
        epochs, copies = tuple(k for k, _ in kept), tuple(copy for _, copy in kept)
        return Record(epochs, copies, *examples) if kept else None


def going_on(record: Record | None, most: int) -> Recording:
    """Return a recording that goes on from an earlier one."""
    if record is None:
        return Recording(most)
    kept = dict(zip(record.epochs, record.weights, strict=True))
    return Recording(most, kept, math.gcd(*record.epochs[:-1]) or 1)


def examples_of(data: Any, rows: int | None, most: int) -> tuple[Any, Any]:
    """Return the first examples and targets of arrays; `None` for each where they are no arrays."""
    if rows is None or len(data) < 2:
        return None, None
    tree = keras().tree
    size = sum(np.asarray(part[:1]).nbytes for part in tree.flatten(data[:2]))
    count = max(1, min(rows, ROWS, most // max(1, size)))
    x, y = (tree.map_structure(lambda part: np.array(part[:count]), part) for part in data[:2])
    return x, y


def room(record: Any) -> int:
    """Return how many bytes a recording may take; 0 for none.

    Raises:
        KitchenError: `record` is neither a truth value nor a number of megabytes.

    >>> room(True) == room(64)
    True
    """
    if isinstance(record, bool):
        return MEGABYTES * 10**6 if record else 0
    if isinstance(record, int | float) and 0 < record < float("inf"):
        return int(record * 10**6)
    raise KitchenError(
        "record is True, False or how many megabytes the copies of the weights may take.",
        received=f"record={record!r}",
    )
