"""Wrong answers to the exercises of lesson 02."""

TWO = """
input_a = tf.keras.Input((32,), name="input_a")
input_b = tf.keras.Input((64,), name="input_b")
dense_a = layers.Dense(16, activation="relu")(input_a)
"""
BOTH = (
    TWO
    + """
dense_b = layers.Dense(32, activation="relu")(input_b)
"""
)
END = """
output = layers.Dense(1, activation="sigmoid")(concat)
model = tf.keras.Model([input_a, input_b], output)
"""
CONCAT = """
concat = layers.Concatenate()([dense_a, dense_b])
"""

WRONG = {
    "02.1": [
        ("lines as a chain", "a -> b -> left -> right -> both -> output"),
        ("lines as a chain", "a -> left -> right -> both\nb -> right\nboth -> output"),
        ("used once", "a -> left -> both -> output\nb -> right -> both"),
        ("turned round", "left -> a\nb -> right\nleft -> both\nright -> both\nb -> both\n"
                         "both -> output"),
        ("missing", "a -> left\nb -> right\nboth -> output"),
        ("unknown name", "a -> left -> concat -> output\nb -> right -> concat"),
        ("extra", "a -> left -> both -> output\nb -> right -> both\nb -> both\na -> both"),
        ("unclear", "left"),
    ],
    "02.2": [
        ("B is not read", TWO + """
dense_b = layers.Dense(32, activation="relu")(input_a)
""" + CONCAT + END),
        ("branch left out", TWO + """
concat = layers.Concatenate()([dense_a, input_b])
""" + END),
        ("branch left out", TWO + """
model = tf.keras.Model(input_a, layers.Dense(1, activation="sigmoid")(dense_a))
"""),
        ("error", BOTH + """
concat = layers.Concatenate()(dense_b)
""" + END),
        ("error", BOTH + CONCAT + """
model = tf.keras.Model(input_a, layers.Dense(1, activation="sigmoid")(concat))
"""),
        ("inputs", """
model = tf.keras.Sequential([
    tf.keras.Input((96,)), layers.Dense(16, activation="relu"),
    layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid"),
])
"""),
        ("settings", TWO + """
dense_b = layers.Dense(32)(input_b)
""" + CONCAT + END),
        ("no model", "model = layers.Dense(1)"),
    ],
    "02.3": [
        ("not passed on", BOTH + CONCAT + """
together = layers.Dense(32, activation="relu")(concat)
""" + END),
        ("before the meeting", BOTH + """
dense_b = layers.Dense(32, activation="relu")(dense_b)
""" + CONCAT + END),
        ("before the meeting", BOTH + """
dense_a = layers.Dense(32, activation="relu")(dense_a)
""" + CONCAT + END),
        ("parameters", BOTH + CONCAT + """
concat = layers.Dense(16, activation="relu")(concat)
""" + END),
        ("settings", BOTH + CONCAT + """
concat = layers.Dense(32)(concat)
""" + END),
        ("inputs", """
model = tf.keras.Sequential([
    tf.keras.Input((96,)), layers.Dense(48, activation="relu"),
    layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid"),
])
"""),
        ("error", BOTH + CONCAT + """
concat = layers.Dense(32, activation="relu")([dense_a, dense_b])
""" + END),
        ("no model", "model = layers.Dense(32)"),
    ],
}  # fmt: skip
