"""What keeps one model from being a plain Sequential, each fact told once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from kitchen.graph.handing import (
    Spot,
    ends,
    given,
    packed,
    produced,
    sole,
    spot,
    spot_of,
    steps,
    taken,
)
from kitchen.graph.junctions import Junctions
from kitchen.graph.model_graph import Call, ModelGraph, Tensor, VariableUse, leaves
from kitchen.graph.obstacle import Obstacle, how_often, in_words, listed, short
from kitchen.graph.sharing import Path
from kitchen.graph.wrapping import chain
from kitchen.tables import printable


def obstacles_of(graph: ModelGraph, owner: str, prefix: Path = ()) -> list[Obstacle]:
    """Return what keeps one model of a graph from being a plain Sequential.

    Args:
        graph: The graph.
        owner: The id of the model; what is inside its sub-models is no obstacle to it.
        prefix: The path of that model, for the calls' paths.

    Returns:
        The obstacles: its inputs, then what is found along its calls, then its outputs. None for a
        chain.
    """
    body = graph.bodies[owner]
    if body.opaque:
        parts = listed(short(graph.layers[part].name) for part in body.parts)
        known = f" Its parts are {parts}." if parts else ""
        return [Obstacle("opaque", f"{printable(body.note)}{known}", ())]
    if chain(graph, owner) is not None:
        return []
    junctions = Junctions(graph, owner, prefix)
    finder = Finder(junctions)
    along = [*junctions.obstacles(), *finder.calls(), *finder.shared()]
    along.sort(key=lambda obstacle: junctions.node[obstacle.calls[-1][-1]])
    found = [*finder.inputs(), *along, *finder.outputs()]
    return found or [Obstacle("order", "Its calls do not follow one another.", ())]


class Finder:
    """One model with the calls that a Sequential cannot hold for reasons of their own."""

    def __init__(self, junctions: Junctions):
        """Start from where the model parts and meets."""
        self.at = junctions
        self.graph, self.owner, self.body = junctions.graph, junctions.owner, junctions.body
        self.names, self.paths = junctions.names, junctions.paths

    def inputs(self) -> Iterator[Obstacle]:
        """Yield what is said of the inputs."""
        ports = self.body.inputs
        makers = list(dict.fromkeys(port.tensor.call for port in ports))
        around = keys(self.body.input_structure, [port.layer for port in ports])
        if len(makers) > 1:
            idle = [self.names[x] for x in makers if not self.wanted(x)]
            more = f" Nothing reads {listed(idle)}." if idle else ""
            text = f"{in_words(len(makers)).capitalize()} inputs{around}: {self.listed(makers)}."
            yield Obstacle("inputs", text + more, self.paths(*makers))
        elif around:
            yield Obstacle("structure", f"The input stands{around}.", self.paths(*makers))

    def wanted(self, maker: str) -> bool:
        """Return whether anything takes what a call gives."""
        return any(self.at.used.get(spot(x)) for x in self.at.calls[maker].outputs)

    def listed(self, calls: list[str]) -> str:
        """Return calls in words."""
        return listed(self.names[call] for call in calls)

    def outputs(self) -> Iterator[Obstacle]:
        """Yield what is said of the outputs."""
        calls = steps(self.graph, self.body)
        leaving = ends(self.body)[1]
        makers = [port.tensor.call for port in self.body.outputs]
        around = keys(self.body.output_structure, [port.layer for port in self.body.outputs])
        if not calls:
            yield Obstacle("empty", "The input is the output: no layer is between.", ())
        elif len(makers) > 1 and leaving != produced(self.graph, calls[-1]):
            text = f"{in_words(len(makers)).capitalize()} outputs{around}: {self.listed(makers)}."
            inside = [x for x in dict.fromkeys(makers) if self.at.users[x]]
            feeds = "feeds" if len(inside) == 1 else "feed"
            more = f" {self.listed(inside)} {feeds} other calls too." if inside else ""
            yield Obstacle("outputs", text + more, self.paths(*makers))
        elif len(makers) == 1 and around and leaving != produced(self.graph, calls[-1]):
            yield Obstacle("structure", f"The output stands{around}.", self.paths(*makers))

    def calls(self) -> Iterator[Obstacle]:
        """Yield the calls that are no calls of a layer with one tensor alone, joins left out."""
        for call in steps(self.graph, self.body):
            name = self.names[call.id]
            if call.id not in self.at.joins:
                if self.graph.layers[call.layer].kind == "operation":
                    text = f"{name} is an operation, not a layer{self.weight(call)}."
                    yield Obstacle("operation", text, self.paths(call.id))
                elif more := self.besides(call):
                    text = f"{name} is called with {more}."
                    yield Obstacle("setting", text, self.paths(call.id))
            wanted = [x for x in call.outputs if self.at.used.get(spot(x))]
            if len(wanted) == 1 < len(call.outputs):
                of = f"the {in_words(len(call.outputs))} tensors that {name} gives"
                text = f"Only tensor {wanted[0].index + 1} of {of} is used."
                yield Obstacle("part", text, self.paths(call.id))
            elif len(wanted) == 1 and self.unpacked(call):
                text = f"{name} gives a list or a dict, and only the one tensor in it is used."
                yield Obstacle("part", text, self.paths(call.id))

    def unpacked(self, call: Call) -> bool:
        """Return whether a call gives one tensor in a list or dict, and that alone is used."""
        gives = produced(self.graph, call)
        if isinstance(gives, Spot) or gives == ends(self.body)[1]:
            return False
        if not self.at.users[call.id] and gives == (spot(call.outputs[0]),):
            return False  # what a model gives last comes without the list
        users = [self.at.calls[user] for user in self.at.users[call.id]]
        return all(packed(sole(self.graph, self.owner, x), spot_of) != gives for x in users)

    def weight(self, call: Call) -> str:
        """Return which weight an operation takes, in words; nothing where it takes none."""
        values = [
            x for value in given(self.graph, self.owner, call).values() for x in leaves(value)
        ]
        used = [x.weight for x in values if isinstance(x, VariableUse)]
        if not used:
            return ""
        of = f" of {self.owners[used[0]]}" if used[0] in self.owners else ""
        return f", and takes the weight {short(self.graph.weights[used[0]].name)}{of}"

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The name of a layer that owns it, by weight."""
        return {
            weight: short(layer.name)
            for layer in self.graph.layers.values()
            if layer.kind == "layer"
            for weight in layer.weights
        }

    def besides(self, call: Call) -> str:
        """Return what a call is given besides one tensor, in words; nothing where that is all."""
        found = []
        for name, value in given(self.graph, self.owner, call).items():
            if not any(isinstance(x, Tensor) for x in leaves(value)):
                argument = "another argument" if name.isdigit() else short(name)
                found.append(f"{argument}{setting(value)}")
            elif len(taken(call)) == 1 and not isinstance(value, Tensor):
                model = self.graph.layers[call.layer].kind == "model"
                if not (model and isinstance(value, list | tuple) and len(value) == 1):
                    found.append("its tensor inside a list or a dict")
        return listed(found)

    def shared(self) -> Iterator[Obstacle]:
        """Yield the layers whose calls do not all follow one another."""
        turns: dict[str, list[str]] = {}
        for call in steps(self.graph, self.body):
            if self.graph.layers[call.layer].kind != "operation":
                turns.setdefault(call.layer, []).append(call.id)
        tree, node = self.at.tree, self.at.node
        for layer, calls in turns.items():
            if all(tree.above(node[a], node[b]) for a, b in pairwise(calls)):
                continue
            same = ", with the same weights" if self.graph.layers[layer].weights else ""
            text = f"{short(self.graph.layers[layer].name)} is called {self.places(calls)}{same}."
            yield Obstacle("shared", text, self.paths(*calls))

    def places(self, calls: Sequence[str]) -> str:
        """Return how often a layer is called, and on what, in words."""
        sources = [[edge.source for edge in taken(self.at.calls[call])] for call in calls]
        if any(len(source) != 1 for source in sources):
            return how_often(len(calls))
        names = [self.names[source[0]] for source in sources]
        if len(set(names)) == 1:
            return f"{how_often(len(calls))} on {names[0]}"
        return listed(f"on {name}" for name in names)


def keys(structure: Any, names: Sequence[str]) -> str:
    """Return the keys of a dict of inputs or outputs, in words; nothing where it is none.

    Args:
        structure: The structure, with a position at each leaf.
        names: By position, the names that are said beside it.
    """
    if isinstance(structure, Mapping):
        found = sorted(structure, key=str)
        if found == sorted(names):
            return " in a dict"
        shown = listed(repr(short(str(key))) for key in found)
        return f" in a dict with the {'key' if len(found) == 1 else 'keys'} {shown}"
    deep = isinstance(structure, list | tuple) and any(not isinstance(x, int) for x in structure)
    return " in a nested structure" if deep else ""


def setting(value: Any) -> str:
    """Return "=True" for a plain value, and nothing for what would be long."""
    plain = value is None or isinstance(value, bool | int | float | str)
    return f"={short(repr(value))}" if plain else ""
