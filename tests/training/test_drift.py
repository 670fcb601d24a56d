"""Copies that begin equal and part, beside weights that cannot."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from tests.checking import state

RNG = np.random.default_rng(0)
X = {"a": RNG.normal(size=(64, 6)), "b": RNG.normal(size=(64, 6))}
Y = X["a"][:, :1] * 2 + X["b"][:, :1]


def siamese(encoder: Any) -> Any:
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    both = layers.Concatenate()([encoder(a), encoder(b)])
    model = keras.Model([a, b], layers.Dense(1)(both), name="siamese")
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize(
    "encoder",
    [
        lambda: layers.Dense(4, name="encoder"),
        lambda: keras.Sequential([keras.Input((6,)), layers.Dense(4)], name="encoder"),
    ],
)
def test_copies_part_from_epoch_to_epoch(encoder: Any) -> None:
    model = siamese(encoder())
    before = state(model)
    found = kitchen.drift(model, (X, Y), 4, device="cpu")
    assert state(model) == before
    assert list(found.distances) == ["encoder"]
    far = found.distances["encoder"]
    assert far[0] == 0
    assert len(far) == 5
    assert far[1] > 0
    assert far == sorted(far)
    one, two = (
        found.runs.models["unshared"].get_layer(f"encoder_call{k}").get_weights() for k in (1, 2)
    )
    size = np.sqrt(sum((w**2).sum() for w in model.get_layer("encoder").get_weights()))
    apart = np.sqrt(sum(((p - q) ** 2).sum() for p, q in zip(one, two, strict=True)))
    assert far[-1] == pytest.approx(apart / size, rel=1e-5)


def test_both_begin_with_the_same_loss_and_are_shown() -> None:
    found = kitchen.drift(siamese(layers.Dense(4, name="encoder")), (X, Y), 2, device="cpu")
    assert set(found.runs.history) == {"shared", "unshared"}
    assert "encoder" in str(found) and "unshared" in str(found)
    assert "<table>" in found._repr_html_()
    assert "encoder" in found.plot().alt


def test_nothing_is_shared() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(KitchenError, match="called more than once"):
        kitchen.drift(model, (X["a"], Y), 1)


def test_a_training_that_was_stopped_at_once_can_be_shown() -> None:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    model = siamese(layers.Dense(4, name="encoder"))
    found = kitchen.drift(model, (X, Y), 2, device="cpu", callbacks=Stop())
    assert found.distances == {"encoder": [0.0]}
    assert "Stopped while shared was training" in str(found)
    assert found.plot().alt
