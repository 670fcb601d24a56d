"""Errors in writing a layer or a model as a class."""

import ast
import dis
import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.calling import missing
from kitchen.teaching.errors_known.fixes import mend
from kitchen.teaching.errors_known.learner import Edit
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, constructor, is_layer, is_own, listed


def arguments(function: Any) -> list[str]:
    """Return the names of a method's arguments, the object left out."""
    return list(inspect.signature(function).parameters)[1:]


def no_super(scene: Scene) -> Said | None:
    """A class does not call the constructor that it inherits."""
    where = scene.raised_in("Layer._check_super_called")
    if where is None:
        return None
    kind = type(where["self"])
    own = [x.name for x in constructor(kind) if x.kind is x.POSITIONAL_OR_KEYWORD]
    line, written = scene.line, method(scene, kind, "__init__")
    fix = ""
    if line and written is not None:
        first = line.text(written.body[0])
        indent = " " * written.body[0].col_offset
        new = line.replace(written.body[0], f"super().__init__()\n{indent}{first}")
        fix = line.edited(new) or line.edited(line.replace(written.body[0], "super().__init__()"))
    return Said(
        f"{quoted(kind.__name__)} was made without the parts that every layer has: its name, its "
        "list of weights.",
        "`super().__init__()` is missing. It comes first in `__init__`, before any layer is kept.",
        fix or f"def __init__({', '.join(['self', *own])}):\n    super().__init__()",
    )


def method(scene: Scene, kind: type, name: str) -> ast.FunctionDef | None:
    """Return a method of the learner's class as it is written; `None` where it is not at hand."""
    for node in ast.walk(scene.line.tree) if scene.line else ():
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__:
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name == name:
                    return part
    return None


def no_call(scene: Scene) -> Said | None:
    """A class has no method `call`."""
    where = scene.raised_in("Layer.call", "Model.call")
    if where is None:
        return None
    kind = type(where["self"])
    own = [k for k, x in vars(kind).items() if isinstance(x, FunctionType) and k[0] != "_"]
    likely = next((x for x in ("forward", "Call", "run", "predict") if x in own), "")
    wrong = likely or closest("call", own)
    given = (arguments(vars(kind)[wrong]) if wrong else []) or ["inputs"]
    line, written = scene.line, method(scene, kind, wrong)
    fix = ""
    if line and written is not None:
        start = line.range(written)[0] + len("def ")
        fix = line.edited(Edit(start, start + len(wrong.encode()), "call"))
    return Said(
        f"{quoted(kind.__name__)} does not say what it computes: Keras runs its method `call`.",
        f"It is called {quoted(wrong)} here." if wrong else "There is no method of that name.",
        fix or f"def call({', '.join(['self', *given])}):\n    return {given[-1]}",
    )


def returns_nothing(function: Any) -> bool:
    """Return whether a function never gives a value back."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    before, given = None, []
    for instruction in dis.get_instructions(code):
        if instruction.opname == "RETURN_VALUE":
            given.append(before is not None and before.argval is None)
        elif instruction.opname == "RETURN_CONST":
            given.append(instruction.argval is None)
        before = instruction
    return bool(given) and all(given)


def own_classes(scene: Scene) -> Iterator[type]:
    """Yield the learner's own classes of layers and models that may be concerned."""
    for call in scene.calls:
        if is_layer(call.owner) and is_own(call.owner):
            yield type(call.owner)
    whole = scene.at("Sequential.build")
    for layer in () if whole is None else whole["self"].layers:
        if is_own(layer):
            yield type(layer)
    for _, value in scene.variables():
        if isinstance(value, type) and issubclass(value, keras().layers.Layer):
            if value.__module__.partition(".")[0] != "keras":
                yield value


def no_return(scene: Scene) -> Said | None:
    """`call` gives nothing back."""
    where = scene.raised_in("convert_to_tensor", "assert_input_compatibility")
    value = None if where is None else where.get("x", where)
    run = scene.run
    if where is None or value is not None or (run is not None and run.get("y") is None):
        return None
    kind = next((x for x in own_classes(scene) if returns_nothing(vars(x).get("call"))), None)
    if kind is None:
        return None
    return Said(
        f"`call` of {quoted(kind.__name__)} gives nothing back, so what comes after it gets "
        "`None` instead of a tensor.",
        "The `return` is missing.",
        returned(scene, kind)
        or f"def call({', '.join(['self', *arguments(vars(kind)['call'])])}):\n    return outputs",
    )


def returned(scene: Scene, kind: type) -> str:
    """Return the learner's `call` with a `return` before its last expression."""
    line, written = scene.line, method(scene, kind, "call")
    last = written.body[-1] if written is not None else None
    if line is None or not isinstance(last, ast.Expr):
        return ""
    return line.edited(line.wrap(last, "return ", ""))


def layer_in_call(scene: Scene) -> Said | None:
    """A layer is made inside `call`, anew at every call."""
    owners = [x.owner for x in scene.calls if is_layer(x.owner) and is_own(x.owner)]
    inside = scene.inner is not None and scene.inner is not scene.learner
    words = ("singleton tf.Variable", "non-first call")
    if not owners or not inside or not any(word in scene.said for word in words):
        return None
    kind = type(owners[-1])
    given = arguments(kind.call) or ["inputs"]
    return Said(
        f"{quoted(kind.__name__)} makes a layer, or a weight, in its `call`. Every call "
        "would make new weights, and none would be trained.",
        "Layers belong into `__init__`, where they are made once; `call` only uses them.",
        "def __init__(self):\n    super().__init__()\n"
        f"    self.layer = {scene.layers}.Dense(3)\n\n"
        f"def call(self, {given[0]}):\n    return self.layer({given[0]})",
    )


def weight_by_place(scene: Scene) -> Said | None:
    """`add_weight` is given the name first, as in older code."""
    line = scene.inner_line
    node = line.node if line else None
    written = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    if "add_weight" not in scene.said or "`name`" not in scene.said:
        return None
    fix = ""
    if line and isinstance(node, ast.Call) and written and len(node.args) == 2:
        name, shape = node.args
        edits = (line.wrap(name, "name=", ""), line.wrap(shape, "shape=", ""))
        fix = mend(scene, *edits, inner=True)
    return Said(
        "`add_weight` takes the shape first; the name is given by its keyword.",
        "In older Keras the name came first, and much code on the web still has it so.",
        fix or 'self.kernel = self.add_weight(shape=(input_shape[-1], 8), name="kernel")',
    )


def several_arguments(scene: Scene) -> Said | None:
    """`call` takes several tensors, and Keras hands over one thing."""
    call = scene.layer_call or scene.run
    if call is None or not is_own(call.owner) or scene.raised_in("Signature._bind") is None:
        return None
    given = arguments(type(call.owner).call)
    args = call.args if call.name == "__call__" else (call.get("x"),)
    names = missing(call.owner, args, {}) if given else []
    if not names:
        return None
    tensors = [x for x in given if x not in ("training", "mask")]
    return Said(
        f"`call` of {quoted(type(call.owner).__name__)} wants {listed(tensors)}, and nothing was "
        f"handed over for {listed(names)}.",
        "`fit` and Keras hand over one argument; several tensors come as one list.",
        f"def call(self, inputs):\n    {', '.join(tensors)} = inputs\n    return {tensors[0]}",
    )


def no_self(scene: Scene) -> Said | None:
    """`call` has no `self`."""
    call = scene.layer_call
    if call is None or not is_own(call.owner) or scene.raised_in("Signature._bind") is None:
        return None
    given = list(inspect.signature(type(call.owner).call).parameters)
    if len(given) != 1 or given[0] == "self" or len(call.args) != 1:
        return None
    return Said(
        f"`call` of {quoted(type(call.owner).__name__)} has one argument, `{given[0]}`, and Python "
        "puts the object itself there.",
        "`self` is missing: it is the first argument of every method.",
        f"def call(self, {given[0]}):\n    return {given[0]}",
    )


def no_self_before(scene: Scene) -> Said | None:
    """A layer that `self` keeps is used without `self`."""
    name = str(getattr(scene.origin, "name", ""))
    layer = None if scene.inner is None else scene.inner.names.get("self")
    if not is_layer(layer) or not is_own(layer) or name not in vars(layer):
        return None
    line = scene.inner_line
    node = line.node if line else None
    fix = mend(scene, line.wrap(node, "self.", ""), inner=True) if line and node else ""
    return Said(
        f"{quoted(type(layer).__name__)} keeps `{name}` as `self.{name}`. There is no variable "
        f"`{name}`.",
        "`self.` is missing: what `__init__` keeps belongs to the object.",
        fix or f"self.{name}",
    )


KNOWN = (
    Known("E801", "A class without super().__init__()", ("RuntimeError",), no_super),
    Known("E802", "A class without call", ("NotImplementedError",), no_call),
    Known("E803", "A call that gives nothing back", ("ValueError",), no_return),
    Known("E804", "A layer made inside call", ("ValueError",), layer_in_call),
    Known("E807", "A weight whose name comes first", ("ValueError",), weight_by_place),
    Known("E809", "A call with several arguments", ("TypeError",), several_arguments),
    Known("E810", "A call without self", ("TypeError",), no_self),
    Known("E813", "A layer of one's own without self", ("NameError",), no_self_before),
)
