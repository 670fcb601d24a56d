"""Fresh copies of layers and operations, with their settings and state; the originals unchanged."""

import copy
import inspect
import tempfile
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.describe import attribute
from kitchen.graph.model_graph import leaves
from kitchen.graph.nodes import lambda_arguments
from kitchen.graph.tracing import holders, sublayers

SIMPLE = (bool, int, float, str, type(None))


def copied(layer: Any, name: str | None = None) -> Any:
    """Return a fresh layer of the same settings, not built yet.

    Args:
        layer: A Keras layer; a model too, if it can be made from its config.
        name: Its name, if another than that of `layer`.

    Raises:
        KitchenError: Its class cannot be made again from its config.
    """
    k = keras()
    name = name or layer.name
    try:
        if type(layer) is k.layers.Lambda:
            made = same_lambda(layer)
        else:
            with k.saving.custom_object_scope(own_objects(layer)):
                made = type(layer).from_config(live_config(layer))
    except Exception as error:  # code of the learner's
        raise uncopied(layer, in_a_line(error)) from error
    if made is layer or type(made) is not type(layer):
        raise uncopied(layer, "from_config does not make another layer of its class")
    if lost := lost_argument(layer, made):
        raise uncopied(layer, f"its get_config loses the argument {lost!r}")
    made.name = name
    if str(made.dtype_policy) != str(layer.dtype_policy):
        made.dtype_policy = layer.dtype_policy
    return made


def uncopied(layer: Any, why: str) -> KitchenError:
    """Return the error that names a layer of which no copy can be made."""
    return KitchenError(
        f"No copy can be made of the layer {layer.name!r} ({type(layer).__name__}).",
        received=why,
        fix="Give its class a get_config that returns every argument of its __init__.",
    )


def live_config(layer: Any) -> dict[str, Any]:
    """Return a layer's config with functions of the learner's as they are, not as text."""
    config = dict(layer.get_config())
    for name in config:
        value = attribute(layer, name)
        if isinstance(value, types.FunctionType) and not value.__module__.startswith("keras."):
            config[name] = value
    return config


def same_lambda(layer: Any) -> Any:
    """Return a Lambda of the same Python function: nothing is turned into bytes and back."""
    arguments = lambda_arguments(layer)
    for name in ("function", "output_shape", "mask"):
        if callable(function := arguments[name]) and (held := held_by(function)):
            raise ValueError(f"its function uses {held}, which a copy would still share")
    return keras().layers.Lambda(**arguments)


def held_by(function: Any) -> str:
    """Return the name by which a function reaches a layer or variable that it is not given."""
    k = keras()
    reached = {"self": getattr(function, "__self__", None)}
    if isinstance(function := getattr(function, "__func__", function), types.FunctionType):
        found = inspect.getclosurevars(function)
        reached |= {**found.globals, **found.nonlocals}
    for name, value in reached.items():
        if any(isinstance(x, k.layers.Layer | k.Variable) for x in leaves(value)):
            return name
    return ""


def own_objects(layer: Any) -> dict[str, Any]:
    """Return the classes and functions of the learner's that a layer is made of, by name."""
    found = {}
    for inner in sublayers(layer):
        for thing in [inner, *contents(inner)]:
            named = thing if isinstance(thing, type | types.FunctionType) else type(thing)
            if not (named.__module__ or "").startswith(("keras.", "builtins")):
                found[named.__name__] = named
    return found


def contents(layer: Any) -> Iterator[Any]:
    """Yield what the attributes of a layer hold, and the lists and dicts among them."""
    yield from vars(layer).values()
    for holder in holders(vars(layer)):
        if isinstance(holder, list | dict):
            yield from holder.values() if isinstance(holder, dict) else holder


def lost_argument(layer: Any, made: Any) -> str:
    """Return an argument of a layer's class that its copy has not kept; empty where none is."""
    for name in inspect.signature(type(layer).__init__).parameters:
        here, there = vars(layer).get(name), vars(made).get(name)
        if name != "name" and simple(here) and simple(there) and here != there:
            return name
    return ""


def simple(value: Any) -> bool:
    """Return whether a value is plain data, so that `==` says whether two are the same."""
    return all(isinstance(x, SIMPLE) for x in leaves(value))


def fresh_operation(operation: Any) -> Any:
    """Return an operation like this one that has not been called yet."""
    made = copy.copy(operation)
    keras().Operation.__init__(made, name=operation.name)
    return made


def take_state(layer: Any, made: Any) -> None:
    """Give a built copy the values and trainable flags of a layer, and what else it has learned.

    Raises:
        KitchenError: The copy has other weights, or does not take what the layer has learned.
    """
    pairs = variable_pairs(layer, made)
    inner = list(zip(sublayers(layer), sublayers(made), strict=False))
    try:
        for one, two in inner:
            take_unlisted(one, two)
    except Exception as error:  # code of the learner's
        raise uncopied(layer, in_a_line(error)) from error
    for one, two in inner:  # from the outside in: a flag is handed down when it is set
        two.trainable = one.trainable
    for one, two in pairs:
        two.trainable = one.trainable
        two.assign(one)


def variable_pairs(layer: Any, made: Any) -> list[tuple[Any, Any]]:
    """Return each variable of a layer with that of its copy.

    Raises:
        KitchenError: The copy has other weights.
    """
    left, right = layer.variables, made.variables
    if [tuple(v.shape) for v in left] != [tuple(v.shape) for v in right]:
        raise uncopied(layer, f"it has {len(left)} weights, the copy {len(right)} or other shapes")
    return list(zip(left, right, strict=True))


def take_unlisted(layer: Any, made: Any) -> None:
    """Copy what is not among `variables`: states of an RNN, vocabularies, what `adapt` found."""
    for one, two in zip(unlisted(layer), unlisted(made), strict=True):
        two.assign(one)
    home = type(layer).__module__
    if home.startswith("keras.") and "preprocessing" not in home:
        return
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    if store:
        made.load_own_variables({key: np.array(value) for key, value in store.items()})
    if hasattr(layer, "save_assets"):
        with tempfile.TemporaryDirectory() as folder:
            layer.save_assets(folder)
            made.load_assets(folder)


def unlisted(layer: Any) -> list[Any]:
    """Return the variables among a layer's attributes that `variables` does not list."""
    k = keras()
    listed = {id(v) for v in layer.variables}
    found = {}
    for name in sorted(vars(layer)):
        for value in k.tree.flatten(vars(layer)[name]):
            if isinstance(value, k.Variable) and id(value) not in listed:
                found[id(value)] = value
    return list(found.values())
