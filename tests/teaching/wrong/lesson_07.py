"""Wrong answers to the exercises of lesson 07."""

START = """
pixels = tf.keras.Input(shape=(64,))
change = layers.Dense(32, activation="relu")(pixels)
"""
END = """
model = tf.keras.Model(pixels, layers.Dense(10)(total))
"""

WRONG = {
    "07.1": [
        ("overwritten", "x"),
        ("from the input", "pixels"),
        ("a layer more", "layers.Dense(64)(before)"),
        ("function", "before, x"),
        ("function", "before, before"),
        ("function", "layers.ReLU()(before)"),
        ("error", "k"),
        ("error", "layers.Dense(64)"),
        ("error", "given"),
        ("error", "before ->"),
    ],
    "07.2": [
        ("one arm", "C B G H F E"),
        ("sum left out", "C B D A F E"),
        ("too early", "B C D H F E"),
        ("too early", "C D B H F E"),
        ("too early", "F C B D H E"),
        ("unfinished", "C B D H F"),
        ("twice", "C B D H F E E"),
        ("unknown letter", "C B D H F Z"),
        ("unclear", "1 2 3"),
    ],
    "07.3": [
        ("no way around", """
model = tf.keras.Sequential([
    tf.keras.Input(shape=(64,)), layers.Dense(32, activation="relu"), layers.Dense(10),
])
"""),
        ("no way around", START + """
total = layers.Dense(32, use_bias=False)(change)
""" + END),
        ("added to itself", START + """
total = layers.Add()([change, change])
""" + END),
        ("one layer for both", """
pixels = tf.keras.Input(shape=(64,))
dense = layers.Dense(32, activation="relu")
total = layers.Add()([dense(pixels), dense(pixels)])
""" + END),
        ("parameters", START + """
total = layers.Add()([layers.Dense(32)(pixels), change])
""" + END),
        ("settings", START + """
around = layers.Dense(32, use_bias=False, activation="relu")(pixels)
total = layers.Add()([around, change])
""" + END),
        ("beside", START + """
around = layers.Dense(32, use_bias=False)(pixels)
total = layers.Concatenate()([around, change])
""" + END),
        ("parameters", """
pixels = tf.keras.Input(shape=(64,))
change = layers.Dense(64, activation="relu")(pixels)
total = layers.Add()([pixels, change])
""" + END),
        ("normalised", """
pixels = tf.keras.Input(shape=(64,))
change = layers.LayerNormalization(center=False, scale=False)(pixels)
change = layers.Dense(32, activation="relu")(change)
total = layers.Add()([layers.Dense(32, use_bias=False)(pixels), change])
""" + END),
        ("output shapes", START + """
total = layers.Add()([layers.Dense(32, use_bias=False)(pixels), change])
model = tf.keras.Model(pixels, total)
"""),
        ("error", START + """
total = layers.Add()([pixels, change])
""" + END),
        ("error", START + """
total = layers.Add()([layers.Dense(32, use_bias=False), change])
""" + END),
        ("no model", "model = layers.Dense(10)"),
    ],
}  # fmt: skip
