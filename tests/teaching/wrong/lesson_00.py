"""Wrong answers to the exercises of lesson 00."""

START = """
x = tf.keras.Input((20,))
a = layers.Dense(12, activation="relu")(x)
b = layers.Dense(6, activation="relu")(x)
"""
END = """
model = tf.keras.Model(x, layers.Dense(3, activation="softmax")(both))
"""
JOINED = "\nboth = layers.Concatenate()([a, b])\n"
CHAIN = "measurements -> first\nfirst -> second\nsecond -> species"

WRONG = {
    "00.1": [
        ("no bias", (56, 112)),
        ("no bias", (67, 112)),
        ("one layer", (40, 80)),
        ("one layer", (27, 51)),
        ("second layer as before", (67, 107)),
        ("all in proportion", (67, 134)),
        ("turned round", (131, 67)),
        ("A is wrong", (11, 131)),
        ("B is wrong", (67, 75)),
        ("both wrong", (11, 19)),
        ("unclear", "many"),
    ],
    "00.2": [
        ("layers only", "first -> second\nsecond -> species"),
        ("all from the input", "measurements -> first\nmeasurements -> second\n"
         "measurements -> species"),
        ("all from the input", CHAIN + "\nmeasurements -> species"),
        ("missing", "measurements -> first\nfirst -> second"),
        ("extra", CHAIN + "\nfirst -> species"),
        ("turned round", "first -> measurements\nfirst -> second\nsecond -> species"),
        ("unknown name", "measurements -> hidden"),
        ("unknown name", CHAIN + "\nspecies -> output"),
        ("unclear", "measurements, first, second, species"),
    ],
    "00.3": [
        ("one branch", """
model = tf.keras.Sequential([
    tf.keras.Input((20,)), layers.Dense(12, activation="relu"),
    layers.Dense(3, activation="softmax"),
])
"""),
        ("shared", """
x = tf.keras.Input((20,))
shared = layers.Dense(12, activation="relu")
both = layers.Concatenate()([shared(x), shared(x)])
""" + END),
        ("one after the other", """
model = tf.keras.Sequential([
    tf.keras.Input((20,)), layers.Dense(12, activation="relu"),
    layers.Dense(6, activation="relu"), layers.Dense(3, activation="softmax"),
])
"""),
        ("another merge", START.replace("Dense(6", "Dense(12")
         + "both = layers.Add()([a, b])\n" + END),
        ("settings", START + JOINED + END.replace("softmax", "sigmoid")),
        ("input shapes", START.replace("20", "784") + JOINED + END),
        ("output shapes", START + JOINED + END.replace("Dense(3", "Dense(10")),
        ("outputs", START + "\nmodel = tf.keras.Model(x, [a, b])\n"),
        ("inputs", """
x, y = tf.keras.Input((20,)), tf.keras.Input((20,))
a, b = layers.Dense(12, activation="relu")(x), layers.Dense(6, activation="relu")(y)
both = layers.Concatenate()([a, b])
model = tf.keras.Model([x, y], layers.Dense(3, activation="softmax")(both))
"""),
        ("error", START + "both = layers.Add()([a, b])\n" + END),
        ("no model", "model = layers.Dense(3)"),
    ],
}  # fmt: skip
