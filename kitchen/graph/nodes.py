"""What one node of Keras's own graph says: its arguments, its masks, its structures."""

from collections.abc import Mapping
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
