"""Errors in joining tensors: Concatenate, Add and their kin, `+` and `Dot`."""

import ast
from collections.abc import Sequence
from typing import Any

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.chains import MERGES
from kitchen.teaching.errors_known.fixes import either, mend, swapped
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import flat, is_tensor, shape_of, shown, titled


def joined(scene: Scene) -> list[Any]:
    """Return the tensors that the innermost layer was to join."""
    call = scene.layer_call
    return flat(call.args[0]) if call is not None and call.args else []


def names_of(scene: Scene, tensors: Sequence[Any]) -> list[str]:
    """Return how the learner writes some tensors that are joined."""
    line, written = scene.line, places(scene)
    if line and len(written) == len(tensors):
        texts = [line.text(x) for x in written]
        if all("\n" not in text for text in texts):
            return texts
    return [scene.named(x, name) for x, name in zip(tensors, "abcdefgh", strict=False)]


def places(scene: Scene) -> list[ast.expr]:
    """Return the expressions of the learner that stand for the tensors that are joined."""
    node = scene.line.node if scene.line else None
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    found = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else None
    parts = found.elts if isinstance(found, ast.List | ast.Tuple) else []
    return [] if any(isinstance(x, ast.Starred) for x in parts) else parts


def said_shapes(shapes: Sequence[Any]) -> str:
    """Return shapes for a sentence."""
    return " and ".join(shown(shape) for shape in shapes[:4])


def concatenate(scene: Scene) -> Said | None:
    """Tensors to be put side by side differ on another axis too."""
    where = scene.raised_in("Concatenate.build", "Concatenate.compute_output_spec")
    if where is None:
        return None
    is_layer_call = "xs" not in where
    tensors = joined(scene) if is_layer_call else where["xs"]
    name = quoted(where["self"].name) if is_layer_call else "`concatenate`"
    shapes = [shape_of(x) for x in tensors]
    if len(shapes) < 2 or None in shapes:
        return None
    sizes = [x for x in shapes if x is not None]
    names = names_of(scene, tensors)
    if len({len(x) for x in sizes}) > 1:
        flattened = [
            f"{scene.layers}.Flatten()({name})" if len(size) > 2 else name
            for name, size in zip(names, sizes, strict=False)
        ]
        fix = joined_again(scene, flattened)
        cause = "They have different numbers of axes. Flatten brings them to (n, size)."
    else:
        differ = [k for k in range(1, len(sizes[0])) if len({x[k] for x in sizes}) > 1]
        fix, cause = beside(scene, names, sizes, differ)
    return Said(
        f"{name} puts tensors side by side along "
        f"{'the last axis' if where['self'].axis == -1 else 'axis ' + str(where['self'].axis)}; "
        f"on every other axis they have to be equal. It is given {said_shapes(sizes)}.",
        cause,
        fix,
    )


def beside(
    scene: Scene, names: list[str], sizes: list[tuple[Any, ...]], differ: list[int]
) -> tuple[str, str]:
    """Return what puts tensors of the same number of axes side by side, and why."""
    first, second = sizes[:2]
    factors = [
        max(a, b) // min(a, b)
        for a, b in zip(first[1:3], second[1:3], strict=False)
        if None not in (a, b) and max(a, b) % min(a, b) == 0
    ]
    if len(first) == 4 and len(factors) == 2 and differ[:2] == [1, 2]:
        small = 0 if first[1] < second[1] else 1
        names = list(names)
        names[small] = f"{scene.layers}.UpSampling2D({tuple(factors)!r})({names[small]})"
        cause = "One map is smaller: it was pooled more often. It has to be enlarged first."
        return joined_again(scene, names), cause
    beside_last = getattr(scene.layer, "axis", -1) in (-1, 3)
    if len(sizes) == 2 and len(first) == 4 and beside_last and is_sized(first, second):
        return of_one_size(scene, names, first, second)
    if len(differ) == 1:
        cause = f"They differ on axis {differ[0]} only, so that is the axis to join them on."
        return side_by_side(scene, names, f"axis={differ[0]}"), cause
    flattened = [f"{scene.layers}.Flatten()({name})" for name in names]
    cause = "They differ on more than one axis. Flatten brings each to (n, size)."
    return joined_again(scene, flattened), cause


def is_sized(*shapes: tuple[Any, ...]) -> bool:
    """Return whether the heights and widths of some maps are known."""
    return all(None not in shape[1:3] for shape in shapes)


def of_one_size(
    scene: Scene, names: list[str], first: tuple[Any, ...], second: tuple[Any, ...]
) -> tuple[str, str]:
    """Return what joins two maps whose heights and widths differ by a little, and why they do."""
    size = [max(a, b) for a, b in zip(first[1:3], second[1:3], strict=True)]
    padded = []
    for name, shape in zip(names, (first, second), strict=True):
        border = tuple((0, n - k) for n, k in zip(size, shape[1:3], strict=True))
        if not any(n for _, n in border):
            padded.append(name)
        elif max(n for _, n in border) > 1:
            padded.append(f"{scene.layers}.Resizing({size[0]}, {size[1]})({name})")
        else:
            padded.append(f"{scene.layers}.ZeroPadding2D({border!r})({name})")
    cause = "The maps are to be of one height and width. Bring the smaller one to the other's size."
    if any("ZeroPadding2D" in x for x in padded):
        cause = (
            "An odd size was halved, and the half rounded down. Put a border on the smaller map; "
        )
        cause += "or begin with a size that stays even at each halving."
    return joined_again(scene, padded), cause


def joined_again(scene: Scene, names: list[str]) -> str:
    """Return the learner's call of a joining layer on other tensors."""
    operation = "xs" in (scene.raised_in("Concatenate.compute_output_spec") or {})
    fix = "" if operation else joined_on(scene, names)  # the operation's own axis is 0
    return fix or side_by_side(scene, names)


def joined_on(scene: Scene, names: list[str]) -> str:
    """Return the learner's joining call or operator on other tensors; empty where it is unknown."""
    line, written = scene.line, places(scene)
    if line is None or len(written) != len(names):
        return ""
    edits = (line.replace(x, name) for x, name in zip(written, names, strict=True))
    return mend(scene, *edits)


def side_by_side(scene: Scene, names: list[str], arguments: str = "") -> str:
    """Return the learner's statement with a Concatenate for what joins the tensors there."""
    new = f"{scene.layers}.Concatenate({arguments})([{', '.join(names)}])"
    node = scene.line.node if scene.line else None
    return (swapped(scene, node, new) if places(scene) else "") or f"joined = {new}"


def elementwise(scene: Scene) -> Said | None:
    """Tensors to be added, multiplied or the like differ in shape."""
    where = scene.raised_in("Merge._compute_elemwise_op_output_shape")
    if where is not None:
        layer, tensors = scene.layer, joined(scene)
        if len(tensors) < 2 or layer is None:
            return None
        name = titled(layer)
        call = f"{scene.layers}.{type(layer).__name__}()"
    else:
        where = scene.raised_in("broadcast_shapes")
        spec = next((x.names for x in reversed(scene.steps) if {"x1", "x2"} <= set(x.names)), None)
        tensors = [] if where is None or spec is None else [spec["x1"], spec["x2"]]
        name, call = "This operation", f"{scene.layers}.Add()"
    shapes = [shape_of(x) for x in tensors]
    if len(tensors) < 2 or None in shapes:
        return None
    sizes = [x for x in shapes if x is not None]
    names = names_of(scene, tensors)
    fix, cause = one_shape(scene, call, names, sizes)
    return Said(
        f"{name} works number by number, so its tensors need one shape. It is given "
        f"{said_shapes(sizes)}.",
        cause,
        fix,
    )


def one_shape(
    scene: Scene, call: str, names: list[str], sizes: list[tuple[Any, ...]]
) -> tuple[str, str]:
    """Return what brings two tensors to one shape to be added or the like, and why they differ.

    Args:
        scene: Where they are joined.
        call: The call of the joining layer's class.
        names: The tensors' names.
        sizes: Their shapes.
    """
    a, b = sizes[:2]
    if len(a) == len(b) and a[1:-1] == b[1:-1]:
        new = [f"{scene.layers}.Dense({b[-1]})({names[0]})", *names[1:]]
        cause = "The branches end in different widths. A Dense brings one to the other's; "
        cause += "Concatenate would put them side by side as they are."
        return either(added_again(scene, call, new), side_by_side(scene, names)), cause
    if len(a) == len(b) == 4 and a[-1] == b[-1] and is_sized(a, b):
        new = [f"{scene.layers}.Resizing({b[1]}, {b[2]})({names[0]})", *names[1:]]
        cause = "The maps are of different height or width: one was pooled more often."
        return added_again(scene, call, new), cause
    wide = min(sizes[:2], key=len)
    flattened = [
        f"{scene.layers}.Flatten()({x})" if len(shape) > len(wide) == 2 else x
        for x, shape in zip(names, sizes, strict=False)
    ]
    cause = "They differ on more than the last axis. Decide first what each axis means."
    if flattened != names:
        cause = "One has more axes. Flatten makes one row of them, and a Dense brings the widths "
        k = next(k for k, shape in enumerate(sizes) if len(shape) > 2)
        flattened[k] = f"{scene.layers}.Dense({wide[-1]})({flattened[k]})"
        return added_again(scene, call, flattened), f"{cause}together."
    return f"print({names[0]}.shape, {names[1]}.shape)", cause


def added_again(scene: Scene, call: str, names: list[str]) -> str:
    """Return the learner's call of an adding layer, or operator, on other tensors."""
    return joined_on(scene, names) or f"y = {call}([{', '.join(names)}])"


def one_tensor(scene: Scene) -> Said | None:
    """A joining layer is called on one tensor."""
    where = scene.raised_in(*(f"{name}.build" for name in (*MERGES, "Merge")))
    layer, call = scene.layer, scene.layer_call
    if where is None or layer is None or call is None or not call.args:
        return None
    if scene.at("Sequential.build") is not None or scene.at("concatenate") is not None:
        return None
    tensor = call.args[0]
    if isinstance(tensor, list | tuple | dict) and len(tensor) > 1:
        return None
    single = tensor if shape_of(tensor) is not None else flat(tensor)[0]
    name = scene.named(single, "a")
    others = [k for k, x in scene.variables() if is_tensor(x) and x is not single]
    made_layer = f"{scene.layers}.{type(layer).__name__}()"
    return Said(
        f"{titled(layer)} joins tensors and takes a list of them. It is given one, "
        f"{shown(shape_of(single) or ())}.",
        "The second tensor, or the brackets around both, are missing.",
        f"joined = {made_layer}([{name}, {others[-1] if others else 'b'}])",
    )


def dot(scene: Scene) -> Said | None:
    """Two tensors to be multiplied along an axis differ on it."""
    where = scene.raised_in("Dot.build")
    tensors = joined(scene)
    shapes = [shape_of(x) for x in tensors]
    if where is None or len(shapes) != 2 or None in shapes:
        return None
    layer, (a, b) = where["self"], names_of(scene, tensors)
    axes = layer.axes if isinstance(layer.axes, int) else tuple(layer.axes)
    width = (shapes[1] or (1,))[-1]
    return Said(
        f"{quoted(layer.name)} (Dot) multiplies along axis {axes} and adds up, so both need the "
        f"same size there. It is given {said_shapes(shapes)}.",
        "The two vectors come from branches of different width. A Dense brings one to the other's.",
        joined_on(scene, [f"{scene.layers}.Dense({width})({a})", b])
        or f"y = {scene.layers}.Dot(axes={axes!r})([{scene.layers}.Dense({width})({a}), {b}])",
    )


KNOWN = (
    Known("E321", "Tensors that cannot stand side by side", ("ValueError",), concatenate),
    Known("E322", "Tensors of different shape, number by number", ("ValueError",), elementwise),
    Known("E323", "A joining layer with one tensor", ("ValueError",), one_tensor),
    Known("E324", "Vectors of different length in a product", ("ValueError",), dot),
)
