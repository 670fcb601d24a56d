"""Random models for property tests: branches, merges, shared layers, models in models, and more.

Hypothesis draws a recipe, which is plain data and shrinks to a small one; the model is built in the
test.
"""

import warnings
from typing import Any

import keras
import numpy as np

from tests.random_making import Maker, Names, start, structured
from tests.random_recipes import INPUTS, KINDS, Part, Recipe, Step, recipes, rich

__all__ = ["INPUTS", "KINDS", "Part", "Recipe", "Step", "build", "feed", "recipes", "rich"]


def build(recipe: Recipe) -> Any:
    """Build the model of a recipe; its names are others where Keras has taken one already."""
    try:
        return build_named(recipe)
    except ValueError as error:
        if "names should be unique" not in str(error):
            raise
        return build_named(recipe._replace(naming="automatic"))


def build_named(recipe: Recipe) -> Any:
    """Build the model of a recipe with the names that it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what Keras warns of is not made
        inputs = [start(kind, f"in_{k}") for k, kind in enumerate(recipe.inputs)]
        maker = Maker(inputs, recipe.parts, Names(recipe.naming))
        maker.follow(recipe.steps)
        found = maker.ends(recipe.ends) + (maker.gathered() if recipe.whole else [])
        ends = structured(recipe.structure, found, "out")
        return keras.Model(structured(recipe.structure, inputs, "in"), ends)


def feed(model: Any, rows: int = 3, seed: int = 0) -> Any:
    """Return random arrays in the structure that a model takes."""
    rng = np.random.default_rng(seed)

    def array(x: Any) -> Any:
        shape = (x.shape[0] or rows, *(4 if n is None else n for n in x.shape[1:]))
        if "int" in x.dtype:
            return rng.integers(0, 9, shape).astype(x.dtype)
        return rng.standard_normal(shape).astype(x.dtype)

    function = getattr(model, "_functional", None) or model  # what a Sequential keeps inside
    return keras.tree.map_structure(array, function._inputs_struct)
