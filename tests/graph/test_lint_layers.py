"""Mistakes in layers and their weights: first Keras goes wrong in silence, then `lint` says so."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from tests.linting import apart, moved, named, normal, only, sound


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


def stack(*parts: Any, shape: tuple[int, ...] = (6,)) -> Any:
    return keras.Sequential([keras.Input(shape), *parts])


ONE = pytest.mark.filterwarnings("ignore:You are using a softmax")


@ONE  # Keras warns as well, once the model is called
@pytest.mark.parametrize(
    "end",
    [
        lambda: layers.Dense(1, activation="softmax", name="out"),
        lambda: layers.Dense(1, activation=layers.Softmax(), name="out"),
        lambda: layers.Conv1D(1, 1, activation="softmax", name="out"),
    ],
    ids=["dense", "softmax layer as activation", "convolution"],
)
def test_a_softmax_over_one_unit_is_one(end: Callable[[], Any]) -> None:
    out = end()
    model = stack(out, shape=(5, 6) if isinstance(out, layers.Conv1D) else (6,))
    x = normal(8, 5, 6) if isinstance(out, layers.Conv1D) else normal(8, 6)
    assert (model.predict(x, verbose=0) == 1).all()
    finding = only("K201", model)
    assert named(model, finding) == ["out"]
    assert "1.0 whatever goes in" in finding.happens


@ONE
def test_a_softmax_over_an_axis_of_one_inside_a_network() -> None:
    i = keras.Input((7, 6))
    scores = layers.Dense(1)(i)
    wrong = keras.Model(i, ops.sum(i * layers.Softmax(axis=-1)(scores), axis=1))
    assert apart(wrong(x := normal(3, 7, 6)), x.sum(axis=1)) < 1e-5  # no attention at all
    only("K201", wrong)
    sound(keras.Model(i, ops.sum(i * layers.Softmax(axis=1)(scores), axis=1)))


PAIRS = [
    ("sigmoid", "sigmoid", 1, (0.5, 0.732)),
    ("relu", "sigmoid", 1, (0.5, 1.0)),
    ("softmax", "softmax", 10, (0.0, 0.2321)),
    ("sigmoid", "softmax", 10, (0.0, 0.2321)),
]


@pytest.mark.parametrize(("first", "second", "n", "span"), PAIRS)
def test_two_activations_limit_what_comes_out(
    first: str, second: str, n: int, span: tuple[float, float]
) -> None:
    dense = layers.Dense(n, activation=first, kernel_initializer="he_normal", name="out")
    model = stack(dense, layers.Activation(second, name="again"))
    out = model.predict(normal(500, 6) * 20, verbose=0)
    assert out.min() >= span[0] and out.max() <= span[1]
    finding = only("K202", model)
    assert named(model, finding) == ["out", "again"]
    if second == "softmax":
        assert f"never above {span[1]:.2f}" in finding.happens
    sound(stack(layers.Dense(n), layers.Activation(second)))


@pytest.mark.parametrize("between", [[], ["dropout"], ["norm"], ["linear"]], ids=str)
def test_two_dense_layers_compute_one(between: list[str]) -> None:
    made = {
        "dropout": lambda: layers.Dropout(0.2),
        "norm": lambda: layers.BatchNormalization(),
        "linear": lambda: layers.Activation("linear"),
    }
    first, second = layers.Dense(8, name="first"), layers.Dense(3, activation="tanh", name="second")
    model = stack(first, *[made[x]() for x in between], second)
    one = stack(layers.Dense(3, activation="tanh"))
    ends = keras.Model(model.inputs[0], ops.arctanh(model.outputs[0]))
    bias = ends(np.zeros((1, 6), "float32"))
    kernel = ops.concatenate([ends(np.eye(6, dtype="float32")[k : k + 1]) - bias for k in range(6)])
    one.layers[0].set_weights([np.array(kernel), np.array(bias)[0]])
    x = normal(64, 6) * 0.1
    assert apart(model.predict(x, verbose=0), one.predict(x, verbose=0)) < 1e-4
    finding = only("K203", model)
    assert named(model, finding) == ["first", "second"]
    assert "`first` (6 → 8)" in finding.happens and "(8 → 3)" in finding.happens
    assert "83 parameters do the work of 21" in finding.happens


ONE_ROW = {
    "flatten": ((4, 6), [lambda: layers.Flatten(name="f")], 4),
    "flatten and dropout": ((4, 6), [lambda: layers.Dropout(0.1), layers.Flatten], 4),
    "permute and flatten": ((4, 6), [lambda: layers.Permute((2, 1)), layers.Flatten], 4),
    "norm of places": (
        (4, 6),
        [lambda: layers.BatchNormalization(axis=1), lambda: layers.Reshape((-1,))],
        4,
    ),
    "reshape to pairs": ((4, 6), [lambda: layers.Reshape((2, 16))], 2),
    "reshape of places": ((4, 6), [lambda: layers.Reshape((2, 2, 8))], 1),
    "permute of places": ((2, 3, 6), [lambda: layers.Permute((2, 1, 3))], 1),
    "norm of pairs": (
        (4, 6),
        [lambda: layers.BatchNormalization(), lambda: layers.Reshape((2, 16))],
        2,
    ),
}


@pytest.mark.parametrize("name", ONE_ROW)
def test_two_dense_layers_compute_one_through_what_only_rearranges(name: str) -> None:
    shape, between, rows = ONE_ROW[name]
    parts = [make() for make in between]
    model = stack(
        layers.Dense(8, name="first", bias_initializer="normal"),
        *parts,
        layers.Dense(3, name="second"),
        shape=shape,
    )
    finding = only("K203", model)
    assert named(model, finding) == ["first", "second"]
    assert f"work of {(rows * 6 + 1) * 3}." in finding.happens
    # One Dense behind the same rearrangement of the input gives the same, with fitting weights.
    goes = model.output_shape[1:-1]
    keep = [
        part
        for part in parts
        if isinstance(part, layers.Permute) and part.dims[-1] == len(part.dims)
    ]
    x = normal(200, *shape)
    i = keras.Input(shape)
    h = i
    for part in keep:
        h = part(h)
    moved_input = keras.Model(i, layers.Reshape((*goes, rows * 6))(h))(x)
    flat = np.array(moved_input).reshape(-1, rows * 6)
    wanted = model.predict(x, verbose=0).reshape(-1, 3)
    ones = np.ones((len(flat), 1))
    fitted, *_ = np.linalg.lstsq(np.hstack([flat, ones]), wanted, rcond=None)
    assert np.abs(np.hstack([flat, ones]) @ fitted - wanted).max() < 1e-4


def frozen_below() -> Any:
    model = stack(layers.Dense(8), layers.Dense(3))
    model.layers[0].trainable = False
    return model


def read_twice() -> Any:
    i = keras.Input((6,))
    code = layers.Dense(8)(i)
    return keras.Model(i, [code, layers.Dense(3)(code)])


@pytest.mark.parametrize(
    "build",
    [
        lambda: stack(layers.Dense(8, activation="relu"), layers.Dense(3)),
        lambda: stack(layers.Dense(8), layers.ReLU(), layers.Dense(3)),
        lambda: stack(layers.Dense(8), layers.LayerNormalization(), layers.Dense(3)),
        lambda: stack(layers.Dense(2), layers.Dense(6)),
        frozen_below,
        read_twice,
        lambda: stack(layers.Dense(5), layers.Flatten(), layers.Dense(2), shape=(4, 6)),
        lambda: stack(layers.Dense(8), layers.Permute((2, 1)), layers.Dense(2), shape=(8, 6)),
        lambda: stack(layers.Dense(8), layers.Reshape((8, 4)), layers.Dense(2), shape=(4, 6)),
        lambda: stack(
            layers.Dense(8), layers.BatchNormalization(axis=1), layers.Dense(2), shape=(4, 6)
        ),
        lambda: stack(
            layers.Dense(8),
            layers.Reshape((2, 16)),
            layers.BatchNormalization(),
            layers.Reshape((4, 8)),
            layers.Dense(2),
            shape=(4, 6),
        ),
    ],
    ids=[
        "relu",
        "relu layer",
        "layer norm",
        "bottleneck",
        "frozen",
        "read twice",
        "bottleneck before flatten",
        "other axis",
        "rows cut",
        "norm of places",
        "norm of every other place",
    ],
)
def test_two_dense_layers_that_do_more_than_one(build: Callable[[], Any]) -> None:
    sound(build())


def test_a_reshape_that_mixes_examples() -> None:
    i = keras.Input((6, 4), name="x")
    h = ops.reshape(i, (-1, 8))
    model = keras.Model(i, layers.Dense(1, name="out")(h))
    assert model.predict(normal(4, 6, 4), verbose=0).shape == (12, 1)
    finding = only("K204", model)
    assert "for each example that goes in, 3 rows" in finding.happens
    j = keras.Input((7, 4))
    back = ops.reshape(layers.Dense(5)(ops.reshape(j, (-1, 4))), (-1, 7, 5))
    whole = keras.Model(j, back)
    assert whole.predict(normal(3, 7, 4), verbose=0).shape == (3, 7, 5)
    sound(whole)
    sound(keras.Model(j, layers.Dense(1)(ops.reshape(j, (-1, 28)))))


CONSTANTS = [
    ("ones", "ones", "tanh"),
    ("zeros", "zeros", "tanh"),
    (keras.initializers.Constant(0.3), keras.initializers.Constant(-0.1), "sigmoid"),
]


@pytest.mark.parametrize(("first", "second", "bend"), CONSTANTS)
def test_equal_units_stay_equal(first: Any, second: Any, bend: str) -> None:
    hidden = layers.Dense(5, activation=bend, kernel_initializer=first, name="hidden")
    model = stack(hidden, layers.Dense(1, kernel_initializer=second, name="out"))
    model.compile(keras.optimizers.Adam(0.05), "mse", run_eagerly=True)
    model.fit(normal(64, 6), normal(64, 1), epochs=3, verbose=0)
    kernel = hidden.get_weights()[0]
    assert apart(kernel, np.repeat(kernel[:, :1], 5, axis=1)) < 1e-6
    finding = only("K205", model)
    assert named(model, finding) == ["hidden", "out"]
    assert "All 5 units of `hidden`" in finding.happens


def test_equal_channels_of_a_convolution_stay_equal() -> None:
    conv = layers.Conv2D(3, 3, activation="tanh", kernel_initializer="ones", name="conv")
    model = stack(
        conv,
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(2, kernel_initializer="ones", name="out"),
        shape=(8, 8, 1),
    )
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(normal(16, 8, 8, 1), normal(16, 2), verbose=0)
    kernel = conv.get_weights()[0]
    assert apart(kernel[..., 0], kernel[..., 1]) < 1e-6
    # The two units of the last layer are not taken together again: their targets differ.
    assert named(model, only("K205", model)) == ["conv", "out"]


def broken_by(*between: Any, out: str = "ones", bend: str = "tanh") -> Any:
    hidden = layers.Dense(5, activation=bend, kernel_initializer="ones", name="hidden")
    return stack(hidden, *between, layers.Dense(1, kernel_initializer=out, name="out"))


@pytest.mark.parametrize(
    "build",
    [lambda: broken_by(out="glorot_uniform"), lambda: broken_by(layers.Dropout(0.5))],
    ids=["random readers", "dropout"],
)
def test_equal_units_that_part(build: Callable[[], Any]) -> None:
    model = build()
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(normal(64, 6), normal(64, 1), epochs=2, verbose=0)
    kernel = model.layers[0].get_weights()[0]
    assert apart(kernel, np.repeat(kernel[:, :1], 5, axis=1)) > 1e-4
    sound(build())


@pytest.mark.parametrize("way", ["activation", "layer"])
def test_zeros_before_a_relu_never_learn(way: str) -> None:
    dense = layers.Dense(
        5,
        activation="relu" if way == "activation" else None,
        kernel_initializer="zeros",
        name="dead",
    )
    bend = [] if way == "activation" else [layers.ReLU()]
    model = stack(dense, *bend, layers.Dense(1))
    model.compile("adam", "mse", run_eagerly=True)
    x, y = normal(64, 6), normal(64, 1)
    assert moved(dense, lambda: model.fit(x, y, verbose=0)) == 0
    assert named(model, only("K206", model)) == ["dead"]


def test_zeros_in_the_last_layer_are_in_use() -> None:
    last = layers.Dense(1, kernel_initializer="zeros")
    model = stack(layers.Dense(5, activation="relu"), last)
    model.compile("adam", "mse", run_eagerly=True)
    assert moved(last, lambda: model.fit(normal(64, 6), normal(64, 1), verbose=0)) > 0
    sound(model)


def test_zeros_at_the_end_of_a_residual_branch_are_in_use() -> None:
    i = keras.Input((6,))
    h = layers.Dense(6, kernel_initializer="zeros")(layers.Dense(6, activation="relu")(i))
    model = keras.Model(i, layers.ReLU()(layers.Add()([i, h])))
    sound(model)
