"""Lesson 03: several calls, one layer."""

from kitchen.teaching.kinds import Arrows, Build, Pair
from kitchen.teaching.task import Misconception

SHARED = """
left = tf.keras.Input(shape=($width,), name="left")
right = tf.keras.Input(shape=($width,), name="right")
shared = layers.Dense($units, activation="relu", name="shared")
both = layers.Concatenate(name="both")([shared(left), shared(right)])
output = layers.Dense(1, activation="sigmoid", name="output")(both)
model = tf.keras.Model([left, right], output)
"""

SUBCLASSED = """
class Siamese(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.shared = layers.Dense($units, activation="relu")
        self.last = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        codes = [self.shared(one) for one in inputs]
        return self.last(tf.keras.ops.concatenate(codes, axis=-1))


model = Siamese()
model([tf.keras.Input(($width,)), tf.keras.Input(($width,))])
"""

WRAPPED = """
left = tf.keras.Input(shape=($width,), name="left")
right = tf.keras.Input(shape=($width,), name="right")
shared = layers.Dense($units, activation="relu", name="shared")
both = layers.Concatenate(name="both")([shared(left), shared(right)])
pair = tf.keras.Model([left, right], both, name="pair")
model = tf.keras.Sequential([pair, layers.Dense(1, activation="sigmoid", name="output")])
"""

TASKS = (
    Pair(
        key="03.1",
        title="One layer or two",
        text="A and B differ in one place. How many parameters does each have? "
        "(`count_params` counts them.)",
        codes=(
            """
x = tf.keras.Input(shape=($width,))
dense = layers.Dense($units)
model = tf.keras.Model(x, [dense(x), dense(x)])
""",
            """
x = tf.keras.Input(shape=($width,))
dense = layers.Dense($units)
model = tf.keras.Model(x, [dense(x), layers.Dense($units)(x)])
""",
        ),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "Count the layers that are made, not the calls.",
            "A makes one layer and calls it twice; B makes two layers.",
            "A `Dense($units)` on $width numbers has $width × $units numbers in its kernel and "
            "$units in its bias.",
        ),
        misconceptions=(
            Misconception(
                "counts calls",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "A makes one layer and calls it twice: its weights count once.",
            ),
            Misconception(
                "no bias",
                lambda got, task: got[0] == task.values["width"] * task.values["units"],
                "a `Dense` layer has a bias too: $units numbers more.",
            ),
            Misconception(
                "all shared",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "B calls `dense` once and another layer once: that one has weights of its own.",
            ),
        ),
        vary={"width": (20, 30, 50), "units": (5, 4, 8)},
    ),
    Arrows(
        key="03.2",
        title="Write the arrows",
        text="Write every arrow of this network, a line each, such as `left -> shared 1`. The "
        "calls of `shared` are `shared 1` and `shared 2`, in the order of the code.",
        code=SHARED,
        blank='arrows = """\n"""',
        hints=(
            "An arrow is a tensor on its way from the call that made it to a call that takes it.",
            "Each argument of a call is one arrow into it; `both` takes two.",
            "There are five: two into `shared`, two into `both`, one into `output`.",
        ),
        misconceptions=(
            Misconception(
                "chain of calls",
                lambda got, task: ("shared 1", "shared 2") in got,
                "`shared 2` does not take what `shared 1` gave; it takes `right`.",
            ),
            Misconception(
                "past the layer",
                lambda got, task: bool({("left", "both"), ("right", "both")} & got),
                "`both` takes what the calls of `shared` gave, not the inputs.",
            ),
        ),
        vary={"width": (64, 32, 48), "units": (32, 16, 24)},
    ),
    Build(
        key="03.3",
        title="A siamese network",
        text="Build a **siamese** network: two inputs of $width numbers each, one "
        '`Dense($units, activation="relu")` called on *both*, the two results concatenated, then '
        '`Dense(1, activation="sigmoid")`.',
        blank="my_siamese = None  # your tf.keras.Model with two inputs",
        solutions={"functional": SHARED, "subclassed": SUBCLASSED, "wrapped": WRAPPED},
        hints=(
            "Make the layer first, in a line of its own; then call it twice.",
            '`shared = layers.Dense($units, activation="relu")`, then `shared(left)` and '
            "`shared(right)`.",
            "`both = layers.Concatenate()([shared(left), shared(right)])`, then the last `Dense`, "
            "then `tf.keras.Model([left, right], output)`.",
        ),
        misconceptions=(
            Misconception(
                "same input twice",
                lambda got, task: len(got.inputs) == 1 and any(x.times == 2 for x in got.used),
                "you call the layer twice on one input; the exercise asks for two inputs.",
            ),
        ),
        vary={"width": (64, 48, 80), "units": (32, 24, 40)},
    ),
)
