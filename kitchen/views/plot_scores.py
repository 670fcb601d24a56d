"""A plot of scores: bars with their numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.views.looks import COLOURS, INK, PAPER
from kitchen.views.plot import TITLE, Plot, sheet, styled
from kitchen.views.plot_checks import mapping, numbers
from kitchen.views.plot_parts import cut, finite, lines, name_of, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 40


def scores(
    values: Mapping[str, float],
    *,
    title: str = "Scores",
    baseline: float | tuple[str, float] | None = None,
    unit: str = "accuracy",
) -> Plot:
    """Show scores as bars, each with its number.

    Args:
        values: A number for each name; the first 40 are shown.
        title: What stands above.
        baseline: A number to compare with, or its label and the number: a dashed line.
        unit: What the numbers measure.

    Returns:
        A plot with a bar for each name, in the order given.

    Raises:
        KitchenError: This is no such dict, or the baseline is none of those.

    >>> print(kitchen.plots.scores({"both inputs": 0.86, "only A": 0.72}, baseline=("guess", 0.5)))
    Scores, accuracy: both inputs 0.86 (the highest), only A 0.72; guess 0.5.
    """
    found = mapping(values, "Scores", '{"both inputs": 0.86, "only A": 0.72}')
    names = list(found)[:MOST_BARS]
    bars = [single(found[name], f"The score of {name!r}") for name in names]
    line = based(baseline)
    left_out = f", {MOST_BARS} of {len(found):,}" if len(found) > MOST_BARS else ""
    with styled():
        figure = sheet(f"{cut(title, TITLE, 560)}{left_out}", 1.3 + 0.36 * len(names))
        axes = figure.subplots()
        for place, value in enumerate(bars):
            bar(axes, place, value)
        axes.set_yticks(range(len(names)), [lines(name, 10, 220) for name in names], size=10)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.12)
        axes.set_xlabel(cut(unit, 10))
        if line is not None:
            axes.axvline(line[1], color=INK, linestyle="--", linewidth=1.2)
            axes.annotate(
                f"{cut(line[0], 9, 200)} {number(line[1])}",
                (line[1], 1),
                (0, 3),
                axes.get_xaxis_transform(),
                "offset points",
                ha="center",
                size=9,
            )
    top = [k for k, value in enumerate(bars) if value == np.nanmax([*bars, -np.inf])]
    highest = top[0] if len(top) == 1 < len(bars) else None
    said = ", ".join(
        f"{name_of(name)} {number(bars[k])}{' (the highest)' if k == highest else ''}"
        for k, name in enumerate(names)
    )
    ending = f"; {name_of(line[0])} {number(line[1])}" if line is not None else ""
    return Plot(figure, f"{name_of(title)}, {name_of(unit)}: {said}{left_out}{ending}.")


def single(value: Any, what: str) -> float:
    """Return one number.

    Raises:
        KitchenError: It is something else.
    """
    found = numbers(value, what)
    if found.size != 1:
        raise KitchenError(
            f"{what} is one number.",
            received=f"the shape {found.shape}",
            fix="Pass its mean or its last number.",
        )
    return float(found.reshape(()))


def based(baseline: Any) -> tuple[str, float] | None:
    """Return a baseline's label and number.

    Raises:
        KitchenError: It is not finite, or something else.
    """
    if baseline is None:
        return None
    pair = baseline if isinstance(baseline, tuple) else ("baseline", baseline)
    if len(pair) == 2 and isinstance(pair[0], str):
        value = single(pair[1], "The baseline")
        if np.isfinite(finite(np.array(value))):
            return pair[0], value
    raise KitchenError(
        "A baseline is a finite number, or a label and one.",
        received=f"baseline={baseline!r}",
        fix='Pass baseline=0.5 or baseline=("guess", 0.5).',
    )


def bar(axes: "Axes", place: int, value: float) -> None:
    """Draw a bar with its number at its end; one that is not finite is the number alone."""
    drawn = float(np.nan_to_num(finite(np.array(value))))
    axes.barh(place, drawn, color=COLOURS[0], height=0.62)
    axes.annotate(
        number(value),
        (drawn, place),
        (-4 if drawn < 0 else 4, 0),
        textcoords="offset points",
        ha="right" if drawn < 0 else "left",
        va="center",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0},
    )
