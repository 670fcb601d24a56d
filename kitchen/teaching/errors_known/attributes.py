"""Errors with the attributes of a layer or a model of one's own."""

import ast
import inspect

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import mend
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, is_layer, is_own, listed


def late_state(scene: Scene) -> Said | None:
    """A layer or a weight is put into a layer that is built already."""
    where, setting = scene.raised_in("Tracker.add_to_store"), scene.at("Layer.__setattr__")
    if where is None or setting is None:
        return None
    layer, name = setting["self"], setting["name"]
    models = [(k, x) for k, x in scene.variables() if getattr(x, "inputs", None) and is_layer(x)]
    old, size = models[-1][0] if models else scene.named(layer, "model"), (8,)
    if models:
        size = tuple(models[-1][1].inputs[0].shape)[1:]
    return Said(
        f"{quoted(layer.name)} is built: its list of weights is closed. `{name}` would add to it.",
        "Layers and weights are kept in `__init__` (or `build`); later, make a new model that uses "
        "the old one.",
        f"x = {scene.keras}.Input(shape={size!r})\n"
        f"model = {scene.keras}.Model(x, {scene.layers}.Dense(3)({old}(x)))",
    )


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
    line = scene.inner_line
    fix = ""
    if own and line is not None:
        targets = [
            x
            for x in ast.walk(line.tree)
            if isinstance(x, ast.Attribute)
            and x.attr == name
            and line.place(x)[0] == line.span[0]
            and isinstance(x.ctx, ast.Store)
        ]
        if targets:
            target = targets[0]
            new = f"{line.text(target.value)}.my_{name}"
            fix = mend(scene, line.replace(target, new), inner=True)
    variable = scene.named(layer, "model")
    if not fix:
        fix = f"x = {scene.keras}.Input(shape=(8,))\nmodel = {scene.keras}.Model(x, {variable}(x))"
        if not layer.built or not getattr(layer, "inputs", None):
            fix = f"self.my_{name} = value"
        else:
            size = tuple(layer.inputs[0].shape)[1:]
            fix = fix.replace("(8,)", repr(size))
    return Said(
        f"{quoted(type(layer).__name__)} has an attribute `{name}` of Keras's own: it is worked "
        "out and cannot be set.",
        "In a class, take another name."
        if own
        else "To change a model, build a new one around it.",
        fix,
    )


def no_attribute(scene: Scene) -> Said | None:
    """A class uses an attribute that its `__init__` does not set."""
    layer, name = getattr(scene.origin, "obj", None), str(getattr(scene.origin, "name", ""))
    inside = scene.inner is not None and scene.inner.frame.f_locals.get("self") is layer
    if not is_layer(layer) or not is_own(layer) or not inside:
        return None
    kept = [k for k in vars(layer) if k[0] != "_" and is_layer(vars(layer)[k])]
    meant = closest(name, kept) if len(name) > 1 else ""
    line, fix = scene.inner_line, ""
    if meant and line and isinstance(line.node, ast.Attribute):
        fix = mend(scene, line.replace(line.node, f"self.{meant}"), inner=True)
    return Said(
        f"{quoted(type(layer).__name__)} uses `self.{name}`, which was never set. "
        + (f"Its layers are {listed(kept)}." if kept else "It keeps no layers."),
        f"`self.{meant}` was probably meant." if meant else "A line is missing in `__init__`.",
        fix or f"self.{name} = {scene.layers}.Dense(3)  # in __init__",
    )


KNOWN = (
    Known("E805", "A layer added to what is built", ("ValueError",), late_state),
    Known("E806", "An attribute that belongs to Keras", ("AttributeError",), reserved),
    Known("E808", "An attribute that was never set", ("AttributeError",), no_attribute),
)
