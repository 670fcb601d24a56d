"""Errors in code that Keras turns into a graph, in which tensors have no values."""

import ast

from kitchen.graph.rules.base import begin
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import mend
from kitchen.teaching.errors_known.learner import Edit, Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.symbolic import as_operation
from kitchen.teaching.errors_known.words import shape_of


def python_if(scene: Scene) -> Said | None:
    """Python decides by a tensor that has no value yet."""
    if scene.inner is None:
        return None
    tensors = (k for k, x in scene.inner.names.items() if shape_of(x) is not None)
    name = next(tensors, "x")
    fix = chosen(scene)
    return Said(
        f"{begin(asking(scene))} asks a tensor for its value while the code is turned into a "
        "graph. There it has none.",
        "Python decides once, before there are numbers. `where` chooses number by number, "
        "`tf.cond` between two computations.",
        fix or f"y = {scene.keras}.ops.where({name} > 0, {name}, -{name})",
    )


def asking(scene: Scene) -> str:
    """Return in words the piece of Python that asked a tensor for its value."""
    kinds = {ast.If: "an `if`", ast.IfExp: "an `if`", ast.While: "a `while`", ast.For: "a `for`"}
    line = scene.inner_line
    for node in ast.walk(line.tree) if line else ():
        part = getattr(node, "test", getattr(node, "iter", None))
        if type(node) in kinds and part is not None and line:
            if any(x is line.node for x in ast.walk(part)):
                return kinds[type(node)]
    return "an `if` or a loop of Python"


def chosen(scene: Scene) -> str:
    """Return the learner's `if` as a choice by `where`; empty where it is not so simple."""
    line = scene.inner_line
    for node in ast.walk(line.tree) if line else ():
        test = getattr(node, "test", None)
        if line is None or test is None or not any(x is line.node for x in ast.walk(test)):
            continue
        where = f"{scene.keras}.ops.where"
        if isinstance(node, ast.IfExp):
            parts = ", ".join(map(line.text, (test, node.body, node.orelse)))
            return mend(scene, line.replace(node, f"{where}({parts})"), inner=True)
        if isinstance(node, ast.If) and (both := branches(line, node)):
            last, start, yes, no = both
            low, high = line.range(node)[0], line.range(last)[1]
            new = f"{start}{where}({line.text(test)}, {yes}, {no})"
            return line.edited(Edit(low, high, new))
    return ""


def branches(line: Line, node: ast.If) -> tuple[ast.stmt, str, str, str] | None:
    """Return what an `if` chooses between: its last statement, what stands before, yes, no.

    That is two `return`s, or two values for one variable; `None` for anything else.
    """
    if len(node.body) != 1 or len(node.orelse) > 1:
        return None
    yes, no = node.body[0], node.orelse[0] if node.orelse else after(line, node)
    if isinstance(yes, ast.Return) and isinstance(no, ast.Return) and yes.value and no.value:
        return no, "return ", line.text(yes.value), line.text(no.value)
    if not isinstance(yes, ast.Assign) or len(yes.targets) != 1:
        return None
    name = line.text(yes.targets[0])
    if not node.orelse:
        return node, f"{name} = ", line.text(yes.value), name
    if isinstance(no, ast.Assign) and line.text(no.targets[0]) == name:
        return node, f"{name} = ", line.text(yes.value), line.text(no.value)
    return None


def after(line: Line, node: ast.If) -> ast.stmt | None:
    """Return the statement that follows an `if`."""
    for parent in ast.walk(line.tree):
        body = getattr(parent, "body", None)
        if isinstance(body, list) and node in body[:-1]:
            found = body[body.index(node) + 1]
            return found if isinstance(found, ast.stmt) else None
    return None


def numpy_in_call(scene: Scene) -> Said | None:
    """NumPy is called on a tensor of a graph."""
    wrong = getattr(scene.origin, "name", "") == "numpy"
    graph = "Symbolic" in type(getattr(scene.origin, "obj", None)).__name__
    as_array = isinstance(scene.origin, NotImplementedError) and "numpy" in scene.said.lower()
    if not (wrong and graph) and not (as_array and "symbolic" in scene.said):
        return None
    line = scene.inner_line
    node = line.node if line else None
    fix = ""
    if as_array:
        fix = as_operation(scene, line, node if isinstance(node, ast.Call) else None, inner=True)
    elif line and isinstance(node, ast.Attribute):
        fix = mend(scene, line.replace(line.call_of(node), line.text(node.value)), inner=True)
    return Said(
        "The code is turned into a graph, and while that is done its tensors have no values for "
        "NumPy.",
        "`.numpy()` works outside of a model only. In it, calculate with `keras.ops`."
        if wrong
        else "A function of NumPy stands in `call`. `keras.ops` has the same ones.",
        fix or f"y = {scene.keras}.ops.exp(x)",
    )


GRAPH = ("OperatorNotAllowedInGraphError",)
KNOWN = (
    Known("E811", "Python decides by a tensor", GRAPH, python_if),
    Known("E812", "NumPy in a graph", ("NotImplementedError", "AttributeError"), numpy_in_call),
)
