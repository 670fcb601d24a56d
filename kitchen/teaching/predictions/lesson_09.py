"""Lesson 09: a call that chooses where to look."""

from typing import Any

from kitchen.teaching.question import Question


def evenness(mean_of_rows: Any, *results: Any) -> str:
    """Say which of the five places gets most of the scores, if any does."""
    five = [float(score) for score in mean_of_rows[:5]]
    if max(five) - min(five) < 0.1:  # 0.02 where it was measured
        return "about 0.2 for each"
    return "most for the first" if five[0] == max(five) else "most for another one"


QUESTIONS = (
    Question(
        key="09.a",
        text="The list holds the two halves of the block as small models. How does it compare with "
        "the functional network?",
        choices={
            "same family": "One tensor goes from half to half, so the list loses nothing: one set "
            "of weights fits both, and they compute the same.",
            "different": "A plain list can't call `attention` with two tensors. Here that call "
            "stands inside `attend`, and the list hands over one tensor.",
            "same function at these weights only": "Nothing is equal by chance: any weights of "
            "the one fit the other.",
        },
        answer=lambda comparison: comparison.verdict.kind,
    ),
    Question(
        key="09.b",
        text="Five examples of six tokens, one head. Which shape do the scores have?",
        choices={
            "(5, 6, 64)": "That is the shape of the output: 64 numbers for each token.",
            "(5, 6)": "That would be one score for each token. But each token looks for itself: it "
            "has a row of six scores of its own.",
            "(5, 1, 6, 6)": "Examples, heads, queries, keys: each of the six tokens has a row with "
            "a score for each of the six.",
        },
        answer=lambda scores, *_: str(tuple(scores.shape)),
        reasons={
            "Each token asks every token.": "So it does: six rows of six scores.",
            "A score belongs to a token.": "It belongs to two: the one that asks, and the one "
            "that is asked.",
        },
    ),
    Question(
        key="09.c",
        text="Take the last token's row of scores, in every test example, and then the mean of "
        "all these rows. What are its first five numbers?",
        choices={
            "about 0.2 for each": "It looks at another place each time, wherever the right key "
            "stands, and over all rows that evens out.",
            "most for the first": "The places have no weights of their own; where it looks is "
            "computed from the tokens.",
            "most for another one": "No place is special: the right key stands in each of the five "
            "about as often.",
        },
        answer=evenness,
    ),
)
