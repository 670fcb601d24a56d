"""Example 1: a classifier of handwritten digits, a plain stack of two layers."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.examples import digits
from kitchen.examples.example import Example, Form, by_name


def sequential():
    """Each layer feeds the next, so a list says it all."""
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(784,), name="input"),
            layers.Dense(64, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="output"),
        ]
    )


def functional():
    """Each call takes a tensor and returns one; the model goes from the first to the last."""
    keras: Any = backend.keras()
    layers = keras.layers

    input_layer = keras.Input(shape=(784,), name="input")
    hidden = layers.Dense(64, activation="relu", name="hidden")(input_layer)
    output = layers.Dense(10, activation="softmax", name="output")(hidden)

    return keras.Model(inputs=input_layer, outputs=output)


def subclassed():
    """`__init__` makes the layers and `call` connects them."""
    keras: Any = backend.keras()
    layers = keras.layers

    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(64, activation="relu", name="hidden")
            # Every Keras model has an attribute `output` already.
            self.last = layers.Dense(10, activation="softmax", name="output")

        def call(self, inputs):
            return self.last(self.hidden(inputs))

    model = Classifier()
    model(keras.Input(shape=(784,), name="input"))  # the first call makes the weights
    return model


EXAMPLE = Example(
    name="classifier",
    title="A classifier",
    question="Which digit is it?",
    forms=by_name(
        Form(
            "sequential",
            "same",
            sequential,
            "Keeps everything: one input, one output, and each layer feeds the next.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Names the tensors between the layers; here there is one way through them.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and their order; hides the connections inside `call`.",
        ),
    ),
    # There is nothing to refuse: a list of layers is the natural form of this network.
    naive=sequential,
    load=digits.classifier,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
