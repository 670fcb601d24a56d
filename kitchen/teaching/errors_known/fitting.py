"""Errors in what `fit` is told: a number that is none, and batches of too many parts."""

import ast
import inspect
from typing import Any

import numpy as np

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.data import within
from kitchen.teaching.errors_known.fixes import (
    argument,
    compile_line,
    mend,
    running,
    swapped,
)
from kitchen.teaching.errors_known.scene import Called, Scene

NUMBERS = {"epochs": 10, "batch_size": 32, "steps_per_epoch": 1, "steps": 1}  # and a usual value
PARTS = 3  # inputs, targets, weights of the rows


def no_number(scene: Scene) -> Said | None:
    """A number of epochs, steps or rows is no whole number."""
    run = scene.run
    told = "as an integer" in scene.said or "unsupported operand" in scene.said
    if run is None or not told:
        return None
    if scene.raised_in("TensorFlowTrainer.fit", "ArrayDataAdapter.__init__") is None:
        return None
    given = ((name, run.get(name)) for name in NUMBERS if has(run, name))
    wrong = next(((k, x) for k, x in given if x is not None and not is_whole(x)), None)
    if wrong is None:
        return None
    name, value = wrong
    place = list(inspect.signature(run.function).parameters).index(name) - 1
    written = argument(running(scene), place, name)
    new = str(NUMBERS[name])
    if as_number := whole(value):
        new = str(as_number)
        if scene.line and written is not None and not isinstance(written, ast.Constant | ast.List):
            new = f"int({scene.line.text(written)})"
    if isinstance(written, ast.BinOp) and isinstance(written.op, ast.Div) and scene.line:
        new = f"{scene.line.text(written.left)} // {scene.line.text(written.right)}"
    cause = {
        float: "A division with `/` gives a float, `64 / 2` is 32.0; `//` gives a whole number.",
        str: "What stands in quotation marks, or comes from `input`, is text.",
    }.get(type(value), "It is one number for the whole training.")
    return Said(
        f"`{name}` has to be a whole number. `{run.name}` was given {quoted(repr(value))}.",
        cause,
        swapped(scene, written, new)
        or f"{scene.named(run.owner, 'model')}.{run.name}(x, {name}={new})",
    )


def has(run: Called, name: str) -> bool:
    """Return whether a function takes an argument of that name."""
    return name in inspect.signature(run.function).parameters


def is_whole(value: Any) -> bool:
    """Return whether Python counts with a value."""
    return isinstance(value, int | np.integer)


def whole(value: Any) -> int:
    """Return the whole number that is meant; 0 where none can be seen.

    >>> whole("3"), whole(4.0), whole([5]), whole("many")
    (3, 4, 5, 0)
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return int(value) if isinstance(value, int | float) and 1 <= value < 1e9 else 0


def too_many_parts(scene: Scene) -> Said | None:
    """A batch has more than inputs, targets and weights of the rows."""
    where, run = scene.raised_in("unpack_x_y_sample_weight"), scene.run
    data = where["data"] if where is not None else None
    if run is None or not isinstance(data, tuple) or len(data) <= PARTS:
        return None
    model, ours = run.owner, has(run, "validation_data") and run.get("validation_data") is data
    inputs, outputs = (len(getattr(model, x, None) or [0]) for x in ("inputs", "outputs"))
    several = [f"{n} {what}" for n, what in ((inputs, "inputs"), (outputs, "outputs")) if n > 1]
    together = inputs + outputs == len(data)
    names = [f"part_{k + 1}" for k in range(len(data))]
    shown = in_parts(names, inputs, outputs)
    fix = written_parts(scene, run, len(data), (inputs, outputs))
    if run.name == "fit" and not ours:  # it has failed in its first step, half built
        fix = f"{fix or f'yield {shown}'}\n{compile_line(scene, scene.named(model, 'model'))}"
    return Said(
        f"{'`validation_data`' if ours else 'A batch'} has at most {PARTS} parts: inputs, targets, "
        f"and a weight for each row. Here there are {len(data)}.",
        f"The model has {' and '.join(several)}, which go together in brackets of their own."
        if together
        else "Keras has no use for the others. Several inputs, or several targets, go together in "
        "brackets of their own.",
        fix or (f"validation_data = {shown}" if ours else f"yield {shown}"),
    )


def in_parts(texts: list[str], inputs: int, outputs: int) -> str:
    """Return the code of a batch: inputs and targets, each in brackets where there are several.

    >>> in_parts(["a", "b", "y", "z"], 2, 2), in_parts(["a", "y", "z", "w"], 1, 1)
    ('((a, b), (y, z))', '(a, y)')
    """
    if inputs + outputs != len(texts):
        return f"({texts[0]}, {texts[1]})"
    both = (texts[:inputs], texts[inputs:])
    return "({}, {})".format(*(x[0] if len(x) == 1 else f"({', '.join(x)})" for x in both))


def written_parts(scene: Scene, run: Called, length: int, counts: tuple[int, int]) -> str:
    """Return the learner's own statement with the parts put together; empty where it is not there.

    Args:
        scene: The error.
        run: The call of `fit` or the like.
        length: How many parts there are.
        counts: The numbers of the model's inputs and outputs.
    """
    line, name = scene.line, getattr(run.get("x"), "__name__", "")
    for node in ast.walk(line.tree) if line else ():
        if isinstance(node, ast.Yield) and line and within(line, node, name):
            parts = node.value
        elif isinstance(node, ast.keyword) and node.arg == "validation_data":
            parts = node.value
        else:
            continue
        if line and isinstance(parts, ast.Tuple) and len(parts.elts) == length:
            return mend(
                scene, line.replace(parts, in_parts(list(map(line.text, parts.elts)), *counts))
            )
    return ""


KNOWN = (
    Known("E410", "A batch of too many parts", ("ValueError",), too_many_parts),
    Known("E510", "A number that is no whole number", ("TypeError",), no_number),
)
