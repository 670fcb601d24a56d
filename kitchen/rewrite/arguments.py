"""Arguments with other leaves: the nested tuples, lists and dicts of a call, rebuilt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kitchen.graph.model_graph import Body, Call, Tensor
from kitchen.graph.tracing import RECOVERED

Spot = tuple[str, int]  # a tensor as its call and its place among that call's outputs


def spot(tensor: Tensor) -> Spot:
    """Return which tensor it is, whatever is known of its shape."""
    return tensor.call, tensor.index


def mapped(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """Return nested tuples, lists and dicts with `leaf` of each leaf in its place.

    Nesting here is that of one argument, a few levels deep; so this calls itself.
    """
    if isinstance(value, Mapping):
        return {key: mapped(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, leaf) for item in value]
    if isinstance(value, tuple):
        items = [mapped(item, leaf) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return leaf(value)


def placed(structure: Any, items: Sequence[Any]) -> Any:
    """Return a structure of positions with the item at each position in its place."""
    return mapped(structure, items.__getitem__)


def swapped(call: Call, swap: Mapping[Spot, Tensor]) -> Call:
    """Return a call that takes other tensors in place of some."""

    def leaf(value: Any) -> Any:
        return swap.get(spot(value), value) if isinstance(value, Tensor) else value

    kwargs = {name: mapped(value, leaf) for name, value in call.kwargs.items()}
    return replace(call, args=tuple(mapped(x, leaf) for x in call.args), kwargs=kwargs)


def without_masks(call: Call) -> Call:
    """Return a call without the masks that Keras passes along by itself: it will do so again."""
    kept = {name: value for name, value in call.kwargs.items() if name not in call.implicit}
    return replace(call, kwargs=kept, implicit=frozenset())


def as_written(body: Body) -> Body:
    """Return a body as if its calls were written down, not recovered by calling it.

    A recovered call says training=False where the code hands its own `training` on, as Keras does
    by itself in the other forms.
    """
    if not body.note.startswith(RECOVERED):
        return replace(body, note="")
    calls = tuple(
        replace(call, kwargs={k: v for k, v in call.kwargs.items() if k != "training" or v})
        for call in body.calls
    )
    return replace(body, calls=calls, note="")
