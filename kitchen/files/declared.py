"""Compare the weights that a config declares with those that are stored, before any are made."""

import json
import math
import warnings
from collections.abc import Mapping
from typing import Any

from kitchen.backend import keras
from kitchen.files.archive import refused
from kitchen.files.text import objects

SPARE = 4_000_000  # numbers that a model may have beyond those stored: states, seeds, metrics


def check(text: str, custom: Mapping[str, Any], stored: int) -> None:
    """Raise where a model would have far more weights than the file stores.

    A few letters ask for a layer of a billion units, and Keras would fill it with random numbers
    first. Here the model is built once without: inside a `StatelessScope` a weight has a shape and
    no value yet.

    Args:
        text: The config as JSON.
        custom: What the user vouches for, as the file calls it.
        stored: How many numbers the file stores.

    Raises:
        FileRefused: It would have.
        Exception: Whatever Keras raises where it cannot build the model.
    """
    config = json.loads(text)
    metrics = take_compile_state(config)
    for thing in objects(config):
        if thing.get("stateful") is True:
            thing["stateful"] = False  # its state would be given values as it is made
    build = keras().saving.deserialize_keras_object
    with warnings.catch_warnings(), keras().StatelessScope(initialize_variables=False):
        warnings.simplefilter("ignore")  # they come again when the model is loaded
        try:
            things = [build(config, custom_objects=dict(custom), safe_mode=True)]
        except Exception:
            if custom:  # a user's own layer need not build in such a scope
                return
            raise
        things += keras().tree.flatten(build(metrics, custom_objects=dict(custom), safe_mode=True))
    declared = sum(
        math.prod(variable.shape)
        for thing in things
        for variable in getattr(thing, "variables", ())
    )
    if declared > stored + SPARE:
        raise refused(f"it declares {declared:,} weights and stores {stored:,}")


def take_compile_state(config: dict[str, Any]) -> list[Any]:
    """Take the compile state out of a config, and return the metrics in it."""
    metrics = []
    for thing in objects(config):
        compiled = thing.pop("compile_config", None)
        if isinstance(compiled, dict):
            metrics += [compiled.get("metrics"), compiled.get("weighted_metrics")]
    return metrics
