"""Which networks of `keras.applications` tests go through: a sample, or all of them.

All: `KITCHEN_ALL_NETWORKS=1 python3 start.py test` and the test's file.
"""

import inspect
import os
from collections.abc import Sequence

import keras

EVERY = [name for name, thing in vars(keras.applications).items() if inspect.isfunction(thing)]


def chosen(sample: Sequence[str]) -> Sequence[str]:
    """The names of a test's sample, or of every network where all are asked for."""
    return EVERY if os.environ.get("KITCHEN_ALL_NETWORKS") else sample
