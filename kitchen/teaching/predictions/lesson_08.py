"""Lesson 08: a ladder of skips."""

from collections.abc import Mapping

from kitchen.teaching.question import Question, larger


def most_right(shares: Mapping[str, float], figures: str) -> str:
    """Name the mask of which the larger share of pixels is right."""
    return max(shares, key=lambda name: shares[name])


QUESTIONS = (
    Question(
        key="08.a",
        text="With skips or without: which ladder has more parameters?",
        choices={
            "the one with skips": "A skip ends in a `Concatenate`, which has no weights, and each "
            "`join` reads as many maps as before.",
            "the one without": "It has the same layers. Each `join` reads as many maps: those that "
            "came up, twice.",
            "neither": "A `Concatenate` has no weights, and each `join` reads as many maps in "
            "both. What training makes of the two will be the skips' doing.",
        },
        answer=lambda skips, without: larger(
            {"the one with skips": skips, "the one without": without}
        ),
        reasons={
            "A skip brings more maps to each `join`.": "It does not: without skips `join` reads "
            "those that came up twice, which are as many.",
            "`Concatenate` has no weights.": "So it is. Only the layer that reads what it gives "
            "could have more.",
        },
    ),
    Question(
        key="08.b",
        text="One mask marks nothing; another one marks all pixels above the best threshold. In "
        "which of them are more pixels right?",
        choices={
            "nothing": "Most pixels are paper, or ink of an even digit. So this share tells "
            "little, and we look at the IoU.",
            "threshold": "It finds all ink, that of the even digits too. Each such pixel is wrong, "
            "and a mask without a mark has none of them.",
        },
        answer=most_right,
    ),
)
