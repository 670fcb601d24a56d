"""Each call's part of a shared weight's gradient: by hand, against Keras, and where it refuses."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.run.gradients import PENALTY, Gradients
from tests import models
from tests.checking import state
from tests.random_models import Recipe, build, feed, rich

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 6))
Y = RNG.normal(size=(12, 6))


def chain(*chosen: Any) -> Any:
    model = keras.Sequential([keras.Input((6,)), *chosen], name="chain")
    model.compile("sgd", "mse")
    return model


def of(model: Any, x: Any = X, y: Any = Y, **options: bool) -> Gradients:
    return kitchen.sharing(model, x, y, **options)


def parts(found: Gradients, weight: str = "kernel") -> dict[str, Any]:
    return {
        name: part for x in found.shared if x.weight == weight for name, part in x.parts.items()
    }


def test_a_case_worked_out_by_hand() -> None:
    # y = w·(w·x) with w = 3, x = 2, target 0, squared error: L = (w²x)².
    # With a copy for each call, L = (a·b·x)²: dL/da = 2·(abx)·bx = 2·18·6 = 216 = dL/db.
    w = layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(3.0))
    model = keras.Sequential([keras.Input((1,)), w, w])
    model.compile("sgd", "mse")
    found = of(model, np.array([[2.0]]), np.array([[0.0]]))
    assert found.loss == pytest.approx(324)
    assert [float(x[0, 0]) for x in parts(found).values()] == pytest.approx([216, 216])
    assert float(found.shared[0].total[0, 0]) == pytest.approx(432)
    assert [found.shared[0].share(x) for x in parts(found).values()] == pytest.approx([0.5, 0.5])


def test_two_branches_worked_out_by_hand() -> None:
    # y = w·p − 2·w·q with w = 1, p = 3, q = 5, target 0: L = (3 − 10)² = 49.
    # The first call: 2·(−7)·3 = −42; the second: 2·(−7)·(−10) = 140; together 98.
    w = layers.Dense(1, use_bias=False, kernel_initializer="ones", name="w")
    p, q = keras.Input((1,), name="p"), keras.Input((1,), name="q")
    model = keras.Model([p, q], layers.Subtract()([w(p), 2.0 * w(q)]))
    model.compile("sgd", "mse")
    found = of(model, [np.array([[3.0]]), np.array([[5.0]])], np.array([[0.0]]))
    shown = {name: float(x[0, 0]) for name, x in parts(found).items()}
    assert shown == pytest.approx({"w, call 1 of 2": -42, "w, call 2 of 2": 140})
    assert "-43%" in str(found) and "143%" in str(found)


def keras_gradient(model: Any, weight: Any, x: Any, y: Any) -> Any:
    """The gradient that a training step uses, with every weight shared, no call apart."""
    with tf.GradientTape() as tape:
        loss = model.compute_loss(y=y, y_pred=model(x, training=False))
    return tf.convert_to_tensor(tape.gradient(loss, weight.value)).numpy()


@pytest.mark.parametrize("penalty", [None, "l2"])
@pytest.mark.parametrize("activity", [None, "l1"])
@pytest.mark.parametrize("calls", [2, 3])
def test_calls_and_penalty_add_up(penalty: Any, activity: Any, calls: int) -> None:
    layer = layers.Dense(
        6, activation="tanh", kernel_regularizer=penalty, activity_regularizer=activity
    )
    model = chain(*[layer] * calls)
    found = of(model)
    assert len(found.shared[0].calls) == calls
    assert (PENALTY in parts(found)) is (penalty is not None)
    together = sum(parts(found).values())
    wanted = keras_gradient(model, layer.kernel, X, Y)
    assert np.abs(together - wanted).max() < 1e-6 * np.abs(wanted).max()
    assert found.difference < 1e-6


def test_a_penalty_belongs_to_no_call() -> None:
    plain = layers.Dense(6, kernel_initializer=keras.initializers.GlorotUniform(1))
    held = layers.Dense(
        6,
        kernel_initializer=keras.initializers.GlorotUniform(1),
        kernel_regularizer=keras.regularizers.L2(0.1),
    )
    one, two = parts(of(chain(plain, plain))), parts(of(chain(held, held)))
    for a, b in zip(one.values(), list(two.values())[:2], strict=True):
        assert np.allclose(a, b, atol=1e-7)
    assert np.allclose(two[PENALTY], 0.2 * held.kernel.numpy(), atol=1e-6)


def looked_at(model: Any) -> Any:
    """What must stay as it is; a class of somebody's has no configuration to compare."""
    plain = [v.numpy().tobytes() for v in model.variables]
    return plain if kitchen.read(model).form == "subclassed" else state(model)


MODELS = {
    "shared sub-model": models.siamese,
    "tied weights": models.tied,
    "shared layer": kitchen.examples.shared_layer.functional,
    "subclassed": kitchen.examples.shared_layer.subclassed,
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("training", [False, True])
def test_every_way_of_sharing(name: str, training: bool) -> None:
    model = MODELS[name]()
    model.compile("sgd", "mse")
    x = RNG.normal(size=(4, 128)) if name == "subclassed" else feed(model)
    y = keras.tree.map_structure(lambda t: RNG.normal(size=t.shape), model(x))
    before = looked_at(model)
    found = of(model, x, y, training=training)
    assert looked_at(model) == before
    assert found.difference < 1e-6
    if name == "subclassed" and training:
        assert found.shared == ()  # its code counts as one call: no call is known to be apart
        return
    assert found.shared
    for weight in found.shared:
        assert len(weight.calls) > 1
        assert sum(map(weight.share, weight.parts.values())) == pytest.approx(1)


def test_training_is_replayed_from_one_snapshot() -> None:
    drop = layers.Dropout(0.5)
    norm = layers.BatchNormalization()
    encoder = keras.Sequential([keras.Input((6,)), layers.Dense(4), drop, norm], name="encoder")
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    model = keras.Model([a, b], layers.Dense(1)(layers.Subtract()([encoder(a), encoder(b)])))
    model.compile("sgd", "mse")
    before = state(model)
    one, two = (of(model, [X, X[::-1]], Y[:, :1], training=True) for _ in range(2))
    assert state(model) == before
    assert one.loss == two.loss
    assert one.difference < 1e-6
    still = of(model, [X, X[::-1]], Y[:, :1])
    assert one.loss != still.loss


def test_a_shared_dropout_draws_call_by_call_as_keras_does() -> None:
    drop, dense = layers.Dropout(0.5), layers.Dense(6)
    x = keras.Input((6,))
    ends = [drop(dense(x)), drop(dense(dense(x))), layers.Dense(2)(drop(x))]
    model = keras.Model(x, ends)
    model.compile("sgd", ["mse"] * 3)
    found = of(model, X, [Y, Y, Y[:, :2]], training=True)
    assert found.difference < 1e-6
    assert len(parts(found)) == 3


def test_nothing_is_shared() -> None:
    found = of(chain(layers.Dense(6)))
    assert found.shared == ()
    assert "no trainable weight that more than one call uses" in str(found)


def test_a_frozen_weight_has_no_gradient() -> None:
    layer = layers.Dense(6, trainable=False)
    assert of(chain(layer, layer, layers.Dense(6))).shared == ()


def test_what_cancels_has_no_share() -> None:
    layer = layers.Dense(6, name="d")
    a, b = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([a, b], layers.Subtract()([layer(a), layer(b)]))
    model.compile("sgd", "mse")
    found = of(model, [X, X[::-1]], Y)
    bias = next(x for x in found.shared if x.weight == "bias")
    assert np.abs(bias.total).max() < 1e-7
    assert "–" in str(found)


def test_without_data_it_is_the_table_of_weights() -> None:
    assert kitchen.sharing(kitchen.examples.shared_layer.functional()).unshared == 20738


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (X, None, "targets"),
        (None, Y, "targets"),
        (X[:, :3], Y, "could not be run"),
        (X, Y[:5], "could not be run"),
        ("text", Y, "could not be run"),
    ],
)
def test_data_that_do_not_fit_are_refused(x: Any, y: Any, reason: str) -> None:
    layer = layers.Dense(6)
    with pytest.raises(KitchenError, match=reason):
        kitchen.sharing(chain(layer, layer), x, y)


def test_a_model_without_a_loss_is_refused() -> None:
    with pytest.raises(KitchenError, match="not compiled"):
        of(keras.Sequential([keras.Input((6,)), layers.Dense(6)]))


@settings(max_examples=40)
@given(rich(most=12))
def test_any_model_adds_up(recipe: Recipe) -> None:
    model = build(recipe)
    model.compile("sgd", "mse")
    x = feed(model)
    try:
        y = keras.tree.map_structure(lambda t: np.ones(t.shape), model(x))
        tape = keras_gradient(model, model.trainable_variables[0], x, y)
    except Exception:
        return  # Keras itself cannot run it on these numbers, or there is nothing to train
    if not np.isfinite(tape).all():
        return
    before = state(model)
    found = of(model, x, y)
    assert state(model) == before
    assert found.difference <= 1e-2
