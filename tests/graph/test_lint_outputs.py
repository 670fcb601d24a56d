"""Mistakes about several outputs, gradients and metrics: Keras goes wrong, then `lint` says so."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from tests.linting import labels, moved, named, normal, only, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


X = normal(64, 6) * 3
BITS = (labels(64, 4)[:, None] > 1).astype("float32")


def net(units: int, activation: str | None, *after: Any, name: str = "out") -> Any:
    i = keras.Input((6,))
    h = layers.Dense(units, activation=activation, name=name)(i)
    for layer in after:
        h = layer(h)
    return keras.Model(i, h)


def compiled(model: Any, loss: Any, **given: Any) -> Any:
    model.compile("sgd", loss, **{"run_eagerly": True, **given})  # nothing to record: faster
    return model


def heads(kind: str, names: tuple[str, str] = ("zz", "aa")) -> Any:
    """Two outputs that are 0 until trained."""
    i = keras.Input((2,))
    made = [layers.Dense(1, kernel_initializer="zeros", name=name)(i) for name in names]
    return keras.Model(i, made if kind == "list" else dict(zip(("zz", "aa"), made, strict=True)))


TEN, ONE = np.full((4, 1), 10.0, "float32"), np.full((4, 1), 1.0, "float32")
ZEROS = np.zeros((4, 2), "float32")


def total(model: Any, y: Any) -> float:
    return float(model.evaluate(ZEROS, y, verbose=0, return_dict=True)["loss"])


def test_loss_weights_of_a_dict_beside_a_list_of_losses() -> None:
    weights = {"zz": 0.0, "aa": 5.0}
    wrong = compiled(heads("list"), ["mse", "mse"], loss_weights=weights)
    assert total(wrong, [TEN, ONE]) == 500  # 0·100 + 5·1 were asked for
    finding = only("K305", wrong)
    assert "`zz` gets 5.0, written for `aa`" in finding.happens
    assert named(wrong, finding) == ["zz", "aa"]
    right = compiled(heads("list"), {"zz": "mse", "aa": "mse"}, loss_weights=weights)
    assert total(right, [TEN, ONE]) == 5
    sound(right)


def test_loss_weights_for_one_output_reach_all() -> None:
    wrong = compiled(heads("list"), "mse", loss_weights={"aa": 5.0})
    assert total(wrong, [TEN, ONE]) == 505
    assert "`zz` gets 5.0, written for `aa`" in only("K305", wrong).happens


def test_loss_weights_under_the_layers_names_for_outputs_in_a_dict() -> None:
    loss, y = {"zz": "mse", "aa": "mse"}, {"zz": TEN, "aa": ONE}
    wrong = compiled(heads("dict", ("l1", "l2")), loss, loss_weights={"l1": 0.0, "l2": 5.0})
    assert total(wrong, y) == 500
    only("K305", wrong)
    right = compiled(heads("dict", ("l1", "l2")), loss, loss_weights={"zz": 0.0, "aa": 5.0})
    assert total(right, y) == 5
    sound(right)


def test_lists_for_outputs_in_a_dict() -> None:
    y = {"zz": TEN, "aa": ONE}
    wrong = compiled(heads("dict"), ["mse", "mae"])
    assert total(wrong, y) == 11  # 100 + 1 in the order as written
    assert "`loss` is a list" in only("K306", wrong).happens
    weighted = compiled(heads("dict"), ["mse", "mse"], loss_weights=[0.0, 5.0])
    assert total(weighted, y) == 500
    assert "the first entry goes to `aa`" in only("K306", weighted).happens
    measured = compiled(heads("dict"), "mse", metrics=[["mse"], ["mae"]])
    assert "aa_mse" in measured.evaluate(ZEROS, y, verbose=0, return_dict=True)
    assert "`metrics` is a list" in only("K306", measured).happens


def test_a_list_of_targets_for_outputs_in_a_dict() -> None:
    model = compiled(heads("dict"), {"zz": "mse", "aa": "mae"})
    assert total(model, {"zz": TEN, "aa": ONE}) == 101
    assert total(model, [TEN, ONE]) == 11
    assert "y[0] is compared with `aa`" in only("K408", model, [TEN, ONE]).happens
    sound(model, {"zz": TEN, "aa": ONE})


@pytest.mark.parametrize(
    ("kind", "loss", "weights"),
    [
        ("list", ["mse", "mae"], [1.0, 2.0]),
        ("list", {"zz": "mse", "aa": "mae"}, {"aa": 1.0, "zz": 2.0}),
        ("list", {"aa": "mse", "zz": "mae"}, [1.0, 2.0]),
        ("list", ["mse", "mse"], {"zz": 3.0, "aa": 3.0}),
        ("dict", {"zz": "mse", "aa": "mae"}, {"aa": 1.0, "zz": 2.0}),
        ("dict", ["mse", "mse"], {"aa": 1.0, "zz": 2.0}),
        ("dict", "mse", None),
    ],
)
def test_sound_ways_to_compile_two_outputs(kind: str, loss: Any, weights: Any) -> None:
    model = compiled(heads(kind), loss, loss_weights=weights)
    value = total(model, {"zz": TEN, "aa": ONE} if kind == "dict" else [TEN, ONE])
    given = loss if isinstance(loss, dict) else dict(zip(("zz", "aa"), [loss] * 2, strict=True))
    if isinstance(loss, list):
        given = dict(zip(("zz", "aa"), loss, strict=True))
    factors = weights or {"zz": 1.0, "aa": 1.0}
    if isinstance(factors, list):
        factors = dict(zip(("zz", "aa"), factors, strict=True))
    squares = {"zz": 100.0 if given["zz"] == "mse" else 10.0, "aa": 1.0}
    assert value == sum(factors[key] * squares[key] for key in squares)
    sound(model)


@pytest.mark.parametrize("loss", [{"zz": "mse"}, {"zz": "mse", "aa": None}])
@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_outputs_that_no_loss_reaches(loss: Any) -> None:
    model = compiled(heads("dict"), loss)
    y = {"zz": TEN, "aa": ONE}
    assert moved(model.get_layer("aa"), lambda: model.fit(normal(4, 2), y, verbose=0)) == 0
    finding = only("K307", model)
    assert named(model, finding) == ["aa"]
    assert "The output `aa` has no loss" in finding.happens and "3 parameters" in finding.happens


def test_an_output_to_look_at_needs_no_loss() -> None:
    i = keras.Input((6,))
    h = layers.Dense(4, activation="relu", name="h")(i)
    model = keras.Model(i, {"y": layers.Dense(1)(h), "seen": h})
    sound(compiled(model, {"y": "mse"}))
    sound(compiled(keras.Model(i, [layers.Dense(1)(h), h]), ["mse", None]))


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_an_operation_without_a_gradient() -> None:
    i = keras.Input((6,))
    first = layers.Dense(6, name="first")
    model = keras.Model(i, layers.Dense(1)(ops.round(first(i))))
    model.compile("adam", "mse")
    assert moved(first, lambda: model.fit(X, BITS, verbose=0)) == 0
    finding = only("K308", model)
    assert named(model, finding)[0] == "first" and "42 parameters" in finding.happens
    past = keras.Model(i, layers.Dense(1)(ops.round(first(i)) + first(i)))
    past.compile("adam", "mse")
    assert moved(first, lambda: past.fit(X, BITS, verbose=0)) > 0
    sound(past)


def two_layers(**given: Any) -> Any:
    parts = [layers.Dense(4, activation="tanh", name="a"), layers.Dense(1, name="b")]
    given = {"run_eagerly": False, **given}
    return compiled(keras.Sequential([keras.Input((6,)), *parts]), "mse", **given)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_freezing_after_the_first_step_has_no_effect(optimizer: str) -> None:
    model = two_layers()
    model.compile(optimizer, "mse")
    layer = model.get_layer("a")
    model.fit(X, BITS, verbose=0)
    sound(model)
    layer.trainable = False
    assert moved(layer, lambda: model.fit(X, BITS, verbose=0)) > 0
    finding = only("K309", model)
    assert named(model, finding) == ["a"] and "28 parameters are still trained" in finding.happens
    model.compile(optimizer, "mse")
    assert moved(layer, lambda: model.fit(X, BITS, verbose=0)) == 0
    sound(model)


def test_unfreezing_after_the_first_step_has_no_effect() -> None:
    model = two_layers()
    layer = model.get_layer("a")
    layer.trainable = False
    model.fit(X, BITS, verbose=0)  # changed before the first step: respected
    sound(model)
    model.compile("sgd", "mse")
    model.fit(X, BITS, verbose=0)
    layer.trainable = True
    assert moved(layer, lambda: model.fit(X, BITS, verbose=0)) == 0
    assert "still do not change" in only("K309", model).happens


def test_a_step_that_is_not_recorded_sees_the_change() -> None:
    model = two_layers(run_eagerly=True)
    layer = model.get_layer("a")
    model.fit(X, BITS, verbose=0)
    layer.trainable = False
    assert moved(layer, lambda: model.fit(X, BITS, verbose=0)) == 0
    sound(model)


def test_accuracy_of_several_answers_is_taken_for_a_choice() -> None:
    model = compiled(net(2, "sigmoid"), "binary_crossentropy", metrics=["accuracy"])
    y = (normal(64, 2) > 0).astype("float32")
    right = ((model.predict(X, verbose=0) > 0.5) == y).mean()
    shown = model.evaluate(X, y, verbose=0, return_dict=True)["accuracy"]
    assert abs(shown - right) > 0.01
    finding = only("K310", model)
    assert "categorical accuracy" in finding.happens
    fixed = compiled(net(2, "sigmoid"), "binary_crossentropy", metrics=["binary_accuracy"])
    fixed.set_weights(model.get_weights())
    shown = fixed.evaluate(X, y, verbose=0, return_dict=True)["binary_accuracy"]
    assert abs(shown - right) < 1e-6
    sound(fixed)
    sound(compiled(net(1, "sigmoid"), "binary_crossentropy", metrics=["accuracy"]))
