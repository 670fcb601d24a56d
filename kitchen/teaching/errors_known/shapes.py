"""Errors of shape at one layer: what it is given does not fit it."""

import ast
import math
from typing import Any

from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import either, made, mend, running
from kitchen.teaching.errors_known.functional import pairs
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.widths import misfit
from kitchen.teaching.errors_known.words import is_tensor, pair, shape_of, shown, titled


def given(scene: Scene, otherwise: str = "x") -> str:
    """Return how the learner calls what the innermost layer was called on."""
    call = scene.layer_call
    return scene.named(call.args[0], otherwise) if call and call.args else otherwise


def other_width(scene: Scene) -> Said | None:
    """A layer has weights for one width and is given another."""
    where = scene.raised_in("assert_input_compatibility")
    layer = owner(scene)
    if where is None or layer is None or misfit(scene) is not None:
        return None
    spec, shape = where.get("spec"), where.get("shape")
    axes = getattr(spec, "axes", None) or {}
    if spec is None or shape is None or len(shape) < (spec.min_ndim or spec.ndim or 0):
        return None
    wrong = [(k, n) for k, n in axes.items() if None not in (n, shape[k]) and shape[k] != n]
    if not wrong:
        return None
    axis, size = wrong[0]
    fix, cause = of_its_own(scene, layer)
    if twice := twice_in_a_list(scene, layer):
        fix, cause = twice
    return Said(
        f"{titled(layer)} has weights for inputs with {size} numbers on "
        f"{'the last axis' if axis == -1 else f'axis {axis}'}, made at its first call. Now it is "
        f"given {shown(shape)}.",
        cause,
        fix,
    )


def of_its_own(scene: Scene, layer: Any) -> tuple[str, str]:
    """Return a call of a new layer like one that does not fit, and why."""
    node, line, fix, other = running(scene), scene.line, "", ""
    cause = "One layer is used at two places whose widths differ; its weights fit one width only. "
    cause += "Give each place a layer of its own, or bring both to one width first."
    if scene.inner is not scene.learner:
        return f"self.own_layer = {made(scene, layer)}  # in __init__, for this place", cause
    if node is not None and line and layer is scene.layer:
        fix = mend(scene, line.replace(node.func, made(scene, layer)))
        width = dict((layer.input_spec.axes or {}) if layer.input_spec else {}).get(-1)
        if hasattr(layer, "units") and width and len(node.args) == 1:
            before = f"{scene.layers}.Dense({width})("
            other = mend(scene, line.wrap(node.args[0], before, ")"))
    return either(fix or f"y = {made(scene, layer)}({given(scene)})", other), cause


def twice_in_a_list(scene: Scene, layer: Any) -> tuple[str, str] | None:
    """Return a Sequential with another layer for one that stands in it twice, and why."""
    values, line = (scene.at("Sequential.__init__") or {}).get("layers"), scene.line
    places = [k for k, x in enumerate(values or ()) if x is layer]
    node = running(scene)
    parts = pairs(node.args[0] if node is not None and node.args else None, values)
    if not places or not parts or line is None:
        return None
    place, new = parts[places[-1]][0], made(scene, layer)
    fix = mend(scene, line.replace(place, new)) or f"layer = {new}"
    if len(places) < 2:
        cause = "Its weights were made elsewhere, for another width. The list needs a layer of "
        return fix, f"{cause}its own."
    cause = "In a list the second call gets what the first one gave. Two layers of one kind are "
    cause += "two objects; one layer for two uses of one tensor is written as calls."
    name = line.text(place)
    start = line.text(parts[0][0]) if is_tensor(parts[0][1]) else f"{scene.keras}.Input((8,))"
    calls = f"x = {start}\nfirst, second = {name}(x), {name}(x)  # two calls, one tensor"
    return either(fix, calls if isinstance(place, ast.Name) else ""), cause


def owner(scene: Scene) -> Any:
    """Return the layer of which Keras says that the input does not fit it; `None` if none."""
    where = scene.raised_in("assert_input_compatibility")
    for call in reversed(scene.calls):
        if where and getattr(call.owner, "name", None) == where.get("layer_name"):
            return call.owner
    return None


def open_size(scene: Scene) -> Said | None:
    """Weights are to be made for a size that is open."""
    where = scene.raised_in("Variable._validate_shape")
    call = scene.layer_call
    if where is None or call is None or not call.args:
        return None
    shape = shape_of(call.args[0])
    if shape is None or None not in shape[1:]:
        return None
    source = next((x for k, x in scene.variables() if is_open(x)), None)
    open_input = source if source is not None else call.args[0]
    new = tuple(10 if n is None else n for n in tuple(open_input.shape)[1:])
    return Said(
        f"{titled(call.owner)} is given {shown(shape)}. Its weights need the size that is open "
        f"there: their shape would be {shown(where['shape'], '?')}.",
        "`None` in an `Input` is an open size. Say the number; for lengths that differ, use a "
        "layer that does not need it, such as GlobalAveragePooling1D in place of Flatten.",
        f"{scene.named(open_input, 'x')} = {scene.keras}.Input(shape={new!r})",
    )


def is_open(value: Any) -> bool:
    """Return whether a value is a symbolic tensor with an open size besides the batch."""
    return is_tensor(value) and None in tuple(value.shape)[1:]


def reshape(scene: Scene) -> Said | None:
    """Numbers are to be put into a shape that holds another count of them."""
    where, layer = scene.raised_in("compute_reshape_output_shape"), scene.layer
    if where is None or None in where["input_shape"]:
        return None
    target = tuple(where["newshape"])
    count, wanted = math.prod(where["input_shape"]), math.prod(target)
    new = pair(count) if len(target) == 2 else (count,)
    name = titled(layer) if layer is not None else "`reshape`"
    open_sized = "" if wanted < 0 else f", which holds {wanted}"
    return Said(
        f"{name} puts {count} numbers, {shown(where['input_shape'], '?')}, into "
        f"{target}{open_sized}. Their number cannot change.",
        "A size was mistyped, or the tensor before it has another shape than thought. One size "
        "may be -1: it is worked out.",
        f"y = {scene.layers}.Reshape({new!r})({given(scene)})",
    )


def too_small(scene: Scene) -> Said | None:
    """A window is larger than what it slides over."""
    layer, call = scene.layer, scene.layer_call
    sites = ("compute_conv_output_shape", "compute_pooling_output_shape")
    if scene.raised_in(*sites) is None or call is None or not call.args:
        return None
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    shape = shape_of(call.args[0])
    if window is None or shape is None:
        return None
    return Said(
        f"{titled(layer)} slides a window of {tuple(window)} over {shown(shape)}: the window is "
        "larger than the map.",
        'Too many poolings or strides before it, or the picture is small. `padding="same"` puts '
        "a border around the map.",
        f"y = {made(scene, layer, padding='same')}({given(scene)})",
    )


def no_axis(scene: Scene) -> Said | None:
    """A normalisation is told an axis that its input has not."""
    where = scene.raised_in("BatchNormalization.build")
    if where is None:
        return None
    layer, shape = where["self"], tuple(where["input_shape"])
    return Said(
        f"{titled(layer)} works along axis {layer.axis}, and {shown(shape)} has only the axes 0 "
        f"to {len(shape) - 1}.",
        "`axis` is the axis of features: the last one, -1, almost always.",
        f"y = {made(scene, layer, axis=-1)}({given(scene)})",
    )


def stateful(scene: Scene) -> Said | None:
    """A recurrent layer that keeps its state gets a batch of another size."""
    where = scene.raised_in("RNN.call", "RNN.build")
    layer = None if where is None else where["self"]
    if where is None or not getattr(layer, "stateful", False):
        return None
    size, kept = shape_of(where.get("sequences")), getattr(layer, "states", None)
    said = "batches of an open size"
    if size and size[0] and kept:
        said = f"a batch of {size[0]} and has a state for {(shape_of(kept[0]) or '?')[0]}"
    return Said(
        f"{titled(layer)} keeps a state for each row from one batch to the next, so all batches "
        f"have one size. It is given {said}.",
        "`stateful=True` is meant for series longer than one batch. Most models do without it.",
        f"layer = {made(scene, layer)}",
    )


KNOWN = (
    Known("E301", "A layer used at two widths", ("ValueError",), other_width),
    Known("E305", "Weights for a size that is open", ("ValueError",), open_size),
    Known("E306", "A shape that holds another count of numbers", ("ValueError",), reshape),
    Known("E307", "A window larger than the map", ("ValueError",), too_small),
    Known("E308", "An axis that is not there", ("IndexError",), no_axis),
    Known("E309", "Batches of another size for a kept state", ("ValueError",), stateful),
)
