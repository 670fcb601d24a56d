"""Lesson 13: your own model."""

from typing import Any

from kitchen.teaching.kinds import Build
from kitchen.teaching.task import Misconception

IN_A_LOOP = """
query = tf.keras.Input(shape=($width,), name="query")
candidates = [tf.keras.Input(shape=($width,), name=f"candidate_{k}") for k in (1, 2, 3)]

scores = []
for candidate in candidates:
    encode = layers.Dense($units, activation="relu")
    score = layers.Dense(1)
    both = layers.Concatenate()([encode(query), encode(candidate)])
    scores.append(score(both))

model = tf.keras.Model([query, *candidates], layers.Concatenate()(scores))
"""

BEFORE_THE_LOOP = """
query = tf.keras.Input(shape=($width,), name="query")
candidates = [tf.keras.Input(shape=($width,), name=f"candidate_{k}") for k in (1, 2, 3)]
encode = layers.Dense($units, activation="relu")
score = layers.Dense(1)

scores = []
for candidate in candidates:
    both = layers.Concatenate()([encode(query), encode(candidate)])
    scores.append(score(both))

model = tf.keras.Model([query, *candidates], layers.Concatenate()(scores))
"""

QUERY_ONCE = """
query = tf.keras.Input(shape=($width,), name="query")
candidates = [tf.keras.Input(shape=($width,), name=f"candidate_{k}") for k in (1, 2, 3)]
encode = layers.Dense($units, activation="relu")
score = layers.Dense(1)

asked = encode(query)
scores = [score(layers.Concatenate()([asked, encode(one)])) for one in candidates]
model = tf.keras.Model([query, *candidates], layers.Concatenate()(scores))
"""

RANKING = """
class Ranking(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.encode = layers.Dense($units, activation="relu")
        self.score = layers.Dense(1)
        self.beside = layers.Concatenate()

    def call(self, inputs):
        query, *candidates = inputs
        pairs = [self.beside([self.encode(query), self.encode(one)]) for one in candidates]
        return self.beside([self.score(pair) for pair in pairs])


model = Ranking()
model([tf.keras.Input(shape=($width,)) for _ in range(4)])
"""

PICTURED = """
pixels = tf.keras.Input(shape=($width,), name="pixels")
hidden = layers.Dense($units, activation="relu", name="hidden")(pixels)
again = layers.Dense($units, activation="tanh", name="again")
change = again(again(hidden))
total = layers.Add(name="total")([hidden, change])
digit = layers.Dense(10, activation="softmax", name="digit")(total)
even = layers.Dense(1, activation="sigmoid", name="even")(change)
model = tf.keras.Model(pixels, [digit, even], name="network")
"""

PICTURED_AS_A_CLASS = """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense($units, activation="relu")
        self.again = layers.Dense($units, activation="tanh")
        self.digit = layers.Dense(10, activation="softmax")
        self.even = layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        hidden = self.hidden(inputs)
        change = self.again(self.again(hidden))
        return [self.digit(hidden + change), self.even(change)]


model = Network()
model(tf.keras.Input(shape=($width,)))
"""

PICTURED_AS_A_LIST = """
hidden = tf.keras.Input(shape=($units,))
again = layers.Dense($units, activation="tanh")
change = again(again(hidden))
digit = layers.Dense(10, activation="softmax")(layers.Add()([hidden, change]))
even = layers.Dense(1, activation="sigmoid")(change)
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($width,)),
        layers.Dense($units, activation="relu"),
        tf.keras.Model(hidden, [digit, even]),
    ]
)
"""

ENCODER = """
image = tf.keras.Input(shape=($width,))
hidden = layers.Dense($units, activation="relu")(image)
change = layers.Dense($units, activation="relu")(hidden)
encode = tf.keras.Model(image, layers.Add()([hidden, change]))
"""

WITH_A_HINT = """
left = tf.keras.Input(shape=($width,), name="left")
right = tf.keras.Input(shape=($width,), name="right")
hint = tf.keras.Input(shape=($extra,), name="hint")
all_three = layers.Concatenate()([encode(left), encode(right), hint])
trunk = layers.Dense(16, activation="relu")(all_three)
larger = layers.Dense(1, activation="sigmoid", name="larger")(trunk)
total = layers.Dense(1, name="total")(trunk)
model = tf.keras.Model([left, right, hint], {"larger": larger, "total": total})
"""

BY_CALLS = """
hidden = layers.Dense($units, activation="relu")
change = layers.Dense($units, activation="relu")


def encode(image):
    x = hidden(image)
    return x + change(x)

"""

AS_A_CLASS = """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense($units, activation="relu")
        self.change = layers.Dense($units, activation="relu")
        self.trunk = layers.Dense(16, activation="relu")
        self.larger = layers.Dense(1, activation="sigmoid")
        self.total = layers.Dense(1)

    def encode(self, image):
        x = self.hidden(image)
        return x + self.change(x)

    def call(self, inputs):
        codes = [self.encode(inputs[side]) for side in ("left", "right")]
        trunk = self.trunk(tf.keras.ops.concatenate([*codes, inputs["hint"]], axis=-1))
        return {"larger": self.larger(trunk), "total": self.total(trunk)}


model = Network()
sizes = {"left": $width, "right": $width, "hint": $extra}
model({name: tf.keras.Input(shape=(size,), name=name) for name, size in sizes.items()})
"""


def times(got: Any, units: int, width: int) -> list[int]:
    """Return how often each of the `Dense` layers with so many units and inputs is called."""
    return [used.times for used in got.used if used.size == units * (width + 1)]


def encoders(got: Any, task: Any) -> int:
    """Return how many layers read an image."""
    return len(times(got, task.values["units"], task.values["width"]))


def added(got: Any) -> int:
    """Return how many calls add two tensors; 9 where the calls do not show."""
    return 9 if got.graph.body.opaque else got.classes["Add"]


TASKS = (
    Build(
        key="13.1",
        kind="repair",
        title="Three candidates, one judge",
        text="This network compares a query with three candidates, and gives a score for each. One "
        "encoder is to read all four images, and one layer is to give all three scores: then it "
        "does not matter in which place a candidate stands. The code runs, trains, and does "
        "something else. Mend it.",
        given=IN_A_LOOP,
        blank="my_model = None  # your tf.keras.Model with four inputs",
        solutions={
            "functional": BEFORE_THE_LOOP,
            "the query once": QUERY_ONCE,
            "subclassed": RANKING,
        },
        hints=(
            "`kitchen.sharing(model)` shows each layer with its calls. How many encoders has it?",
            "What stands in the loop happens three times: it makes three encoders and three layers "
            "for the score.",
            "Move the lines `encode = …` and `score = …` to before the loop. The calls stay in it.",
        ),
        misconceptions=(
            Misconception(
                "all in the loop",
                lambda got, task: (
                    encoders(got, task) == len(times(got, 1, 2 * task.values["units"])) == 3
                ),
                "there are three encoders and three layers for the score, one for each candidate: "
                "they are still made in the loop.",
            ),
            Misconception(
                "an encoder each",
                lambda got, task: encoders(got, task) == 3,
                "one layer gives all scores now, but there are still three encoders.",
            ),
            Misconception(
                "one for the query",
                lambda got, task: encoders(got, task) == 2,
                "two layers read images: the query and the candidates are to have the same one.",
            ),
            Misconception(
                "a score each",
                lambda got, task: len(times(got, 1, 2 * task.values["units"])) == 3,
                "one encoder reads all images now, but each candidate still has a layer of its own "
                "for the score.",
            ),
        ),
        vary={"width": (64, 48, 32), "units": (16, 24, 12)},
    ),
    Build(
        key="13.2",
        kind="reverse",
        pictured=True,
        title="From the picture to the code",
        text="Here is the picture of a network; its input has $width numbers. Write it, in a form "
        "that can say it. The outputs come in this order: `digit`, `even`.",
        blank="my_network = None  # your tf.keras.Model with two outputs",
        solutions={
            "functional": PICTURED,
            "subclassed": PICTURED_AS_A_CLASS,
            "wrapped": PICTURED_AS_A_LIST,
        },
        hints=(
            "Two boxes with one barrel are two calls of one layer. Which tensors are used twice?",
            "What the second call of `again` gives goes to `total` and to `even`; what `hidden` "
            "gives goes to `again` and to `total`.",
            "`change = again(again(hidden))`, `total = layers.Add()([hidden, change])`; `digit` "
            "reads `total`, `even` reads `change`.",
        ),
        misconceptions=(
            Misconception(
                "two layers",
                lambda got, task: times(got, task.values["units"], task.values["units"]) == [1, 1],
                "you have two layers where the picture shows one barrel: one layer, called twice.",
            ),
            Misconception(
                "called once",
                lambda got, task: times(got, task.values["units"], task.values["units"]) == [1],
                "you call `again` once; the picture has two boxes of it.",
            ),
            Misconception(
                "no way around",
                lambda got, task: len(got.outputs) == 2 and added(got) == 0,
                "nothing is added in your model. An arrow of the picture goes from `hidden` around "
                "`again`.",
            ),
        ),
        vary={"width": (64, 48, 80), "units": (24, 20, 28)},
    ),
    Build(
        key="13.3",
        title="Everything at once",
        text="Build a network with three inputs: two images of $width numbers, `left` and `right`, "
        "and $extra numbers more, `hint`. One encoder reads both images: "
        '`Dense($units, activation="relu")`, then a block with a second layer of that kind, which '
        "adds its change to what it was given. The two codes and `hint` are concatenated, in this "
        'order, and go through `Dense(16, activation="relu")`. Two heads read the result: '
        '`"larger"`, a `Dense(1, activation="sigmoid")`, and `"total"`, a `Dense(1)`. Return them '
        "as a dict with these keys.",
        blank="my_model = None  # your tf.keras.Model with the inputs left, right and hint",
        solutions={
            "an encoder as a model": ENCODER + WITH_A_HINT,
            "by calls": BY_CALLS + WITH_A_HINT,
            "subclassed": AS_A_CLASS,
        },
        hints=(
            "Write the encoder first, as a small model or as layers that you call in a function. "
            "Then call it twice.",
            "The encoder: `hidden`, then `change` on what `hidden` gave, then an `Add` of the two. "
            "Make its layers once, outside of any function that calls them.",
            "`layers.Concatenate()([encode(left), encode(right), hint])`, then the trunk, then the "
            'two heads on the trunk, then `tf.keras.Model([left, right, hint], {"larger": larger, '
            '"total": total})`.',
        ),
        misconceptions=(
            Misconception(
                "two encoders",
                lambda got, task: encoders(got, task) == 2,
                "two layers read the images: left and right are to have one encoder.",
            ),
            Misconception(
                "block not shared",
                lambda got, task: times(got, task.values["units"], task.values["units"]) == [1, 1],
                "the first layer of the encoder is called twice, but its block is there two times, "
                "with weights of its own.",
            ),
            Misconception(
                "no skip",
                lambda got, task: len(got.inputs) == 3 and added(got) == 0,
                "nothing is added in your model: the encoder's second layer is to add its change "
                "to what it was given.",
            ),
            Misconception(
                "hint for each",
                lambda got, task: any(
                    used.class_name == "Dense"
                    and used.size == 16 * (2 * (task.values["units"] + task.values["extra"]) + 1)
                    for used in got.used
                ),
                "`hint` is concatenated twice, once beside each code; once is asked for.",
            ),
        ),
        vary={"width": (64, 48, 80), "units": (32, 24, 20), "extra": (10, 8, 5)},
    ),
)
