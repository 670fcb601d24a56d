"""How names and shapes are worded, and what kind of thing a value is."""

import inspect
import math
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted


def shown(shape: Iterable[Any], batch: str = "n") -> str:
    """Return a shape in brackets, an open batch as n and other open sizes as ?.

    >>> shown((None, 4)), shown((2, None)), shown((None, 4), "?")
    ('(n, 4)', '(2, ?)', '(?, 4)')
    """
    parts = [str(n) if n is not None else "?" if k else batch for k, n in enumerate(shape)]
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def titled(layer: Any) -> str:
    """Return a layer's name and class for a sentence."""
    return f"{quoted(layer.name)} ({type(layer).__name__})"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return names for a sentence."""
    found = [quoted(str(name)) for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(found)} and {len(names) - most} more"
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def closest(name: str, among: Iterable[str]) -> str:
    """Return the word most like another, upper and lower case alike; empty where none is near.

    >>> closest("rellu", ["relu", "selu", "tanh"])
    'relu'
    """
    words = {word.lower(): word for word in sorted(among, reverse=True)}
    found = get_close_matches(name.lower(), words, n=1, cutoff=0.6)
    return words[found[0]] if found else ""


def pair(size: int) -> tuple[int, int]:
    """Return two whole numbers, as near to one another as can be, whose product is a number.

    >>> pair(12), pair(7)
    ((3, 4), (1, 7))
    """
    low = next(n for n in range(math.isqrt(size), 0, -1) if size % n == 0)
    return low, size // low


def shape_of(value: Any) -> tuple[Any, ...] | None:
    """Return the shape of an array or tensor; `None` for what has none."""
    shape = getattr(value, "shape", None)
    if shape is None or getattr(shape, "rank", 0) is None:
        return None
    return tuple(shape)


def is_tensor(value: Any) -> bool:
    """Return whether a value is a symbolic tensor of Keras."""
    return isinstance(value, keras().KerasTensor)


def is_layer(value: Any) -> bool:
    """Return whether a value is a layer or a model."""
    return isinstance(value, keras().layers.Layer)


def is_own(value: Any) -> bool:
    """Return whether an object's class is the learner's, not Keras's."""
    return type(value).__module__.partition(".")[0] not in {"keras", "tensorflow"}


def flat(structure: Any) -> list[Any]:
    """Return the parts of a list, tuple or dict; a list of one for anything else."""
    return list(keras().tree.flatten(structure))


def constructor(kind: type) -> list[inspect.Parameter]:
    """Return the arguments that a class's `__init__` takes, the object left out.

    Keras's layers have a `__new__` that takes anything, which is what `signature(kind)` would show.
    """
    return list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]


def needed(kind: type) -> list[str]:
    """Return the names of the arguments that a class cannot do without."""
    return [
        x.name
        for x in constructor(kind)
        if x.default is x.empty and x.kind is x.POSITIONAL_OR_KEYWORD
    ]
