"""Wrong answers to the exercises of lesson 01."""

START = """
pixels = tf.keras.Input((784,))
first = layers.Dense(32, activation="relu")(pixels)
"""

WRONG = {
    "01.1": [
        ("past the layer", "(pixels)"),
        ("a layer more", '(layers.Dense(32, activation="relu")(first))'),
        ("error", "first"),
        ("error", "(second)"),
        ("error", "(first, pixels)"),
        ("error", "(layers.Dense(32))"),
        ("error", "(output)"),
        ("function", "(-first)"),
    ],
    "01.2": [
        ("layer for tensor", "A C B F D E"),
        ("list for Model", "A C F G"),
        ("layer for tensor", "A C F D G"),
        ("too early", "A B C F H E"),
        ("too early", "E A C B F H"),
        ("unfinished", "A C B F H"),
        ("twice", "A C B F H H E"),
        ("unknown letter", "A C B F H E Z"),
        ("unclear", "1 3 2 6 8 5"),
    ],
    "01.3": [
        ("one hidden layer", START + """
model = tf.keras.Model(pixels, layers.Dense(10, activation="softmax")(first))
"""),
        ("one hidden layer", START + """
second = layers.Dense(16, activation="relu")(first)
model = tf.keras.Model(pixels, layers.Dense(10, activation="softmax")(first))
"""),
        ("swapped", """
model = tf.keras.Sequential([
    tf.keras.Input((784,)), layers.Dense(16, activation="relu"),
    layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax"),
])
"""),
        ("settings", """
model = tf.keras.Sequential([
    tf.keras.Input((784,)), layers.Dense(32), layers.Dense(16),
    layers.Dense(10, activation="softmax"),
])
"""),
        ("settings", """
model = tf.keras.Sequential([
    tf.keras.Input((784,)), layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"), layers.Dense(10),
])
"""),
        ("input shapes", """
model = tf.keras.Sequential([
    tf.keras.Input((28, 28)), layers.Flatten(), layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax"),
])
"""),
        ("outputs", START + """
second = layers.Dense(16, activation="relu")(first)
output = layers.Dense(10, activation="softmax")(second)
model = tf.keras.Model(pixels, [first, second, output])
"""),
        ("parameters", START + """
second = layers.Dense(32, activation="relu")(first)
model = tf.keras.Model(pixels, layers.Dense(10, activation="softmax")(second))
"""),
        ("error", START + """
second = layers.Dense(16, activation="relu")
output = layers.Dense(10, activation="softmax")(second)
model = tf.keras.Model(pixels, output)
"""),
        ("no model", 'model = [layers.Dense(32), layers.Dense(16), layers.Dense(10)]'),
    ],
}  # fmt: skip
