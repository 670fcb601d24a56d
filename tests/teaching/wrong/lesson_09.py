"""Wrong answers to the exercises of lesson 09."""

from kitchen.teaching.course.lesson_09 import TASKS
from kitchen.teaching.kinds import Order

INPUTS = """
question = tf.keras.Input(shape=(1, 64), name="question")
facts = tf.keras.Input(shape=(5, 64), name="facts")
attention = layers.MultiHeadAttention(num_heads=1, key_dim=16)
"""
END = """
model = tf.keras.Model([question, facts], layers.Dense(10)(layers.Flatten()(found)))
"""


def letters(*lines: str) -> str:
    """The letters of these lines of exercise 09.2, by how each begins."""
    task = next(task for task in TASKS if isinstance(task, Order))
    named = [next(x for x, y in task.lettered.items() if y.startswith(line)) for line in lines]
    return " ".join(named)


TOKENS, EMBEDDED, LAYER = "tokens =", "x = layers.Dense", "attention ="
CALL, ADD, LAST, MODEL = "attended = attention(query", "x = layers.Add", "last = x[:", "model ="

WRONG = {
    "09.1": [
        ("one head", (36, 6)),
        ("not itself", (60, 12)),
        ("same in both", (72, 72)),
        ("one by one", (72, 2)),
        ("turned round", (12, 72)),
        ("A is wrong", (24, 12)),
        ("B is wrong", (72, 36)),
        ("both wrong", (1, 2)),
        ("unclear", "many"),
    ],
    "09.2": [
        ("a list", letters(TOKENS, EMBEDDED, LAYER, "attended = attention([", ADD, LAST, MODEL)),
        ("last example", letters(TOKENS, EMBEDDED, LAYER, CALL, ADD, "last = x[-1]", MODEL)),
        ("too early", letters(TOKENS, EMBEDDED, CALL, LAYER, ADD, LAST, MODEL)),
        ("too early", letters(EMBEDDED, TOKENS, LAYER, CALL, ADD, LAST, MODEL)),
        ("parameters", letters(TOKENS, EMBEDDED, LAYER, CALL, LAST, ADD, MODEL)),
        ("parameters", letters(TOKENS, EMBEDDED, LAYER, CALL, LAST, MODEL)),
        ("unfinished", letters(TOKENS, EMBEDDED, LAYER, CALL, ADD, LAST)),
        ("twice", letters(TOKENS, EMBEDDED, EMBEDDED, LAYER, CALL, ADD, LAST, MODEL)),
        ("unclear", "1 2 3"),
    ],
    "09.3": [
        ("the facts ask", INPUTS + "found = attention(query=facts, value=question)" + END),
        ("asks itself", INPUTS + """
found = attention(query=facts, value=facts)
found = layers.Average()([found[:, :1], question])
""" + END),
        ("asks itself", INPUTS + """
both = layers.Concatenate(axis=1)([question, facts])
found = attention(query=both, value=both)[:, :1]
""" + END),
        ("facts first", INPUTS + """
found = layers.Flatten()(attention(query=question, value=facts))
model = tf.keras.Model([facts, question], layers.Dense(10)(found))
"""),
        ("facts first", INPUTS + """
found = layers.Flatten()(attention(query=question, value=facts))
model = tf.keras.Model({"question": question, "facts": facts}, layers.Dense(10)(found))
"""),
        ("inputs", """
facts = tf.keras.Input(shape=(5, 64), name="facts")
attention = layers.MultiHeadAttention(num_heads=1, key_dim=16)
found = attention(query=facts[:, -1:], value=facts)
model = tf.keras.Model(facts, layers.Dense(10)(layers.Flatten()(found)))
"""),
        ("input shapes", """
question = tf.keras.Input(shape=(1, 64), name="question")
facts = tf.keras.Input(shape=(6, 64), name="facts")
attention = layers.MultiHeadAttention(num_heads=1, key_dim=16)
found = attention(query=question, value=facts)
""" + END),
        ("parameters", INPUTS + """
attention = layers.MultiHeadAttention(num_heads=2, key_dim=16)
found = attention(query=question, value=facts)
""" + END),
        ("output shapes", INPUTS + """
found = attention(query=question, value=facts)
model = tf.keras.Model([question, facts], layers.Dense(10)(found))
"""),
        ("function", INPUTS + """
found = attention(query=question, value=facts)
found = layers.Add()([found, question])
""" + END),
        ("error", INPUTS + "found = attention([question, facts])" + END),
        ("no model", INPUTS + "model = attention"),
    ],
}  # fmt: skip
