"""Random inputs that two models both take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.matching import match_inputs
from kitchen.graph.reader import Bound
from kitchen.graph.tracing import shapes_of

ROWS = 32  # examples in a check
OPEN = 7  # the length taken for an axis without one, such as a sentence's


class Unknown(Exception):
    """Something that a check needs cannot be found out; the text says what."""


class Unfit(Exception):
    """Two models do not take the same inputs; the text says why."""


@dataclass(frozen=True)
class Spec:
    """What one input takes.

    Args:
        shape: Its shape without the batch, `None` where open.
        dtype: Its dtype.
        looked_up: Whether an Embedding looks its values up, so that they must be small numbers.
    """

    shape: tuple[int | None, ...]
    dtype: str
    looked_up: bool = False


@dataclass(frozen=True)
class Inputs:
    """What a model takes: the inputs, flat, and the structure with each one's position in it."""

    specs: list[Spec]
    structure: Any

    def pack(self, flat: list[Any]) -> Any:
        """Return arrays in the structure that the model takes."""
        return keras().tree.map_structure(lambda k: flat[k], self.structure)


def inputs_of(bound: Bound) -> Inputs:
    """Return what a model takes.

    Raises:
        Unknown: The model has never been built, or takes something other than arrays.
    """
    graph = bound.graph
    model = bound.layers[graph.root]
    if not model.built:
        raise Unknown(f"{graph.name} has not been built; call it once on data first")
    embeddings = {x for x, live in bound.layers.items() if isinstance(live, embedding())}
    body = graph.body
    if body.inputs and body.inputs[0].tensor.shape is not None:
        looked_up = {e.source for c in body.calls if c.layer in embeddings for e in c.edges}
        found = [
            Spec((p.tensor.shape or ())[1:], p.tensor.dtype or "", p.tensor.call in looked_up)
            for p in body.inputs
        ]
        return Inputs(found, body.input_structure)
    if (shapes := shapes_of(model)) is None:
        raise Unknown(f"the input shapes of {graph.name} are not known")
    flat: list[Spec] = []

    def note(shape: tuple[int | None, ...]) -> int:
        flat.append(Spec(tuple(shape[1:]), str(model.input_dtype), bool(embeddings)))
        return len(flat) - 1

    structure = keras().tree.map_shape_structure(note, shapes)
    return Inputs(flat, structure)


def embedding() -> Any:
    """Return Keras's Embedding class."""
    return keras().layers.Embedding


def random_inputs(bound: Bound, specs: list[Spec], rng: np.random.Generator) -> list[Any]:
    """Return random arrays for a model's inputs, `ROWS` examples each.

    Whole numbers stay below the smallest vocabulary of the model's Embeddings.

    Raises:
        Unknown: An input takes strings or the like.
    """
    sizes = [live.input_dim for live in bound.layers.values() if isinstance(live, embedding())]
    top = min(sizes, default=10)
    arrays: list[Any] = []
    for spec in specs:
        shape = (ROWS, *(OPEN if n is None else n for n in spec.shape))
        if spec.looked_up or "int" in spec.dtype:
            arrays.append(rng.integers(0, top, shape).astype(spec.dtype))
        elif spec.dtype == "bool":
            arrays.append(rng.random(shape) < 0.5)
        elif "float" in spec.dtype:
            values = rng.standard_normal(shape).astype("float32")
            arrays.append(keras().ops.cast(values, spec.dtype))
        else:
            raise Unknown(f"an input takes {spec.dtype}, for which there are no random values")
    return arrays


def feed_both(
    a: Bound, b: Bound, map_inputs: Callable[[Any], Any] | None, rng: np.random.Generator
) -> tuple[Any, Any]:
    """Return the same random input for two models, each in its own structure.

    Args:
        a: The first model.
        b: The second.
        map_inputs: Makes the second's input from the first's; `None` matches them by name, else by
            position.
        rng: Where the numbers come from.

    Raises:
        Unfit: They take different numbers of inputs, or other shapes.
        Unknown: As for `inputs_of` and `random_inputs`.
    """
    left, right = inputs_of(a), inputs_of(b)
    if map_inputs is not None:
        given = left.pack(random_inputs(a, left.specs, rng))
        return given, map_inputs(given)
    if len(left.specs) != len(right.specs):
        raise Unfit(
            f"{a.graph.name} takes {len(left.specs)} input(s) and {b.graph.name} "
            f"{len(right.specs)}; map_inputs can say how one becomes the other"
        )
    places = match_inputs(a.graph, b.graph)
    specs = [common(spec, right.specs[places.get(k, k)], a, b) for k, spec in enumerate(left.specs)]
    arrays = random_inputs(a, specs, rng)
    turned = {places.get(k, k): array for k, array in enumerate(arrays)}
    return left.pack(arrays), right.pack([turned[k] for k in range(len(arrays))])


def common(one: Spec, two: Spec, a: Bound, b: Bound) -> Spec:
    """Return what fits both inputs.

    Raises:
        Unfit: Nothing does.
    """
    same_length = len(one.shape) == len(two.shape)
    pairs: list[tuple[int | None, int | None]] = list(zip(one.shape, two.shape, strict=False))
    if not same_length or any(None not in (n, m) and n != m for n, m in pairs):
        raise Unfit(
            f"{a.graph.name} takes arrays of the shape {one.shape} where {b.graph.name} takes "
            f"{two.shape}, the batch left out"
        )
    return Spec(tuple(m if n is None else n for n, m in pairs), one.dtype, one.looked_up)


def is_half(bound: Bound) -> bool:
    """Return whether a model computes anything in 16 bits."""
    halves = {"float16", "bfloat16"}
    return any(getattr(live, "compute_dtype", "") in halves for live in bound.layers.values())
