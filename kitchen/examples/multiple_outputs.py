"""Multiple outputs: one trunk, and a head for each of two questions."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.examples import digits
from kitchen.examples.arrays import side_by_side
from kitchen.examples.example import Example, Form, by_name


def functional():
    """Both heads read the trunk; the outputs are a dict, so that losses go by name.

    `digit` gives logits, for a cross-entropy with `from_logits=True`; `place` gives two numbers.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    canvas = keras.Input(shape=(16, 16, 1), name="canvas")

    x = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1")(canvas)
    x = layers.MaxPooling2D(name="pool_1")(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_2")(x)
    x = layers.MaxPooling2D(name="pool_2")(x)
    x = layers.Flatten(name="flatten")(x)
    trunk = layers.Dense(32, activation="relu", name="trunk")(x)

    digit = layers.Dense(10, name="digit")(trunk)
    place = layers.Dense(2, name="place")(trunk)

    return keras.Model(inputs=canvas, outputs={"digit": digit, "place": place})


def subclassed():
    """`__init__` makes the layers and `call` connects them; it returns both outputs by name."""
    keras: Any = backend.keras()
    layers = keras.layers

    class MultipleOutputs(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv_1 = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1")
            self.pool_1 = layers.MaxPooling2D(name="pool_1")
            self.conv_2 = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_2")
            self.pool_2 = layers.MaxPooling2D(name="pool_2")
            self.flatten = layers.Flatten(name="flatten")
            self.trunk = layers.Dense(32, activation="relu", name="trunk")
            self.digit = layers.Dense(10, name="digit")
            self.place = layers.Dense(2, name="place")

        def call(self, inputs):
            x = self.pool_1(self.conv_1(inputs))
            x = self.pool_2(self.conv_2(x))
            trunk = self.trunk(self.flatten(x))
            return {"digit": self.digit(trunk), "place": self.place(trunk)}

    model = MultipleOutputs()
    model(keras.Input(shape=(16, 16, 1), name="canvas"))  # the first call makes the weights
    return model


def sequential():
    """A stack whose last element is a model of its own, with both heads."""
    keras: Any = backend.keras()
    layers = keras.layers

    conv_1 = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1")
    conv_2 = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_2")
    trunk = layers.Dense(32, activation="relu", name="trunk")

    features = keras.Input(shape=(32,), name="features")
    digit = layers.Dense(10, name="digit")(features)
    place = layers.Dense(2, name="place")(features)
    two_heads = keras.Model(features, {"digit": digit, "place": place}, name="two_heads")

    return keras.Sequential(
        [
            keras.Input(shape=(16, 16, 1), name="canvas"),
            conv_1,
            layers.MaxPooling2D(name="pool_1"),
            conv_2,
            layers.MaxPooling2D(name="pool_2"),
            layers.Flatten(name="flatten"),
            trunk,
            two_heads,
        ]
    )


def flat():
    """A plain stack: both heads are one layer, ten logits and then two numbers."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(16, 16, 1), name="canvas"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(32, activation="relu", name="trunk"),
            layers.Dense(12, name="digit_and_place"),
        ]
    )


def attempt():
    """The trunk in a list, and in the end a list of the two heads.

    Keras raises a ValueError: an element is a layer, and "only instances of `keras.Layer` can be
    added to a Sequential model". Without the inner list it accepts the two heads, and the model is
    another one: `place` reads the ten numbers of `digit`, which are no output any more.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(16, 16, 1), name="canvas"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_1"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(32, activation="relu", name="trunk"),
            [layers.Dense(10, name="digit"), layers.Dense(2, name="place")],
        ]
    )


def twelve(y: Any) -> Any:
    """Return both outputs as the flat stack's one.

    Args:
        y: A dict of `digit` and `place`, arrays or tensors: outputs, shape (n, 10) and (n, 2), or
            targets, shape (n,) and (n, 2).

    Returns:
        Shape (n, 12), labels as a one among zeros: a NumPy array where both are, otherwise a
        tensor.
    """
    digit, place = y["digit"], y["place"]
    if len(digit.shape) == 1:
        is_array = isinstance(digit, np.ndarray)
        one_hot = np.eye(10, dtype=np.float32)
        digit = one_hot[digit] if is_array else backend.keras().ops.take(one_hot, digit, axis=0)
    return side_by_side([digit, place])


def heads_side_by_side(weights: list[Any]) -> list[Any]:
    """Return the flat stack's weights with which it computes what the network does.

    Args:
        weights: The functional model's: kernel and bias of `conv_1`, `conv_2`, `trunk`, `digit`
            and `place`.

    Returns:
        Kernel and bias of `conv_1`, `conv_2`, `trunk` and `digit_and_place`. Both heads read the
        same 32 numbers, so their kernels and biases stand side by side, and none is added.
    """
    *trunk, kernel_1, bias_1, kernel_2, bias_2 = weights
    return [*trunk, np.concatenate([kernel_1, kernel_2], axis=1), np.concatenate([bias_1, bias_2])]


def both_losses(y_true: Any, y_pred: Any) -> Any:
    """Return the two losses of the flat stack's one output, added up.

    Args:
        y_true: What `twelve` makes of the targets, shape (n, 12).
        y_pred: The stack's output, shape (n, 12): logits, then the place.

    Returns:
        Shape (n,): cross-entropy of the first ten and mean squared error of the other two.
    """
    losses: Any = backend.keras().losses
    digit = losses.categorical_crossentropy(y_true[:, :10], y_pred[:, :10], from_logits=True)
    return digit + losses.mean_squared_error(y_true[:, 10:], y_pred[:, 10:])


# As data: Keras is not loaded yet.
CROSS_ENTROPY = {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": True}}

EXAMPLE = Example(
    name="multiple_outputs",
    title="Multiple outputs",
    question="Which digit is on the canvas, and where?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps all weights and both outputs by name. Hides the two heads inside one element.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Has one trunk that both heads read, and two outputs by name, each with its own loss.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and both outputs by name; hides the connections inside `call`.",
        ),
        Form(
            "flat",
            "same",
            flat,
            "Keeps every weight: two heads that read the same numbers are one layer. Hides that "
            "there are two outputs, so both losses become one function of your own.",
            map_weights=heads_side_by_side,
            map_outputs=twelve,
            loss=both_losses,
        ),
    ),
    naive=attempt,
    load=digits.multiple_outputs,
    loss={"digit": CROSS_ENTROPY, "place": "mean_squared_error"},
    metrics={"digit": ["accuracy"], "place": ["mean_absolute_error"]},
)
