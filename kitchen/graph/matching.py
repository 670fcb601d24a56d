"""Match the weights of two graphs by their place: the same way back from the outputs.

Both graphs are walked from their outputs towards their inputs in step. Sub-models are stepped
through, so that a stack of blocks matches the same network written flat.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kitchen.errors import ModelError
from kitchen.graph.model_graph import Call, Layer, ModelGraph, Tensor
from kitchen.graph.sharing import Path, order_of_bodies

Spot = tuple[Path, Tensor]

AUTOMATIC = re.compile(r"(input_layer|keras_tensor)(_\d+)?(CLONE)?")  # names that nobody typed
ANY_ORDER = {"Add", "Multiply", "Maximum", "Minimum", "Average"}  # of what they take


@dataclass(frozen=True)
class Match:
    """Which weight of one graph stands where a weight of the other stands.

    Args:
        weights: Weight of the first → weight of the second, one for one.
        how: `"place"`; `"order"` where the graphs could not be walked in step but their weights
            come in the same shapes; `"none"`.
        obstacle: Why there is no match by place, as a sentence's part; empty where there is one.
        certain: Whether no other match could be right instead.
    """

    weights: Mapping[str, str] = field(default_factory=dict)
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

    Raises:
        ModelError: A model contains itself.
    """
    for graph in (a, b):
        order_of_bodies(graph)
    walk = Walk(a, b, match_inputs(a, b))
    try:
        return Match(walk.weights(), certain=walk.certain)
    except Mismatch as difference:
        obstacle = str(difference)
    left, right = owned(a), owned(b)
    shapes, others = shapes_of(a, left), shapes_of(b, right)
    if shapes == others:
        pairs = dict(zip(left, right, strict=True)) | match_states(a, b)
        return Match(pairs, "order", obstacle, len(set(shapes)) == len(shapes))
    return Match({}, "none", obstacle, a.count() != b.count())


def match_calls(a: ModelGraph, b: ModelGraph) -> dict[str, list[str]]:
    """Return which calls of the second graph stand where a call of the first stands, by their ids.

    They are matched by place from the outputs back, as far as the two can be walked in step; beyond
    that by name and class, in the order of the calls. A call may stand for several: a layer that is
    called once where the other graph calls it twice. Sub-models are stepped through.
    """
    walk = Walk(a, b, match_inputs(a, b))
    try:
        for graph in (a, b):
            order_of_bodies(graph)
        walk.weights()
    except (Mismatch, ModelError):
        pass
    found = {call: list(others) for call, others in walk.calls.items()}
    taken = {other for others in found.values() for other in others}
    by_name: dict[tuple[str, str], list[str]] = {}
    for key, calls in b.uses.items():
        by_name.setdefault((b.layers[key].name, b.layers[key].class_name), []).extend(calls)
    for key, calls in a.uses.items():
        theirs = by_name.get((a.layers[key].name, a.layers[key].class_name), [])
        for call, other in zip(calls, theirs, strict=False):
            if call not in found and other not in taken:
                found[call] = [other]
    return found


def owned(graph: ModelGraph, *, state: bool = False) -> list[str]:
    """Return the weights of a whole model in Keras's order; its seeds and the like for `state`."""
    return [w for w in graph.layers[graph.root].weights if graph.weights[w].state == state]


def shapes_of(graph: ModelGraph, weights: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the shapes of weights."""
    return [graph.weights[w].shape for w in weights]


def match_states(a: ModelGraph, b: ModelGraph) -> dict[str, str]:
    """Match seeds and the like by order, where both have the same ones."""
    left, right = owned(a, state=True), owned(b, state=True)
    same = shapes_of(a, left) == shapes_of(b, right)
    return dict(zip(left, right, strict=True)) if same else {}


def match_inputs(a: ModelGraph, b: ModelGraph) -> dict[int, int]:
    """Match the inputs by the keys of a dict, else by names that someone gave, else by position."""
    left, right = a.body.inputs, b.body.inputs
    ways = [([p.layer for p in left], [p.layer for p in right])]
    if any(AUTOMATIC.fullmatch(name) for name in ways[0][0] + ways[0][1]):
        ways = []
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

    def layer(self, spot: Spot) -> Layer:
        """Return the layer that made the tensor at a spot."""
        return self.graph.layers[self.graph.calls[spot[1].call].layer]

    def origin(self, spot: Spot) -> Spot:
        """Follow a tensor to the call that really made it: no sub-model, no sub-model's input."""
        path, tensor = spot
        while True:
            call = self.graph.calls[tensor.call]
            layer = self.graph.layers[call.layer]
            body = self.graph.bodies.get(layer.id)
            if body is not None and body.calls:
                if len(given(call)) != len(body.inputs) or len(call.outputs) != len(body.outputs):
                    raise Mismatch(f"{layer.name} is called in another way than it was built")
                path, tensor = (*path, call.id), body.outputs[tensor.index].tensor
            elif layer.kind == "input" and path:
                outer = self.graph.calls[path[-1]]
                ports = [p.tensor.call for p in self.graph.bodies[outer.layer].inputs]
                path, tensor = path[:-1], given(outer)[ports.index(call.id)]
            else:
                return path, tensor

    def input_position(self, spot: Spot) -> int:
        """Return which input of the outermost model a spot is."""
        return [p.tensor.call for p in self.graph.body.inputs].index(spot[1].call)

    def incoming(self, spot: Spot) -> list[Spot]:
        """Return where the tensors come from that the call at a spot takes."""
        return [self.origin((spot[0], tensor)) for tensor in given(self.graph.calls[spot[1].call])]


def given(call: Call) -> list[Tensor]:
    """Return the tensors that a call takes, masks left out."""
    return [edge.tensor for edge in call.edges if edge.kind == "data"]


class Walk:
    """Two graphs walked in step, from the outputs back."""

    def __init__(self, a: ModelGraph, b: ModelGraph, inputs: Mapping[int, int]):
        """Set out from the outputs of `a` and `b`."""
        self.a, self.b, self.inputs = View(a), View(b), inputs
        self.forth: dict[str, str] = {}
        self.back: dict[str, str] = {}
        self.calls: dict[str, dict[str, None]] = {}  # in the order in which they were met
        self.certain = True

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
        if len({isinstance(g.body.output_structure, Mapping) for g in (a, b)}) > 1:
            self.certain = len(ends_a) < 2  # a dict's outputs come by key, a list's as written
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
            self.calls.setdefault(spot_a[1].call, {})[spot_b[1].call] = None
            return []
        if one.class_name != two.class_name or spot_a[1].index != spot_b[1].index:
            raise Mismatch(
                f"{one.name} ({one.class_name}) stands where the other has "
                f"{two.name} ({two.class_name})"
            )
        self.pair(one, two)
        self.calls.setdefault(spot_a[1].call, {})[spot_b[1].call] = None
        left, right = self.a.incoming(spot_a), self.b.incoming(spot_b)
        if len(left) != len(right):
            raise Mismatch(f"{one.name} takes {len(left)} tensors, the other's {len(right)}")
        if one.class_name in ANY_ORDER:
            right = self.sorted_like(left, right)
        return list(zip(left, right, strict=True))

    def sorted_like(self, left: list[Spot], right: list[Spot]) -> list[Spot]:
        """Return what a sum takes in the order that fits the other sum, as far as that is plain."""
        classes = [self.a.layer(spot).class_name for spot in left]
        found = {self.b.layer(spot).class_name: spot for spot in right}
        if len(found) < len(right):
            self.certain = self.certain and len(set(right)) == 1
        elif set(found) == set(classes):
            return [found[name] for name in classes]
        return right

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
