"""Wrong answers to the exercises of lesson 08."""

START = """
def conv(maps, name):
    return layers.Conv2D(maps, 3, padding="same", activation="relu", name=name)


def up(maps):
    return layers.Conv2DTranspose(maps, 2, strides=2)


def beside(*tensors):
    return layers.Concatenate()(list(tensors))


canvas = tf.keras.Input(shape=(24, 24, 1), name="canvas")
down_1 = conv(8, "down_1")(canvas)
pool_1 = layers.MaxPooling2D()(down_1)
down_2 = conv(16, "down_2")(pool_1)
pool_2 = layers.MaxPooling2D()(down_2)
bottom = conv(32, "bottom")(pool_2)
up_2 = up(16)(bottom)
"""
END = """
odd = layers.Conv2D(1, 1, activation="sigmoid", name="odd")(join_1)
model = tf.keras.Model(canvas, odd)
"""

WRONG = {
    "08.1": [
        ("beside adds nothing", (148, 148)),
        ("Add lays beside", (292, 292)),
        ("twice the whole", (296, 148)),
        ("no bias", (288, 144)),
        ("one kernel a map", (76, 40)),
        ("turned round", (148, 292)),
        ("A is wrong", (144, 148)),
        ("B is wrong", (292, 4)),
        ("both wrong", (1, 2)),
        ("unclear", "more and less"),
        ("unclear", (292,)),
    ],
    "08.2": [
        ("skip from the pool", "B I F C H J A E"),
        ("no stride", "B I F C G D A E"),
        ("skip from the pool", "B I F C G J A E"),
        ("too early", "B I D F C H A E"),
        ("too early", "I B F C H D A E"),
        ("unfinished", "B I F C H D A"),
        ("twice", "B I F C H H D A E"),
        ("unknown letter", "B I F C H D A X"),
        ("unclear", "2 9 6 3 8 4 1 5"),
    ],
    "08.3": [
        ("still no skip", START + """
join_2 = conv(16, "join_2")(up_2)
join_1 = conv(8, "join_1")(up(8)(join_2))
""" + END),
        ("one skip", START + """
join_2 = conv(16, "join_2")(beside(down_2, up_2))
join_1 = conv(8, "join_1")(up(8)(join_2))
""" + END),
        ("with itself", START + """
join_2 = conv(16, "join_2")(beside(up_2, up_2))
up_1 = up(8)(join_2)
join_1 = conv(8, "join_1")(beside(up_1, up_1))
""" + END),
        ("up first", START + """
join_2 = conv(16, "join_2")(beside(up_2, down_2))
join_1 = conv(8, "join_1")(beside(up(8)(join_2), down_1))
""" + END),
        ("added", START + """
join_2 = conv(16, "join_2")(layers.Add()([down_2, up_2]))
join_1 = conv(8, "join_1")(layers.Add()([down_1, up(8)(join_2)]))
""" + END),
        ("parameters", START + """
join_2 = conv(16, "join_2")(beside(down_2, up_2))
join_1 = conv(16, "join_1")(beside(down_1, up(8)(join_2)))
""" + END),
        ("output shapes", START + """
join_2 = conv(16, "join_2")(beside(down_2, up_2))
join_1 = conv(8, "join_1")(beside(pool_1, join_2))
""" + END),
        ("settings", START + """
join_2 = layers.Conv2D(16, 3, padding="same")(beside(down_2, up_2))
join_1 = conv(8, "join_1")(beside(down_1, up(8)(join_2)))
""" + END),
        ("error", START + """
join_2 = conv(16, "join_2")(beside(pool_2, up_2))
join_1 = conv(8, "join_1")(beside(pool_1, up(8)(join_2)))
""" + END),
        ("error", """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(24, 24, 1)), layers.Conv2D(8, 3, padding="same"), layers.Concatenate(),
])
"""),
        ("no model", "model = layers.Concatenate()"),
    ],
}  # fmt: skip
