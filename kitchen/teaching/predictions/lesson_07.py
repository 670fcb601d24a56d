"""Lesson 07: a way around."""

from typing import Any

from kitchen.teaching.question import Question, larger


def times(first_by_last: float, *results: Any) -> str:
    """Say how the first block's gradient compares with the last one's."""
    if first_by_last > 10:  # 156 where it was measured
        return "more than ten times as much"
    return "less than a tenth" if first_by_last < 0.1 else "about as much"


QUESTIONS = (
    Question(
        key="07.a",
        text="The same function makes the network with skips and the plain one. Which has more "
        "parameters?",
        choices={
            "the one with skips": "The skips add four `Add` layers, and an `Add` has no weights.",
            "the plain one": "It has the same `Dense` layers. Only the way around is missing, and "
            "that has no weights.",
            "neither": "An `Add` has no weights, so a skip costs none.",
        },
        answer=lambda skips, plain, *_: larger(
            {"the one with skips": skips, "the plain one": plain}
        ),
    ),
    Question(
        key="07.b",
        text="Each block is a small model, and the list holds four of them. How does the list "
        "compare with the functional network?",
        choices={
            "same family": "All that goes from block to block is one tensor, so a list loses "
            "nothing: one set of weights fits both, and they compute the same.",
            "different": "That would be a list of the layers. In this list the ways around are "
            "there, each inside its block.",
            "same function at these weights only": "Nothing is equal by chance: any weights of "
            "the one fit the other.",
        },
        answer=lambda comparison: comparison.verdict.kind,
    ),
    Question(
        key="07.c",
        text="24 plain blocks, not trained yet: how large is the gradient at the first block, "
        "beside the one at the last?",
        choices={
            "about as much": "That is so with skips, and in a plain stack of 4. In 24 plain blocks "
            "a small factor for each block is multiplied 23 times.",
            "less than a tenth": "A gradient can vanish on its way back, for example through "
            "`sigmoid`. Here each block makes it a little larger instead.",
            "more than ten times as much": "Each block makes it a little larger on its way back, "
            "and there are 23 on the way.",
        },
        answer=times,
        reasons={
            "A gradient shrinks on its way back.": "It may. Each block multiplies it, by less "
            "than 1 or by more; here by a little more.",
            "Nothing is trained yet, so no block is special.": "The blocks are alike, but the "
            "way back to the first one is the longest: it leads through all the others.",
        },
    ),
)
