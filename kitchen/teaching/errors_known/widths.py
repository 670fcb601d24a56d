"""Errors of shape at a model's door: the data are not of the shape that its input has."""

import ast
import math
import re
from typing import Any, NamedTuple

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, mend, running
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import RUNS, Scene
from kitchen.teaching.errors_known.words import flat, shape_of, shown


class Misfit(NamedTuple):
    """Data that do not fit a model's input.

    Args:
        model: The model.
        tensor: The input.
        wanted: The shape that the input has.
        got: The shape that came.
        data: What the learner handed over.
    """

    model: Any
    tensor: Any
    wanted: tuple[Any, ...]
    got: tuple[Any, ...]
    data: Any


LONGEST = 60  # characters of an array as it is written
SITES = ("assert_input_compatibility", "Functional._adjust_input_rank")


def misfit(scene: Scene) -> Misfit | None:
    """Return how the data that were handed to a model do not fit its inputs; `None` if they do."""
    call = scene.model_call
    if call is None or scene.raised_in(*SITES) is None:
        return None
    data = call.get("x") if call.name in RUNS else (call.args[0] if call.args else None)
    inputs = flat(getattr(call.owner, "inputs", None) or [])
    arrays = [data[x.name] for x in inputs if x.name in data] if isinstance(data, dict) else None
    handed = flat(data) if arrays is None else arrays
    if len(handed) != len(inputs):
        return None
    for tensor, array in zip(inputs, handed, strict=True):
        wanted, got = tuple(tensor.shape), of_rows(array)
        if got is None or fits(got, wanted):
            continue
        return Misfit(call.owner, tensor, wanted, got, array)
    return None


def of_rows(data: Any) -> tuple[Any, ...] | None:
    """Return the shape of an array, a tensor, or what a data set gives."""
    spec = getattr(data, "element_spec", None)
    if isinstance(spec, tuple) and spec:
        return shape_of(spec[0])
    return shape_of(data if spec is None else spec)


def fits(got: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    """Return whether data of one shape go into an input of another."""
    return len(got) == len(wanted) and all(
        None in (a, b) or a == b for a, b in zip(got, wanted, strict=True)
    )


def is_one_row(found: Misfit) -> bool:
    """Return whether the data lack the axis of rows."""
    return len(found.got) == len(found.wanted) - 1 and fits(found.got, found.wanted[1:])


def can_be_reshaped(found: Misfit) -> bool:
    """Return whether each row has as many numbers as the input takes, in another shape."""
    sizes = (*found.got[1:], *found.wanted[1:])
    return None not in sizes and math.prod(found.got[1:]) == math.prod(found.wanted[1:])


def changed(scene: Scene, found: Misfit, before: str, after: str, otherwise: str) -> str:
    """Return the learner's statement with something around the data that do not fit."""
    line, place = scene.line, argument(running(scene), 0, "x")
    call = scene.model_call
    whole = None if call is None else call.get("x") if call.name in RUNS else call.args[0]
    if line is not None and place is not None and whole is found.data:
        if fix := mend(scene, line.wrap(place, before, after)):
            return scene.with_imports(fix)
    return scene.with_imports(f"x = {before}{otherwise}{after}")


def about(found: Misfit) -> str:
    """Return in a sentence what came and what is wanted."""
    taker = quoted(found.model.name)
    if not is_nameless(found):
        taker = f"The input {quoted(found.tensor.name)} of {taker}"
    return f"{taker} takes {shown(found.wanted)} and is given {shown(found.got)}."


def is_nameless(found: Misfit) -> bool:
    """Return whether the input has only the name that Keras gives when it is told none."""
    return re.fullmatch(r"keras_tensor(_\d+)?", found.tensor.name) is not None


def one_row(scene: Scene) -> Said | None:
    """One row is handed over without the axis of rows."""
    found = misfit(scene)
    if found is None or not is_one_row(found):
        return None
    dataset = hasattr(found.data, "element_spec")
    name = scene.named(found.data, "x")
    return Said(
        f"{about(found)} n is the number of rows: even one row is a list of rows.",
        "The data set was not cut into batches, so it gives single rows."
        if dataset
        else "A single row was handed over, without the axis that counts the rows.",
        changed(scene, found, "", ".batch(32)", name)
        if dataset
        else changed(scene, found, "np.expand_dims(", ", 0)", name),
    )


def other_shape(scene: Scene) -> Said | None:
    """Each row has the right count of numbers, in another shape."""
    found = misfit(scene)
    if found is None or is_one_row(found) or not can_be_reshaped(found):
        return None
    count, size = math.prod(found.got[1:]), ", ".join(str(n) for n in (-1, *found.wanted[1:]))
    return Said(
        f"{about(found)} Each row has {count} numbers either way.",
        "The data have a shape, a picture's say, that the input has not. Reshape them; or begin "
        "with an `Input` of their shape and a Flatten.",
        changed(scene, found, "np.reshape(", f", ({size}))", scene.named(found.data, "x")),
    )


def other_size(scene: Scene) -> Said | None:
    """The rows of the data have another size than the input."""
    found = misfit(scene)
    if found is None or is_one_row(found) or can_be_reshaped(found):
        return None
    swapped = [
        x for x in flat(getattr(found.model, "inputs", [])) if fits(found.got, tuple(x.shape))
    ]
    cause = "The model was made for other data, or a column more or less is in these."
    if swapped:
        cause = f"That is the shape of {quoted(swapped[0].name)}: the inputs are in another order."
    size, name = found.got[1:], scene.named(found.tensor, "inputs")
    called = "" if is_nameless(found) else f", name={literal(found.tensor.name)}"
    new = f"{name} = {scene.keras}.Input(shape={size!r}{called})  # build the model on it"
    return Said(about(found), cause, by_name(scene, found.model) if swapped else new)


def by_name(scene: Scene, model: Any) -> str:
    """Return a call of a model with its inputs by name."""
    call = scene.model_call
    texts = arrays_of(scene, model)
    parts = ", ".join(f"{literal(name)}: {text}" for name, text in texts.items())
    method = f".{call.name}" if call and call.name in RUNS else ""
    said = ", ".join(x for x in texts.values() if x.startswith("rows_"))
    note = f"  # {said}: your array{'s' if ',' in said else ''}" if said else ""
    target = ", y" if method in {".fit", ".evaluate", ".train_on_batch", ".test_on_batch"} else ""
    if target and (given := argument(running(scene), 1, "y")) is not None and scene.line:
        target = f", {scene.line.text(given)}"
    return f"{scene.named(model, 'model')}{method}({{{parts}}}{target}){note}"


def arrays_of(scene: Scene, model: Any) -> dict[str, str]:
    """Return for each input of a model the learner's array that fits it, as it is written.

    For an input that none of the handed arrays fits, or several, it is `rows_` and a number.
    """
    call, place = scene.model_call, argument(running(scene), 0, "x")
    data = None if call is None else call.get("x") if call.name in RUNS else call.args[0]
    given: list[tuple[str, Any]] = []
    if place is not None and scene.line:
        given = [(scene.line.text(place), data)]
        if isinstance(place, ast.List | ast.Tuple) and isinstance(data, list | tuple):
            parts = zip(place.elts, data, strict=False) if len(place.elts) == len(data) else ()
            given = [(scene.line.text(x), value) for x, value in parts]
    found, taken = {}, set()
    for k, tensor in enumerate(flat(model.inputs), 1):
        texts = [x for x, value in given if fits(of_rows(value) or (), tuple(tensor.shape))]
        texts = [x for x in texts if len(x) <= LONGEST and x not in taken]
        found[tensor.name] = texts[0] if texts else f"rows_{k}"
        taken.update(texts[:1])
    return with_twins(scene, place, found)


def with_twins(scene: Scene, place: Any, found: dict[str, str]) -> dict[str, str]:
    """Return arrays by name, those lacking taken from the same dict of the learner's.

    Args:
        scene: Where a model was run.
        place: The expression for the array that was handed over.
        found: The arrays by the names of the inputs.
    """
    line = scene.line
    keys = [x for x in ast.walk(place) if isinstance(x, ast.Constant)] if place is not None else []
    for key in keys:
        if line is None or key.value not in found or found[key.value] != line.text(place):
            continue
        start, (low, high) = line.range(place)[0], line.range(key)
        raw = line.text(place).encode()
        return {
            name: text
            if not text.startswith("rows_")
            else (raw[: low - start] + literal(name).encode() + raw[high - start :]).decode()
            for name, text in found.items()
        }
    return found


KNOWN = (
    Known("E311", "Rows of another size than the model's input", ("ValueError",), other_size),
    Known("E312", "Rows of another shape than the model's input", ("ValueError",), other_shape),
    Known("E313", "A single row without the axis of rows", ("ValueError",), one_row),
)
