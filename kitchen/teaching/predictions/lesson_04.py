"""Lesson 04: what one input taught serves the other."""

from collections.abc import Mapping
from typing import Any

from kitchen.teaching.question import Question


def still_right(errors: Mapping[str, float], plot: Any = None) -> str:
    """Say which of the two versions is about as good when left and right have changed places."""
    names = [x for x in ("shared", "unshared") if errors[f"{x}, swapped"] - errors[x] < 0.3]
    return {0: "neither", 1: f"only the {names[0]} one" if names else "", 2: "both"}[len(names)]


QUESTIONS = (
    Question(
        key="04.a",
        text="The first version has 2,608 parameters in its encoder and 17 in its last layer. How "
        "many does the second version have?",
        choices={
            2_625: "This is the first version. Each call of `make_encoder` makes new layers; they "
            "get equal numbers here, but hold them in a place of their own.",
            5_233: "Two encoders, 2 × 2,608, and one last layer.",
            5_250: "This is twice the first version, but the second has one last layer, too.",
        },
        answer=lambda comparison: comparison.sides[1].graph.count(),
    ),
    Question(
        key="04.b",
        text="`Reshape` makes two rows of 64 numbers each, and `Dense(32)` comes next. How many "
        "parameters does the list have?",
        choices={
            2_625: "`Dense` works on the last axis and treats all before it alike: it does the "
            "same to both rows, with one set of weights.",
            4_673: "That is so for a `Dense(32)` that reads all 128 numbers at once. This one "
            "reads the last axis: 64 numbers, row by row.",
            5_233: "That is so if each row has an encoder of its own. But a `Dense` layer has one "
            "set of weights, for every row.",
        },
        answer=lambda comparison: comparison.sides[1].graph.count(),
    ),
    Question(
        key="04.c",
        # Seen with four seeds: off by as much as before, and by 1.4 to 1.7 more.
        text="Left and right change places, and the sum stays the same. Which version is about as "
        "good as before?",
        choices={
            "both": "Not the unshared one: its left encoder has never seen a large digit. Swapped, "
            "it does worse than someone who always says the mean.",
            "only the shared one": "Its two calls use one set of weights, and the mean of two "
            "codes does not depend on which came first, so neither does the answer. What the right "
            "input taught about large digits serves the left one too, and the other way round.",
            "only the unshared one": "Each of its encoders knows only the digits that its own side "
            "has seen, and now it gets the others.",
            "neither": "The shared encoder has seen all ten digits, five on each side, and the "
            "mean of two codes does not depend on which came first.",
        },
        answer=still_right,
        reasons={
            "What one input taught serves the other.": "It does, where one encoder reads both.",
            "One encoder treats both sides alike.": "It does. The mean of the two codes has to as "
            "well: laid side by side, they could still tell the last layer which was left.",
        },
    ),
)
