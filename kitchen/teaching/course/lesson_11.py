"""Lesson 11: errors and traps, mixed."""

from typing import Any

from kitchen.graph.lint import lint
from kitchen.teaching.kinds import Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

GIVEN = """
left, right = tf.keras.Input(shape=($width,)), tf.keras.Input(shape=($width,))


def encode(image):
    return layers.Dense($units, activation="relu")(image)


both = layers.Concatenate()([encode(left), encode(right)])
change = layers.Dense(2 * $units, activation="relu")(both)
total = layers.Add()([change, change])
score = layers.Dense(1, activation="relu")(total)
model = tf.keras.Model([left, right], layers.Activation("sigmoid")(score))
"""

FUNCTIONAL = """
left, right = tf.keras.Input(shape=($width,)), tf.keras.Input(shape=($width,))
encode = layers.Dense($units, activation="relu")

both = layers.Concatenate()([encode(left), encode(right)])
change = layers.Dense(2 * $units, activation="relu")(both)
total = layers.Add()([both, change])
model = tf.keras.Model([left, right], layers.Dense(1, activation="sigmoid")(total))
"""

SUBCLASSED = """
class Pair(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encode = layers.Dense($units, activation="relu")
        self.change = layers.Dense(2 * $units, activation="relu")
        self.score = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        both = tf.keras.ops.concatenate([self.encode(image) for image in inputs], axis=-1)
        return self.score(both + self.change(both))


model = Pair()
model([tf.keras.Input(shape=($width,)), tf.keras.Input(shape=($width,))])
"""

WRAPPED = """
left, right = tf.keras.Input(shape=($width,)), tf.keras.Input(shape=($width,))
encode = layers.Dense($units, activation="relu")
both = layers.Concatenate()([encode(left), encode(right)])

given = tf.keras.Input(shape=(2 * $units,))
change = layers.Dense(2 * $units, activation="relu")(given)
model = tf.keras.Sequential(
    [
        tf.keras.Model([left, right], both),
        tf.keras.Model(given, layers.Add()([given, change])),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model([tf.zeros((1, $width)), tf.zeros((1, $width))])  # the first call makes the weights
"""


def two_encoders(got: Any, task: Any) -> bool:
    """Return whether an encoder's weights are there more than once."""
    size = task.values["units"] * (task.values["width"] + 1)
    return bool(sum(used.size == size for used in got.used) > 1)


def adds_itself(got: Any) -> bool:
    """Return whether an `Add` takes one tensor twice."""
    graph = got.graph
    adds = [call for call in graph.calls.values() if graph.layers[call.layer].class_name == "Add"]
    return any(len({(edge.source, edge.tensor) for edge in call.edges}) == 1 for call in adds)


TASKS = (
    Pair(
        key="11.1",
        title="One line less",
        text="A and B differ in one line, and Keras takes both. How many numbers does each model "
        "give for one image?",
        codes=(
            """
image = tf.zeros((1, $side, $side))
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($side, $side)),
        layers.Flatten(),
        layers.Dense($units),
    ]
)
count = tf.size(model(image))  # how many numbers
""",
            """
image = tf.zeros((1, $side, $side))
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($side, $side)),
        layers.Dense($units),
    ]
)
count = tf.size(model(image))  # how many numbers
""",
        ),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "Which shape does `Dense` get in A, and which in B?",
            "`Dense` works on the last axis, and keeps all the others.",
            "In B a row of $side numbers becomes $units, and there are $side rows.",
        ),
        misconceptions=(
            Misconception(
                "flattens by itself",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "A is right. In B nothing lays the rows end to end: `Dense` works on each row.",
            ),
            Misconception(
                "always by rows",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "B is right. In A `Flatten` makes one row of the whole image first.",
            ),
            Misconception(
                "each pixel",
                lambda got, task: got[1] == task.values["side"] ** 2 * task.values["units"],
                "in B `Dense` makes $units numbers of each row, and not of each pixel.",
            ),
            Misconception(
                "parameters",
                lambda got, task: (
                    got[0] == (task.values["side"] ** 2 + 1) * task.values["units"]
                    or got[1] == (task.values["side"] + 1) * task.values["units"]
                ),
                "that counts parameters. The question is how many numbers come out.",
            ),
        ),
        vary={"side": (28, 16, 20), "units": (10, 5, 4)},
    ),
    Order(
        key="11.2",
        title="Two inputs, one layer, a way around",
        text="Two of these lines do not belong; one of them Keras would refuse, the other one it "
        "would take. Write the letters of the others in an order that builds this network: one "
        "layer for both inputs, then a block that adds a change to what it was given, then a last "
        "layer.",
        lines=(
            "left, right = tf.keras.Input(($width,)), tf.keras.Input(($width,))",
            'encode = layers.Dense($units, activation="relu")',
            "both = layers.Add()([encode(left), encode(right)])",
            'change = layers.Dense($units, activation="relu")(both)',
            "total = layers.Add()([both, change])",
            "model = tf.keras.Model([left, right], layers.Dense(10)(total))",
        ),
        distractors=(
            Distractor(
                'change = layers.Dense(1, activation="relu")(both)',
                "one number",
                "a change of one number is added to all $units, and Keras says nothing. The block "
                "is to make a change for each of them.",
            ),
            Distractor(
                "model = tf.keras.Model(left, layers.Dense(10)(total))",
                "input left out",
                "`total` also depends on `right`, which this model would not be given.",
            ),
        ),
        blank='order = ""  # six letters, such as "A B C D E F"',
        hints=(
            "Each name is made before it is used. Which two names are made by two lines each?",
            "An `Add` adds number by number. How many numbers have its two arms?",
            "The inputs, `encode`, `both`, then `change` with $units units, `total`, and the model "
            "of both inputs.",
        ),
        vary={"width": (64, 32, 48), "units": (16, 24, 12)},
    ),
    Build(
        key="11.3",
        kind="repair",
        title="Three traps in one",
        text="This network is to say yes or no about two images: one `Dense($units)` reads both, "
        "the two results are concatenated, a block adds a change to what it was given, and a "
        "`Dense(1)` with a sigmoid answers. The code runs, and three things in it are not so. "
        "Mend them.",
        given=GIVEN,
        blank="my_model = None  # your tf.keras.Model with two inputs",
        solutions={"functional": FUNCTIONAL, "subclassed": SUBCLASSED, "wrapped": WRAPPED},
        hints=(
            "Count the parameters, follow the two arms of the `Add`, and ask which numbers a relu "
            "can give to the sigmoid.",
            "`encode` makes a layer at each call; one arm of the `Add` is to be `both`; the relu "
            "gives nothing below zero, so the sigmoid nothing below one half.",
            'Make `encode = layers.Dense($units, activation="relu")` once and call it on both; '
            "`layers.Add()([both, change])`; end with "
            '`layers.Dense(1, activation="sigmoid")(total)`.',
        ),
        misconceptions=(
            Misconception(
                "two encoders",
                two_encoders,
                "two layers read the images, and one is asked for. A function that makes a layer "
                "makes a new one at each call.",
            ),
            Misconception(
                "added to itself",
                lambda got, task: adds_itself(got),
                "an `Add` in your model adds a tensor to itself. What goes around is what the "
                "block was given.",
            ),
            Misconception(
                "no way around",
                lambda got, task: (
                    len(got.inputs) == 2 and not got.graph.body.opaque and not got.classes["Add"]
                ),
                "nothing is added in your model; the block is to add a change to what it was "
                "given.",
            ),
            Misconception(
                "never no",
                lambda got, task: "K202" in lint(got.model).codes,
                "your model never says no: its relu gives nothing below zero, so the sigmoid "
                "behind it gives nothing below one half. `kitchen.lint` finds this (K202).",
            ),
        ),
        vary={"width": (64, 32, 48), "units": (32, 24, 16)},
    ),
)
