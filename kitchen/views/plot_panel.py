"""Lines over epochs: each with a colour and a marker, what is missing said in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kitchen.run.probe import Array
from kitchen.views.looks import COLOURS, QUIET, mixed
from kitchen.views.plot_parts import POINT, finite, lines
from kitchen.views.text import width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = ("o", "s", "^", "D", "v", "P", "X")  # with six colours: 42 lines that differ
MOST_LINES = len(MARKERS) * len(COLOURS)
MOST_MARKERS = 20  # on a line
MOST_NOTES = 3  # below a panel
NOTE = 330.0  # pixels of a note, less than those of a panel
SAME = 0.005  # of a panel's height: lines no further apart lie on one another
NONE_YET = "no epochs yet"


@dataclass(frozen=True)
class Line:
    """One line of a panel.

    Args:
        name: What it is called in notes, short.
        values: One number for each epoch, shape `(epochs,)`.
        look: Which colour and marker it has, from 0.
        dashed: Whether it is dashed.
    """

    name: str
    values: Array
    look: int
    dashed: bool = False


def panel(axes: "Axes", drawn: Sequence[Line], first: int) -> None:
    """Draw lines over epochs from `first`; what is missing is said in words.

    A line that lies under others is paler and thicker, so that all are seen.
    """
    from matplotlib.ticker import MaxNLocator

    epochs = max((len(line.values) for line in drawn), default=0)
    arrays = [finite(line.values) for line in drawn]
    near = SAME * spread(arrays)
    for k, (line, values) in enumerate(zip(drawn, arrays, strict=True)):
        colour = COLOURS[line.look % len(COLOURS)]
        over = sum(alike(values, other, near) for other in arrays[k + 1 :])
        thick = 1.5 + 2.5 * min(over, 3)
        axes.plot(
            np.arange(first, first + len(values)),
            values,
            linestyle=(0, (6 / thick, 3 / thick)) if line.dashed else "-",
            color=mixed(colour, 0.45) if over else colour,
            marker=MARKERS[line.look % len(MARKERS)],
            linewidth=thick,
            markersize=3.5 + thick,
            markevery=marked(values),
        )
    said = [f"{line.name}: {gap}" for line in drawn if (gap := gaps(line.values, first))]
    notes = [lines(note, 10, NOTE) for note in said]
    more = [f"and {len(notes) - MOST_NOTES} lines more"] if len(notes) > MOST_NOTES else []
    axes.set_xlabel("\n".join(["epoch", *notes[:MOST_NOTES], *more]))
    axes.set_xlim(first - 0.5, first + max(epochs, 1) - 0.5)
    axes.xaxis.set_major_locator(
        MaxNLocator("auto", integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
    )
    if not any(np.isfinite(values).any() for values in arrays):
        text = "no number that can be drawn" if epochs else NONE_YET
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center")
        axes.set_yticks([])


def spread(arrays: Sequence[Array]) -> float:
    """Return how far the largest finite number of several arrays is from the smallest."""
    kept = np.concatenate([np.zeros(0), *(x[np.isfinite(x)] for x in arrays)])
    return float(np.ptp(kept)) if len(kept) else 0.0


def alike(one: Array, other: Array, near: float) -> bool:
    """Return whether two lines lie on one another, to within `near`."""
    return len(one) == len(other) and np.allclose(one, other, rtol=0, atol=near, equal_nan=True)


def marked(values: Array) -> list[int]:
    """Return the positions of markers: some evenly spaced, the last, all without a neighbour."""
    there = np.isfinite(values)
    around = np.concatenate([[False], there, [False]])
    chosen = there & ~around[:-2] & ~around[2:]
    chosen[:: -(-len(values) // MOST_MARKERS) or 1] = True
    chosen[-1:] = True
    return [int(k) for k in np.flatnonzero(chosen)]


def gaps(values: Array, first: int) -> str:
    """Return where numbers cannot be drawn, in words; empty where all can."""
    places = np.flatnonzero(np.isnan(finite(values)))
    if not len(places):
        return ""
    odd = values[places]
    kind = "NaN" if np.isnan(odd).all() else "∞" if np.isinf(odd).all() else "not drawn"
    if len(places) == len(values) - places[0]:
        return f"{kind} from epoch {first + places[0]} on"
    return f"{kind} at {len(places):,} of {len(values):,} epochs"


def legend(figure: "Figure", names: Sequence[str], kinds: set[bool]) -> None:
    """Say below the panels which line is whose, and what is solid and what is dashed.

    Args:
        figure: The figure, which grows by the legend's height.
        names: The names of the lines by look, cut to what fits.
        kinds: Which kinds of lines there are besides: dashed ones and solid ones.
    """
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=COLOURS[k % len(COLOURS)], marker=MARKERS[k % len(MARKERS)])
        for k in range(len(names))
    ]
    handles += [Line2D([], [], color=QUIET, linestyle="--" if x else "-") for x in sorted(kinds)]
    labels = [*names, *("validation" if x else "training" for x in sorted(kinds))]
    widest = max(width(label, 10 * POINT) for label in labels) + 50
    columns = max(1, min(len(labels), int(720 // widest)))
    across, height = figure.get_size_inches()
    figure.set_size_inches(across, height + 0.22 * -(-len(labels) // columns))
    places = [str(k) for k in range(len(labels))]  # a label that starts with _ would be left out
    drawn = figure.legend(handles, places, loc="outside lower center", ncols=columns)
    for text, label in zip(drawn.get_texts(), labels, strict=True):
        text.set_text(label)
