"""What a picture and its text twin say of layers, weights, shapes and arguments."""

from collections.abc import Iterable, Mapping
from typing import Any

from kitchen.graph.model_graph import (
    Call,
    Constant,
    Layer,
    ModelGraph,
    Port,
    Shape,
    Tensor,
    VariableUse,
    Weight,
)
from kitchen.views.text import called, clean

USES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SIGNS = {
    "Add": "+",
    "Subtract": "−",
    "Multiply": "×",
    "Divide": "÷",
    "TrueDivide": "÷",
    "FloorDivide": "//",
    "Mod": "%",
    "Power": "**",
    "Matmul": "@",
    "Equal": "==",
    "NotEqual": "!=",
    "Greater": ">",
    "GreaterEqual": ">=",
    "Less": "<",
    "LessEqual": "<=",
}
MOST_VALUES = 6  # of a tuple, a list or an array among the arguments
LONGEST_INTEGER = 64  # bits
MOST_TERMS = 3  # of a sum such as "128×64 + 64"


def kind_of(layer: Layer) -> str:
    """Return a layer's class with its settings, such as "Dense 64 relu"."""
    return " ".join(filter(None, (clean(layer.class_name), clean(layer.settings))))


def shape_text(shape: Shape | None) -> str:
    """Return a tensor's shape without the batch, such as "(64,)"; empty where it is unknown."""
    if shape is None:
        return ""
    sizes = ", ".join(str(size) for size in shape[1:])
    return f"({sizes},)" if len(shape) == 2 else f"({sizes})"


def tensor_text(tensor: Tensor) -> str:
    """Return a tensor's shape without the batch, and its dtype where that is not float32."""
    dtype = "" if tensor.dtype in {None, "float32"} else clean(tensor.dtype)
    return " ".join(filter(None, (shape_text(tensor.shape), dtype)))


def count_of(weights: Iterable[Weight]) -> int:
    """Return the number of parameters; the state of random seeds does not count."""
    return sum(weight.size for weight in weights if not weight.state)


def sum_of(weights: Iterable[Weight]) -> str:
    """Return how a count comes about, such as "128×64 + 64 = 8,256"."""
    counted = [weight for weight in weights if not weight.state]
    total = f"{count_of(counted):,}"
    if len(counted) > MOST_TERMS:
        return f"{total} in {len(counted):,} weights"
    terms = ["×".join(f"{n:,}" for n in weight.shape) or "1" for weight in counted]
    return total if terms in ([total], []) else f"{' + '.join(terms)} = {total}"


def use(number: int, of: int) -> str:
    """Return "call 1 of 2", and nothing for a single call."""
    return f"call {number:,} of {of:,}" if of > 1 else ""


def use_in_words(number: int, of: int) -> str:
    """Return "first use", and nothing for a single one."""
    if of < 2:
        return ""
    return f"{USES[number - 1]} use" if number <= len(USES) else f"use {number:,} of {of:,}"


def output_name(port: Port, position: int, of: int) -> str:
    """Return how a model's output is asked for: by its key, or by its place among several.

    Args:
        port: The output.
        position: Its place, from 0.
        of: The number of outputs.
    """
    if port.key and not port.key.isdigit():
        return f'output "{clean(port.key)}"'
    return f"output {position + 1:,} of {of:,}" if of > 1 else "output"


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return "a, b and c", with the rest counted where there are many."""
    found = list(names)
    if len(found) > most:
        found = [*found[: most - 1], f"{len(found) - most + 1:,} more"]
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1]))) if found else ""


def operation(graph: ModelGraph, call: Call) -> str:
    """Return what an operation does, such as "Multiply × array (64,)"."""
    layer = graph.layers[call.layer]
    sign = SIGNS.get(layer.class_name)
    if sign and len(call.args) == 2 and not call.kwargs:
        left, right = (value_text(graph, value) for value in call.args)
        if right and not left:
            return f"{layer.class_name} {sign} {right}"
        if left and not right:
            return f"{layer.class_name} {left} {sign} …"
    given = listed(arguments(graph, call), most=4)
    between = ", " if layer.settings else " "
    return f"{kind_of(layer)}{between}{given}" if given else kind_of(layer)


def arguments(graph: ModelGraph, call: Call) -> list[str]:
    """Return the arguments of a call that someone gave and that are no tensors."""
    named: list[tuple[str, Any]] = [("", value) for value in call.args]
    named += [(f"{clean(k)}=", v) for k, v in call.kwargs.items() if k not in call.implicit]
    texts = [(name, value_text(graph, value)) for name, value in named]
    return [f"{name}{text}" for name, text in texts if text]


def value_text(graph: ModelGraph, value: Any) -> str:
    """Return an argument's value in a few words, and nothing where tensors are all there is."""
    if not isinstance(value, list | tuple | Mapping):
        return leaf_text(graph, value)
    items = list(value.values()) if isinstance(value, Mapping) else list(value)
    # One level is enough to recognise it, and a loop is all that this takes.
    texts = [
        "(…)" if isinstance(item, list | tuple | Mapping) else leaf_text(graph, item)
        for item in items[:MOST_VALUES]
    ]
    if not any(texts) or all(text in {"", "(…)"} for text in texts):
        return ""
    if len(items) > MOST_VALUES:
        texts.append("…")
    return f"({', '.join(text or 'tensor' for text in texts)})"


def leaf_text(graph: ModelGraph, value: Any) -> str:
    """Return one value: a constant, a weight or a plain one; nothing for a tensor."""
    if isinstance(value, Tensor):
        return ""
    if isinstance(value, Constant):
        return constant_text(value)
    if isinstance(value, VariableUse):
        return clean(graph.weights[value.weight].name)
    if isinstance(value, slice):
        ends = ["" if x is None else clean(x) for x in (value.start, value.stop)]
        return ":".join(ends if value.step is None else [*ends, clean(value.step)])
    if isinstance(value, str):
        return f"'{clean(value)}'"
    if isinstance(value, int) and value.bit_length() > LONGEST_INTEGER:
        return "a long integer"  # Python itself refuses to write out the longest
    if value is None or isinstance(value, bool | int | float):
        return clean(value)
    return clean(type(value).__name__)


def constant_text(constant: Constant) -> str:
    """Return an array among the arguments: its value where it is a single one, else its shape."""
    if constant.shape == () and constant.values:
        return clean(constant.values[0])
    return f"array ({', '.join(map(str, constant.shape))}{',' * (len(constant.shape) == 1)})"


def name_of(graph: ModelGraph, layer: str) -> str:
    """Return a layer's name, cleaned."""
    return called(graph.layers[layer].name)
