"""Lesson 01: a list is a chain."""

from typing import Any

from kitchen.teaching.question import Question


def parameters(comparison: Any) -> int | None:
    """Return how many parameters both forms have, if they have equally many."""
    counts = {side.graph.count() for side in comparison.sides}
    return counts.pop() if len(counts) == 1 else None


def how_equal(runs: Any) -> str:
    """Say how equal the losses and metrics of the two forms are, over all epochs."""
    import numpy as np

    one, two = runs.history.values()
    if one == two:
        return "equal to the last bit"
    close = all(np.allclose(one[name], two[name], rtol=0.1, atol=0.02) for name in one)
    return "nearly equal, up to rounding" if close else "different"


QUESTIONS = (
    Question(
        key="01.a",
        text="784 numbers come in, 64 hidden units, 10 outputs: how many parameters does the "
        "network have, as a list and as arrows?",
        choices={
            858: "This counts numbers and units: 784 + 64 + 10. There is a parameter for each "
            "pair of a number that comes in and a unit, and one more for each unit.",
            50_816: "These are the two kernels, 784 × 64 and 64 × 10. Each unit has a bias, too: "
            "64 and 10 more.",
            50_890: "784 × 64 + 64 = 50,240 in the hidden layer, and 64 × 10 + 10 = 650 in the "
            "output. Both forms write the same chain, so both have equally many.",
        },
        answer=parameters,
    ),
    Question(
        key="01.b",
        text="The curves lie on each other. How equal are the losses of the two forms?",
        choices={
            # On a CPU: the same operations in the same order. On a GPU it may be the next one.
            "equal to the last bit": "Keras keeps a functional model inside this `Sequential`, and "
            "runs it: the same operations, in the same order, on the same numbers.",
            "nearly equal, up to rounding": "Numbers that are added in another order are rounded "
            "in another way. A GPU may change the order; how the network is written does not.",
            "different": "From equal weights, on the same batches, both learn the same: each step "
            "follows the same gradient.",
        },
        answer=how_equal,
        reasons={
            "Both run the same operations on the same numbers.": "They do: Keras runs the "
            "functional model that this `Sequential` keeps inside.",
            "A list and arrows are two kinds of model.": "They are two ways to write one chain. "
            "What runs is the same.",
        },
    ),
)
