"""Lesson 12: the article, claim by claim."""

from typing import Any

from kitchen.teaching.kinds import Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

HEADS = """
features = tf.keras.Input(shape=($units,))
heads = tf.keras.Model(features, [layers.Dense(1)(features), layers.Dense(2)(features)])
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($numbers,)),
        layers.Dense($units, activation="relu"),
        LAST
    ]
)
count = len(model.outputs)
"""

SEQUENTIAL = """
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($width,)),
        layers.Dense(3 * $width, activation="relu"),
        layers.Dense($width),
    ]
)
"""

FUNCTIONAL = """
x = tf.keras.Input(shape=($width,))
wide = layers.Dense(3 * $width, activation="relu")(x)
model = tf.keras.Model(x, layers.Dense($width)(wide))
"""

SUBCLASSED = """
class Wide(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.wide = layers.Dense(3 * $width, activation="relu")
        self.last = layers.Dense($width)

    def call(self, x):
        return self.last(self.wide(x))


model = Wide()
model(tf.keras.Input(shape=($width,)))
"""


def units_for_each(got: Any, task: Any) -> float:
    """Return how many units the first layer has for each number of the right input; or 0."""
    width = task.values["width"]
    if not got.used or got.inputs != (f"({width},)",):
        return 0
    return float(got.used[0].size / ((width + 1) * width))


TASKS = (
    Pair(
        key="12.1",
        title="One output?",
        text="“A Sequential has one output.” Here are two lists. How many output tensors has each?",
        codes=(
            HEADS.replace("LAST", "heads,"),
            HEADS.replace("LAST", "heads,\n        layers.Concatenate(),"),
        ),
        blank="counts = (None, None)  # the output tensors of A, then of B",
        hints=(
            "What does `heads` give, if you call it?",
            "A list gives what its last element gives.",
            "`heads` gives two tensors. What does `Concatenate` make of them?",
        ),
        misconceptions=(
            Misconception(
                "always one",
                lambda got, task: got == (1, 1),
                "B is right. In A the last element is a model with two outputs, and the list gives "
                "what its last element gives.",
            ),
            Misconception(
                "not joined",
                lambda got, task: got == (2, 2),
                "A is right. In B `Concatenate` makes one tensor of the two.",
            ),
            Misconception(
                "numbers",
                lambda got, task: 3 in got,
                "that counts the numbers that come out for an example. The question is how many "
                "tensors they come in.",
            ),
        ),
        vary={"numbers": (8, 12, 6), "units": (4, 5, 3)},
    ),
    Order(
        key="12.2",
        title="A counterexample",
        text="“With Sequential a layer can't be used again.” Two of these lines do not belong. "
        "Write the letters of the others in an order that builds a counterexample: a list that "
        "calls one layer two times, and then another layer.",
        lines=(
            'again = layers.Dense($units, activation="tanh")',
            "last = layers.Dense(1)",
            "model = tf.keras.Sequential([tf.keras.Input(shape=($units,))])",
            "model.add(again)",
            "model.add(again)  # once more",
            "model.add(last)",
        ),
        distractors=(
            Distractor(
                'again = layers.Dense(2 * $units, activation="tanh")',
                "does not fit",
                "its second call would get twice as many numbers as its first one, and a kernel "
                "takes as many as it was made for.",
            ),
            Distractor(
                'model.add(layers.Dense($units, activation="tanh"))',
                "a new layer",
                "it makes a new layer, with weights of its own. That is no second use of `again`.",
            ),
        ),
        blank='order = ""  # six letters, such as "A B C D E F"',
        hints=(
            "A layer is used again if one and the same object is called again.",
            "What `again` gives goes into `again`. So how many units fit?",
            "`again` with $units units, `last`, the list with its `Input`, `again` two times, "
            "`last`.",
        ),
        vary={"units": (8, 6, 12)},
    ),
    Build(
        key="12.3",
        title="Room for a way around",
        text="“With Sequential alone a residual network is impossible.” The lesson's list of two "
        "`Dense` layers computes `x + relu(dense(x))` on 8 numbers. Build such a list for $width "
        "numbers. Only the network is checked, not its weights.",
        blank="my_list = None  # your tf.keras.Sequential([...])",
        solutions={
            "sequential": SEQUENTIAL,
            "functional": FUNCTIONAL,
            "subclassed": SUBCLASSED,
        },
        hints=(
            "What has to come through the first layer, so that the second one can add it up?",
            "A relu drops what is negative. So `x` takes two units for each of its numbers.",
            "relu(x), relu(−x) and relu(dense(x)): 3 × $width units with relu, then $width without "
            "an activation.",
        ),
        misconceptions=(
            Misconception(
                "an arrow around",
                lambda got, task: bool(got.classes["Add"]),
                "your model adds by `Add`, so it is the residual network. Here a list of two "
                "`Dense` layers is asked for.",
            ),
            Misconception(
                "no room for x",
                lambda got, task: units_for_each(got, task) == 1,
                "your first layer has $width units: room for relu(dense(x)), and none for x.",
            ),
            Misconception(
                "drops what is negative",
                lambda got, task: units_for_each(got, task) == 2,
                "your first layer has two units for each number, such as for relu(x) and "
                "relu(dense(x)). Where x is negative, relu(x) is 0. The lesson's list carries "
                "relu(−x), too.",
            ),
            Misconception(
                "more than needed",
                lambda got, task: units_for_each(got, task) > 3,
                "your first layer has more units than such a list needs: three for each number do.",
            ),
        ),
        vary={"width": (6, 5, 10)},
    ),
)
