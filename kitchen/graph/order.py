"""Put the calls of a model in line, so that the calls of one block stand together.

The order in which Keras keeps calls mixes branches that lie side by side. Here a branch is walked
to its end before the next one begins: the calls come as the outputs ask for them, of several
branches the longest first. So every chain, every block with one way in and out, and every branch
is an unbroken piece of the line; and a piece of it can be drawn as one box without a cycle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kitchen.graph.model_graph import Body, Call, ModelGraph

Spot = tuple[
    int, int
]  # a tensor: the position of its call, and its place among that call's outputs


@dataclass(frozen=True)
class Line:
    """The calls of one model, inputs left out, in an order in which they can run.

    Args:
        calls: The calls.
        takes: For each call, the tensors that it takes, with a negative position for an input.
        leaving: The tensors that leave the model.
        beside: The positions of calls that prepare something for several others, such as a mask:
            they come first, and nothing in the line needs to wait for them.
    """

    calls: tuple[Call, ...]
    takes: tuple[tuple[Spot, ...], ...]
    leaving: frozenset[Spot] = frozenset()
    beside: frozenset[int] = frozenset()

    @cached_property
    def readers(self) -> Mapping[Spot, tuple[int, ...]]:
        """For each tensor that a call takes, the positions of the calls that take it, in order."""
        found: dict[Spot, dict[int, None]] = {}
        for k, spots in enumerate(self.takes):
            for spot in spots:
                found.setdefault(spot, {})[k] = None
        return {spot: tuple(positions) for spot, positions in found.items()}

    @cached_property
    def after(self) -> tuple[tuple[int, ...], ...]:
        """For each call, the positions of the calls that take what it gives."""
        found: list[dict[int, None]] = [{} for _ in self.calls]
        for (at, _), positions in self.readers.items():
            if at >= 0:
                found[at].update(dict.fromkeys(positions))
        return tuple(tuple(sorted(positions)) for positions in found)

    @cached_property
    def last(self) -> Mapping[Spot, int]:
        """For each tensor that a call takes, the position of the last call that takes it."""
        return {spot: positions[-1] for spot, positions in self.readers.items()}

    @cached_property
    def ends(self) -> frozenset[int]:
        """The positions of the calls that give a tensor which leaves the model."""
        return frozenset(at for at, _ in self.leaving)

    @cached_property
    def crossing(self) -> tuple[int, ...]:
        """For each position, how many tensors pass the border before it on their way to a call.

        Inputs and what the calls beside the line prepare do not count.
        """
        change = [0] * (len(self.calls) + 2)
        for (at, _), last in self.last.items():
            if at >= 0 and at not in self.beside:
                change[at + 1] += 1
                change[last + 1] -= 1
        found, passing = [], 0
        for step in change[: len(self.calls) + 1]:
            passing += step
            found.append(passing)
        return tuple(found)


def line_of(graph: ModelGraph, owner: str, *, masks: bool = False) -> Line:
    """Return the calls of one model in line.

    Args:
        graph: The graph.
        owner: The id of the model.
        masks: Whether mask plumbing, and the masks that Keras passes along, are part of it.
    """
    body = graph.bodies[owner]
    hidden = frozenset() if masks else only_for_masks(body)
    shown = {
        call.id: call
        for call in body.calls
        if call.id not in hidden and graph.layers[call.layer].kind != "input"
    }
    edges = {
        key: [edge.tensor for edge in call.edges if masks or edge.kind == "data"]
        for key, call in shown.items()
    }
    feeds = {
        key: list(dict.fromkeys(tensor.call for tensor in taken if tensor.call in shown))
        for key, taken in edges.items()
    }
    beside = prepared(graph, shown, feeds)
    order = in_line(feeds, beside)
    position = {key: k for k, key in enumerate(order)}
    others: dict[str, int] = {}

    def at(call: str) -> int:
        return position[call] if call in position else others.setdefault(call, -1 - len(others))

    ends = [port.tensor for port in body.outputs if port.tensor.call in position]
    return Line(
        tuple(shown[key] for key in order),
        tuple(tuple((at(x.call), x.index) for x in edges[key]) for key in order),
        frozenset((position[x.call], x.index) for x in ends),
        frozenset(position[key] for key in beside),
    )


def in_line(feeds: Mapping[str, Sequence[str]], first: Sequence[str] = ()) -> list[str]:
    """Return calls in the order in which the last ones ask for them, the longest way first.

    Args:
        feeds: For each call, in an order in which they can run, the calls that it takes from.
        first: Calls that are asked for before all others.
    """
    height: dict[str, int] = {}
    for key, sources in feeds.items():
        height[key] = 1 + max((height[source] for source in sources), default=0)
    asked = {source for sources in feeds.values() for source in sources}
    last = sorted((key for key in feeds if key not in asked), key=height.__getitem__, reverse=True)
    order: dict[str, None] = {}
    waiting = [(key, False) for key in reversed([*first, *last])]
    while waiting:
        key, ready = waiting.pop()
        if ready:
            order[key] = None
        elif key not in order:
            waiting.append((key, True))
            wanted = [source for source in feeds[key] if source not in order]
            wanted.sort(key=height.__getitem__, reverse=True)
            waiting += [(source, False) for source in reversed(wanted)]
    return list(order)


def prepared(
    graph: ModelGraph, shown: Mapping[str, Call], feeds: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the calls that make something of the inputs alone, without weights, for several."""
    light: dict[str, bool] = {}
    readers: dict[str, int] = {}
    heavy: set[str] = set()  # calls that one with weights takes from
    for key, call in shown.items():
        sources = feeds[key]
        light[key] = not graph.layers[call.layer].weights and all(light[x] for x in sources)
        for source in sources:
            readers[source] = readers.get(source, 0) + 1
            if not light[key]:
                heavy.add(source)
    return [key for key in shown if light[key] and readers.get(key, 0) > 1 and key in heavy]


def only_for_masks(body: Body) -> frozenset[str]:
    """Return the calls that only serve masks, and that no visible call takes as data."""
    hidden = {call.id for call in body.calls if call.plumbing}
    if not hidden:
        return frozenset()
    hidden -= {port.tensor.call for port in body.outputs}
    for call in reversed(body.calls):
        if call.id not in hidden:
            hidden -= {edge.source for edge in call.edges if edge.kind == "data"}
    return frozenset(hidden)
