"""Lesson 02: arrows are variables."""

from kitchen.teaching.kinds import Arrows, Build
from kitchen.teaching.task import Misconception

INPUTS = """
input_a = tf.keras.Input(shape=($a,), name="input_a")
input_b = tf.keras.Input(shape=($b,), name="input_b")
dense_a = layers.Dense($units_a, activation="relu")(input_a)
"""

JOINED = """
concat = layers.Concatenate()([dense_a, dense_b])
output = layers.Dense(1, activation="sigmoid")(concat)
model = tf.keras.Model([input_a, input_b], output)
"""

BROKEN = f"""{INPUTS.rstrip()}
dense_b = layers.Dense($units_b, activation="relu")(input_a){JOINED}"""

TWO_BRANCHES = BROKEN.replace(
    '$units_b, activation="relu")(input_a)', '$units_b, activation="relu")(input_b)'
)

MEETING = TWO_BRANCHES.replace(
    'output = layers.Dense(1, activation="sigmoid")(concat)',
    """together = layers.Dense($units, activation="relu")(concat)
output = layers.Dense(1, activation="sigmoid")(together)""",
)

SUBCLASSED = """
class TwoInputs(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense_a = layers.Dense($units_a, activation="relu")
        self.dense_b = layers.Dense($units_b, activation="relu")
        self.concat = layers.Concatenate()
        self.last = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        a, b = self.dense_a(inputs["input_a"]), self.dense_b(inputs["input_b"])
        return self.last(self.concat([a, b]))


model = TwoInputs()
a, b = (tf.keras.Input((n,), name=f"input_{x}") for n, x in (($a, "a"), ($b, "b")))
model({"input_a": a, "input_b": b})
"""

SUBCLASSED_MEETING = SUBCLASSED.replace(
    "        self.last =",
    '        self.together = layers.Dense($units, activation="relu")\n        self.last =',
).replace("self.last(self.concat([a, b]))", "self.last(self.together(self.concat([a, b])))")

SIZES = {
    "a": (32, 24, 40),
    "b": (64, 56, 72),
    "units_a": (16, 12, 20),
    "units_b": (32, 28, 36),
}

TASKS = (
    Arrows(
        key="02.1",
        title="Write the arrows",
        text="Write every arrow of this network, a line each, such as `a -> left`. Each variable "
        "has the name of its layer.",
        code="""
a = tf.keras.Input(shape=($a,), name="a")
b = tf.keras.Input(shape=($b,), name="b")
left = layers.Dense($units_a, activation="relu", name="left")(a)
right = layers.Dense($units_b, activation="relu", name="right")(b)
both = layers.Concatenate(name="both")([left, right, b])
output = layers.Dense(1, activation="sigmoid", name="output")(both)
model = tf.keras.Model([a, b], output)
""",
        blank='arrows = """\n"""',
        hints=(
            "Every variable inside the parentheses of a call is one arrow into that call.",
            "A variable that stands in two calls has two arrows out of its box.",
            "There are six, and three of them go into `both`.",
        ),
        misconceptions=(
            Misconception(
                "lines as a chain",
                lambda got, task: bool({("left", "right"), ("a", "b")} & got),
                "one line of code after another makes no arrow; look at what stands in the "
                "parentheses of each call.",
            ),
            Misconception(
                "used once",
                lambda got, task: got == task.arrows - {("b", "both")},
                "the variable `b` stands in two calls, so two arrows leave it.",
            ),
        ),
        vary=SIZES,
    ),
    Build(
        key="02.2",
        kind="repair",
        title="An input that nobody reads",
        text="This code runs, but whatever you change in B, the answer stays the same. Repair it: "
        "each input is to have a branch of its own.",
        given=BROKEN,
        blank="repaired = None  # your tf.keras.Model with two inputs",
        solutions={"functional": TWO_BRANCHES, "subclassed": SUBCLASSED},
        hints=(
            "Go backwards from `output` along the arrows: which inputs do you come to?",
            "Is there a call that takes `input_b`?",
            "`dense_b` is called on `input_a`; it is to be called on `input_b`.",
        ),
        misconceptions=(
            Misconception(
                "B is not read",
                lambda got, task: (
                    len(got.used) == 3
                    and any(
                        x.size == (task.values["a"] + 1) * task.values["units_b"] for x in got.used
                    )
                ),
                "both branches still take `input_a`: no arrow leaves `input_b`.",
            ),
            Misconception(
                "branch left out",
                lambda got, task: len(got.used) == 2,
                "your model has one branch; each input is to have one of its own.",
            ),
        ),
        vary=SIZES,
    ),
    Build(
        key="02.3",
        title="Let the branches interact",
        text="Build the network of the lesson ($a numbers and `Dense($units_a)` in branch A, "
        "$b and `Dense($units_b)` in branch B, both relu, concatenated; the output is "
        '`Dense(1, activation="sigmoid")`) with one more `Dense($units, activation="relu")` where '
        "it lets A and B interact. Name the inputs `input_a` and `input_b`.",
        blank="my_model = None  # your tf.keras.Model with the inputs input_a and input_b",
        solutions={"functional": MEETING, "subclassed": SUBCLASSED_MEETING},
        hints=(
            "The branches can interact only in a layer that sees both.",
            "The new layer takes what `Concatenate` gave; `output` takes what the new one gave.",
            '`together = layers.Dense($units, activation="relu")(concat)`, then the output from '
            "`together`.",
        ),
        misconceptions=(
            Misconception(
                "not passed on",
                lambda got, task: len(got.inputs) == 2 and len(got.used) == 3,
                "it has the layers of the lesson and none more. Does the output take what the new "
                "layer gave?",
            ),
            Misconception(
                "before the meeting",
                lambda got, task: (
                    len(got.used) == 4
                    and not any(
                        x.size
                        == (task.values["units_a"] + task.values["units_b"] + 1)
                        * task.values["units"]
                        for x in got.used
                    )
                    and any(
                        x.size == (task.values[one] + 1) * task.values["units"]
                        for x in got.used
                        for one in ("units_a", "units_b")
                    )
                ),
                "the new layer stands in one branch, where it sees one input only.",
            ),
        ),
        vary={**SIZES, "units": (32, 24, 48)},
    ),
)
