"""Lesson 13: questions about the model that somebody else has saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from kitchen.graph.obstacle import counted
from kitchen.teaching.question import Question

OUT_OF_REACH = "targets that the model can't reach"
MENDED = ("what lint found", "one encoder")


def found_with_targets(without: Sequence[str], findings: Any) -> str:
    """Say what `lint` finds beside the codes that it finds without the targets."""
    new = [code for code in findings.codes if code not in without]
    return {"": "nothing", "K406": OUT_OF_REACH}.get(codes := ", ".join(new), codes)


def better_than_the_mean(off: Mapping[str, Sequence[float]], seen: str = "") -> str:
    """Say which version is off by less than the mean of all answers, on the second test."""
    names = [name for name in MENDED if off[name][1] < off["always the mean"][1]]
    return {0: "neither", 1: f'only "{names[0]}"' if names else "", 2: "both"}[len(names)]


QUESTIONS = (
    Question(
        key="13.a",
        text="What stands in the way of a plain list?",
        choices={
            "two inputs and a merge": "These do. And what `both` gives goes two ways: through "
            "`change`, and around it to `skip`.",
            "two inputs, a merge and a skip": "Two arrows come in, `both` joins two tensors, and "
            "what it gives goes around `change`, too.",
            "two inputs, a merge, a skip and a shared layer": "Each layer is called once, whatever "
            "the note says: there are two encoders.",
        },
        answer=lambda why, sharing: counted(why.obstacles),
    ),
    Question(
        key="13.b",
        text="From the model alone, `lint` finds K203, once for each digit. What does it find as "
        "well, now that it sees the sums?",
        choices={
            "nothing": "The sums go from 5 to 13, and the last layer has a sigmoid, which ends at "
            "1. That shows only beside the targets.",
            "two encoders where one was meant": "Two encoders are as sound as one. What was meant "
            "stands in the note, and neither in the model nor in the sums.",
            OUT_OF_REACH: "The sums go from 5 to 13, and the last layer has a sigmoid, which ends "
            "at 1.",
        },
        answer=found_with_targets,
    ),
    Question(
        key="13.c",
        text="How many parameters do the two mended versions have?",
        choices={
            "7,617 and 3,953": "So many there are if each `pixels` layer stays and is given an "
            "activation. Here it is left out: `strokes` reads the pixels.",
            "5,505 and 2,897": "In the first, each side has one layer of 2,080 parameters in place "
            "of two with 3,136. The second has one encoder of 2,608 parameters less.",
            "5,505 and 2,752": "This is half of the first. But `change` and `total` are there once "
            "in both: only the encoder is halved.",
        },
        answer=lambda versions, seen: " and ".join(
            f"{versions[name].count_params():,}" for name in MENDED
        ),
    ),
    Question(
        key="13.d",
        # Seen with four seeds: two encoders 1.90 to 2.05, one 0.82 to 0.98, the mean 1.60.
        text="Left and right have changed places, and the sums are the same. Which mended version "
        "is still better than someone who always says the mean?",
        choices={
            "both": "With two encoders, the left one has never seen a digit above 4, and the right "
            "one none below 5. Swapped, they do worse than the mean.",
            'only "what lint found"': "Its left encoder has never seen a digit above 4, and its "
            "right one none below 5. On the ordinary pairs that did not show.",
            'only "one encoder"': "It has read all ten digits, five on each side, and `both` "
            "averages the two codes: it can't tell which side is which.",
            "neither": "One encoder has read all ten digits, five on each side, and `both` "
            "averages the two codes: it can't tell that anything is swapped.",
        },
        answer=better_than_the_mean,
        reasons={
            "Each encoder knows what its own side has shown.": "So it does, where there are two.",
            "`both` averages the two codes.": "It does. After one encoder, no later layer can "
            "tell which side was which.",
        },
    ),
)
