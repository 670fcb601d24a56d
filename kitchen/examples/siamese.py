"""A siamese network: two inputs, and one encoder called on both."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.examples import arrays, digits
from kitchen.examples.example import Example, Form, by_name


def functional():
    """One encoder is called on each input; the mean of the two codes forgets which was which."""
    keras: Any = backend.keras()
    layers = keras.layers

    encoder = keras.Sequential(
        [
            keras.Input(shape=(64,), name="image"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(16, activation="relu", name="code"),
        ],
        name="encoder",
    )

    left = keras.Input(shape=(64,), name="left")
    right = keras.Input(shape=(64,), name="right")

    code_left = encoder(left)
    code_right = encoder(right)

    both = layers.Average(name="both")([code_left, code_right])
    output = layers.Dense(1, name="output")(both)

    return keras.Model(inputs=[left, right], outputs=output)


def subclassed():
    """`__init__` makes the layers and `call` connects them; the encoder is called twice."""
    keras: Any = backend.keras()
    layers = keras.layers

    class Siamese(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.Sequential(
                [
                    keras.Input(shape=(64,), name="image"),
                    layers.Dense(32, activation="relu", name="hidden"),
                    layers.Dense(16, activation="relu", name="code"),
                ],
                name="encoder",
            )
            self.both = layers.Average(name="both")
            # Every Keras model has an attribute `output` already.
            self.last = layers.Dense(1, name="output")

        def call(self, inputs):
            code_left = self.encoder(inputs["left"])
            code_right = self.encoder(inputs["right"])
            return self.last(self.both([code_left, code_right]))

    left = keras.Input(shape=(64,), name="left")
    right = keras.Input(shape=(64,), name="right")
    model = Siamese()
    model({"left": left, "right": right})  # the first call makes the weights
    return model


def sequential():
    """One array of two rows: a Dense layer does the same to every row, so it is shared already."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            layers.Reshape((2, 64), name="rows"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(16, activation="relu", name="code"),
            layers.GlobalAveragePooling1D(name="both"),
            layers.Dense(1, name="output"),
        ]
    )


def wrapped():
    """A stack of two elements; the first is a model of its own, in which the encoder is shared."""
    keras: Any = backend.keras()
    layers = keras.layers

    encoder = keras.Sequential(
        [
            keras.Input(shape=(64,), name="image"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(16, activation="relu", name="code"),
        ],
        name="encoder",
    )

    pair = keras.Input(shape=(128,), name="pair")
    code_left = encoder(pair[:, :64])
    code_right = encoder(pair[:, 64:])
    both = layers.Average(name="both")([code_left, code_right])
    two_codes = keras.Model(pair, both, name="two_codes")

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            two_codes,
            layers.Dense(1, name="output"),
        ]
    )


def wider():
    """A flat stack over the two inputs laid end to end: an encoder for each, side by side."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(128,), name="input"),
            layers.Dense(64, activation="relu", name="hidden_both"),
            layers.Dense(32, activation="relu", name="code_both"),
            layers.Dense(1, name="output"),
        ]
    )


def concatenated():
    """The codes end to end instead of their mean: the last layer can tell left from right."""
    keras: Any = backend.keras()
    layers = keras.layers

    encoder = keras.Sequential(
        [
            keras.Input(shape=(64,), name="image"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(16, activation="relu", name="code"),
        ],
        name="encoder",
    )

    left = keras.Input(shape=(64,), name="left")
    right = keras.Input(shape=(64,), name="right")

    code_left = encoder(left)
    code_right = encoder(right)

    both = layers.Concatenate(name="both")([code_left, code_right])
    output = layers.Dense(1, name="output")(both)

    return keras.Model(inputs=[left, right], outputs=output)


def attempt():
    """Every input and call of the network in reading order, in a list.

    Keras raises a ValueError at the second `Input`: the model "has already been configured to use
    input shape (None, 64)". Without that line it raises another one, at the encoder's second call:
    a list feeds it its own 16 numbers, and it takes 64.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    encoder = keras.Sequential(
        [
            keras.Input(shape=(64,), name="image"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(16, activation="relu", name="code"),
        ],
        name="encoder",
    )

    return keras.Sequential(
        [
            keras.Input(shape=(64,), name="left"),
            encoder,
            keras.Input(shape=(64,), name="right"),
            encoder,
            layers.Average(name="both"),
            layers.Dense(1, name="output"),
        ]
    )


def named(x: Any) -> dict[str, Any]:
    """Return the two inputs as a dict from their names.

    Args:
        x: A list or tuple, left first, or a dict by the names `left` and `right`; arrays or
            tensors.
    """
    return arrays.named(x, ("left", "right"))


def joined(x: Any) -> Any:
    """Return the two inputs laid end to end.

    Args:
        x: As for `named`; shape (n, 64) each.

    Returns:
        Shape (n, 128): a NumPy array where both inputs are, otherwise a tensor.
    """
    return arrays.side_by_side(named(x).values())


def halves(weights: list[Any]) -> list[Any]:
    """Return the weights with which the concatenated form computes what the network does.

    Args:
        weights: The functional model's: kernel and bias of `hidden`, `code` and `output`.

    Returns:
        The same, but for the last kernel: it reads each code with half the weights, shape (32, 1),
        as the mean of two codes is half the one and half the other.
    """
    *encoder, kernel, bias = weights
    return [*encoder, np.concatenate([kernel, kernel]) / 2, bias]


def twice(weights: list[Any]) -> list[Any]:
    """Return the flat stack's weights with which it computes what the network does.

    Args:
        weights: As for `halves`.

    Returns:
        Kernel and bias of `hidden_both`, `code_both` and `output`. The encoder's kernels stand
        twice on the diagonals, with 4,096 and 1,024 zeros beside them.
    """
    kernel_1, bias_1, kernel_2, bias_2, kernel, bias = halves(weights)
    hidden = [arrays.on_the_diagonal(kernel_1, kernel_1), np.concatenate([bias_1, bias_1])]
    code = [arrays.on_the_diagonal(kernel_2, kernel_2), np.concatenate([bias_2, bias_2])]
    return [*hidden, *code, kernel, bias]


EXAMPLE = Example(
    name="siamese",
    title="A siamese network",
    question="What is the sum of the two digits?",
    forms=by_name(
        Form(
            "sequential",
            "same",
            sequential,
            "Keeps every weight, and shares them by working along the rows of one array. Hides "
            "that there are two inputs; both must have the same shape.",
            map_inputs=joined,
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Calls one encoder on two inputs. The mean of the codes stays the same when the inputs "
            "change places, and so does the answer.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers, both inputs, as a dict by name, and both calls of the encoder; "
            "hides the connections inside `call`.",
            map_inputs=named,
        ),
        Form(
            "wrapped",
            "wrapped",
            wrapped,
            "Keeps all weights and both calls of the encoder. Hides them inside one element, which "
            "cuts its one input in two.",
            map_inputs=joined,
        ),
        Form(
            "wider",
            "wider",
            wider,
            "Keeps every function that the network can be. Hides that there are two inputs, and "
            "has the encoder twice, with 5,120 weights more by which each sees the other's "
            "numbers; training makes the two differ.",
            map_inputs=joined,
            map_weights=twice,
        ),
        Form(
            "concatenated",
            "wider",
            concatenated,
            "Keeps both inputs and both calls of the encoder. Adds 16 weights by which the last "
            "layer treats left and right each in its own way, so the answer can change when the "
            "inputs change places.",
            map_weights=halves,
        ),
    ),
    naive=attempt,
    load=digits.siamese,
    loss="mean_squared_error",
    metrics=["mean_absolute_error"],
)
