"""A Sequential whose elements branch inside: what is no plain call becomes a functional block."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from kitchen.errors import KitchenError
from kitchen.graph.linearity import elements, explain
from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor
from kitchen.graph.wrapping import ends, plain, spot_of
from kitchen.rewrite.arguments import as_written, placed, spot, swapped, without_masks


def wrapped(graph: ModelGraph) -> ModelGraph:
    """Return a model as a Sequential of plain calls and functional blocks.

    Raises:
        KitchenError: There are not two or more elements; the text says why.
    """
    groups = elements(graph)
    if len(groups) < 2:
        raise KitchenError(
            f"{graph.name!r} cannot be a Sequential of two or more elements.",
            received=next((note for note in explain(graph).notes if "wrapped" in note), None),
            fix='It can be written with form="functional".',
        )
    return Wrapping(graph, groups).run()


@dataclass(frozen=True)
class Entry:
    """What enters an element: the tensors as the calls inside know them, and as they come in."""

    ports: tuple[Port, ...]
    structure: Any
    given: Any


class Wrapping:
    """A graph on its way to a Sequential, one element after another."""

    def __init__(self, graph: ModelGraph, groups: Sequence[Sequence[str]]):
        """Set out with the calls of `graph` in `groups`."""
        self.graph, self.groups = graph, groups
        self.layers, self.bodies = dict(graph.layers), dict(graph.bodies)
        self.calls = {call.id: call for call in as_written(graph.body).calls}
        self.taken = {*graph.calls, *self.layers}
        self.taken |= {*(layer.name for layer in self.layers.values())}

    def run(self) -> ModelGraph:
        """Write every element and the Sequential that holds them."""
        body = self.graph.body
        tensors = [port.tensor for port in body.inputs]
        structure = body.input_structure if len(tensors) > 1 else 0
        entry = Entry(body.inputs, structure, placed(structure, tensors))
        chain = [self.calls[tensor.call] for tensor in tensors]
        for group, tensor in zip(self.groups, [*self.passing(), None], strict=True):
            members = [without_masks(self.calls[key]) for key in group]
            chain.append(self.element(members, entry, tensor))
            if tensor is not None:
                entry = Entry((Port(tensor, ""),), 0, chain[-1].outputs[0])
        last = self.layers[chain[-1].layer].name
        outputs = tuple(
            replace(port, tensor=tensor, layer=last)
            for port, tensor in zip(body.outputs, chain[-1].outputs, strict=True)
        )
        root = replace(self.graph.layers[self.graph.root], class_name="Sequential", module="keras")
        self.layers[root.id] = root
        self.bodies[root.id] = Body(
            calls=tuple(chain),
            inputs=body.inputs,
            outputs=outputs,
            input_structure=structure,
            output_structure=body.output_structure,
        )
        return ModelGraph(root.id, "sequential", self.layers, self.graph.weights, self.bodies)

    def passing(self) -> list[Tensor]:
        """Return the tensor that passes from each group to the next."""
        group_of = {key: k for k, group in enumerate(self.groups) for key in group}
        last: dict[tuple[str, int], tuple[int, Tensor]] = {}
        for key, k in group_of.items():
            for edge in self.calls[key].edges:
                if edge.kind == "data":
                    last[spot(edge.tensor)] = k, edge.tensor
        for port in self.graph.body.outputs:
            last[spot(port.tensor)] = len(self.groups), port.tensor
        found = {}
        for end, tensor in last.values():
            for k in range(group_of.get(tensor.call, 0), min(end, len(self.groups) - 1)):
                found[k] = tensor
        return [found[k] for k in range(len(self.groups) - 1)]

    def element(self, members: list[Call], entry: Entry, leaving: Tensor | None) -> Call:
        """Return the call of one element: the only member where that will do, else a block's."""
        call = members[0]
        if len(members) == len(entry.ports) == 1 and entry.structure == 0:
            gives = ends(self.graph.body)[1] if leaving is None else spot_of(leaving)
            takes = spot_of(entry.ports[0].tensor)
            if plain(self.graph, self.graph.root, call, takes, gives):
                return replace(call, args=(entry.given,), kwargs={})
        return self.block(members, entry, leaving)

    def block(self, members: list[Call], entry: Entry, leaving: Tensor | None) -> Call:
        """Put calls into a functional model of their own and return the call of that."""
        name = self.fresh("block")
        starts = [self.start(port, port.layer or f"{name}_input") for port in entry.ports]
        swap = {spot(p.tensor): c.outputs[0] for p, c in zip(entry.ports, starts, strict=True)}
        calls = [*starts, *(swapped(call, swap) for call in members)]
        names = {call.id: self.layers[call.layer].name for call in calls}
        given = self.graph.body.outputs if leaving is None else (Port(leaving, ""),)
        tensors = [swap.get(spot(port.tensor), port.tensor) for port in given]
        key = self.fresh("B")
        self.layers[key] = Layer(
            id=key,
            name=name,
            class_name="Functional",
            kind="model",
            weights=tuple(dict.fromkeys(w for call in members for w in self.owned(call))),
            module="keras",
        )
        self.bodies[key] = Body(
            calls=tuple(calls),
            inputs=tuple(
                Port(call.outputs[0], names[call.id], port.key)
                for call, port in zip(starts, entry.ports, strict=True)
            ),
            outputs=tuple(
                Port(tensor, names[tensor.call], port.key)
                for tensor, port in zip(tensors, given, strict=True)
            ),
            input_structure=entry.structure,
            output_structure=self.graph.body.output_structure if leaving is None else 0,
        )
        call = self.fresh("B")
        outputs = tuple(replace(x, call=call, index=k) for k, x in enumerate(tensors))
        return Call(call, key, (entry.given,), outputs=outputs)

    def start(self, port: Port, name: str) -> Call:
        """Make the input of a block, of the shape and dtype of what enters there."""
        layer, call = self.fresh("B"), self.fresh("B")
        self.layers[layer] = Layer(layer, name, "InputLayer", "input")
        return Call(call, layer, outputs=(replace(port.tensor, call=call, index=0),))

    def owned(self, call: Call) -> tuple[str, ...]:
        """Return the weights that a called layer owns; an operation only uses those of others."""
        layer = self.layers[call.layer]
        return () if layer.kind == "operation" else layer.weights

    def fresh(self, start: str) -> str:
        """Return an id or a name that is not taken yet, and take it."""
        name = next(name for k in count(1) if (name := f"{start}_{k}") not in self.taken)
        self.taken.add(name)
        return name
