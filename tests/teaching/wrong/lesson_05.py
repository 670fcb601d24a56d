"""Wrong answers to the exercises of lesson 05."""

CANVAS = """
canvas = tf.keras.Input((16, 16, 1))
flat = layers.Flatten()(canvas)
trunk = layers.Dense(32, activation="relu")(flat)
"""
HEADS = """
digit, place = layers.Dense(10)(trunk), layers.Dense(2)(trunk)
even = layers.Dense(1, activation="sigmoid")(trunk)
"""
END = """
model = tf.keras.Model(canvas, {"digit": digit, "place": place, "even": even})
"""

WRONG = {
    "05.1": [
        ("weights ignored", (13, 13)),
        ("wrong output", (13, 129)),
        ("not squared", (5, 92)),
        ("weight squared", (13, 8104)),
        ("turned round", (274, 13)),
        ("A is wrong", (6, 274)),
        ("unclear", "more"),
    ],
    "05.2": [
        ("chain of heads", "canvas -> flat -> trunk -> digit -> place -> even"),
        ("every head on the trunk", "canvas -> flat -> trunk -> digit\ntrunk -> place\n"
                                    "trunk -> even"),
        ("past the trunk", "canvas -> flat -> trunk\nflat -> digit\nflat -> place\n"
                           "digit -> even"),
        ("missing", "canvas -> flat -> trunk -> digit -> even"),
        ("turned round", "canvas -> flat -> trunk -> digit -> even\nplace -> trunk"),
        ("unknown name", "x -> digit"),
        ("unclear", "trunk"),
    ],
    "05.3": [
        ("a trunk each", """
canvas = tf.keras.Input((16, 16, 1))
flat = layers.Flatten()(canvas)
trunks = [layers.Dense(32, activation="relu")(flat) for _ in range(3)]
digit, place = layers.Dense(10)(trunks[0]), layers.Dense(2)(trunks[1])
even = layers.Dense(1, activation="sigmoid")(trunks[2])
""" + END),
        ("no names", CANVAS + HEADS + "model = tf.keras.Model(canvas, [digit, place, even])"),
        ("no names", CANVAS + HEADS + """
model = tf.keras.Model(canvas, {"digit": digit, "where": place, "even": even})
"""),
        ("outputs", CANVAS + HEADS + """
model = tf.keras.Model(canvas, {"digit": digit, "place": place})
"""),
        ("output shapes", CANVAS + HEADS + """
even = layers.Dense(2, activation="sigmoid")(trunk)
""" + END),
        ("settings", CANVAS + HEADS + "even = layers.Dense(1)(trunk)" + END),
        ("parameters", CANVAS + HEADS + """
even = layers.Dense(1, activation="sigmoid")(digit)
""" + END),
        ("parameters", CANVAS.replace("32", "16") + HEADS + END),
        ("no model", "model = layers.Dense(3)"),
    ],
}  # fmt: skip
