"""Lesson 10: code instead of a graph."""

from typing import Any

from kitchen.teaching.kinds import Build, Pair
from kitchen.teaching.task import Misconception

NETWORK = """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense($units)
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.hidden(inputs))


network = Network()
"""
COUNTED = "count = sum(weight.size for weight in network.get_weights())\n"

IN_CALL = """
class Network(tf.keras.Model):
    def call(self, inputs):
        x = layers.Dense($units, activation="relu")(inputs)
        return layers.Dense(10)(x)


model = Network()
model(tf.keras.Input(shape=($width,)))
"""

IN_INIT = """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense($units, activation="relu")
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.hidden(inputs))


model = Network()
model(tf.keras.Input(shape=($width,)))
"""

IN_BUILD = """
class Network(tf.keras.Model):
    def build(self, input_shape):
        self.hidden = layers.Dense($units, activation="relu")
        self.last = layers.Dense(10)
        self.hidden.build(input_shape)
        self.last.build((None, $units))

    def call(self, inputs):
        return self.last(self.hidden(inputs))


model = Network()
model(tf.keras.Input(shape=($width,)))
"""

SCALE = """
class Scale(layers.Layer):
    def __init__(self, start=1.0, **options):
        super().__init__(**options)
        self.start = start

    def build(self, input_shape):
        start = tf.keras.initializers.Constant(self.start)
        self.scale = self.add_weight(shape=input_shape[-1:], initializer=start, name="scale")

    def call(self, inputs):
        return inputs * self.scale

    def get_config(self):
        return {**super().get_config(), "start": self.start}


"""


def starts_elsewhere(got: Any, task: Any) -> bool:
    """Whether a layer that scales begins with other numbers than the task asks for."""
    asked, width = task.values["start"], task.values["width"]
    found = [weight for weight in got.model.weights if tuple(weight.shape) == (width,)]
    return bool(found) and bool((found[0].numpy() != asked).any())


TASKS = (
    Pair(
        key="10.1",
        title="Before and after the first call",
        text="A and B differ in one line. Which number is `count` in each?",
        codes=(NETWORK + COUNTED, f"{NETWORK}network(tf.keras.Input(shape=($width,)))\n{COUNTED}"),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "`get_weights` gives the weights that there are. When does a layer get its own?",
            "In A nobody has called `network`, so nothing says how many numbers come in.",
            "In B `hidden` has $width × $units numbers and $units more, and `last` reads $units "
            "numbers and gives 10.",
        ),
        misconceptions=(
            Misconception(
                "weights at once",
                lambda got, task: got[0] == got[1] == task.counts[1],
                "in A nobody has called `network`. How many numbers come in is not known yet, so "
                "there is no weight.",
            ),
            Misconception(
                "half the weights",
                lambda got, task: got[0] == task.values["units"] * 10 + 10,
                "`last` has no weights in A either: that $units numbers come in, it learns when it "
                "is called.",
            ),
            Misconception(
                "no bias",
                lambda got, task: got == (0, task.values["units"] * (task.values["width"] + 10)),
                "A is right. In B each `Dense` layer has a bias too.",
            ),
        ),
        vary={"width": (20, 30, 50), "units": (5, 4, 8)},
    ),
    Build(
        key="10.2",
        kind="repair",
        title="New weights at every call",
        text="This model gives other numbers at every call on the same input, it has no "
        "parameters, and `fit` refuses it. Repair it: the network stays as it is, $width numbers "
        "in and 10 out, and its weights stay the same ones.",
        given=IN_CALL,
        blank="my_network = None  # your tf.keras.Model, called once",
        solutions={
            "subclassed": IN_INIT,
            "in build": IN_BUILD,
            "functional": """
inputs = tf.keras.Input(shape=($width,))
x = layers.Dense($units, activation="relu")(inputs)
model = tf.keras.Model(inputs, layers.Dense(10)(x))
""",
            "sequential": """
model = tf.keras.Sequential(
    [
        tf.keras.Input(shape=($width,)),
        layers.Dense($units, activation="relu"),
        layers.Dense(10),
    ]
)
""",
        },
        hints=(
            "`call` runs again and again. What must happen only once?",
            "`layers.Dense(...)` makes a layer. Make both in `__init__`, as attributes of `self`.",
            '`super().__init__()`, then `self.hidden = layers.Dense($units, activation="relu")` '
            "and `self.last = layers.Dense(10)`; `call` gives back "
            "`self.last(self.hidden(inputs))`.",
        ),
        misconceptions=(
            Misconception(
                "layers in call",
                lambda got, task: got.parameters == 0,
                "your model has no parameters: Keras knows of no layer in it. Are the layers still "
                "made in `call`?",
            ),
            Misconception(
                "one of two",
                lambda got, task: (
                    got.graph.body.opaque
                    and got.parameters
                    in (
                        task.values["units"] * (task.values["width"] + 1),
                        task.values["units"] * 10 + 10,
                    )
                ),
                "Keras knows of one layer only: the other is still made in `call`.",
            ),
        ),
        vary={"width": (64, 20, 48), "units": (32, 16, 24)},
    ),
    Build(
        key="10.3",
        title="A layer of your own",
        text="Write a layer `Scale` of your own: it multiplies each number of its input by a "
        "weight of its own. It takes a setting `start`, with which all these weights begin. Then "
        "make a model of it: $width numbers in, `Scale(start=$start)`, then `Dense(10)`.",
        blank="my_model = None  # your tf.keras.Model with your own layer in it",
        solutions={
            "sequential": SCALE
            + """
model = tf.keras.Sequential(
    [tf.keras.Input(shape=($width,)), Scale(start=$start), layers.Dense(10)]
)
""",
            "functional": SCALE
            + """
inputs = tf.keras.Input(shape=($width,))
model = tf.keras.Model(inputs, layers.Dense(10)(Scale(start=$start)(inputs)))
""",
            "subclassed": SCALE
            + """
class Network(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.scale = Scale(start=$start)
        self.last = layers.Dense(10)

    def call(self, inputs):
        return self.last(self.scale(inputs))


model = Network()
model(tf.keras.Input(shape=($width,)))
""",
            "Keras's own layers": """
start = tf.keras.initializers.Constant($start)
scale = layers.EinsumDense("bi,i->bi", output_shape=$width, kernel_initializer=start)
model = tf.keras.Sequential([tf.keras.Input(shape=($width,)), scale, layers.Dense(10)])
""",
        },
        hints=(
            "`Gate` in this lesson has the four methods that you need.",
            "`build` gets `input_shape`; its last number says how many weights there are. "
            "`self.add_weight(shape=..., initializer=..., name=...)` makes them.",
            "In `build`: `self.scale = self.add_weight(shape=input_shape[-1:], "
            'initializer=tf.keras.initializers.Constant(self.start), name="scale")`. In `call`: '
            "`return inputs * self.scale`.",
        ),
        misconceptions=(
            Misconception(
                "no weight of Keras",
                lambda got, task: got.parameters == task.ours.parameters - task.values["width"],
                "Keras knows of no weight in your layer, so it would not train it. A `tf.Variable` "
                "or an array is none: make it with `self.add_weight`.",
            ),
            Misconception(
                "one for all",
                lambda got, task: got.parameters == task.ours.parameters - task.values["width"] + 1,
                "your layer has one weight for all numbers; each of the $width is to have its own.",
            ),
            Misconception(
                "starts elsewhere",
                starts_elsewhere,
                "the weights of your layer do not begin at $start: use `Constant(self.start)`.",
            ),
            Misconception(
                "scale last",
                lambda got, task: got.parameters == (task.values["width"] + 1) * 10 + 10,
                "your layer comes after the `Dense`, so it has 10 numbers to multiply. It is to "
                "come first, and have all $width.",
            ),
        ),
        vary={"width": (64, 20, 48), "start": (3.0, 0.5, 2.0)},
    ),
)
