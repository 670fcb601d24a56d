"""Models for the tests of source: one of each thing that code must be able to say."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

Build = Callable[[], Any]
ZOO: dict[str, Build] = {}


def animal(build: Build) -> Build:
    """Put a builder into the zoo."""
    ZOO[build.__name__] = build
    return build


def half(x: Any) -> Any:
    """A function that an import finds."""
    return x * 0.5


class Scale(layers.Layer):
    """A custom layer with a config of its own."""

    def __init__(self, factor: float, offset: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.factor, self.offset = factor, offset

    def build(self, input_shape: Any) -> None:
        self.gain = self.add_weight(shape=input_shape[-1:], initializer="ones", name="gain")

    def call(self, x: Any) -> Any:
        return x * self.gain * self.factor + self.offset

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "offset": self.offset}


class Outer:
    class Inner(layers.Layer):
        """A custom layer without a config of its own, inside another class."""

        def __init__(self, units: int = 2):
            super().__init__()
            self.units = units
            self.dense = layers.Dense(units)

        def call(self, x: Any) -> Any:
            return self.dense(x)


class TwoWays(layers.Layer):
    """A custom layer that gives out a dict."""

    def call(self, x: Any) -> Any:
        return {"half": x * 0.5, "double": x * 2.0}


class Residual(keras.Model):
    """A subclassed model that tracing recovers."""

    def __init__(self, width: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.inside = layers.Dense(width, activation="relu")
        self.drop = layers.Dropout(0.3)

    def call(self, x: Any, training: bool | None = None) -> Any:
        return x + self.drop(self.inside(x), training=training)


class Loop(keras.Model):
    """A subclassed model that tracing cannot recover, with a config."""

    def __init__(self, times: int = 3, **kwargs: Any):
        super().__init__(**kwargs)
        self.times = times
        self.kernel = self.add_weight(shape=(3, 3), name="kernel")

    def call(self, x: Any) -> Any:
        for _ in range(self.times):
            x = ops.tanh(x @ self.kernel)
        return x

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "times": self.times}


@animal
def plain_stack() -> Any:
    return keras.Sequential(
        [keras.Input((8,)), layers.Dense(4, activation="relu"), layers.Dense(1, name="out")]
    )


@animal
def unbuilt_stack() -> Any:
    return keras.Sequential([layers.Dense(4), layers.Dense(2)], name="unbuilt")


@animal
def stack_of_merges() -> Any:
    model = keras.Sequential([layers.Concatenate(), layers.Dense(2)])
    model([np.ones((2, 3), "float32"), np.ones((2, 1), "float32")])
    return model


@animal
def the_same_layer_twice_in_a_stack() -> Any:
    d = layers.Dense(5, activation="tanh", name="again")
    return keras.Sequential([keras.Input((5,)), d, layers.Dropout(0.1), d], name="twice")


@animal
def several_inputs_and_outputs() -> Any:
    a, b, c = (keras.Input((n,), name=f"in_{n}") for n in (2, 3, 4))
    h = layers.Concatenate()([a, b])
    k = layers.Average()([layers.Dense(4)(h), c])
    return keras.Model([a, b, c], [h, layers.Dense(1, name="end")(k), layers.Dense(2)(k)])


@animal
def dict_in_and_out() -> Any:
    p, q = keras.Input((3,), name="p"), keras.Input((2,), name="q")
    h = layers.Concatenate(name="both")([p, q])
    ends = {"y": layers.Dense(1, name="zz")(h), "b": layers.Dense(2, name="aa")(h)}
    return keras.Model({"q": q, "p": p}, ends, name="dicts")


@animal
def nested_in_and_out() -> Any:
    a, b, c = (keras.Input((2,), name=n) for n in "abc")
    out = layers.Dense(3, name="out")(layers.Concatenate(name="joined")([a, b, c]))
    return keras.Model({"one": a, "two": [b, c]}, {"x": [out, a], "y": (out,)}, name="nested")


@animal
def dict_between_models() -> Any:
    x = keras.Input((4,), name="x")
    ends = {"low": layers.Dense(2, name="low")(x), "high": layers.Dense(3, name="high")(x)}
    inner = keras.Model({"x": x}, ends, name="inner")
    outer = keras.Input((4,), name="outer")
    found = inner({"x": outer})
    return keras.Model(outer, [found["high"], layers.Dense(1, name="end")(found["low"])])


@animal
def an_input_that_is_an_output() -> Any:
    x = keras.Input((4,), name="x")
    y = layers.Dense(2, name="y")(x)
    return keras.Model(x, [x, y, y], name="through")


@animal
def an_input_that_nothing_takes() -> Any:
    x, z = keras.Input((4,), name="x"), keras.Input((2,), name="z")
    return keras.Model([z, x], layers.Dense(2, name="y")(x), name="unused")


@animal
def a_list_of_one() -> Any:
    x = keras.Input((4,), name="x")
    return keras.Model([x], [layers.Dense(2, name="y")(x)], name="one")


@animal
def inputs_of_many_kinds() -> Any:
    a = keras.Input((3,), batch_size=4, name="a")
    b = keras.Input((3,), dtype="int32", batch_size=4, name="b")
    c = keras.Input((None, 2), batch_size=4, name="c")
    summed = ops.sum(c, axis=(1, 2), keepdims=True)
    joined = layers.Concatenate()([a, ops.cast(b, "float32"), layers.Flatten()(summed)])
    return keras.Model([a, b, c], joined)


@animal
def operations() -> Any:
    x, y = keras.Input((4, 4), name="x"), keras.Input((4, 4), name="y")
    z = 1 - x * 0.5 + y / 2.0 - (2.0**x) ** 2
    z = ops.abs(-z) + ops.matmul(x, y) @ y
    z = ops.where(z > 3.0, z, ops.minimum(x, y)) // 1.5 % 4.0
    z = ops.concatenate([z, x], axis=-1)
    z = ops.einsum("bij,bik->bjk", z, y)
    z = ops.transpose(z, (0, 2, 1)) + ops.expand_dims(x[:, 0, ::4, None], 1)[..., -1:, 0]
    return keras.Model(
        [x, y], [ops.softmax(z, axis=1), ops.max(z, axis=-1), ops.mean(z, axis=(1, 2))]
    )


@animal
def more_operations() -> Any:
    x = keras.Input((6,), name="x")
    a, b, c = ops.split(x, 3, axis=-1)
    values, places = ops.top_k(x, k=2)
    (whole,) = ops.split(x, 1, axis=-1)
    many = ops.unstack(x, 6, axis=1)
    flags = ops.logical_and(ops.greater(a, b), ops.logical_not(b < c))
    z = ops.stack([a * ops.cast(flags, "float32"), b * c], axis=1)
    z = ops.reshape(z, (-1, 4)) * np.arange(4.0, dtype="float32")
    z = ops.clip(z, -3.0, 3.0) + ops.relu6(z) + ops.one_hot(places[:, 0], 4)
    z = ops.squeeze(ops.expand_dims(z, 1), axis=1) + ops.pad(values, ((0, 0), (1, 1)))
    z = ops.leaky_relu(z, negative_slope=0.3) - ops.log_softmax(z) + many[5][:, None]
    return keras.Model(x, [z, whole, ops.logsumexp(z, axis=1), ops.norm(z, axis=-1)])


@animal
def constants() -> Any:
    x = keras.Input((2, 2), name="x")
    y = x * np.float32(2.0) + tf.constant([[0.1, 7], [-1.5, 1e-30]])
    y = ops.add(np.array([[1, 2], [3, 4]], dtype="float32"), y)
    y = ops.minimum(y, np.array([1.0, 3e38], dtype="float64").astype("float32"))
    return keras.Model(x, ops.maximum(y, np.array([5, 6])))


@animal
def tied_weights() -> Any:
    words = keras.Input((5,), dtype="int32", name="words")
    table = layers.Embedding(20, 4, name="table")
    h = layers.Dense(4, name="h")(table(words))
    return keras.Model(words, ops.einsum("btd,vd->btv", h, table.embeddings), name="tied")


@animal
def a_weight_of_a_layer_inside_a_model() -> Any:
    words = keras.Input((5,), dtype="int32", name="words")
    table = layers.Embedding(20, 4, name="table")
    inner = keras.Model(words, table(words), name="inner")
    outer = keras.Input((5,), dtype="int32", name="outer")
    return keras.Model(
        outer, ops.einsum("btd,vd->btv", inner(outer), table.embeddings), name="around"
    )


@animal
def masks() -> Any:
    words = keras.Input((None,), dtype="int32", name="words")
    h = layers.Embedding(20, 4, mask_zero=True, name="table")(words)
    h = layers.Bidirectional(layers.GRU(3, return_sequences=True), name="both_ways")(h)
    h = layers.MultiHeadAttention(num_heads=2, key_dim=3, name="look")(h, h)
    given = layers.LSTM(2, name="given")(h, mask=ops.not_equal(words, 3))
    return keras.Model(words, [layers.LSTM(3, name="end")(h), given])


@animal
def attention_block() -> Any:
    x = keras.Input((6, 8), name="x")
    memory = keras.Input((None, 8), name="memory")
    allowed = keras.Input((6, 6), dtype="bool", name="allowed")
    h = layers.LayerNormalization(epsilon=1e-6, name="norm_1")(x)
    h = layers.MultiHeadAttention(2, 4, dropout=0.1, name="itself")(h, h, attention_mask=allowed)
    x1 = layers.Add(name="first")([x, h])
    h, scores = layers.MultiHeadAttention(2, 4, value_dim=3, name="other")(
        query=x1, value=memory, return_attention_scores=True
    )
    causal = layers.MultiHeadAttention(2, 4, name="causal")(x1, x1, use_causal_mask=True)
    dots = layers.Attention(use_scale=True, name="dots")([x1, memory])
    end = layers.Add(name="end")([x1, h, causal, dots])
    return keras.Model([x, memory, allowed], [end, scores])


@animal
def recurrent() -> Any:
    x = keras.Input((5, 3), name="x")
    h, state, cell = layers.LSTM(4, return_state=True, return_sequences=True, name="encode")(x)
    h = layers.LSTM(4, return_sequences=True, name="decode")(h, initial_state=[state, cell])
    h = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True)(h)
    h = layers.Bidirectional(layers.LSTM(2, return_sequences=True, name="inner"), "sum")(h)
    h = layers.Bidirectional(
        layers.GRU(2, return_sequences=True),
        backward_layer=layers.GRU(2, go_backwards=True, return_sequences=True, activation="relu"),
    )(h)
    h = layers.TimeDistributed(layers.Dense(2, activation="relu", name="each"))(h)
    return keras.Model(x, layers.SimpleRNN(2, go_backwards=True)(h))


@animal
def stateful() -> Any:
    x = keras.Input((5, 2), batch_size=4, name="x")
    h = layers.GRU(3, stateful=True, return_sequences=True, name="first")(x)
    h = layers.TimeDistributed(layers.Dense(2), name="each")(h)
    h = layers.Bidirectional(layers.LSTM(2, stateful=True), name="both_ways")(h)
    return keras.Model(x, layers.Dense(1, name="end")(h), name="stateful")


@animal
def stateful_from_a_start() -> Any:
    x = keras.Input((5, 2), batch_size=4, name="x")
    start = keras.Input((3,), batch_size=4, name="start")
    h = layers.RNN(layers.GRUCell(3), stateful=True, name="run")(x, initial_state=start)
    return keras.Model([x, start], h, name="started")


@animal
def wrapped_models() -> Any:
    frame = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)], name="frame")
    x = keras.Input((5, 4), name="x")
    h = layers.TimeDistributed(frame, name="frames")(x)
    return keras.Model(x, layers.Flatten(name="flat")(h))


@animal
def settings() -> Any:
    x = keras.Input((8, 8, 3), name="x")
    h = layers.Conv2D(
        4,
        (3, 2),
        strides=2,
        padding="same",
        kernel_initializer=keras.initializers.HeNormal(seed=3),
        bias_initializer=keras.initializers.Constant(0.1),
        kernel_regularizer=keras.regularizers.L2(1e-4),
        bias_regularizer="l1",
        activity_regularizer=keras.regularizers.L1L2(0.1, 0.2),
        kernel_constraint=keras.constraints.MaxNorm(3),
        bias_constraint="non_neg",
        name="conv",
    )(x)
    h = layers.BatchNormalization(momentum=0.9, center=False, gamma_initializer="zeros")(h)
    h = layers.Activation(tf.nn.silu)(h)
    h = layers.Conv2DTranspose(3, 3, activation=layers.LeakyReLU(negative_slope=0.2))(h)
    h = layers.ZeroPadding2D(((1, 0), (0, 1)))(h)
    h = layers.MaxPooling2D(2, strides=1)(h)
    h = layers.AveragePooling2D((2, 1))(h)
    h = layers.UpSampling2D(2, interpolation="bilinear")(h)
    h = layers.GroupNormalization(groups=3)(h)
    h = layers.SeparableConv2D(6, 3, depthwise_initializer="he_uniform", activation=half)(h)
    h = layers.SpatialDropout2D(0.2, seed=5)(h)
    h = layers.SpectralNormalization(layers.Dense(3))(h)
    h = layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 1.0, 2.0])(h)
    h = layers.Rescaling([0.5, 1.0, 2.0], offset=-1)(h)
    h = layers.Reshape((-1, 3))(h)
    h = layers.Permute((2, 1))(h)
    h = layers.Dot(axes=1, normalize=True)([h, h])
    return keras.Model(x, layers.GlobalAveragePooling1D(keepdims=True)(h), name="settings")


@animal
def dtypes() -> Any:
    x = keras.Input((4,), dtype="float16", name="x")
    h = layers.Dense(3, dtype="mixed_float16", name="mixed")(x)
    h = layers.Dense(3, dtype="float64", name="double")(h)
    h = layers.Bidirectional(layers.LSTM(2, dtype="float16"), dtype="float16")(h[:, None])
    return keras.Model(x, layers.Activation("softmax", dtype="float32", name="end")(h))


@animal
def learned_numbers() -> Any:
    x = keras.Input((3,), name="x")
    norm = layers.Normalization(name="norm")
    norm.adapt(np.random.default_rng(0).normal(size=(9, 3)).astype("float32"))
    return keras.Model(x, layers.Dense(2, name="end")(norm(x)))


@animal
def frozen() -> Any:
    def base() -> Any:
        x = keras.Input((4,), name="x")
        h = layers.Dense(3, name="a")(x)
        return keras.Model(x, layers.BatchNormalization(name="b")(h))

    x = keras.Input((4,), name="x")
    first, second, third = base(), base(), base()
    first.trainable = False
    second.layers[1].trainable = False
    h = layers.Concatenate()([first(x, training=False), second(x), third(x)])
    h = layers.Dense(2, trainable=False, name="fixed")(h)
    look = layers.MultiHeadAttention(1, 2, name="look")
    h = look(h[:, None], h[:, None])
    look.trainable = False
    again = layers.Bidirectional(layers.LSTM(2), name="again")
    h = again(h)
    again.trainable = False
    third.trainable = False
    third.layers[0].trainable = third.layers[1].trainable = True
    return keras.Model(x, h, name="partly")


@animal
def wholly_frozen() -> Any:
    x = keras.Input((4,), name="x")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(3)])
    model = keras.Model(x, layers.MultiHeadAttention(1, 2)(inner(x)[:, None], x[:, None]))
    model.trainable = False
    return model


@animal
def models_in_models() -> Any:
    def block(name: str) -> Any:
        x = keras.Input((4,))
        h = layers.Dense(4, activation="relu", name=f"{name}_dense")(x)
        return keras.Model(x, layers.Add(name=f"{name}_add")([x, h]), name=name)

    inner = keras.Sequential([keras.Input((4,)), block("one"), block("two")], name="inner")
    x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
    h = layers.Subtract(name="minus")([inner(x), inner(y)])
    return keras.Model([x, y], block("three")(h), name="outer")


@animal
def layers_across_models() -> Any:
    shared, inside = layers.Dense(3, name="shared"), layers.Dense(3, name="inside")

    def head(name: str) -> Any:
        x = keras.Input((3,), name="x")
        return keras.Model(x, layers.Dense(1, name="last")(inside(shared(x))), name=name)

    x = keras.Input((3,), name="x")
    h = shared(x)
    left, right = head("left"), head("right")
    deep = keras.Sequential([keras.Input((3,)), right], name="deep")
    return keras.Model(x, [left(h), deep(h), right(x)], name="across")


@animal
def custom_layers() -> Any:
    x = keras.Input((3,), name="x")
    h = Scale(2.0, name="doubled")(x)
    h = Outer.Inner(4)(h)
    found = TwoWays(name="ways")(h)
    h = layers.Lambda(half, name="halved")(found["double"])
    return keras.Model(x, [Scale(0.5, offset=1.0)(h), found["half"]])


@animal
def subclasses_inside() -> Any:
    x = keras.Input((3,), name="x")
    block = Residual(3, name="block")
    return keras.Model(x, Loop(2, name="loop")(block(block(x))), name="with_classes")


@animal
def subclass() -> Any:
    model = Residual(4)
    model(keras.Input((4,)))
    return model


@animal
def given_names() -> Any:
    x = keras.Input((3,), name="class")
    h = layers.Dense(3, name='q"')(x)
    h = layers.Dense(3, name="f'{x}'")(h)
    h = layers.Dense(3, name='"""\n')(h)
    h = layers.Dense(3, name="tf")(h)
    h = layers.Dense(3, name="build")(h)
    h = layers.Dense(3, name="layers")(h)
    h = layers.Dense(3, name="self")(h)
    h = layers.Dense(3, name="x")(h)
    h = layers.Dense(3, name="X")(h)
    h = layers.Dense(3, name="1st layer")(h)
    h = layers.Dense(3, name="__import__('os').system('x')")(h)
    h = layers.Dense(3, name="名前 é \u202e")(h)
    h = layers.Dense(3, name="")(h)
    h = layers.Dense(3, name="conv2d_1")(h)
    h = layers.Dense(3, name="y" * 300)(h)
    return keras.Model(x, layers.Reshape((1, 3), name="max")(h), name='"); import os; ("')
