"""A residual network: four blocks, each with a way around it, and whole digits to read."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.examples.example import Data, Example, Form, by_name
from kitchen.examples.images import split


def functional():
    """Each block adds a change to `x`, and `x` itself goes around the block to its `Add`."""
    keras: Any = backend.keras()
    layers = keras.layers

    pixels = keras.Input(shape=(64,), name="pixels")

    x = pixels
    for k in range(1, 5):
        change = layers.LayerNormalization(center=False, scale=False, name=f"norm_{k}")(x)
        change = layers.Dense(64, activation="relu", name=f"change_{k}")(change)
        x = layers.Add(name=f"add_{k}")([x, change])

    output = layers.Dense(10, activation="softmax", name="output")(x)

    return keras.Model(inputs=pixels, outputs=output)


def subclassed():
    """`__init__` makes the layers and `call` connects them; the skip is a `+`."""
    keras: Any = backend.keras()
    layers = keras.layers

    class Residual(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [
                (
                    layers.LayerNormalization(center=False, scale=False, name=f"norm_{k}"),
                    layers.Dense(64, activation="relu", name=f"change_{k}"),
                )
                for k in range(1, 5)
            ]
            # Every Keras model has an attribute `output` already.
            self.last = layers.Dense(10, activation="softmax", name="output")

        def call(self, inputs):
            x = inputs
            for norm, change in self.blocks:
                x = x + change(norm(x))
            return self.last(x)

    model = Residual()
    model(keras.Input(shape=(64,), name="pixels"))  # the first call makes the weights
    return model


def sequential():
    """A stack of blocks: each is a model of its own, with the way around inside."""
    keras: Any = backend.keras()
    layers = keras.layers

    def block(k):
        given = keras.Input(shape=(64,), name="given")
        change = layers.LayerNormalization(center=False, scale=False, name=f"norm_{k}")(given)
        change = layers.Dense(64, activation="relu", name=f"change_{k}")(change)
        total = layers.Add(name=f"add_{k}")([given, change])
        return keras.Model(given, total, name=f"block_{k}")

    return keras.Sequential(
        [
            keras.Input(shape=(64,), name="pixels"),
            block(1),
            block(2),
            block(3),
            block(4),
            layers.Dense(10, activation="softmax", name="output"),
        ]
    )


def attempt():
    """Every call of the network in reading order, in a list.

    Keras raises a ValueError at the first `Add`: "A merge layer should be called on a list of
    inputs", and a list hands it one tensor. Without the `Add`s it accepts the rest, and the model
    is another one: it has all the parameters, and no way around.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(64,), name="pixels"),
            layers.LayerNormalization(center=False, scale=False, name="norm_1"),
            layers.Dense(64, activation="relu", name="change_1"),
            layers.Add(name="add_1"),
            layers.LayerNormalization(center=False, scale=False, name="norm_2"),
            layers.Dense(64, activation="relu", name="change_2"),
            layers.Add(name="add_2"),
            layers.Dense(10, activation="softmax", name="output"),
        ]
    )


def whole_digits() -> Data:
    """Return single digits, as they are: which digit is it?

    They are not resized to 784 numbers as the classifier's are: a block adds what it makes to what
    it was given, so it is as wide as its input. At 64 numbers the pixels themselves can go around
    the first block, and a network of 30 blocks stays small.

    Returns:
        x: shape (1297, 64) and (500, 64), float32, 0 to 1: the 8 by 8 pixels, flattened. y: shape
        (1297,) and (500,), int64, 0 to 9, each about one in ten.
    """
    (x_train, y_train), (x_test, y_test) = split()
    return Data(x_train.reshape(-1, 64), y_train, x_test.reshape(-1, 64), y_test)


EXAMPLE = Example(
    name="residual",
    title="A residual network",
    question="Which digit is it?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps all weights and the order of the blocks. Hides the way around each block inside "
            "an element.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Shows each way around: a tensor that two calls read, the block's first and its `Add`.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers that have weights, and adds with `+`; hides the ways around inside "
            "`call`.",
        ),
    ),
    naive=attempt,
    load=whole_digits,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
