"""Errors of rank: a layer is given another number of axes than it takes."""

import ast
from itertools import pairwise
from typing import Any

from kitchen.backend import keras
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.chains import elements, inserted
from kitchen.teaching.errors_known.fixes import made, mend, running
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.shapes import given, owner
from kitchen.teaching.errors_known.uncalled import layer_class
from kitchen.teaching.errors_known.widths import misfit
from kitchen.teaching.errors_known.words import shown, titled

IMAGES = ("Conv2D", "Pooling2D", "Conv2DTranspose", "UpSampling2D", "ZeroPadding2D", "Pool2D")


def rank(scene: Scene) -> tuple[Any, tuple[Any, ...], int] | None:
    """Return a layer, what it is given, and how many axes it takes; `None` if these fit."""
    where, layer = scene.raised_in("assert_input_compatibility"), owner(scene)
    if where is None or layer is None or misfit(scene) is not None:
        return None
    spec, shape = where.get("spec"), where.get("shape")
    wanted = getattr(spec, "ndim", None) or getattr(spec, "min_ndim", None)
    if shape is None or wanted is None or len(shape) == wanted:
        return None
    return layer, tuple(shape), wanted


def no_channels(scene: Scene) -> Said | None:
    """A layer for images is given images without an axis of channels."""
    found = rank(scene)
    if found is None or not type(found[0]).__name__.endswith(IMAGES):
        return None
    layer, shape, wanted = found
    if len(shape) != wanted - 1:
        return None
    name = given(scene)
    reshaped = f"{scene.layers}.Reshape({(*shape[1:], 1)!r})"
    new = f"{reshaped}({name})"
    if None in shape[1:]:
        new = f"{scene.keras}.ops.expand_dims({name}, -1)"
    return Said(
        f"{titled(layer)} takes images as (n, height, width, channels): four axes. It is given "
        f"{shown(shape)}.",
        "The axis of channels is missing: a grey picture has one channel, and must say so.",
        (None not in shape[1:] and inserted(scene, layer, reshaped)) or f"{name} = {new}",
    )


def no_time(scene: Scene) -> Said | None:
    """A recurrent layer is given rows without an axis of time."""
    found = rank(scene)
    if found is None or not isinstance(found[0], keras().layers.RNN):
        return None
    layer, shape, wanted = found
    name = given(scene)
    fix = f"{name} = {scene.layers}.Reshape({(*shape[1:], 1)!r})({name})"
    cause = "One number for each step is still an axis: (n, steps, 1)."
    if len(shape) != wanted - 1 or None in shape[1:]:
        fix, cause = f"x = {scene.keras}.Input(shape=(20, 8))", "A step is one row of numbers."
    elif before := recurrent_before(scene, layer):
        fix, cause = before, "The recurrent layer before it gives its last step only."
    else:
        fix = inserted(scene, layer, f"{scene.layers}.Reshape({(*shape[1:], 1)!r})") or fix
    return Said(
        f"{titled(layer)} goes through a sequence, (n, steps, features): three axes. It is given "
        f"{shown(shape)}.",
        cause,
        fix,
    )


def recurrent_before(scene: Scene, layer: Any) -> str:
    """Return a recurrent layer with all its steps, for the one that a layer stands behind.

    Empty where it stands behind another kind of layer.
    """
    found, line, call = elements(scene), scene.line, running(scene)
    parts = call.args[0] if call is not None and call.args else None
    for k, (_, value) in enumerate(found):
        before = found[k - 1][1] if k else None
        if value is layer and isinstance(before, keras().layers.RNN) and line:
            node = parts.elts[k - 1] if isinstance(parts, ast.List) else None
            if isinstance(node, ast.Call):
                return mend(scene, line.append(node, "return_sequences=True"))
    where = scene.at("Sequential.build")
    stacked = [] if where is None else where["self"].layers
    pairs = [x for x, y in pairwise(stacked) if y is layer and isinstance(x, keras().layers.RNN)]
    if pairs:
        return f"layer = {made(scene, pairs[0], return_sequences=True)}  # before the other"
    return in_calls(scene)


def in_calls(scene: Scene) -> str:
    """Return the learner's call of a recurrent layer whose result they gave to another."""
    line, name = scene.line, given(scene, "")
    for node in ast.walk(line.tree) if line else ():
        if not (line and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        maker = node.value.func
        kind = layer_class(scene, maker)
        before = line.place(node)[0] < line.span[0]
        if before and line.text(node.targets[0]) == name and isinstance(maker, ast.Call):
            if kind is not None and issubclass(kind, keras().layers.RNN):
                return mend(scene, line.append(maker, "return_sequences=True"))
    return ""


def other_rank(scene: Scene) -> Said | None:
    """A layer takes another number of axes."""
    found = rank(scene)
    if found is None or no_channels(scene) or no_time(scene):
        return None
    layer, shape, wanted = found
    name = given(scene)
    known = None not in shape[1:]
    if wanted == 2 and known:
        fix = inserted(scene, layer, f"{scene.layers}.Flatten()") or (
            f"{name} = {scene.layers}.Flatten()({name})"
        )
    elif len(shape) < wanted and known:
        size = (*shape[1:], *([1] * (wanted - len(shape))))
        fix = f"{name} = {scene.layers}.Reshape({size!r})({name})"
    else:
        fix = f"x = {scene.keras}.Input(shape={tuple([8] * (wanted - 1))!r})"
    return Said(
        f"{titled(layer)} takes tensors of {wanted} axes, the batch among them. It is given "
        f"{shown(shape)}, which has {len(shape)}.",
        "The layer before it gives another kind of tensor, or the data lack an axis.",
        fix,
    )


KNOWN = (
    Known("E302", "Images without an axis of channels", ("ValueError",), no_channels),
    Known("E303", "A recurrent layer without an axis of time", ("ValueError",), no_time),
    Known("E304", "Another number of axes", ("ValueError",), other_rank),
)
