"""Compile a rewritten model as its original was, and name what cannot be kept."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kitchen.backend import keras
from kitchen.errors import KitchenWarning, in_a_line
from kitchen.graph.nodes import compile_arguments, optimised

STEPS = (
    "train_step",
    "test_step",
    "predict_step",
    "compute_loss",
    "compute_metrics",
    "fit",
    "evaluate",
    "predict",
    "compile",
)


def warn(text: str) -> None:
    """State what a user must know of a model that is handed back."""
    warnings.warn(text, KitchenWarning, stacklevel=3)


def recompile(
    model: Any, made: Any, partner: Callable[[Any], Any] | None, *, named: bool
) -> Iterator[str]:
    """Compile a model as its original was; yield a sentence for each thing that is lost.

    Losses and functions are the very ones; the optimiser and the metrics are new, as they hold
    state of their own.

    Args:
        model: The original.
        made: The model to compile.
        partner: Gives the variable of `made` that stands for one of `model`; `None` where several
            do, so that what an optimiser remembers of one has no place to go.
        named: Whether the outputs of `made` have names that a dict of losses can refer to.
    """
    k = keras()
    own = own_steps(model)
    if own and type(made) is not type(model):
        yield f"{type(model).__name__} has a {own[0]} of its own, which the result does not have."
    if not model.compiled:
        return
    if "compile" in own:
        yield f"{model.name!r} was compiled in a way of its own; the result is not compiled."
        return
    arguments = compile_arguments(model)
    keyed = [name for name, value in arguments.items() if isinstance(value, Mapping)]
    if keyed and not named:
        yield (
            f"{model.name!r} was compiled with a dict as its {keyed[0]}, by names of outputs that "
            "a Sequential does not know; the result is not compiled."
        )
        return
    try:
        for name in ("metrics", "weighted_metrics"):
            arguments[name] = k.tree.map_structure(fresh_metric, arguments[name])
        arguments["optimizer"] = fresh(arguments["optimizer"])
        arguments["run_eagerly"] = model.run_eagerly
        scaled = isinstance(model.optimizer, k.optimizers.LossScaleOptimizer)
        made.compile(**arguments, auto_scale_loss=scaled)
    except Exception as error:  # code of the learner's
        yield f"The compile state of {model.name!r} is lost ({in_a_line(error)})."
        return
    if not remembered(model.optimizer, made.optimizer, partner):
        yield "What the optimiser remembers of earlier steps is lost: it starts afresh."


def own_steps(model: Any) -> list[str]:
    """Return which parts of training a model's class replaces."""
    k = keras()
    base = k.Sequential if isinstance(model, k.Sequential) else k.Model
    return [name for name in STEPS if getattr(type(model), name) is not getattr(base, name)]


def fresh(thing: Any) -> Any:
    """Return a fresh optimiser or metric of the same settings."""
    with keras().saving.custom_object_scope({type(thing).__name__: type(thing)}):
        return type(thing).from_config(thing.get_config())


def fresh_metric(metric: Any) -> Any:
    """Return a fresh metric for a metric object; names and functions as they are."""
    return fresh(metric) if isinstance(metric, keras().metrics.Metric) else metric


def remembered(old: Any, new: Any, partner: Callable[[Any], Any] | None) -> bool:
    """Hand an optimiser's state on to a new one; return whether nothing is lost."""
    if old is None or not old.built:
        return True
    steps = int(old.iterations)
    if partner is None:
        return steps == 0
    try:
        new.build([partner(variable) for variable in optimised(old)])
    except KeyError:  # a weight that the new model does not have
        return steps == 0
    pairs = list(zip(old.variables, new.variables, strict=False))
    if len(old.variables) != len(new.variables) or any(a.shape != b.shape for a, b in pairs):
        return steps == 0
    for one, two in pairs:
        two.assign(one)
    return True
