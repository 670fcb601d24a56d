"""Attention: one Transformer block, whose last token looks up what it asks for."""

# A learner reads the builders side by side, so they carry no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.examples import tokens as data
from kitchen.examples.example import Example, Form, by_name


def functional():
    """The layers are made, then called: `attention` with `x` as query and as value.

    Its two halves are those of a Transformer's block, each with a way around it.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    embedding = layers.Dense(64, activation="relu", name="embedding")
    attention = layers.MultiHeadAttention(num_heads=1, key_dim=64, name="attention")
    add_1 = layers.Add(name="add_1")
    norm_1 = layers.LayerNormalization(name="norm_1")
    hidden = layers.Dense(64, activation="relu", name="hidden")
    change = layers.Dense(64, name="change")
    add_2 = layers.Add(name="add_2")
    norm_2 = layers.LayerNormalization(name="norm_2")
    digit = layers.Dense(10, activation="softmax", name="digit")

    tokens = keras.Input(shape=(6, 128), name="tokens")
    x = embedding(tokens)

    attended = attention(query=x, value=x)
    x = norm_1(add_1([x, attended]))

    changed = change(hidden(x))
    x = norm_2(add_2([x, changed]))

    last = x[:, -1]  # the token that asks
    return keras.Model(inputs=tokens, outputs=digit(last))


def subclassed():
    """`__init__` makes the layers and `call` connects them, as the functional form does."""
    keras: Any = backend.keras()
    layers = keras.layers

    class Attention(keras.Model):
        def __init__(self):
            super().__init__()
            self.embedding = layers.Dense(64, activation="relu", name="embedding")
            self.attention = layers.MultiHeadAttention(num_heads=1, key_dim=64, name="attention")
            self.add_1 = layers.Add(name="add_1")
            self.norm_1 = layers.LayerNormalization(name="norm_1")
            self.hidden = layers.Dense(64, activation="relu", name="hidden")
            self.change = layers.Dense(64, name="change")
            self.add_2 = layers.Add(name="add_2")
            self.norm_2 = layers.LayerNormalization(name="norm_2")
            self.digit = layers.Dense(10, activation="softmax", name="digit")

        def call(self, inputs):
            x = self.embedding(inputs)
            attended = self.attention(query=x, value=x)
            x = self.norm_1(self.add_1([x, attended]))
            changed = self.change(self.hidden(x))
            x = self.norm_2(self.add_2([x, changed]))
            return self.digit(x[:, -1])

    model = Attention()
    model(keras.Input(shape=(6, 128), name="tokens"))  # the first call makes the weights
    return model


def sequential():
    """A list of four elements: three are models of their own, and the block is the middle two."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input(shape=(6, 64), name="attend_input")
    attention = layers.MultiHeadAttention(num_heads=1, key_dim=64, name="attention")
    sum_1 = layers.Add(name="add_1")([x, attention(query=x, value=x)])
    attend = keras.Model(x, layers.LayerNormalization(name="norm_1")(sum_1), name="attend")

    x = keras.Input(shape=(6, 64), name="feed_forward_input")
    hidden = layers.Dense(64, activation="relu", name="hidden")(x)
    sum_2 = layers.Add(name="add_2")([x, layers.Dense(64, name="change")(hidden)])
    feed_forward = keras.Model(
        x, layers.LayerNormalization(name="norm_2")(sum_2), name="feed_forward"
    )

    x = keras.Input(shape=(6, 64), name="answer_input")
    digit = layers.Dense(10, activation="softmax", name="digit")(x[:, -1])
    answer = keras.Model(x, digit, name="answer")

    return keras.Sequential(
        [
            keras.Input(shape=(6, 128), name="tokens"),
            layers.Dense(64, activation="relu", name="embedding"),
            attend,
            feed_forward,
            answer,
        ]
    )


def attempt():
    """Every layer of the network in reading order, in a list, without the ways around.

    Keras raises a ValueError at the attention: in a list a layer gets one tensor, and this one
    "has multiple required positional arguments", `query` and `value`.
    """
    keras: Any = backend.keras()
    layers = keras.layers

    return keras.Sequential(
        [
            keras.Input(shape=(6, 128), name="tokens"),
            layers.Dense(64, activation="relu", name="embedding"),
            layers.MultiHeadAttention(num_heads=1, key_dim=64, name="attention"),
            layers.LayerNormalization(name="norm_1"),
            layers.Dense(64, activation="relu", name="hidden"),
            layers.Dense(64, name="change"),
            layers.LayerNormalization(name="norm_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, activation="softmax", name="digit"),
        ]
    )


EXAMPLE = Example(
    name="attention",
    title="Attention, in one Transformer block",
    question="Which value stands beside the key that the last token shows?",
    forms=by_name(
        Form(
            "sequential",
            "wrapped",
            sequential,
            "Keeps every weight and shows the two halves of the block as elements. Hides in one "
            "that the attention takes `x` twice, in both the way around, and in the last which "
            "token is read.",
        ),
        Form(
            "functional",
            "reference",
            functional,
            "Calls the attention with one tensor as query and as value, so that every token can "
            "look at every other, and reads the answer off the last token.",
        ),
        Form(
            "subclassed",
            "same",
            subclassed,
            "Keeps the layers and the order of the calls; hides the connections inside `call`.",
        ),
    ),
    naive=attempt,
    load=data.attention,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
