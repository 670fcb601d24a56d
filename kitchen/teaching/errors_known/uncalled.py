"""Errors of a layer that was made and not called: its tensors came too early, or not at all."""

import ast
import re
from typing import Any

from kitchen.backend import keras
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.chains import MERGES, elements, given_by
from kitchen.teaching.errors_known.choosing import likely
from kitchen.teaching.errors_known.fixes import mend, running
from kitchen.teaching.errors_known.learner import Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import (
    flat,
    is_layer,
    is_tensor,
    needed,
    shape_of,
    titled,
)

USUAL = {"units": "64", "filters": "16", "kernel_size": "3", "rate": "0.5", "activation": '"relu"'}


def resolved(scene: Scene, node: ast.expr) -> Any:
    """Return what a name, or an attribute of a module, stands for; `None` for all else."""
    if isinstance(node, ast.Name):
        return scene.value(node.id)
    if isinstance(node, ast.Attribute):
        home = resolved(scene, node.value)
        return getattr(home, node.attr, None) if hasattr(home, "__spec__") else None
    return None


def layer_class(scene: Scene, node: ast.AST) -> Any:
    """Return the class of layers that an expression makes a layer of; `None` if it does not."""
    kind = resolved(scene, node.func) if isinstance(node, ast.Call) else None
    is_class = isinstance(kind, type) and issubclass(kind, keras().layers.Layer)
    return kind if is_class else None


def given_early(scene: Scene) -> Said | None:
    """A class of layers is given the tensors that belong to the call of the layer."""
    return at_once(scene) or handed_on(scene)


def at_once(scene: Scene) -> Said | None:
    """The class refuses the tensors."""
    node = running(scene)
    if re.search(r"__init__\(\) takes \d+ positional arguments? but", scene.said):
        kind = layer_class(scene, node) if node is not None else None
        if node is None and scene.said.startswith("Merge."):
            return about_early(scene, "Add", None, None)
        if node is None or kind is None or not node.args or kind.__name__ not in MERGES:
            return None
        return about_early(scene, kind.__name__, node, node.args[0])
    for step in scene.steps:
        layer = step.names.get("self") if step.name.endswith("__init__") else None
        if step.owner != "keras" or not is_layer(layer) or isinstance(layer, no_settings()):
            continue
        for wrong in (x for x in step.names.values() if is_tensor(x)):
            written = node.args if node is not None else []
            place = next((x for x in written if resolved(scene, x) is wrong), None)
            return about_early(scene, type(layer).__name__, node if place else None, place)
    return None


def about_early(scene: Scene, name: str, call: ast.Call | None, tensors: ast.expr | None) -> Said:
    """Return what is said of tensors that a class was given, with the call that was meant.

    Args:
        scene: Where it was given them.
        name: The class.
        call: The learner's call of the class; `None` where it is not at hand.
        tensors: What the learner gave it.
    """
    line, fix = scene.line, ""
    if line is not None and call is not None and tensors is not None:
        kept = [line.text(x) for x in call.args if x is not tensors]
        named = [x.arg for x in call.keywords]
        lacking = [x for x in needed(getattr(keras().layers, name))[len(kept) :] if x not in named]
        kept += [line.text(x) for x in call.keywords]
        kept += [f"{x}={USUAL.get(x, '8')}" for x in lacking]
        new = f"{line.text(call.func)}({', '.join(kept)})({line.text(tensors)})"
        fix = mend(scene, line.replace(call, new))
    return Said(
        f"`{name}(…)` makes a layer, and takes its settings. The tensors belong to the call of the "
        "layer that it made.",
        "Two pairs of brackets are needed: one makes the layer, the next one calls it.",
        fix or f"y = {scene.layers}.{name}()([a, b])",
    )


def no_settings() -> tuple[type, ...]:
    """Return the classes that are rightly given tensors when they make an object."""
    return keras().Model, keras().layers.InputLayer


def handed_on(scene: Scene) -> Said | None:
    """The class took the tensors for its axis, and the layer is handed on without a call."""
    where = scene.raised_in("Layer.__call__")
    layer: Any = None if where is None else where.get("arg")
    if type(layer).__name__ not in MERGES or not given_at_once(layer):
        return None
    line = scene.line
    for node in ast.walk(line.tree) if line else ():
        kind = layer_class(scene, node)
        if kind is type(layer) and isinstance(node, ast.Call) and len(node.args) == 1:
            parts = flat_names(scene, node.args[0])
            if parts and all(any(x is y for y in flat(layer.axis)) for x in parts):
                return about_early(scene, kind.__name__, node, node.args[0])
    return about_early(scene, type(layer).__name__, None, None)


def given_at_once(layer: Any) -> bool:
    """Return whether tensors were given where a joining layer takes its axis."""
    return any(is_tensor(x) for x in flat(getattr(layer, "axis", None)))


def flat_names(scene: Scene, node: ast.expr) -> list[Any]:
    """Return what the names in a list stand for."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return [resolved(scene, x) for x in parts]


def in_a_sum(scene: Scene) -> Said | None:
    """A layer stands where an operator, or an operation, takes a tensor."""
    found = [x for call in scene.calls for x in call.args if is_layer(x)]
    found = [x for x in found if not x.built or "unsupported type" in scene.said]
    words = re.search(r"unsupported operand type\(s\) for .+: '(\w+)' and '(\w+)'", scene.said)
    line, node, layer = scene.line, scene.line.node if scene.line else None, None
    if "unsupported type" in scene.said and found:
        layer = found[-1]
        sums = [x for x in ast.walk(line.tree) if isinstance(x, ast.BinOp)] if line else []
    elif words:
        sums = [node] if isinstance(node, ast.BinOp) else []
        sides = [resolved(scene, x) for y in sums for x in (y.left, y.right)]
        held = sides or [x for _, x in scene.variables() if type(x).__name__ in words.groups()]
        layer = next((x for x in held if is_layer(x)), None)
    if layer is None:
        return None
    fix = next((x for x in (called_in(scene, y, layer) for y in sums) if x), "")
    x = likely(scene, "", layer=layer)
    start = "" if x else f"x = {scene.keras}.Input(shape=(8,))\n"
    return Said(
        f"{titled(layer)} stands where a number or a tensor should: it was made and never called."
        if not layer.built
        else f"{titled(layer)} stands where a number or a tensor should.",
        "The call of the layer is missing. What a call gives is a tensor, and can be added.",
        start + (fix or f"y = {scene.named(layer, 'layer')}({x or 'x'}) + {x or 'x'}"),
    )


def called_in(scene: Scene, node: ast.BinOp, layer: Any) -> str:
    """Return the statement of an operator with its layer called; empty where it has another."""
    line = scene.line
    for side, other in ((node.left, node.right), (node.right, node.left)):
        made_here = layer_class(scene, side) is type(layer) and is_called(line, side, layer.name)
        if line is None or not (made_here or resolved(scene, side) is layer):
            continue
        tensor = line.text(other) if isinstance(other, ast.Name) else ""
        if not is_name_of_tensor(scene, other):
            tensor = likely(scene, "x", layer=layer)
        return mend(scene, line.wrap(side, "", f"({tensor})"))
    return ""


def is_called(line: Line | None, node: ast.expr, name: str) -> bool:
    """Return whether an expression makes a layer of that name, as far as it says a name."""
    keywords = node.keywords if isinstance(node, ast.Call) else []
    words = [x.value for x in keywords if x.arg == "name"]
    return not words or (line is not None and line.text(words[0]).strip("'\"") == name)


def is_name_of_tensor(scene: Scene, node: ast.expr) -> bool:
    """Return whether an expression is a name that stands for a symbolic tensor, or once did."""
    value = resolved(scene, node)
    return is_tensor(value) or (isinstance(node, ast.Name) and shape_of(value) is not None)


def two_in_a_list(scene: Scene) -> Said | None:
    """A layer that takes several tensors stands in a Sequential."""
    where = scene.raised_in("Sequential.build")
    layer = None if where is None else where.get("layer")
    if "single required positional argument" not in scene.said or not is_layer(layer):
        return None
    found = elements(scene)
    place = next((k for k, (_, x) in enumerate(found) if x is layer), None)
    text = found[place][0] if place is not None else scene.named(layer, "layer")
    shape = given_by(found[place - 1][1]) if place else None
    size = tuple(shape[1:]) if shape else (8, 64)
    attention = "Attention" in type(layer).__name__
    return Said(
        f"{titled(layer)} takes several tensors, and a Sequential hands over one.",
        "For self-attention both are the same tensor, given twice in one call. A small model with "
        "that call can stand in the list."
        if attention
        else "A small model with the call can stand in the list.",
        f"x = {scene.keras}.Input({size!r})\n"
        f"block = {scene.keras}.Model(x, {text}(x, x))  # in the list in place of the layer",
    )


KNOWN = (
    Known("E109", "A layer for several tensors in a Sequential", ("ValueError",), two_in_a_list),
    Known(
        "E127",
        "Tensors given to the class, not to the call",
        ("TypeError", "ValueError"),
        given_early,
    ),
    Known("E128", "A layer in a sum", ("TypeError", "ValueError"), in_a_sum),
)
