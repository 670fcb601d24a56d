"""Lesson 06: same, wrapped, wider."""

from typing import Any

from kitchen.teaching.question import Question


def changed(model: Any, other: Any, apart: float, finding: Any = None) -> str:
    """Say what is not the same in two models whose outputs are so far apart."""
    if model.count_params() != other.count_params():
        return "what it computes, and the count"
    return "only what it computes" if apart > 0.01 else "nothing"


QUESTIONS = (
    Question(
        key="06.a",
        text="Cut wherever it can be, into how many elements of a list does `residual` go?",
        choices={
            2: "Two arrows leave `add_1`, but both are the same tensor, and nothing from further "
            "back goes past it: between the two skips there is a place to cut, too.",
            3: "After `add_1` and after `add_2` one tensor alone carries everything on. Cut there, "
            "the pieces are two blocks that hide a skip each, and the last `Dense`.",
            5: "That is an element for each box. But an `Add` takes two tensors, and an element of "
            "a list gets one.",
        },
        answer=lambda why, drawing: len(why.wrapped),
    ),
    Question(
        key="06.b",
        text="How many of the 4,608 numbers of the list's first kernel must be zero, for the list "
        "to compute what the two branches compute?",
        choices={
            0: "Then every unit would read both inputs. In the network, each branch reads only its "
            "own.",
            2_048: "`dense_a` has 32 × 16 numbers and `dense_b` 64 × 32. All the others, from the "
            "input of the one branch to the units of the other, are zero.",
            2_560: "That is what the kernels of the two branches have together. They stay; the "
            "rest is zero.",
        },
        answer=lambda kernel, plot: int((kernel == 0).sum()),
        reasons={
            "Nothing may go from an input to the other branch.": "So it is, and a zero in the "
            "kernel is how a list says it.",
            "Training keeps these zeros.": "Nothing keeps them: to the list they are numbers "
            "like all others, which training moves.",
        },
    ),
    Question(
        key="06.c",
        # Seen with three seeds: outputs that are 2.7 to 3.8 apart.
        text="A list of `residual`'s own layers, without its two `Add`s: what of the network has "
        "changed?",
        choices={
            "nothing": "The weights are the same. But each `Add` put back what its `Dense` layer "
            "was given, and now nothing does.",
            "only what it computes": "An `Add` has no weights, so all parameters are still there. "
            "But `model.layers` names the layers and says nothing of the arrows: chained in that "
            "order, they have none of the skips.",
            "what it computes, and the count": "An `Add` has no weights: all parameters are still "
            "there. What is gone are the skips.",
        },
        answer=changed,
    ),
)
