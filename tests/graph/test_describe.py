"""What a reader wants to know of a layer, in a word or two."""

from typing import Any

import keras
import pytest
from keras import layers

from kitchen.graph.describe import settings


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (layers.Dense(64, activation="relu"), "64 relu"),
        (layers.Dense(64), "64"),
        (layers.Conv2D(32, 3, activation="gelu"), "32 3×3 gelu"),
        (layers.MaxPooling2D(2), "2×2"),
        (layers.Dropout(0.25), "0.25"),
        (layers.Embedding(1000, 16), "1000→16"),
        (layers.Activation("softmax"), "softmax"),
        (layers.Dense(3, activation=layers.LeakyReLU(name="leak")), "3 leak"),
        (layers.Reshape((4, 2)), "4×2"),
        (layers.LayerNormalization(), ""),
    ],
)
def test_the_settings_asked_for_first(layer: Any, text: str) -> None:
    assert settings(layer, "layer") == text


def test_an_operation_says_how_it_was_called() -> None:
    x = keras.Input((3,))
    operation = keras.ops.sum(x, axis=1, keepdims=True)._keras_history.operation
    assert "axis" in settings(operation, "operation")
    assert "keepdims=True" in settings(operation, "operation")


def test_a_property_that_fails_does_not_stop_a_picture() -> None:
    class Broken(layers.Layer):
        @property
        def units(self) -> int:
            raise RuntimeError("not now")

    assert settings(Broken(), "layer") == ""
