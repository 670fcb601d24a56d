"""One model with its live layers, on its way into a program."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kitchen.backend import keras
from kitchen.errors import KitchenError, shorten
from kitchen.graph.model_graph import ModelGraph, Port
from kitchen.graph.reader import form_of
from kitchen.graph.tracing import sublayers
from kitchen.rewrite.code import Code, Label, Ref, call
from kitchen.rewrite.flow import Homes, owners, variables
from kitchen.rewrite.kinds import attribute, built_first
from kitchen.rewrite.literals import Unwritable, literal, string
from kitchen.rewrite.objects import Objects
from kitchen.rewrite.operations import Operations
from kitchen.rewrite.titles import Titles

LONGEST, SHORT = 40, 30  # characters of a variable; in a class it stands in a line twice


@dataclass
class Unit:
    """One model with its live layers.

    Args:
        graph: The model in the form that it is to be written in.
        read: The model as it was read.
        live: The live objects behind its ids.
        live_weights: The live variables.
        objects: What writes layers.
        operations: What writes operations.
        hints: What each variable would be called; more are added.
        number: Which of the program's models this is.
    """

    graph: ModelGraph
    read: ModelGraph
    live: Mapping[str, Any]
    live_weights: Mapping[str, Any]
    objects: Objects
    operations: Operations
    hints: dict[Ref, str]
    number: int = 0

    def __post_init__(self) -> None:
        """Find out what belongs to what."""
        longest = SHORT if self.graph.form == "subclassed" else LONGEST
        self.titles = Titles(self.graph, self.live, self.read, longest)
        self.owners = owners(self.graph)
        self.homes = Homes(self.graph)
        self.functions: dict[str, str] = {}
        self.built_early: set[str] = set()
        self.calls = self.graph.calls
        self.check_own_weights()
        self.name_attributes()

    def name_attributes(self) -> None:
        """Keep the names by which a class of somebody's knows its layers."""
        keys = {id(thing): key for key, thing in self.live.items()}
        for layer, home in self.homes.home.items():
            if self.form(home) == "subclassed" and home in self.live and layer in self.live:
                for name, value in vars(self.live[home]).items():
                    plain = name.isidentifier() and name.isascii() and not name.startswith("_")
                    if plain and keys.get(id(value)) == layer:
                        self.titles.attributes.setdefault(layer, name)

    def check_own_weights(self) -> None:
        """Raise if two layers hold one weight: each would be made with its own.

        Raises:
            KitchenError: They do.
        """
        holders: dict[str, str] = {}
        for key in self.homes.home:
            if key in self.graph.bodies and self.graph.bodies[key].calls:
                continue
            for weight in self.graph.layers[key].weights:
                if holders.setdefault(weight, key) != key:
                    other = self.graph.layers[holders[weight]].name
                    with self.blaming(key):
                        raise Unwritable(f"it shares a weight with the layer {other!r}")

    @cached_property
    def needed(self) -> set[tuple[str, int]]:
        """The tensors that some call takes or some model gives out."""
        found = {(e.tensor.call, e.tensor.index) for c in self.calls.values() for e in c.edges}
        ports = [port for body in self.graph.bodies.values() for port in body.outputs]
        return found | {(port.tensor.call, port.tensor.index) for port in ports}

    @cached_property
    def passed(self) -> set[str]:
        """The layers that need a variable wherever they are made: others use them too."""
        found = {key for given in self.homes.parameters.values() for key in given}
        weights = [w for made in self.calls.values() for w in variables(made)]
        return found | {self.owners[w] for w in weights if w in self.owners}

    @contextmanager
    def blaming(self, layer: str) -> Iterator[None]:
        """Name a layer in the refusal of what is done with it.

        Raises:
            KitchenError: What is done was refused.
        """
        try:
            yield
        except Unwritable as reason:
            thing = self.graph.layers[layer]
            raise KitchenError(
                f"{shorten(thing.name, 60)!r} ({thing.class_name}) cannot be written as code: "
                f"{reason.reason.rstrip('.')}.",
                fix=reason.fix,
            ) from reason.__cause__  # Keras's or the learner's error, where there was one

    def ref(self, key: Any, hint: str) -> Ref:
        """Return a variable, and note what it would be called."""
        ref = Ref((self.number, key))
        self.hints[ref] = hint
        return ref

    def layer_ref(self, layer: str) -> Ref:
        """Return the variable of a layer."""
        return self.ref(layer, self.titles.variable(layer))

    def form(self, owner: str) -> str:
        """Return how a model is to be written."""
        if owner == self.graph.root:
            return self.graph.form
        kind = self.graph.layers[owner].class_name
        if kind in {"Sequential", "Functional"} or owner not in self.live:
            return kind.lower()
        return form_of(self.live[owner])

    def needs_variable(self, layer: str) -> bool:
        """Return whether a layer is more than what one call needs."""
        return layer in self.passed or self.freezes(layer) or self.freezes_late(layer)

    def frozen(self, layer: str) -> bool:
        """Return whether a layer was set not to be trained."""
        thing = self.graph.layers[layer]
        return thing.kind in {"layer", "model"} and not thing.trainable

    def freezes(self, model: str) -> bool:
        """Return whether a model is frozen with all that is in it."""
        return self.frozen(model) and model in self.graph.bodies and model in self.whole

    def freezes_here(self, model: str) -> bool:
        """Return whether the function of a model freezes it: that of the outermost one does."""
        return model == self.graph.root and self.freezes(model)

    @cached_property
    def whole(self) -> set[str]:
        """The models in which no layer is trained."""
        found: set[str] = set()
        for model in reversed([self.graph.root, *self.homes.home]):
            body = self.graph.bodies.get(model)
            inside = [] if body is None else [c.layer for c in body.calls]
            things = [x for x in inside if self.graph.layers[x].kind in {"layer", "model"}]
            if body is not None and all(self.frozen(x) for x in things):
                if all(x in found for x in things if x in self.functions):
                    found.add(model)
        return found

    def freezes_late(self, layer: str) -> bool:
        """Return whether a layer is to be frozen once it is built.

        A layer made with `trainable=False` does not pass that on to the layers inside it.
        """
        if not self.frozen(layer) or layer not in self.live:
            return False
        thing, body = self.graph.layers[layer], self.graph.bodies.get(layer)
        if body is not None and body.calls:
            return self.form(layer) == "subclassed"
        weights = [self.graph.weights[w] for w in thing.weights]
        home = self.homes.home[layer]
        if home != self.graph.root and self.form(home) == "subclassed":
            return False  # its layers are built when it is called, which is somewhere else
        inside = len(sublayers(self.live[layer])) > 1
        return inside and bool(weights) and not any(w.trainable for w in weights)

    def covered(self, owner: str) -> bool:
        """Return whether a model is frozen as a whole, or stands inside one that is."""
        return any(self.freezes(model) for model in self.homes.around(owner))

    def made(self, layer: str, owner: str) -> Code:
        """Return the call that makes a layer in the function of a model."""
        frozen = self.covered(owner) or self.freezes_late(layer)
        return self.objects.made(self.live[layer], name=self.titles.given(layer), frozen=frozen)

    def built_first(self, layer: str) -> str:
        """Return why a layer must be built before any symbolic call; empty if it need not."""
        return built_first(self.live[layer]) if self.graph.layers[layer].kind == "layer" else ""

    def build_arguments(self, layer: str) -> tuple[list[Code], dict[str, Code]] | None:
        """Return what the `build` of a layer was given, by place and by name; `None` if unknown."""
        if self.graph.layers[layer].kind != "layer":
            return None
        config = self.live[layer].get_build_config() or {}
        if (shape := config.get("input_shape")) is not None:
            return [literal(shape)], {}
        shapes = config.get("shapes_dict")
        return None if shapes is None else ([], {name: literal(x) for name, x in shapes.items()})

    def has_weights(self, layer: str) -> bool:
        """Return whether a layer has weights, other than the states of random numbers."""
        return any(not self.graph.weights[w].state for w in self.graph.layers[layer].weights)

    def weight_of(self, layer: str, weight: str) -> str:
        """Return how a weight is taken out of its layer, such as `".kernel"`."""
        thing, wanted = self.live[layer], self.live_weights[weight]
        for name in [self.graph.weights[weight].name, *vars(thing)]:
            public = name.isidentifier() and name.isascii() and not name.startswith("_")
            if public and attribute(thing, name) is wanted:
                return f".{name}"
        return f".variables[{[v is wanted for v in thing.variables].index(True)}]"

    def input(self, port: Port) -> Code:
        """Return the call that makes an input."""
        layer, tensor = self.calls[port.tensor.call].layer, port.tensor
        config: dict[str, Any] = {"batch_shape": tensor.shape, "dtype": tensor.dtype}
        if layer in self.live:
            config |= self.live[layer].get_config()
        shape, usual = config["batch_shape"], keras().config.floatx()
        given: dict[str, Code | str] = {}
        if shape:
            given["shape"] = literal(tuple(shape[1:]))
            if shape[0] is not None:
                given["batch_size"] = literal(shape[0])
        else:
            given["batch_shape"] = literal(shape)
        if (config["dtype"], usual) != ("float32", "float32"):
            given["dtype"] = string(config["dtype"])
        given |= {key: "True" for key in ("sparse", "ragged", "optional") if config.get(key)}
        if (name := self.titles.given(layer)) is not None:
            given["name"] = (Label(name),)
        return call("tf.keras.Input", **given)

    def named(self, model: str) -> dict[str, Code | str]:
        """Return the name of a model, and whether it is trained, as arguments."""
        given: dict[str, Code | str] = {}
        if (name := self.titles.given(model)) is not None:
            given["name"] = (Label(name),)
        if self.frozen(model) and not self.freezes(model) and not self.covered(model):
            given["trainable"] = "False"
        return given
