"""Mistakes between a model and its targets: first Keras goes wrong, then `lint` says so."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from tests.linting import labels, named, normal, only, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


N = 64
LABELS = labels(N, 4)
ROWS = np.eye(4, dtype="float32")[LABELS]


def net(units: int, activation: str | None, loss: str, *, shape: Any = (6,), **given: Any) -> Any:
    model = keras.Sequential(
        [keras.Input(shape), layers.Dense(units, activation=activation, name="out")]
    )
    model.compile("sgd", loss, **{"run_eagerly": True, **given})
    return model


def history(model: Any, y: Any, epochs: int = 1) -> dict[str, list[float]]:
    x = normal(len(y), *model.input_shape[1:])
    found: dict[str, list[float]] = model.fit(x, y, epochs=epochs, verbose=0).history
    return found


BROADCAST = [
    ((6,), 5, (N, 1)),
    ((6,), 1, (N, 5)),
    ((28, 6), 10, (N, 1, 10)),
]


@pytest.mark.parametrize(("inside", "units", "given"), BROADCAST)
@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "categorical_focal_crossentropy"])
def test_targets_that_broadcast(
    inside: tuple[int, ...], units: int, given: tuple[int, ...], loss: str
) -> None:
    y = (normal(*given) > 0).astype("float32")
    if "categorical" in loss:
        y[..., 0] = 0  # not all equal to one label
        if given[-1] == 1:
            return  # another rule: labels where rows are due
        y = np.eye(given[-1], dtype="float32")[np.zeros(given[:-1], int)]
    model = net(
        units, "softmax" if "categorical" in loss and units > 1 else None, loss, shape=inside
    )
    if units == 1 and "categorical" in loss:
        return
    assert np.isfinite(history(model, y)["loss"][0])  # not a word
    finding = only("K401", model, y)
    assert named(model, finding) == ["out"]
    assert "without a word" in finding.happens


def test_targets_that_broadcast_across_examples() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(5), layers.Reshape((1, 5), name="r")])
    model.compile("sgd", "mse")
    y = normal(N, 5)
    assert np.isfinite(history(model, y)["loss"][0])  # each example against all the others
    assert "n×n×5" in only("K401", model, y).happens


FITTING = [
    ((6,), 5, (N, 5)),
    ((6,), 1, (N,)),
    ((6,), 1, (N, 1)),
    ((4, 6), 1, (N, 4)),
    ((4, 6), 1, (N, 4, 1)),
    ((28, 6), 10, (N, 28, 10)),
]


@pytest.mark.parametrize(("inside", "units", "given"), FITTING)
def test_targets_that_fit(inside: tuple[int, ...], units: int, given: tuple[int, ...]) -> None:
    sound(net(units, None, "mse", shape=inside), normal(*given))


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_what_keras_refuses_is_left_to_keras(loss: str) -> None:
    model = net(5, None, loss, run_eagerly=False)
    with pytest.raises(ValueError):
        history(model, normal(N, 3))
    sound(model, normal(N, 3))


def test_a_missing_flatten_with_a_loss_that_says_nothing() -> None:
    model = net(1, None, "mse", shape=(8, 8))
    y = normal(N, 1)
    assert np.isfinite(history(model, y)["loss"][0])
    assert model.predict(normal(3, 8, 8), verbose=0).shape == (3, 8, 1)
    finding = only("K402", model, y)
    assert named(model, finding) == ["out"]
    assert "(n, 8, 8)" in finding.happens and "(n, 8, 1)" in finding.happens


@pytest.mark.parametrize("compiled", [True, False])
def test_a_missing_flatten_shows_in_the_shape_of_the_output(compiled: bool) -> None:
    i = keras.Input((28, 28))
    h = layers.Dense(16, activation="relu", name="first")(i)
    model = keras.Model(i, layers.Dense(10, activation="softmax", name="out")(h))
    assert model.predict(normal(3, 28, 28), verbose=0).shape == (3, 28, 10)
    if compiled:
        model.compile("sgd", "sparse_categorical_crossentropy")
    finding = only("K402", model, labels(N, 10))
    assert named(model, finding) == ["first", "out"]
    flat = keras.Sequential(
        [keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")]
    )
    assert flat.predict(normal(3, 28, 28), verbose=0).shape == (3, 10)
    sound(flat, labels(N, 10))


def test_a_convolution_straight_into_dense() -> None:
    def build(*between: Any) -> Any:
        parts = [
            layers.Conv2D(3, 3, activation="relu"),
            layers.MaxPooling2D(),
            *between,
            layers.Dense(9, activation="relu", name="first"),
            layers.Dense(10, activation="softmax", name="out"),
        ]
        model = keras.Sequential([keras.Input((8, 8, 1)), *parts])
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    model = build()
    assert model.predict(normal(2, 8, 8, 1), verbose=0).shape == (2, 3, 3, 10)
    finding = only("K403", model, labels(N, 10))
    assert named(model, finding) == ["first", "out"]
    assert "(n, 3, 3, 10)" in finding.happens
    sound(build(layers.Flatten()), labels(N, 10))
    sound(build(layers.GlobalAveragePooling2D()), labels(N, 10))
    sound(build(), np.zeros((N, 3, 3), "int32"))  # a label for each place: nothing is missing


def test_a_dense_for_each_word_is_no_missing_flatten() -> None:
    i = keras.Input((12,), dtype="int32")
    h = layers.LSTM(8, return_sequences=True)(layers.Embedding(20, 4)(i))
    model = keras.Model(i, layers.Dense(5, activation="softmax")(h))
    model.compile("sgd", "sparse_categorical_crossentropy")
    sound(model, np.zeros((N, 12), "int32"))


def test_a_sequence_where_one_answer_is_due_broadcasts() -> None:
    i = keras.Input((12, 4))
    h = layers.LSTM(8, return_sequences=True)(i)
    model = keras.Model(i, layers.Dense(1)(h))
    model.compile("sgd", "mse")
    assert "(n, 12, 1)" in only("K401", model, normal(N, 1)).happens


def test_a_label_without_a_unit() -> None:
    y = labels(N, 5)
    model = net(
        4, "softmax", "sparse_categorical_crossentropy", run_eagerly=False, jit_compile=True
    )
    assert np.isnan(history(model, y)["loss"][0])
    finding = only("K404", model, y)
    assert "from 0 to 4" in finding.happens and "`Dense(5)`" in finding.fix
    sound(net(5, "softmax", "sparse_categorical_crossentropy"), y)
    only("K404", model, y - 1)


@pytest.mark.parametrize("ignored", [255, -1])
def test_a_label_that_the_loss_ignores_needs_no_unit(ignored: int) -> None:
    y = labels(N, 4)
    y[::3] = ignored
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=ignored)
    model = net(4, "softmax", loss, run_eagerly=False, jit_compile=True)
    assert np.isfinite(history(model, y)["loss"][0])
    sound(model, y)
    sound(model, y.astype("float32")[:, None])
    sound(model, np.full(N, ignored))
    assert f"from 0 to 4, {ignored} left out" in only("K404", model, np.where(y == 3, 4, y)).happens
    only("K404", net(4, "softmax", "sparse_categorical_crossentropy"), y)


def test_an_ignored_label_is_that_of_its_own_output() -> None:
    i = keras.Input((6,))
    ends = [layers.Dense(4, activation="softmax", name=name)(i) for name in "pq"]
    model = keras.Model(i, ends)
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=9)
    model.compile("sgd", [loss, "sparse_categorical_crossentropy"])
    nines = np.where(LABELS == 3, 9, LABELS)
    sound(model, [nines, LABELS])
    assert named(model, only("K404", model, [LABELS, nines])) == ["q"]


def test_classes_along_another_axis_are_left_alone() -> None:
    model = keras.Sequential(
        [keras.Input((4, 3)), layers.Dense(2), layers.Softmax(axis=1, name="out")]
    )
    y = np.tile(ROWS[..., None], 2)  # a row adds up to 2, a column to 1
    model.compile("sgd", keras.losses.CategoricalCrossentropy(axis=1))
    assert np.isfinite(model.fit(normal(N, 4, 3), y, verbose=0).history["loss"][0])
    sound(model, y)
    model.compile("sgd", keras.losses.CategoricalCrossentropy())
    assert "adds up to 2" in only("K406", model, y).happens


def test_labels_with_fractions_are_cut_off() -> None:
    y = np.linspace(0, 3, N)
    model = net(4, "softmax", "sparse_categorical_crossentropy")
    x = normal(N, 6)
    assert model.evaluate(x, y, verbose=0) == model.evaluate(x, np.floor(y), verbose=0)
    assert "cut off" in only("K404", model, y).happens


def test_labels_in_another_form() -> None:
    numbers = net(4, "softmax", "categorical_focal_crossentropy")
    column = LABELS[:, None].astype("float32")
    assert np.isfinite(history(numbers, column)["loss"][0])  # broadcast, without a word
    assert "sparse_categorical_crossentropy" in only("K405", numbers, column).fix
    plain = net(4, "softmax", "categorical_crossentropy")
    with pytest.raises(ValueError, match="same rank"):  # at the first step, not before
        history(plain, LABELS)
    only("K405", plain, LABELS)
    sparse = net(4, "softmax", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="rank"):
        history(sparse, ROWS)
    assert "argmax" in only("K405", sparse, ROWS).fix
    sound(plain, ROWS)
    sound(sparse, LABELS)
    sound(sparse, LABELS[:, None])


def test_a_binary_loss_falls_for_ever() -> None:
    model = net(1, "sigmoid", "binary_crossentropy")
    y = np.where(normal(N, 1) > 0, 1.0, -1.0)
    model.layers[0].set_weights([np.zeros((6, 1)), np.full(1, -30.0)])
    assert model.evaluate(normal(N, 6), -np.ones((N, 1)), verbose=0) < -1
    assert "y goes from -1 to 1" in only("K406", model, y).happens
    only("K406", model, labels(N, 10))
    sound(model, (y > 0).astype("int32"))


def test_several_labels_for_a_loss_that_takes_one() -> None:
    y = (normal(N, 4) > 0).astype("float32")
    y[0] = 1
    model = net(4, "softmax", "categorical_crossentropy")
    p = model.predict(normal(N, 6), verbose=0)
    assert np.abs(p.sum(axis=1) - 1).max() < 1e-5  # it can never say yes to several
    assert "adds up to 4" in only("K406", model, y).happens
    sound(net(4, "sigmoid", "binary_crossentropy"), y)
    sound(model, ROWS * 0.9 + 0.025)  # smoothed labels


REACH = [
    ("sigmoid", np.linspace(0, 9, N)),
    ("tanh", np.linspace(-3, 3, N)),
    ("relu", np.linspace(-3, 3, N)),
    ("softplus", np.linspace(-3, 3, N)),
]


@pytest.mark.parametrize(("act", "y"), REACH)
def test_targets_that_an_activation_cannot_reach(act: str, y: Any) -> None:
    model = net(1, act, "mse")
    p = model.predict(normal(N, 6) * 100, verbose=0)
    assert p.min() > y.min() + 0.5 or p.max() < y.max() - 0.5
    finding = only("K406", model, y)
    assert f"ends in {act}" in finding.happens
    sound(net(1, None, "mse"), y)


def test_a_little_noise_below_zero_is_no_mistake() -> None:
    y = np.abs(normal(1000, 1))
    y[0] = -0.05
    sound(net(1, "relu", "mse"), y)


def test_accuracy_of_numbers() -> None:
    model = net(1, None, "mse", metrics=["accuracy"])
    y = normal(N, 1)
    assert history(model, y)["accuracy"][0] == 0
    assert '`metrics=["mae"]`' in only("K407", model, y).fix
    sound(model, (y > 0).astype("float32"))  # a classifier trained by its squared error
    sound(net(1, None, "mse", metrics=["mae"]), y)


def heads() -> Any:
    i = keras.Input((6,))
    ends = [layers.Dense(1, name="p")(i), layers.Dense(4, activation="softmax", name="q")(i)]
    model = keras.Model(i, ends)
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"])
    return model


def test_targets_come_as_fit_takes_them() -> None:
    numbers, model = normal(N, 1), heads()
    sound(model, [numbers, LABELS])
    sound(model, {"q": LABELS, "p": numbers})
    sound(net(1, None, "mse"), [numbers])
    sound(net(1, None, "mse"), numbers.tolist())
    sound(net(1, None, "mse"), keras.ops.convert_to_tensor(numbers))
    assert named(model, only("K404", model, [numbers, LABELS + 1])) == ["q"]


@pytest.mark.parametrize(
    "y",
    [
        pytest.param(3, id="number"),
        pytest.param("text", id="text"),
        pytest.param(np.array(["cat", "dog"]), id="names"),
        pytest.param(np.zeros((0, 4)), id="empty"),
        pytest.param([[1, 2], [3]], id="ragged"),
        pytest.param([normal(4, 1)] * 3, id="too many"),
        pytest.param({"p": normal(4, 1)}, id="too few"),
        pytest.param({"p": normal(4, 1), "r": LABELS}, id="other names"),
        pytest.param((x for x in "12"), id="generator"),
    ],
)
def test_targets_that_fit_does_not_take(y: Any) -> None:
    with pytest.raises(KitchenError):
        kitchen.lint(heads(), y)


def test_targets_of_an_uncompiled_model() -> None:
    model = keras.Sequential([keras.Input((6,)), layers.Dense(4)])
    assert "K401" not in kitchen.lint(model, ROWS).checked
    sound(model, ROWS)
