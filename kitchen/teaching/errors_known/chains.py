"""What a list of layers is to be, where a Sequential cannot be it: the same layers in calls."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.fixes import mend, running
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import is_layer, is_tensor, shape_of

MOST_IN_A_BLOCK = 6  # layers
MERGES = ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract")


def elements(scene: Scene) -> list[tuple[str, Any]]:
    """Return the learner's list of layers: each as it is written, and what that stands for.

    Empty where the list is not written out in the call of Sequential.
    """
    values = (scene.at("Sequential.__init__") or {}).get("layers")
    call, line = running(scene), scene.line
    written = call.args[0] if call is not None and call.args else None
    if not (isinstance(written, ast.List) and isinstance(values, list) and line):
        return []
    if len(written.elts) != len(values) or any(isinstance(x, ast.Starred) for x in written.elts):
        return []
    return [(line.text(x), value) for x, value in zip(written.elts, values, strict=True)]


def inserted(scene: Scene, layer: Any, text: str) -> str:
    """Return the learner's Sequential with one more layer before another; empty where unknown."""
    call, line = running(scene), scene.line
    found = elements(scene)
    place = next((k for k, (_, x) in enumerate(found) if x is layer), None)
    if place is None or call is None or line is None or not isinstance(call.args[0], ast.List):
        return ""
    return mend(scene, line.wrap(call.args[0].elts[place], f"{text}, ", ""))


def is_input(value: Any) -> bool:
    """Return whether an element of a list is an `Input`."""
    return is_tensor(value) or isinstance(value, keras().layers.InputLayer)


def chain(texts: list[str], first: str, name: str) -> tuple[list[str], str]:
    """Return lines that call layers one after the other, and the name of what they give.

    Args:
        texts: The layers as code.
        first: The tensor that goes in.
        name: The variable for what they give.
    """
    lines, before = [], first
    for text in texts:
        lines.append(f"{name} = {text}({before})")
        before = name
    return lines, before


def fork(scene: Scene, inner: Any) -> str:
    """Return a model whose last layers all take the same tensor; empty for a list elsewhere.

    Args:
        scene: Where the list of layers is written.
        inner: The list of layers that stands in it.
    """
    found, call, line = elements(scene), running(scene), scene.line
    if not found or call is None or line is None or not is_input(found[0][1]):
        return ""
    whole = call.args[0]
    last = whole.elts[-1] if isinstance(whole, ast.List) else None
    if found[-1][1] is not inner or not isinstance(last, ast.List) or len(last.elts) < 2:
        return ""
    if len(found) - 2 > MOST_IN_A_BLOCK:
        return ""
    lines, before = chain([text for text, _ in found[1:-1]], "x", "h")
    heads = ", ".join(f"{line.text(x)}({before})" for x in last.elts)
    model = f"model = {scene.keras}.Model(x, [{heads}])"
    return "\n".join([f"x = {found[0][0]}", *lines, model])


def way_around(scene: Scene, layer: Any) -> tuple[str, str] | None:
    """Return in words which earlier tensor a joining layer could take, and code for the two.

    Args:
        scene: Where the list is written.
        layer: The joining layer in it.
    """
    found = elements(scene)
    end = next((k for k, (_, x) in enumerate(found) if x is layer), 0)
    if end < 2 or not is_input(found[0][1]):
        return None
    shapes = [given_by(x) for _, x in found[:end]]
    start = fitting(shapes, most=1 if type(layer).__name__ == "Concatenate" else 0)
    if start is None or end - start > MOST_IN_A_BLOCK:
        return None
    size = tuple((shapes[start] or ())[1:])
    lines, before = chain([text for text, _ in found[start + 1 : end]], "kept", "x")
    block = f"block = {scene.keras}.Model(kept, {found[end][0]}([kept, {before}]))"
    code = [f"kept = {scene.keras}.Input({size!r})", *lines, block]
    said = f"what {quoted(found[start][1].name)} gives" if start else "the input"
    return said, "\n".join(code)


def given_by(layer: Any) -> tuple[Any, ...] | None:
    """Return the shape of what a layer or an `Input` in a list gives; `None` if unknown."""
    return shape_of(layer if is_tensor(layer) else getattr(layer, "output", None))


def fitting(shapes: list[Any], *, most: int) -> int | None:
    """Return the place of the last tensor before the end that can be joined with the last one.

    Args:
        shapes: The shapes along a chain.
        most: How many of the last axes may differ.
    """
    last = shapes[-1]
    for k in range(len(shapes) - 2, -1, -1):
        one = shapes[k]
        if one is not None and last is not None and len(one) == len(last):
            if one[: len(one) - most] == last[: len(last) - most] and len(one) > 1 + most:
                return k
            if len(one) == 2:
                return k if most or one == last else None
    return None


def two_chains(scene: Scene) -> str:
    """Return a model of calls for a list with two inputs; empty where it is not so simple."""
    found = elements(scene)
    starts = [k for k, (_, x) in enumerate(found) if is_input(x)]
    if len(starts) != 2 or starts[0] != 0 or not all(is_input(x) or is_layer(x) for _, x in found):
        return ""
    merges = [k for k, (_, x) in enumerate(found) if type(x).__name__ in MERGES]
    if len(merges) != 1 or merges[0] < starts[1] or len(found) > MOST_IN_A_BLOCK + 2:
        return ""
    texts, (middle, end) = [text for text, _ in found], (starts[1], merges[0])
    first, x = chain(texts[1:middle], "a", "x")
    second, y = chain(texts[middle + 1 : end], "b", "y")
    last, z = chain(texts[end + 1 :], "z", "z")
    lines = [f"a = {texts[0]}", *first, f"b = {texts[middle]}", *second]
    lines += [f"z = {texts[end]}([{x}, {y}])", *last, f"model = {scene.keras}.Model([a, b], {z})"]
    return "\n".join(lines)
