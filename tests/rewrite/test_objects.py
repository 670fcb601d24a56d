"""Layers and what is inside them: what is not the default, and nothing else."""

import ast
import functools
import inspect
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import constraints, initializers, layers, regularizers

from kitchen.rewrite.code import Label, Name, flat, replaced
from kitchen.rewrite.literals import Unwritable
from kitchen.rewrite.naming import Names
from kitchen.rewrite.objects import Objects
from tests.graphs_equal import config
from tests.rewrite.zoo import Scale, half

# What a layer cannot be made without.
NEEDED = {
    **{"units": 3, "filters": 4, "kernel_size": 3, "rate": 0.5, "input_dim": 7, "output_dim": 3},
    **{"target_shape": (2, 2), "dims": (2, 1), "n": 3, "num_heads": 2, "key_dim": 4, "axes": 1},
    **{"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, "activation": "relu"},
    **{"layer": layers.Dense(2), "cell": layers.LSTMCell(3), "cells": [layers.GRUCell(3)]},
    **{"stddev": 0.1, "height": 4, "width": 5, "num_bins": 4, "function": tf.nn.relu},
    **{"equation": "ab,bc->ac", "output_shape": 3, "output_size": 2, "factor": 0.5, "layers": []},
    **{"max_number": 3, "scale": 2.0, "height_factor": 0.5, "width_factor": 0.5},
}
# These have other settings than the defaults that their `__init__` shows.
SET_BY_THEMSELVES = {"Hashing", "HashedCrossing", "MelSpectrogram"}
CLASSES = sorted(
    name
    for name, cls in vars(layers).items()
    if isinstance(cls, type) and issubclass(cls, layers.Layer) and cls.__name__ == name
)


def code(thing: Any, **kwargs: Any) -> str:
    """A layer's code on one line."""

    def leaf(part: Name) -> str:
        return repr(part.text) if isinstance(part, Label) else str(part)

    return flat(replaced(Objects(Names(), lambda model: ("MODEL",)).made(thing, **kwargs), leaf))


def made(text: str) -> Any:
    """What code on one line makes."""
    return eval(text, {"tf": tf, "layers": layers, "ops": keras.ops, "half": half})  # noqa: S307


def arguments(text: str) -> int:
    """How many arguments a call has."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    return len(call.args) + len(call.keywords)


@pytest.mark.parametrize("name", CLASSES)
def test_every_layer_of_keras_comes_back_from_its_code(name: str) -> None:
    cls = getattr(layers, name)
    needed = [
        p.name
        for p in inspect.signature(cls.__init__).parameters.values()
        if p.default is p.empty and p.name not in {"self", "args", "kwargs"}
    ]
    if missing := set(needed) - set(NEEDED):
        pytest.skip(f"it needs {missing}, such as another library's objects")
    try:
        layer = cls(**{key: NEEDED[key] for key in needed})
    except (TypeError, ValueError, ImportError) as error:
        pytest.skip(f"it needs more: {error}")
    text = code(layer)
    if name not in SET_BY_THEMSELVES and "image_preprocessing" not in cls.__module__:
        assert arguments(text) == len(needed), text
    assert config(made(text)) == config(layer)


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (layers.Dense(4), "layers.Dense(4)"),
        (layers.Dense(4, activation="relu"), 'layers.Dense(4, activation="relu")'),
        (layers.Dense(4, activation=tf.nn.tanh), "layers.Dense(4, activation=tf.nn.tanh)"),
        (layers.Dense(4, activation=keras.activations.gelu), 'layers.Dense(4, activation="gelu")'),
        (layers.Dense(4, activation=half), "layers.Dense(4, activation=half)"),
        (
            layers.Dense(4, activation=layers.LeakyReLU(negative_slope=0.5)),
            "layers.Dense(4, activation=layers.LeakyReLU(negative_slope=0.5))",
        ),
        (layers.Dense(4, kernel_initializer="GlorotUniform"), "layers.Dense(4)"),
        (
            layers.Dense(4, kernel_initializer=initializers.HeNormal()),
            'layers.Dense(4, kernel_initializer="he_normal")',
        ),
        (
            layers.Dense(4, kernel_initializer=initializers.HeNormal(seed=2)),
            "layers.Dense(4, kernel_initializer=tf.keras.initializers.HeNormal(seed=2))",
        ),
        (
            layers.Dense(4, kernel_regularizer=regularizers.L2(0.5), bias_regularizer="l1"),
            "layers.Dense(4, kernel_regularizer=tf.keras.regularizers.L2(0.5), "
            'bias_regularizer="l1")',
        ),
        (
            layers.Dense(4, kernel_constraint=constraints.MaxNorm(3)),
            "layers.Dense(4, kernel_constraint=tf.keras.constraints.MaxNorm(3))",
        ),
        (
            layers.Dense(2, kernel_initializer=initializers.Constant(np.ones((1, 2), "float32"))),
            "layers.Dense(2, kernel_initializer="
            "tf.keras.initializers.Constant(tf.constant([[1.0, 1.0]])))",
        ),
        (layers.Conv2D(8, (3, 3), strides=(2, 2)), "layers.Conv2D(8, 3, strides=2)"),
        (layers.Conv2D(8, (3, 1)), "layers.Conv2D(8, (3, 1))"),
        (layers.MaxPooling2D((2, 2), strides=(2, 2)), "layers.MaxPooling2D()"),
        (layers.MaxPooling2D(3, strides=2), "layers.MaxPooling2D(3, strides=2)"),
        (layers.Embedding(9, 2, embeddings_initializer="uniform"), "layers.Embedding(9, 2)"),
        (layers.Dropout(0.5, seed=3), "layers.Dropout(0.5, seed=3)"),
        (layers.LayerNormalization(axis=[1]), "layers.LayerNormalization(axis=1)"),
        (layers.Dense(4, dtype="mixed_float16"), 'layers.Dense(4, dtype="mixed_float16")'),
        (layers.Dense(4, trainable=False), "layers.Dense(4, trainable=False)"),
        (
            layers.Bidirectional(layers.LSTM(3, name="inside")),
            "layers.Bidirectional(layers.LSTM(3, name='inside'))",
        ),
        (
            layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)]),
            "layers.RNN(layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3)]))",
        ),
        (Scale(2.0), "Scale(factor=2.0)"),
        (layers.Lambda(half), "layers.Lambda(half)"),
        (layers.Rescaling(1 / 255), "layers.Rescaling(0.00392156862745098)"),
    ],
)
def test_a_layer_is_written_so(layer: Any, text: str) -> None:
    assert code(layer) == text


def test_a_backward_layer_of_its_own_is_written() -> None:
    layer = layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2, go_backwards=True))
    assert "backward_layer=layers.GRU(2, go_backwards=True)" in code(layer)


def test_under_another_policy_every_dtype_is_written() -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        assert code(layers.Dense(2)) == 'layers.Dense(2, dtype="mixed_float16")'
        assert code(layers.Dense(2, dtype="float32")) == 'layers.Dense(2, dtype="float32")'
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_learned_vocabulary_is_written_or_refused() -> None:
    layer = layers.TextVectorization()
    layer.adapt(["a b", "b"])
    assert code(layer) == 'layers.TextVectorization(vocabulary=["b", "a"])'
    layer = layers.TextVectorization()
    layer.adapt([" ".join(f"word{k}" for k in range(300))])
    with pytest.raises(Unwritable, match="more than 100 values"):
        code(layer)
    layer = layers.TextVectorization(output_mode="tf_idf")
    layer.adapt(["a b", "b"])
    with pytest.raises(Unwritable, match="learned"):
        code(layer)


class Forgetful(layers.Layer):
    """Its config names nothing that it takes."""

    def __init__(self, width: int = 3, **kwargs: Any):
        super().__init__(**kwargs)

    def get_config(self) -> dict[str, Any]:
        return dict(super().get_config())


class Chatty(layers.Layer):
    """Its config holds more than it takes."""

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "more": 1}


class Broken(layers.Layer):
    """Its config fails, and so does an attribute that is called like an argument."""

    def __init__(self, width: int = 3, **kwargs: Any):
        super().__init__(**kwargs)

    @property
    def width(self) -> int:
        raise RuntimeError("no width")

    def get_config(self) -> dict[str, Any]:
        raise RuntimeError("no config")


def local_function(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (layers.Lambda(lambda x: x), "Python code"),
        (layers.TimeDistributed(layers.Lambda(lambda x: x)), "Python code"),
        (layers.Dense(2, activation=lambda x: x), "Python code"),
        (layers.Dense(2, activation=functools.partial(tf.nn.gelu)), "get_config"),
        (layers.Dense(2, kernel_initializer=np.ones((3, 2))), "Python code"),
        (
            layers.Dense(2, kernel_initializer=initializers.Constant(np.ones((30, 2)))),
            "array of 60 numbers",
        ),
        (Forgetful(), "does not name width"),
        (Chatty(), "does not take 'more'"),
        (Broken(), "no config"),
        (type("Local", (layers.Layer,), {"__module__": "__main__"})(), "notebook or script"),
        (type("Gone", (layers.Layer,), {"__module__": __name__})(), "not found"),
        (type("system", (layers.Layer,), {"__module__": "os"})(), "not found"),
    ],
)
def test_what_has_no_code_is_refused(layer: Any, reason: str) -> None:
    with pytest.raises(Unwritable, match=reason):
        code(layer)


def test_a_function_with_the_name_of_an_activation_is_not_taken_for_it() -> None:
    def relu(x: Any) -> Any:
        return x

    with pytest.raises(Unwritable, match="relu"):
        code(layers.Dense(2, activation=relu))


def test_imports_are_kept_apart() -> None:
    objects = Objects(Names(["Scale"]), lambda model: ("MODEL",))
    assert flat(objects.made(Scale(1.0))) == "Scale_2(factor=1.0)"
    assert objects.places.imports == {("tests.rewrite.zoo", "Scale"): "Scale_2"}
