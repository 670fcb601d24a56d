"""Example 2: two inputs, a branch for each, joined before the last layer."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.examples import arrays, digits
from kitchen.examples.example import Example, Form, by_name


def functional():
    """Each input has a branch of its own."""
    keras: Any = backend.keras()
    layers = keras.layers

    input_a = keras.Input(shape=(32,), name="input_a")
    input_b = keras.Input(shape=(64,), name="input_b")

    dense_a = layers.Dense(16, activation="relu", name="dense_a")(input_a)
    dense_b = layers.Dense(32, activation="relu", name="dense_b")(input_b)

    concat = layers.concatenate([dense_a, dense_b], name="concat")
    output = layers.Dense(1, activation="sigmoid", name="output")(concat)

    return keras.Model(inputs=[input_a, input_b], outputs=output)


def subclassed():
    """`__init__` makes the layers and `call` connects them, each input by its name."""
    keras: Any = backend.keras()
    layers = keras.layers

    class TwoInputs(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense_a = layers.Dense(16, activation="relu", name="dense_a")
            self.dense_b = layers.Dense(32, activation="relu", name="dense_b")
            self.concat = layers.Concatenate(name="concat")
            # Every Keras model has an attribute `output` already.
            self.last = layers.Dense(1, activation="sigmoid", name="output")

        def call(self, inputs):
            dense_a = self.dense_a(inputs["input_a"])
            dense_b = self.dense_b(inputs["input_b"])
            return self.last(self.concat([dense_a, dense_b]))

    input_a = keras.Input(shape=(32,), name="input_a")
    input_b = keras.Input(shape=(64,), name="input_b")
    model = TwoInputs()
    model({"input_a": input_a, "input_b": input_b})  # the first call makes the weights
    return model


def sequential():
    """One stack over the two inputs laid end to end: 32 + 64 numbers, 16 + 32 units."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(96,), name="input"),
            layers.Dense(48, activation="relu", name="dense_both"),
            layers.Dense(1, activation="sigmoid", name="output"),
        ]
    )


def attempt():
    """Every layer of the network in reading order, in a list.

    Keras raises a ValueError at the second `Input`: the model "has already been configured to use
    input shape (None, 32)". Without that line it raises another one, at `Concatenate`, which
    "should be called on a list" of tensors and gets one tensor.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(32,), name="input_a"),
            layers.Dense(16, activation="relu", name="dense_a"),
            keras.Input(shape=(64,), name="input_b"),
            layers.Dense(32, activation="relu", name="dense_b"),
            layers.Concatenate(name="concat"),
            layers.Dense(1, activation="sigmoid", name="output"),
        ]
    )


def named(x: Any) -> dict[str, Any]:
    """Return the two inputs as a dict from their names.

    Args:
        x: A list or tuple, A first, or a dict by the names `input_a` and `input_b`; arrays or
            tensors.
    """
    return arrays.named(x, ("input_a", "input_b"))


def joined(x: Any) -> Any:
    """Return the two inputs laid end to end.

    Args:
        x: As for `named`; shape (n, 32) and (n, 64).

    Returns:
        Shape (n, 96): a NumPy array where both inputs are, otherwise a tensor.
    """
    return arrays.side_by_side(named(x).values())


def block_diagonal(weights: list[Any]) -> list[Any]:
    """Return the stack's weights with which it computes what the network does.

    Args:
        weights: The functional model's: kernel and bias of `dense_a`, `dense_b` and `output`.

    Returns:
        Kernel and bias of `dense_both` and `output`. The first kernel, shape (96, 48), holds the
        two branches' kernels as blocks on its diagonal and 2,048 zeros beside them: no unit of one
        branch looks at the other branch's input.
    """
    kernel_a, bias_a, kernel_b, bias_b, kernel, bias = weights
    both = arrays.on_the_diagonal(kernel_a, kernel_b)
    return [both, np.concatenate([bias_a, bias_b]), kernel, bias]


EXAMPLE = Example(
    name="two_inputs",
    title="Two inputs",
    question="Is digit A larger than digit B?",
    forms=by_name(
        Form(
            "sequential",
            "wider",
            sequential,
            "Keeps every function that the network can be. Hides that there are two inputs, and "
            "adds 2,048 weights by which each branch sees the other's input; training uses them.",
            map_inputs=joined,
            map_weights=block_diagonal,
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Has two inputs, a branch for each, and joins the branches before the last layer.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and both inputs, as a dict by name; hides the connections inside "
            "`call`.",
            map_inputs=named,
        ),
    ),
    naive=attempt,
    load=digits.two_inputs,
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
