"""Which calls use the same weights.

A *path* names one run of a layer: the ids of the calls that lead to it, from the outermost model
inwards. A layer called once inside a sub-model that is called twice has two paths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kitchen.errors import ModelError
from kitchen.graph.model_graph import ModelGraph, Weight
from kitchen.graph.reader import as_graph
from kitchen.tables import Table, Tabled

Path = tuple[str, ...]

MOST_PATHS = 20_000


@dataclass(frozen=True)
class Group:
    """Weights that are used by the same calls.

    Args:
        weights: Their ids.
        layers: The ids of the innermost layers that own them; several where weights are tied.
        paths: Every run that uses them, in reading order.
    """

    weights: tuple[str, ...]
    layers: tuple[str, ...]
    paths: tuple[Path, ...]

    @property
    def shared(self) -> bool:
        """Whether more than one call uses these weights."""
        return len(self.paths) > 1


def order_of_bodies(graph: ModelGraph) -> list[str]:
    """Return the ids of the models, each before every model that it contains.

    Raises:
        ModelError: A model contains itself.
    """
    inner = {
        owner: [
            x
            for x in dict.fromkeys([*(c.layer for c in body.calls), *body.parts])
            if x in graph.bodies
        ]
        for owner, body in graph.bodies.items()
    }
    waits = dict.fromkeys(graph.bodies, 0)
    for owner in graph.bodies:
        for layer in inner[owner]:
            waits[layer] += 1
    ready = [owner for owner, n in waits.items() if n == 0]
    order = []
    while ready:
        owner = ready.pop()
        order.append(owner)
        for layer in inner[owner]:
            waits[layer] -= 1
            if waits[layer] == 0:
                ready.append(layer)
    if len(order) < len(graph.bodies):
        stuck = sorted(graph.layers[owner].name for owner in set(graph.bodies) - set(order))
        raise ModelError(
            "A model contains itself.",
            received=", ".join(stuck),
            fix="Build it again without calling it inside itself.",
        )
    return order


def paths(graph: ModelGraph, *, limit: int = MOST_PATHS) -> Mapping[str, tuple[Path, ...]]:
    """Return every path of every layer, in reading order.

    A path ends at a layer, an operation, an input, or a model whose calls are not known; models
    that were read have paths too. Sub-layers of an opaque model share its path.

    Raises:
        ModelError: A model contains itself, or there are more than `limit` paths (sub-models
            called twice inside sub-models called twice multiply).
    """
    order_of_bodies(graph)
    found: dict[str, list[Path]] = {}
    total = 0
    waiting: list[tuple[Path, str]] = [((), graph.root)]
    while waiting:
        path, layer = waiting.pop()
        total += 1
        if total > limit:
            raise ModelError(
                f"This model runs its layers more than {limit:,} times in one pass.",
                fix="Look at one of its sub-models instead.",
            )
        found.setdefault(layer, []).append(path)
        if (body := graph.bodies.get(layer)) is not None:
            waiting += [((*path, call.id), call.layer) for call in reversed(body.calls)]
            for part in body.parts:
                found.setdefault(part, []).append(path)
    return {layer: tuple(places) for layer, places in found.items()}


def groups(graph: ModelGraph) -> tuple[Group, ...]:
    """Return the weights of a model, grouped by the calls that use them, in reading order.

    Raises:
        ModelError: As for `paths`.
    """
    places = paths(graph)
    rank: dict[Path, int] = {}
    users: dict[str, dict[str, None]] = {}
    runs: dict[str, set[Path]] = {}
    for layer, found in places.items():
        body = graph.bodies.get(layer)
        owned = graph.layers[layer].weights
        if body is not None and (body.calls or body.parts):
            within = [c.layer for c in body.calls] + list(body.parts)
            inside = {w for x in within for w in graph.layers[x].weights}
            owned = tuple(w for w in owned if w not in inside)  # what code of its own may use
        for weight in dict.fromkeys(owned):
            users.setdefault(weight, {})[layer] = None
            runs.setdefault(weight, set()).update(found)
        for path in found:
            rank.setdefault(path, len(rank))
    collected: dict[tuple[frozenset[Path], tuple[str, ...]], list[str]] = {}
    for weight, layers in users.items():
        collected.setdefault((frozenset(runs[weight]), tuple(layers)), []).append(weight)
    return tuple(
        Group(tuple(weights), layers, tuple(sorted(used, key=rank.__getitem__)))
        for (used, layers), weights in collected.items()
    )


def name_of(graph: ModelGraph, path: Path) -> str:
    """Return a path in words, such as `"encoder, call 1 of 2 / dense"`."""
    names, owner = [], graph.root
    for step in path:
        calls = graph.bodies[owner].calls
        owner = next(call.layer for call in calls if call.id == step)
        turns = [call.id for call in calls if call.layer == owner]
        turn = f", call {turns.index(step) + 1} of {len(turns)}" if len(turns) > 1 else ""
        names.append(graph.layers[owner].name + turn)
    return " / ".join(names) or graph.name


@dataclass(frozen=True)
class Share:
    """One weight and the calls that use it.

    Args:
        weight: The weight.
        layers: The names of the layers that own it.
        calls: The calls that use it, in words.
    """

    weight: Weight
    layers: tuple[str, ...]
    calls: tuple[str, ...]

    @property
    def short_calls(self) -> tuple[str, ...]:
        """The calls, without the layer's name where it stands beside them."""
        if len(self.layers) > 1:
            return self.calls
        if self.calls == self.layers:
            return ("one call",)
        return tuple(call.removeprefix(f"{self.layers[0]}, ") for call in self.calls)


@dataclass(frozen=True, repr=False)
class Sharing(Tabled):
    """Every weight of a model with the calls that use it.

    Args:
        model: The model's name.
        shares: One entry a weight.
    """

    model: str
    shares: tuple[Share, ...]

    @property
    def once(self) -> int:
        """The number of parameters, each weight counted once."""
        return sum(share.weight.size for share in self.shares)

    @property
    def unshared(self) -> int:
        """The number there would be if every call had weights of its own."""
        return sum(share.weight.size * max(1, len(share.calls)) for share in self.shares)

    def table(self) -> Table:
        """Return all this as a table."""
        rows = [
            (
                ", ".join(share.layers),
                share.weight.name,
                "×".join(str(n) for n in share.weight.shape) or "one number",
                f"{share.weight.size:,}",
                few(share.short_calls),
                f"{share.weight.size * max(1, len(share.calls)):,}",
            )
            for share in self.shares
        ]
        saved = self.unshared - self.once
        return Table(
            f"Weights of {self.model}: sharing saves {saved:,} parameters."
            if saved
            else f"Weights of {self.model}: each is used by one call.",
            ("layer", "weight", "shape", "counted once", "used by", "unshared"),
            rows,
            ("together", "", "", f"{self.once:,}", "", f"{self.unshared:,}"),
            numbers=(3, 5),
        )


def few(calls: tuple[str, ...], most: int = 4) -> str:
    """Return the first few calls in words and how many more there are."""
    more = f"; and {len(calls) - most:,} more" if len(calls) > most else ""
    return "; ".join(calls[:most]) + more


def sharing(model: Any) -> Sharing:
    """Return which calls use each weight of a model, counted once and unshared.

    Args:
        model: A `tf.keras.Model`, or a `ModelGraph`.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`; or the model runs its layers more than 20,000 times in one pass.

    >>> table = kitchen.sharing(kitchen.examples.shared_layer.functional())
    >>> table.once, table.unshared
    (12482, 20738)
    """
    graph = as_graph(model)
    used = {w: group for group in groups(graph) for w in group.weights}
    return Sharing(
        graph.name,
        tuple(
            Share(
                graph.weights[w],
                tuple(graph.layers[layer].name for layer in group.layers),
                tuple(name_of(graph, path) for path in group.paths),
            )
            for w, group in used.items()
            if not graph.weights[w].state
        ),
    )
