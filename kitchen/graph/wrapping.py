"""Cut a model into elements through which one tensor at a time passes, as a Sequential would run.

An element that is more than one plain call stands for a block: a functional model of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kitchen.graph.handing import (
    Spot,
    ends,
    packed,
    produced,
    sole,
    spot,
    spot_of,
    steps,
    taken,
    unlisted,
)
from kitchen.graph.model_graph import Body, Call, ModelGraph, Tensor

__all__ = ["Spot", "chain", "cut", "elements", "ends", "plain", "sole", "spot", "spot_of", "steps"]


def elements(graph: ModelGraph) -> tuple[tuple[str, ...], ...]:
    """Return the calls of a model as the finest chain: one tensor passes from group to group.

    Args:
        graph: The model; inside a sub-model nothing is cut.

    Returns:
        The groups in order, each with the ids of its calls in the order of the body. Inputs and
        mask plumbing are in none. What enters the first group and leaves the last may be several
        tensors. A mask that Keras passes along stays within one group, except among single calls
        that take one tensor and give one: Keras may lose it on its way through a block. Empty
        where the calls are not known.
    """
    return tuple(tuple(call.id for call in group) for group in elements_of(graph, graph.root))


def elements_of(graph: ModelGraph, owner: str) -> list[list[Call]]:
    """Return the calls of one model of a graph as the finest chain, as in `elements`."""
    body = graph.bodies[owner]
    groups = cut(
        steps(graph, body),
        [port.tensor for port in body.inputs],
        [port.tensor for port in body.outputs],
    )
    return with_masks(graph, owner, groups, mask_origins(body))


def cut(
    calls: Sequence[Call],
    entering: Iterable[Tensor],
    leaving: Iterable[Tensor],
    same: Mapping[str, str] | None = None,
) -> list[list[Call]]:
    """Cut calls wherever exactly one tensor is still needed.

    A tensor through which everything passes comes from a call that follows all that lead to it,
    in whichever order the others run; so one sweep over any such order finds every cut.

    Args:
        calls: The calls in an order in which they can run.
        entering: The tensors that are there before.
        leaving: The tensors that are needed afterwards.
        same: Calls that are left out, each with the call whose tensors stand for its own.
    """
    calls = [call for call in calls if call.id not in same] if same else calls
    last = {spot(edge.tensor, same): k for k, call in enumerate(calls) for edge in taken(call)}
    last.update({spot(tensor, same): len(calls) for tensor in leaving})
    ending = [0] * (len(calls) + 1)  # how many tensors are used for the last time, by position
    alive = 0
    for key in {spot(tensor) for tensor in entering} & last.keys():
        ending[last[key]] += 1
        alive += 1
    groups: list[list[Call]] = [[]]
    fresh = False  # whether the call before made the one tensor that is needed
    for k, call in enumerate(calls):
        if fresh and alive == 1:
            groups.append([])
        groups[-1].append(call)
        alive -= ending[k]
        made = {spot(tensor) for tensor in call.outputs} & last.keys()
        for key in made:
            ending[last[key]] += 1
        alive += len(made)
        fresh = bool(made)
    return [group for group in groups if group]


def with_masks(
    graph: ModelGraph, owner: str, groups: Sequence[Sequence[Call]], origin: Mapping[str, str]
) -> list[list[Call]]:
    """Join the groups from the maker of a mask to its users, unless all are single calls.

    Args:
        graph: The graph.
        owner: The id of the model that the calls stand in.
        groups: The calls.
        origin: From where masks are taken, as from `mask_origins`.
    """
    place = {call.id: k for k, group in enumerate(groups) for call in group}
    reach = list(range(len(groups)))  # by the group where a mask comes up: the last one to use it
    for k, group in enumerate(groups):
        for edge in (edge for call in group for edge in call.edges if edge.kind == "mask"):
            start = place.get(origin.get(edge.source, edge.source), -1) + 1
            if start < k:  # a mask that is made and used in one group crosses no cut
                reach[start] = max(reach[start], k)
    runs: list[list[Sequence[Call]]] = []
    end = -1
    for k, group in enumerate(groups):
        if k > end:
            runs.append([])
        runs[-1].append(group)
        end = max(end, reach[k])
    found: list[Any] = []
    for run in runs:
        apart = all(single(graph, owner, group) for group in run)
        found += run if apart else [[call for group in run for call in group]]
    return [list(group) for group in found]


def mask_origins(body: Body) -> dict[str, str]:
    """Return, by each call that serves a mask, the call whose tensor the mask is taken from."""
    position = {call.id: k for k, call in enumerate(body.calls)}
    origin: dict[str, str] = {}
    for call in body.calls:
        if call.plumbing:
            sources = [origin.get(edge.source, edge.source) for edge in call.edges]
            origin[call.id] = min(sources, key=position.__getitem__, default=call.id)
    return origin


def single(graph: ModelGraph, owner: str, group: Sequence[Call]) -> bool:
    """Return whether a group is one call of a layer or model that takes one tensor, gives one."""
    value = sole(graph, owner, group[0])
    return (
        len(group) == len(group[0].outputs) == 1
        and isinstance(value, Tensor)
        and graph.layers[group[0].layer].kind != "operation"
    )


def chain(graph: ModelGraph, owner: str | None = None) -> tuple[str, ...] | None:
    """Return the calls of a model in order if a plain Sequential of them is the same model.

    Each call is that of a layer or a model, and takes what the call before it gives: all of it,
    nothing else.

    Args:
        graph: The model.
        owner: The id of a model in it; the outermost one if none is named.

    Returns:
        The ids of the calls, inputs and mask plumbing left out; `None` where something is in the
        way, or where the calls are not known.
    """
    owner = owner or graph.root
    body = graph.bodies[owner]
    calls = steps(graph, body)
    if owner != graph.root or graph.form != "sequential":
        entering, leaving = ends(body)
        if body.opaque or not calls or not isinstance(entering, Spot):
            return None
        for k, call in enumerate(calls):
            last = k == len(calls) - 1
            gives = leaving if last else produced(graph, call)
            if not plain(graph, owner, call, entering, gives, last=last):
                return None
            entering = gives
    return tuple(call.id for call in calls)


def plain(
    graph: ModelGraph,
    owner: str,
    call: Call,
    entering: Any,
    leaving: Any,
    *,
    last: bool = False,
) -> bool:
    """Return whether a call can stand in a Sequential by itself.

    Args:
        graph: The model.
        owner: The id of the model that the call stands in.
        call: The call.
        entering: What a Sequential would hand to it, as from `packed`.
        leaving: What is expected of it.
        last: Whether nothing follows, so that a list of one tensor does for the tensor.
    """
    layer = graph.layers[call.layer]
    gives = produced(graph, call)
    value = sole(graph, owner, call)
    takes = packed(unlisted(value) if layer.kind == "model" else value, spot_of)
    return (
        layer.kind != "operation"
        and entering is not None
        and takes == entering
        and (unlisted(gives) if last and not isinstance(gives, Spot) else gives) == leaving
    )
