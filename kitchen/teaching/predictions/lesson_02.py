"""Lesson 02: a call returns a tensor, so arrows are variables."""

from collections.abc import Mapping
from typing import Any

from kitchen.teaching.question import Question


def how_often(scores: Mapping[str, float], plot: Any = None) -> str:
    """Say in which range the accuracy of the network that was trained on A alone lies."""
    alone = scores["trained on A alone"]
    if alone < 0.6:
        return 'less than 0.6, hardly more than always "no"'
    return "0.6 to 0.8" if alone < 0.8 else "more than 0.8, nearly as with both"


def who_learns(scores: Mapping[str, float], plot: Any = None) -> str:
    """Say which of two networks is clearly better than always answering the same."""
    found = [name for name, score in scores.items() if score > 0.6]
    return {0: "neither", 1: f"only the {found[0]}" if found else "", 2: "both"}[len(found)]


QUESTIONS = (
    Question(
        key="02.a",
        text="The list, with the two branches on the diagonal of its kernel: how does it compare "
        "with the network?",
        choices={
            "same family": "That takes one set of numbers that fits both, one for one. The list "
            "has 2,048 numbers that the network has no place for: the zeros.",
            "same function at these weights only": "With these zeros each unit reads its own input "
            "only, as in the branches. But the list has 4,705 parameters against 2,657: where the "
            "zeros stand, it may hold other numbers, and then it is something else.",
            "different": "Not at these weights: a number times zero adds nothing, so each unit "
            "gives what it gives in its branch.",
        },
        answer=lambda comparison: comparison.verdict.kind,
    ),
    Question(
        key="02.b",
        # Seen with four seeds: 0.71 to 0.72. Who sees A only can hardly do better than 0.75.
        text="Trained on A alone, what share of the test pairs does the network get right? (A "
        "large A is probably the larger one.)",
        choices={
            'less than 0.6, hardly more than always "no"': "A alone says something: a 9 is never "
            "the smaller one, and a 0 never the larger one.",
            "0.6 to 0.8": "A says which answer is likelier: clearly for a 9 or a 0, hardly for a "
            "5. Someone who knew A for certain, and nothing of B, could reach about 0.75.",
            "more than 0.8, nearly as with both": "A 4 is larger than a 2 and smaller than a 7. "
            "Without B, nobody can know which it is.",
        },
        answer=how_often,
    ),
    Question(
        key="02.c",
        # Seen with four seeds: 0.49 to 0.51, and 0.82 to 0.83.
        text="Both even, or both odd? Which of the two networks learns to tell?",
        choices={
            "both": "The two branches don't: their last layer only adds a score from A and a score "
            "from B. With this loss the best it can do is to answer “one half” each time.",
            "only the two branches": "Each branch can tell whether its own digit is even. But the "
            "last layer only adds what the two say, and here the one has to change what the other "
            "means.",
            "only the wider list": "The last layer of the two branches only adds a score from A "
            "and a score from B. For “larger” that is enough: A's size minus B's size. Here A has "
            "to change what B means, and no sum of two scores is right in all four cases (even or "
            "odd, twice). The units of the list see both digits at once, so it can learn that.",
            "neither": "It is too much for a sum of two scores, but not for units that see both "
            "digits at once.",
        },
        answer=who_learns,
        reasons={
            "A sum of two scores is enough.": "For “larger” it is. Here the one digit has to "
            "change what the other one means.",
            "A unit before the last one has to see both digits.": "So it has. The units of the "
            "wider list do, and those of the two branches don't.",
        },
    ),
)
