"""Lesson 05: one trunk, several outputs."""

from kitchen.teaching.kinds import Arrows, Build, Pair
from kitchen.teaching.task import Misconception

LOSSES = """
zeros = tf.zeros((4, 1))
x = tf.keras.Input(shape=(1,))
model = tf.keras.Model(x, {"digit": layers.Identity()(x), "place": layers.Identity()(x)})
model.compile(loss={"digit": "mse", "place": "mse"}WEIGHTS)
targets = {"digit": zeros + $digit, "place": zeros + $place}
count = round(model.evaluate(zeros, targets, verbose=0, return_dict=True)["loss"])
"""

FUNCTIONAL = """
canvas = tf.keras.Input(shape=($side, $side, 1), name="canvas")
trunk = layers.Dense($units, activation="relu", name="trunk")(layers.Flatten()(canvas))
outputs = {
    "digit": layers.Dense(10, name="digit")(trunk),
    "place": layers.Dense(2, name="place")(trunk),
    "even": layers.Dense(1, activation="sigmoid", name="even")(trunk),
}
model = tf.keras.Model(canvas, outputs)
"""

SUBCLASSED = """
class ThreeHeads(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = layers.Flatten()
        self.trunk = layers.Dense($units, activation="relu")
        self.digit = layers.Dense(10)
        self.place = layers.Dense(2)
        self.even = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        trunk = self.trunk(self.flatten(inputs))
        return {
            "digit": self.digit(trunk),
            "place": self.place(trunk),
            "even": self.even(trunk),
        }


model = ThreeHeads()
model(tf.keras.Input(($side, $side, 1)))
"""

WRAPPED = """
features = tf.keras.Input(shape=($units,))
heads = tf.keras.Model(features, {
    "digit": layers.Dense(10, name="digit")(features),
    "place": layers.Dense(2, name="place")(features),
    "even": layers.Dense(1, activation="sigmoid", name="even")(features),
})
model = tf.keras.Sequential([
    tf.keras.Input(shape=($side, $side, 1)),
    layers.Flatten(),
    layers.Dense($units, activation="relu"),
    heads,
])
"""

TASKS = (
    Pair(
        key="05.1",
        title="Two losses, one number",
        text="Both outputs of this model give the zeros that it gets. The targets are $digit and "
        "$place, and the loss is the mean squared error. B differs by its loss weights. Which "
        "loss does Keras report for each?",
        codes=(
            LOSSES.replace("WEIGHTS", ""),
            LOSSES.replace("WEIGHTS", ', loss_weights={"digit": 1, "place": $times}'),
        ),
        blank="counts = (None, None)  # the loss of A, then the loss of B",
        hints=(
            "Find the loss of each output first: how far is zero from its target, squared?",
            "Keras multiplies each loss by its weight, then adds.",
            "The losses are $digit × $digit and $place × $place; without `loss_weights` each "
            "counts once.",
        ),
        misconceptions=(
            Misconception(
                "weights ignored",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "A is right; in B the loss of `place` counts $times times.",
            ),
            Misconception(
                "wrong output",
                lambda got, task: (
                    got[1]
                    == task.values["times"] * task.values["digit"] ** 2 + task.values["place"] ** 2
                ),
                "in B it is the loss of `place` that is multiplied by $times, not that of `digit`.",
            ),
            Misconception(
                "not squared",
                lambda got, task: got[0] == task.values["digit"] + task.values["place"],
                "these are the distances; the loss is the mean of their squares.",
            ),
            Misconception(
                "weight squared",
                lambda got, task: (
                    got[1]
                    == task.values["digit"] ** 2
                    + (task.values["times"] * task.values["place"]) ** 2
                ),
                "the weight multiplies the loss, after the squaring.",
            ),
        ),
        vary={"digit": (2, 4), "place": (3, 5), "times": (30, 10, 20)},
    ),
    Arrows(
        key="05.2",
        title="Where it forks",
        text="Write every arrow of this network, a line each, such as `canvas -> flat`.",
        code="""
canvas = tf.keras.Input(shape=($side, $side, 1), name="canvas")
flat = layers.Flatten(name="flat")(canvas)
trunk = layers.Dense($units, activation="relu", name="trunk")(flat)
digit = layers.Dense(10, name="digit")(trunk)
place = layers.Dense(2, name="place")(trunk)
even = layers.Dense(1, activation="sigmoid", name="even")(digit)
model = tf.keras.Model(canvas, {"digit": digit, "place": place, "even": even})
""",
        blank='arrows = """\n"""',
        hints=(
            "The variable in the last parentheses of a line is where its arrow comes from.",
            "Two calls take `trunk`, so two arrows leave it. What `Model` takes is no arrow here.",
            "There are five: into `flat`, `trunk`, `digit`, `place` and `even`, one each.",
        ),
        misconceptions=(
            Misconception(
                "chain of heads",
                lambda got, task: bool({("digit", "place"), ("place", "even")} & got),
                "the lines stand one below the other, but `place` takes `trunk` and `even` takes "
                "`digit`: that is what the parentheses say.",
            ),
            Misconception(
                "every head on the trunk",
                lambda got, task: ("trunk", "even") in got,
                "`even` takes what `digit` gave, not what the trunk gave.",
            ),
            Misconception(
                "past the trunk",
                lambda got, task: bool({("flat", "digit"), ("flat", "place")} & got),
                "the heads take what `trunk` gave, not what `flat` gave.",
            ),
        ),
        vary={"side": (16, 20, 24), "units": (32, 48, 64)},
    ),
    Build(
        key="05.3",
        title="A third head",
        text="Build a network that answers three questions about a canvas of "
        "$side × $side × 1: `Flatten`, then a trunk "
        '`Dense($units, activation="relu")`, and on it three heads: `"digit"`, a `Dense(10)`; '
        '`"place"`, a `Dense(2)`; `"even"`, a `Dense(1, activation="sigmoid")`. Return them as a '
        "dict with these keys.",
        blank="my_model = None  # your tf.keras.Model with the outputs digit, place and even",
        solutions={"functional": FUNCTIONAL, "subclassed": SUBCLASSED, "wrapped": WRAPPED},
        hints=(
            "Make the trunk once and keep its tensor in a variable: three calls take it.",
            'A head is a line such as `digit = layers.Dense(10, name="digit")(trunk)`.',
            'At the end: `tf.keras.Model(canvas, {"digit": digit, "place": place, "even": even})`.',
        ),
        misconceptions=(
            Misconception(
                "a trunk each",
                lambda got, task: (
                    sum(
                        x.size == (task.values["side"] ** 2 + 1) * task.values["units"]
                        for x in got.used
                    )
                    > 1
                ),
                "you make a trunk for each head; the exercise asks for one that all three take.",
            ),
            Misconception(
                "no names",
                lambda got, task: (
                    len(got.outputs) == 3
                    and {port.key for port in got.graph.body.outputs} != {"digit", "place", "even"}
                ),
                "the outputs have other keys; pass a dict with the keys `digit`, `place` and "
                "`even`.",
            ),
        ),
        vary={"side": (16, 20, 24), "units": (32, 48, 64)},
    ),
)
