"""Lesson 05: one trunk, a loss for each question."""

from collections.abc import Mapping
from typing import Any

from kitchen.teaching.question import Question


def given(comparison: Any) -> str:
    """Say what the wrapped list, which is the first side, gives."""
    body = comparison.sides[0].graph.body
    if body.output_structure == {"digit": 0, "place": 1}:
        return "a dict with `digit` and `place`"
    return "one array of 12 numbers" if len(body.outputs) == 1 else "something else"


def larger_and_harder(before: Mapping[str, float], *plots: Any) -> str:
    """Say which loss is larger, and which one pulls harder at the trunk."""
    larger, harder = (
        max(("digit", "place"), key=lambda name: before[f"{what} of {name}"])
        for what in ("loss", "pull")
    )
    if larger == harder:
        return f"the {larger}'s is larger and pulls harder"
    return f"the {larger}'s is larger, the {harder}'s pulls harder"


def alone(pixels: Mapping[str, float], *plots: Any) -> str:
    """Say how far off the place is alone, against both questions with equal loss weights."""
    times = pixels["place alone"] / pixels["both, weights 1 and 1"]
    return "less far" if times < 0.8 else "about as far" if times < 1.25 else "farther"


QUESTIONS = (
    Question(
        key="05.a",
        text="What does the list give for a canvas?",
        choices={
            "one array of 12 numbers": "Nothing joins the ten scores and the two numbers: the last "
            "element gives two tensors, and so does the list.",
            "a dict with `digit` and `place`": "A list gives what its last element gives. That is "
            "a model with two outputs, so the list has both, with their names.",
            "only the 2 numbers of `place`": "`place` comes last in the code, but it is not the "
            "list's last element: that is the model `heads`, which gives both.",
        },
        answer=given,
    ),
    Question(
        key="05.b",
        # Seen: the losses 2.31 and 0.39, the pulls 0.10 and 0.92.
        text="Before any training: which loss is larger, and which one pulls harder at the trunk?",
        choices={
            "the digit's is larger and pulls harder": "It is larger, but the size of a loss says "
            "little about its gradient: the smaller one pulls about ten times harder.",
            "the digit's is larger, the place's pulls harder": "The cross-entropy begins near 2.3: "
            "that is ln 10, the cost of guessing among ten. The squared error is a sixth of it, "
            "and pulls about ten times harder: the size of a loss says little about its gradient.",
            "the place's is larger, the digit's pulls harder": "The place is two numbers from 0 to "
            "1, and off by less than 1 makes a square that is smaller still. The digit's loss "
            "begins near ln 10 = 2.3, the cost of guessing among ten.",
            "the place's is larger and pulls harder": "It does pull harder. But guessing among ten "
            "costs ln 10 = 2.3, and the squared error of a number from 0 to 1 is smaller.",
        },
        answer=larger_and_harder,
    ),
    Question(
        key="05.c",
        # Seen with four seeds: 0.25 to 0.35 times as far; 0.8 is the limit.
        text="In a network of its own, how far off is the place, compared with both questions in "
        "one network (weights 1 and 1)?",
        choices={
            "farther": "That the questions help each other was the idea. But here one asks “what, "
            "wherever it is?” and the other “where, whatever it is?”.",
            "about as far": "With equal weights the trunk serves the digit, which pulls harder "
            "after the first epoch. Alone, the place has the trunk for itself.",
            "less far": "With equal weights the place is off by about three times as much as with "
            "a trunk for itself. Nor does the digit gain anything from the company: one asks "
            "“what, wherever it is?” and the other “where, whatever it is?”.",
        },
        answer=alone,
        reasons={
            "The questions help each other.": "They ask for different things of an image: the "
            "one what it is, wherever; the other where it is, whatever.",
            "The trunk has only so much room.": "And with equal weights the digit gets most of "
            "it: it pulls harder after the first epoch.",
        },
    ),
)
