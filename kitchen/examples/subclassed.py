"""Code instead of a graph: gates in a layer of one's own, and a model class that calls them."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.examples.example import Data, Example, Form, by_name
from kitchen.examples.images import split


def functional():
    """Keras's own layers alone: a gate is a Dense layer, and a Multiply layer applies it."""
    keras: Any = backend.keras()
    layers = keras.layers

    pixels = keras.Input(shape=(64,), name="pixels")

    x = layers.Dense(32, activation="relu", name="hidden")(pixels)
    for k in (1, 2):
        gate = layers.Dense(
            32,
            activation="sigmoid",
            kernel_initializer="zeros",
            bias_initializer=keras.initializers.Constant(2.0),  # a sigmoid makes 0.88 of it
            name=f"gate_{k}",
        )(x)
        x = layers.Multiply(name=f"gated_{k}")([x, gate])
    digit = layers.Dense(10, activation="softmax", name="digit")(x)

    return keras.Model(inputs=pixels, outputs=digit)


def subclassed():
    """A layer class and a model class: both can be saved, and loaded where they are registered.

    `__init__` takes the settings and `get_config` gives them back; the loop runs when the model is
    called. Built again, the classes are registered in the place of the former ones.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    @keras.utils.register_keras_serializable(package="lessons")
    class Gate(keras.layers.Layer):
        def __init__(self, start=2.0, **options):
            super().__init__(**options)
            self.start = start

        def build(self, input_shape):
            width = input_shape[-1]
            start = keras.initializers.Constant(self.start)
            self.kernel = self.add_weight(shape=(width, width), initializer="zeros", name="kernel")
            self.bias = self.add_weight(shape=(width,), initializer=start, name="bias")

        def call(self, inputs):
            return inputs * keras.ops.sigmoid(inputs @ self.kernel + self.bias)

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    @keras.utils.register_keras_serializable(package="lessons")
    class GatedNetwork(keras.Model):
        def __init__(self, units=32, depth=2, **options):
            super().__init__(**options)
            self.units = units
            self.depth = depth
            self.hidden = layers.Dense(units, activation="relu", name="hidden")
            self.gates = [Gate(name=f"gate_{k}") for k in range(1, depth + 1)]
            self.digit = layers.Dense(10, activation="softmax", name="digit")

        def call(self, inputs):
            x = self.hidden(inputs)
            for gate in self.gates:
                x = gate(x)
            return self.digit(x)

        def get_config(self):
            return {**super().get_config(), "units": self.units, "depth": self.depth}

    model = GatedNetwork()
    model(keras.Input(shape=(64,), name="pixels"))  # the first call makes the weights
    return model


def sequential():
    """A list with a layer of one's own in it: what branches, branches in that layer's `call`."""
    keras: Any = backend.keras()
    layers = keras.layers

    @keras.utils.register_keras_serializable(package="lessons")
    class Gate(keras.layers.Layer):
        def __init__(self, start=2.0, **options):
            super().__init__(**options)
            self.start = start

        def build(self, input_shape):
            width = input_shape[-1]
            start = keras.initializers.Constant(self.start)
            self.kernel = self.add_weight(shape=(width, width), initializer="zeros", name="kernel")
            self.bias = self.add_weight(shape=(width,), initializer=start, name="bias")

        def call(self, inputs):
            return inputs * keras.ops.sigmoid(inputs @ self.kernel + self.bias)

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    return keras.Sequential(
        [
            keras.Input(shape=(64,), name="pixels"),
            layers.Dense(32, activation="relu", name="hidden"),
            Gate(name="gate_1"),
            Gate(name="gate_2"),
            layers.Dense(10, activation="softmax", name="digit"),
        ]
    )


def attempt():
    """Every layer of the network in reading order, in a list.

    Keras raises a ValueError at the first `Multiply`: a list feeds it the gate alone, and "a merge
    layer should be called on a list of inputs". Without both `Multiply` layers it accepts the rest,
    and the model is another one: what passes on is the gate, and not what the gate lets through.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(64,), name="pixels"),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dense(32, activation="sigmoid", name="gate_1"),
            layers.Multiply(name="gated_1"),
            layers.Dense(32, activation="sigmoid", name="gate_2"),
            layers.Multiply(name="gated_2"),
            layers.Dense(10, activation="softmax", name="digit"),
        ]
    )


def pixels() -> Data:
    """Return single digits: which digit is it?

    Returns:
        x: shape (1297, 64) and (500, 64), float32, 0 (paper) to 1 (ink): the 8 rows of 8 pixels
        end to end. y: shape (1297,) and (500,), int64, 0 to 9, each about one in ten.
    """
    (x_train, y_train), (x_test, y_test) = split()
    return Data(
        x_train=x_train.reshape(-1, 64),
        y_train=y_train,
        x_test=x_test.reshape(-1, 64),
        y_test=y_test,
    )


EXAMPLE = Example(
    name="subclassed",
    title="A layer and a model of one's own",
    question="Which digit is it?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps all weights, in a list with a layer of one's own in it. Hides each gate, and "
            "the way around it, in that layer's `call`.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Has a Dense layer for each gate, and a way around it to the Multiply layer that "
            "applies it; shows all of it.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps all weights; the number of gates is a setting. Hides the order of the layers in "
            "`call`, and each gate in the `call` of its layer.",
        ),
    ),
    naive=attempt,
    load=pixels,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
