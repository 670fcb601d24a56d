"""What property tests ask of a model: what it gives out, and that nobody has changed it."""

import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from tests.random_models import feed

HALF = {"float16", "bfloat16"}


def fresh(make: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Make a model as if it were the first: names begin anew; no weight is zero or one."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(3)
    model = make(*arguments, **options)
    rng = np.random.default_rng(5)
    for v in model.weights:
        if "float" in v.dtype:
            v.assign(keras.ops.convert_to_numpy(v.value) + 0.1 * rng.random(tuple(v.shape)))
    return model


def quietly(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call something without regard to what it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments, **options)


def outputs(
    model: Any, x: Any = None, *, training: bool = False, penalties: bool = True
) -> list[Any] | None:
    """Return what a model gives on random numbers, flat, and out of training its penalties too.

    `None` where Keras cannot run it: a mask that does not fit, an operation on two dtypes. Its
    weights, seeds and statistics stay as they are.
    """
    x = feed(model) if x is None else x
    try:
        if training:
            values = [v.value for v in model.trainable_variables]
            others = [v.value for v in model.non_trainable_variables]
            found, _ = quietly(model.stateless_call, values, others, x, training=True)
        else:
            found = quietly(model, x, training=False)
    except Exception:
        return None
    flat = [y for y in keras.tree.flatten(found) if y is not None]
    flat += [sum(float(x) for x in model.losses)] if penalties and not training else []
    return [keras.ops.convert_to_numpy(keras.ops.cast(x, "float64")) for x in flat]


def is_half(model: Any) -> bool:
    """Return whether a model may compute in 16 bits."""
    dtypes = {x.dtype for layer in model._flatten_layers() for x in layer.variables}
    policies = {layer.compute_dtype for layer in model._flatten_layers()}
    tensors = {x.dtype for x in keras.tree.flatten([model.inputs, model.outputs])}
    return bool(HALF & {str(x) for x in dtypes | policies | tensors})


def far(model: Any, other: Any, **options: bool) -> str:
    """Return how two models' outputs differ beyond rounding, or nothing."""
    x = feed(model)
    one, two = outputs(model, x, **options), outputs(other, x, **options)
    if one is None or two is None:
        return "" if one is two else f"only one of them runs: {one is None=}"
    if [a.shape for a in one] != [b.shape for b in two]:
        return f"shapes {[a.shape for a in one]}, {[b.shape for b in two]}"
    tolerance = 1e-2 if is_half(model) else 1e-5
    for k, (a, b) in enumerate(zip(one, two, strict=True)):
        gap = np.abs(a - b) / np.maximum(1.0, np.abs(a))
        known = np.isfinite(a)
        if not np.array_equal(a[~known], b[~known], equal_nan=True):
            return f"output {k}: what is not finite is not the same"
        if known.any() and not gap[known].max() <= tolerance:
            return f"output {k} is off by {gap[known].max():.2g}"
    return ""


def state(model: Any) -> tuple[Any, ...]:
    """Return all that must stay as it is when a model is only looked at."""
    within = list(model._flatten_layers())
    return (
        model.to_json(),
        [layer.name for layer in within],
        [len(layer._inbound_nodes) for layer in within],
        [len(layer._outbound_nodes) for layer in within],
        [layer.trainable for layer in within],
        [v.path for v in model.variables],
        [keras.ops.convert_to_numpy(v.value).tobytes() for v in model.variables],
        model.compiled,
    )
