"""Lesson 09: a call that chooses where to look."""

from typing import Any

from kitchen.teaching.kinds import Build, Distractor, Order, Pair
from kitchen.teaching.task import Misconception

SCORES = """
x = tf.ones((1, $tokens, 64))  # one example
attention = layers.MultiHeadAttention(num_heads=$heads, key_dim=16)
_, scores = attention(query=QUERY, value=x, return_attention_scores=True)
count = tf.size(scores)  # how many numbers
"""

LOOK_UP = """
question = tf.keras.Input(shape=(1, $width), name="question")
facts = tf.keras.Input(shape=($facts, $width), name="facts")
attention = layers.MultiHeadAttention(num_heads=1, key_dim=16, name="attention")
found = layers.Flatten()(attention(query=question, value=facts))
model = tf.keras.Model([question, facts], layers.Dense(10, name="digit")(found))
"""

SUBCLASSED = """
class LookUp(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(num_heads=1, key_dim=16)
        self.flatten = layers.Flatten()
        self.digit = layers.Dense(10)

    def call(self, inputs):
        question, facts = inputs
        return self.digit(self.flatten(self.attention(query=question, value=facts)))


model = LookUp()
model([tf.keras.Input(shape=(1, $width)), tf.keras.Input(shape=($facts, $width))])
"""


def asks_itself(got: Any, task: Any) -> bool:
    """Whether an attention in the model gets its query and its value from one call."""
    return any(
        len(call.edges) > 1 and len({edge.source for edge in call.edges}) == 1
        for call in got.graph.calls.values()
        if got.graph.layers[call.layer].class_name == "MultiHeadAttention"
    )


def too_wide(got: Any, task: Any) -> bool:
    """Whether the last layer reads what every fact got, not what the question got."""
    more = (task.values["facts"] - 1) * task.values["width"] * 10
    return bool(got.parameters == task.ours.parameters + more)


TASKS = (
    Pair(
        key="09.1",
        title="How many scores",
        text="A and B differ in the query: in B only the last token asks. How many scores does "
        "the layer compute, all heads together?",
        codes=(SCORES.replace("QUERY", "x"), SCORES.replace("QUERY", "x[:, -1:]")),
        blank="counts = (None, None)  # the number for A, then the number for B",
        hints=(
            "The shape of the scores is (examples, heads, queries, keys).",
            "Every query has a row, with one score for each token of `value`.",
            "In A there are $heads heads with $tokens rows of $tokens scores each; in B each head "
            "has one row.",
        ),
        misconceptions=(
            Misconception(
                "one head",
                lambda got, task: got == (task.values["tokens"] ** 2, task.values["tokens"]),
                "that is what one head computes; there are $heads, each with rows of its own.",
            ),
            Misconception(
                "not itself",
                lambda got, task: got[0] == task.counts[0] - task.counts[1],
                "a token has a score for itself too: in A each row has $tokens scores.",
            ),
            Misconception(
                "same in both",
                lambda got, task: got[0] == got[1] == task.counts[0],
                "in B one token asks, so each head has one row.",
            ),
            Misconception(
                "one by one",
                lambda got, task: got == (task.counts[0], task.values["heads"]),
                "the query of B is one token, but `value` is still all $tokens: its row has a "
                "score for each.",
            ),
        ),
        vary={"tokens": (6, 5, 8), "heads": (2, 4, 3)},
    ),
    Order(
        key="09.2",
        title="Half a block",
        text="Put the lines in order: self-attention with a way around it, and an answer read off "
        "the last token. Two lines do not belong.",
        blank='order = ""  # letters, such as "B A D"',
        lines=(
            'tokens = tf.keras.Input(shape=($tokens, 32), name="tokens")',
            'x = layers.Dense($width, name="embedding")(tokens)',
            'attention = layers.MultiHeadAttention(num_heads=1, key_dim=8, name="attention")',
            "attended = attention(query=x, value=x)",
            "x = layers.Add()([x, attended])",
            "last = x[:, -1]",
            'model = tf.keras.Model(tokens, layers.Dense(10, name="digit")(last))',
        ),
        distractors=(
            Distractor(
                "attended = attention([x, x])",
                "a list",
                "`Add` takes a list of tensors; an attention takes `query` and `value`, each as an "
                "argument of its own.",
            ),
            Distractor(
                "last = x[-1]",
                "last example",
                "the first axis is that of the examples. `x[-1]` is the last example, `x[:, -1]` "
                "the last token of each.",
            ),
        ),
        hints=(
            "A line can use only what a line before it has made.",
            "`Add` takes what goes around and what `attention` gave, so it comes after the call.",
            "`attention` is called with a query and a value, not with a list; and the first axis "
            "is that of the examples.",
        ),
        vary={"tokens": (6, 5, 8), "width": (16, 24, 12)},
    ),
    Build(
        key="09.3",
        title="One asks, others answer",
        text="Build a network with two inputs, `[question, facts]`: `question` is one token of "
        "$width numbers (its shape is `(1, $width)`), `facts` are $facts tokens of $width numbers. "
        "The question looks at the facts, through an attention layer with one head and "
        "`key_dim=16`. What it finds is flattened, and a `Dense(10)` without activation gives the "
        "answer.",
        blank="my_model = None  # your tf.keras.Model with two inputs",
        solutions={"functional": LOOK_UP, "subclassed": SUBCLASSED},
        hints=(
            "Who asks is the `query`; where it looks is the `value`.",
            "`attention(query=question, value=facts)` gives one token: as many as there are "
            "queries.",
            "`found = layers.Flatten()(attention(query=question, value=facts))`, then "
            "`layers.Dense(10)(found)`, then `tf.keras.Model([question, facts], ...)`.",
        ),
        misconceptions=(
            Misconception(
                "asks itself",
                asks_itself,
                "your attention gets one tensor as query and as value. Here the question asks, and "
                "the facts are the value.",
            ),
            Misconception(
                "the facts ask",
                too_wide,
                "your last layer reads $facts tokens, as many as there are facts: are they the "
                "query? The question is to ask.",
            ),
            Misconception(
                "facts first",
                lambda got, task: (
                    [port.tensor.shape[1] for port in got.graph.body.inputs]
                    == [task.values["facts"], 1]
                ),
                "your model takes the facts first, and then the question; make it with "
                "`[question, facts]`.",
            ),
        ),
        vary={"width": (64, 32, 48), "facts": (5, 7, 4)},
    ),
)
