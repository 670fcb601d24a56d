"""Lesson 07: a way around each block of a residual network."""

from typing import Any

from kitchen.teaching.kinds import Blank, Build, Distractor, Order
from kitchen.teaching.task import Misconception

TWO_BLOCKS = """
pixels = tf.keras.Input(shape=($width,))

x = pixels
for k in (1, 2):
    before = x
    x = layers.Dense($units, activation="relu")(x)
    x = layers.Dense($width)(x)
    x = layers.Add()([x, ____])

model = tf.keras.Model(pixels, layers.Dense(10)(x))
"""

NARROWS = """
pixels = tf.keras.Input(shape=($width,))
change = layers.Dense($units, activation="relu")(pixels)
around = layers.Dense($units, use_bias=False)(pixels)
total = layers.Add()([around, change])
model = tf.keras.Model(pixels, layers.Dense(10)(total))
"""

NARROWS_WRAPPED = """
given = tf.keras.Input(shape=($width,))
change = layers.Dense($units, activation="relu")(given)
around = layers.Dense($units, use_bias=False)(given)
block = tf.keras.Model(given, layers.Add()([around, change]))
model = tf.keras.Sequential([tf.keras.Input(shape=($width,)), block, layers.Dense(10)])
"""

NARROWS_SUBCLASSED = """
class Narrows(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.change = layers.Dense($units, activation="relu")
        self.around = layers.Dense($units, use_bias=False)
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.around(inputs) + self.change(inputs))


model = Narrows()
model(tf.keras.Input(shape=($width,)))
"""


def joined(got: Any) -> list[tuple[str, ...]]:
    """For each `Add` of a model, the calls whose outputs it joins."""
    graph = got.graph
    return [
        tuple(edge.source for edge in call.edges)
        for call in graph.calls.values()
        if graph.layers[call.layer].class_name == "Add"
    ]


def to_itself(got: Any, task: Any) -> bool:
    """Whether a model adds a tensor to itself."""
    return any(len(sources) == 2 and len(set(sources)) == 1 for sources in joined(got))


def from_the_input(got: Any, task: Any) -> bool:
    """Whether every skip of a model begins at its input."""
    inputs = {port.tensor.call for port in got.graph.body.inputs}
    found = joined(got)
    return len(found) > 1 and all(inputs & set(sources) for sources in found)


def chained(got: Any, task: Any) -> bool:
    """Whether no call of a model takes two tensors."""
    calls = got.graph.calls.values()
    return not got.graph.body.opaque and all(len(call.edges) < 2 for call in calls)


TASKS = (
    Blank(
        key="07.1",
        title="What goes around",
        text="Here `x` gets a new meaning at each call. Both blocks are to add what they make to "
        "what they were given. What belongs in place of `____`?",
        code=TWO_BLOCKS,
        blank='missing = ""  # what belongs in place of ____, between the quotes',
        solutions={"ours": "before", "one step more": "layers.Identity()(before)"},
        hints=(
            "Which tensor was the block given? Not every name still stands for what it did.",
            "At the `Add`, `x` is what the two `Dense` layers made.",
            "A line of the loop keeps what the block was given, under a name of its own.",
        ),
        misconceptions=(
            Misconception(
                "overwritten",
                to_itself,
                "at that line `x` is what the block made, so it is added to itself. Nothing goes "
                "around.",
            ),
            Misconception(
                "from the input",
                from_the_input,
                "both skips begin at the pixels; the second block was given what the first `Add` "
                "gave.",
            ),
            Misconception(
                "a layer more",
                lambda got, task: len(got.used) > len(task.ours.used),
                "your model has a layer more; what goes around needs no layer here, as the widths "
                "are equal.",
            ),
        ),
        vary={"width": (64, 48, 100), "units": (32, 24, 16)},
    ),
    Order(
        key="07.2",
        title="A block for a list",
        text="Of these lines two do not belong. Write the letters of the others in an order that "
        "builds a list of one residual block and a last layer.",
        lines=(
            "given = tf.keras.Input(shape=($width,))",
            'change = layers.Dense($width, activation="relu")(given)',
            "total = layers.Add()([given, change])",
            "block = tf.keras.Model(given, total)",
            "parts = [tf.keras.Input(shape=($width,)), block, layers.Dense($classes)]",
            "model = tf.keras.Sequential(parts)",
        ),
        distractors=(
            Distractor(
                "total = layers.Add()([change])",
                "one arm",
                "a sum of one tensor is that tensor. Keras accepts it, and nothing goes around.",
            ),
            Distractor(
                "block = tf.keras.Model(given, change)",
                "sum left out",
                "such a block gives the change alone; what goes around would be lost.",
            ),
        ),
        blank='order = ""  # six letters, such as "A B C D E F"',
        hints=(
            "A block is a small model with an `Input` of its own.",
            "What the block gives is the sum, and the sum has two arms.",
            "`Input`, the change, the sum, the block; then the list with the block, and the model.",
        ),
        vary={"width": (64, 32, 48), "classes": (10, 5, 3)},
    ),
    Build(
        key="07.3",
        title="A block that narrows",
        text="Build a network that takes $width numbers. It has one block, and then a last "
        "`Dense(10)` without activation. In the block the change is made by "
        '`Dense($units, activation="relu")` alone. On the way around stands a `Dense($units)` '
        "without activation and without bias. An `Add` joins the two.",
        blank="my_model = None  # your tf.keras.Model",
        solutions={
            "functional": NARROWS,
            "wrapped": NARROWS_WRAPPED,
            "subclassed": NARROWS_SUBCLASSED,
        },
        hints=(
            "Both `Dense` layers of the block are called on the input.",
            "Give each arm a name: `change` for the one with relu, `around` for the other.",
            "`around = layers.Dense($units, use_bias=False)(pixels)`, then "
            "`layers.Add()([around, change])`, then the last `Dense(10)`.",
        ),
        misconceptions=(
            Misconception(
                "no way around",
                chained,
                "no call of your model takes two tensors: nothing goes around the block.",
            ),
            Misconception(
                "added to itself",
                to_itself,
                "your `Add` joins one tensor with itself. Its two arms are two tensors.",
            ),
            Misconception(
                "one layer for both",
                lambda got, task: any(used.times > 1 for used in got.used),
                "one layer is called twice, so both arms have the same weights; the exercise asks "
                "for two layers.",
            ),
            Misconception(
                "beside",
                lambda got, task: got.classes["Concatenate"] > 0 and not got.classes["Add"],
                "a `Concatenate` puts the two arms side by side, so $units and $units are twice as "
                "many. An `Add` makes $units of them.",
            ),
            Misconception(
                "normalised",
                lambda got, task: got.classes["LayerNormalization"] > 0,
                "your block has a `LayerNormalization`, as those of the lesson have; in this "
                "exercise the `Dense` makes the change alone.",
            ),
        ),
        vary={"width": (64, 100, 48), "units": (32, 20, 24)},
    ),
)
