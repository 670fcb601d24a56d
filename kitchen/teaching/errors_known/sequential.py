"""Errors in building a `Sequential`: what stands in its list."""

import ast
from collections.abc import Mapping
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.chains import MERGES, fork, two_chains, way_around
from kitchen.teaching.errors_known.fixes import either, inputs_of, mend, running, swapped
from kitchen.teaching.errors_known.learner import Edit, literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import is_layer, is_tensor, needed, shape_of, shown, titled

USUAL = {"units": 64, "filters": 16, "kernel_size": 3, "rate": 0.5}


def added(scene: Scene) -> Any:
    """Return what was to be added to a Sequential and was refused; `None` if nothing was."""
    where = scene.raised_in("Sequential.add")
    return None if where is None or is_layer(where.get("layer")) else where.get("layer")


def element(scene: Scene, wanted: Any) -> ast.expr | None:
    """Return the expression in the learner's list, or in `add(…)`, that stands for an object."""
    call = running(scene)
    if call is None or not call.args:
        return None
    whole = scene.at("Sequential.__init__")
    first = call.args[0]
    if whole is None:
        return first
    values = whole.get("layers")
    if not isinstance(first, ast.List | ast.Tuple) or not isinstance(values, list | tuple):
        return None
    if len(values) != len(first.elts) or any(isinstance(x, ast.Starred) for x in first.elts):
        return None
    return next((x for x, value in zip(first.elts, values, strict=True) if value is wanted), None)


def put(scene: Scene, wanted: Any, text: str) -> str:
    """Return the learner's statement with another expression for an object; empty if unknown."""
    return swapped(scene, element(scene, wanted), text)


def a_class(scene: Scene) -> Said | None:
    """A class of layers stands in the list, not a layer."""
    kind = added(scene)
    if not (isinstance(kind, type) and issubclass(kind, keras().layers.Layer)):
        return None
    name = quoted(kind.__name__)
    found = element(scene, kind)
    spelled = scene.line.text(found) if found and scene.line else f"{scene.layers}.{kind.__name__}"
    call = f"{spelled}({', '.join(f'{x}={USUAL.get(x, 8)}' for x in needed(kind))})"
    return Said(
        f"{name} is a class: it makes layers and is none. A Sequential takes layers.",
        f"The brackets after {name} are missing.",
        put(scene, kind, call) or f"layer = {call}",
    )


def a_tensor(scene: Scene) -> Said | None:
    """A tensor stands in the list: the result of calling a layer."""
    tensor = added(scene)
    if not is_tensor(tensor):
        return None
    place = element(scene, tensor)
    text = scene.line.text(place) if place is not None and scene.line else ""
    parts = ", ".join(called_layers(scene, place))
    model = f"{scene.keras}.Model({inputs_of(scene, tensor)}, {{}})"
    with_calls = f"model = {model.format(scene.named(tensor, text or 'outputs'))}"
    return Said(
        "A Sequential takes layers and calls them itself. Here stands what a call gave: a tensor "
        f"of shape {shown(tensor.shape)}.",
        "Two styles are mixed: in a list, layers are not called; with tensors, it is "
        "`Model(inputs, outputs)`.",
        either((parts and put(scene, tensor, parts)) or with_calls, with_calls),
    )


def called_layers(scene: Scene, node: ast.expr | None) -> list[str]:
    """Return the layers that an expression calls one on another, in the order of a list."""
    found: list[str] = []
    while isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and scene.line:
        if isinstance(node.func, ast.Name) and not is_layer(scene.value(node.func.id)):
            return []  # a function that calls layers
        found.insert(0, scene.line.text(node.func))
        node = node.args[0]
    return found if isinstance(node, ast.Name) else []


def a_function(scene: Scene) -> Said | None:
    """A function, or the name of one, stands in the list."""
    function = added(scene)
    if isinstance(function, type) or not (callable(function) or isinstance(function, str)):
        return None
    name = function if isinstance(function, str) else getattr(function, "__name__", "function")
    if callable(getattr(keras().activations, name, None)):
        call = f"{scene.layers}.Activation({literal(name)})"
    elif isinstance(function, str):
        return None
    else:
        found = element(scene, function)
        spelled = scene.line.text(found) if found and scene.line else scene.named(function, "f")
        call = f"{scene.layers}.Lambda({spelled})"
    return Said(
        f"{quoted(name)} is {'a name' if isinstance(function, str) else 'a function'}, and a "
        "Sequential takes layers only.",
        "A layer that applies the function is missing around it.",
        put(scene, function, call) or f"layer = {call}",
    )


def a_list(scene: Scene) -> Said | None:
    """A list of layers stands in the list."""
    found = added(scene)
    if not isinstance(found, list | tuple) or not found or not all(is_layer(x) for x in found):
        return None
    name = scene.named(found, "")
    inner = element(scene, found)
    text = scene.line.text(inner) if inner and scene.line else ""
    fix = ""
    if scene.at("Sequential.__init__") is not None and text:
        fix = put(scene, found, text[1:-1].rstrip(" ,") if text[0] in "[(" else f"*{text}")
    fix = fix or f"model = {scene.keras}.Sequential([*{name or 'more_layers'}])"
    means = f"One element of the Sequential is itself a list, of {len(found)} layers."
    if heads := fork(scene, found):
        cause = (
            "A list never forks: several outputs need a model made of calls. If a chain is meant, "
        )
        return Said(means, f"{cause}the inner brackets are too many.", either(heads, fix))
    cause = "There are brackets around some of the layers. A `*` takes a list's elements out of it."
    return Said(means, cause, fix)


def no_list(scene: Scene) -> Said | None:
    """The layers are given one by one instead of in a list."""
    where = scene.at("Sequential.__init__")
    if where is None or not is_layer(where.get("layers")):
        return None
    call = running(scene)
    fix = ""
    if call is not None and scene.line and call.args:
        low, high = scene.line.range(call.args[0])[0], scene.line.range(call.args[-1])[1]
        fix = mend(scene, *brackets(low, high))
    return Said(
        "A Sequential takes one list of layers; what comes after it is for `trainable` and `name`.",
        "The square brackets around the layers are missing.",
        fix or f"model = {scene.keras}.Sequential([first_layer, second_layer])",
    )


def brackets(low: int, high: int) -> tuple[Edit, Edit]:
    """Return the edits that put square brackets around a piece of code."""
    return Edit(low, low, "["), Edit(high, high, "]")


def second_input(scene: Scene) -> Said | None:
    """A second `Input` is in the list."""
    where = scene.raised_in("Sequential.add")
    if where is None or not isinstance(where.get("layer"), keras().layers.InputLayer):
        return None
    first, second = first_shape(scene, where), where["layer"].batch_shape
    a, b = (f"{scene.keras}.Input({tuple(shape[1:])!r})" for shape in (first or (None, 4), second))
    return Said(
        f"A Sequential has one input{', here ' + shown(first) if first else ''}. The second, "
        f"{shown(second)}, would need a second chain.",
        "Several inputs need a model made of calls: `Model(inputs, outputs)`.",
        two_chains(scene)
        or f"a = {a}\nb = {b}\n"
        f"both = {scene.layers}.Concatenate()([{scene.layers}.Flatten()(a), "
        f"{scene.layers}.Flatten()(b)])\n"
        f"model = {scene.keras}.Model([a, b], {scene.layers}.Dense(1)(both))",
    )


def first_shape(scene: Scene, where: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return the shape of the input that a Sequential has already."""
    listed = (scene.at("Sequential.__init__") or {}).get("layers") or []
    for found in listed:
        if is_tensor(found) or isinstance(found, keras().layers.InputLayer):
            return shape_of(found) or tuple(found.batch_shape)
    inputs = getattr(where["self"], "inputs", None)
    return shape_of(inputs[0]) if inputs else None


def merge_in_list(scene: Scene) -> Said | None:
    """A layer that joins several tensors stands in a Sequential."""
    layer = scene.layer
    if scene.at("Sequential.build") is None or type(layer).__name__ not in MERGES:
        return None
    if scene.raised_in(f"{type(layer).__name__}.build", "Merge.build") is None:
        return None
    shape = shape_of(scene.layer_call.args[0]) if scene.layer_call and scene.layer_call.args else ()
    size = f"Input({tuple(shape[1:])!r})" if shape else "Input((4,))"
    means = f"{titled(layer)} joins several tensors. In a Sequential it gets one, "
    means += f"{shown(shape or ())}, from the layer before it."
    if (found := way_around(scene, layer)) is not None:
        cause = f"A list never splits. Here {found[0]} would fit as the second tensor. In a small "
        cause += "model both are variables; it can stand in the list in place of its layers."
        return Said(means, cause, found[1])
    return Said(
        means,
        "A list is a chain and never splits, so there is nothing to join. It needs calls.",
        f"a = {scene.keras}.{size}\nb = {scene.keras}.{size}\n"
        f"joined = {scene.layers}.{type(layer).__name__}()([a, b])\n"
        f"model = {scene.keras}.Model([a, b], joined)",
    )


def nothing_in_it(scene: Scene) -> Said | None:
    """A Sequential without layers is called."""
    where = scene.raised_in("Sequential.build")
    if where is None or where["self"].layers:
        return None
    name = scene.named(where["self"], "model")
    return Said(
        f"The Sequential {quoted(where['self'].name)} has no layers, so it cannot be run.",
        "The list is empty, or no layer was added yet.",
        f"{name}.add({scene.layers}.Dense(10))",
    )


KNOWN = (
    Known("E101", "A class stands where a layer should", ("ValueError",), a_class),
    Known("E102", "A tensor stands in a Sequential", ("ValueError",), a_tensor),
    Known("E103", "A function stands in a Sequential", ("ValueError",), a_function),
    Known("E104", "A list stands inside a Sequential's list", ("ValueError",), a_list),
    Known("E105", "The layers are not in a list", ("ValueError", "TypeError"), no_list),
    Known("E106", "A Sequential with a second input", ("ValueError",), second_input),
    Known("E107", "A joining layer in a Sequential", ("ValueError",), merge_in_list),
    Known("E108", "A Sequential without layers", ("ValueError",), nothing_in_it),
)
