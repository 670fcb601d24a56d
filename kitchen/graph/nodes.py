"""What Keras keeps to itself: one node's arguments, masks and structures; what made an object."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.model_graph import Port, Tensor


def number(structure: Any) -> Any:
    """Return a structure of tensors with each tensor's position in its place."""
    tree = keras().tree
    return tree.pack_sequence_as(structure, list(range(len(tree.flatten(structure)))))


def ports(structure: Any, tensors: Mapping[int, Tensor]) -> tuple[Port, ...]:
    """Return a structure of Keras tensors as ports, with its keys and its layers' names."""
    return tuple(
        Port(tensors[id(x)], x._keras_history.operation.name, ".".join(str(p) for p in path))
        for path, x in keras().tree.flatten_with_path(structure)
    )


def declared(layer: Any, side: str, call: str) -> tuple[Any, tuple[Port, ...]]:
    """Return what a layer says it takes or gives: one tensor of any shape if it says nothing.

    Args:
        layer: Any layer; built models know the structure.
        side: `"inputs"` or `"outputs"`.
        call: The id of the call that the tensors are said to come from.
    """
    structure = getattr(getattr(layer, "_functional", None) or layer, f"_{side}_struct", None)
    if structure is None:
        return 0, (Port(Tensor(call), "input"),)
    found = [
        Port(
            Tensor(call, k, tuple(x.shape), str(x.dtype)),
            x._keras_history.operation.name,
            ".".join(str(step) for step in path),
        )
        for k, (path, x) in enumerate(keras().tree.flatten_with_path(structure))
    ]
    if len(found) == 1 and isinstance(structure, list | tuple):
        return 0, (replace(found[0], key=""),)  # Keras takes a list of one tensor for the tensor
    return number(structure), tuple(found)


def given_arguments(node: Any) -> dict[str, Any]:
    """Return a node's keyword arguments without those that only repeat a default."""
    kwargs = node.arguments.kwargs
    if not kwargs:
        return {}
    signature = getattr(node.operation, "_call_signature", None)
    known = signature.parameters if signature is not None else {}
    tree = keras().tree
    given = {}
    for name, value in kwargs.items():
        default = known[name].default if name in known else None
        if all(x is None for x in tree.flatten(value)) and default is None:
            continue
        if isinstance(value, bool | int | float | str) and value == default:
            continue
        given[name] = value
    return given


def implicit_masks(node: Any, given: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the masks that Keras took from the tensors themselves.

    A model that was saved and loaded, or cloned, is given them as arguments, computed apart from
    those that its tensors carry, though in the same way.
    """
    tree = keras().tree
    carried = [
        mask
        for x in node.arguments.keras_tensors
        if (mask := getattr(x, "_keras_mask", None)) is not None
    ]
    return frozenset(
        name
        for name, value in given.items()
        if (name == "mask" or name.endswith("_mask"))
        and all(
            x is None or any(same_value(x, mask) for mask in carried) for x in tree.flatten(value)
        )
    )


def same_value(one: Any, two: Any) -> bool:
    """Return whether two symbolic tensors are computed from the same ones by equal operations."""
    k = keras()
    waiting = [(one, two)]
    while waiting:
        a, b = waiting.pop()
        if a is b:
            continue
        if not (isinstance(a, k.KerasTensor) and isinstance(b, k.KerasTensor)):
            if type(a) is not type(b) or not np.array_equal(a, b):
                return False
            continue
        left, right = a._keras_history, b._keras_history
        layers = isinstance(left.operation, k.layers.Layer)
        alike = described(left.operation) == described(right.operation)
        if layers or not alike or left.tensor_index != right.tensor_index:
            return False
        pair = [h.operation._inbound_nodes[h.node_index].arguments for h in (left, right)]
        flat = [k.tree.flatten((found.args, found.kwargs)) for found in pair]
        if len(flat[0]) != len(flat[1]):
            return False
        waiting += zip(*flat, strict=True)
    return True


def described(operation: Any) -> Any:
    """Return the class of an operation and what it was made with, its name left out."""
    plain = (bool, int, float, str, tuple, type(None))
    made = {key: x for key, x in vars(operation).items() if isinstance(x, plain)}
    return type(operation), {
        key: x for key, x in made.items() if key != "name" and not key.startswith("_")
    }


def lambda_arguments(layer: Any) -> dict[str, Any]:
    """Return what a `Lambda` was made with: its Python functions themselves, not their bytes."""
    return {
        "function": layer.function,
        "output_shape": layer._output_shape,
        "mask": layer.mask,
        "arguments": dict(layer.arguments),
        "trainable": layer.trainable,
        "dtype": layer.dtype_policy,
        "name": layer.name,
    }


def compile_arguments(model: Any) -> dict[str, Any]:
    """Return what a model was compiled with: the objects themselves, not their configurations."""
    return dict(model._compile_config.config)


def optimised(optimizer: Any) -> list[Any]:
    """Return the variables that a built optimiser changes, in the order of what it remembers."""
    return list(getattr(optimizer, "inner_optimizer", optimizer)._trainable_variables)


def reading_order(function: Any) -> list[Any]:
    """Return a functional model's nodes by depth, and within that as its operations were made."""
    order = {id(op): k for k, op in enumerate(function._operations)}
    return [
        node
        for depth in sorted(function._nodes_by_depth, reverse=True)
        for node in sorted(
            function._nodes_by_depth[depth],
            key=lambda n: (order[id(n.operation)], n.operation._inbound_nodes.index(n)),
        )
    ]


def running_order(model: Any) -> list[int]:
    """Return the positions in `reading_order` in the order in which Keras runs the nodes.

    The two may differ where a layer is shared: it matters to whatever draws random numbers.
    """
    function = getattr(model, "_functional", None) or model
    place = {id(node): k for k, node in enumerate(reading_order(function))}
    depths = sorted(function._nodes_by_depth, reverse=True)
    return [place[id(node)] for depth in depths for node in function._nodes_by_depth[depth]]


def standardized(model: Any, inputs: Any) -> list[Any]:
    """Return what a model makes of its inputs before its first call: tensors, flat.

    A functional model matches them by name, gives them its inputs' dtypes and ranks, and keeps
    their masks.
    """
    k = keras()
    inner = getattr(model, "_functional", None) or model
    if not hasattr(inner, "_standardize_inputs"):
        return [k.ops.convert_to_tensor(x) for x in k.tree.flatten(inputs)]
    flat = inner._standardize_inputs(inputs)
    for old, new in zip(k.tree.flatten(inputs), flat, strict=False):
        if (mask := getattr(old, "_keras_mask", None)) is not None:
            new._keras_mask = mask
    return list(flat)
