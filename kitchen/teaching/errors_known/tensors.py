"""Errors of TensorFlow's own: tensors with values, memory, gradients."""

import ast
import math
import re

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, made, mend, running, swapped
from kitchen.teaching.errors_known.learner import Line
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import flat, pair, shape_of

INVALID = ("InvalidArgumentError",)


def numbers(text: str) -> list[tuple[int, ...]]:
    """Return the shapes that a message of TensorFlow names, `[2,3]` say.

    >>> numbers("In[0]: [2,3], In[1]: [4,5]")
    [(2, 3), (4, 5)]
    """
    found = re.findall(r"(?<!In)\[(\d+(?:,\d+)*)\]", text)
    return [tuple(int(n) for n in x.split(",")) for x in found]


def operation(scene: Scene) -> tuple[Line, ast.BinOp] | None:
    """Return the learner's line and the operator in it that failed; `None` if there is none."""
    line = scene.inner_line
    node = line.node if line else None
    return (line, node) if line is not None and isinstance(node, ast.BinOp) else None


def sides(scene: Scene) -> tuple[str, str]:
    """Return how the learner writes the left and the right side of the operator that failed."""
    found = operation(scene)
    if found is None:
        return "a", "b"
    return found[0].text(found[1].left), found[0].text(found[1].right)


def lookup(scene: Scene) -> Said | None:
    """An Embedding is asked for a row that it has not."""
    call, layer = scene.model_call, scene.layer
    kind = keras().layers.Embedding
    model = scene.model
    found = [x for x in getattr(model, "layers", []) if isinstance(x, kind)]
    layer = layer if isinstance(layer, kind) else (found[0] if found else None)
    if layer is None or not {"Gather", "not in [0"} & words_in(scene.said):
        return None
    data = call.args[0] if call and call.name == "__call__" else call.get("x") if call else None
    data = scene.layer_call.args[0] if data is None and scene.layer_call else data
    arrays = [x for x in flat(data) if hasattr(x, "max") or shape_of(x) is not None]
    high = max((int(keras().ops.max(x)) for x in arrays), default=layer.input_dim)
    low = min((int(keras().ops.min(x)) for x in arrays), default=0)
    return Said(
        f"{quoted(layer.name)} (Embedding) has {layer.input_dim} rows, for the numbers 0 to "
        f"{layer.input_dim - 1}. The data go from {low} to {high}.",
        "`input_dim` is the number of different words: one more than the largest number."
        if high >= layer.input_dim
        else "A negative number stands for no word; 0 is usual for padding.",
        f"layer = {made(scene, layer, input_dim=max(high, layer.input_dim - 1) + 1)}",
    )


def words_in(text: str) -> set[str]:
    """Return which of the words that tell of a lookup are in a message."""
    return {word for word in ("Gather", "not in [0") if word in text}


def product(scene: Scene) -> Said | None:
    """The sizes of a matrix product do not meet."""
    shapes = numbers(scene.said)
    if "MatMul" not in scene.said or len(shapes) < 2:
        return None
    a, b = shapes[:2]
    left, right = sides(scene)
    found = operation(scene)
    turned = len(b) == 2 and a[-1] == b[-1]
    flip = f"{scene.keras}.ops.transpose({right})"
    fix = ""
    if found is not None and turned:
        fix = mend(scene, found[0].replace(found[1].right, flip), inner=True)
    return Said(
        f"A product of {a} and {b} needs equal sizes in the middle: {a[-1]} and {b[-2]} are not.",
        "The second matrix stands the other way round: a kernel is (inputs, outputs)."
        if turned
        else "One of the two has another shape than thought; print both shapes.",
        fix or (f"y = {left} @ {flip}" if turned else f"print({left}.shape, {right}.shape)"),
    )


def together(scene: Scene) -> Said | None:
    """Two tensors that are calculated with number by number differ in shape."""
    shapes = numbers(scene.said)
    if "ncompatible shapes" not in scene.said or len(shapes) < 2 or scene.run is not None:
        return None
    a, b = shapes[:2]
    left, right = sides(scene)
    found = operation(scene)
    column = len(b) == 1 and len(a) == 2 and a[0] == b[0]
    new = f"{scene.keras}.ops.expand_dims({right}, -1)"
    fix = mend(scene, found[0].replace(found[1].right, new), inner=True) if found and column else ""
    layer = None if fix else other_layer(scene, a, b)
    return Said(
        f"Tensors of {a} and {b} cannot be taken number by number: from the last axis backwards, "
        "sizes have to be equal, or one of them 1.",
        f"There is one number for each row, and it needs an axis of its own: ({b[0]}, 1)."
        if column
        else "The layers before them give different widths."
        if layer
        else "One of the two has another shape than thought; print both shapes.",
        fix or layer or f"print({left}.shape, {right}.shape)",
    )


def other_layer(scene: Scene, a: tuple[int, ...], b: tuple[int, ...]) -> str | None:
    """Return a layer for one side of an operator that gives what the other has; `None` if unknown.

    Args:
        scene: Where the operator stands.
        a: The shape of its left side.
        b: The shape of its right side.
    """
    found = operation(scene)
    own = scene.inner.names.get("self") if scene.inner else None
    if found is None or own is None or a[:-1] != b[:-1]:
        return None
    line, node = found
    for side, width in ((node.right, a[-1]), (node.left, b[-1])):
        if isinstance(side, ast.Call) and isinstance(side.func, ast.Attribute):
            layer = getattr(own, side.func.attr, None)
            if hasattr(layer, "units") and line.text(side.func.value) == "self":
                new = made(scene, layer, units=width)
                return f"{line.text(side.func)} = {new}  # in __init__"
    return None


def kinds(scene: Scene) -> Said | None:
    """Two tensors that are calculated with have different types of numbers."""
    found = re.search(r"expected to be a (\w+) tensor but is a (\w+) tensor", scene.said)
    if found is None:
        return None
    left, right = sides(scene)
    node = operation(scene)
    names = {"float": "float32", "double": "float64"}
    first, second = (names.get(x, x) for x in found.groups())
    fix, new = "", f"tf.cast({right}, tf.{first})"
    if "int" in first and "float" in second:  # the other way round, digits would be lost
        new = f"tf.cast({left}, tf.{second})"
        fix = mend(scene, node[0].replace(node[1].left, new), inner=True) if node else ""
        new = f"{new} + {right}"
    else:
        fix = mend(scene, node[0].replace(node[1].right, new), inner=True) if node else ""
        new = f"{left} + {new}"
    return Said(
        f"TensorFlow calculates with one type of numbers at a time; here {first} meets {second}.",
        "NumPy makes float64 and int64 where models use float32."
        if "64" in second + first
        else "Whole numbers are not turned into float by themselves.",
        scene.with_imports(fix or f"y = {new}"),
    )


def reshape(scene: Scene) -> Said | None:
    """A tensor is put into a shape that holds another count of numbers."""
    found = re.search(
        r"with (\d+) values, but the requested shape (?:has|requires)[^\d]*(\d+)", scene.said
    )
    if found is None:
        return None
    count, wanted = int(found[1]), int(found[2])
    new = repr(pair(count))
    fix = swapped(scene, argument(running(scene), 1, "shape"), new)
    return Said(
        f"The tensor holds {count} numbers, and the shape asked for {wanted}. Their count cannot "
        "change.",
        "A size was mistyped. One size may be -1: it is worked out.",
        scene.with_imports(fix or f"y = tf.reshape(x, {new})"),
    )


def memory(scene: Scene) -> Said | None:
    """A tensor is larger than the memory."""
    shapes = numbers(scene.said)
    if not shapes:
        return None
    size = 4 * math.prod(shapes[0])
    layer, run = scene.layer, scene.run
    if run is not None:
        fix = f"{scene.named(run.owner, 'model')}.{run.name}(x, batch_size=16)"
        cause = "Each batch is too large: its activations are all kept for the gradients."
    elif layer is not None and hasattr(layer, "units"):
        fix = f"layer = {made(scene, layer, units=64)}"
        cause = (
            f"{quoted(layer.name)} has a weight for each pair of input and unit; pool before it."
        )
    else:
        fix, cause = (
            "x = x[:1000]  # a part of it",
            "A size was mistyped, or the data are too many.",
        )
    return Said(
        f"A tensor of {shapes[0]} is wanted: {size / 1e9:,.1f} GB as float32. The memory does not "
        "hold it.",
        cause,
        fix,
    )


def uneven(scene: Scene) -> Said | None:
    """A list whose rows have different lengths, or mixed types, is to become a tensor."""
    where = scene.steps[-1].names if scene.steps and scene.steps[-1].owner == "tensorflow" else {}
    value = where.get("value")
    if not isinstance(value, list | tuple) or not all(isinstance(x, list | tuple) for x in value):
        return None
    lengths = {len(x) for x in value}
    if len(lengths) < 2:
        return None
    line, place = scene.line, argument(running(scene), 0, "value")
    name = scene.named(value, "rows")
    fix = ""
    if line and place is not None:
        before = f"{scene.keras}.utils.pad_sequences("
        fix = mend(scene, line.wrap(place, before, ', padding="post")'))
    return Said(
        f"The rows have {' and '.join(map(str, sorted(lengths)[:4]))} numbers. In a tensor all "
        "rows are equally long.",
        "Sequences of different length, such as sentences, have to be filled up with zeros.",
        fix or f'x = {scene.keras}.utils.pad_sequences({name}, padding="post")',
    )


def truth_of_many(scene: Scene) -> Said | None:
    """A tensor of several numbers is asked whether it is true."""
    step = scene.steps[-1] if scene.steps else None
    if step is None or step.owner != "tensorflow" or not step.name.endswith("__bool__"):
        return None
    line = scene.inner_line
    shape = shape_of(step.names.get("self"))
    node = line.node if line else None
    fix = mend(scene, line.wrap(node, "tf.reduce_all(", ")"), inner=True) if line and node else ""
    if not fix and line and node:
        fix = f"tf.reduce_all({line.text(node)})"
    return Said(
        f"An `if` needs one true or false, and the tensor has {shape and math.prod(shape)}.",
        "A comparison gives an answer for each number. Say which is meant: all, `reduce_all`, or "
        "at least one, `reduce_any`.",
        scene.with_imports(fix or "tf.reduce_all(x > 0)"),
    )


def no_gradients(scene: Scene) -> Said | None:
    """No weight has a gradient."""
    where = scene.raised_in("BaseOptimizer._filter_empty_gradients")
    if where is None:
        return None
    return Said(
        "The loss does not depend on any of the weights, so none of them can be trained.",
        "The loss was computed outside of the tape, from NumPy numbers, or from another model.",
        scene.with_imports(
            "with tf.GradientTape() as tape:\n"
            "    loss = tf.reduce_mean((model(x, training=True) - y) ** 2)\n"
            "gradients = tape.gradient(loss, model.trainable_variables)"
        ),
    )


def words_for_numbers(scene: Scene) -> Said | None:
    """A layer is called on text."""
    call = scene.model_call or scene.layer_call
    data = call.args[0] if call and call.name == "__call__" and call.args else None
    kinds_found = [str(getattr(x, "dtype", "")) for x in flat(data)]
    if call is None or not any("str" in x or x[:2] in {"<U", "|S", "ob"} for x in kinds_found):
        return None
    name = scene.named(data, "x")
    return Said(
        f"{quoted(call.owner.name)} is given text. A model calculates with numbers.",
        "The words were not numbered yet: a StringLookup gives each its number.",
        scene.with_imports(
            f"words = {scene.layers}.StringLookup(vocabulary=np.unique({name}))\n"
            f"{name} = words({name})"
        ),
    )


KNOWN = (
    Known("E901", "A number that the Embedding has no row for", INVALID, lookup),
    Known("E902", "Matrices that do not meet", INVALID, product),
    Known("E903", "Tensors that cannot be taken together", INVALID, together),
    Known("E904", "Two types of numbers", (*INVALID, "TypeError"), kinds),
    Known("E905", "A tensor of another count of numbers", INVALID, reshape),
    Known("E906", "Not enough memory", ("ResourceExhaustedError",), memory),
    Known("E907", "Rows of different length", ("ValueError",), uneven),
    Known("E908", "Many numbers stand for true or false", ("ValueError",), truth_of_many),
    Known("E909", "No gradients", ("ValueError",), no_gradients),
    Known("E910", "Text where numbers are needed", ("UnimplementedError",), words_for_numbers),
)
