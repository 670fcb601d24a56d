"""Lesson 00: how to work here."""

from typing import Any

from kitchen.graph.linearity import explain
from kitchen.teaching.kinds import Arrows, Build, Pair
from kitchen.teaching.task import Misconception

CODE = """
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($numbers,)),
        layers.Dense(UNITS, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
"""

FUNCTIONAL = """
numbers = tf.keras.Input(shape=($numbers,))
a = layers.Dense($first, activation="relu")(numbers)
b = layers.Dense($second, activation="relu")(numbers)
both = layers.Concatenate()([a, b])
model = tf.keras.Model(numbers, layers.Dense(3, activation="softmax")(both))
"""

SUBCLASSED = """
class TwoBranches(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense($first, activation="relu")
        self.b = layers.Dense($second, activation="relu")
        self.last = layers.Dense(3, activation="softmax")

    def call(self, numbers):
        both = tf.keras.ops.concatenate([self.a(numbers), self.b(numbers)], axis=-1)
        return self.last(both)


model = TwoBranches()
model(tf.keras.Input(shape=($numbers,)))
"""

WRAPPED = """
numbers = tf.keras.Input(shape=($numbers,))
a = layers.Dense($first, activation="relu")(numbers)
b = layers.Dense($second, activation="relu")(numbers)
model = tf.keras.Sequential(
    [
        tf.keras.Model(numbers, layers.Concatenate()([a, b])),
        layers.Dense(3, activation="softmax"),
    ]
)
"""


def sizes(task: Any, name: str) -> tuple[int, int]:
    """Return the parameters of both layers, where the first one has so many units."""
    units = task.values[name]
    return (task.values["numbers"] + 1) * units, (units + 1) * 3


def without_bias(task: Any, name: str) -> int:
    """Return the numbers in the kernels of both layers."""
    return int(task.values[name] * (task.values["numbers"] + 3))


TASKS = (
    Pair(
        key="00.1",
        title="More units",
        text="B has more units in its first layer. How many parameters has each network?",
        codes=(CODE.replace("UNITS", "$units"), CODE.replace("UNITS", "$more")),
        blank="counts = (None, None)  # the parameters of A, then the parameters of B",
        hints=(
            "Count each layer: its kernel, then its bias.",
            "A kernel has a number for each pair of a number that comes in and a unit; a bias has "
            "one for each unit.",
            "The first layer of A has $numbers × $units + $units, the second one $units × 3 + 3.",
        ),
        misconceptions=(
            Misconception(
                "no bias",
                lambda got, task: (
                    got[0] == without_bias(task, "units") or got[1] == without_bias(task, "more")
                ),
                "that counts the kernels. Each unit has one number more, its bias.",
            ),
            Misconception(
                "one layer",
                lambda got, task: got[0] in sizes(task, "units") or got[1] in sizes(task, "more"),
                "that is one of the two layers. A network's parameters are those of all layers.",
            ),
            Misconception(
                "second layer as before",
                lambda got, task: got[1] == sizes(task, "more")[0] + sizes(task, "units")[1],
                "the second layer changes, too: in B it gets $more numbers.",
            ),
            Misconception(
                "all in proportion",
                lambda got, task: (
                    got[0] == task.counts[0]
                    and got[1] * task.values["units"] == got[0] * task.values["more"]
                ),
                "A is right. In B not all grows with the units of the first layer: the bias of the "
                "second one does not.",
            ),
        ),
        vary={"numbers": (4, 6, 5), "units": (8, 10, 6), "more": (16, 20, 12)},
    ),
    Arrows(
        key="00.2",
        title="Arrows in words",
        text="An exercise can ask for the arrows of a picture, one a line, by the names at both "
        "ends: `first -> second`. (The last arrow of a picture ends at no layer: leave it out.) "
        "Which arrows has the picture of this network?",
        code="""
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=(4,), name="$given"),
        layers.Dense(8, activation="relu", name="first"),
        layers.Dense(6, activation="relu", name="second"),
        layers.Dense(3, activation="softmax", name="$found"),
    ]
)
""",
        blank='arrows = """\n\n"""  # one a line, such as first -> second',
        hints=(
            "In a list each layer gets what the one before it gives.",
            "An arrow leads to each layer. The first one comes from the input.",
            "The first is `$given -> first`; go down the list from there.",
        ),
        misconceptions=(
            Misconception(
                "layers only",
                lambda got, task: got == {a for a in task.arrows if a[0] != task.values["given"]},
                "the input has an arrow, too: the first layer gets what it holds.",
            ),
            Misconception(
                "all from the input",
                lambda got, task: len([a for a in got if a[0] == task.values["given"]]) > 1,
                "only the first layer gets the input; each of the others gets what the layer "
                "before it gives.",
            ),
        ),
        vary={
            "given": ("measurements", "signals", "readings"),
            "found": ("species", "kind", "sort"),
        },
    ),
    Build(
        key="00.3",
        title="Copied from the playground",
        text="Make this network in the playground: one input of $numbers numbers, two branches, a "
        "first layer of $first units in one and of $second units in the other, the branches "
        "merged by `Concatenate`, and one output of 3 units with softmax. All else stays as it "
        "was. Then press *Copy the code*, paste it here, and give the model to `my_model`.",
        blank="my_model = None  # paste the code above this line; then: my_model = model",
        solutions={"functional": FUNCTIONAL, "subclassed": SUBCLASSED, "wrapped": WRAPPED},
        hints=(
            "Compare the picture in the playground with the text, from the top to the bottom.",
            "Two branches make a second field for the units of the first layer: one for each "
            "branch.",
            "Input $numbers; 2 branches; $first and $second units in their first layers; merge "
            "`Concatenate`; 1 output of 3 units, softmax.",
        ),
        misconceptions=(
            Misconception(
                "one branch",
                lambda got, task: len(got.used) == 2 and explain(got.model).linear,
                "your network is one chain; the exercise asks for two branches.",
            ),
            Misconception(
                "shared",
                lambda got, task: any(used.times > 1 for used in got.used),
                "one layer is called for both branches; each branch is to have a layer of its own.",
            ),
            Misconception(
                "another merge",
                lambda got, task: bool(got.classes["Add"] or got.classes["Average"]),
                "your branches are added or averaged; the exercise asks for `Concatenate`, which "
                "puts their numbers side by side.",
            ),
            Misconception(
                "one after the other",
                lambda got, task: (
                    len(got.used) == 3
                    and got.used[1].size == (task.values["first"] + 1) * task.values["second"]
                ),
                "one layer gets what the other one gives; both are to get the input.",
            ),
        ),
        vary={"numbers": (20, 24, 30), "first": (12, 16, 10), "second": (6, 8, 5)},
    ),
)
