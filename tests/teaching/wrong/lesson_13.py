"""Wrong answers to the exercises of lesson 13."""

FOUR = """
query = tf.keras.Input(shape=(64,), name="query")
candidates = [tf.keras.Input(shape=(64,), name=f"candidate_{k}") for k in (1, 2, 3)]
"""
RANKED = """
scores = []
for candidate in candidates:
    MADE
    both = layers.Concatenate()([encode(query), encode(candidate)])
    scores.append(score(both))
model = tf.keras.Model([query, *candidates], layers.Concatenate()(scores))
"""
ENCODE = 'encode = layers.Dense(16, activation="relu")\n'
SCORE = "score = layers.Dense(1)\n"

PIXELS = """
pixels = tf.keras.Input(shape=(64,))
hidden = layers.Dense(24, activation="relu")(pixels)
again = layers.Dense(24, activation="tanh")
change = again(again(hidden))
"""
HEADS = """
digit = layers.Dense(10, activation="softmax")(total)
even = layers.Dense(1, activation="sigmoid")(change)
model = tf.keras.Model(pixels, [digit, even])
"""
ADDED = "total = layers.Add()([hidden, change])"

INPUTS = """
left = tf.keras.Input(shape=(64,), name="left")
right = tf.keras.Input(shape=(64,), name="right")
hint = tf.keras.Input(shape=(10,), name="hint")
hidden = layers.Dense(32, activation="relu")
change = layers.Dense(32, activation="relu")
"""
CODE = """

def encode(image):
    x = hidden(image)
    return x + change(x)

"""
JOINED = "joined = layers.Concatenate()([encode(left), encode(right), hint])"
TRUNK = """
trunk = layers.Dense(16, activation="relu")(joined)
larger = layers.Dense(1, activation="sigmoid", name="larger")(trunk)
total = layers.Dense(1, name="total")(trunk)
model = tf.keras.Model([left, right, hint], {"larger": larger, "total": total})
"""

WRONG = {
    "13.1": [
        ("all in the loop", FOUR + RANKED.replace("MADE", f"{ENCODE}    {SCORE}")),
        ("an encoder each", FOUR + SCORE + RANKED.replace("MADE", ENCODE)),
        ("a score each", FOUR + ENCODE + RANKED.replace("MADE", SCORE)),
        ("one for the query", FOUR + ENCODE + SCORE
         + 'asks = layers.Dense(16, activation="relu")\n'
         + RANKED.replace("MADE", "").replace("encode(query)", "asks(query)")),
        ("parameters", FOUR + ENCODE + SCORE.replace("1", "3")
         + "both = layers.Concatenate()([encode(x) for x in (query, *candidates)])\n"
         + "model = tf.keras.Model([query, *candidates], score(both))"),
        ("settings", FOUR + ENCODE.replace(', activation="relu"', "") + SCORE
         + RANKED.replace("MADE", "")),
        ("function", FOUR + ENCODE + SCORE
         + RANKED.replace("MADE", "").replace("[encode(query), encode(candidate)]",
                                              "[encode(candidate), encode(query)]")),
        ("outputs", FOUR + ENCODE + SCORE
         + RANKED.replace("MADE", "").replace("layers.Concatenate()(scores)", "scores")),
        ("error", FOUR + ENCODE + SCORE + RANKED.replace("MADE", "").replace("encode(query)",
                                                                           "encode")),
        ("no model", "model = [1, 2, 3]"),
    ],
    "13.2": [
        ("two layers", PIXELS.replace("again(again(hidden))",
         'layers.Dense(24, activation="tanh")(again(hidden))') + ADDED + HEADS),
        ("called once", PIXELS.replace("again(again(hidden))", "again(hidden)") + ADDED + HEADS),
        ("no way around", PIXELS + HEADS.replace("total", "change")),
        ("no way around", PIXELS + HEADS.replace("total", "hidden")),
        ("function", PIXELS + ADDED + HEADS.replace("(change)", "(total)")),
        ("function", PIXELS + ADDED + HEADS.replace("(change)", "(hidden)")),
        ("settings", PIXELS.replace("tanh", "relu") + ADDED + HEADS),
        ("no way around", PIXELS + ADDED.replace("Add", "Concatenate") + HEADS),
        ("outputs", PIXELS + ADDED + HEADS.replace("[digit, even]", "digit")),
        ("error", PIXELS + ADDED.replace("hidden", "pixels") + HEADS),
        ("no model", "model = None or 3"),
    ],
    "13.3": [
        ("two encoders", INPUTS + 'other = layers.Dense(32, activation="relu")\n' + CODE
         + JOINED.replace("encode(right)", "other(right) + change(other(right))") + TRUNK),
        ("block not shared", INPUTS
         + CODE.replace("change(x)", 'layers.Dense(32, activation="relu")(x)') + JOINED + TRUNK),
        ("no skip", INPUTS + CODE.replace("x + change(x)", "change(x)") + JOINED + TRUNK),
        ("hint for each", INPUTS + CODE + JOINED.replace("encode(right)", "hint, encode(right)")
         + TRUNK),
        ("shared", INPUTS + CODE.replace("x + change(x)", "x + change(change(x))") + JOINED
         + TRUNK),
        ("function", INPUTS + CODE + JOINED.replace("left), encode(right", "right), encode(left")
         + TRUNK),
        ("function", INPUTS + CODE + JOINED
         + TRUNK.replace(', activation="sigmoid"', "")),
        ("parameters", INPUTS + CODE
         + JOINED.replace("encode(left), encode(right)", "encode(left) + encode(right)") + TRUNK),
        ("inputs", INPUTS + CODE + JOINED.replace(", hint", "")
         + TRUNK.replace("right, hint]", "right]")),
        ("outputs", INPUTS + CODE + JOINED
         + TRUNK.replace('{"larger": larger, "total": total}', "larger")),
        ("error", INPUTS + CODE + JOINED.replace("encode(left)", "left(encode)") + TRUNK),
        ("no model", "model = layers.Dense(16)"),
    ],
}  # fmt: skip
