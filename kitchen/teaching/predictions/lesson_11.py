"""Lesson 11: no error is no proof."""

from typing import Any

from kitchen.graph.obstacle import in_words
from kitchen.teaching.question import Question


def parameters_and_calls(sharing: Any, seen: str = "") -> str:
    """Say how many parameters there are, and how often the layer with most calls is called."""
    calls = max(len(share.calls) for share in sharing.shares)
    return f"{sharing.once:,} parameters, {in_words(calls)} call{'s' if calls != 1 else ''}"


def shape_and_loss(shape: Any, losses: list[float], seen: str = "") -> str:
    """Say which shape comes out, and whether the loss has fallen."""
    return f"{tuple(shape)}, and it {'falls' if losses[-1] < losses[0] else 'does not fall'}"


def share_right(right: float, *seen: str) -> str:
    """Say in which range an accuracy lies; as a percentage where it lies in none."""
    # Seen with eight seeds: 16 to 60 %, and 83 to 90 % with a softmax.
    if right < 0.15:
        return "about 10 %, as by guessing"
    if right < 0.7:
        return "15 to 70 %"
    return "more than 80 %" if right > 0.8 else f"{right:.0%}"


QUESTIONS = (
    Question(
        key="11.a",
        text="It runs. How many parameters does the network have, and how often does it call "
        "`again`?",
        choices={
            "13,130 parameters, three calls": "That would be three layers, made inside the loop. "
            "Here one is made before it, and a call makes no weights.",
            "4,810 parameters, one call": "After each round `x` means another tensor, but none of "
            "them is lost: each keeps the call that made it, and `Model` goes back through all.",
            "4,810 parameters, three calls": "One layer, made before the loop: 64 × 64 + 64 = "
            "4,160 parameters, and 650 in `digit`. Each round calls it on what the round before "
            "gave.",
        },
        answer=parameters_and_calls,
    ),
    Question(
        key="11.b",
        text="It runs. Which shape comes out for the 1,297 images, and does the loss fall?",
        choices={
            "(1297, 1), and it falls": "Nothing takes the 8 rows of an image together: `Dense` "
            "works on the last axis, so it gives a number for each row.",
            "(1297, 8, 1), and it falls": "`Dense` works on the last axis, so each row gets a "
            "number. The squared error stretches the one target over all eight, and they can come "
            "nearer to it.",
            "(1297, 8, 1), and it does not fall": "These shapes don't fit each other, and still "
            "the squared error takes them: it stretches the one target over all eight answers. "
            "They can come nearer to it.",
        },
        answer=shape_and_loss,
    ),
    Question(
        key="11.c",
        text="A `Dense(16)` that reads 64 numbers has 1,040 parameters. How many does this network "
        "have?",
        choices={
            1_073: "So many it has with one encoder, which its writer means. But `encode` is a "
            "function, and a new `Dense` is made each time it runs.",
            2_097: "The last layer reads both codes, side by side: 32 numbers and a bias make 33, "
            "not 17.",
            2_113: "`encode` is a function, and a new `Dense` is made each time it runs: 2 × 1,040 "
            "for the encoders, and 33 for the last layer.",
        },
        answer=lambda model, seen: model.count_params(),
        reasons={
            "`encode` is one encoder.": "It is one function. It makes a layer each time it runs.",
            "The two images share an encoder's weights.": "That is meant, and nothing in the "
            "code does it: each call of `encode` makes a layer of its own.",
        },
    ),
    Question(
        key="11.d",
        text="How many of the test digits are right after five epochs?",
        choices={
            "more than 80 %": "That is what such a network gets with a softmax at its end. Here "
            "the loss is given other numbers than it expects.",
            "15 to 70 %": "The loss expects probabilities, from 0 to 1, and is given any numbers. "
            "From what is below 0 or above 1 nothing is learned: the loss cuts it off. From the "
            "others it learns.",
            "about 10 %, as by guessing": "So it would be if nothing were learned. But "
            "the loss cuts off only what is below 0 or above 1, and the network learns from the "
            "others.",
        },
        answer=share_right,
    ),
)
