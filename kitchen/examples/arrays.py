"""What the forms' maps have in common: inputs by name, arrays side by side, kernels as blocks."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kitchen import backend


def named(x: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a model's inputs as a dict from their names.

    Args:
        x: A list or tuple in the order of `names`, or a dict by them; arrays or tensors.
        names: The inputs' names.

    >>> named([1, 2], ("left", "right"))
    {'left': 1, 'right': 2}
    """
    if isinstance(x, Mapping):
        return {name: x[name] for name in names}
    return dict(zip(names, x, strict=True))


def side_by_side(parts: Iterable[Any]) -> Any:
    """Return inputs, outputs or targets laid end to end, row by row.

    Args:
        parts: Arrays or tensors of the shapes (n, a), (n, b), …

    Returns:
        Shape (n, a + b + …): a NumPy array where all parts are, otherwise a tensor.

    >>> side_by_side([np.zeros((5, 2)), np.ones((5, 3))]).shape
    (5, 5)
    """
    parts = list(parts)
    if all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts, axis=-1)
    return backend.keras().ops.concatenate(parts, axis=-1)


def on_the_diagonal(first: Any, second: Any) -> Any:
    """Return one kernel that does to two inputs laid end to end what two kernels do to each.

    Args:
        first: Shape (a, b), from a numbers to b.
        second: Shape (c, d).

    Returns:
        Shape (a + c, b + d): the two as blocks on the diagonal, zeros beside them.

    The source of the construction: [x, y] times [[A, 0], [0, B]] is [xA, yB].

    >>> on_the_diagonal(np.array([[1, 2]]), np.array([[3], [4]])).tolist()
    [[1, 2, 0], [0, 0, 3], [0, 0, 4]]
    """
    (rows, units), (more_rows, more_units) = first.shape, second.shape
    both = np.zeros((rows + more_rows, units + more_units), dtype=first.dtype)
    both[:rows, :units] = first
    both[rows:, units:] = second
    return both
