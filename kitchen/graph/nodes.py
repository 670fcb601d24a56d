"""What Keras keeps to itself: one node's arguments, masks and structures; what made an object."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
    """Return the names of the masks that Keras took from the tensors themselves."""
    tree = keras().tree
    carried = {
        id(mask)
        for x in node.arguments.keras_tensors
        if (mask := getattr(x, "_keras_mask", None)) is not None
    }
    return frozenset(
        name
        for name, value in given.items()
        if (name == "mask" or name.endswith("_mask"))
        and all(x is None or id(x) in carried for x in tree.flatten(value))
    )


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
