"""Run a model with chosen weights, without changing the model, and measure what differs."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.reader import Bound
from kitchen.graph.tracing import sublayers, undone

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


def present(bound: Bound) -> Arrays:
    """Return every weight's value by its id, seeds included."""
    to_numpy = keras().ops.convert_to_numpy
    return {key: to_numpy(v.value) for key, v in bound.variables.items()}


def drawn(bound: Bound, rng: np.random.Generator) -> Arrays:
    """Return random weights of a size at which signals neither die out nor grow.

    Kernels are drawn afresh, so that no unit is dead or saturated; vectors (a bias, a scale) are
    moved from where they are, within one of zero. Statistics such as a moving variance only grow,
    so that they stay what they are: positive.
    """
    values = present(bound)
    for key, weight in bound.graph.weights.items():
        value = values[key]
        if weight.state or "float" not in weight.dtype or not value.size:
            continue
        if not weight.trainable:
            new = value.astype("float64") + 0.1 * rng.random(value.shape)
        elif value.ndim < 2:
            new = np.clip(value.astype("float64"), -1, 1) + 0.3 * rng.standard_normal(value.shape)
        else:
            new = rng.standard_normal(value.shape) / np.sqrt(fan_in(value.shape))
        values[key] = new.astype(value.dtype)
    return values


def fan_in(shape: tuple[int, ...]) -> int:
    """Return how many numbers meet in one unit of a kernel; a depthwise one has one channel."""
    depthwise = len(shape) > 2 and shape[-1] == 1
    return max(1, math.prod(shape[:-2] if depthwise else shape[:-1]))


def run(
    bound: Bound,
    values: Mapping[str, Array] | None,
    inputs: Any,
    *,
    training: bool,
    project: Callable[[list[Any]], Any] | None = None,
) -> tuple[list[Array], Arrays]:
    """Run a model with other weights than its own; neither it nor its seeds change.

    Args:
        bound: A built model.
        values: The value of each of its weights by id; `None` for the model as it is.
        inputs: Arrays in the structure that the model takes.
        training: What layers are told about training.
        project: Turns the outputs into one number whose gradients are wanted; `None` for none.

    Returns:
        The outputs, flat, and the gradient by weight id, all of float64.
    """
    import tensorflow as tf

    tensors = {
        key: tf.convert_to_tensor(value, dtype=bound.variables[key].dtype)
        for key, value in (values or {}).items()
    }
    floats = {key: x for key, x in tensors.items() if x.dtype.is_floating}
    # What `stateless_call` does, but through `__call__`, which also tells layers about training
    # where the model's own `call` has no such argument.
    scope = keras().StatelessScope([(bound.variables[key], x) for key, x in tensors.items()])
    model = bound.layers[bound.graph.root]
    with undone(model), tf.GradientTape() as tape, scope:
        tape.watch(list(floats.values()))
        if values is not None:
            derive(model)
        outputs = [
            x for x in keras().tree.flatten(model(inputs, training=training)) if x is not None
        ]
        target = project(outputs) if project else None
    flat = [keras().ops.convert_to_numpy(x).astype("float64") for x in outputs]
    if target is None:
        return flat, {}
    slopes = tape.gradient(target, floats, unconnected_gradients="zero")
    return flat, {
        key: tf.convert_to_tensor(slope).numpy().astype("float64") for key, slope in slopes.items()
    }


def derive(model: Any) -> None:
    """Make anew what layers have made of their weights, which only Keras's `load_weights` does.

    A Normalization computes with tensors that it made of its mean and variance when it was adapted.
    """
    for layer in sublayers(model):
        if isinstance(layer, keras().layers.Normalization):
            layer.finalize_state()


def projection(seed: int) -> Callable[[list[Any]], Any]:
    """Return a function that turns outputs into one number, the same for every model."""

    def project(outputs: list[Any]) -> Any:
        import tensorflow as tf

        rows = [x.shape[0] if x.shape.rank else 1 for x in outputs]
        flat = [
            tf.reshape(tf.cast(x, "float32"), (n, -1)) for n, x in zip(rows, outputs, strict=True)
        ]
        joined = tf.concat(flat, axis=1)
        mix = np.random.default_rng(seed).standard_normal(joined.shape).astype("float32")
        return tf.reduce_sum(joined * mix) / joined.shape[0]

    return project


def alike(left: Sequence[Array], right: Sequence[Array]) -> tuple[list[Array], list[Array]] | None:
    """Return two models' outputs in the same pieces; `None` where their shapes do not fit.

    Outputs in other pieces, such as two of (n, 1) against one of (n, 2), are laid side by side.
    """
    if [x.shape for x in left] == [x.shape for x in right]:
        return list(left), list(right)
    if len({len(np.atleast_1d(x)) for x in (*left, *right)}) > 1:
        return None
    one, two = side_by_side(left), side_by_side(right)
    return ([one], [two]) if one.shape == two.shape else None


def side_by_side(arrays: Sequence[Array]) -> Array:
    """Join outputs to one row per example."""
    return np.concatenate([x.reshape(len(np.atleast_1d(x)), -1) for x in arrays], axis=1)


def distance(
    left: Mapping[Any, Array], right: Mapping[Any, Array], *, whole: bool = False
) -> float:
    """Return the largest |x - y| / max(1, |y|) over arrays of the same keys; NaN if any is.

    With `whole`, an array's largest |y| counts for all of it: gradients are sums, and rounding is
    as large as what was summed up.
    """
    worst = 0.0
    for key, x in left.items():
        y = right[key]
        if x.size:
            size = np.abs(y).max() if whole else np.abs(y)
            with np.errstate(invalid="ignore"):  # infinity less infinity: the NaN says it
                found = np.max(np.abs(x - y) / np.maximum(1.0, size))
            worst = float(np.maximum(worst, found))  # keeps a NaN, as max() would not
    return worst
