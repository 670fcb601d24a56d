"""Errors in building a functional model: `Model(inputs, outputs)` and names."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import (
    appended,
    argument,
    bracketed,
    respelled,
    running,
    swapped,
)
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import (
    flat,
    is_layer,
    is_tensor,
    listed,
    shape_of,
    shown,
)


def refused(scene: Scene) -> tuple[str, Any] | None:
    """Return which argument of `Model` holds what is no symbolic tensor, and what that is."""
    where = scene.raised_in("Functional.__init__")
    if where is None:
        return None
    for side in ("inputs", "outputs"):
        for value in flat(where.get(side)):
            if not is_tensor(value):
                return side, value
    return None


def place_of(scene: Scene, side: str) -> ast.expr | None:
    """Return the expression that the learner gave to `Model` as inputs or outputs."""
    return argument(running(scene), ["inputs", "outputs"].index(side), side)


def last_tensor(scene: Scene, *but: Any) -> str:
    """Return the name of the symbolic tensor that the learner made last; empty if none."""
    found = [k for k, x in scene.variables() if is_tensor(x) and all(x is not y for y in but)]
    return found[-1] if found else ""


def a_layer(scene: Scene) -> Said | None:
    """A layer stands where `Model` takes a tensor."""
    found = refused(scene)
    if found is None or not is_layer(found[1]):
        return None
    side, layer = found
    name = quoted(layer.name)
    place, line = place_of(scene, side), scene.line
    written = line.text(place) if place is not None and line else scene.named(layer, "layer")
    is_input = isinstance(layer, keras().layers.InputLayer)
    before = last_tensor(scene) or "x"
    new = f"{written}.output" if is_input else f"{written}({before})"
    return Said(
        f"`Model` takes the tensors that go in and come out. Its {side} are the layer {name}.",
        f"{name} keeps its tensor in `.output`; `keras.Input` would give the tensor itself."
        if is_input
        else f"The layer {name} is named, not called: only a call gives a tensor.",
        swapped(scene, place, new) or f"{'tensor' if is_input else 'outputs'} = {new}",
    )


def no_tensor(scene: Scene) -> Said | None:
    """Numbers, a shape or an array stand where `Model` takes a symbolic tensor."""
    found = refused(scene)
    if found is None or is_layer(found[1]):
        return None
    side, value = found
    shape = shape_of(value)
    whole = (scene.raised_in("Functional.__init__") or {})[side]
    is_shape = side == "inputs" and isinstance(whole, tuple) and isinstance(value, int)
    if is_shape:
        what, size = f"the shape {whole}", whole
    elif shape is not None:
        what, size = f"an array of shape {shown(shape)}", shape[1:]
    else:
        what, size = f"an object of type {type(value).__name__}", (4,)
    fix = f"inputs = {scene.keras}.Input(shape={tuple(size)!r})\n"
    fix += f"outputs = {scene.layers}.Dense(10)(inputs)\n"
    if side == "outputs":
        fix = f"outputs = {scene.layers}.Dense(10)({last_tensor(scene) or 'inputs'})\n"
    inputs = "inputs" if side == "inputs" else last_tensor(scene) or "inputs"
    fix += f"model = {scene.keras}.Model({inputs}, outputs)"
    return Said(
        f"`Model` takes symbolic tensors: they begin at `keras.Input`. Its {side} are {what}.",
        "A shape alone is no tensor yet."
        if is_shape
        else "A layer was called with data, which gives numbers; a model is built without data.",
        fix,
    )


def not_connected(scene: Scene) -> Said | None:
    """An output is computed from an `Input` that `Model` was not given."""
    where = scene.at("Functional.__init__")
    if where is None or scene.raised_in("Function._run_through_graph") is None:
        return None
    given, outputs = flat(where["inputs"]), flat(where["outputs"])
    needed: list[Any] = []
    for output in outputs:
        sources = keras().utils.get_source_inputs(output)
        needed += [x for x in sources if all(x is not y for y in needed)]
    missing = [x for x in needed if all(x is not y for y in given)]
    if not missing:
        return None
    names = [scene.named(x, x.name) for x in needed]
    left_out = listed([scene.named(x, x.name) for x in missing])
    inputs = bracketed(names)
    fix = swapped(scene, place_of(scene, "inputs"), inputs)
    return Said(
        f"The outputs are computed from {left_out}, and `Model` was not given that input, so it "
        "could not compute them.",
        "An `Input` was left out of `inputs`, or another one was named.",
        fix or f"model = {scene.keras}.Model({inputs}, outputs)",
    )


def no_outputs(scene: Scene) -> Said | None:
    """`Model` got its inputs only."""
    where = scene.at("Model.__init__")
    if where is None or scene.raised_in("Model.__init__") is None:
        return None
    given = where.get("args", ())
    if len(given) != 1 or not all(is_tensor(x) for x in flat(given[0])):
        return None
    name = last_tensor(scene, *flat(given[0])) or "outputs"
    return Said(
        "A functional model is what lies between its inputs and its outputs; only the inputs "
        "were given.",
        "The second argument, the tensor that the last layer gave, is missing.",
        appended(scene, name) or f"model = {scene.keras}.Model(inputs, outputs)",
    )


def same_name(scene: Scene) -> Said | None:
    """Two layers of one model have the same name."""
    where = scene.raised_in("Sequential.add")
    if where is not None and is_layer(where.get("layer")):
        name = where["layer"].name
        if name not in [layer.name for layer in where["self"].layers]:
            return None
    else:
        names = (scene.raised_in("map_graph") or {}).get("all_names", [])
        name = next((x for x in names if names.count(x) > 1), None)
        if name is None:
            return None
    return Said(
        f"Two layers of the model are called {quoted(name)}. A layer is found and saved by its "
        "name, so each needs its own.",
        "The line was copied and its `name` kept; or one layer is meant, to be made once and "
        "called twice.",
        respelled(scene, name, f"{name}_2")
        or f"layer = {scene.layers}.Dense(10, name={literal(name + '_2')})",
    )


KNOWN = (
    Known("E111", "A layer stands where Model takes a tensor", ("ValueError",), a_layer),
    Known(
        "E112", "Model is given something else than symbolic tensors", ("ValueError",), no_tensor
    ),
    Known("E113", "An input that Model was not given", ("ValueError",), not_connected),
    Known("E114", "Model without outputs", ("TypeError",), no_outputs),
    Known("E115", "Two layers of one name", ("ValueError",), same_name),
)
