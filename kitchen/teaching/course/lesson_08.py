"""Lesson 08: a ladder of skips."""

from typing import Any

from kitchen.teaching.kinds import Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

JOINED = """
down = tf.keras.Input(shape=($side, $side, $maps))
up = tf.keras.Input(shape=($side, $side, $maps))
both = layers.$merge()([down, up])
join = layers.Conv2D($maps, 3, padding="same")(both)
model = tf.keras.Model([down, up], join)
"""

LIST = """
def conv(maps, name):
    return layers.Conv2D(maps, 3, padding="same", activation="relu", name=name)


model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($side, $side, 1), name="canvas"),
        conv(8, "down_1"),
        layers.MaxPooling2D(name="pool_1"),
        conv(16, "down_2"),
        layers.MaxPooling2D(name="pool_2"),
        conv($bottom, "bottom"),
        layers.Conv2DTranspose(16, 2, strides=2, name="up_2"),
        conv(16, "join_2"),
        layers.Conv2DTranspose(8, 2, strides=2, name="up_1"),
        conv(8, "join_1"),
        layers.Conv2D(1, 1, activation="sigmoid", name="odd"),
    ]
)
"""

FUNCTIONAL = """
def conv(maps, name):
    return layers.Conv2D(maps, 3, padding="same", activation="relu", name=name)


canvas = tf.keras.Input(shape=($side, $side, 1), name="canvas")
down_1 = conv(8, "down_1")(canvas)
pool_1 = layers.MaxPooling2D(name="pool_1")(down_1)
down_2 = conv(16, "down_2")(pool_1)
pool_2 = layers.MaxPooling2D(name="pool_2")(down_2)
bottom = conv($bottom, "bottom")(pool_2)
up_2 = layers.Conv2DTranspose(16, 2, strides=2, name="up_2")(bottom)
join_2 = conv(16, "join_2")(layers.Concatenate()([down_2, up_2]))
up_1 = layers.Conv2DTranspose(8, 2, strides=2, name="up_1")(join_2)
join_1 = conv(8, "join_1")(layers.Concatenate()([down_1, up_1]))
odd = layers.Conv2D(1, 1, activation="sigmoid", name="odd")(join_1)
model = tf.keras.Model(canvas, odd)
"""

SUBCLASSED = """
def conv(maps):
    return layers.Conv2D(maps, 3, padding="same", activation="relu")


class UNet(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.pool = layers.MaxPooling2D()
        self.beside = layers.Concatenate()
        self.down_1 = conv(8)
        self.down_2 = conv(16)
        self.bottom = conv($bottom)
        self.up_2 = layers.Conv2DTranspose(16, 2, strides=2)
        self.join_2 = conv(16)
        self.up_1 = layers.Conv2DTranspose(8, 2, strides=2)
        self.join_1 = conv(8)
        self.odd = layers.Conv2D(1, 1, activation="sigmoid")

    def call(self, inputs):
        down_1 = self.down_1(inputs)
        down_2 = self.down_2(self.pool(down_1))
        bottom = self.bottom(self.pool(down_2))
        join_2 = self.join_2(self.beside([down_2, self.up_2(bottom)]))
        join_1 = self.join_1(self.beside([down_1, self.up_1(join_2)]))
        return self.odd(join_1)


model = UNet()
model(tf.keras.Input(shape=($side, $side, 1)))
"""

WRAPPED = """
def conv(maps):
    return layers.Conv2D(maps, 3, padding="same", activation="relu")


def level(side, maps, inner):
    x = tf.keras.Input(shape=(side, side, maps))
    below = tf.keras.Sequential(
        [
            tf.keras.Input(shape=(side, side, maps)),
            layers.MaxPooling2D(),
            *inner,
            layers.Conv2DTranspose(maps, 2, strides=2),
        ]
    )
    around = tf.keras.Model(x, layers.Concatenate()([x, below(x)]))
    return [conv(maps), around, conv(maps)]


model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($side, $side, 1)),
        *level($side, 8, level($side // 2, 16, [conv($bottom)])),
        layers.Conv2D(1, 1, activation="sigmoid"),
    ]
)
"""


def arms(got: Any) -> list[list[Any]]:
    """Return what each Concatenate joins: tensors, each with the class of the layer behind it."""
    graph = got.graph
    classes = {name: graph.layers[call.layer].class_name for name, call in graph.calls.items()}
    return [
        [(edge.tensor, classes.get(edge.source)) for edge in call.edges]
        for name, call in graph.calls.items()
        if classes[name] == "Concatenate"
    ]


def joins(got: Any) -> int:
    """Return how many calls join tensors; 9 where the calls do not show."""
    if got.graph.body.opaque:
        return 9
    merges = ("Concatenate", "Add", "Average", "Multiply")
    return sum(got.classes[name] for name in merges)


TASKS = (
    Pair(
        key="08.1",
        title="Beside or on top",
        text="A and B differ in one word. How many parameters does each have?",
        codes=(
            JOINED.replace("$merge", "Concatenate"),
            JOINED.replace("$merge", "Add"),
        ),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "Neither `Concatenate` nor `Add` has parameters, so all of them are the `Conv2D`'s. "
            "How many maps does it read in A, and how many in B?",
            "`Concatenate` lays the maps of both beside one another; `Add` adds them pixel by "
            "pixel, and $maps stay $maps.",
            "A `Conv2D` of 3 × 3 has 9 numbers for each pair of a map it reads and a map it makes, "
            "and one number more for each map it makes.",
        ),
        misconceptions=(
            Misconception(
                "beside adds nothing",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "B is right. In A the maps lie beside one another, so the `Conv2D` reads twice as "
                "many.",
            ),
            Misconception(
                "Add lays beside",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "A is right. In B `Add` makes one array of two, and the `Conv2D` reads $maps maps.",
            ),
            Misconception(
                "twice the whole",
                lambda got, task: got == (2 * task.counts[1], task.counts[1]),
                "B is right. In A the kernel is twice as large, but there are as many numbers in "
                "the bias as in B: one for each map it makes.",
            ),
            Misconception(
                "no bias",
                lambda got, task: got == tuple(n - task.values["maps"] for n in task.counts),
                "a `Conv2D` has a bias too: $maps numbers more.",
            ),
            Misconception(
                "one kernel a map",
                lambda got, task: got[1] == 10 * task.values["maps"],
                "a map that is made does not read one map but all of them, and has 9 numbers for "
                "each.",
            ),
        ),
        vary={"maps": (4, 5, 6), "side": (12, 16, 20)},
    ),
    Order(
        key="08.2",
        title="A ladder with one rung",
        text="These lines stand in disorder, and two of them do not belong. Write the letters of "
        "the others in an order that builds a U-Net with one rung, for canvases of "
        "$side × $side pixels.",
        lines=(
            "canvas = tf.keras.Input(shape=($side, $side, 1))",
            'down = layers.Conv2D($maps, 3, padding="same", activation="relu")(canvas)',
            "pool = layers.MaxPooling2D()(down)",
            'bottom = layers.Conv2D(32, 3, padding="same", activation="relu")(pool)',
            "up = layers.Conv2DTranspose($maps, 2, strides=2)(bottom)",
            "skip = layers.Concatenate()([down, up])",
            'odd = layers.Conv2D(1, 1, activation="sigmoid")(skip)',
            "model = tf.keras.Model(canvas, odd)",
        ),
        distractors=(
            Distractor(
                "skip = layers.Concatenate()([pool, up])",
                "skip from the pool",
                "`pool` has half the height and width of `up`. A skip begins before the pooling.",
            ),
            Distractor(
                "up = layers.Conv2DTranspose($maps, 2)(bottom)",
                "no stride",
                "without `strides=2` the maps grow by one pixel only, and not to twice the size.",
            ),
        ),
        blank='order = ""  # eight letters, such as "A B C D E F G H"',
        hints=(
            "First the way down, then the bottom, then the way up. Each name is made before it is "
            "used.",
            "The two arms of the skip have equal heights and widths. Which of `down` and `pool` is "
            "as large as `up`?",
            "`canvas`, `down`, `pool`, `bottom`, `up`, `skip`, `odd`, `model`; `up` has "
            "`strides=2`, and the skip begins at `down`.",
        ),
        vary={"side": (24, 32, 40), "maps": (8, 10, 12)},
    ),
    Build(
        key="08.3",
        kind="repair",
        title="The skips are gone",
        text="Somebody wrote a U-Net with two rungs as a list, and left the skips out. Repair it: "
        "`join_2` and `join_1` are each to read what `down` gave on that rung and then what `up` "
        "gave, concatenated. All else stays.",
        given=LIST,
        blank="my_unet = None  # your tf.keras.Model",
        solutions={
            "functional": FUNCTIONAL,
            "subclassed": SUBCLASSED,
            "wrapped": WRAPPED,
        },
        hints=(
            "A skip needs a name for what came down, so write the layers as calls.",
            '`down_2 = conv(16, "down_2")(pool_1)` keeps it. On the way up, '
            "`layers.Concatenate()([down_2, up_2])` joins the two.",
            'After `up_2`: `join_2 = conv(16, "join_2")(layers.Concatenate()([down_2, up_2]))`; '
            "after `up_1` the same with `down_1` and `up_1`. Then `tf.keras.Model(canvas, odd)`.",
        ),
        misconceptions=(
            Misconception(
                "still no skip",
                lambda got, task: joins(got) == 0,
                "nothing in your model joins two tensors, so there is no skip.",
            ),
            Misconception(
                "added",
                lambda got, task: got.classes["Add"] > 0,
                "your model adds what came down and what came up; `join` is to read the maps of "
                "both, side by side.",
            ),
            Misconception(
                "one skip",
                lambda got, task: joins(got) == 1,
                "your model has one skip; each of the two rungs is to have one.",
            ),
            Misconception(
                "with itself",
                lambda got, task: any(len(set(arm)) == 1 for arm in arms(got)),
                "a `Concatenate` in your model joins a tensor with itself. One of its two arms is "
                "to be what came down.",
            ),
            Misconception(
                "up first",
                lambda got, task: any(
                    [name for *_, name in arm] == ["Conv2DTranspose", "Conv2D"] for arm in arms(got)
                ),
                "a `Concatenate` in your model lists what came up first. That would work as well, "
                "but the exercise asks for what came down first.",
            ),
        ),
        vary={"side": (24, 32, 40), "bottom": (32, 24, 40)},
    ),
)
