"""Errors in calling a layer: on what, and with how many tensors."""

import ast
import inspect
import re
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.chains import MERGES
from kitchen.teaching.errors_known.choosing import likely, takes
from kitchen.teaching.errors_known.fixes import appended, either, mend, running, swapped
from kitchen.teaching.errors_known.functional import pairs
from kitchen.teaching.errors_known.learner import Edit
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.sequential import brackets
from kitchen.teaching.errors_known.uncalled import given_at_once
from kitchen.teaching.errors_known.words import (
    flat,
    is_layer,
    is_own,
    is_tensor,
    shape_of,
    shown,
    titled,
)


def first_argument(scene: Scene) -> ast.expr | None:
    """Return the expression on which the learner called the layer."""
    call = running(scene)
    return call.args[0] if call is not None and call.args else None


def instead(scene: Scene, text: str) -> str:
    """Return the learner's statement with another first argument; empty where it is unknown."""
    return swapped(scene, first_argument(scene), text)


def written(scene: Scene, value: Any, otherwise: str) -> str:
    """Return the learner's first argument as it is written."""
    place = first_argument(scene)
    return scene.line.text(place) if place and scene.line else scene.named(value, otherwise)


def on_a_layer(scene: Scene) -> Said | None:
    """A layer is called on a layer."""
    where = scene.raised_in("Layer.__call__")
    if where is None or not is_layer(where.get("arg")) or scene.layer is None:
        return None
    inner, outer = where["arg"], scene.layer
    if given_at_once(inner):
        return None
    before = likely(scene, "x", layer=inner)
    place = first_argument(scene)
    values = scene.layer_call.args[0] if scene.layer_call and scene.layer_call.args else None
    if isinstance(values, list | tuple | dict):
        place = next((x for x, y in pairs(place, values) if y is inner), None)
    name = (
        scene.line.text(place) if place is not None and scene.line else scene.named(inner, "layer")
    )
    fix = swapped(scene, place, f"{name}({before})")
    return Said(
        f"{quoted(outer.name)} was called on the layer {quoted(inner.name)}. A layer is called "
        "on a tensor: the result of another call.",
        f"The call of {quoted(inner.name)} on its own input is missing.",
        fix or f"y = layer_2(layer_1({before}))",
    )


def on_numbers(scene: Scene) -> Said | None:
    """A layer is called on a shape or on Python numbers."""
    where = scene.raised_in("Layer.__call__")
    if where is None or not isinstance(where.get("arg"), int | float) or not scene.layer_call:
        return None
    value = scene.layer_call.args[0] if scene.layer_call.args else None
    is_shape = isinstance(value, tuple) and all(isinstance(x, int) for x in value)
    name = written(scene, value, "x")
    if is_shape:
        new = f"{scene.keras}.Input(shape={name})"
    else:
        rows = name if isinstance(value, list) and value and isinstance(value[0], list) else None
        new = f"np.array({rows or f'[{name}]'})"
    fix = instead(scene, new)
    return Said(
        f"{quoted(scene.layer.name)} was called on {type(value).__name__} "
        f"`{str(value)[:30]}`; a layer takes tensors and arrays only.",
        "The shape of an input stands where the input should."
        if is_shape
        else "Python numbers are no array; a layer wants an array of rows.",
        scene.with_imports(fix or f"x = {new}"),
    )


def several_tensors(scene: Scene) -> Said | None:
    """A layer that takes one tensor is called on several."""
    where, call = scene.raised_in("assert_input_compatibility"), scene.layer_call
    if where is None or call is None or not call.args:
        return None
    given, wanted = flat(call.args[0]), flat(where.get("input_spec"))
    if isinstance(call.owner, keras().Model) or len(wanted) != 1 or len(given) < 2:
        return None
    if any(shape_of(x) is None for x in given):
        return None
    if not isinstance(call.args[0], list | tuple):
        return None
    own = f"{titled(call.owner)} takes one tensor and was given {len(given)}: "
    own += f"{', '.join(shown(shape_of(x) or ()) for x in given[:3])}."
    apart, together = each(scene, given), joined(scene)
    shapes = [shape_of(x) or () for x in given]
    if not all(takes(call.owner, x) for x in shapes) or len(set(shapes)) > 1:
        return Said(own, "Two branches meet here and were not joined.", together)
    width = None if any(x[-1] is None for x in shapes) else sum(x[-1] for x in shapes)
    if not takes(call.owner, (*shapes[0][:-1], width)):
        cause = "A call takes one tensor. A layer that serves several is called on each."
        return Said(own, cause, apart)
    if is_named(scene):
        cause = "The layer is meant to be called on each; or the tensors are to be joined first."
        return Said(own, cause, either(apart, together))
    cause = "Two branches meet here and were not joined; or one layer is to be called on each."
    return Said(own, cause, either(together, apart))


def is_named(scene: Scene) -> bool:
    """Return whether the learner's call is of a layer made before, and not made for this call."""
    call = running(scene)
    return call is None or not isinstance(call.func, ast.Call)


def joined(scene: Scene) -> str:
    """Return the learner's call of a layer, with the tensors joined first."""
    value = scene.layer_call.args[0] if scene.layer_call else None
    before = f"{scene.layers}.Concatenate()({written(scene, value, '[a, b]')})"
    return instead(scene, before) or f"y = layer({before})"


def each(scene: Scene, tensors: list[Any]) -> str:
    """Return the learner's call of a layer on several tensors as one call on each."""
    call, line = running(scene), scene.line
    names = [scene.named(x, other) for x, other in zip(tensors, "abcdefgh", strict=False)]
    if call is None or line is None:
        return f"y = [{', '.join(f'layer({name})' for name in names)}]"
    if found := pairs(call.args[0] if call.args else None, tensors):
        names = [line.text(x) for x, _ in found]
    layer, before = line.text(call.func), ""
    if isinstance(call.func, ast.Call):
        layer, before = "layer", f"layer = {layer}\n"
    calls = ", ".join(f"{layer}({name})" for name in names)
    return before + (mend(scene, line.replace(call, f"[{calls}]")) or f"y = [{calls}]")


def a_stray_comma(scene: Scene) -> Said | None:
    """A tuple of one tensor: a comma at the end of a line."""
    call = scene.layer_call
    value = call.args[0] if call and call.args else None
    if not (isinstance(value, tuple) and len(value) == 1 and shape_of(value[0]) is not None):
        return None
    if call is None or type(call.owner).__name__ in MERGES or isinstance(call.owner, keras().Model):
        return None
    name = scene.named(value, "x")
    return Said(
        f"{quoted(call.owner.name)} was given a tuple that holds one tensor, not the tensor.",
        f"A comma at the end of the line that made `{name}`: in Python it makes a tuple.",
        without_comma(scene, name) or f"{name} = {name}[0]",
    )


def without_comma(scene: Scene, name: str) -> str:
    """Return the assignment that ends in a comma, without it; empty where there is none."""
    line = scene.line
    for node in ast.walk(line.tree) if line else ():
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)):
            continue
        names = [x.id for x in node.targets if isinstance(x, ast.Name)]
        if name in names and len(node.value.elts) == 1 and line:
            return line.edited(line.replace(node.value, line.text(node.value.elts[0])))
    return ""


def missing(layer: Any, args: tuple[Any, ...], kwargs: Any) -> list[str]:
    """Return the arguments that a layer's `call` cannot do without and was not given."""
    names = inspect.signature(layer.call).parameters
    bound = inspect.signature(layer.call).bind_partial(*args, **kwargs).arguments
    return [k for k, x in names.items() if x.default is x.empty and k not in bound and x.kind < 2]


def too_few(scene: Scene) -> Said | None:
    """A layer of Keras is called without a tensor that it needs."""
    call = scene.layer_call
    if call is None or is_own(call.owner) or scene.raised_in("Signature._bind") is None:
        return None
    names = missing(call.owner, call.args, call.kwargs)
    if not names:
        return None
    x = written(scene, call.args[0], "x") if call.args else likely(scene, "x", layer=call.owner)
    attention = "query" in inspect.signature(call.owner.call).parameters
    return Said(
        f"{titled(call.owner)} also needs {' and '.join(f'`{x}`' for x in names)}.",
        "It looks from one tensor at another. For self-attention both are the same tensor."
        if attention
        else "The brackets of the second call, the one with the tensor in it, are empty.",
        appended(scene, x) or f"y = layer({', '.join([x] * (len(names) + len(call.args)))})",
    )


def not_in_a_list(scene: Scene) -> Said | None:
    """Several tensors are given one by one to what takes a list of them."""
    call = scene.layer_call
    plain = re.match(r"(\w+)\(\) takes 1 positional argument but", scene.said)
    if call is not None and scene.raised_in("Signature._bind") is not None:
        if len(call.args) < 2 or type(call.owner).__name__ not in MERGES:
            return None
        name = titled(call.owner)
    elif plain and plain[1].capitalize() in MERGES and is_keras_function(scene, plain[1]):
        name = f"`{plain[1]}`"
    elif scene.raised_in("Concatenate.build") is not None and scene.at("concatenate") is not None:
        if not is_tensor((scene.at("concatenate") or {}).get("axis")):
            return None
        name = "`concatenate`"
    else:
        return None
    node, line = running(scene), scene.line
    fix = ""
    if node is not None and line and len(node.args) > 1:
        edits: tuple[Edit, ...] = brackets(
            line.range(node.args[0])[0], line.range(node.args[-1])[1]
        )
        fix = mend(scene, *edits)
    return Said(
        f"{name} takes one list of tensors, and was given them one by one.",
        "The square brackets around the tensors are missing.",
        fix or f"joined = {scene.layers}.Concatenate()([a, b])",
    )


def is_keras_function(scene: Scene, name: str) -> bool:
    """Return whether the function of that name that the learner called is Keras's."""
    call = running(scene)
    found: Any = getattr(keras().layers, name, None)
    own = {k: x for k, x in scene.variables()}
    if call is not None and isinstance(call.func, ast.Attribute):
        home = call.func.value
        module = own.get(home.id) if isinstance(home, ast.Name) else keras().layers
        return getattr(module, name, None) is found
    return found is not None and own.get(name, found) is found


KNOWN = (
    Known("E121", "A layer is called on a layer", ("ValueError",), on_a_layer),
    Known("E122", "A layer is called on numbers or on a shape", ("ValueError",), on_numbers),
    Known("E123", "Several tensors for a layer that takes one", ("ValueError",), several_tensors),
    Known("E124", "A comma too many", ("ValueError", "TypeError"), a_stray_comma),
    Known("E125", "A layer is called without a tensor it needs", ("TypeError",), too_few),
    Known("E126", "Tensors that are not in a list", ("TypeError", "ValueError"), not_in_a_list),
)
