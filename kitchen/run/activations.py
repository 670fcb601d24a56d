"""What every call of a model gives out for some examples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import Path, name_of
from kitchen.graph.tracing import undone
from kitchen.run.probe import Array
from kitchen.run.replay import Replay
from kitchen.tables import Table, Tabled


@dataclass(frozen=True)
class Activation:
    """What one call gives out.

    Args:
        name: The call in words, such as `"shared, call 1 of 2"`.
        layer: The class of the layer that is called.
        values: The tensors it gives out, each of the shape (examples, …).
        path: The ids of the calls that lead to it.
    """

    name: str
    layer: str
    values: tuple[Array, ...]
    path: Path

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield a row of the table for each tensor."""
        for k, x in enumerate(self.values):
            name = self.name if len(self.values) == 1 else f"{self.name}, output {k + 1}"
            shape = "×".join(map(str, x.shape[1:])) or "one number"
            if not x.size or x.dtype.kind not in "fiub":
                yield name, self.layer, shape, "–", "–", "–", "–"
                continue
            values = x.astype("float64")
            figures = (values.min(), values.mean(), values.max())
            zeros = f"{np.mean(values == 0):.0%}"
            yield name, self.layer, shape, *(f"{figure:.3g}" for figure in figures), zeros


@dataclass(frozen=True)
class Activations(Tabled, Mapping[str, Array]):
    """What every call of a model gives out, in reading order; by the call's name, an array.

    Args:
        model: The model's name.
        examples: How many examples were run.
        calls: One entry for each call, those inside sub-models after the call that runs them.
    """

    model: str
    examples: int
    calls: tuple[Activation, ...]

    def __getitem__(self, name: str) -> Array:
        """Return what the call of a name gives out, its first tensor: shape (examples, …)."""
        for call in self.calls:
            if call.name == name:
                return call.values[0]
        raise KeyError(f"no call is named {name!r}; the names are {', '.join(self)}")

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the calls."""
        return (call.name for call in self.calls)

    def __len__(self) -> int:
        """Return the number of calls."""
        return len(self.calls)

    def table(self) -> Table:
        """Return shapes and figures of all calls."""
        many = "one example" if self.examples == 1 else f"{self.examples:,} examples"
        header = ("call", "layer", "shape", "smallest", "mean", "largest", "zeros")
        rows = [row for call in self.calls for row in call.rows()]
        caption = f"What each call of {self.model} gives out, for {many}."
        return Table(caption, header, rows, numbers=(3, 4, 5, 6))

    __repr__ = Tabled.__str__


def activations(model: Any, x: Any, *, weights: Mapping[str, Any] | None = None) -> Activations:
    """Run a model and keep what every call gives out; the model is left as it was.

    Layers are told `training=False`. A model whose code could not be read as a graph counts as one
    call.

    Args:
        model: A built `tf.keras.Model`.
        x: Inputs as `predict` takes them, or a single example without the batch's axis.
        weights: Values to use in place of the model's own, by the ids that `kitchen.read` gives.

    Returns:
        The outputs of each call, in reading order.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: The model does not take these inputs.

    >>> model = kitchen.examples.classifier.functional()
    >>> digit = kitchen.examples.classifier.data().x_test[0]
    >>> {name: found.shape for name, found in kitchen.activations(model, digit).items()}
    {'input': (1, 784), 'hidden': (1, 64), 'output': (1, 10)}
    """
    bound = bind(model)
    k = keras()
    try:
        inputs = k.tree.map_structure(k.ops.convert_to_tensor, x)
        inputs = batched(bound, inputs)
        with undone(model):
            replay = Replay(bound, state=dict(weights or {}))
            replay.run(inputs)
    except Exception as error:
        raise KitchenError(
            f"{model.name!r} could not be run on this input.",
            received=in_a_line(error),
            fix="Pass x as model.predict takes it, or one example of it.",
        ) from error
    rows = k.tree.flatten(inputs)
    return Activations(
        model.name,
        int(rows[0].shape[0]) if rows and rows[0].ndim else 0,
        tuple(found(bound, replay.made)),
    )


def found(bound: Bound, made: Mapping[Path, list[Any]]) -> Iterator[Activation]:
    """Yield what each call gave, as arrays; not the inputs of models inside, nor mask plumbing."""
    graph = bound.graph
    calls = graph.calls
    for path, values in made.items():
        layer = graph.layers[calls[path[-1]].layer if path else graph.root]
        inner = layer.kind == "input" and len(path) > 1
        if inner or (path and calls[path[-1]].plumbing):
            continue
        arrays = tuple(array(x) for x in values if x is not None)
        yield Activation(name_of(graph, path), layer.class_name, arrays, path)


def array(x: Any) -> Array:
    """Return a tensor as an array; 16-bit floats become 32-bit ones, which NumPy knows."""
    k = keras()
    if k.backend.standardize_dtype(x.dtype) == "bfloat16":
        x = k.ops.cast(x, "float32")
    found: Array = k.ops.convert_to_numpy(x)
    return found


def batched(bound: Bound, inputs: Any) -> Any:
    """Return inputs with the batch's axis, where every one of them is an example without it."""
    k, ports = keras(), bound.graph.body.inputs
    flat = k.tree.flatten(inputs)
    shapes = [port.tensor.shape for port in ports]
    if len(flat) != len(shapes) or any(shape is None for shape in shapes):
        return inputs
    if all(x.ndim == len(shape or ()) - 1 for x, shape in zip(flat, shapes, strict=True)):
        return k.tree.map_structure(lambda x: x[None], inputs)
    return inputs
