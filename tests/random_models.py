"""Random functional models for property tests: branches, merges, shared layers and sub-models.

Hypothesis draws a recipe; the model is built in the test, as building draws random weights.
"""

from typing import Any, NamedTuple

import keras
from hypothesis import strategies as st
from keras import layers

WIDTH = 3  # every tensor has this many numbers, so that any two can meet
KINDS = ("dense", "again", "model", "add", "operator", "activation")


class Recipe(NamedTuple):
    """How many inputs; what to do with which tensors; which tensors come out."""

    inputs: int
    steps: list[tuple[str, int, int]]
    ends: list[int]


def recipes(most: int = 12) -> st.SearchStrategy[Recipe]:
    """Recipes for models of up to `most` steps; numbers pick among what is there."""
    pick = st.integers(0, 99)
    step = st.tuples(st.sampled_from(KINDS), pick, pick)
    return st.builds(
        Recipe,
        st.integers(1, 3),
        st.lists(step, min_size=1, max_size=most),
        st.lists(pick, min_size=1, max_size=3),
    )


def build(recipe: Recipe) -> Any:
    """Build the model of a recipe."""
    inputs = [keras.Input((WIDTH,), name=f"in_{k}") for k in range(recipe.inputs)]
    tensors: list[Any] = list(inputs)
    callables: list[Any] = []
    for k, (kind, i, j) in enumerate(recipe.steps):
        x, y = tensors[i % len(tensors)], tensors[j % len(tensors)]
        if kind == "add":
            tensors.append(layers.Add(name=f"add_{k}")([x, y]))
        elif kind == "operator":
            tensors.append(x * 0.5 + y)
        elif kind == "again" and callables:
            tensors.append(callables[j % len(callables)](x))
        else:
            callables.append(new(kind, k))
            tensors.append(callables[-1](x))
    made = tensors[len(inputs) :]
    ends = [made[end % len(made)] for end in recipe.ends]
    return keras.Model(inputs, ends if len(ends) > 1 else ends[0])


def new(kind: str, k: int) -> Any:
    """Make something that can be called on one tensor."""
    if kind == "activation":
        return layers.Activation("tanh", name=f"act_{k}")
    dense = layers.Dense(WIDTH, activation="tanh", name=f"dense_{k}")
    if kind != "model":
        return dense
    x = keras.Input((WIDTH,))
    return keras.Model(x, dense(x), name=f"model_{k}")
