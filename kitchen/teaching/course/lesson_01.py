"""Lesson 01: a list is a chain."""

from kitchen.teaching.kinds import Blank, Build, Distractor, Order
from kitchen.teaching.task import Misconception

FUNCTIONAL = """
pixels = tf.keras.Input(shape=($pixels,))
first = layers.Dense($first, activation="relu")(pixels)
second = layers.Dense($second, activation="relu")(first)
output = layers.Dense(10, activation="softmax")(second)
model = tf.keras.Model(pixels, output)
"""

SEQUENTIAL = """
model = tf.keras.Sequential([
    tf.keras.Input(shape=($pixels,)),
    layers.Dense($first, activation="relu"),
    layers.Dense($second, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
"""

SUBCLASSED = """
class Classifier(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense($first, activation="relu")
        self.second = layers.Dense($second, activation="relu")
        self.last = layers.Dense(10, activation="softmax")

    def call(self, inputs):
        return self.last(self.second(self.first(inputs)))


model = Classifier()
model(tf.keras.Input(($pixels,)))
"""

WRAPPED = """
model = tf.keras.Sequential([
    tf.keras.Input(shape=($pixels,)),
    tf.keras.Sequential([
        layers.Dense($first, activation="relu"),
        layers.Dense($second, activation="relu"),
    ]),
    layers.Dense(10, activation="softmax"),
])
"""

TASKS = (
    Blank(
        key="01.1",
        title="The missing arrow",
        text="These arrows are to make the chain $pixels → $first → $second → 10. What belongs in "
        "place of `____`?",
        code="""
pixels = tf.keras.Input(shape=($pixels,))
first = layers.Dense($first, activation="relu")(pixels)
second = layers.Dense($second, activation="relu")____
output = layers.Dense(10, activation="softmax")(second)
model = tf.keras.Model(pixels, output)
""",
        blank='missing = ""  # what belongs in place of ____, between the quotes',
        solutions={
            "ours": "(first)",
            "one step more": "(layers.Identity()(first))",
            "by name": "(inputs=first)",
        },
        hints=(
            "A layer has to be called, and a call takes a tensor.",
            "Which variable holds what the layer before gave?",
            "A call is a pair of parentheses, `( )`, with that tensor between them.",
        ),
        misconceptions=(
            Misconception(
                "past the layer",
                lambda got, task: (
                    len(got.used) == 2
                    and got.used[0].size == (task.values["pixels"] + 1) * task.values["second"]
                ),
                "`second` takes `pixels`, so the layer before it is not part of the model: each "
                "layer takes what the one before it gave.",
            ),
            Misconception(
                "a layer more",
                lambda got, task: len(got.used) > 3,
                "your model has a layer more; only the tensor is missing there.",
            ),
        ),
        vary={"pixels": (784, 256, 1024), "first": (32, 48, 64), "second": (16, 20, 24)},
    ),
    Order(
        key="01.2",
        title="Lines in order",
        text="These lines stand in disorder, and two of them do not belong. Write the letters of "
        "the others in an order that builds the chain $pixels → $units → 10.",
        lines=(
            "pixels = tf.keras.Input(shape=($pixels,))",
            'first = layers.Dense($units, activation="relu")',
            "hidden = first(pixels)",
            'last = layers.Dense(10, activation="softmax")',
            "output = last(hidden)",
            "model = tf.keras.Model(pixels, output)",
        ),
        distractors=(
            Distractor(
                "output = last(first)",
                "layer for tensor",
                "`first` is a layer. A call takes a tensor, such as what `first(pixels)` gave.",
            ),
            Distractor(
                "model = tf.keras.Model([pixels, first, last])",
                "list for Model",
                "`Sequential` takes a list of layers; `Model` takes the first tensor and the last.",
            ),
        ),
        blank='order = ""  # six letters, such as "A B C D E F"',
        hints=(
            "Two steps make each part: make the layer, then call it on a tensor.",
            "A call takes a tensor and returns one; `Model` takes the first tensor and the last.",
            "Begin with `Input`, end with `Model`; each name is made before it is used.",
        ),
        vary={"pixels": (784, 256, 1024), "units": (64, 32, 48)},
    ),
    Build(
        key="01.3",
        title="Two hidden layers",
        text="Build a network with two hidden layers, $pixels → $first → $second → 10, with the "
        "activations relu, relu, softmax: as a list or as arrows, as you like. When it is right, "
        "write it the other way and check that too.",
        blank="my_model = None  # your Sequential([...]) or Model(inputs, outputs)",
        solutions={
            "functional": FUNCTIONAL,
            "sequential": SEQUENTIAL,
            "subclassed": SUBCLASSED,
            "wrapped": WRAPPED,
        },
        hints=(
            "Three `Dense` layers, and an `Input` of $pixels numbers before them.",
            "As a list, in this order: `Input`, `Dense($first)`, `Dense($second)`, `Dense(10)`; "
            "each `Dense` with its `activation`.",
            'As arrows: `first = layers.Dense($first, activation="relu")(pixels)`, then `second` '
            "from `first`, then `output` from `second`; last `tf.keras.Model(pixels, output)`.",
        ),
        misconceptions=(
            Misconception(
                "one hidden layer",
                lambda got, task: len(got.used) == 2,
                "your model has one hidden layer; the exercise asks for two.",
            ),
            Misconception(
                "swapped",
                lambda got, task: (
                    len(got.used) == 3
                    and got.used[0].size == (task.values["pixels"] + 1) * task.values["second"]
                    and got.used[1].size == (task.values["second"] + 1) * task.values["first"]
                ),
                "the two hidden layers stand the other way round: $first units come first.",
            ),
        ),
        vary={"pixels": (784, 256, 1024), "first": (32, 48, 64), "second": (16, 20, 24)},
    ),
)
