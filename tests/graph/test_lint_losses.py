"""Mistakes in how a model is compiled: first Keras goes wrong in silence, then `lint` says so."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses, ops

import kitchen
from tests.linting import apart, labels, moved, named, normal, only, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


X = normal(64, 6) * 3
LABELS = labels(64, 4)
ROWS = np.eye(4, dtype="float32")[LABELS]
BITS = (LABELS[:, None] > 1).astype("float32")


def net(units: int, activation: str | None, *after: Any, name: str = "out") -> Any:
    i = keras.Input((6,))
    h = layers.Dense(units, activation=activation, name=name)(i)
    for layer in after:
        h = layer(h)
    return keras.Model(i, h)


def compiled(model: Any, loss: Any, **given: Any) -> Any:
    model.compile("sgd", loss, **{"run_eagerly": True, **given})  # nothing to record: faster
    return model


def cross_entropy(p: Any, y: Any) -> float:
    """The cross-entropy of predictions, computed by hand."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    if y.ndim == 1:
        p = p / p.sum(axis=-1, keepdims=True)
        return float(-np.log(p[np.arange(len(y)), y]).mean())
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())


LOGITS = [
    (losses.SparseCategoricalCrossentropy, 4, "softmax", LABELS),
    (losses.CategoricalCrossentropy, 4, "softmax", ROWS),
    (losses.BinaryCrossentropy, 1, "sigmoid", BITS),
]


@pytest.mark.parametrize(("kind", "units", "act", "y"), LOGITS)
def test_probabilities_for_a_loss_that_expects_logits(
    kind: Any, units: int, act: str, y: Any
) -> None:
    model = compiled(net(units, act, layers.Reshape((units,))), kind(from_logits=True))
    right = compiled(net(units, act, layers.Reshape((units,))), kind())
    right.set_weights(model.get_weights())
    wrong, value = (m.evaluate(X, y, verbose=0) for m in (model, right))
    by_hand = cross_entropy(model.predict(X, verbose=0), LABELS if units > 1 else y)
    assert abs(value - by_hand) < 1e-3 < 0.1 < abs(wrong - by_hand)
    finding = only("K301", model)
    assert named(model, finding) == ["out"]
    assert "from_logits=True)" in finding.happens and "A second" in finding.happens
    sound(right)
    sound(compiled(net(units, None), kind(from_logits=True)))


@pytest.mark.parametrize(("kind", "units", "act", "y"), LOGITS)
def test_keras_mends_it_while_it_trains_but_not_for_what_predict_gives(
    kind: Any, units: int, act: str, y: Any
) -> None:
    loss = kind(from_logits=True)
    model = compiled(net(units, act), loss)
    by_hand = cross_entropy(model.predict(X, verbose=0), LABELS if units > 1 else y)
    with pytest.warns(UserWarning, match="Was this intended"):
        assert abs(model.evaluate(X, y, verbose=0) - by_hand) < 0.02
    assert abs(float(loss(y, model.predict(X, verbose=0))) - by_hand) > 0.1
    assert "Keras notices" in only("K301", model).happens


def test_mixed_precision_is_not_mended() -> None:
    i = keras.Input((6,))
    out = layers.Dense(4, activation="softmax", dtype="mixed_float16", name="out")(i)
    model = compiled(keras.Model(i, out), losses.SparseCategoricalCrossentropy(from_logits=True))
    by_hand = cross_entropy(model.predict(X, verbose=0).astype("float32"), LABELS)
    assert abs(model.evaluate(X, LABELS, verbose=0) - by_hand) > 0.1
    assert "A second softmax" in only("K301", model).happens


@pytest.mark.parametrize(
    ("loss", "units", "y"),
    [
        ("sparse_categorical_crossentropy", 4, LABELS),
        ("categorical_crossentropy", 4, ROWS),
        ("binary_crossentropy", 1, BITS),
    ],
)
def test_logits_for_a_loss_that_expects_probabilities(loss: str, units: int, y: Any) -> None:
    model = compiled(net(units, None), loss)
    dense = model.get_layer("out")
    start = [5.0, -1.0, -1.0, -1.0] if loss.startswith("categorical") else [-3.0] * units
    dense.set_weights([np.zeros((6, units)), np.array(start)])
    assert moved(dense, lambda: model.fit(X, y, verbose=0)) < 1e-6  # nothing is learned
    finding = only("K302", model)
    assert named(model, finding) == ["out"]
    act = "sigmoid" if units == 1 else "softmax"
    assert f'activation="{act}"' in finding.fix
    sound(compiled(net(units, act), loss))


UNFIT = [
    ("tanh", 1, "binary_crossentropy", BITS),
    ("relu", 1, "binary_crossentropy", BITS),
    ("relu", 4, "categorical_crossentropy", ROWS),
    ("tanh", 4, "sparse_categorical_crossentropy", LABELS),
    ("sigmoid", 4, "categorical_crossentropy", ROWS),
    ("sigmoid", 4, "sparse_categorical_crossentropy", LABELS),
    ("softmax", 4, "binary_crossentropy", ROWS),
    ("tanh", 1, "poisson", BITS),
    (None, 1, "poisson", BITS),
]


@pytest.mark.parametrize(("act", "units", "loss", "y"), UNFIT)
def test_a_last_activation_that_does_not_fit_the_loss(
    act: str, units: int, loss: str, y: Any
) -> None:
    model = compiled(net(units, act), loss)
    if loss == "poisson" or (act == "relu" and units > 1):
        model.set_weights([normal(6, units) * 0.01, np.full(units, -2.0)])
    p, value = model.predict(X, verbose=0), model.evaluate(X, y, verbose=0)
    if act in {"sigmoid", "softmax"}:  # the loss is not that of the predictions
        by_hand = cross_entropy(p, LABELS if "categorical" in loss else y)
        assert abs(value - by_hand) > 0.005
    elif loss == "poisson" or (act == "relu" and units > 1):
        assert np.isnan(value)  # where all units are 0, or one is below
    else:  # where the output is cut off, no gradient comes back
        model.get_layer("out").set_weights(
            [np.zeros((6, units)), np.full(units, 5.0 if act == "relu" else -2.0)]
        )
        assert moved(model, lambda: model.train_on_batch(X, y)) < 1e-6
    finding = only("K303", model)
    assert named(model, finding) == ["out"]
    ending = f"ends in {act}" if act else "has no activation"
    assert f"{ending} and the loss is `'{loss}'`" in finding.happens


FIT = [
    ("sigmoid", 1, "binary_crossentropy"),
    ("sigmoid", 4, "binary_crossentropy"),
    ("softmax", 4, "categorical_crossentropy"),
    ("softmax", 4, "kl_divergence"),
    ("softmax", 4, "mse"),
    ("sigmoid", 4, "mse"),
    ("tanh", 4, "mae"),
    ("relu", 1, "mse"),
    (None, 1, "huber"),
    ("softplus", 1, "poisson"),
    ("exponential", 1, "poisson"),
    ("tanh", 1, "hinge"),
    (lambda x: x / 2, 4, "categorical_crossentropy"),
]


@pytest.mark.parametrize(("act", "units", "loss"), FIT)
def test_an_activation_that_fits_or_is_a_matter_of_taste(act: Any, units: int, loss: str) -> None:
    sound(compiled(net(units, act), loss))


def test_losses_of_ones_own_are_left_alone() -> None:
    sound(compiled(net(4, None), lambda y, p: ops.mean((y - p) ** 2)))

    class Own(losses.Loss):
        def call(self, y: Any, p: Any) -> Any:
            return ops.mean(p)

    sound(compiled(net(1, "tanh"), Own()))


@pytest.mark.filterwarnings("ignore:In loss categorical_crossentropy")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_choice_between_classes_with_one_unit() -> None:
    model = compiled(net(1, "sigmoid"), "categorical_crossentropy")
    assert model.evaluate(X, BITS, verbose=0) == 0
    assert "always 0" in only("K304", model).happens
    assert (
        "Label 0" in only("K304", compiled(net(1, None), "sparse_categorical_crossentropy")).happens
    )


def test_a_training_step_of_ones_own_is_left_alone() -> None:
    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            return {}

    i = keras.Input((6,))
    model = compiled(Own(i, layers.Dense(4)(i)), "categorical_crossentropy")
    found = sound(model)
    left_out = next(x for x in found.unchecked if "K302" in x.codes)
    assert "training step" in left_out.why


def test_an_uncompiled_model_says_what_was_not_checked() -> None:
    found = kitchen.lint(net(4, None))
    assert not found and "K302" not in found.checked
    assert "not checked" in str(found).lower()


def test_apart_is_no_constant() -> None:
    assert apart([1.0], [1.5]) == 0.5
