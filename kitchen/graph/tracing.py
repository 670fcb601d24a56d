"""Recover the graph of a subclassed model by calling it with symbolic input.

Keras records every symbolic call on the layers themselves. All that is put back afterwards, so the
learner's layers and the names of layers made later are what they would have been.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import in_a_line, shorten

RECOVERED = "Recovered by calling it with symbolic input."
BRANCH = " Its call has a training argument; this is the branch for training=False."
OPAQUE = "Its call is Python code that could not be read as a graph: "


@dataclass(frozen=True)
class Traced:
    """What tracing found.

    Args:
        function: A `keras.Function` over the model's own layers; `None` where that failed.
        note: What a reader must know.
    """

    function: Any
    note: str


@contextmanager
def trace(model: Any) -> Iterator[Traced]:
    """Call a subclassed model with symbolic input; what that records lasts as long as the block.

    The graph counts only if it uses the very variables of the model, every one of them.

    Args:
        model: A subclassed `tf.keras.Model`.
    """
    if not model.built:
        yield Traced(None, OPAQUE + "it has not been called yet, so its input shape is unknown.")
        return
    with undone(model):
        yield attempt(model)


def attempt(model: Any) -> Traced:
    """Call the model and see whether a whole graph comes of it."""
    k = keras()
    chosen = {"training": False} if "training" in model._call_signature.parameters else {}
    held = {id(v) for v in model.weights}
    try:
        with k.StatelessScope() as scope:  # variables and seeds keep their values
            function = called(model, chosen)
    except Exception as error:  # any code of the learner's may fail here
        return Traced(None, OPAQUE + in_a_line(error))
    if scope.state_mapping:
        return Traced(None, f"{OPAQUE}it changes variables or draws random numbers.")
    if {id(v) for v in model.weights} - held:  # as in a functional model with more layers
        return Traced(None, f"{OPAQUE}layers of it have no weights yet, as it was not called.")
    layers = [op for op in function.operations if isinstance(op, k.layers.Layer)]
    seen = {id(v) for layer in layers for v in layer.weights}
    if lost := [v.path for v in model.weights if id(v) not in seen]:
        return Traced(
            None, f"{OPAQUE}the weight {shorten(lost[0], 80)} is not in any layer's call."
        )
    if seen - {id(v) for v in model.weights}:
        return Traced(None, f"{OPAQUE}it makes new layers each time it is called.")
    return Traced(function, RECOVERED + (BRANCH if chosen else ""))


def only_in_training(model: Any) -> str:
    """Return what a traced model's code does in training that a functional model does not.

    Args:
        model: A subclassed `tf.keras.Model` that `trace` recovers.

    Returns:
        The end of a sentence that begins with the model; empty where there is no difference.
    """
    k = keras()
    choices = [False, True] if "training" in model._call_signature.parameters else [None]
    runs = []
    for training in choices:
        chosen = {} if training is None else {"training": training}
        with undone(model):
            try:
                with k.StatelessScope():
                    function = called(model, chosen)
            except Exception as error:  # any code of the learner's may fail here
                return f"runs code that could not be read as a graph ({in_a_line(error)})"
            nodes = [n for level in function._nodes_by_depth.values() for n in level]
            fixed = [n.operation.name for n in nodes if n.arguments.kwargs.get("training") is False]
            layers = [op for op in function.operations if isinstance(op, k.layers.Layer)]
            runs.append([op.name if op in layers else type(op) for op in function.operations])
            silent = {op.name for op in layers if waits(op)}
    if runs[0] != runs[-1]:
        return "runs code that it does not run otherwise, and that is not in the result"
    if held := [name for name in fixed if name in silent]:
        return (
            f"calls {held[0]!r} with training=False; in a functional model Keras runs it in "
            "training mode all the same"
        )
    return ""


def waits(layer: Any) -> bool:
    """Return whether a layer takes `training` from whatever calls it, unless it is told."""
    given = layer._call_signature.parameters.get("training")
    return given is not None and given.default is None


def called(model: Any, chosen: Mapping[str, Any]) -> Any:
    """Return the graph of a model's own `call` on symbolic input; run this within `undone`.

    Args:
        model: A built model.
        chosen: What `call` is told beside its input.
    """
    inputs = symbolic_inputs(model)
    if declared_inputs(model) is not None:
        convert, wanted = model._convert_inputs_to_tensors, [x.dtype for x in model.inputs]

        def needed(flat: list[Any]) -> Any:
            """Leave out what would do nothing, and yet stand in the graph as an operation."""
            return flat if [getattr(x, "dtype", None) for x in flat] == wanted else convert(flat)

        vars(model)["_convert_inputs_to_tensors"] = needed
    return keras().Function(inputs, model.call(inputs, **chosen))


def symbolic_inputs(model: Any) -> Any:
    """Return `Input`s in the structure and shapes with which the model was built."""
    k = keras()
    if (declared := declared_inputs(model)) is not None:
        return k.tree.map_structure(
            lambda x: k.Input(batch_shape=x.shape, dtype=x.dtype, sparse=x.sparse, name=x.name),
            declared,
        )
    structure = shapes_of(model)
    if structure is None:
        several = len(getattr(model, "_build_shapes_dict", None) or ()) > 1
        what = "it takes more than one argument" if several else "its input shapes are not known"
        raise ValueError(f"{what}.")
    if isinstance(structure, dict) and all(str(key).isidentifier() for key in structure):
        return {
            key: k.Input(batch_shape=(None, *shape[1:]), name=key)
            for key, shape in structure.items()
        }
    return k.tree.map_shape_structure(lambda s: k.Input(batch_shape=(None, *s[1:])), structure)


def declared_inputs(model: Any) -> Any:
    """Return the structure of symbolic inputs from which a model was made, or `None`."""
    return getattr(model, "_inputs_struct", None)


def shapes_of(model: Any) -> Any:
    """Return the structure of input shapes that a model was built with, or `None`."""
    shapes = dict(getattr(model, "_build_shapes_dict", None) or {})
    return next(iter(shapes.values())) if len(shapes) == 1 else None


def sublayers(model: Any) -> list[Any]:
    """Return a model and every layer inside it, each once."""
    found: dict[int, Any] = {}
    waiting = [model]
    while waiting:
        layer = waiting.pop()
        if id(layer) not in found:
            found[id(layer)] = layer
            waiting += getattr(layer, "_layers", [])
    return list(found.values())


@contextmanager
def undone(model: Any) -> Iterator[None]:
    """Put back what a call leaves on a model's layers, and Keras's counters for names.

    That is every attribute, and what is inside the lists, dicts, sets and arrays among them; those
    of its tracker too, which lets no layer have weights a second time.
    """
    from keras.src.backend.common import global_state

    layers = sublayers(model)
    trackers = [x._tracker for x in layers if hasattr(x, "_tracker")]
    before = [(thing, dict(vars(thing))) for thing in (*layers, *trackers)]
    contents = [
        (holder, copy_of(holder)) for _, attributes in before for holder in holders(attributes)
    ]
    counters = global_state.get_global_attribute("object_name_uids")
    names = None if counters is None else dict(counters)
    try:
        yield
    finally:
        for thing, attributes in before:
            now = vars(thing)
            for name in set(now) - set(attributes):
                del now[name]
            now.update(attributes)
        for holder, content in contents:
            put_back(holder, content)
        if counters is not None and names is not None:
            counters.clear()
            counters.update(names)


def holders(attributes: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what can be changed in place among attributes, and inside that."""
    seen = set()
    waiting = list(attributes.values())
    while waiting:
        value = waiting.pop()
        value = getattr(value, "__wrapped__", value)  # TensorFlow's dicts are proxies
        if not isinstance(value, list | dict | set | np.ndarray | tuple) or id(value) in seen:
            continue
        seen.add(id(value))
        if not isinstance(value, tuple):
            yield value
        if not isinstance(value, np.ndarray):
            waiting += value.values() if isinstance(value, dict) else value


def copy_of(holder: Any) -> Any:
    """Return what a list, dict, set or array holds, as a plain one."""
    if isinstance(holder, np.ndarray):
        return holder.copy()
    return next(kind(holder) for kind in (list, dict, set) if isinstance(holder, kind))


def put_back(holder: Any, content: Any) -> None:
    """Make a holder hold `content` again, past whatever Keras does when one of its own changes."""
    if isinstance(holder, np.ndarray):
        if holder.flags.writeable:
            np.copyto(holder, content)
    elif isinstance(holder, list):
        list.__setitem__(holder, slice(None), content)
    elif isinstance(holder, dict):
        dict.clear(holder)
        dict.update(holder, content)
    else:
        set.clear(holder)
        set.update(holder, content)
