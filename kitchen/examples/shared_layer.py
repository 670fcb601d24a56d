"""Example 3: one layer called twice, and two outputs."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.examples import digits
from kitchen.examples.arrays import on_the_diagonal, side_by_side
from kitchen.examples.example import Example, Form, by_name


def functional():
    """One layer is called twice, so both branches use the same weights."""
    keras: Any = backend.keras()
    layers = keras.layers

    input_layer = keras.Input(shape=(128,), name="input")

    shared_dense = layers.Dense(64, activation="relu", name="shared_dense")
    branch_1 = shared_dense(input_layer)
    branch_2 = shared_dense(input_layer)

    dense_1 = layers.Dense(32, activation="relu", name="dense_1")(branch_1)
    dense_2 = layers.Dense(32, activation="relu", name="dense_2")(branch_2)

    output_1 = layers.Dense(1, activation="sigmoid", name="output_1")(dense_1)
    output_2 = layers.Dense(1, activation="sigmoid", name="output_2")(dense_2)

    return keras.Model(inputs=input_layer, outputs=[output_1, output_2])


def subclassed():
    """`__init__` makes the layers and `call` connects them; a layer may be called twice."""
    keras: Any = backend.keras()
    layers = keras.layers

    class SharedLayer(keras.Model):
        def __init__(self):
            super().__init__()
            self.shared_dense = layers.Dense(64, activation="relu", name="shared_dense")
            self.dense_1 = layers.Dense(32, activation="relu", name="dense_1")
            self.dense_2 = layers.Dense(32, activation="relu", name="dense_2")
            self.output_1 = layers.Dense(1, activation="sigmoid", name="output_1")
            self.output_2 = layers.Dense(1, activation="sigmoid", name="output_2")

        def call(self, inputs):
            branch_1 = self.shared_dense(inputs)
            branch_2 = self.shared_dense(inputs)
            output_1 = self.output_1(self.dense_1(branch_1))
            output_2 = self.output_2(self.dense_2(branch_2))
            return [output_1, output_2]

    model = SharedLayer()
    model(keras.Input(shape=(128,), name="input"))  # the first call makes the weights
    return model


def sequential():
    """A stack of two elements; the second is a model of its own, and it branches."""
    keras: Any = backend.keras()
    layers = keras.layers

    shared_dense = layers.Dense(64, activation="relu", name="shared_dense")

    branch = keras.Input(shape=(64,), name="branch")
    dense_1 = layers.Dense(32, activation="relu", name="dense_1")(branch)
    dense_2 = layers.Dense(32, activation="relu", name="dense_2")(branch)
    output_1 = layers.Dense(1, activation="sigmoid", name="output_1")(dense_1)
    output_2 = layers.Dense(1, activation="sigmoid", name="output_2")(dense_2)
    two_heads = keras.Model(branch, [output_1, output_2], name="two_heads")

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            shared_dense,
            two_heads,
        ]
    )


def wider():
    """A flat stack: both heads are one layer, and both answers are one output of two numbers."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            layers.Dense(64, activation="relu", name="shared_dense"),
            layers.Dense(64, activation="relu", name="dense_both"),
            layers.Dense(2, activation="sigmoid", name="output_both"),
        ]
    )


def attempt():
    """Every layer of the network in reading order, in a list.

    Keras raises a ValueError at the second `shared_dense`: a list feeds it its own 64 numbers
    instead of the input's 128, and its kernel has 128 rows ("expected axis -1 of input shape to
    have value 128").
    """
    keras: Any = backend.keras()
    layers = keras.layers

    shared_dense = layers.Dense(64, activation="relu", name="shared_dense")

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            shared_dense,
            shared_dense,
            layers.Dense(32, activation="relu", name="dense_1"),
            layers.Dense(32, activation="relu", name="dense_2"),
            layers.Dense(1, activation="sigmoid", name="output_1"),
            layers.Dense(1, activation="sigmoid", name="output_2"),
        ]
    )


def flat(weights: list[Any]) -> list[Any]:
    """Return the flat stack's weights with which it computes what the network does.

    Args:
        weights: The functional model's: kernel and bias of `shared_dense`, `dense_1`, `dense_2`,
            `output_1` and `output_2`.

    Returns:
        Kernel and bias of `shared_dense`, `dense_both` and `output_both`. Both heads read the same
        64 numbers, so their first kernels stand side by side; the last kernel, shape (64, 2),
        holds a block for each head and 64 zeros beside them.
    """
    kernel, bias, kernel_1, bias_1, kernel_2, bias_2, last_1, end_1, last_2, end_2 = weights
    heads = [np.concatenate([kernel_1, kernel_2], axis=1), np.concatenate([bias_1, bias_2])]
    last = on_the_diagonal(last_1, last_2)
    return [kernel, bias, *heads, last, np.concatenate([end_1, end_2])]


EXAMPLE = Example(
    name="shared_layer",
    title="A shared layer",
    question="Is the left digit larger, and do the two sum to 10 or more?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps all weights and both outputs. Hides the two heads inside one element, and calls "
            "the shared layer once: both branches were equal anyway.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Calls one layer twice on the same input, and has two outputs.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and both calls of the shared one; hides the connections inside "
            "`call`.",
        ),
        Form(
            "wider",
            "wider",
            wider,
            "Keeps every function that the network can be. Hides that there are two outputs, and "
            "adds 64 weights by which each answer sees the other's head; training uses them.",
            map_weights=flat,
            map_outputs=side_by_side,
        ),
    ),
    naive=attempt,
    load=digits.shared_layer,
    loss="binary_crossentropy",
)
