"""Mistakes in how a model is put together: first Keras goes wrong, then `lint` says so."""

import functools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import kitchen
from tests.linting import apart, moved, named, normal, only, reloaded, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


UNBUILT = pytest.mark.filterwarnings("ignore:`build\\(\\)` was called on layer")


def stack(*parts: Any, shape: tuple[int, ...] = (4,), **given: Any) -> Any:
    return keras.Sequential([keras.Input(shape), *parts], **given)


def test_a_repeated_layer_is_lost_in_the_file(tmp_path: Path) -> None:
    again = layers.Dense(4, activation="tanh", name="again")
    model = stack(again, again, name="twice")
    x = normal(8, 4)
    loaded = reloaded(model, tmp_path)
    assert (len(model.layers), len(loaded.layers)) == (2, 1)
    assert apart(model(x), loaded(x)) > 0.01
    finding = only("K101", model)
    assert named(model, finding) == ["again", "again"]
    assert "`again` stands 2 times in `twice`" in finding.happens
    assert "1 layer instead of 2" in finding.happens

    i = keras.Input((4,))
    functional = keras.Model(i, again(again(i)))
    assert apart(functional(x), reloaded(functional, tmp_path)(x)) == 0
    sound(functional)


def test_a_repeated_activation_is_lost_too_and_inside_another_model(tmp_path: Path) -> None:
    bend = layers.ReLU(name="bend")
    inner = stack(layers.Dense(4), bend, layers.Dense(4), bend, name="inner")
    i = keras.Input((4,))
    model = keras.Model(i, inner(i))
    x = normal(8, 4)
    assert apart(model(x), reloaded(model, tmp_path)(x)) > 0.01
    finding = only("K101", model)
    assert "3 layers instead of 4" in finding.happens
    assert [len(path) for path in finding.calls] == [2, 2]


def again(make: Callable[[], Any], *rest: Any, shape: tuple[int, ...] = (8,)) -> Any:
    """A layer, the same layer once more, and others."""
    layer = make()
    return stack(layer, layer, *rest, shape=shape)


def dense(name: str = "d") -> Any:
    return layers.Dense(8, activation="tanh", name=name)


def small(*parts: Any, name: str) -> Any:
    return stack(*parts, shape=(8,), name=name)


REFUSED: dict[str, Callable[[], Any]] = {
    "dense": lambda: again(dense, layers.Dense(3, name="lost")),
    "later": lambda: again(dense, layers.ReLU(), dense("lost"), layers.Dense(2)),
    "cell": lambda: again(
        lambda: layers.LSTM(3, return_sequences=True), layers.LSTM(2, name="lost"), shape=(4, 3)
    ),
    "model": lambda: again(
        lambda: small(dense(), name="inner"), small(layers.Dense(2), name="lost")
    ),
}
LOADED: dict[str, tuple[Callable[[], Any], int, int]] = {
    "nothing behind": (lambda: again(dense), 1, 2),
    "another class": (lambda: again(dense, layers.BatchNormalization()), 2, 3),
    "no weights": (lambda: again(lambda: layers.Dropout(0.5), layers.Dropout(0.1)), 2, 3),
    "two of them": (lambda: stack(*[dense("d"), dense("e")] * 2, shape=(8,)), 2, 4),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_keras_refuses_to_load(name: str, tmp_path: Path) -> None:
    model = REFUSED[name]()
    with pytest.raises(ValueError, match="could not be loaded"):
        reloaded(model, tmp_path)
    happens = only("K101", model).happens
    assert "does not find the weights of `lost`, and fails." in happens
    assert "instead of" not in happens


@pytest.mark.parametrize("name", LOADED)
def test_a_file_that_keras_loads_with_fewer_layers(name: str, tmp_path: Path) -> None:
    make, kept, length = LOADED[name]
    model = make()
    assert len(reloaded(model, tmp_path).layers) == kept
    found = kitchen.lint(model)
    assert set(found.codes) == {"K101"}
    for finding in found:
        assert f"{kept} layer{'s' if kept > 1 else ''} instead of {length}." in finding.happens


@pytest.mark.parametrize("fits", [True, False])
def test_a_repeated_layer_that_changes_shapes(fits: bool, tmp_path: Path) -> None:
    ends = [layers.GlobalAveragePooling1D() if fits else layers.Flatten(), layers.Dense(2)]
    model = again(lambda: layers.MaxPooling1D(name="pool"), *ends, shape=(16, 3))
    if fits:
        assert len(reloaded(model, tmp_path).layers) == 3
    else:
        with pytest.raises(ValueError, match="incompatible"):
            reloaded(model, tmp_path)
    happens = only("K101", model).happens
    assert "3 layers instead of 4, with other shapes, or" in happens and "fails" in happens


def skip_by_operator() -> Any:
    i = keras.Input((4,))
    first = layers.Dense(4, activation="relu", name="first")(i)
    second = layers.Dense(4, activation="relu", name="second")(first)
    return keras.Model(i, layers.Dense(2, name="third")(first + second))


def test_a_slice_of_layers_drops_a_skip() -> None:
    base = skip_by_operator()
    cut = keras.Sequential(base.layers)
    x = normal(8, 4)
    assert cut.output_shape == base.output_shape
    assert apart(cut(x), base(x)) > 0.01  # the same weights, without the sum
    finding = only("K102", cut)
    assert named(cut, finding) == ["second", "third"]
    assert "`first` and `second` give together" in finding.happens
    sound(base)
    sound(keras.Model(base.input, base.layers[-2].output))


@pytest.mark.parametrize("first", [0, 1])
def test_a_skip_that_begins_at_the_input_is_dropped_as_well(first: int) -> None:
    i = keras.Input((4,), name="pixels")
    around = i + layers.Dense(4, activation="relu", name="change")(i)
    base = keras.Model(i, layers.Dense(2, name="last")(around))
    cut = keras.Sequential(base.layers[first:])
    x = normal(8, 4)
    assert apart(cut(x), base(x)) > 0.01
    finding = only("K102", cut)
    assert named(cut, finding) == ["change", "last"]
    assert "`pixels` and `change` give together" in finding.happens
    sound(base)


def test_a_slice_of_layers_that_pass_a_mask_is_sound() -> None:
    i = keras.Input((5,))
    h = layers.Embedding(9, 4, mask_zero=True)(i)
    h = layers.LSTM(3)(layers.LSTM(3, return_sequences=True)(h))
    base = keras.Model(i, layers.Dense(2)(h))
    sound(keras.Sequential([*base.layers[:-1], layers.Dense(5)]))


def test_layers_called_in_a_loop_drop_a_skip_as_well() -> None:
    base = skip_by_operator()
    x = i = keras.Input((4,))
    for layer in base.layers[1:]:
        x = layer(x)
    model = keras.Model(i, x)
    assert named(model, only("K102", model)) == ["second", "third"]


def test_a_merge_in_a_stack_is_found_before_it_fails() -> None:
    i = keras.Input((4,))
    h = layers.Dense(4, name="h")(i)
    out = layers.Dense(4, name="out")(layers.Add(name="sum")([i, h]))
    base = keras.Model(i, layers.Dense(1)(layers.Add()([out, layers.Dense(4)(out)])))
    cut = keras.Sequential(base.layers[:-1])
    cut.summary(print_fn=lambda text: None)
    with pytest.raises(ValueError, match="should be called on a list"):
        cut(normal(2, 4))
    assert kitchen.lint(cut).codes == ("K102", "K102")  # one for each sum


def test_a_slice_of_a_plain_stack_is_sound() -> None:
    i = keras.Input((8, 8, 1))
    h = layers.Flatten()(layers.Dropout(0.2)(layers.Conv2D(3, 3, activation="relu")(i)))
    base = keras.Model(i, layers.Dense(2)(layers.Dense(9, activation="relu")(h)))
    sound(keras.Sequential([*base.layers[:-1], layers.Dense(5)]))
    kept = [x for x in base.layers if not isinstance(x, layers.Dropout)]
    sound(keras.Sequential(kept))


def normalised(x: Any, **told: Any) -> tuple[Any, Any]:
    base = stack(layers.Dense(4), layers.BatchNormalization(name="norm"), name="base")
    return base, layers.Dense(1, name="head")(base(x, **told))


def test_training_false_at_a_call_is_overridden_by_fit() -> None:
    i = keras.Input((4,))
    base, out = normalised(i, training=False)
    model = keras.Model(i, out)
    model.compile("sgd", "mse", run_eagerly=True)
    x, y = normal(64, 4) + 5, normal(64, 1)
    norm = base.layers[-1]
    before = np.array(norm.moving_mean)
    model.fit(x, y, verbose=0)
    assert apart(before, norm.moving_mean) > 0.001  # the guide says that it would not move
    finding = only("K105", model)
    assert named(model, finding) == ["base"]
    assert "BatchNormalization" in finding.happens and "training=False" in finding.happens

    norm.trainable = False
    model.compile("sgd", "mse", run_eagerly=True)
    before = np.array(norm.moving_mean)
    model.fit(x, y, verbose=0)
    assert apart(before, norm.moving_mean) == 0
    sound(model)


def test_training_true_at_a_call_is_overridden_by_predict() -> None:
    i = keras.Input((100,))
    model = keras.Model(i, layers.Dropout(0.5, name="drop")(i, training=True))
    assert not (model.predict(np.ones((4, 100), "float32"), verbose=0) == 0).any()
    assert "inference mode" in only("K105", model).happens


def test_training_holds_in_a_class_of_ones_own() -> None:
    class Careful(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.base = stack(layers.Dense(4), layers.BatchNormalization())
            self.head = layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.head(self.base(x, training=False))

    model = Careful()
    x, y = normal(64, 4) + 5, normal(64, 1)
    model(x)
    model.compile("sgd", "mse", run_eagerly=True)
    before = np.array(model.base.layers[-1].moving_mean)
    model.fit(x, y, verbose=0)
    assert apart(before, model.base.layers[-1].moving_mean) == 0
    sound(model)


KEEPERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "object": (lambda layer: SimpleNamespace(inner=layer), lambda kept: kept.inner),
    "lambda": (lambda layer: lambda x: layer(x), lambda kept: kept),
    "partial": (lambda layer: functools.partial(layer), lambda kept: kept),
    "object array": (lambda layer: np.array([layer], dtype=object), lambda kept: kept[0]),
    "bound method": (lambda layer: layer.__call__, lambda kept: kept),
}


class Keeper(keras.Model):
    """Keeps one layer in a way that the test chooses."""

    def __init__(self, keep: Any, get: Any) -> None:
        super().__init__()
        self.kept = keep(layers.Dense(4, activation="tanh", name="inner"))
        self.head = layers.Dense(1)
        self.get = get

    def call(self, x: Any) -> Any:
        return self.head(self.get(self.kept)(x))


@pytest.mark.parametrize("how", KEEPERS)
def test_a_layer_kept_out_of_sight_is_not_trained(how: str) -> None:
    made: list[Any] = []
    keep, get = KEEPERS[how]

    def remember(layer: Any) -> Any:
        made.append(layer)
        return keep(layer)

    model = Keeper(remember, get)
    x, y = normal(64, 4), normal(64, 1)
    model(x)
    model.compile("sgd", "mse", run_eagerly=True)
    assert len(model.weights) == 2  # the head's
    assert moved(made[0], lambda: model.fit(x, y, verbose=0)) == 0
    finding = only("K106", model)
    assert "`inner` in `self.kept`" in finding.happens
    assert "20 parameters" in finding.happens


@pytest.mark.parametrize("how", ["list", "dict", "tuple"])
def test_a_layer_kept_in_a_container_is_seen(how: str) -> None:
    ways: dict[str, tuple[Any, Any]] = {
        "list": (lambda layer: [layer], lambda kept: kept[0]),
        "dict": (lambda layer: {"a": [layer]}, lambda kept: kept["a"][0]),
        "tuple": (lambda layer: (layer,), lambda kept: kept[0]),
    }
    model = Keeper(*ways[how])
    model(normal(2, 4))
    assert len(model.weights) == 4
    sound(model)


def test_a_frozen_helper_out_of_sight_is_left_alone() -> None:
    def keep(layer: Any) -> Any:
        layer.trainable = False
        return SimpleNamespace(inner=layer)

    model = Keeper(keep, lambda kept: kept.inner)
    model(normal(2, 4))
    sound(model)


def test_layers_made_in_call_start_anew_each_time() -> None:
    class Forgetful(keras.Model):
        def call(self, x: Any) -> Any:
            return layers.Dense(1)(x)

    model, x = Forgetful(), normal(8, 4)
    assert apart(model(x), model(x)) > 0.01
    assert model.weights == []
    assert "not its own" in only("K106", model).happens


class Two(keras.Model):
    def __init__(self, use: bool = True) -> None:
        super().__init__()
        self.first = layers.Dense(4, activation="relu", name="one")
        self.second = layers.Dense(4, name="two")
        self.use = use

    def call(self, x: Any) -> Any:
        return self.second(self.first(x)) if self.use else self.first(x)


@UNBUILT
def test_build_marks_a_plain_subclass_built_without_weights() -> None:
    model = Two()
    model.build((None, 4))
    assert model.built and model.count_params() == 0
    assert "has no weights: `one` and `two`" in only("K107", model).happens
    once = Two()
    sound(once)  # not built yet: nothing is wrong with it
    once(normal(1, 4))
    sound(once)


@UNBUILT
def test_a_layer_that_is_never_called() -> None:
    model = Two(use=False)
    model(normal(1, 4))
    assert len(model.weights) == 2
    assert "has `two` and has never called it" in only("K107", model).happens


def test_an_input_that_reaches_no_output() -> None:
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    model = keras.Model([a, b], layers.Dense(1)(a))
    x = normal(4, 2)
    assert apart(model([x, x]), model([x, 9 * x])) == 0
    assert named(model, only("K108", model)) == ["b"]
    sound(keras.Model([a, b], layers.Dense(1)(a + b)))


def test_a_branch_that_nothing_reads() -> None:
    j = keras.Input((4,))
    used, idle = layers.Dense(3, name="used")(j), layers.Dense(5, name="idle")
    inner = keras.Model(j, [used, idle(j)], name="inner")
    i = keras.Input((4,))
    model = keras.Model(i, inner(i)[0])
    model.compile("sgd", "mse", run_eagerly=True)
    x, y = normal(16, 4), normal(16, 3)
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        assert moved(idle, lambda: model.fit(x, y, verbose=0)) == 0
    finding = only("K109", model)
    assert named(model, finding) == ["idle"]
    assert "25 parameters" in finding.happens
    sound(keras.Model(i, inner(i)))
    idle.trainable = False
    model.compile("sgd", "mse", run_eagerly=True)
    sound(model)


def test_two_calls_may_use_one_branch_each() -> None:
    j = keras.Input((4,))
    inner = keras.Model(j, [layers.Dense(3)(j), layers.Dense(3)(j)])
    i = keras.Input((4,))
    sound(keras.Model(i, ops.add(inner(i)[0], inner(i)[1])))
