"""A list of weights brought to the layers that it does not fit."""

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.fixes import argument, made, mend, running, written_object
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene

Shapes = list[tuple[Any, ...]]


def weights_fix(scene: Scene, layer: Any, wanted: Shapes, got: Shapes) -> tuple[str, str]:
    """Return what gives a layer the weights that were meant, and why these did not fit.

    Args:
        scene: Where `set_weights` was called.
        layer: The layer or model.
        wanted: The shapes of its weights.
        got: The shapes of the arrays that it was given.
    """
    name = written_object(scene, layer, "layer")
    place, line = argument(running(scene), 0, "weights"), scene.line
    given = line.text(place) if place is not None and line else "weights"
    if "\n" in given:
        given = "weights"
    source, pairs = source_of(scene, place), {}
    if source is not None and hasattr(layer, "layers") and hasattr(source[1], "layers"):
        pairs = partners(layer, source[1])
    if source is not None and pairs:
        cause = f"{quoted(source[1].name)} has other layers, or others of them are shared. Copy "
        return part_by_part(name, source[0], pairs), f"{cause}the weights layer by layer."
    if len(got) < len(wanted) and got == wanted[: len(got)]:
        cause = "A kernel and its bias are two arrays, and the list needs all of them. The others "
        more = f"[*{given}, *{name}.get_weights()[{len(got)}:]]"
        if isinstance(place, ast.List) and given[-2] not in ",[":
            more = f"{given[:-1]}, *{name}.get_weights()[{len(got)}:]]"
        fix = mend(scene, line.replace(place, more)) if line and place is not None else ""
        return fix or f"{name}.set_weights({more})", f"{cause}keep what they have."
    if is_part(got, wanted):
        cause = "The arrays are smaller. They can fill a part of the weights; where they belong is "
        return into_a_part(name, given, got), f"{cause}for you to say. The rest stays as it is."
    if len(got) == len(wanted) and hasattr(layer, "units") and len(got[0]) == 2:
        cause = "The arrays are those of a layer of another size. They need one of their own size."
        new = f"layer = {made(scene, layer, units=got[0][1])}\nlayer.build((None, {got[0][0]}))"
        return f"{new}\nlayer.set_weights({given})", cause
    cause = "The list must have all arrays of the layer, in the order of `get_weights()`. Compare "
    return (
        f"print([x.shape for x in {name}.get_weights()])\nprint([x.shape for x in {given}])",
        f"{cause}the shapes.",
    )


def source_of(scene: Scene, place: ast.expr | None) -> tuple[str, Any] | None:
    """Return the model whose `get_weights()` the learner wrote, with its name."""
    if not (isinstance(place, ast.Call) and isinstance(place.func, ast.Attribute)):
        return None
    owner = place.func.value
    if place.func.attr != "get_weights" or not isinstance(owner, ast.Name):
        return None
    found = scene.value(owner.id)
    return None if found is None else (owner.id, found)


def partners(target: Any, source: Any) -> dict[str, str]:
    """Return for each layer with weights the other model's layer whose weights fit it.

    Empty where a layer has none, or has several none of which bears its name.
    """
    found: dict[str, str] = {}
    theirs = {x.name: sizes(x.weights) for x in source.layers if x.weights}
    for layer in target.layers:
        if not layer.weights:
            continue
        fitting = [name for name, shapes in theirs.items() if shapes == sizes(layer.weights)]
        if layer.name in fitting:
            found[layer.name] = layer.name
        elif len(fitting) == 1:
            found[layer.name] = fitting[0]
        else:
            return {}
    return found


def sizes(weights: Iterable[Any]) -> Shapes:
    """Return the shapes of some weights."""
    return [tuple(x.shape) for x in weights]


def part_by_part(name: str, source: str, pairs: dict[str, str]) -> str:
    """Return code that copies weights from one model to another, layer by layer."""
    if len(pairs) > 6:
        return (
            f"for layer in {name}.layers:  # where the names are the same\n"
            f"    if layer.name in [x.name for x in {source}.layers]:\n"
            f"        layer.set_weights({source}.get_layer(layer.name).get_weights())"
        )
    lines = (
        f"{name}.get_layer({literal(k)}).set_weights({source}.get_layer({literal(x)}).get_weights())"
        for k, x in pairs.items()
    )
    return "\n".join(lines)


def is_part(got: Shapes, wanted: Shapes) -> bool:
    """Return whether arrays are no larger than the weights that they are meant for."""
    return len(got) == len(wanted) and all(
        len(a) == len(b) and all(m <= n for m, n in zip(a, b, strict=True))
        for a, b in zip(got, wanted, strict=True)
    )


def into_a_part(name: str, given: str, got: Sequence[tuple[Any, ...]]) -> str:
    """Return code that puts arrays into the first part of each weight."""
    names = ["kernel", "bias"] if len(got) == 2 else [f"weight_{k}" for k in range(1, len(got) + 1)]
    parts = [f"{k}[{', '.join(f':{n}' for n in x)}]" for k, x in zip(names, got, strict=True)]
    both, left = ", ".join(names), ", ".join(parts)
    comma = "," if len(names) == 1 else ""
    return (
        f"{both}{comma} = {name}.get_weights()\n{left}{comma} = {given}\n"
        f"{name}.set_weights([{both}])"
    )
