"""Errors between a model's output, its loss and the targets."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import (
    compiled_again,
    either,
    made,
    mend,
    respelled,
    written_argument,
)
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.rebuilding import is_sequential, new_end, with_after
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import flat, shape_of, shown

PLAIN = {"Activation", "BatchNormalization", "Dense", "Dropout", "InputLayer"}
NO_FLATTEN = (
    "No layer brings the places together. A Flatten (or a GlobalAveragePooling) belongs before the "
    "last Dense."
)
BINARY = "binary_crossentropy"
SPARSE, CLASSES = "sparse_categorical_crossentropy", "categorical_crossentropy"


def compared(scene: Scene) -> tuple[str, tuple[Any, ...], tuple[Any, ...]] | None:
    """Return the loss that failed and the shapes of the targets and of the output."""
    for step in reversed(scene.steps):
        for target, output in (("target", "output"), ("y_true", "y_pred")):
            if step.owner == "keras" and {target, output} <= set(step.names):
                one, two = shape_of(step.names[target]), shape_of(step.names[output])
                if one is not None and two is not None:
                    return step.name, one, two
    return None


def loss_names(model: Any) -> list[str]:
    """Return the names of a model's losses, as they were given as text or as functions."""
    losses = getattr(model, "loss", None)
    found = flat(losses) if isinstance(losses, list | tuple | dict) else [losses]
    return [x if isinstance(x, str) else getattr(x, "name", type(x).__name__) for x in found]


def with_loss(scene: Scene, old: str, new: str) -> str:
    """Return the learner's `compile` with another loss."""
    compiled = f"{scene.named(scene.model, 'model')}.compile"
    return respelled(scene, old, new) or f'{compiled}(optimizer="adam", loss={literal(new)})'


def numbers_for_rows(scene: Scene) -> Said | None:
    """The targets are the numbers of classes, and the loss takes a row of zeros and a one."""
    found = compared(scene)
    if found is None or found[0] != CLASSES or not is_of_loss(scene, CLASSES):
        return None
    if in_other_order(scene):
        return None
    _, target, output = found
    numbers = len(target) == len(output) - 1 or (len(target) == len(output) and target[-1] == 1)
    if not numbers or output[-1] == 1 or (len(output) > 2 and len(target) < 2):
        return None
    if len(output) > 2 and target[-1] == output[-1]:
        return None
    return Said(
        f"The targets are class numbers, {shown(target)}. `{CLASSES}` takes a row of "
        f"{output[-1]} zeros and ones for each, as the output has: {shown(output)}.",
        f"For class numbers there is `{SPARSE}`; it computes the same from them.",
        with_loss(scene, CLASSES, SPARSE),
    )


def is_of_loss(scene: Scene, name: str) -> bool:
    """Return whether a loss is one of the model's, and not only a metric."""
    return scene.run is not None and name in loss_names(scene.run.owner)


def yes_or_no(scene: Scene) -> Said | None:
    """The targets are the numbers of classes, and the loss is the one for yes or no."""
    found = compared(scene)
    if found is None or found[0] != BINARY or not is_of_loss(scene, BINARY):
        return None
    _, target, output = found
    if len(target) != len(output) - 1 or output[-1] < 2:
        return None
    return Said(
        f"`{BINARY}` compares number by number. The output has {output[-1]} numbers for each row, "
        f"{shown(output)}, and the targets, {shown(target)}, are one number.",
        f"It is the loss for yes or no. For the numbers of several classes there is `{SPARSE}`.",
        with_loss(scene, BINARY, SPARSE),
    )


def rows_for_numbers(scene: Scene) -> Said | None:
    """The targets are rows of zeros and ones, and the loss takes the numbers of classes."""
    found = compared(scene)
    if found is None or found[0] != SPARSE or not is_of_loss(scene, SPARSE):
        return None
    _, target, output = found
    if len(target) != len(output) or target[-1] != output[-1]:
        return None
    return Said(
        f"The targets are rows of {target[-1]} numbers, {shown(target)}. `{SPARSE}` takes one "
        "class number for each.",
        f"For rows of zeros and a one there is `{CLASSES}`.",
        with_loss(scene, SPARSE, CLASSES),
    )


def too_many_axes(scene: Scene) -> Said | None:
    """The output has an axis more than the targets: no Flatten before the last layer."""
    found = compared(scene)
    run = scene.run
    if found is None or run is None or found[0] not in (CLASSES, SPARSE):
        return None
    _, target, output = found
    usual = len(target) + (found[0] == SPARSE)
    if len(output) <= usual or (found[0] == CLASSES and target[-1] != output[-1]):
        return None
    fix, cause = one_answer(scene, run.owner, output)
    return Said(
        f"{quoted(run.owner.name)} gives {shown(output)}: an answer at each of "
        f"{' × '.join(str(n) for n in output[1:-1])} places. The targets, {shown(target)}, have "
        "one answer for each row.",
        cause,
        fix,
    )


def one_answer(scene: Scene, model: Any, output: tuple[Any, ...]) -> tuple[str, str]:
    """Return what brings the places of an output together, and why that is needed."""
    last = next((x for x in ends(model) if tuple(x.output.shape)[1:] == output[1:]), None)
    flatten = f"{scene.layers}.Flatten()"
    if last is None or not hasattr(last, "units"):
        return f"x = {flatten}(x)  # before the last Dense", NO_FLATTEN
    if all(type(x).__name__ in PLAIN for x in model.layers):
        return new_end(scene, model, last, flatten), NO_FLATTEN
    pool = f"{scene.layers}.GlobalAveragePooling{len(output) - 2}D()"
    main = new_end(scene, model, last, pool)
    if is_sequential(model):
        cause = "No layer brings the places together: the mean of all is proposed; a Flatten would "
        return main, f"{cause}keep them all."
    cause = "No layer brings the places together. Decide: the mean of all, the last one alone, or "
    x = scene.named(last.input, "x")
    others = (made(scene, last) + f"({part})" for part in (f"{x}[:, -1]", f"{flatten}({x})"))
    return either(main, *(f"outputs = {x}" for x in others)), f"{cause}all side by side."


def other_width(scene: Scene) -> Said | None:
    """Targets and output have different widths."""
    found, run = compared(scene), scene.run
    if found is None or run is None or numbers_for_rows(scene) or rows_for_numbers(scene):
        return None
    name, target, output = found
    if len(target) != len(output) or target[1:] == output[1:] or name == SPARSE:
        return None
    last = next((x for x in ends(run.owner) if gives_rows(x, output)), None)
    layer = last if hasattr(last, "units") else None
    gives = f"{quoted(last.name)} gives" if last is not None else "The output is"
    if in_other_order(scene):
        cause = "The targets have the outputs' shapes in another order."
        fix = targets_by_name(scene, run.owner)
    else:
        cause = "The last layer has as many units as there are numbers in each target."
        fix = new_end(scene, run.owner, layer, units=target[-1]) if layer else ""
        if layer is None and last is not None and (found_maps := maps(scene, last, target)):
            fix, cause = found_maps
        elif len(target) == len(output) and target[-1] == output[-1]:
            cause = "The last axis agrees; the sizes before it do not. Print both shapes."
            fix = ""
    return Said(
        f"{gives} {shown(output)} and the targets are {shown(target)}. `{name}` compares "
        "them number by number.",
        cause,
        fix or f"print({scene.named(run.owner, 'model')}.output_shape)",
    )


def gives_rows(layer: Any, output: tuple[Any, ...]) -> bool:
    """Return whether a layer gives rows of the shape that an output has, the batch left out."""
    return (shape_of(layer.output) or ())[1:] == output[1:]


def in_other_order(scene: Scene) -> bool:
    """Return whether the targets have the outputs' shapes, in another order."""
    run = scene.run
    outputs = flat(getattr(run.owner, "outputs", None) or []) if run is not None else []
    shapes = [(shape_of(x) or ())[1:] for x in flat(run.get("y"))] if run is not None else []
    wanted = [tuple(x.shape)[1:] for x in outputs]
    return (
        len(outputs) > 1
        and shapes != wanted
        and sorted(map(str, shapes)) == sorted(map(str, wanted))
    )


def maps(scene: Scene, last: Any, target: tuple[Any, ...]) -> tuple[str, str] | None:
    """Return what brings the maps that a model gives to the targets' size or count, and why."""
    output, model = tuple(last.output.shape), scene.model
    if len(output) != 4 or len(target) != 4 or None in (*output[1:], *target[1:]):
        return None
    if output[1:3] == target[1:3] and hasattr(last, "filters"):
        cause = "The last layer has as many filters as each place of a target has numbers."
        return new_end(scene, model, last, filters=target[-1]), cause
    if output[-1] != target[-1]:
        return None
    factors = [b // a if b % a == 0 else 0 for a, b in zip(output[1:3], target[1:3], strict=True)]
    if all(factors):
        layer = f"{scene.layers}.UpSampling2D({tuple(factors)!r})"
        cause = (
            "The maps were made smaller and not larger again: come up as often as you went down."
        )
        return new_end(scene, model, last, layer), cause
    if getattr(last, "padding", "") == "valid" and tuple(last.input.shape)[1:3] == target[1:3]:
        cause = "A window without padding cannot stand at the edge, so the map gets smaller."
        return new_end(scene, model, last, padding="same"), cause
    layer = f"{scene.layers}.Resizing({target[1]}, {target[2]})"
    cause = "The maps were made smaller, by a pooling, strides or an edge without padding."
    return with_after(scene, model, layer), cause


def ends(model: Any) -> list[Any]:
    """Return the layers of a model that have an output, the last one first."""
    return [x for x in reversed(getattr(model, "layers", [])) if hasattr(x, "output")]


def output_names(model: Any) -> list[str]:
    """Return the names under which losses and targets are given to a model."""
    names = getattr(model, "output_names", None)
    return [str(x) for x in names] if names else []


def targets_by_name(scene: Scene, model: Any) -> str:
    """Return a call of `fit` with the targets by name."""
    parts = ", ".join(f"{literal(name)}: y_{k}" for k, name in enumerate(output_names(model), 1))
    x = written_argument(scene, 0, "x")
    return f"{compiled_again(scene)}{scene.named(model, 'model')}.fit({x}, {{{parts}}})"


def out_of_range(scene: Scene) -> Said | None:
    """A class number is larger than the output has places, or below 0."""
    run = scene.run
    if run is None or (not is_of_loss(scene, SPARSE) and not is_sparse(run.owner)):
        return None
    y, output = run.get("y"), flat(getattr(run.owner, "outputs", None) or [])
    if len(output) != 1 or shape_of(y) is None:
        return None
    width, ops = output[0].shape[-1], keras().ops
    low, high = int(ops.min(y)), int(ops.max(y))
    if 0 <= low and high < width:
        return None
    name = scene.named(y, "y")
    layer = next((x for x in ends(run.owner) if hasattr(x, "units")), None)
    if low > 0 and high == width:
        cause, fix = "The classes are numbered from 1; Keras counts from 0.", f"{name} = {name} - 1"
    elif low < 0:
        cause = "A negative number often stands for a missing answer: leave those rows out."
        fix = f"known = {name} >= 0\nx, {name} = x[known], {name}[known]"
    else:
        cause = "There are more classes than units in the last layer."
        fix = new_end(scene, run.owner, layer, units=high + 1) if layer else f"print({high + 1})"
    return Said(
        f"{quoted(layer.name) if layer else 'The output'} has {width} places, for the classes 0 "
        f"to {width - 1}. The targets go from {low} to {high}.",
        cause,
        fix,
    )


def is_sparse(model: Any) -> bool:
    """Return whether a model's loss is the one for class numbers, given as an object."""
    return any("Sparse" in name or SPARSE in name for name in loss_names(model))


def categories(scene: Scene) -> Said | None:
    """`to_categorical` meets a class number that is too large."""
    where = scene.raised_in("to_categorical")
    if where is None:
        return None
    x, count = where["x"], where["num_classes"]
    high = int(max(x))
    line = scene.line
    node = line.node if line else None
    places = [n for n in line.constants(count) if inside(n, node)] if line else []
    fix = mend(scene, line.replace(places[-1], str(high + 1))) if line and places else ""
    return Said(
        f"`to_categorical` was told {count} classes, 0 to {count - 1}, and meets the class {high}.",
        "The classes are counted from 0, so there is one more than the largest number.",
        fix or f"y = {scene.keras}.utils.to_categorical(y, num_classes={high + 1})",
    )


def inside(inner: Any, outer: Any) -> bool:
    """Return whether one expression stands within another."""
    return outer is not None and any(node is inner for node in ast.walk(outer))


KNOWN = (
    Known("E601", "Class numbers for a loss that takes rows", ("ValueError",), numbers_for_rows),
    Known("E602", "Rows for a loss that takes class numbers", ("ValueError",), rows_for_numbers),
    Known("E603", "An output with an axis too many", ("ValueError",), too_many_axes),
    Known(
        "E604",
        "Targets of another shape than the output",
        ("ValueError", "InvalidArgumentError"),
        other_width,
    ),
    Known(
        "E605", "A class that the output has no place for", ("InvalidArgumentError",), out_of_range
    ),
    Known("E606", "A class that to_categorical has no place for", ("IndexError",), categories),
    Known("E607", "The loss for yes or no with several classes", ("ValueError",), yes_or_no),
)
