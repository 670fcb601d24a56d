"""Read a Keras model into a `ModelGraph`, and hand back the live objects behind its ids.

This file, `nodes.py` and `tracing.py` are the only ones that use what is private to Keras.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kitchen.backend import check_model, keras
from kitchen.errors import ModelError
from kitchen.graph.describe import settings
from kitchen.graph.model_graph import (
    Body,
    Call,
    Constant,
    Form,
    Layer,
    ModelGraph,
    Port,
    Tensor,
    VariableUse,
    Weight,
)
from kitchen.graph.nodes import (
    declared,
    given_arguments,
    implicit_masks,
    number,
    ports,
    reading_order,
)
from kitchen.graph.tracing import trace

FEW = 16  # a constant with at most this many entries is kept, so that code can be written from it

UNBUILT = "Not built yet: Keras makes shapes and weights at the first call."
UNUSUAL = "Its call is Python code, and it is called with more than its first argument."
EAGER = "Keras keeps no graph of it and runs its layers one after another; shapes are not known."


@dataclass(frozen=True)
class Bound:
    """A graph together with the live objects behind its ids.

    Args:
        graph: The data.
        layers: The Keras layer, operation or model behind each layer's id.
        variables: The Keras variable behind each weight's id.
        constants: The array behind each constant's id.
        tensors: By the `id` of each symbolic tensor, the id of the call that gave it.
    """

    graph: ModelGraph
    layers: Mapping[str, Any]
    variables: Mapping[str, Any]
    constants: Mapping[str, Any] = field(default_factory=dict)
    tensors: Mapping[int, str] = field(default_factory=dict)


def read(model: Any) -> ModelGraph:
    """Read a Keras model into plain data; the model is left as it was.

    Args:
        model: Any `tf.keras.Model`: Sequential, functional or subclassed, built or not.

    Returns:
        Its layers, calls, tensors and weights. A subclassed model whose `call` cannot be recovered
        as a graph shows its sub-layers and a note that says why.

    Raises:
        BackendError: TensorFlow's Keras 3 is not there, or the model is one of `tf_keras`.
        ModelError: It is no Keras model, or it contains itself.

    >>> graph = kitchen.read(kitchen.examples.shared_layer.functional())
    >>> len(graph.body.calls), len(graph.layers), graph.count()
    (7, 7, 12482)
    """
    return bind(model).graph


def as_graph(model: Any) -> ModelGraph:
    """Return `model` if it is a `ModelGraph` already, otherwise read it."""
    return model if isinstance(model, ModelGraph) else read(model)


def bind(model: Any) -> Bound:
    """Read a model and keep the live objects: ids are the same at every reading.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
    """
    check_model(model)
    check_no_cycle(model)
    return Reader().read(model)


def form_of(model: Any) -> Form:
    """Return how a model is written; one that replaces `call` is subclassed."""
    k = keras()
    functional = functional_class()
    if isinstance(model, k.Sequential) and type(model).call is k.Sequential.call:
        return "sequential"
    if isinstance(model, functional) and type(model).call is functional.call:
        return "functional"
    return "subclassed"


def functional_class() -> Any:
    """Return the class of functional models, which Keras does not export."""
    from keras.src.models.functional import Functional

    return Functional


def check_no_cycle(model: Any) -> None:
    """Raise if a layer contains itself: anything else about such a model overflows in Keras."""
    entered, left = set(), set()
    waiting = [(model, False)]
    while waiting:
        layer, done = waiting.pop()
        if done:
            left.add(id(layer))
            continue
        if id(layer) in left:
            continue
        if id(layer) in entered:
            raise ModelError(
                "This model contains itself, so it has no first layer to start from.",
                received=f"{type(layer).__name__} {layer.name!r}",
                fix="Build it again without adding it to itself.",
            )
        entered.add(id(layer))
        waiting.append((layer, True))
        waiting += [(inner, False) for inner in reversed(getattr(layer, "_layers", []))]


@dataclass
class Reader:
    """The objects seen so far; each gets an id in the order in which it is met."""

    layers: dict[str, Layer] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    live: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    waiting: list[tuple[str, Any]] = field(default_factory=list)
    unusual: set[int] = field(default_factory=set)
    tensors: dict[int, str] = field(default_factory=dict)
    calls: int = 0

    def read(self, model: Any) -> Bound:
        """Read the outermost model, then every model found inside, one after another."""
        root = self.layer(model)
        while self.waiting:
            owner, inner = self.waiting.pop()
            self.bodies[owner] = self.body(inner)
        graph = ModelGraph(root, form_of(model), self.layers, self.weights, self.bodies)
        return Bound(graph, self.live, self.variables, self.constants, self.tensors)

    def layer(self, thing: Any, extra: tuple[str, ...] = ()) -> str:
        """Return the id of a layer or operation; `extra` are weights found among its arguments."""
        if (known := self.ids.get(id(thing))) is not None:
            if extra:  # the same operation, called with another variable
                together = tuple(dict.fromkeys(self.layers[known].weights + extra))
                self.layers[known] = replace(self.layers[known], weights=together)
            return known
        k = keras()
        key = self.ids[id(thing)] = f"L{len(self.layers)}"
        self.live[key] = thing
        kind = "operation"
        if isinstance(thing, k.Model):
            kind = "model"
            self.waiting.append((key, thing))
        elif isinstance(thing, k.layers.InputLayer):
            kind = "input"
        elif isinstance(thing, k.layers.Layer):
            kind = "layer"
        owned = thing.variables if kind in {"layer", "model"} else ()
        counted = {id(v) for v in thing.weights} if owned else set()
        self.layers[key] = Layer(
            id=key,
            name=thing.name,
            class_name=type(thing).__name__,
            kind=kind,  # type: ignore[arg-type]
            settings=settings(thing, kind),
            weights=tuple(self.weight(v, id(v) not in counted) for v in owned) + extra,
            trainable=bool(getattr(thing, "trainable", False)),
            module=type(thing).__module__,
        )
        return key

    def weight(self, variable: Any, state: bool = False) -> str:
        """Return the id of a variable."""
        if (known := self.ids.get(id(variable))) is not None:
            return known
        key = self.ids[id(variable)] = f"W{len(self.weights)}"
        self.variables[key] = variable
        self.weights[key] = Weight(
            id=key,
            name=variable.name,
            shape=tuple(variable.shape),
            dtype=str(variable.dtype),
            trainable=bool(variable.trainable),
            state=state,
        )
        return key

    def body(self, model: Any) -> Body:
        """Read the calls of one model."""
        form = form_of(model)
        if form == "functional":
            return self.function(model)
        if form == "sequential":
            if (inner := model._functional) is not None:
                return self.function(inner)
            return self.chain(model)
        note = UNUSUAL
        if id(model) not in self.unusual:
            with trace(model) as traced:
                if traced.function is not None:
                    return self.function(traced.function, note=traced.note)
            note = traced.note
        return Body(parts=tuple(self.layer(x) for x in model.layers), note=note)

    def next_call(self) -> str:
        """Return a fresh id for a call."""
        self.calls += 1
        return f"C{self.calls - 1}"

    def chain(self, model: Any) -> Body:
        """Read a Sequential that Keras has made no graph of."""
        layers = list(model._layers)
        structure, inputs, calls = self.entrance(layers)
        last = keras().tree.map_structure(lambda k: inputs[k].tensor, structure)
        given, outputs = structure, inputs
        for layer in layers:
            key = self.next_call()
            given, outputs = declared(layer, "outputs", key)
            tensors = tuple(port.tensor for port in outputs)
            calls.append(Call(key, self.layer(layer), (last,), outputs=tensors))
            last = keras().tree.map_structure(tensors.__getitem__, given)
        name = self.layers[calls[-1].layer].name
        return Body(
            calls=tuple(calls),
            inputs=inputs,
            outputs=tuple(replace(port, layer=name) for port in outputs),
            input_structure=structure,
            output_structure=given,
            note=EAGER if model.built else UNBUILT,
        )

    def entrance(self, layers: list[Any]) -> tuple[Any, tuple[Port, ...], list[Call]]:
        """Return the structure, the ports and the calls of what comes into such a Sequential.

        Args:
            layers: Its layers; an `Input` is taken away from the front.
        """
        if layers and isinstance(layers[0], keras().layers.InputLayer):
            x = (layer := layers.pop(0)).output
            tensor = Tensor(self.next_call(), 0, tuple(x.shape), str(x.dtype))
            call = Call(tensor.call, self.layer(layer), outputs=(tensor,))
            return 0, (Port(tensor, layer.name),), [call]
        structure, ports = declared(layers[0] if layers else None, "inputs", "")
        calls = []
        for port in ports:
            start, key = f"L{len(self.layers)}", self.next_call()
            text = "any shape" if port.tensor.shape is None else ""
            self.layers[start] = Layer(start, port.layer, "Input", "input", text)
            tensor = replace(port.tensor, call=key, index=0)
            calls.append(Call(key, start, outputs=(tensor,)))
        found = zip(ports, calls, strict=True)
        return structure, tuple(replace(p, tensor=c.outputs[0]) for p, c in found), calls

    def function(self, function: Any, note: str = "") -> Body:
        """Read the nodes of a functional or traced model in an order in which they can run."""
        nodes = reading_order(function)
        tensors: dict[int, Tensor] = {}
        calls = [self.call(node, tensors) for node in nodes]
        return Body(
            calls=tuple(mark_plumbing(calls, [tensors[id(x)] for x in function._outputs])),
            inputs=ports(function._inputs_struct, tensors),
            outputs=ports(function._outputs_struct, tensors),
            input_structure=number(function._inputs_struct),
            output_structure=number(function._outputs_struct),
            note=note,
        )

    def call(self, node: Any, tensors: dict[int, Tensor]) -> Call:
        """Read one node; the tensors it gives out are added to `tensors`."""
        key = self.next_call()
        used: dict[str, None] = {}

        def leaf(value: Any) -> Any:
            return self.argument(value, tensors, used)

        tree = keras().tree
        args = tree.map_structure(leaf, node.arguments.args)
        given = given_arguments(node)
        kwargs = {name: tree.map_structure(leaf, value) for name, value in given.items()}
        told = given.get("training", False) is not False  # what is traced is training=False
        if len(args) != 1 or set(given) - {"mask", "training"} or told:
            self.unusual.add(id(node.operation))
        outputs = tuple(
            Tensor(key, k, tuple(x.shape), str(x.dtype)) for k, x in enumerate(node.outputs)
        )
        tensors.update({id(x): y for x, y in zip(node.outputs, outputs, strict=True)})
        self.tensors.update({id(x): key for x in node.outputs})
        return Call(
            id=key,
            layer=self.layer(node.operation, tuple(used)),
            args=tuple(args),
            kwargs=kwargs,
            outputs=outputs,
            implicit=implicit_masks(node, given),
        )

    def argument(self, value: Any, tensors: dict[int, Tensor], used: dict[str, None]) -> Any:
        """Return an argument as data; a variable among them is noted in `used`."""
        k = keras()
        if isinstance(value, k.KerasTensor):
            return tensors[id(value)]
        if isinstance(value, k.Variable):
            used[key := self.weight(value)] = None
            return VariableUse(key)
        if isinstance(value, np.ndarray | np.generic) or k.ops.is_tensor(value):
            array = k.ops.convert_to_numpy(value)
            few = tuple(array.ravel().tolist()) if array.size <= FEW else None
            self.constants[key := f"K{len(self.constants)}"] = value
            return Constant(tuple(array.shape), str(array.dtype), few, key)
        return value


def mark_plumbing(calls: list[Call], outputs: list[Tensor]) -> list[Call]:
    """Mark the calls whose results only ever serve as masks that Keras passes along."""
    needed = {tensor.call for tensor in outputs}
    served: set[str] = set()
    marked = []
    for call in reversed(calls):
        plumbing = call.id in served and call.id not in needed
        for edge in call.edges:
            (served if plumbing or edge.kind == "mask" else needed).add(edge.source)
        marked.append(replace(call, plumbing=True) if plumbing else call)
    return marked[::-1]
