"""Plots of models and their training, each with one sentence that says what it shows.

>>> print(kitchen.plots.scores({"both inputs": 0.86, "only A": 0.72, "only B": 0.71}))
Scores, accuracy: both inputs 0.86 (the highest), only A 0.72, only B 0.71.
"""

from kitchen.views.plot import Plot
from kitchen.views.plot_kernels import before_after, contributions, kernels
from kitchen.views.plot_lines import curves, drift
from kitchen.views.plot_mistakes import mistakes
from kitchen.views.plot_scores import scores

__all__ = [
    "Plot",
    "before_after",
    "contributions",
    "curves",
    "drift",
    "kernels",
    "mistakes",
    "scores",
]
