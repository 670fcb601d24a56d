"""Wrong answers to the exercises of lesson 06."""

START = """
pixels = tf.keras.Input(shape=(64,))
"""
BLOCK = """
def block(units=64, activation="relu"):
    given = tf.keras.Input(shape=(64,))
    change = layers.Dense(units, activation=activation)(given)
    return tf.keras.Model(given, layers.Add()([given, change]))

"""
TWO = (
    START
    + """
first = layers.Dense(24, activation="relu")(pixels)
second = layers.Dense(24, activation="relu")(first)
"""
)
END = """
model = tf.keras.Model(pixels, layers.Dense(10)(both))
"""

WRONG = {
    "06.1": [
        ("same cuts", (4, 4)),
        ("without the last", (3, 2)),
        ("without the last", (3, 3)),
        ("counts calls", (7, 7)),
        ("counts calls", (7, 2)),
        ("turned round", (2, 4)),
        ("B is wrong", (4, 1)),
        ("A is wrong", (8, 2)),
        ("both wrong", (8, 9)),
        ("unclear", "some"),
    ],
    "06.2": [
        ("no skips", """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)), layers.Dense(64, activation="relu"),
    layers.Dense(64, activation="relu"), layers.Dense(10),
])
"""),
        ("one skip", START + """
x = layers.Dense(64, activation="relu")(pixels)
x = layers.Add()([pixels, layers.Dense(64, activation="relu")(x)])
model = tf.keras.Model(pixels, layers.Dense(10)(x))
"""),
        ("shared", BLOCK + """
one = block()
model = tf.keras.Sequential([tf.keras.Input(shape=(64,)), one, one, layers.Dense(10)])
"""),
        ("from the input", START + """
x = pixels
for k in (1, 2):
    x = layers.Add()([pixels, layers.Dense(64, activation="relu")(x)])
model = tf.keras.Model(pixels, layers.Dense(10)(x))
"""),
        ("no relu", BLOCK + """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)), block(activation=None), block(activation=None), layers.Dense(10),
])
"""),
        ("function", START + """
x = pixels
for k in (1, 2):
    x = layers.Add()([x, layers.Dense(64, activation="relu")(pixels)])
model = tf.keras.Model(pixels, layers.Dense(10)(x))
"""),
        ("parameters", START + """
x = pixels
for k in (1, 2):
    x = layers.Concatenate()([x, layers.Dense(64, activation="relu")(x)])
model = tf.keras.Model(pixels, layers.Dense(10)(x))
"""),
        ("output shapes", BLOCK + """
model = tf.keras.Sequential([tf.keras.Input(shape=(64,)), block(), block()])
"""),
        ("error", BLOCK + """
model = tf.keras.Sequential([tf.keras.Input(shape=(64,)), block(units=32), layers.Dense(10)])
"""),
        ("error", """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Add(),
])
"""),
        ("no model", "model = layers.Add()"),
    ],
    "06.3": [
        ("a chain", """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)), layers.Dense(24, activation="relu"),
    layers.Dense(24, activation="relu"), layers.Dense(10),
])
"""),
        ("no first skip", TWO + "both = layers.Concatenate()([pixels, second])" + END),
        ("parameters", TWO + "both = layers.Add()([first, second])" + END),
        ("parameters", TWO + "both = layers.Concatenate()([pixels, first, second])" + END),
        ("no relu", START + """
first = layers.Dense(24)(pixels)
second = layers.Dense(24)(first)
both = layers.Concatenate()([pixels, layers.Add()([first, second])])
""" + END),
        ("pixels last", TWO
         + "both = layers.Concatenate()([layers.Add()([first, second]), pixels])" + END),
        ("error", TWO + "both = layers.Add()([pixels, second])" + END),
        ("error", START + "both = layers.Concatenate()(pixels)" + END),
        ("no model", "model = layers.Dense(10)"),
    ],
}  # fmt: skip
