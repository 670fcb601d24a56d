"""An instructor's file: exercises of a class, one of each kind, which are not in the package."""

from kitchen.teaching.kinds import Arrows, Blank, Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

SKIP = """
x = tf.keras.Input(shape=($width,), name="x")
change = layers.Dense($width, activation="relu", name="change")
total = layers.Add(name="total")([x, change(x)])
output = layers.Dense(3, name="output")(total)
model = tf.keras.Model(x, output)
"""
POINTS = {"T.2": 2, "T.3": 4, "T.4": 8, "T.5": 16}  # T.1: 1; any sum says which are right
TASKS = (
    Pair(
        key="T.1",
        title="Count",
        text="How many parameters does each have?",
        codes=(
            """
model = tf.keras.Sequential([tf.keras.Input(shape=($width,)), layers.Dense($units)])
""",
            """
model = tf.keras.Sequential(
    [tf.keras.Input(shape=($width,)), layers.Dense($units, use_bias=False)]
)
""",
        ),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "A kernel has a row for each input.",
            "A bias has a number for each unit.",
            "B has no bias.",
        ),
        misconceptions=(
            Misconception(
                "no bias",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "a `Dense` layer has a bias: $units numbers more.",
            ),
        ),
        vary={"width": (7, 11, 13, 17, 19), "units": (4, 5, 6)},
    ),
    Arrows(
        key="T.2",
        title="Write the arrows",
        text="Write every arrow of this network, a line each, such as `x -> change`.",
        code=SKIP,
        blank='arrows = """\n"""',
        hints=(
            "An arrow is a tensor.",
            "`total` takes two tensors.",
            "There are four arrows.",
        ),
        vary={"width": (8, 12, 16)},
    ),
    Build(
        key="T.3",
        title="A way around",
        text="Build a network: an input of $width numbers, one "
        '`Dense($width, activation="relu")`, its output added to the input, then `Dense(3)`.',
        blank="my_skip = None  # your tf.keras.Model",
        solutions={"functional": SKIP},
        hints=(
            "Keep the input in a variable.",
            "`layers.Add()` takes a list of two tensors.",
            "`layers.Add()([x, layer(x)])`",
        ),
        misconceptions=(
            Misconception(
                "no skip",
                lambda got, task: not got.classes["Add"],
                "nothing is added: the input has no way around.",
            ),
        ),
        vary={"width": (6, 9, 10, 14)},
    ),
    Order(
        key="T.4",
        title="Lines in disorder",
        text="Put lines together to a network of two layers with $units numbers between them; "
        "one line does not belong.",
        blank='order = ""  # four letters, such as "A B C D"',
        lines=(
            "x = tf.keras.Input(shape=(5,))",
            "hidden = layers.Dense($units)(x)",
            "output = layers.Dense(1)(hidden)",
            "model = tf.keras.Model(x, output)",
        ),
        distractors=(
            Distractor("hidden = layers.Dense($units)", "no call", "it makes a layer, no tensor."),
        ),
        hints=(
            "A line can use what lines before it made.",
            "The input comes first.",
            "The model comes last.",
        ),
        vary={"units": (8, 16, 24)},
    ),
    Blank(
        key="T.5",
        title="One blank",
        text="The second layer takes what the first one gives. What belongs in the blank?",
        code="""
x = tf.keras.Input(shape=($width,))
first = layers.Dense(4)(x)
model = tf.keras.Model(x, layers.Dense(2)(____))
""",
        blank='missing = ""  # what belongs in place of ____, between the quotes',
        solutions={"": "first"},
        hints=(
            "A call takes a tensor.",
            "`x` is the input.",
            "What did the first layer give?",
        ),
        vary={"width": (3, 5)},
    ),
)
