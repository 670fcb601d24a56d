"""Wrong answers to the exercises of lesson 11."""

START = """
left, right = tf.keras.Input((64,)), tf.keras.Input((64,))
encode = layers.Dense(32, activation="relu")
both = layers.Concatenate()([encode(left), encode(right)])
"""
BLOCK = """
change = layers.Dense(64, activation="relu")(both)
total = layers.Add()([both, change])
"""
END = """
model = tf.keras.Model([left, right], layers.Dense(1, activation="sigmoid")(total))
"""
NEW = "\nencode = lambda image: layers.Dense(32, activation='relu')(image)\n"

WRONG = {
    "11.1": [
        ("flattens by itself", (10, 10)),
        ("always by rows", (280, 280)),
        ("each pixel", (10, 7840)),
        ("parameters", (7850, 290)),
        ("parameters", (7850, 280)),
        ("turned round", (280, 10)),
        ("B is wrong", (10, 28)),
        ("A is wrong", (784, 280)),
        ("both wrong", (1, 2)),
        ("unclear", "some"),
    ],
    "11.2": [
        ("one number", "C F B G A H"),
        ("one number", "C F B G A D"),
        ("input left out", "C F B E A D"),
        ("too early", "C B F E A H"),
        ("too early", "C F B A E H"),
        ("unfinished", "C F B E A"),
        ("twice", "C F B E A H H"),
        ("unknown letter", "C F B E A Z"),
        ("unclear", "123"),
    ],
    "11.3": [
        ("two encoders", """
left, right = tf.keras.Input((64,)), tf.keras.Input((64,))


def encode(image):
    return layers.Dense(32, activation="relu")(image)


both = layers.Concatenate()([encode(left), encode(right)])
change = layers.Dense(64, activation="relu")(both)
total = layers.Add()([change, change])
score = layers.Dense(1, activation="relu")(total)
model = tf.keras.Model([left, right], layers.Activation("sigmoid")(score))
"""),
        ("two encoders", START.replace("\nencode = layers.Dense(32, activation=\"relu\")\n", NEW)
         + BLOCK + END),
        ("added to itself", START + BLOCK.replace("[both, change]", "[change, change]") + END),
        ("added to itself", START + BLOCK.replace("[both, change]", "[both, both]") + END),
        ("no way around", START + BLOCK + END.replace("(total)", "(change)")),
        ("never no", START + BLOCK + """
score = layers.Dense(1, activation="relu")(total)
model = tf.keras.Model([left, right], layers.Activation("sigmoid")(score))
"""),
        ("settings", START + BLOCK + END.replace(', activation="sigmoid"', "")),
        ("settings", START + BLOCK.replace(', activation="relu"', "") + END),
        ("parameters", START.replace("Concatenate", "Add")
         + BLOCK.replace("64", "32") + END),
        ("inputs", """
model = tf.keras.Sequential([tf.keras.Input((128,)), layers.Dense(1, activation="sigmoid")])
"""),
        ("error", START + BLOCK.replace("64", "32") + END),
        ("no model", "model = layers.Add()"),
    ],
}  # fmt: skip
