"""Lesson 03: several calls, one layer."""

from typing import Any

from kitchen.teaching.question import Question


def made_up_of(gradients: Any, plot: Any = None) -> str:
    """Say how the calls' contributions make up the gradient of the shared kernel."""
    import numpy as np

    kernel = gradients.shared[0]
    parts = np.stack(list(kernel.calls.values()))
    ways = {"their sum": parts.sum(0), "their mean": parts.mean(0), "the larger one": parts.max(0)}
    return next(way for way, made in ways.items() if np.allclose(made, kernel.total, atol=1e-6))


QUESTIONS = (
    Question(
        key="03.a",
        text="`shared_dense` has 8,256 parameters and is called twice; the four other layers have "
        "4,226 together. How many parameters does the network have?",
        choices={
            12_482: "The layer is made once, so its weights are there once. That is what the "
            "network has to learn and to store: 8,256 numbers less than if each call had its own.",
            20_738: "That is one set of weights for each call. A call makes no weights: it uses "
            "the layer's.",
            4_226: "That leaves `shared_dense` out. Shared weights count, once.",
        },
        answer=lambda sharing: sharing.once,
        reasons={
            "Weights belong to the layer.": "So they do; a call only uses them.",
            "Each box in the picture has weights.": "A box is a call. The weights are in the "
            "barrel, and both boxes are tied to one barrel.",
        },
    ),
    Question(
        key="03.b",
        text="Each call of `shared_dense` contributes a gradient. What of the two does Keras use?",
        choices={
            "their sum": "The loss depends on the weights through both calls, and what goes "
            "through each adds up.",
            "their mean": "Nothing divides by the number of calls: a second call adds its part.",
            "the larger one": "Both branches teach the layer, the one with the smaller gradient "
            "too.",
        },
        answer=made_up_of,
    ),
    Question(
        key="03.c",
        text="One list calls `shared_dense` once and branches inside its last element. How does "
        "it compare with the functional model?",
        choices={
            "same family": "The same layer on the same input gives the same output, so one call "
            "serves both branches, and one set of weights fits both models.",
            "different": "Both branches get what one layer makes of one input, in the list too.",
            "same function at these weights only": "It holds at all weights: nothing that was "
            "equal by chance has to stay equal.",
        },
        answer=lambda comparison: comparison.verdict.kind,
    ),
)
