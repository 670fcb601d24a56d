"""Lesson 12: under which condition a claim holds."""

from typing import Any

from kitchen.backend import keras
from kitchen.graph.obstacle import in_words
from kitchen.teaching.question import Question


def kind_and_inputs(model: Any, seen: str = "") -> str:
    """Say whether it is a Keras model, and how many of its layers are input layers."""
    inputs = sum(isinstance(layer, keras().layers.InputLayer) for layer in model.layers)
    return f"{yes(isinstance(model, keras().Model))}, and {in_words(inputs) if inputs else 'none'}"


def same_and_count(model: Any, gap: float, seen: str = "") -> str:
    """Say whether a list computes what a network computes, and how many parameters it has."""
    return f"{yes(gap < 1e-5)}, and {model.count_params():,}"


def yes(true: bool) -> str:
    """Return "yes" or "no"."""
    return "yes" if true else "no"


QUESTIONS = (
    Question(
        key="12.a",
        text="Is this list a `tf.keras.Model`? And how many of its layers are input layers?",
        choices={
            "no, and one": "Every `Sequential` is a `tf.keras.Model`, of a special kind. And "
            "the first `Dense` is the hidden layer: it has weights, and it computes.",
            "yes, and one": "The first `Dense` is the hidden layer: it has weights, and it "
            "computes. The input is a tensor, which it takes.",
            "yes, and none": "`Sequential` is a kind of `tf.keras.Model`. The input is a tensor, "
            "and the first layer of the list is the hidden layer, which takes it.",
        },
        answer=kind_and_inputs,
    ),
    Question(
        key="12.b",
        text="“A Sequential has one input and no more.” Which verdict does this claim get?",
        choices={
            "holds": "A second `Input` is refused. But a list that begins with a model of two "
            "inputs takes two arrays, and so does one that begins with `Concatenate` and has no "
            "`Input`.",
            "holds with a condition": "There are counterexamples, and each of them breaks a rule "
            "that can be named: the list begins with `Input`, and no element is itself a model "
            "with several inputs.",
            "does not hold": "There are counterexamples. But each of them breaks a rule that can "
            "be named, and under these rules a list has one input.",
        },
        answer=lambda result, seen: result.verdict,
        reasons={
            "A second `Input` is refused.": "It is. But two inputs can come in through one "
            "element that takes both.",
            "An element of a list may be a model.": "It may, and then it takes what that model "
            "takes, such as two inputs.",
        },
    ),
    Question(
        key="12.c",
        text="`residual` has 72 parameters. Does the list compute the same, with these weights? "
        "And how many parameters does the list have?",
        choices={
            "no, and 416": "It does: each number of x comes through twice, as relu(x) and as "
            "relu(−x), and the last layer puts the two together.",
            "yes, and 72": "In `residual` the way around costs nothing. In a list units have to "
            "carry x through, and units have weights.",
            "yes, and 416": "24 units read 8 numbers: 8 × 24 + 24 = 216. The last layer puts their "
            "outputs together: 24 × 8 + 8 = 200.",
        },
        answer=same_and_count,
    ),
    Question(
        key="12.d",
        text="The layer has two weights. How many of them can each model learn: the one with "
        "calls, and the class?",
        choices={
            "2 and 2": "Both run the layer. But a functional model finds its layers by going back "
            "from the output, call by call, and for it the loop is one operation.",
            "0 and 2": "A functional model finds its layers by going back from the output, call by "
            "call, and for it the loop is one operation. The class has the layer as an attribute, "
            "where Keras finds it.",
            "2 and 0": "The class has the layer as an attribute, and there Keras finds it, "
            "whatever `call` does with it.",
        },
        answer=lambda with_calls, as_class, seen: " and ".join(
            str(len(model.trainable_weights)) for model in (with_calls, as_class)
        ),
    ),
)
