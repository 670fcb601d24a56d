"""A U-Net: a ladder down to few pixels and up again, with a skip across on every rung."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.examples import noisy
from kitchen.examples.example import Example, Form, by_name


def functional():
    """Three rungs: each `skip` joins what came down there with what comes up from below."""
    keras: Any = backend.keras()
    layers = keras.layers

    def conv(maps, name):
        return layers.Conv2D(
            maps, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
        )

    def double(maps, name):
        return layers.Conv2DTranspose(maps, 2, strides=2, name=name)

    canvas = keras.Input(shape=(24, 24, 1), name="canvas")

    down_1 = conv(8, "down_1")(canvas)  # 24 × 24
    pool_1 = layers.MaxPooling2D(name="pool_1")(down_1)
    down_2 = conv(16, "down_2")(pool_1)  # 12 × 12
    pool_2 = layers.MaxPooling2D(name="pool_2")(down_2)
    down_3 = conv(24, "down_3")(pool_2)  # 6 × 6
    pool_3 = layers.MaxPooling2D(name="pool_3")(down_3)

    bottom = conv(32, "bottom")(pool_3)  # 3 × 3

    up_3 = double(24, "up_3")(bottom)
    skip_3 = layers.Concatenate(name="skip_3")([down_3, up_3])
    join_3 = conv(24, "join_3")(skip_3)
    up_2 = double(16, "up_2")(join_3)
    skip_2 = layers.Concatenate(name="skip_2")([down_2, up_2])
    join_2 = conv(16, "join_2")(skip_2)
    up_1 = double(8, "up_1")(join_2)
    skip_1 = layers.Concatenate(name="skip_1")([down_1, up_1])
    join_1 = conv(8, "join_1")(skip_1)

    odd = layers.Conv2D(1, 1, activation="sigmoid", name="odd")(join_1)

    return keras.Model(inputs=canvas, outputs=odd)


def subclassed():
    """`__init__` makes the layers; `call` keeps what comes down in variables, for the way up."""
    keras: Any = backend.keras()
    layers = keras.layers

    def conv(maps, name):
        return layers.Conv2D(
            maps, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
        )

    def double(maps, name):
        return layers.Conv2DTranspose(maps, 2, strides=2, name=name)

    class UNet(keras.Model):
        def __init__(self):
            super().__init__()
            self.down_1 = conv(8, "down_1")
            self.pool_1 = layers.MaxPooling2D(name="pool_1")
            self.down_2 = conv(16, "down_2")
            self.pool_2 = layers.MaxPooling2D(name="pool_2")
            self.down_3 = conv(24, "down_3")
            self.pool_3 = layers.MaxPooling2D(name="pool_3")
            self.bottom = conv(32, "bottom")
            self.up_3 = double(24, "up_3")
            self.skip_3 = layers.Concatenate(name="skip_3")
            self.join_3 = conv(24, "join_3")
            self.up_2 = double(16, "up_2")
            self.skip_2 = layers.Concatenate(name="skip_2")
            self.join_2 = conv(16, "join_2")
            self.up_1 = double(8, "up_1")
            self.skip_1 = layers.Concatenate(name="skip_1")
            self.join_1 = conv(8, "join_1")
            self.odd = layers.Conv2D(1, 1, activation="sigmoid", name="odd")

        def call(self, inputs):
            down_1 = self.down_1(inputs)
            down_2 = self.down_2(self.pool_1(down_1))
            down_3 = self.down_3(self.pool_2(down_2))
            bottom = self.bottom(self.pool_3(down_3))
            join_3 = self.join_3(self.skip_3([down_3, self.up_3(bottom)]))
            join_2 = self.join_2(self.skip_2([down_2, self.up_2(join_3)]))
            join_1 = self.join_1(self.skip_1([down_1, self.up_1(join_2)]))
            return self.odd(join_1)

    model = UNet()
    model(keras.Input(shape=(24, 24, 1), name="canvas"))  # the first call makes the weights
    return model


def sequential():
    """A U-Net by recursion: the middle of each level is a model that goes around the level below.

    So the list has four elements, and the second one holds all skips, one inside the other.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    def conv(maps, name):
        return layers.Conv2D(
            maps, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
        )

    def level(k):
        if k == 4:
            return [conv(32, "bottom")]
        side, maps = 24 // 2 ** (k - 1), 8 * k
        down = conv(maps, f"down_{k}")
        below = keras.Sequential(
            [
                keras.Input(shape=(side, side, maps), name=f"below_{k}_input"),
                layers.MaxPooling2D(name=f"pool_{k}"),
                *level(k + 1),
                layers.Conv2DTranspose(maps, 2, strides=2, name=f"up_{k}"),
            ],
            name=f"below_{k}",
        )
        x = keras.Input(shape=(side, side, maps), name=f"around_{k}_input")
        skip = layers.Concatenate(name=f"skip_{k}")([x, below(x)])
        return [down, keras.Model(x, skip, name=f"around_{k}"), conv(maps, f"join_{k}")]

    return keras.Sequential(
        [
            keras.Input(shape=(24, 24, 1), name="canvas"),
            *level(1),
            layers.Conv2D(1, 1, activation="sigmoid", name="odd"),
        ]
    )


def attempt():
    """Every call of the network in reading order, in a list.

    Keras raises a ValueError at the first `Concatenate`: it "should be called on a list", and in a
    list it gets the one tensor that the layer before it gives. Without the three `Concatenate`
    lines Keras accepts the list, and the skips are gone.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    def conv(maps, name):
        return layers.Conv2D(
            maps, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
        )

    def double(maps, name):
        return layers.Conv2DTranspose(maps, 2, strides=2, name=name)

    return keras.Sequential(
        [
            keras.Input(shape=(24, 24, 1), name="canvas"),
            conv(8, "down_1"),
            layers.MaxPooling2D(name="pool_1"),
            conv(16, "down_2"),
            layers.MaxPooling2D(name="pool_2"),
            conv(24, "down_3"),
            layers.MaxPooling2D(name="pool_3"),
            conv(32, "bottom"),
            double(24, "up_3"),
            layers.Concatenate(name="skip_3"),
            conv(24, "join_3"),
            double(16, "up_2"),
            layers.Concatenate(name="skip_2"),
            conv(16, "join_2"),
            double(8, "up_1"),
            layers.Concatenate(name="skip_1"),
            conv(8, "join_1"),
            layers.Conv2D(1, 1, activation="sigmoid", name="odd"),
        ]
    )


EXAMPLE = Example(
    name="unet",
    title="A U-Net",
    question="Which pixels of the noisy canvas belong to an odd digit?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps every weight and every skip. Hides all three skips inside one element, each "
            "level inside the one above it.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Has a variable for what comes down on each rung, and uses it twice: for the pooling "
            "and for the skip.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and the skips; hides the connections inside `call`.",
        ),
    ),
    naive=attempt,
    load=noisy.unet,
    loss="binary_crossentropy",
    # Keras takes the mean over both classes: the pixels of odd digits, and all others.
    metrics=["BinaryIoU"],
)
