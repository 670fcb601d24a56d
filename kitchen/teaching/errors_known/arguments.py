"""Errors in making a layer, an input or an optimiser: its arguments."""

import ast
import inspect
import re
from collections.abc import Iterable
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import appended, argument, mend, running, swapped
from kitchen.teaching.errors_known.scene import RUNS, Scene
from kitchen.teaching.errors_known.words import closest, constructor, is_own, is_tensor

RENAMED = {"lr": "learning_rate", "decay": "weight_decay", "input_dim": "input_shape"}
SIZES = {"units": 64, "filters": 16, "input_dim": 1000, "output_dim": 8}
SIZES_SAY = {
    "units": "how many numbers come out for each row",
    "filters": "how many maps come out",
    "input_dim": "how many different numbers may come in",
    "output_dim": "by how many numbers each is described",
}
METHODS = (*RUNS, "compile", "save", "call")


def input_shape(scene: Scene) -> Said | None:
    """The shape of an input is no tuple of whole numbers."""
    where = scene.raised_in("standardize_shape", "InputLayer.__init__")
    asked = scene.at("Input")
    if where is None or asked is None:
        return None
    shape = asked["shape"]
    place = argument(running(scene), 0, "shape")
    if shape is None and asked.get("batch_shape") is None and asked.get("tensor") is None:
        new, means = "(10,)", "`Input` was given no shape, and a layer's weights depend on it."
        cause = "The size of one row was left out. The number of rows stays open."
    elif isinstance(shape, int):
        new, cause = (
            f"({shape},)",
            "One number in brackets is still a number: the comma is missing.",
        )
        means = f"`Input` takes the shape of one row, a tuple, and was given the number {shape}."
    elif isinstance(shape, list | tuple):
        wrong = next((x for x in shape if x is not None and not usable(x)), None)
        if wrong is None:
            return None
        new = repr(tuple(mended_size(x) for x in shape))
        means = f"In the shape `{tuple(shape)}` the size {wrong!r} is no positive whole number."
        cause = "Sizes are whole numbers, and `None` is an open one; the batch is not among them."
    else:
        return None
    return Said(means, cause, swapped(scene, place, new) or f"x = {scene.keras}.Input(shape={new})")


def usable(size: Any) -> bool:
    """Return whether a number can be a size."""
    return isinstance(size, int) and size > 0


def mended_size(size: Any) -> Any:
    """Return a size that can be used, for one that cannot: `None` for an open one."""
    if size is None or usable(size):
        return size
    return int(size) if isinstance(size, float) and size >= 1 else None


def size(scene: Scene) -> Said | None:
    """The number of units or filters is no positive whole number."""
    place, found = 0, None
    for name in SIZES:
        value = next((x.names[name] for x in scene.steps if is_init(x, name)), None)
        if value is not None or f"{name}=None" in scene.said:
            found = (name, value)
            break
    if found is None or usable(found[1]) or is_tensor(found[1]):
        return None
    name, value = found
    new: object = int(value) if isinstance(value, float) and value >= 1 else SIZES[name]
    if isinstance(value, str) and value.isdigit():
        new = int(value)
    given = argument(running(scene), place, name)
    if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Div) and scene.line:
        new = f"{scene.line.text(given.left)} // {scene.line.text(given.right)}"
    kind = type(scene.steps[-1].names.get("self")).__name__
    more = ", kernel_size=3" if name == "filters" else ""
    cause = {
        float: "A division with `/` gives a float, `64 / 2` is 32.0; `//` gives a whole number.",
        str: "The quotation marks make it text.",
        list: "One layer has one size; each layer is made by its own call.",
    }.get(type(value), f"`{name}` says {SIZES_SAY[name]}.")
    return Said(
        f"`{name}` has to be a positive whole number. {kind} was given {quoted(repr(value))}.",
        cause,
        swapped(scene, given, str(new)) or f"layer = {scene.layers}.{kind}({name}={new}{more})",
    )


def is_init(step: Any, name: str) -> bool:
    """Return whether a frame is that of a layer's constructor with a certain argument."""
    return step.owner == "keras" and step.name.endswith("__init__") and name in step.names


def rate(scene: Scene) -> Said | None:
    """A dropout rate is not between 0 and 1."""
    where = scene.steps[-1].names if scene.steps else {}
    if not scene.steps or not is_init(scene.steps[-1], "rate") or 0 <= where["rate"] <= 1:
        return None
    value = where["rate"]
    new = value / 100 if 1 < value <= 100 else 0.5
    return Said(
        f"`rate` is the part of the numbers that is set to 0, from 0 to 1. It is {value!r} here.",
        "A percentage was given." if 1 < value <= 100 else "It is outside that range.",
        swapped(scene, argument(running(scene), 0, "rate"), repr(new))
        or f"layer = {scene.layers}.Dropout({new!r})",
    )


def parameters(kind: type) -> set[str]:
    """Return the names of the arguments that a class's constructors take."""
    bases = (base for base in kind.__mro__ if "__init__" in vars(base) and base is not object)
    return {x.name for base in bases for x in constructor(base)} - {"args", "kwargs"}


def unknown_argument(scene: Scene) -> Said | None:
    """A class of Keras is given an argument that it does not know."""
    where = scene.raised_in("Layer.__init__", "BaseOptimizer.__init__")
    if where is None or not where.get("kwargs"):
        return None
    name, kind = next(iter(where["kwargs"])), type(where["self"])
    known = parameters(kind)
    if issubclass(kind, keras().Model):
        known |= {"inputs", "outputs"}
    home = f"{scene.keras}.optimizers."
    if issubclass(kind, keras().layers.Layer):
        home = f"{scene.keras}." if issubclass(kind, keras().Model) else f"{scene.layers}."
    path = kind.__name__ if is_own(where["self"]) else f"{home}{kind.__name__}"
    return about_keyword(scene, name, path, known, list(where["kwargs"]))


def unknown_keyword(scene: Scene) -> Said | None:
    """`fit`, `compile` or the like is given an argument that it does not know."""
    found = re.search(r"unexpected keyword argument '(\w+)'", scene.said)
    calls = (x for x in reversed(scene.calls) if x.name in (*METHODS, "__call__"))
    call = next((x for x in calls if found and found[1] in x.kwargs), None)
    if found is None or call is None:
        return None
    called = call.owner.call if call.name == "__call__" else call.function
    known = {*inspect.signature(called).parameters, "training", "mask"} - {"self"}
    if call.name != "__call__":
        known -= {"training", "mask"}
    path = f"{scene.layers}.{type(call.owner).__name__}.call"
    if call.name != "__call__":
        path = f"{scene.keras}.Model.{call.name}"
    return about_keyword(scene, found[1], path, known, [found[1]])


def about_keyword(
    scene: Scene, name: str, path: str, known: Iterable[str], all_wrong: list[str]
) -> Said:
    """Return what is said of an argument that is not known, with the one that was meant.

    Args:
        scene: Where it was given.
        name: The argument.
        path: How the class or the method is written.
        known: The arguments that there are.
        all_wrong: All arguments that there are not.
    """
    node, line = running(scene), scene.line
    pairs = [(x, near(x, known)) for x in all_wrong]
    fix = ""
    if node is not None and line and all(new for _, new in pairs):
        fix = mend(scene, *(line.rename(node, old, new) for old, new in pairs))
    elif node is not None and line:
        fix = without(scene, node, name)
    meant = near(name, known)
    return Said(
        f"{quoted(path.rpartition('.')[2])} has no argument {quoted(name)}.",
        f"`{meant}` was probably meant." if meant else "It belongs elsewhere, or has another name.",
        fix or f"help({path})",
    )


def near(name: str, known: Iterable[str]) -> str:
    """Return the argument that was probably meant; empty where none is near."""
    known = set(known)
    return RENAMED[name] if RENAMED.get(name) in known else closest(name, known)


def without(scene: Scene, call: ast.Call, keyword: str) -> str:
    """Return the learner's statement without one of the call's keywords."""
    line = scene.line
    kept = [*call.args, *(x for x in call.keywords if x.arg != keyword)]
    if line is None:
        return ""
    inner = ", ".join(line.text(x) for x in kept)
    return mend(scene, line.replace(call, f"{line.text(call.func)}({inner})"))


def missing_argument(scene: Scene) -> Said | None:
    """A layer is made without an argument that it cannot do without."""
    found = re.match(
        r"(\w+)\.__init__\(\) missing \d+ required [a-z-]+ arguments?: (.+)", scene.said
    )
    kind = getattr(keras().layers, found[1], None) if found else None
    own = next((x for name, x in scene.variables() if found and name == found[1]), kind)
    if found is None or kind is None or own is not kind or scene.steps[-1].owner == "keras":
        return None
    names = re.findall(r"'(\w+)'", found[2])
    usual = {**SIZES, "kernel_size": 3, "rate": 0.5, "num_heads": 2, "key_dim": 8}
    values = ", ".join(f"{name}={usual.get(name, 8)}" for name in names)
    return Said(
        f"`{found[1]}` cannot be made without {' and '.join(f'`{x}`' for x in names)}.",
        "Keras has no usual value for that: the choice is yours.",
        appended(scene, values) or f"layer = {scene.layers}.{found[1]}({values})",
    )


KNOWN = (
    Known("E131", "An input's shape that is no shape", ("ValueError",), input_shape),
    Known("E132", "A size that is no positive whole number", ("ValueError",), size),
    Known("E133", "A rate outside 0 to 1", ("ValueError",), rate),
    Known("E134", "An argument that the class does not know", ("ValueError",), unknown_argument),
    Known("E135", "An argument that the method does not know", ("TypeError",), unknown_keyword),
    Known("E136", "A layer made without an argument it needs", ("TypeError",), missing_argument),
)
