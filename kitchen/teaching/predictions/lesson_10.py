"""Lesson 10: code instead of a graph."""

from typing import Any

from kitchen.teaching.question import Question


def boxes(comparison: Any) -> int:
    """Count the calls of the second model, without its input."""
    graph = comparison.sides[1].graph
    return sum(graph.layers[call.layer].kind != "input" for call in graph.body.calls)


QUESTIONS = (
    Question(
        key="10.a",
        text="In the functional model each gate has a way around it, and this list has none to "
        "show. How do the two compare?",
        choices={
            "same family": "Each way around is inside a `Gate`, in its `call`. A `Gate` has the "
            "weights of the `Dense` layer that it stands for, so one set of 4,522 numbers fits "
            "both.",
            "same function at these weights only": "A `Gate` has the weights of the `Dense` layer "
            "that it stands for, one for one, and does the same with them, whatever they are.",
            "different": "A list has no branch, but what one of its elements does inside is that "
            "element's own affair: `call` uses `inputs` twice.",
        },
        answer=lambda comparison: comparison.verdict.kind,
    ),
    Question(
        key="10.b",
        text="`model` has been made, and nobody has called it. How many parameters does it have?",
        choices={
            0: "A kernel needs the width of its input, and no input has come yet: `__init__` makes "
            "layers, and their weights are made at the first call.",
            42: "These are the biases of `hidden` and `digit`, 32 + 10, whose size is known. But a "
            "layer makes its weights all at once, when its input's width is known.",
            4_522: "So many it will have. `__init__` makes layers; how wide the input is, nothing "
            "has said yet.",
        },
        answer=lambda parameters, drawing: parameters,
        reasons={
            "`__init__` makes the layers.": "It does. But a layer makes its weights when it is "
            "first called.",
            "A kernel's size depends on the input.": "So it does, and a layer makes all its "
            "weights together.",
        },
    ),
    Question(
        key="10.c",
        text="Now the model has been called once. How many boxes does its picture have, without "
        "the input?",
        choices={
            1: "The first call said how wide the input is. With that, `call` can be run once more, "
            "to note which layer gets what: the box opens.",
            3: "That is one gate with an arrow back to itself. But a graph is the record of one "
            "run, and in that run the loop calls two gates, one after the other.",
            4: "`hidden`, `gate_1`, `gate_2` and `digit`. The loop is gone: each of its rounds is "
            "a box.",
            6: "That is the functional model, with its two `Multiply`. A `Gate` stays closed: "
            "models are opened, layers are not.",
        },
        answer=boxes,
    ),
)
