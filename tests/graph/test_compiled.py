"""How a model was compiled, as data, and how its layers were used elsewhere."""

from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses, metrics

from kitchen.graph.compiled import CompileInfo, Loss, compile_info, fed_elsewhere
from kitchen.graph.reader import bind
from tests.linting import normal


def model_of(outputs: str = "one") -> Any:
    i = keras.Input((4,))
    a, b = layers.Dense(2, name="zz")(i), layers.Dense(2, name="aa")(i)
    return keras.Model(i, {"one": a, "list": [a, b], "dict": {"z": a, "a": b}}[outputs])


def info(model: Any) -> CompileInfo:
    found = compile_info(bind(model))
    assert found is not None
    return found


def test_a_model_that_is_not_compiled() -> None:
    assert compile_info(bind(model_of())) is None
    model = model_of()
    model.compile("adam")
    assert info(model).loss is None


def own(y: Any, p: Any) -> Any:
    return p


class Own(losses.Loss):
    def call(self, y: Any, p: Any) -> Any:
        return p


@pytest.mark.parametrize(
    ("given", "name", "logits"),
    [
        ("mse", "mean_squared_error", False),
        ("MeanSquaredError", "mean_squared_error", False),
        (losses.Huber(), "huber", False),
        (losses.BinaryCrossentropy(from_logits=True), "binary_crossentropy", True),
        (losses.BinaryCrossentropy(name="mine"), "binary_crossentropy", False),
        (losses.CategoricalFocalCrossentropy(), "categorical_focal_crossentropy", False),
        (losses.categorical_crossentropy, "categorical_crossentropy", False),
        (
            partial(losses.sparse_categorical_crossentropy, from_logits=True),
            "sparse_categorical_crossentropy",
            True,
        ),
        ("crossentropy", "", False),
        (own, "", False),
        (Own(), "", False),
    ],
)
def test_a_loss_however_it_was_given(given: Any, name: str, logits: bool) -> None:
    model = model_of()
    model.compile("sgd", given)
    (loss,) = info(model).losses(bind(model).graph.body) or ()
    assert loss is not None and (loss.name, loss.from_logits) == (name, logits)


@pytest.mark.parametrize(
    ("outputs", "given", "expected"),
    [
        ("list", "mse", ["mean_squared_error", "mean_squared_error"]),
        ("list", ["mse", "mae"], ["mean_squared_error", "mean_absolute_error"]),
        ("list", {"aa": "mae", "zz": "mse"}, ["mean_squared_error", "mean_absolute_error"]),
        ("list", ["mse", None], ["mean_squared_error", None]),
        ("dict", {"z": "mse", "a": "mae"}, ["mean_absolute_error", "mean_squared_error"]),
        ("dict", {"z": "mse"}, [None, "mean_squared_error"]),
        ("dict", ["mse", "mae"], ["mean_squared_error", "mean_absolute_error"]),
    ],
)
def test_the_loss_of_each_output(outputs: str, given: Any, expected: list[str | None]) -> None:
    """In the order of the body's outputs: a dict's by key."""
    model = model_of(outputs)
    model.compile("sgd", given)
    found = info(model).losses(bind(model).graph.body)
    assert found is not None
    assert [None if x is None else x.name for x in found] == expected


@pytest.mark.parametrize("given", [["mse"] * 3, {"aa": "mse"}, {"other": "mse", "zz": "mae"}])
def test_losses_that_keras_will_not_accept(given: Any) -> None:
    model = model_of("list")
    model.compile("sgd", given)
    assert info(model).losses(bind(model).graph.body) is None


def test_metrics_by_name() -> None:
    model = model_of()
    model.compile("sgd", "mse", metrics=["Accuracy", metrics.MeanSquaredError(), own])
    assert list(info(model).metrics) == ["accuracy", "mean_squared_error", ""]


def test_names_and_weights_as_they_were_given() -> None:
    model = model_of("list")
    model.compile("sgd", "mse", loss_weights={"aa": 2.0})
    assert info(model).output_names == ("zz", "aa")
    assert info(model).loss_weights == {"aa": 2.0}
    assert info(model).loss == Loss("mean_squared_error", False, "'mse'")


@pytest.mark.parametrize("method", ["train_step", "compute_loss", "fit"])
def test_training_of_ones_own(method: str) -> None:
    kind = type("Own", (keras.Model,), {method: lambda self, *args, **given: None})
    i = keras.Input((4,))
    model = kind(i, layers.Dense(1)(i))
    model.compile("sgd", "mse")
    assert info(model).own_step == method
    assert info_of_plain().own_step == ""


def info_of_plain() -> CompileInfo:
    model = model_of()
    model.compile("sgd", "mse")
    return info(model)


def two_layers(**given: Any) -> Any:
    parts = [layers.Dense(3, name="a"), layers.BatchNormalization(), layers.Dense(1, name="b")]
    model = keras.Sequential([keras.Input((4,)), *parts])
    model.compile("adam", "mse", **given)
    return model


def test_weights_without_a_gradient_are_not_unfrozen() -> None:
    model = model_of("list")
    model.compile("adam", ["mse", None])
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        model.fit(normal(8, 4), [normal(8, 2)] * 2, verbose=0)
    assert (info(model).frozen, info(model).unfrozen, info(model).unknown) == ((), (), "")


@pytest.mark.parametrize("given", [{}, {"steps_per_execution": 2}, {"jit_compile": True}], ids=str)
def test_what_the_recorded_step_changes(given: Any) -> None:
    model, x, y = two_layers(**given), normal(64, 4), normal(64, 1)
    layer = model.get_layer("a")
    layer.trainable = False  # before the first step: respected
    model.fit(x, y, verbose=0)
    found = info(model)
    assert (found.frozen, found.unfrozen, found.unknown) == ((), (), "")
    layer.trainable = True
    bound = bind(model)
    unfrozen = [bound.variables[w] for w in info(model).unfrozen]
    assert {id(v) for v in unfrozen} == {id(v) for v in layer.weights}
    model.compile("adam", "mse", **given)
    model.fit(x, y, verbose=0)
    layer.trainable = False
    bound = bind(model)
    frozen = [bound.variables[w] for w in info(model).frozen]
    assert {id(v) for v in frozen} == {id(v) for v in layer.weights}


def test_a_file_that_is_frozen_before_its_first_step(tmp_path: Any) -> None:
    model, x, y = two_layers(), normal(64, 4), normal(64, 1)
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    loaded.get_layer("a").trainable = False
    before = np.array(loaded.get_layer("a").kernel)
    loaded.fit(x, y, verbose=0)
    assert (before == np.array(loaded.get_layer("a").kernel)).all()
    assert info(loaded).frozen == ()


def test_a_step_that_cannot_be_read_is_said_to_be_so() -> None:
    model = two_layers()
    model.fit(normal(8, 4), normal(8, 1), verbose=0)
    model.get_layer("a").trainable = False
    model.train_function = lambda data: None
    assert "could not be read" in info(model).unknown


def test_loss_scaling_hides_what_is_updated() -> None:
    i = keras.Input((4,))
    model = keras.Model(i, layers.Dense(1, name="a")(layers.Dense(3)(i)))
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()), "mse")
    model.fit(normal(8, 4), normal(8, 1), verbose=0)
    assert info(model).unknown == ""
    model.get_layer("a").trainable = False
    assert "could not be read" in info(model).unknown


def test_where_layers_were_fed_from() -> None:
    i = keras.Input((4,))
    a, drop, b, c = (
        layers.Dense(4, name="a"),
        layers.Dropout(0.1),
        layers.Dense(4, name="b"),
        layers.Dense(4, name="c"),
    )
    h = a(i)
    keras.Model(i, c(h + b(drop(h))))
    fed = fed_elsewhere([a, b, c])
    assert [{x.name for x in found} for found in fed[id(a)]] == [{i._keras_history.operation.name}]
    assert fed[id(b)] == [(a,)]  # past the Dropout, which was not asked about
    assert [{x.name for x in found} for found in fed[id(c)]] == [{"a", "b"}]


def test_a_mask_that_keras_passes_along_feeds_no_layer() -> None:
    i = keras.Input((5,))
    a = layers.Embedding(9, 4, mask_zero=True, name="a")
    b = layers.LSTM(3, return_sequences=True, name="b")
    c = layers.LSTM(3, name="c")
    model = keras.Model(i, c(b(a(i))))
    for one in (model, keras.models.clone_model(model)):
        named = [one.get_layer(name) for name in "abc"]
        fed = fed_elsewhere(named)
        assert [[x.name for x in fed[id(one)][0]] for one in named[1:]] == [["a"], ["b"]]
