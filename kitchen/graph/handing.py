"""What one call hands to the next: its arguments, what it gives out, and what of it is taken."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from kitchen.graph.model_graph import Body, Call, Edge, ModelGraph, Port, Tensor
from kitchen.graph.tracing import RECOVERED


class Spot(NamedTuple):
    """Which tensor it is: the id of its call, and its place among that call's outputs."""

    call: str
    place: int


def steps(graph: ModelGraph, body: Body) -> list[Call]:
    """Return the calls of a body without its inputs and its mask plumbing."""
    return [c for c in body.calls if not c.plumbing and graph.layers[c.layer].kind != "input"]


def ends(body: Body) -> tuple[Any, Any]:
    """Return what a model is given and what it gives, as from `packed`."""
    return (
        packed(unlisted(body.input_structure), partial(port_at, body.inputs)),
        packed(unlisted(body.output_structure), partial(port_at, body.outputs)),
    )


def unlisted(structure: Any) -> Any:
    """Return what a list of one holds: a model runs on it, and gives it, without the list."""
    one = isinstance(structure, list | tuple) and len(structure) == 1
    return structure[0] if one else structure


def port_at(ports: Sequence[Port], place: Any) -> Spot | None:
    """Return which tensor stands at a place of a structure; `None` where that is no place."""
    known = isinstance(place, int) and place < len(ports)
    return spot(ports[place].tensor) if known else None


def produced(graph: ModelGraph, call: Call) -> Any:
    """Return what a call gives out, as from `packed`; `None` where its structure is not known."""
    body = graph.bodies.get(call.layer)
    if body is not None and len(body.outputs) == len(call.outputs):
        return packed(body.output_structure, lambda k: spot(call.outputs[k]))
    if len(call.outputs) == 1:
        return spot(call.outputs[0])
    ours = graph.layers[call.layer].module.split(".")[0] == "keras"
    return tuple(spot(tensor) for tensor in call.outputs) if ours else None


def packed(structure: Any, leaf: Callable[[Any], Spot | None]) -> Any:
    """Return a structure of one level with a `Spot` at each leaf, in a form that can be compared.

    A list counts as a tuple, and an entry of a dict as its key and its spot. `None` where a leaf is
    no tensor or the structure is deeper.
    """
    if isinstance(structure, Mapping):
        keys = sorted(structure, key=str)
        parts = packed([structure[key] for key in keys], leaf)
        return None if parts is None else tuple(zip(keys, parts, strict=True))
    if not isinstance(structure, list | tuple):
        return leaf(structure)
    spots = [None if isinstance(x, Mapping | list | tuple) else leaf(x) for x in structure]
    return None if None in spots else tuple(spots)


def sole(graph: ModelGraph, owner: str, call: Call) -> Any:
    """Return the only argument that a call is given; `None` where it is given more, or nothing."""
    values = list(given(graph, owner, call).values())
    return values[0] if len(values) == 1 else None


def given(graph: ModelGraph, owner: str, call: Call) -> dict[str, Any]:
    """Return what someone gave a call, by the arguments' names, or their positions as text.

    `None` is left out. So is `training=False` for Keras's own layers and models, as it changes
    nothing: a functional model passes its own `training` on to them all, over what was given.
    """
    named = [(str(k), value) for k, value in enumerate(call.args)]
    named += [(name, value) for name, value in call.kwargs.items() if name not in call.implicit]
    found = {name: value for name, value in named if value is not None}
    if found.get("training") is False and without_effect(graph, owner, call):
        del found["training"]
    return found


def without_effect(graph: ModelGraph, owner: str, call: Call) -> bool:
    """Return whether `training=False` says what would be the case without it.

    Not so in the code of a subclassed model, which Keras runs as it stands; only where that has a
    `training` argument of its own may it be that one, handed on.
    """
    note = graph.bodies[owner].note
    layer = graph.layers[call.layer]
    return note != RECOVERED and (layer.kind == "model" or layer.module.startswith("keras."))


def taken(call: Call) -> list[Edge]:
    """Return the edges that bring a call its data; masks that Keras passes along are left out."""
    return [edge for edge in call.edges if edge.kind == "data"]


def spot(tensor: Tensor, same: Mapping[str, str] | None = None) -> Spot:
    """Return which tensor it is, whatever is known of its shape; `same` as in `cut`."""
    return Spot(same.get(tensor.call, tensor.call) if same else tensor.call, tensor.index)


def spot_of(value: Any) -> Spot | None:
    """Return which tensor an argument is; `None` if it is none."""
    return spot(value) if isinstance(value, Tensor) else None
