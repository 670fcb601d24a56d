"""Wrong answers to the exercises of lesson 03."""

TWO = """
left, right = tf.keras.Input((64,)), tf.keras.Input((64,))
"""
END = """
output = layers.Dense(1, activation="sigmoid")(both)
model = tf.keras.Model([left, right], output)
"""

WRONG = {
    "03.1": [
        ("counts calls", (210, 210)),
        ("no bias", (100, 200)),
        ("all shared", (105, 105)),
        ("turned round", (210, 105)),
        ("B is wrong", (105, 205)),
        ("both wrong", (1, 2)),
        ("unclear", "many"),
        ("unclear", (105, 105, 210)),
    ],
    "03.2": [
        ("chain of calls", "left -> shared 1 -> shared 2 -> both -> output"),
        ("past the layer", "left -> both\nright -> both\nboth -> output"),
        ("turned round", "shared 1 -> left\nright -> shared 2\nshared 1 -> both\nshared 2 -> both\n"
                         "both -> output"),
        ("missing", "left -> shared 1\nright -> shared 2\nboth -> output"),
        ("unknown name", "left -> shared\nright -> shared\nshared -> both\nboth -> output"),
        ("unknown name", "a -> b"),
        ("unclear", "left"),
        ("extra", "left -> shared 1\nright -> shared 2\nshared 1 -> both\nshared 2 -> both\n"
                  "both -> output\nleft -> output"),
    ],
    "03.3": [
        ("not shared", TWO + """
both = layers.Concatenate()([layers.Dense(32, activation="relu")(x) for x in (left, right)])
""" + END),
        ("same input twice", """
left = tf.keras.Input((64,))
shared = layers.Dense(32, activation="relu")
both = layers.Concatenate()([shared(left), shared(left)])
model = tf.keras.Model(left, layers.Dense(1, activation="sigmoid")(both))
"""),
        ("parameters", TWO + """
shared = layers.Dense(16, activation="relu")
both = layers.Concatenate()([shared(left), shared(right)])
""" + END),
        ("parameters", TWO + """
shared = layers.Dense(32, activation="relu")
both = layers.Add()([shared(left), shared(right)])
""" + END),
        ("settings", TWO + """
shared = layers.Dense(32)
both = layers.Concatenate()([shared(left), shared(right)])
""" + END),
        ("inputs", """
model = tf.keras.Sequential([
    tf.keras.Input((128,)), layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
"""),
        ("error", TWO + """
shared = layers.Dense(32, activation="relu")
both = layers.Concatenate()(shared)
""" + END),
        ("no model", "model = layers.Dense(3)"),
    ],
}  # fmt: skip
