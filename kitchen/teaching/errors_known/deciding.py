"""The learner's own `if` over a tensor, as a choice by `where`."""

import ast
from collections.abc import Mapping
from typing import Any

from kitchen.teaching.errors_known.fixes import mend
from kitchen.teaching.errors_known.learner import Edit, Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import shape_of

JOINED = {ast.And: "logical_and", ast.Or: "logical_or"}


def chosen(scene: Scene) -> str:
    """Return the learner's `if` as a choice by `where`; empty where it is not so simple."""
    line, where = scene.inner_line, f"{scene.keras}.ops.where"
    for node in ast.walk(line.tree) if line else ():
        if line is None or not asks(line, node):
            continue
        if isinstance(node, ast.IfExp):
            parts = (
                f"{condition(scene, node.test)}, {line.text(node.body)}, {line.text(node.orelse)}"
            )
            return mend(scene, line.replace(node, f"{where}({parts})"), inner=True)
        if isinstance(node, ast.If) and (both := branches(line, node, names(scene))):
            last, start, yes, no = both
            low, high = line.range(node)[0], line.range(last)[1]
            new = f"{start}{where}({condition(scene, node.test)}, {yes}, {no})"
            return line.edited(Edit(low, high, new)) or ("" if start == "return " else new)
        if isinstance(node, ast.If | ast.While | ast.Assert):
            return ""
        if isinstance(node, ast.BoolOp) and len(node.values) == 2:
            first, second = map(line.text, node.values)
            parts = f"{first}, {second}" if isinstance(node.op, ast.Or) else f"{second}, {first}"
            new = f"{where}({condition(scene, node.values[0])}, {parts})"
            return mend(scene, line.replace(node, new), inner=True)
    return ""


def asked(scene: Scene) -> str:
    """Return the condition that asks a tensor for its value, in Keras's terms; empty for none."""
    line = scene.inner_line
    for node in ast.walk(line.tree) if line else ():
        if line and asks(line, node) and (test := getattr(node, "test", None)) is not None:
            return condition(scene, test)
    return ""


def asks(line: Line, node: ast.AST) -> bool:
    """Return whether what was running is what a statement or an expression decides by."""
    part = node if isinstance(node, ast.BoolOp) else getattr(node, "test", None)
    if part is None:
        return False
    # Python 3.11 gives the place of the whole `if` for a `not` in it.
    return line.place(node) == line.span or any(x is line.node for x in ast.walk(part))


def names(scene: Scene) -> Mapping[str, Any]:
    """Return the names of the learner's frame in which a tensor was asked."""
    return {} if scene.inner is None else scene.inner.names


def condition(scene: Scene, test: ast.expr) -> str:
    """Return a condition over tensors as Keras can compute it.

    Args:
        scene: Where it stands.
        test: What stands after `if`: `and`, `or`, `not` and `a < x < b` ask a tensor too.
    """
    line = scene.inner_line
    if line is None:
        return ""
    ops = f"{scene.keras}.ops"
    if isinstance(test, ast.BoolOp):
        first, *others = (condition(scene, x) for x in test.values)
        for other in others:
            first = f"{ops}.{JOINED[type(test.op)]}({first}, {other})"
        return first
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return f"{ops}.logical_not({condition(scene, test.operand)})"
    if isinstance(test, ast.Compare) and len(test.ops) == 2:
        start, middle, end = map(line.range, (test.left, *test.comparators))
        low = line.raw[start[0] : middle[1]].decode()
        high = line.raw[middle[0] : end[1]].decode()
        return f"{ops}.logical_and({low}, {high})"
    value = names(scene).get(test.id) if isinstance(test, ast.Name) else None
    if shape_of(value) is not None and str(getattr(value, "dtype", "bool")) != "bool":
        return f"{line.text(test)} != 0"
    return line.text(test)


def branches(
    line: Line, node: ast.If, known: Mapping[str, Any]
) -> tuple[ast.stmt, str, str, str] | None:
    """Return what an `if` chooses between: its last statement, what stands before, yes, no.

    That is two `return`s, or two values for one variable; `None` for anything else.

    Args:
        line: The code.
        node: The `if`.
        known: The names that have a value before it; 0 stands for one that has none.
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
        before = name if name in known or not name.isidentifier() else "0"
        return node, f"{name} = ", line.text(yes.value), before
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
