"""Wrong answers to the exercises of lesson 12."""

WRONG = {
    "12.1": [
        ("always one", (1, 1)),
        ("not joined", (2, 2)),
        ("numbers", (3, 1)),
        ("numbers", (2, 3)),
        ("turned round", (1, 2)),
        ("A is wrong", (0, 1)),
        ("both wrong", (4, 4)),
        ("unclear", "two"),
    ],
    "12.2": [
        ("does not fit", "A C B E G F"),
        ("a new layer", "H C B E D F"),
        ("called once", "H C B E F"),
        ("too early", "C B E H G F"),
        ("error", "H C B E F G"),
        ("output shapes", "H B E G"),
        ("unfinished", "H C"),
        ("twice", "H C B E E F"),
        ("unknown letter", "H C B E G Z"),
        ("unclear", "123"),
    ],
    "12.3": [
        ("an arrow around", """
x = tf.keras.Input((6,))
model = tf.keras.Model(x, layers.Add()([x, layers.Dense(6, activation="relu")(x)]))
"""),
        ("no room for x", """
model = tf.keras.Sequential([
    tf.keras.Input((6,)), layers.Dense(6, activation="relu"), layers.Dense(6),
])
"""),
        ("drops what is negative", """
model = tf.keras.Sequential([
    tf.keras.Input((6,)), layers.Dense(12, activation="relu"), layers.Dense(6),
])
"""),
        ("more than needed", """
model = tf.keras.Sequential([
    tf.keras.Input((6,)), layers.Dense(24, activation="relu"), layers.Dense(6),
])
"""),
        ("settings", """
model = tf.keras.Sequential([
    tf.keras.Input((6,)), layers.Dense(18, activation="relu"),
    layers.Dense(6, activation="relu"),
])
"""),
        ("settings", """
model = tf.keras.Sequential([tf.keras.Input((6,)), layers.Dense(18), layers.Dense(6)])
"""),
        ("output shapes", """
model = tf.keras.Sequential([
    tf.keras.Input((6,)), layers.Dense(18, activation="relu"), layers.Dense(1),
])
"""),
        ("input shapes", """
model = tf.keras.Sequential([
    tf.keras.Input((8,)), layers.Dense(24, activation="relu"), layers.Dense(8),
])
"""),
        ("no model", "model = layers.Dense(18)"),
    ],
}  # fmt: skip
