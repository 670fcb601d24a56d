"""Lesson 06: which form a network needs."""

from typing import Any

from kitchen.teaching.kinds import Build, Pair
from kitchen.teaching.task import Misconception

BLOCKS = """
import kitchen

pixels = tf.keras.Input(shape=(64,))
x = pixels
for k in range($blocks):
    change = layers.Dense(64, activation="relu")(x)
    x = layers.Add()([START, change])
model = tf.keras.Model(pixels, layers.Dense(10)(x))

count = len(kitchen.convert(model, "sequential", wrap=True).layers)
"""

RESIDUAL = """
pixels = tf.keras.Input(shape=($width,))
x = pixels
for k in (1, 2):
    change = layers.Dense($width, activation="relu")(x)
    x = layers.Add()([x, change])
residual = tf.keras.Model(pixels, layers.Dense($classes)(x))
"""

CUT = """
no_add = [layer for layer in residual.layers if not isinstance(layer, layers.Add)]
model = tf.keras.Sequential(no_add)
"""

WRAPPED = """
def block():
    given = tf.keras.Input(shape=($width,))
    change = layers.Dense($width, activation="relu")(given)
    return tf.keras.Model(given, layers.Add()([given, change]))


model = tf.keras.Sequential(
    [tf.keras.Input(shape=($width,)), block(), block(), layers.Dense($classes)]
)
"""

SUBCLASSED = """
class Residual(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.change_1 = layers.Dense($width, activation="relu")
        self.change_2 = layers.Dense($width, activation="relu")
        self.last = layers.Dense($classes)

    def call(self, inputs):
        x = inputs + self.change_1(inputs)
        x = x + self.change_2(x)
        return self.last(x)


model = Residual()
model(tf.keras.Input(shape=($width,)))
"""

PICTURED = """
pixels = tf.keras.Input(shape=($width,), name="pixels")
first = layers.Dense($units, activation="relu", name="first")(pixels)
second = layers.Dense($units, activation="relu", name="second")(first)
added = layers.Add(name="added")([first, second])
both = layers.Concatenate(name="both")([pixels, added])
output = layers.Dense(10, name="output")(both)
model = tf.keras.Model(pixels, output, name="pictured")
"""

PICTURED_WRAPPED = """
pixels = tf.keras.Input(shape=($width,))
first = layers.Dense($units, activation="relu")(pixels)
second = layers.Dense($units, activation="relu")(first)
both = layers.Concatenate()([pixels, layers.Add()([first, second])])
block = tf.keras.Model(pixels, both)
model = tf.keras.Sequential([tf.keras.Input(shape=($width,)), block, layers.Dense(10)])
"""

PICTURED_SUBCLASSED = """
class Pictured(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense($units, activation="relu")
        self.second = layers.Dense($units, activation="relu")
        self.last = layers.Dense(10)

    def call(self, inputs):
        first = self.first(inputs)
        added = first + self.second(first)
        return self.last(tf.keras.ops.concatenate([inputs, added], axis=-1))


model = Pictured()
model(tf.keras.Input(shape=($width,)))
"""


def chained(got: Any, task: Any) -> bool:
    """Whether no call of a model takes two tensors: no skip is joined anywhere."""
    calls = got.graph.calls.values()
    return not got.graph.body.opaque and all(len(call.edges) < 2 for call in calls)


def joined(got: Any, name: str) -> list[list[bool]]:
    """For each call of a class that joins tensors: which of its arms are the model's input."""
    graph = got.graph
    inputs = {port.tensor.call for port in graph.body.inputs}
    return [
        [edge.source in inputs for edge in call.edges]
        for call in graph.calls.values()
        if graph.layers[call.layer].class_name == name
    ]


def no_relu(got: Any, task: Any) -> bool:
    """Whether nothing in a model is a relu, as a setting or as a call."""
    words = [*got.classes, *(text for _, text in got.settings.values())]
    return not got.graph.body.opaque and not any("relu" in word.lower() for word in words)


TASKS = (
    Pair(
        key="06.1",
        title="Places to cut",
        text="A and B differ in one word: where the skips begin. Each network becomes a list of "
        "blocks, cut wherever it can be. How many elements has each list?",
        codes=(BLOCKS.replace("START", "x"), BLOCKS.replace("START", "pixels")),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "Sketch both. A cut is possible where one tensor alone carries everything on.",
            "In A that is so after each `Add`. In B an arrow leads from `pixels` to each `Add`: "
            "after which of them does nothing go past any more?",
            "In A each of the $blocks blocks is an element, and so is the last `Dense`. In B there "
            "is one cut, after the last `Add`.",
        ),
        misconceptions=(
            Misconception(
                "same cuts",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "in B the pixels go past every block, up to the last `Add`: between two blocks "
                "there are two tensors to carry on, and so no place to cut.",
            ),
            Misconception(
                "without the last",
                lambda got, task: got[0] == task.values["blocks"],
                "after the blocks comes a `Dense` layer. It is an element, too.",
            ),
            Misconception(
                "counts calls",
                lambda got, task: got[0] == 2 * task.values["blocks"] + 1,
                "a `Dense` and the `Add` after it can't be two elements: in a list the `Add` would "
                "get one tensor. Together they are one block.",
            ),
        ),
        vary={"blocks": (3, 4, 5)},
    ),
    Build(
        key="06.2",
        kind="repair",
        title="A list without its skips",
        text="This `Sequential` was cut from the network `residual`. It has all parameters of "
        "`residual`, runs, and computes something else. Make a model that computes what `residual` "
        "does: as a list of blocks, or in another form.",
        given=RESIDUAL + CUT,
        blank="my_model = None  # your tf.keras.Model",
        solutions={
            "functional": RESIDUAL + "model = residual\n",
            "wrapped": WRAPPED,
            "subclassed": SUBCLASSED,
        },
        hints=(
            "`residual.layers` names the layers. What does it not say?",
            "Each skip needs an `Add` that takes two tensors. Inside a small functional model it "
            "can: make one for each block.",
            "A block: `given = tf.keras.Input(shape=($width,))`, then "
            '`change = layers.Dense($width, activation="relu")(given)`, then '
            "`tf.keras.Model(given, layers.Add()([given, change]))`. Two of them and the last "
            "`Dense($classes)` make the list.",
        ),
        misconceptions=(
            Misconception(
                "no skips",
                chained,
                "no call of your model takes two tensors: the skips are still gone.",
            ),
            Misconception(
                "one skip",
                lambda got, task: (
                    got.classes["Add"] == 1 and all(used.times == 1 for used in got.used)
                ),
                "your model has one `Add`; each of the two blocks has a skip of its own.",
            ),
            Misconception(
                "from the input",
                lambda got, task: [any(arms) for arms in joined(got, "Add")] == [True, True],
                "both skips of your model begin at the input. In `residual` the second one begins "
                "at the first `Add`.",
            ),
            Misconception(
                "no relu",
                no_relu,
                "your `Dense` layers have no activation; those that make a change have relu.",
            ),
        ),
        vary={"width": (64, 48, 32), "classes": (10, 5, 8)},
    ),
    Build(
        key="06.3",
        kind="reverse",
        pictured=True,
        title="From the picture to the code",
        text="Here is the picture of a network: its input has $width numbers, and its first two "
        "`Dense` layers have $units units each. Write it, in a form that can say it.",
        blank="my_network = None  # your tf.keras.Model",
        solutions={
            "functional": PICTURED,
            "wrapped": PICTURED_WRAPPED,
            "subclassed": PICTURED_SUBCLASSED,
        },
        hints=(
            "Two boxes have two arrows into them. Which arrows go around a box?",
            "Give each tensor a name of its own, `first` and `second`; both are used again.",
            "`added = layers.Add()([first, second])`, then "
            "`both = layers.Concatenate()([pixels, added])`, then the last `Dense(10)`.",
        ),
        misconceptions=(
            Misconception(
                "a chain",
                chained,
                "your network is a chain. In the picture two boxes have two arrows into them.",
            ),
            Misconception(
                "no first skip",
                lambda got, task: (
                    got.classes["Concatenate"] == 1
                    and not got.classes["Add"]
                    and got.parameters == task.ours.parameters
                ),
                "one skip is missing: in the picture an `Add` takes what `first` and `second` "
                "give.",
            ),
            Misconception(
                "pixels last",
                lambda got, task: joined(got, "Concatenate") == [[False, True]],
                "your `Concatenate` puts the pixels last. In the code of the picture they come "
                "first: `[pixels, added]`.",
            ),
            Misconception(
                "no relu",
                no_relu,
                "your `Dense` layers have no activation; in the picture the first two have relu.",
            ),
        ),
        vary={"width": (64, 48, 32), "units": (24, 16, 20)},
    ),
)
