"""Match the weights of two graphs by their place: the same way back from the outputs.

Both graphs are walked from their outputs towards their inputs in step. Sub-models are stepped
through, so that a stack of blocks matches the same network written flat.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from kitchen.graph.model_graph import Call, Layer, ModelGraph, Tensor, leaves
from kitchen.graph.sharing import Path

Spot = tuple[Path, Tensor]


@dataclass(frozen=True)
class Match:
    """Which weight of one graph stands where a weight of the other stands.

    Args:
        weights: Weight of the first → weight of the second, one for one.
        inputs: Position of an input of the first → position of the same input of the second.
        how: `"place"`; `"order"` where the graphs could not be walked in step but their weights
            come in the same shapes; `"none"`.
        obstacle: Why there is no match by place, as a sentence's part; empty where there is one.
        certain: Whether no other match could be right instead.
    """

    weights: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[int, int] = field(default_factory=dict)
    how: Literal["place", "order", "none"] = "place"
    obstacle: str = ""
    certain: bool = True


class Mismatch(Exception):
    """The walk came to places that differ."""


def match(a: ModelGraph, b: ModelGraph) -> Match:
    """Match the weights of two graphs by place, or by order where that fails.

    Args:
        a: The first graph.
        b: The second graph.
    """
    inputs = match_inputs(a, b)
    try:
        return Match(Walk(a, b, inputs).weights(), inputs)
    except Mismatch as difference:
        obstacle = str(difference)
    left, right = owned(a), owned(b)
    shapes = [a.weights[w].shape for w in left]
    others = [b.weights[w].shape for w in right]
    if shapes == others:
        pairs = dict(zip(left, right, strict=True))
        return Match(pairs, inputs, "order", obstacle, len(set(shapes)) == len(shapes))
    return Match({}, inputs, "none", obstacle, Counter(shapes) != Counter(others))


def owned(graph: ModelGraph) -> list[str]:
    """Return the weights of a whole model in Keras's order, seeds left out."""
    return [w for w in graph.layers[graph.root].weights if not graph.weights[w].state]


def match_inputs(a: ModelGraph, b: ModelGraph) -> dict[int, int]:
    """Match the inputs by the keys of a dict, else by their layers' names, else by position."""
    left, right = a.body.inputs, b.body.inputs
    ways = [([p.layer for p in left], [p.layer for p in right])]
    if isinstance(a.body.input_structure, Mapping) and isinstance(b.body.input_structure, Mapping):
        ways.insert(0, ([p.key for p in left], [p.key for p in right]))
    for one, two in ways:
        if sorted(one) == sorted(two) and len(set(one)) == len(one):
            return {k: two.index(name) for k, name in enumerate(one)}
    return {k: k for k in range(min(len(left), len(right)))}


class View:
    """A graph in which a tensor can be followed back through sub-models."""

    def __init__(self, graph: ModelGraph):
        """Index the calls of `graph`."""
        self.graph = graph

    @cached_property
    def calls(self) -> dict[str, Call]:
        """Every call by id; ids are unique over all models of a graph."""
        return {call.id: call for body in self.graph.bodies.values() for call in body.calls}

    def layer(self, spot: Spot) -> Layer:
        """Return the layer that made the tensor at a spot."""
        return self.graph.layers[self.calls[spot[1].call].layer]

    def origin(self, spot: Spot) -> Spot:
        """Follow a tensor to the call that really made it: no sub-model, no sub-model's input."""
        path, tensor = spot
        while True:
            call = self.calls[tensor.call]
            layer = self.graph.layers[call.layer]
            body = self.graph.bodies.get(layer.id)
            if body is not None and body.calls:
                path, tensor = (*path, call.id), body.outputs[tensor.index].tensor
            elif layer.kind == "input" and path:
                outer = self.calls[path[-1]]
                ports = [p.tensor.call for p in self.graph.bodies[outer.layer].inputs]
                given = [x for x in leaves(outer.args[:1]) if isinstance(x, Tensor)]
                path, tensor = path[:-1], given[ports.index(call.id)]
            else:
                return path, tensor

    def input_position(self, spot: Spot) -> int:
        """Return which input of the outermost model a spot is."""
        return [p.tensor.call for p in self.graph.body.inputs].index(spot[1].call)

    def incoming(self, spot: Spot) -> list[Spot]:
        """Return where the tensors come from that the call at a spot takes."""
        edges = self.calls[spot[1].call].edges
        return [self.origin((spot[0], e.tensor)) for e in edges if e.kind == "data"]


class Walk:
    """Two graphs walked in step, from the outputs back."""

    def __init__(self, a: ModelGraph, b: ModelGraph, inputs: Mapping[int, int]):
        """Set out from the outputs of `a` and `b`."""
        self.a, self.b, self.inputs = View(a), View(b), inputs
        self.forth: dict[str, str] = {}
        self.back: dict[str, str] = {}

    def weights(self) -> dict[str, str]:
        """Walk to the inputs and return the weights that stand in the same places.

        Raises:
            Mismatch: Somewhere the two differ; the text says where.
        """
        a, b = self.a.graph, self.b.graph
        for graph in (a, b):
            if not graph.body.calls:
                raise Mismatch(f"the call of {graph.name} is opaque")
        ends_a, ends_b = a.body.outputs, b.body.outputs
        if len(ends_a) != len(ends_b):
            raise Mismatch(f"one has {len(ends_a)} outputs, the other {len(ends_b)}")
        waiting = [
            (self.a.origin(((), p.tensor)), self.b.origin(((), q.tensor)))
            for p, q in zip(ends_a, ends_b, strict=True)
        ]
        seen = set()
        while waiting:
            pair = waiting.pop()
            key = tuple((path, tensor.call, tensor.index) for path, tensor in pair)
            if key not in seen:
                seen.add(key)
                waiting += self.step(*pair)
        return self.forth

    def step(self, spot_a: Spot, spot_b: Spot) -> list[tuple[Spot, Spot]]:
        """Compare two places and return the pairs that lie behind them."""
        one, two = self.a.layer(spot_a), self.b.layer(spot_b)
        if one.kind == two.kind == "input":
            at, other = self.a.input_position(spot_a), self.b.input_position(spot_b)
            if self.inputs.get(at) != other:
                raise Mismatch(f"{one.name} stands where the other model takes {two.name}")
            return []
        if one.class_name != two.class_name or spot_a[1].index != spot_b[1].index:
            raise Mismatch(
                f"{one.name} ({one.class_name}) stands where the other has "
                f"{two.name} ({two.class_name})"
            )
        self.pair(one, two)
        left, right = self.a.incoming(spot_a), self.b.incoming(spot_b)
        if len(left) != len(right):
            raise Mismatch(f"{one.name} takes {len(left)} tensors, the other's {len(right)}")
        return list(zip(left, right, strict=True))

    def pair(self, one: Layer, two: Layer) -> None:
        """Note that two layers stand in the same place; each weight has one partner only."""
        shapes_a = [self.a.graph.weights[w].shape for w in one.weights]
        shapes_b = [self.b.graph.weights[w].shape for w in two.weights]
        if shapes_a != shapes_b:
            raise Mismatch(f"the weights of {one.name} and {two.name} have different shapes")
        for w, v in zip(one.weights, two.weights, strict=True):
            if self.forth.setdefault(w, v) != v:
                raise Mismatch(
                    f"one layer, {one.name}, stands where the other has several, with their own "
                    "weights"
                )
            if self.back.setdefault(v, w) != w:
                raise Mismatch(
                    f"one layer, {two.name}, stands where the other has several, with their own "
                    "weights"
                )
