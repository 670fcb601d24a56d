"""Give each call of a shared layer a layer of its own. Data to data, no Keras."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor, VariableUse
from kitchen.graph.sharing import order_of_bodies, paths
from kitchen.graph.tracing import RECOVERED
from kitchen.rewrite.arguments import Spot, mapped, spot, swapped
from kitchen.rewrite.reform import written_as

Site = tuple[str, str]  # the id of a model, and of a call inside it


@dataclass(frozen=True)
class Split:
    """A graph in which calls share no layers, and where each of its layers comes from.

    Args:
        graph: The graph.
        origin: Each of its layers → the layer of the first graph that it is a copy of.
        copies: Each layer of the first graph that has several copies → these, in reading order.
        tied: The names of operations that use a layer's weight, and go on doing so.
    """

    graph: ModelGraph
    origin: Mapping[str, str]
    copies: Mapping[str, tuple[str, ...]]
    tied: tuple[str, ...]


def unshared(graph: ModelGraph, names: Collection[str] | None = None) -> Split:
    """Return a model in which each call of a shared layer is a call of a layer of its own.

    Args:
        graph: The model; its calls are known.
        names: The names of the layers to copy; all that is inside a model goes with it. `None` for
            every layer.

    Raises:
        KitchenError: A name is not that of a shared layer.
        ModelError: A model contains itself, or would have more than 20,000 layers.
    """
    paths(graph)
    splitting = Splitting(graph, names)
    splitting.run()
    if names is not None:
        check_names(graph, names, splitting.copies)
    return splitting.result()


def check_names(
    graph: ModelGraph, names: Collection[str], copies: Mapping[str, Collection[str]]
) -> None:
    """Raise unless each name is that of a layer that has come to have several copies."""
    shared = {graph.layers[key].name for key, made in copies.items() if len(made) > 1}
    for name in names:
        if name not in shared:
            known = any(layer.name == name for layer in graph.layers.values())
            raise KitchenError(
                f"{name!r} is called once by the model that holds it, so there is nothing to copy."
                if known
                else f"{graph.name!r} has no layer of this name.",
                received=repr(name),
                fix="Name layers or models that are called twice; kitchen.sharing shows them.",
            )


class Splitting:
    """A graph on its way to one without shared layers, from the outermost model inwards."""

    def __init__(self, graph: ModelGraph, names: Collection[str] | None):
        """Set out from the root of `graph`."""
        self.graph, self.names = graph, names
        self.layers: dict[str, Layer] = {}
        self.weights = dict(graph.weights)
        self.bodies: dict[str, Body] = {}
        self.origin: dict[str, str] = {}
        self.copies: dict[str, list[str]] = {}
        self.known: dict[tuple[str, str], str] = {}  # copies that several calls use
        self.used: set[str] = set()  # the weights that a layer has got already
        self.taken = {*graph.layers, *graph.weights, *graph.calls}
        self.titles = titles(graph)

    def run(self) -> None:
        """Copy every model with what is inside, as often as it is called."""
        root = self.copy(self.graph.root, self.graph.layers[self.graph.root].name)
        waiting = [(root, root)]
        while waiting:
            owner, scope = waiting.pop()
            body = self.graph.bodies[self.origin[owner]]
            calls, found = [], []
            swap: dict[Spot, Tensor] = {}
            for call in body.calls:
                layer, inside, new = self.target(owner, scope, call)
                if new and layer in self.bodies:
                    found.append((layer, inside))
                calls.append(self.called(call, layer, owner, swap))
            self.bodies[owner] = moved(body, calls, swap, self.layers)
            waiting += reversed(found)

    def target(self, owner: str, scope: str, call: Call) -> tuple[str, str, bool]:
        """Return the layer to call instead, the scope of what is inside, and whether it is new.

        Within a scope a layer that is not to be copied stays one.
        """
        layer = self.graph.layers[call.layer]
        split = layer.kind in {"layer", "model"} and (
            self.names is None or layer.name in self.names
        )
        if layer.kind in {"input", "operation"}:
            scope = owner
        if not split and (known := self.known.get((scope, layer.id))) is not None:
            return known, scope, False
        title = self.titles[self.origin[owner], call.id] if split else layer.name
        made = self.copy(layer.id, title)
        if not split:
            self.known[scope, layer.id] = made
        return made, made if split else scope, True

    def copy(self, key: str, name: str) -> str:
        """Make a copy of a layer; the first keeps the ids of the layer and its weights."""
        layer = self.graph.layers[key]
        made = key if key not in self.layers else self.fresh(key)
        weights = layer.weights
        if key in self.graph.bodies:
            self.bodies[made] = self.graph.bodies[key]
        if layer.kind != "operation" and not opened(self.graph, key):
            weights = tuple(self.weight(weight) for weight in layer.weights)
        self.layers[made] = replace(layer, id=made, name=name, weights=weights)
        self.origin[made] = key
        self.copies.setdefault(key, []).append(made)
        return made

    def weight(self, key: str) -> str:
        """Return a weight like this one that no layer has yet."""
        made = key if key not in self.used else self.fresh(key)
        self.used.add(made)
        self.weights[made] = replace(self.graph.weights[key], id=made)
        return made

    def called(self, call: Call, layer: str, owner: str, swap: dict[Spot, Tensor]) -> Call:
        """Return a call of another layer; what it gives out is added to `swap`."""
        key = call.id if owner == self.origin[owner] else self.fresh(call.id)
        outputs = tuple(replace(tensor, call=key) for tensor in call.outputs)
        made = replace(swapped(call, swap), id=key, layer=layer, outputs=outputs)
        swap.update({(call.id, tensor.index): tensor for tensor in outputs})
        return made

    def fresh(self, start: str) -> str:
        """Return an id that is not taken yet, and take it."""
        key = next(key for k in count(2) if (key := f"{start}_{k}") not in self.taken)
        self.taken.add(key)
        return key

    def result(self) -> Split:
        """Return the new graph, once the weights of its models and operations are known."""
        tied: dict[str, None] = {}
        for owner, body in self.bodies.items():
            own = self.own_weights(body)
            for layer in (self.layers[call.layer] for call in body.calls):
                if layer.kind == "operation" and self.used.intersection(layer.weights):
                    tied[layer.name] = None
                    weights = tuple(own.get(weight, weight) for weight in layer.weights)
                    self.layers[layer.id] = replace(layer, weights=weights)
            self.bodies[owner] = using(body, own)
        graph = replace(self.graph, layers=self.layers, weights=self.weights, bodies=self.bodies)
        remade: list[str] = []
        for owner in reversed(order_of_bodies(graph)):
            called = [c.layer for c in graph.bodies[owner].calls]
            called = [key for key in called if self.layers[key].kind in {"layer", "model"}]
            if called:
                inside = dict.fromkeys(w for key in called for w in self.layers[key].weights)
                self.layers[owner] = replace(self.layers[owner], weights=tuple(inside))
            own_code = graph.bodies[owner].note.startswith(RECOVERED)
            twice = len({self.origin[key] for key in called}) < len(set(called))
            if own_code and (twice or set(remade) & set(called)):
                remade.append(owner)  # its own code would go on sharing
        copies = {
            key: tuple(made)
            for key, made in self.copies.items()
            if len(made) > 1 and self.graph.layers[key].kind in {"layer", "model"}
        }
        return Split(written_as(graph, remade, "functional"), self.origin, copies, tuple(tied))

    def own_weights(self, body: Body) -> dict[str, str]:
        """Return the weights of layers called in a body, by those of which they are copies."""
        found: dict[str, str] = {}
        for call in body.calls:
            made, old = self.layers[call.layer], self.graph.layers[self.origin[call.layer]]
            if made.kind != "operation" and not opened(self.graph, old.id):
                for weight, copy in zip(old.weights, made.weights, strict=True):
                    found.setdefault(weight, copy)
        return found


def opened(graph: ModelGraph, key: str) -> bool:
    """Return whether a layer is a model whose calls are known."""
    return key in graph.bodies and bool(graph.bodies[key].calls)


def using(body: Body, weights: Mapping[str, str]) -> Body:
    """Return a body whose operations use other weights in place of some."""

    def leaf(value: Any) -> Any:
        if isinstance(value, VariableUse):
            return VariableUse(weights.get(value.weight, value.weight))
        return value

    calls = tuple(
        replace(call, args=mapped(call.args, leaf), kwargs=mapped(call.kwargs, leaf))
        for call in body.calls
    )
    return replace(body, calls=calls)


def moved(
    body: Body, calls: Sequence[Call], swap: Mapping[Spot, Tensor], layers: Mapping[str, Layer]
) -> Body:
    """Return a body with other calls, and with what they give out at its inputs and outputs."""
    makers = {call.id: layers[call.layer].name for call in calls}

    def ports(old: tuple[Port, ...]) -> tuple[Port, ...]:
        tensors = [swap[spot(port.tensor)] for port in old]
        return tuple(
            replace(port, tensor=tensor, layer=makers[tensor.call])
            for port, tensor in zip(old, tensors, strict=True)
        )

    return replace(
        body,
        calls=tuple(calls),
        inputs=ports(body.inputs),
        outputs=ports(body.outputs),
        parts=(),
    )


def titles(graph: ModelGraph) -> dict[Site, str]:
    """Return the name of what each call will call: `name_call1`, …, where there are several."""
    sites: dict[str, list[Site]] = {}
    entered = {graph.root}
    waiting = [(graph.root, call) for call in reversed(graph.body.calls)]
    while waiting:
        owner, call = waiting.pop()
        sites.setdefault(call.layer, []).append((owner, call.id))
        if call.layer in graph.bodies and call.layer not in entered:
            entered.add(call.layer)
            inner = graph.bodies[call.layer].calls
            waiting += [(call.layer, inside) for inside in reversed(inner)]
    taken = {layer.name for layer in graph.layers.values()}
    found = {}
    for layer, places in sites.items():
        name = graph.layers[layer].name
        for number, site in enumerate(places, 1):
            title = f"{name}_call{number}" if len(places) > 1 else name
            while len(places) > 1 and title in taken:
                title += "_"
            found[site] = title
    return found
