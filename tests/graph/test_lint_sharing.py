"""Mistakes about layers in several places: first Keras goes wrong, then `lint` says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from tests.linting import apart, named, normal, only, reloaded, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


def dense(name: str = "shared") -> Any:
    return layers.Dense(4, activation="tanh", name=name)


def stack(*parts: Any, name: str | None = None) -> Any:
    return keras.Sequential([keras.Input((4,)), *parts], name=name)


def model_of(function: Callable[[Any], Any], name: str | None = None) -> Any:
    x = keras.Input((4,))
    return keras.Model(x, function(x), name=name)


def towers() -> Any:
    """Two towers with one layer in both: a user and an item, each with its own head."""
    shared = dense()
    left = model_of(lambda x: dense("user")(shared(x)), "left")
    right = model_of(lambda x: dense("item")(shared(x)), "right")
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], layers.Dot(1)([left(a), right(b)]))


def outside_and_inside() -> Any:
    shared = dense()
    inner = model_of(shared, "inner")
    return model_of(lambda x: inner(shared(x)))


def inside_and_outside() -> Any:
    shared = dense()
    inner = stack(shared, name="inner")
    return stack(inner, shared)


def two_stacks() -> Any:
    shared = dense()
    one, two = stack(shared, name="one"), stack(shared, name="two")
    return model_of(lambda x: [one(x), two(x)])


def model_in_two_models() -> Any:
    encoder = stack(dense(), name="shared")
    one, two = stack(encoder, name="one"), stack(encoder, name="two")
    return model_of(lambda x: [one(x), two(x)])


def functional_inside_a_stack() -> Any:
    shared = dense()
    return stack(shared, model_of(shared, "inner"))


def no_weights_but_counted() -> Any:
    shared = layers.ReLU(name="shared")
    inner = model_of(lambda x: dense("own")(shared(x)), "inner")
    return model_of(lambda x: inner(shared(x)))


def parts_of_one_graph() -> Any:
    i = keras.Input((4,))
    hidden = dense()(i)
    whole, part = keras.Model(i, dense("own")(hidden)), keras.Model(i, hidden)
    return model_of(lambda x: [whole(x), part(x)])


FAILING = (
    towers,
    outside_and_inside,
    inside_and_outside,
    two_stacks,
    model_in_two_models,
    functional_inside_a_stack,
    no_weights_but_counted,
    parts_of_one_graph,
)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("build", FAILING)
def test_a_layer_in_two_models_makes_a_file_that_cannot_be_loaded(
    build: Callable[[], Any], tmp_path: Path
) -> None:
    model = build()
    model.save(tmp_path / "model.keras")  # not a word
    with pytest.raises(ValueError):
        keras.models.load_model(tmp_path / "model.keras")
    finding = only("K103", model)
    assert set(named(model, finding)) == {"shared"} and len(finding.calls) >= 2


def called_twice() -> Any:
    inner = stack(dense(), name="inner")
    return model_of(lambda x: inner(inner(x)))


def stack_in_a_stack() -> Any:
    shared = dense()
    return stack(shared, stack(shared, name="a"), stack(shared, name="b"))


def no_weights() -> Any:
    shared = layers.ReLU()
    one, two = stack(dense("p"), shared, name="one"), stack(dense("q"), shared, name="two")
    return model_of(lambda x: [one(x), two(x)])


def same_inputs() -> Any:
    i = keras.Input((4,))
    hidden = dense()(i)
    encoder, again = keras.Model(i, hidden, name="encoder"), keras.Input((4,))
    return keras.Model([i, again], [dense("out")(hidden), encoder(again)])


@pytest.mark.parametrize("build", [called_twice, stack_in_a_stack, no_weights, same_inputs])
def test_sharing_that_survives_the_file(build: Callable[[], Any], tmp_path: Path) -> None:
    model = build()
    x = [normal(8, 4) for _ in model.inputs]
    x = x[0] if len(x) == 1 else x
    loaded = reloaded(model, tmp_path)
    assert apart(model.predict(x, verbose=0), loaded.predict(x, verbose=0)) == 0
    assert loaded.count_params() == model.count_params()
    sound(model)


def two_rooms(norms: list[Any], scale: float = 1.0) -> Any:
    """Two inputs, each through its own layer, then through one normalisation or two."""
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    big = keras.initializers.RandomNormal(10, 1, seed=1)
    left = layers.Dense(4, name="left")(a)
    right = layers.Dense(4, kernel_initializer=big, name="right")(b)
    return keras.Model([a, b], layers.Concatenate()([norms[0](left), norms[-1](right)]))


def test_one_normalisation_for_two_distributions() -> None:
    norm = layers.BatchNormalization(momentum=0.0, name="norm")
    model, apart_model = two_rooms([norm]), two_rooms([layers.BatchNormalization() for _ in "12"])
    x = [normal(256, 4) + 1, normal(256, 4) + 1]
    for _ in range(3):
        trained = model(x, training=True)
    # With statistics that follow at once, training and inference agree where there is one source.
    assert apart(np.mean(trained, axis=0), np.zeros(8)) < 0.01
    assert np.abs(np.mean(model(x, training=False), axis=0)).max() > 1
    finding = only("K104", model)
    assert named(model, finding) == ["norm", "norm"]
    assert "`left` and `right`" in finding.happens
    sound(apart_model)
    norm.trainable = False
    sound(model)


def test_a_siamese_encoder_normalises_one_kind_of_thing() -> None:
    encoder = stack(layers.Dense(4), layers.BatchNormalization(), name="encoder")
    a, b = keras.Input((4,)), keras.Input((4,))
    turned = layers.GaussianNoise(0.1)(b)  # nothing to learn: still the same kind of thing
    sound(keras.Model([a, b], layers.Subtract()([encoder(a), encoder(turned)])))


def test_one_normalisation_at_two_depths() -> None:
    norm, block = layers.BatchNormalization(name="norm"), layers.Dense(4, activation="relu")
    model = model_of(lambda x: norm(block(norm(block(x)))))
    assert named(model, only("K104", model)) == ["norm", "norm"]
