"""Run a model with chosen weights, without changing the model, and measure what differs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.graph.reader import Bound

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


def present(bound: Bound) -> Arrays:
    """Return every weight's value by its id, seeds included."""
    to_numpy = keras().ops.convert_to_numpy
    return {key: to_numpy(v.value) for key, v in bound.variables.items()}


def shaken(bound: Bound, rng: np.random.Generator) -> Arrays:
    """Return the weights with random changes, so that no zero or one is left to hide a mistake.

    Statistics such as a moving variance only grow, so that they stay what they are: positive.
    """
    values = present(bound)
    for key, weight in bound.graph.weights.items():
        value = values[key]
        if weight.state or "float" not in weight.dtype or not value.size:
            continue
        scale = 0.1 * (float(np.std(value.astype("float64"))) or 1.0)
        noise = rng.standard_normal(value.shape) if weight.trainable else rng.random(value.shape)
        values[key] = (value.astype("float64") + scale * noise).astype(value.dtype)
    return values


def run(
    bound: Bound,
    values: Mapping[str, Array],
    inputs: Any,
    *,
    training: bool,
    project: Callable[[list[Any]], Any] | None = None,
) -> tuple[list[Array], Arrays]:
    """Run a model with other weights than its own; neither it nor its seeds change.

    Args:
        bound: A built model.
        values: The value of each of its weights by id.
        inputs: Arrays in the structure that the model takes.
        training: What layers are told about training.
        project: Turns the outputs into one number whose gradients are wanted; `None` for none.

    Returns:
        The outputs, flat, and the gradient by weight id, all of float64.
    """
    import tensorflow as tf

    variables = bound.variables
    tensors = {
        key: tf.convert_to_tensor(values[key], dtype=v.dtype) for key, v in variables.items()
    }
    floats = {key: x for key, x in tensors.items() if x.dtype.is_floating}
    # What `stateless_call` does, but through `__call__`, which also tells layers about training
    # where the model's own `call` has no such argument.
    scope = keras().StatelessScope([(v, tensors[key]) for key, v in variables.items()])
    with tf.GradientTape() as tape, scope:
        tape.watch(list(floats.values()))
        outputs = keras().tree.flatten(bound.layers[bound.graph.root](inputs, training=training))
        target = project(outputs) if project else None
    flat = [keras().ops.convert_to_numpy(x).astype("float64") for x in outputs]
    if target is None:
        return flat, {}
    slopes = tape.gradient(target, floats, unconnected_gradients="zero")
    return flat, {
        key: tf.convert_to_tensor(slope).numpy().astype("float64") for key, slope in slopes.items()
    }


def projection(seed: int) -> Callable[[list[Any]], Any]:
    """Return a function that turns outputs into one number, the same for every model."""

    def project(outputs: list[Any]) -> Any:
        import tensorflow as tf

        flat = [tf.reshape(tf.cast(x, "float32"), (x.shape[0], -1)) for x in outputs]
        joined = tf.concat(flat, axis=1)
        mix = np.random.default_rng(seed).standard_normal(joined.shape).astype("float32")
        return tf.reduce_sum(joined * mix) / joined.shape[0]

    return project


def output_distance(left: Sequence[Array], right: Sequence[Array]) -> float:
    """Return the largest difference; outputs in other pieces are laid side by side first."""
    if [x.shape for x in left] != [x.shape for x in right]:
        left, right = [side_by_side(left)], [side_by_side(right)]
        if left[0].shape != right[0].shape:
            return float("inf")
    return distance(dict(enumerate(left)), dict(enumerate(right)))


def side_by_side(arrays: Sequence[Array]) -> Array:
    """Join outputs to one row per example."""
    return np.concatenate([x.reshape(len(x), -1) for x in arrays], axis=1)


def distance(left: Mapping[Any, Array], right: Mapping[Any, Array]) -> float:
    """Return the largest |x - y| / max(1, |y|) over arrays of the same keys; NaN if any is."""
    worst = 0.0
    for key, x in left.items():
        y = right[key]
        if x.size:
            with np.errstate(invalid="ignore"):  # infinity less infinity: the NaN says it
                found = np.max(np.abs(x - y) / np.maximum(1.0, np.abs(y)))
            worst = float(np.maximum(worst, found))  # keeps a NaN, as max() would not
    return worst
