"""Errors with symbolic tensors: they have a shape and no values yet."""

import ast
import inspect
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.deciding import asked, chosen
from kitchen.teaching.errors_known.fixes import inputs_of, mend, running
from kitchen.teaching.errors_known.learner import Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.uncalled import at_once
from kitchen.teaching.errors_known.words import is_layer, is_tensor, shown

OPS = {"reduce_mean": "mean", "reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min"}
OPS |= {"concat": "concatenate", "pow": "power", "range": "arange"}


def tensor_of(scene: Scene, *functions: str) -> Any:
    """Return the symbolic tensor on which one of its own functions was called; `None` if none."""
    where = scene.raised_in(*(f"KerasTensor.{name}" for name in functions))
    return None if where is None else where["self"]


def about(scene: Scene, tensor: Any) -> str:
    """Return a symbolic tensor in words."""
    name = scene.named(tensor, "")
    return (
        f"`{name}`, {shown(tensor.shape)}," if name else f"A tensor of shape {shown(tensor.shape)}"
    )


def as_operation(
    scene: Scene, line: Line | None, call: ast.Call | None, inner: bool = False
) -> str:
    """Return the learner's statement with Keras's own operation; empty where there is none."""
    if line is None or call is None or not isinstance(call.func, ast.Attribute):
        return ""
    name = call.func.attr
    meant = OPS.get(name, name)
    if not hasattr(keras().ops, meant):
        return ""
    return mend(scene, line.replace(call.func, f"{scene.keras}.ops.{meant}"), inner=inner)


def in_tensorflow(scene: Scene) -> Said | None:
    """A function of TensorFlow is called on a symbolic tensor of Keras."""
    tensor = tensor_of(scene, "__tf_tensor__")
    if tensor is None:
        return None
    return Said(
        f"{about(scene, tensor)} has no values while the model is built, and TensorFlow's "
        "functions work on values.",
        "A function of `tf` stands where one of `keras.ops` should, which is called much the same.",
        as_operation(scene, scene.line, running(scene)) or f"y = {scene.keras}.ops.square(x)",
    )


def in_numpy(scene: Scene) -> Said | None:
    """A function of NumPy is called on a symbolic tensor of Keras."""
    tensor = tensor_of(scene, "__array__")
    if tensor is None:
        return None
    return Said(
        f"{about(scene, tensor)} has no values while the model is built, so NumPy finds no "
        "array in it.",
        "A function of `np` stands where one of `keras.ops` should, mostly of the same name.",
        as_operation(scene, scene.line, running(scene)) or f"y = {scene.keras}.ops.exp(x)",
    )


def as_truth(scene: Scene) -> Said | None:
    """A symbolic tensor is asked whether it is true."""
    tensor = tensor_of(scene, "__bool__")
    if tensor is None or at_once(scene) is not None:
        return None
    name = scene.named(base_of(scene, tensor), "x")
    return Said(
        f"{about(scene, tensor)} stands where Python needs true or false. It has no values yet, "
        "and will have other ones for every row.",
        "An `if`, `while`, `and` or `not` on a tensor. To choose row by row, use `where`.",
        chosen(scene) or f"y = {scene.keras}.ops.where({asked(scene) or f'{name} > 0'}, {name}, 0)",
    )


def base_of(scene: Scene, tensor: Any) -> Any:
    """Return the learner's tensor that was compared, for the result of a comparison."""
    line = scene.line
    for node in ast.walk(line.node) if line and line.node else ():
        if isinstance(node, ast.Name):
            found = next((x for k, x in scene.variables() if k == node.id), None)
            if is_tensor(found):
                return found
    return tensor


def as_sequence(scene: Scene) -> Said | None:
    """A symbolic tensor is gone through, unpacked or counted."""
    tensor = tensor_of(scene, "__iter__")
    if tensor is None and "'KerasTensor' has no len" in scene.said:
        node = running(scene)
        tensor = first_tensor(scene, node)
    if tensor is None:
        return None
    name = scene.named(tensor, "x")
    if (said := asked_for_more(scene, tensor)) is not None:
        return said
    return Said(
        f"{about(scene, tensor)} cannot be gone through, unpacked or counted: how many rows there "
        "are is open.",
        "A loop over it, `a, b = …` or `len(…)`. Its sizes are in `.shape`; a part is a slice.",
        taken_apart(scene, tensor, name),
    )


def taken_apart(scene: Scene, tensor: Any, name: str) -> str:
    """Return code that takes a tensor apart along its last axis, or shows its shape."""
    node, line = around(scene), scene.line
    value = getattr(node, "value", getattr(node, "iter", None))
    made, parts = "", node.targets[0] if isinstance(node, ast.Assign) else None
    if isinstance(value, ast.Call) and line and not scene.named(tensor, ""):
        made, name = f"x = {line.text(value)}\n", "x"
    if isinstance(parts, ast.Tuple) and len(parts.elts) == tensor.shape[-1] and line:
        split = f"{scene.keras}.ops.split({name}, {len(parts.elts)}, axis=-1)"
        return f"{made}{line.text(parts)} = {split}"
    if len(tensor.shape) < 2:
        return f"{made}print({name}.shape)"
    return f"{made}first, rest = {name}[:, :1], {name}[:, 1:]"


def around(scene: Scene) -> ast.Assign | ast.For | None:
    """Return the learner's assignment or loop that was running."""
    line = scene.line
    for node in ast.walk(line.tree) if line else ():
        if isinstance(node, ast.Assign | ast.For) and line:
            head = node.value if isinstance(node, ast.Assign) else node.iter
            if line.place(node)[0] <= line.span[0] and line.span[2] <= line.place(head)[2]:
                return node
    return None


def asked_for_more(scene: Scene, tensor: Any) -> Said | None:
    """An attention that gives one tensor is to give its scores too."""
    line = scene.line
    node = around(scene)
    if not (line and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return None
    call, names = node.value, node.targets[0]
    layer: Any = scene.value(call.func.id) if isinstance(call.func, ast.Name) else None
    takes = inspect.signature(layer.call).parameters if is_layer(layer) else {}
    if "return_attention_scores" not in takes or not isinstance(names, ast.Tuple):
        return None
    if len(names.elts) != 2:
        return None
    return Said(
        f"The call of {quoted(layer.name)} gives one tensor, {shown(tensor.shape)}; two names "
        "stand on the left, so Python tries to take the tensor apart.",
        "To get the scores too, ask for them: `return_attention_scores=True`.",
        mend(scene, line.append(call, "return_attention_scores=True")),
    )


def first_tensor(scene: Scene, node: ast.Call | None) -> Any:
    """Return the symbolic tensor that a call of the learner is given; without one, any."""
    for part in node.args if node is not None else ():
        if isinstance(part, ast.Name):
            return next((x for k, x in scene.variables() if k == part.id and is_tensor(x)), None)
    return next((x for _, x in scene.variables() if is_tensor(x)), None)


def as_number(scene: Scene) -> Said | None:
    """A symbolic tensor is asked for its value."""
    tensor = tensor_of(scene, "__float__", "__int__", "__index__")
    if tensor is None and getattr(scene.origin, "name", "") == "numpy":
        found = getattr(scene.origin, "obj", None)
        tensor = found if is_tensor(found) else None
    if tensor is None:
        return None
    name = scene.named(tensor, "x")
    return Said(
        f"{about(scene, tensor)} has no values yet: they come when a model is run on data.",
        "The value of a tensor is wanted while the model is still being built.",
        f"part = {scene.keras}.Model({inputs_of(scene, tensor)}, {name})\n"
        "values = part.predict(data)",
    )


def in_place(scene: Scene) -> Said | None:
    """A part of a tensor is assigned to."""
    if "item assignment" not in scene.said or "Tensor" not in scene.said:
        return None
    node = scene.line.node if scene.line else None
    name = (
        node.value.id
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        else "x"
    )
    tensor = next((x for k, x in scene.variables() if k == name), None)
    symbolic = is_tensor(tensor)
    line = scene.line
    place = line.text(node.slice) if line and isinstance(node, ast.Subscript) else "0"
    fix = f"values = np.array({name})\nvalues[{place}] = 1\n{name} = tf.constant(values)"
    if symbolic:
        fix = f"{name} = {scene.keras}.ops.where({name} > 0, {name}, 0)"
    return Said(
        f"The tensor `{name}` cannot be changed in part: a tensor keeps its values for good.",
        "It is used like a NumPy array. Make a new tensor out of it"
        + (", such as by a condition." if symbolic else ", by way of an array."),
        scene.with_imports(fix),
    )


KNOWN = (
    Known("E201", "TensorFlow's function on a symbolic tensor", ("ValueError",), in_tensorflow),
    Known("E202", "NumPy's function on a symbolic tensor", ("ValueError",), in_numpy),
    Known("E203", "A symbolic tensor stands for true or false", ("TypeError",), as_truth),
    Known(
        "E204",
        "A symbolic tensor is used as a list",
        ("NotImplementedError", "TypeError"),
        as_sequence,
    ),
    Known(
        "E205",
        "A symbolic tensor is asked for its values",
        ("ValueError", "AttributeError"),
        as_number,
    ),
    Known("E206", "A part of a tensor is assigned to", ("TypeError",), in_place),
)
