"""Errors with the attributes of a layer or a model of one's own."""

import ast
import inspect
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import mend
from kitchen.teaching.errors_known.learner import Edit, Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, is_layer, is_own, listed, shape_of


def late_state(scene: Scene) -> Said | None:
    """A layer or a weight is put into a layer that is built already."""
    where, setting = scene.raised_in("Tracker.add_to_store"), scene.at("Layer.__setattr__")
    if where is None or setting is None:
        return None
    layer, name = setting["self"], setting["name"]
    models = [(k, x) for k, x in scene.variables() if getattr(x, "inputs", None) and is_layer(x)]
    old = models[-1][0] if models else scene.named(layer, "model")
    size = size_of(models[-1][1]) if models else (8,)
    return Said(
        f"{quoted(layer.name)} is built: its list of weights is closed. `{name}` would add to it.",
        "Layers and weights are kept in `__init__` (or `build`); later, make a new model that uses "
        "the old one.",
        new_model(scene, size, f"{scene.layers}.Dense(3)({old}(x))"),
    )


def size_of(model: Any) -> tuple[Any, ...]:
    """Return the shape of one row of a model's first input."""
    return tuple(model.inputs[0].shape)[1:]


def new_model(scene: Scene, size: tuple[Any, ...], output: str) -> str:
    """Return code that makes a functional model on an input `x`, with an output."""
    return f"x = {scene.keras}.Input(shape={size!r})\nmodel = {scene.keras}.Model(x, {output})"


def reserved(scene: Scene) -> Said | None:
    """An attribute is set that belongs to Keras."""
    setting = scene.at("Layer.__setattr__")
    if setting is None:
        return None
    layer, name = setting["self"], str(setting["name"])
    found = inspect.getattr_static(type(layer), name, None)
    if not isinstance(found, property):
        return None
    own = scene.inner is not None and scene.inner.frame.f_code.co_name == "__init__"
    fix = renamed(scene, name) if own else ""
    if not fix and layer.built and getattr(layer, "inputs", None):
        fix = new_model(scene, size_of(layer), f"{scene.named(layer, 'model')}(x)")
    return Said(
        f"{quoted(type(layer).__name__)} has an attribute `{name}` of Keras's own: it is worked "
        "out and cannot be set.",
        "In a class, take another name."
        if own
        else "To change a model, build a new one around it.",
        fix or f"self.my_{name} = value",
    )


def renamed(scene: Scene, name: str) -> str:
    """Return the learner's assignment to an attribute of that name, to another one of their own."""
    line = scene.inner_line
    for node in ast.walk(line.tree) if line else ():
        if not (line and isinstance(node, ast.Attribute) and node.attr == name):
            continue
        if isinstance(node.ctx, ast.Store) and line.place(node)[0] == line.span[0]:
            new = f"{line.text(node.value)}.my_{name}"
            return mend(scene, line.replace(node, new), inner=True)
    return ""


def no_attribute(scene: Scene) -> Said | None:
    """A class uses an attribute that its `__init__` does not set."""
    layer, name = getattr(scene.origin, "obj", None), str(getattr(scene.origin, "name", ""))
    inside = scene.inner is not None and scene.inner.frame.f_locals.get("self") is layer
    if not is_layer(layer) or not is_own(layer) or not inside:
        return None
    kept = [k for k in vars(layer) if k[0] != "_" and is_layer(vars(layer)[k])]
    own = [k for k in vars(layer) if isinstance(vars(layer)[k], keras().Variable)]
    meant = closest(name, kept + own) if len(name) > 1 else ""
    line = scene.inner_line
    if meant:
        cause, fix = f"`self.{meant}` was probably meant.", ""
        if line and isinstance(line.node, ast.Attribute):
            fix = mend(scene, line.replace(line.node, f"self.{meant}"), inner=True)
    else:
        cause, fix = lacking(scene, layer, name)
    has = [f"Its {what} are {listed(x)}." for what, x in (("layers", kept), ("weights", own)) if x]
    return Said(
        f"{quoted(type(layer).__name__)} uses `self.{name}`, which was never set. "
        + (" ".join(has) or "It keeps no layers."),
        cause,
        fix or f"self.{name} = {scene.layers}.Dense(3)  # in __init__",
    )


def lacking(scene: Scene, layer: Any, name: str) -> tuple[str, str]:
    """Return why an attribute was never set, and the line that sets it, by what it is used for."""
    line, node = scene.inner_line, scene.inner_line.node if scene.inner_line else None
    if line and (found := without_self(line, layer, name)):
        function, statement = found
        start = line.range(statement)[0]
        return (
            f"In `{function}`, `{name}` is a name of that function alone: `self.` is missing.",
            line.edited(Edit(start, start, "self.")),
        )
    if name in inspect.signature(type(layer).__init__).parameters:
        why = f"`__init__` takes `{name}` and does not keep it."
        return why, f"self.{name} = {name}  # in __init__"
    why = "A line is missing in `__init__`."
    if line is None or node is None or isinstance(line.call_of(node), ast.Call):
        return why, ""
    if scene.inner is not None and scene.inner.frame.f_code.co_name == "call":
        shape = weight_shape(scene, line, node)
        return why, f'self.{name} = self.add_weight(shape={shape}, name="{name}")  # in __init__'
    return why, f"self.{name} = 3  # in __init__"


def without_self(line: Line, layer: Any, name: str) -> tuple[str, ast.Assign] | None:
    """Return the method of a class, and the statement in it, that assigns to a bare name."""
    for kind in ast.walk(line.tree):
        if isinstance(kind, ast.ClassDef) and kind.name == type(layer).__name__:
            for method in kind.body:
                for node in ast.walk(method) if isinstance(method, ast.FunctionDef) else ():
                    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                        if node.targets[0].id == name and isinstance(method, ast.FunctionDef):
                            return method.name, node
    return None


def weight_shape(scene: Scene, line: Line, node: ast.expr) -> tuple[Any, ...]:
    """Return the shape of a weight by its use: as wide as what comes in, or a kernel."""
    names = scene.inner.names if scene.inner is not None else {}
    found = next((shape for x in names.values() if (shape := shape_of(x))), (8,))
    width = found[-1] or 8
    product = any(
        (isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult) and x.right is node)
        or (isinstance(x, ast.Call) and node in x.args and "matmul" in line.text(x.func))
        for x in ast.walk(line.tree)
    )
    return (width, 3) if product else (width,)


KNOWN = (
    Known("E805", "A layer added to what is built", ("ValueError",), late_state),
    Known("E806", "An attribute that belongs to Keras", ("AttributeError",), reserved),
    Known("E808", "An attribute that was never set", ("AttributeError",), no_attribute),
)
