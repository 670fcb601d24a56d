"""The data of a model's graph: layers, calls, tensors, weights. No Keras here.

A *layer* owns weights; a *call* is one use of a layer and gives out tensors. A layer called twice
is one `Layer` and two `Call`s. A model inside a model is a layer too, and its calls stand in a
`Body` of their own, so that nothing here is nested and nothing that reads it needs recursion.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from kitchen.errors import ModelError

Shape = tuple[int | None, ...]
Kind = Literal["input", "layer", "operation", "model"]
Form = Literal["sequential", "functional", "subclassed"]


@dataclass(frozen=True)
class Tensor:
    """One tensor that a call gives out.

    Args:
        call: The id of the call that makes it.
        index: Its place among that call's outputs.
        shape: Its shape with the batch first and `None` where open; `None` where unknown.
        dtype: Its dtype, such as `"float32"`; `None` where unknown.
    """

    call: str
    index: int = 0
    shape: Shape | None = None
    dtype: str | None = None


@dataclass(frozen=True)
class Constant:
    """An array among a call's arguments.

    Args:
        shape: Its shape.
        dtype: Its dtype.
        values: Its entries in row-major order where there are at most 16, otherwise `None`.
        id: Its name within the graph; arrays that look alike are equal, whatever they are called.
    """

    shape: tuple[int, ...]
    dtype: str
    values: tuple[float | int | bool, ...] | None = None
    id: str = field(default="", compare=False)


@dataclass(frozen=True)
class VariableUse:
    """A variable among a call's arguments, as in `ops.matmul(x, embedding.embeddings)`.

    Args:
        weight: The id of the weight.
    """

    weight: str


@dataclass(frozen=True)
class Weight:
    """One variable of a model, such as a kernel.

    Args:
        id: Its name within the graph.
        name: What its layer calls it, such as `"kernel"`.
        shape: Its shape.
        dtype: Its dtype.
        trainable: Whether an optimiser changes it.
        state: Whether it is a random seed's state, which no parameter count includes.
    """

    id: str
    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    trainable: bool = True
    state: bool = False

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Layer:
    """What owns weights and can be called: a layer, an operation, an input, or a model.

    Args:
        id: Its name within the graph.
        name: The name that Keras knows it by.
        class_name: Its class, such as `"Dense"`.
        kind: What it is.
        settings: What a reader wants to know of it in a word or two, such as `"64 relu"`.
        weights: The ids of its weights, those of its sub-layers included.
        trainable: Whether its weights may be trained.
        module: The module that its class comes from.
    """

    id: str
    name: str
    class_name: str
    kind: Kind = "layer"
    settings: str = ""
    weights: tuple[str, ...] = ()
    trainable: bool = True
    module: str = "keras.layers"


@dataclass(frozen=True)
class Edge:
    """A tensor on its way into a call.

    Args:
        tensor: What travels.
        target: The id of the call that takes it.
        argument: The name of the argument, or its position as text.
        kind: `"data"`, or `"mask"` for a mask that Keras passed along by itself.
    """

    tensor: Tensor
    target: str
    argument: str = "0"
    kind: Literal["data", "mask"] = "data"

    @property
    def source(self) -> str:
        """The id of the call that the tensor comes from."""
        return self.tensor.call


@dataclass(frozen=True)
class Call:
    """One use of a layer.

    Args:
        id: Its name within the graph.
        layer: The id of the layer that is called.
        args: The positional arguments: nested tuples, lists and dicts with a `Tensor`, a `Constant`
            or a plain value at each leaf.
        kwargs: The keyword arguments that someone gave, in the same way.
        outputs: The tensors it gives out, flat.
        implicit: The names of the keyword arguments that Keras filled in by itself (masks).
        plumbing: Whether it only serves a mask that Keras passes along.
    """

    id: str
    layer: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[Tensor, ...] = ()
    implicit: frozenset[str] = frozenset()
    plumbing: bool = False

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The tensors that come in, in the order of the arguments."""
        found = []
        named = [(str(k), v) for k, v in enumerate(self.args)] + list(self.kwargs.items())
        for name, value in named:
            kind: Literal["data", "mask"] = "mask" if name in self.implicit else "data"
            found += [Edge(x, self.id, name, kind) for x in leaves(value) if isinstance(x, Tensor)]
        return tuple(found)


@dataclass(frozen=True)
class Port:
    """Where a tensor enters or leaves a model.

    Args:
        tensor: The tensor.
        layer: The name of the layer that makes it: what Keras puts into `output_names`.
        key: The key or position in the structure that the model was given, as text, such as `"y"`
            for `{"y": tensor}`; empty for a single tensor.
    """

    tensor: Tensor
    layer: str
    key: str = ""


@dataclass(frozen=True)
class Body:
    """The calls inside one model, in an order in which they could run.

    Args:
        calls: The calls; none where the model's code is opaque.
        inputs: Where tensors enter.
        outputs: Where tensors leave.
        input_structure: The structure of the inputs with the position in `inputs` at each leaf.
        output_structure: The same for the outputs.
        parts: For an opaque model, the ids of its sub-layers; its calls are not known.
        note: What a reader must know about how the calls were found; empty for plain graphs.
    """

    calls: tuple[Call, ...] = ()
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    input_structure: Any = None
    output_structure: Any = None
    parts: tuple[str, ...] = ()
    note: str = ""

    @property
    def opaque(self) -> bool:
        """Whether the calls are hidden in code that could not be read as a graph."""
        return not self.calls and bool(self.note)


@dataclass(frozen=True)
class ModelGraph:
    """A whole model as data.

    Args:
        root: The id of the outermost model, which is one of `layers`.
        form: How the outermost model was written.
        layers: Every layer by id.
        weights: Every weight by id.
        bodies: For each model among the layers, its calls.

    Raises:
        ModelError: A call names a layer, a weight or a tensor's call that is not there.
    """

    root: str
    form: Form
    layers: Mapping[str, Layer]
    weights: Mapping[str, Weight]
    bodies: Mapping[str, Body]

    def __post_init__(self) -> None:
        """Check that every id leads somewhere, so that no reader needs to."""
        layers, weights = set(self.layers), set(self.weights)
        missing = {w for layer in self.layers.values() for w in layer.weights} - weights
        missing |= ({self.root} | set(self.bodies)) - layers
        missing |= {self.root} - set(self.bodies)
        for body in self.bodies.values():
            seen: set[str] = set()
            missing |= set(body.parts) - layers
            for call in body.calls:
                missing |= {call.layer} - layers
                missing |= {edge.source for edge in call.edges} - seen
                seen.add(call.id)
            missing |= {port.tensor.call for port in body.inputs + body.outputs} - seen
        if missing:
            raise ModelError(
                "This graph names something before it is there.",
                received=", ".join(sorted(missing)[:5]),
                fix="List every layer and weight, and calls in an order in which they can run.",
            )

    @property
    def name(self) -> str:
        """The name of the outermost model."""
        return self.layers[self.root].name

    @property
    def body(self) -> Body:
        """The calls of the outermost model."""
        return self.bodies[self.root]

    @cached_property
    def calls(self) -> Mapping[str, Call]:
        """Every call by id; ids are unique over all bodies."""
        return {call.id: call for body in self.bodies.values() for call in body.calls}

    @cached_property
    def uses(self) -> Mapping[str, tuple[str, ...]]:
        """By the id of each layer that is called, the ids of its calls."""
        found: dict[str, list[str]] = {}
        for call in self.calls.values():
            found.setdefault(call.layer, []).append(call.id)
        return {layer: tuple(calls) for layer, calls in found.items()}

    def count(self, layer: str | None = None) -> int:
        """Return the number of parameters of a layer (of the whole model if none is named).

        Each weight counts once, however often it is used; seeds do not count.
        """
        ids = dict.fromkeys(self.layers[layer or self.root].weights)
        return sum(self.weights[w].size for w in ids if not self.weights[w].state)


def leaves(value: Any) -> Iterator[Any]:
    """Yield what stands at the leaves of nested tuples, lists and dicts, in Keras's order.

    Keras takes the entries of a dict by sorted key.
    """
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting.extend(item[key] for key in sorted(item, key=str, reverse=True))
        elif isinstance(item, list | tuple):
            waiting.extend(reversed(item))
        else:
            yield item
