"""The one door to Keras: imported at first use, with one clear line if it is the wrong one."""

import importlib.util
import os
from functools import cache
from typing import Any

from kitchen.errors import BackendError, ModelError


@cache
def keras() -> Any:
    """Return `tensorflow.keras`, which in TensorFlow 2.16 and later is Keras 3.

    Raises:
        BackendError: TensorFlow is not installed, `TF_USE_LEGACY_KERAS` asks for Keras 2, or Keras
            runs on another backend.
    """
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in {"1", "true"}:
        raise BackendError(
            "TF_USE_LEGACY_KERAS asks TensorFlow for Keras 2, which these tools do not read.",
            fix="Remove that environment variable and restart the kernel.",
        )
    if importlib.util.find_spec("tensorflow") is None:
        raise BackendError(
            "TensorFlow is not installed in this environment.",
            fix="Run `python3 start.py`, or install `keras-kitchen[cpu]`.",
        )
    import keras

    if (name := keras.backend.backend()) != "tensorflow":
        raise BackendError(
            "Keras runs on another backend; these tools work with TensorFlow's.",
            received=f"the backend {name!r}",
            fix='Set KERAS_BACKEND to "tensorflow" and restart the kernel.',
        )
    return keras


def check_model(model: object) -> None:
    """Raise unless `model` is a Keras 3 model.

    Raises:
        BackendError: It is a model of `tf_keras` (Keras 2).
        ModelError: It is no Keras model at all.
    """
    kind = type(model)
    if any(base.__module__.partition(".")[0] == "tf_keras" for base in kind.__mro__):
        raise BackendError(
            "This is a model of tf_keras, the old Keras 2; these tools read Keras 3.",
            received=f"{kind.__module__}.{kind.__qualname__}",
            fix="Build it with tf.keras from TensorFlow 2.16 or later.",
        )
    if not isinstance(model, keras().Model):
        hint = "Pass a model such as tf.keras.Sequential([...])."
        if isinstance(model, type):
            hint = "That is a class: call it to make a model."
        elif isinstance(model, keras().layers.Layer):
            hint = "That is one layer: put it into tf.keras.Sequential([...]) first."
        elif kind.__name__ == "ModelGraph":
            hint = "That is a graph as data: pass the model itself, which can be run."
        elif isinstance(model, str | os.PathLike):
            hint = "To open a .keras file, use kitchen.load(path) first."
        raise ModelError(
            "This is not a Keras model.",
            received=f"{kind.__module__}.{kind.__qualname__}",
            fix=hint,
        )
