"""What random models are made of: layers, merges and operations, each for tensors of some rank."""

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops

VECTOR, SEQUENCE, IMAGE = {2}, {3}, {4}
ANY = VECTOR | SEQUENCE | IMAGE

Ranks = set[int]
Make = Callable[[int, dict[str, Any]], Any]  # a free choice, and options such as the name

# What a step may say of its layer besides its kind.
EXTRAS: dict[str, dict[str, Any]] = {
    "": {},
    "frozen": {"trainable": False},
    "float16": {"dtype": "float16"},
    "mixed": {"dtype": "mixed_float16"},
    "bfloat16": {"dtype": "bfloat16"},
    "float64": {"dtype": "float64"},
}


def one(n: int, *choices: Any) -> Any:
    """Pick among choices by a free number; 0 picks the first."""
    return choices[n % len(choices)]


def dense(n: int, options: dict[str, Any]) -> Any:
    shaped = one(n // 12, {}, {}, {"use_bias": False}, {"kernel_regularizer": "l2"}, RICH)
    return layers.Dense(one(n, 3, 2, 4), activation=one(n // 3, None, *ACTS), **shaped, **options)


ACTS = ("tanh", "relu", "softmax")
RICH = {
    "kernel_regularizer": keras.regularizers.L1L2(0.01, 0.02),
    "activity_regularizer": keras.regularizers.L2(0.1),
    "kernel_constraint": keras.constraints.MaxNorm(2.0),
    "kernel_initializer": keras.initializers.RandomNormal(stddev=0.5, seed=4),
    "bias_initializer": "ones",
}


@keras.saving.register_keras_serializable("tests")
class Scale(layers.Layer):
    """A layer of a user's own, in a module: a factor for each channel, and something to add."""

    def __init__(self, start: float = 1.0, **options: Any):
        super().__init__(**options)
        self.start = start

    def build(self, shape: Any) -> None:
        start = keras.initializers.Constant(self.start)
        self.factor = self.add_weight(shape=(shape[-1],), initializer=start, name="factor")

    def call(self, x: Any, more: Any = None, sign: float = 1.0) -> Any:
        return x * self.factor + (0.0 if more is None else sign * more)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": self.start}


class Block(keras.Model):
    """A subclassed model with a branch."""

    def __init__(self, width: int, **options: Any):
        super().__init__(**options)
        self.width = width
        self.dense = layers.Dense(width, activation="tanh")

    def call(self, x: Any) -> Any:
        return x + self.dense(x)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "width": self.width}


def distributed(n: int, options: dict[str, Any]) -> Any:
    inner = one(n, layers.Dense(3), keras.Sequential([layers.Dense(3), layers.ReLU()]))
    return layers.TimeDistributed(inner, **options)


# One tensor in, one tensor out: what a Sequential may hold.
LAYERS: dict[str, tuple[Ranks, Make]] = {
    "dense": (ANY, dense),
    "activation": (ANY, lambda n, o: layers.Activation(one(n, "tanh", "relu", "gelu"), **o)),
    "relu": (ANY, lambda n, o: one(n, layers.ReLU, layers.LeakyReLU, layers.PReLU)(**o)),
    "softmax": (ANY, lambda n, o: layers.Softmax(axis=one(n, -1, 1), **o)),
    "dropout": (ANY, lambda n, o: layers.Dropout(0.5, seed=one(n, 1, 2), **o)),
    "noise": (ANY, lambda n, o: layers.GaussianNoise(0.1, seed=n, **o)),
    "batch_norm": (ANY, lambda n, o: layers.BatchNormalization(center=n % 3 < 2, **o)),
    "layer_norm": (ANY, lambda n, o: layers.LayerNormalization(epsilon=one(n, 1e-3, 0.1), **o)),
    "rescaling": (ANY, lambda n, o: layers.Rescaling(0.5, offset=one(n, 0.0, 0.25), **o)),
    "identity": (ANY, lambda n, o: layers.Identity(**o)),
    "flatten": (ANY, lambda n, o: layers.Flatten(**o)),
    "reshape": (
        ANY,
        lambda n, o: layers.Reshape(one(n, (-1, 1), (1, -1), (-1, 2), (-1, 1, 1), (-1,)), **o),
    ),
    "permute": (SEQUENCE, lambda n, o: layers.Permute((2, 1), **o)),
    "repeat": (VECTOR, lambda n, o: layers.RepeatVector(one(n, 2, 3), **o)),
    "masking": (SEQUENCE, lambda n, o: layers.Masking(one(n, 0.0, 0.5), **o)),
    "lstm": (
        SEQUENCE,
        lambda n, o: one(n, layers.LSTM, layers.GRU, layers.SimpleRNN)(
            one(n // 6, 3, 2), return_sequences=n // 3 % 2 == 1, **o
        ),
    ),
    "bidirectional": (
        SEQUENCE,
        lambda n, o: layers.Bidirectional(
            layers.LSTM(2, return_sequences=n % 2 == 1),
            merge_mode=one(n // 2, "concat", "ave"),
            **o,
        ),
    ),
    "distributed": (SEQUENCE, distributed),
    "custom": (ANY, lambda n, o: Scale(one(n, 1.0, 0.5), **o)),
    "conv_1d": (
        SEQUENCE,
        lambda n, o: layers.Conv1D(one(n, 3, 2), 2, padding=one(n // 2, "same", "causal"), **o),
    ),
    "pool_1d": (
        SEQUENCE,
        lambda n, o: one(n, layers.MaxPooling1D, layers.AveragePooling1D)(2, **o),
    ),
    "global_1d": (
        SEQUENCE,
        lambda n, o: one(n, layers.GlobalAveragePooling1D, layers.GlobalMaxPooling1D)(**o),
    ),
    "conv": (
        IMAGE,
        lambda n, o: layers.Conv2D(
            one(n, 2, 3),
            one(n // 2, (2, 2), 1, (1, 2)),
            strides=one(n // 6, 1, 2),
            padding=one(n // 12, "same", "valid"),
            activation=one(n, None, "relu"),
            **o,
        ),
    ),
    "depthwise": (IMAGE, lambda n, o: layers.DepthwiseConv2D(2, padding="same", **o)),
    "separable": (IMAGE, lambda n, o: layers.SeparableConv2D(one(n, 2, 3), 2, padding="same", **o)),
    "transposed": (IMAGE, lambda n, o: layers.Conv2DTranspose(2, 2, padding="same", **o)),
    "pool": (
        IMAGE,
        lambda n, o: one(n, layers.MaxPooling2D, layers.AveragePooling2D)(
            2, padding=one(n // 2, "same", "valid"), **o
        ),
    ),
    "global": (
        IMAGE,
        lambda n, o: layers.GlobalAveragePooling2D(keepdims=n % 2 == 1, **o),
    ),
    "upsample": (IMAGE, lambda n, o: layers.UpSampling2D(one(n, (1, 2), (2, 1)), **o)),
    "pad": (IMAGE, lambda n, o: layers.ZeroPadding2D(one(n, (1, 0), ((0, 1), (0, 0))), **o)),
    "crop": (IMAGE, lambda n, o: layers.Cropping2D(one(n, (1, 0), ((0, 1), (0, 0))), **o)),
}

# Several tensors of one shape in, as a list.
MERGES: dict[str, Make] = {
    "add": lambda n, o: layers.Add(**o),
    "multiply": lambda n, o: layers.Multiply(**o),
    "average": lambda n, o: layers.Average(**o),
    "subtract": lambda n, o: layers.Subtract(**o),
    "maximum": lambda n, o: one(n, layers.Maximum, layers.Minimum)(**o),
    "concatenate": lambda n, o: layers.Concatenate(axis=one(n, -1, 1), **o),
    "dot": lambda n, o: layers.Dot(axes=one(n, -1, 1), normalize=n // 2 % 2 == 1, **o),
}
PAIRS_ONLY = {"subtract", "dot"}


# Operators and `keras.ops` calls on one tensor: some ways each.
OPERATIONS: dict[str, tuple[Ranks, tuple[Callable[[Any], Any], ...]]] = {
    "scale": (ANY, (lambda x: x * 0.5, lambda x: 0.5 * x, lambda x: x / 2, lambda x: x + 1)),
    "reverse": (ANY, (lambda x: 1 - x, lambda x: -x, lambda x: 1.5 - x, abs)),
    "power": (ANY, (lambda x: ops.tanh(x) ** 2, lambda x: ops.power(ops.tanh(x), 3))),
    "array": (
        ANY,
        (lambda x: x * ramp(x), lambda x: x + ramp(x)[None], lambda x: x - np.float32(0.5)),
    ),
    "slice": (
        ANY,
        (lambda x: x[:, :2], lambda x: x[:, ::2], lambda x: x[..., -1:], lambda x: x[..., None]),
    ),
    "index": (SEQUENCE | IMAGE, (lambda x: x[:, 0], lambda x: x[:, -1], lambda x: x[:, :, 0])),
    "mean": (
        SEQUENCE | IMAGE,
        (
            lambda x: ops.mean(x, axis=1),
            lambda x: ops.sum(x, axis=-1),
            lambda x: ops.max(x, axis=(1,), keepdims=True),
            lambda x: ops.mean(x, axis=[1]),
        ),
    ),
    "function": (ANY, (ops.softplus, ops.sigmoid, ops.relu, ops.tanh, ops.gelu)),
    "softmax_op": (ANY, (lambda x: ops.softmax(x), lambda x: ops.softmax(x, axis=1))),
    "reshape_op": (ANY, (lambda x: flat(x)[..., None], lambda x: flat(x))),
    "transpose": (SEQUENCE, (lambda x: ops.transpose(x, (0, 2, 1)),)),
    "expand": (VECTOR | SEQUENCE, (lambda x: ops.expand_dims(x, -1), lambda x: x[:, None])),
    "split": (ANY, (lambda x: ops.split(x, [1], axis=-1), lambda x: ops.unstack(x, axis=-1))),
    "clip": (ANY, (lambda x: ops.clip(x, -1.0, 1.0), lambda x: ops.clip(x, x_max=1, x_min=0))),
    "cast": (ANY, (lambda x: ops.cast(x, "float64"), lambda x: ops.cast(x, "float16"))),
    "where": (ANY, (lambda x: ops.where(x > 0.1, x, 0.1 * x),)),
    "einsum_one": (SEQUENCE, (lambda x: ops.einsum("btd->bd", x),)),
    "top": (ANY, (lambda x: ops.top_k(x, 1)[0], lambda x: ops.cast(ops.argmax(x, -1), x.dtype))),
    "norm": (ANY, (lambda x: x / (1.0 + ops.sum(ops.square(x), axis=-1, keepdims=True)),)),
}

# The same on two tensors of one shape.
PAIRS: dict[str, tuple[Ranks, tuple[Callable[[Any, Any], Any], ...]]] = {
    "mix": (ANY, (lambda x, y: x * 0.5 + y, lambda x, y: x - y, lambda x, y: x * y)),
    "join": (
        ANY,
        (lambda x, y: ops.concatenate([x, y]), lambda x, y: ops.concatenate((x, y), axis=1)),
    ),
    "stack": (VECTOR | SEQUENCE, (lambda x, y: ops.stack([x, y], axis=1),)),
    "einsum": (
        SEQUENCE,
        (
            lambda x, y: ops.einsum("bij,bkj->bik", x, y),
            lambda x, y: ops.einsum("bij,bij->bi", x, y),
        ),
    ),
    "matmul": (SEQUENCE, (lambda x, y: x @ ops.transpose(y, (0, 2, 1)),)),
    "choose": (ANY, (lambda x, y: ops.where(x > y, x, y), lambda x, y: ops.maximum(x, y))),
    "logical": (ANY, (lambda x, y: ops.cast((x > 0) & (y < 1), x.dtype),)),
}


def ramp(x: Any) -> Any:
    """An array that fits a tensor's last axis."""
    return np.linspace(-1.0, 1.0, x.shape[-1], dtype="float32")


def flat(x: Any) -> Any:
    """A row's numbers in one axis: all of them, or their means where their number is open."""
    if None in x.shape[1:]:
        return ops.mean(x, axis=tuple(range(1, len(x.shape) - 1)))
    return ops.reshape(x, (-1, math.prod(x.shape[1:])))
