"""Wrong answers to the exercises of lesson 04."""

THREE = """
inputs = [tf.keras.Input((64,)) for _ in range(3)]
hidden = layers.Dense(32, activation="relu")
code = layers.Dense(16, activation="relu")
"""
END = """
model = tf.keras.Model(inputs, layers.Dense(1)(layers.Average()(codes)))
"""

WRONG = {
    "04.1": [
        ("counts calls", (5216, 5216)),
        ("one function, one encoder", (2608, 2608)),
        ("no bias", (2560, 5120)),
        ("turned round", (5216, 2608)),
        ("B is wrong", (2608, 2625)),
        ("unclear", "the same"),
    ],
    "04.2": [
        ("a chain", "B F C G H D"),
        ("order matters", "B F C E A D"),
        ("too early", "F C E H D B"),
        ("too early", "B C F E H D"),
        ("unfinished", "B F C E H"),
        ("twice", "B F C C H D"),
        ("unknown letter", "B F C E H Z"),
        ("unclear", "123"),
    ],
    "04.3": [
        ("not shared", """
inputs = [tf.keras.Input((64,)) for _ in range(3)]

def encode(image):
    return layers.Dense(16, activation="relu")(layers.Dense(32, activation="relu")(image))

codes = [encode(image) for image in inputs]
""" + END),
        ("half shared", THREE + """
codes = [layers.Dense(16, activation="relu")(hidden(image)) for image in inputs]
""" + END),
        ("order matters", THREE + """
codes = [code(hidden(image)) for image in inputs]
model = tf.keras.Model(inputs, layers.Dense(1)(layers.Concatenate()(codes)))
"""),
        ("same input again", """
image = tf.keras.Input((64,))
hidden = layers.Dense(32, activation="relu")
code = layers.Dense(16, activation="relu")
codes = [code(hidden(image)) for _ in range(3)]
model = tf.keras.Model(image, layers.Dense(1)(layers.Average()(codes)))
"""),
        ("inputs", THREE + """
codes = [code(hidden(image)) for image in inputs[:2]]
model = tf.keras.Model(inputs[:2], layers.Dense(1)(layers.Average()(codes)))
"""),
        ("no Average", THREE + """
codes = [code(hidden(image)) for image in inputs]
model = tf.keras.Model(inputs, layers.Dense(1)(layers.Add()(codes)))
"""),
        ("settings", THREE + """
code = layers.Dense(16)
codes = [code(hidden(image)) for image in inputs]
""" + END),
        ("error", THREE + "codes = code(hidden(inputs))" + END),
    ],
}  # fmt: skip
