"""Which layers were named by hand, and what their variables are called."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kitchen.graph.model_graph import Layer, ModelGraph
from kitchen.rewrite.naming import identifier, snake

NUMBERED = re.compile(r"(.+?)_(0|[1-9]\d*)")
INPUTS = {"input_layer", "keras_tensor"}


def base_of(layer: Layer, live: Any = None) -> str:
    """Return what Keras would call a layer without a name, but for the number."""
    return snake(layer.class_name if live is None else type(live).__name__)


def number_in(name: str, bases: Iterable[str]) -> int | None:
    """Return the number in a name such as Keras makes: 0 for the first, which bears none.

    `None` is for any other name; `dense_0` is one, as Keras begins with `dense` and `dense_1`.
    """
    name = name.removesuffix("CLONE")
    if name in bases:
        return 0
    found = NUMBERED.fullmatch(name)
    if found is None or found[1] not in bases or found[2] == "0":
        return None
    return int(found[2])


class Titles:
    """The names of a model's layers.

    Args:
        graph: The model.
        live: The live objects behind its ids.
        read: The model as it was read, before it was written in another form.
        longest: How many characters the name of a variable has at most.
    """

    def __init__(self, graph: ModelGraph, live: Mapping[str, Any], read: ModelGraph, longest: int):
        self.graph, self.longest = graph, longest
        self.bases = {key: base_of(layer, live.get(key)) for key, layer in graph.layers.items()}
        self.operations = Counter(
            self.bases[key] for key, layer in graph.layers.items() if layer.kind == "operation"
        )
        self.kept: set[str] = {graph.root} if self.typed(graph.root) else set()
        for body in [*read.bodies.values(), *graph.bodies.values()]:
            called = dict.fromkeys(call.layer for call in body.calls)
            self.kept |= self.kept_among([graph.layers[key] for key in called])
        self.short = self.shortened()
        self.attributes: dict[str, str] = {}  # what a class of somebody's calls its layers

    def given(self, layer: str) -> str | None:
        """Return the name to give a layer; `None` where Keras may make one."""
        return self.graph.layers[layer].name if layer in self.kept else None

    def variable(self, layer: str) -> str:
        """Return what the variable of a layer, or of what it gives out, is called."""
        thing = self.graph.layers[layer]
        if layer in self.attributes:
            return self.attributes[layer][: self.longest]
        other = self.bases[layer] if self.bases[layer].isidentifier() else "layer"
        suffix = "_" if thing.kind == "operation" else "_layer"
        return identifier(self.short.get(layer, thing.name), other, suffix, self.longest)

    def typed(self, layer: str) -> bool:
        """Return whether a layer's name is not one that Keras makes."""
        thing = self.graph.layers[layer]
        bases = INPUTS if thing.kind == "input" else {self.bases[layer]}
        return number_in(thing.name, bases) is None

    def kept_among(self, called: list[Layer]) -> set[str]:
        """Return which layers of one model get their names written.

        Where a name that is written could be one that Keras makes for another layer, all are.
        """
        inputs = [x.id for x in called if x.kind == "input" and self.typed(x.id)]
        things = [x for x in called if x.kind in {"layer", "model"}]
        typed = {x.id for x in things if self.typed(x.id)}
        others = [x for x in things if x.id not in typed]
        if self.counted_by_hand(typed, others):
            typed |= {x.id for x in others}
        bases = {self.bases[x.id] for x in things if x.id not in typed}
        if any(number_in(x.name, bases) is not None for x in things if x.id in typed):
            typed |= {x.id for x in things}
        return {*inputs, *typed} - {x.id for x in called if self.taken(x.name)}

    def taken(self, name: str) -> bool:
        """Return whether Keras will give this name to one of the model's operations."""
        number = number_in(name, self.operations)
        if number is None:
            return False
        found = NUMBERED.fullmatch(name)
        base = name if name in self.operations or found is None else found[1]
        return number < self.operations[base]

    def counted_by_hand(self, typed: set[str], others: list[Layer]) -> bool:
        """Return whether names such as `dense_1`, `dense_2` were typed, as far as one can tell.

        That is if they begin with 0 or 1, as Keras does not, and stand among as many other names.
        """
        names = {self.graph.layers[key].name for key in typed}
        numbers: dict[str, list[int]] = {}
        for thing in others:
            number = number_in(thing.name, {self.bases[thing.id]})
            numbers.setdefault(self.bases[thing.id], []).append(number or 0)
        zero = all(f"{base}_0" in names for base in numbers)
        one = len(others) <= len(typed)
        return bool(others) and all(
            sorted(found) == list(range(1, len(found) + 1)) and (zero or (one and len(found) > 1))
            for found in numbers.values()
        )

    def shortened(self) -> dict[str, str]:
        """Return, for names that Keras made, those that it makes at the start of a session."""
        groups: dict[str, list[tuple[int, str]]] = {}
        for key, layer in self.graph.layers.items():
            number = number_in(layer.name, {self.bases[key]})
            if layer.kind != "input" and key not in self.kept and number is not None:
                groups.setdefault(self.bases[key], []).append((number, key))
        return {
            key: f"{base}_{k}" if k else base
            for base, members in groups.items()
            for k, (_, key) in enumerate(sorted(members))
        }
