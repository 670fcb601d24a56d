"""Lesson 04: what one input taught serves the other."""

from kitchen.teaching.kinds import Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

FUNCTIONAL = """
inputs = [tf.keras.Input(shape=($pixels,), name=name) for name in ("left", "middle", "right")]
hidden = layers.Dense($hidden, activation="relu")
code = layers.Dense($code, activation="relu")
both = layers.Average()([code(hidden(image)) for image in inputs])
model = tf.keras.Model(inputs, layers.Dense(1)(both))
"""

ENCODER = """
inputs = [tf.keras.Input(shape=($pixels,), name=name) for name in ("left", "middle", "right")]
encoder = tf.keras.Sequential([
    tf.keras.Input(shape=($pixels,)),
    layers.Dense($hidden, activation="relu"),
    layers.Dense($code, activation="relu"),
])
both = layers.Average()([encoder(image) for image in inputs])
model = tf.keras.Model(inputs, layers.Dense(1)(both))
"""

SUBCLASSED = """
class SumOfThree(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense($hidden, activation="relu")
        self.code = layers.Dense($code, activation="relu")
        self.last = layers.Dense(1)

    def call(self, inputs):
        first, second, third = [self.code(self.hidden(image)) for image in inputs]
        return self.last((first + second + third) / 3)


model = SumOfThree()
model([tf.keras.Input(($pixels,)) for _ in range(3)])
"""

TASKS = (
    Pair(
        key="04.1",
        title="A function that encodes",
        text="In A the layers are made outside of the function, in B inside it. How many "
        "parameters does each model have?",
        codes=(
            """
left = tf.keras.Input(shape=($pixels,))
right = tf.keras.Input(shape=($pixels,))
hidden = layers.Dense($hidden, activation="relu")
code = layers.Dense($code, activation="relu")

def encode(image):
    return code(hidden(image))

model = tf.keras.Model([left, right], layers.Average()([encode(left), encode(right)]))
""",
            """
left = tf.keras.Input(shape=($pixels,))
right = tf.keras.Input(shape=($pixels,))

def encode(image):
    hidden = layers.Dense($hidden, activation="relu")
    code = layers.Dense($code, activation="relu")
    return code(hidden(image))

model = tf.keras.Model([left, right], layers.Average()([encode(left), encode(right)]))
""",
        ),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "How often does each line with `layers.Dense` run?",
            "In A each of these lines runs once. In B both run at each call of `encode`.",
            "One pair of layers has $pixels × $hidden + $hidden and $hidden × $code + $code "
            "parameters; `Average` has none.",
        ),
        misconceptions=(
            Misconception(
                "counts calls",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "A makes its two layers once, outside of `encode`: both calls use the same "
                "weights, and they count once.",
            ),
            Misconception(
                "one function, one encoder",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "one function is not one encoder: B's `encode` makes new layers at each call, and "
                "it is called twice.",
            ),
            Misconception(
                "no bias",
                lambda got, task: (
                    got[0] == (task.values["pixels"] + task.values["code"]) * task.values["hidden"]
                ),
                "a `Dense` layer has a bias too: $hidden numbers more in one, $code in the other.",
            ),
        ),
        vary={"pixels": (64, 100, 144), "hidden": (32, 24, 40), "code": (16, 8, 12)},
    ),
    Order(
        key="04.2",
        title="Safe against the swap",
        text="Of these lines two do not belong. Write the letters of the others in an order that "
        "builds a network with one encoder for both digits, whose answer stays the same when left "
        "and right change places.",
        lines=(
            "left, right = tf.keras.Input(($pixels,)), tf.keras.Input(($pixels,))",
            'encoder = tf.keras.Sequential([layers.Dense($code, activation="relu")])',
            "code_left = encoder(left)",
            "code_right = encoder(right)",
            "both = layers.Average()([code_left, code_right])",
            "model = tf.keras.Model([left, right], layers.Dense(1)(both))",
        ),
        distractors=(
            Distractor(
                "code_right = encoder(code_left)",
                "a chain",
                "it encodes the code of `left` a second time; the second call is for `right`.",
            ),
            Distractor(
                "both = layers.Concatenate()([code_left, code_right])",
                "order matters",
                "laid end to end, the two codes meet different weights in the last layer, so it "
                "tells left from right.",
            ),
        ),
        blank='order = ""  # six letters, such as "A B C D E F"',
        hints=(
            "The encoder is made once and called twice, each time on an input.",
            "Which way to join two codes gives the same numbers when they change places?",
            "Inputs, encoder, its two calls, their mean, `Model`.",
        ),
        vary={"pixels": (64, 100, 144), "code": (16, 8, 12)},
    ),
    Build(
        key="04.3",
        title="Three digits",
        text="Build a network for the sum of **three** digits, each an input of $pixels numbers. "
        'One encoder reads all three: `Dense($hidden, activation="relu")`, then '
        '`Dense($code, activation="relu")`. A `Dense(1)` reads the mean of the three codes.',
        blank="my_model = None  # your tf.keras.Model with three inputs and one output",
        solutions={"functional": FUNCTIONAL, "an encoder": ENCODER, "subclassed": SUBCLASSED},
        hints=(
            "Three inputs, two layers for the encoder, three calls of each.",
            "`Average` takes a list of any length.",
            "`codes = [code(hidden(image)) for image in inputs]`, with `hidden` and `code` made "
            "before; then `layers.Average()(codes)`, then `layers.Dense(1)`.",
        ),
        misconceptions=(
            Misconception(
                "half shared",
                lambda got, task: (
                    sorted({one.times for one in got.used}) == [1, 3] and len(got.used) > 3
                ),
                "you share one of the encoder's two layers only; make both once and call both on "
                "each of the three.",
            ),
            Misconception(
                "order matters",
                lambda got, task: bool(got.classes["Concatenate"]) and not got.classes["Average"],
                "you lay the three codes end to end, so the last layer tells the inputs apart; the "
                "exercise asks for their mean.",
            ),
            Misconception(
                "same input again",
                lambda got, task: len(got.inputs) == 1 and any(x.times == 3 for x in got.used),
                "you call the encoder three times on one input; the exercise asks for three "
                "inputs.",
            ),
        ),
        vary={"pixels": (64, 100, 144), "hidden": (32, 24, 40), "code": (16, 8, 12)},
    ),
)
