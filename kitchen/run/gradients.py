"""What each call of shared weights contributes to their gradient."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph import sharing as shares
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import Path, Sharing, groups, name_of
from kitchen.graph.tracing import undone
from kitchen.run.inputs import is_half
from kitchen.run.probe import Array
from kitchen.run.replay import Replay
from kitchen.tables import Table, Tabled

PENALTY = "penalty"
TOLERANCE = 1e-6  # of the largest entry of Keras's gradient, or of the terms that make it up
HALF_TOLERANCE = 1e-2


@dataclass(frozen=True)
class Contributions:
    """The gradient of one shared weight, and the part of it that each call contributes.

    Args:
        layer: The name of the layer that owns the weight; of all, where weights are tied.
        weight: What the layer calls it, such as `"kernel"`.
        calls: By the call, in words: the gradient of that call's own copy of the weight. Each has
            the weight's shape.
        penalty: The gradient of the weight's regulariser, which belongs to no call.
        total: The gradient that Keras uses; it is the sum of all these.
    """

    layer: str
    weight: str
    calls: Mapping[str, Array]
    penalty: Array
    total: Array

    @property
    def parts(self) -> Mapping[str, Array]:
        """The terms of the sum: the calls and, where it is not zero, the penalty."""
        return dict(self.calls) | ({PENALTY: self.penalty} if self.penalty.any() else {})

    def share(self, part: Array) -> float:
        """Return how much of the whole gradient a part makes up along its direction.

        That is ⟨part, total⟩ / ⟨total, total⟩. The shares of all parts add up to 1; one that is
        below 0 pulls the other way. NaN where the parts cancel.
        """
        whole = float(np.sum(self.total * self.total))
        return float(np.sum(part * self.total)) / whole if whole else float("nan")


@dataclass(frozen=True, repr=False)
class Gradients(Tabled):
    """What each call of the shared weights of a model contributes to their gradients.

    Args:
        model: The model's name.
        loss: The loss on this data, with its penalties.
        training: What layers were told about training.
        shared: One entry for each weight that several calls use and an optimiser changes.
        difference: How far the sums are from Keras's gradients, in parts of their scale.
    """

    model: str
    loss: float
    training: bool
    shared: tuple[Contributions, ...]
    difference: float = field(default=0.0, compare=False)

    def table(self) -> Table:
        """Return the size of each part and its share of the whole gradient."""
        rows = [row for found in self.shared for row in self.rows(found)]
        caption = (
            f"Gradients of {self.model}: what each call contributes. The parts add up to the "
            f"gradient that Keras uses (to {self.difference:.0e} of its scale)."
            if rows
            else f"{self.model} has no trainable weight that more than one call uses."
        )
        header = ("layer", "weight", "part", "size", "share")
        return Table(caption, header, rows, numbers=(3, 4))

    def rows(self, found: Contributions) -> Iterator[tuple[str, ...]]:
        """Yield the rows of one weight; the last is the sum."""
        for name, part in found.parts.items():
            share = found.share(part)
            shown = "–" if np.isnan(share) else f"{share:.0%}"
            yield found.layer, found.weight, name, f"{np.linalg.norm(part):.3g}", shown
        whole = np.linalg.norm(found.total)
        yield found.layer, found.weight, "together", f"{whole:.3g}", "100%" if whole else "–"


@overload
def sharing(model: Any) -> Sharing: ...
@overload
def sharing(model: Any, x: Any, y: Any, *, training: bool = False) -> Gradients: ...
def sharing(
    model: Any, x: Any = None, y: Any = None, *, training: bool = False
) -> Sharing | Gradients:
    """Return which calls use each weight of a model; with data, what each adds to its gradient.

    Every call is run with its own copy of the weights. The gradient of a shared weight is the sum
    of its copies' gradients and of its regulariser's, which belongs to no call: this is the chain
    rule, and it is checked against the gradient that Keras computes. The model is left as it was.

    Args:
        model: A `tf.keras.Model`, or, without data, a `ModelGraph`; with data, a compiled model.
        x: Inputs as `fit` takes them.
        y: Targets as `fit` takes them.
        training: What layers are told about training. With `True` the random numbers and the
            statistics of layers are those of the next training step.

    Returns:
        A `Sharing` table without data, counted once and unshared; with data, `Gradients`.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`; or the model runs its layers more than 20,000 times in one pass.
        KitchenError: The model is not compiled, or does not take these data.

    >>> table = kitchen.sharing(kitchen.examples.shared_layer.functional())
    >>> table.once, table.unshared
    (12482, 20738)
    """
    if x is None and y is None:
        return shares.sharing(model)
    if x is None or y is None:
        raise KitchenError(
            "Gradients need inputs and targets.",
            received=f"only {'y' if x is None else 'x'}",
            fix="Pass both: kitchen.sharing(model, x, y).",
        )
    bound = bind(model)
    if not model.compiled:
        raise KitchenError(
            "Gradients need a loss, and the model is not compiled.",
            received=f"{model.name!r}, not compiled",
            fix='Compile it first, such as model.compile("adam", "mse").',
        )
    inputs, targets = (keras().tree.map_structure(tensor, data) for data in (x, y))
    try:
        with undone(model):
            return measured(bound, inputs, targets, training)
    except KitchenError:
        raise
    except Exception as error:
        raise KitchenError(
            f"{model.name!r} could not be run on these data.",
            received=in_a_line(error),
            fix="Pass x and y as model.fit takes them.",
        ) from error


def tensor(data: Any) -> Any:
    """Return an array as `fit` hands it to a model: floats in Keras's usual dtype."""
    k = keras()
    found = k.ops.convert_to_tensor(data)
    return k.ops.cast(found, k.config.floatx()) if found.dtype.is_floating else found


def measured(bound: Bound, x: Any, y: Any, training: bool) -> Gradients:
    """Compute the gradients of every call's copies, of the penalties, and Keras's own."""
    model = bound.layers[bound.graph.root]
    wanted = trained(bound)
    slopes = slopes_of(bound, wanted, x, y, training)
    penalties = penalties_of({key: bound.variables[key] for key in wanted})
    whole, total = of_keras(bound, wanted, x, y, training)
    scale = HALF_TOLERANCE if is_half(bound) else TOLERANCE
    found = [
        Contributions(
            ", ".join(bound.graph.layers[layer].name for layer in group.layers),
            bound.graph.weights[weight].name,
            calls,
            array(penalties[weight]),
            array(total[weight]),
        )
        for group in groups(bound.graph)
        for weight in group.weights
        if len(calls := calls_of(bound.graph, slopes, weight)) > 1
    ]
    worst = max(map(gap, found), default=0.0)
    if not worst <= scale:
        raise KitchenError(
            "The calls of this model do not add up to the gradient that Keras computes.",
            received=f"a difference of {worst:.1g} of its scale",
            fix="Use training=False, or unshare the model and compare the two.",
        )
    return Gradients(model.name, float(whole), training, tuple(found), worst)


def trained(bound: Bound) -> set[str]:
    """Return the ids of the weights that an optimiser changes."""
    changed = {id(v) for v in bound.layers[bound.graph.root].trainable_variables}
    return {key for key, v in bound.variables.items() if id(v) in changed}


def slopes_of(
    bound: Bound,
    wanted: Container[str],
    x: Any,
    y: Any,
    training: bool = False,
    state: Mapping[str, Any] | None = None,
) -> dict[tuple[Path, str], Any]:
    """Return the gradient of each call's own copy of each wanted weight; penalties left out.

    Args:
        bound: The model, compiled; run within `undone`.
        wanted: The ids of the weights.
        x: Inputs, as tensors.
        y: Targets, as tensors.
        training: What layers are told about training.
        state: Values to use in place of the model's own, by the weights' ids.
    """
    import tensorflow as tf

    model, now = bound.layers[bound.graph.root], dict(state or {})
    copies: dict[tuple[Path, str], Any] = {}
    with tf.GradientTape() as tape:

        def own(path: Path, weight: str) -> Any:
            value = now.get(weight, bound.variables[weight].value)
            if weight not in wanted:
                return value
            if (path, weight) not in copies:
                copies[path, weight] = tf.identity(value)
                tape.watch(copies[path, weight])
            return copies[path, weight]

        replay = Replay(bound, training, own, state=dict(now))
        given = replay.run(x)
        with keras().StatelessScope([(v, v.value) for v in bound.variables.values()]):
            loss = model.compute_loss(x=x, y=y, y_pred=given, training=training)
        loss = sum((tf.reduce_sum(tf.cast(x, loss.dtype)) for x in replay.losses), loss)
    found: dict[tuple[Path, str], Any] = tape.gradient(loss, copies, unconnected_gradients="zero")
    return found


def calls_of(
    graph: ModelGraph, slopes: Mapping[tuple[Path, str], Any], weight: str
) -> dict[str, Array]:
    """Return the gradient of each call's copy of a weight, by the call in words, in their order."""
    found = [(path, slope) for (path, key), slope in slopes.items() if key == weight]
    return {name_of(graph, path): array(slope) for path, slope in found}


def penalties_of(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the gradients of the weights' own regularisers."""
    import tensorflow as tf

    values = {key: tf.identity(v.value) for key, v in variables.items()}
    with tf.GradientTape() as tape:
        tape.watch(values)
        terms = [v.regularizer(values[k]) for k, v in variables.items() if v.regularizer]
        loss = sum(terms) if terms else tf.constant(0.0)
    slopes: dict[str, Any] = tape.gradient(loss, values, unconnected_gradients="zero")
    return slopes


def of_keras(
    bound: Bound, wanted: set[str], x: Any, y: Any, training: bool
) -> tuple[Any, dict[str, Any]]:
    """Return the loss and the gradients as Keras computes them: the weights shared, all at once."""
    import tensorflow as tf

    model = bound.layers[bound.graph.root]
    values = {key: tf.identity(v.value) for key, v in bound.variables.items()}
    held = [(v, values[key]) for key, v in bound.variables.items()]
    with tf.GradientTape() as tape:
        tape.watch([values[key] for key in wanted])
        with keras().StatelessScope(held, collect_losses=True):
            given = model(x, training=training)
            loss = model.compute_loss(x=x, y=y, y_pred=given, training=training)
    slopes: dict[str, Any] = tape.gradient(
        loss, {key: values[key] for key in wanted}, unconnected_gradients="zero"
    )
    return loss, slopes


def array(slope: Any) -> Array:
    """Return a gradient as an array of float64; one with a few rows only gets the others too."""
    import tensorflow as tf

    found: Array = tf.convert_to_tensor(slope).numpy().astype("float64")
    return found


def gap(found: Contributions) -> float:
    """Return how far the parts' sum is from the whole, against the largest number among them."""
    parts = [*found.calls.values(), found.penalty]
    size = max((float(np.abs(x).max()) for x in (*parts, found.total) if x.size), default=0.0)
    return float(np.abs(sum(parts) - found.total).max()) / size if size else 0.0
