"""Errors in code that Keras turns into a graph, in which tensors have no values."""

import ast

from kitchen.graph.rules.base import begin
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.deciding import chosen
from kitchen.teaching.errors_known.fixes import mend
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
