"""Layers that a model of one's own keeps where Keras does not look for them."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.tracing import sublayers

DEEPEST = 4
MOST = 2_000  # objects looked at in one model


def untracked(model: Any) -> list[tuple[str, Any]]:
    """Return the layers with weights that a model holds without Keras's knowledge.

    Args:
        model: A live Keras model or layer.

    Returns:
        Pairs of the attribute that holds it, such as `"self.helper"`, and the layer.
    """
    k = keras()
    owned = sublayers(model)
    known = {id(layer) for layer in owned}
    found: dict[int, tuple[str, Any]] = {}
    for owner in owned:
        if type(owner).__module__.startswith("keras."):
            continue  # Keras's own layers know what they hold
        waiting = deque((f"self.{at}", x, 1) for at, x in own_attributes(owner))
        seen: set[int] = set()
        while waiting and len(seen) < MOST:
            at, thing, depth = waiting.popleft()
            if id(thing) in seen or id(thing) in known:
                continue
            seen.add(id(thing))
            if isinstance(thing, k.layers.Layer):
                if thing.built and thing.weights:
                    found.setdefault(id(thing), (at, thing))
            elif depth < DEEPEST:
                waiting.extend((at, x, depth + 1) for x in inside(thing))
    return list(found.values())


def own_attributes(owner: Any) -> list[tuple[str, Any]]:
    """Return the attributes that someone gave a layer, without Keras's own."""
    return [(at, x) for at, x in vars(owner).items() if not at.startswith("_")]


def inside(thing: Any) -> Iterator[Any]:
    """Yield what an object holds: entries, attributes, and what a function has closed over."""
    if isinstance(thing, dict):
        yield from thing.values()
    elif isinstance(thing, list | tuple | set | frozenset | deque):
        yield from thing
    elif isinstance(thing, np.ndarray):
        if thing.dtype == object:
            yield from thing.ravel().tolist()
    elif isinstance(thing, partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif isinstance(thing, MethodType):
        yield thing.__self__
    elif isinstance(thing, FunctionType):
        for cell in thing.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # a name that has not been given a value yet
                continue
    elif plain(thing):
        yield from vars(thing).values()


def plain(thing: Any) -> bool:
    """Return whether something is an object of a class that someone wrote."""
    if isinstance(thing, type) or not hasattr(thing, "__dict__"):
        return False
    package = type(thing).__module__.partition(".")[0]
    return package not in {"builtins", "keras", "numpy", "tensorflow", "optree"}
