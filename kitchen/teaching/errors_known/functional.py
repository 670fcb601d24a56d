"""Errors in building a functional model: `Model(inputs, outputs)` and names."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.choosing import likely, results_of, sources
from kitchen.teaching.errors_known.fixes import (
    appended,
    argument,
    bracketed,
    either,
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


def a_layer(scene: Scene) -> Said | None:
    """A layer stands where `Model` takes a tensor."""
    found = refused(scene)
    if found is None or not is_layer(found[1]):
        return None
    side, layer = found
    name = quoted(layer.name)
    place, line = place_of(scene, side), scene.line
    written = line.text(place) if place is not None and line else scene.named(layer, "layer")
    where = scene.raised_in("Functional.__init__") or {}
    inputs = [x for x in flat(where.get("inputs")) if is_tensor(x)]
    several = isinstance(where.get(side), list | tuple | dict)
    if several and place is not None and line is not None:
        place = next((x for x, y in pairs(place, where.get(side)) if y is layer), None)
        written = line.text(place) if place is not None else scene.named(layer, "layer")
    if isinstance(layer, keras().layers.InputLayer):
        cause = f"{name} keeps its tensor in `.output`; `keras.Input` would give the tensor itself."
        new = [f"{written}.output"]
    elif made := results_of(scene, layer, inputs) if side == "outputs" else []:
        cause = f"{name} was called: {listed(made)} {'is' if len(made) == 1 else 'are'} what its "
        cause += f"{'call' if len(made) == 1 else 'calls'} gave. The layer itself is no tensor."
        new = made[:2]
    else:
        cause = f"The layer {name} is named, not called: only a call gives a tensor."
        first = scene.named(inputs[0], "x") if inputs else "x"
        new = [f"{written}({likely(scene, first, layer=layer, inputs=inputs)})"]
    return Said(
        f"`Model` takes the tensors that go in and come out. Its {side} are the layer {name}."
        if not several
        else f"`Model` takes the tensors that go in and come out. Among its {side} is the layer "
        f"{name}.",
        cause,
        either(*(swapped(scene, place, x) or f"{side} = {x}" for x in new)),
    )


def pairs(written: ast.expr | None, values: Any) -> list[tuple[ast.expr, Any]]:
    """Return the expressions of a list or dict with what they stand for; none if that is unclear.

    Args:
        written: The list or dict, as it is written.
        values: The list or dict.
    """
    parts: list[ast.expr] = []
    if isinstance(written, ast.List | ast.Tuple) and isinstance(values, list | tuple):
        parts = written.elts
    elif isinstance(written, ast.Dict) and isinstance(values, dict):
        parts, values = written.values, list(values.values())
    if not parts or len(values) != len(parts) or any(isinstance(x, ast.Starred) for x in parts):
        return []
    return list(zip(parts, values, strict=True))


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
        given = [x for x in flat(whole_inputs(scene)) if is_tensor(x)]
        fix = f"outputs = {scene.layers}.Dense(10)({likely(scene, 'inputs', inputs=given)})\n"
    inputs = "inputs"
    if side == "outputs":
        inputs = bracketed([scene.named(x, "inputs") for x in given]) if given else "inputs"
    fix += f"model = {scene.keras}.Model({inputs}, outputs)"
    cause = "A layer was called with data, which gives numbers; a model is built without data."
    if shape is None:
        cause = "A name, a number or another object is no tensor."
    if side == "inputs":
        ends = [x for x in flat((scene.raised_in("Functional.__init__") or {}).get("outputs"))]
        meant = [scene.named(x, "") for x in sources(ends[0])] if all(map(is_tensor, ends)) else []
        if meant and all(meant):
            fix = swapped(scene, place_of(scene, side), bracketed(meant)) or fix
    return Said(
        f"`Model` takes symbolic tensors: they begin at `keras.Input`. Its {side} are {what}.",
        "A shape alone is no tensor yet." if is_shape else cause,
        fix,
    )


def whole_inputs(scene: Scene) -> Any:
    """Return the inputs that `Model` was given."""
    return (scene.raised_in("Functional.__init__") or {}).get("inputs")


def not_connected(scene: Scene) -> Said | None:
    """An output is computed from an `Input` that `Model` was not given."""
    where = scene.at("Functional.__init__")
    if where is None or scene.raised_in("Function._run_through_graph") is None:
        return None
    given, outputs = flat(where["inputs"]), flat(where["outputs"])
    needed: list[Any] = []
    for output in outputs:
        needed += [x for x in sources(output) if all(x is not y for y in needed)]
    missing = [x for x in needed if all(x is not y for y in given)]
    if not missing:
        return None
    names = [scene.named(x, x.name) for x in needed]
    left_out = listed([scene.named(x, x.name) for x in missing])
    inputs = bracketed(names)
    if all(not scene.named(x, "") for x in missing) and len(outputs) == 1:
        end = scene.named(outputs[0], "output")
        inputs = f"{scene.keras}.utils.get_source_inputs({end})"
        made_again = swapped(scene, place_of(scene, "inputs"), inputs)
        return Said(
            "The outputs are computed from an `Input` that no variable holds any more.",
            "The `Input` was made a second time, and its variable stands for the new one. Leave "
            "out the second; here the first is asked for by way of the output.",
            made_again or f"model = {scene.keras}.Model({inputs}, {end})",
        )
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
    name = likely(scene, "outputs", inputs=flat(given[0]))
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
