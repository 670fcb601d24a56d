"""Random inputs that two models both take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.matching import match_inputs
from kitchen.graph.reader import Bound
from kitchen.graph.tracing import declared_inputs, shapes_of

ROWS = 32  # examples in a check, where a model does not fix their number
FAR = 10.0  # the scale of a quarter of the examples; the others have a scale of one
OPEN = 7  # the length taken for an axis without one, such as a sentence's
OPEN_IN_IMAGES = 32


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
        rows: The number of examples, where the model fixes it.
    """

    shape: tuple[int | None, ...]
    dtype: str
    looked_up: bool = False
    rows: int | None = None


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
            Spec(shape[1:], p.tensor.dtype or "", p.tensor.call in looked_up, shape[0])
            for p in body.inputs
            if (shape := p.tensor.shape)
        ]
        return Inputs(found, body.input_structure)
    flat: list[Spec] = []
    if (declared := declared_inputs(model)) is not None:

        def keep(x: Any) -> int:
            flat.append(Spec(tuple(x.shape[1:]), x.dtype, bool(embeddings), x.shape[0]))
            return len(flat) - 1

        return Inputs(flat, keras().tree.map_structure(keep, declared))
    if (shapes := shapes_of(model)) is None:
        raise Unknown(f"the input shapes of {graph.name} are not known")

    def note(shape: tuple[int | None, ...]) -> int:
        flat.append(Spec(tuple(shape[1:]), str(model.input_dtype), bool(embeddings)))
        return len(flat) - 1

    structure = keras().tree.map_shape_structure(note, shapes)
    return Inputs(flat, structure)


def embedding() -> Any:
    """Return Keras's Embedding class."""
    return keras().layers.Embedding


def random_inputs(specs: list[Spec], top: int, rng: np.random.Generator) -> list[Any]:
    """Return random arrays for a model's inputs.

    Args:
        specs: What the inputs take.
        top: Whole numbers stay below this.
        rng: Where the numbers come from.

    Raises:
        Unknown: An input takes strings or the like.
    """
    arrays: list[Any] = []
    for spec in specs:
        length = OPEN_IN_IMAGES if len(spec.shape) > 2 else OPEN
        shape = (spec.rows or ROWS, *(length if n is None else n for n in spec.shape))
        if spec.looked_up or "int" in spec.dtype:
            arrays.append(rng.integers(0, top, shape).astype(spec.dtype))
        elif spec.dtype == "bool":
            arrays.append(rng.random(shape) < 0.5)
        elif "float" in spec.dtype:
            values = rng.standard_normal(shape)
            values[: len(values) // 4] *= FAR
            half = spec.dtype == "bfloat16"  # which NumPy does not have
            arrays.append(
                keras().ops.cast(values, "bfloat16") if half else values.astype(spec.dtype)
            )
        else:
            raise Unknown(f"an input takes {spec.dtype}, for which there are no random values")
    return arrays


def smallest_vocabulary(*models: Bound) -> int:
    """Return how many words every Embedding of these models knows; 10 where there is none."""
    layers = [live for bound in models for live in bound.layers.values()]
    return min((x.input_dim for x in layers if isinstance(x, embedding())), default=10)


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
        KitchenError: `map_inputs` fails.
    """
    left, right = inputs_of(a), inputs_of(b)
    top = smallest_vocabulary(a, b)
    if map_inputs is not None:
        given = left.pack(random_inputs(left.specs, top, rng))
        return given, called("map_inputs", map_inputs, given)
    if len(left.specs) != len(right.specs):
        raise Unfit(
            f"{a.graph.name} takes {len(left.specs)} input(s) and {b.graph.name} "
            f"{len(right.specs)}; map_inputs can say how one becomes the other"
        )
    places = match_inputs(a.graph, b.graph)
    specs = [common(spec, right.specs[places.get(k, k)], a, b) for k, spec in enumerate(left.specs)]
    arrays = random_inputs(specs, top, rng)
    turned = {places.get(k, k): array for k, array in enumerate(arrays)}
    return left.pack(arrays), right.pack([turned[k] for k in range(len(arrays))])


def common(one: Spec, two: Spec, a: Bound, b: Bound) -> Spec:
    """Return what fits both inputs.

    Raises:
        Unfit: Nothing does.
    """
    same_length = len(one.shape) == len(two.shape)
    pairs: list[tuple[int | None, int | None]] = list(zip(one.shape, two.shape, strict=False))
    both_rows = one.rows and two.rows and one.rows != two.rows
    if not same_length or both_rows or any(None not in (n, m) and n != m for n, m in pairs):
        raise Unfit(
            f"{a.graph.name} takes arrays of the shape {one.shape} where {b.graph.name} takes "
            f"{two.shape}, the batch left out"
        )
    shape = tuple(m if n is None else n for n, m in pairs)
    return Spec(shape, one.dtype, one.looked_up or two.looked_up, one.rows or two.rows)


def called(name: str, function: Callable[[Any], Any], given: Any) -> Any:
    """Call a caller's function.

    Raises:
        KitchenError: It is no function, or it raises.
    """
    if not callable(function):
        raise KitchenError(
            f"{name} is a function.", received=repr(function), fix="Pass one, or leave it out."
        )
    try:
        return function(given)
    except Exception as error:
        raise KitchenError(
            f"{name} raised an error.",
            received=in_a_line(error),
            fix="Try it alone on a small array.",
        ) from error


def is_half(bound: Bound) -> bool:
    """Return whether a model computes anything in 16 bits."""
    halves = {"float16", "bfloat16"}
    return any(getattr(live, "compute_dtype", "") in halves for live in bound.layers.values())
