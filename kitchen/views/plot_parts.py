"""What several plots are made of: numbers and names in words, and heat maps."""

import math
from typing import TYPE_CHECKING

import numpy as np

from kitchen.errors import shorten
from kitchen.run.probe import Array
from kitchen.views.looks import EDGE, INK, PAPER
from kitchen.views.plot import INCH
from kitchen.views.text import called, fit, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

SIGNED = "PuOr"  # orange below zero, purple above: told apart with any kind of colour blindness
SIGNS = "orange below 0, purple above"
BAD = "////"  # what stands where a number cannot be drawn
UNDRAWN = "NaN or too large to draw"
LARGEST = 1e100  # sizes beyond this are too large to draw; those below its inverse are drawn as 0
LEVELS = 65  # colours of a scale: zero has one, and a PNG of at most 256 colours holds them all
MOST_CELLS = 200  # along a side of a heat map, about a pixel each
ROOM = 44, 20  # pixels of a cell that has its number written in
NAME = 60  # characters of a name in a sentence
POINT = INCH / 72  # pixels that a notebook shows of a point


def number(value: float) -> str:
    """Return a number with three digits or as a whole number, such as "0.861" or "12,482"."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "-∞" if value < 0 else "∞"
    if 1000 <= abs(value) < 1e7 or (value == int(value) and abs(value) < 1e7):
        return f"{value or 0:,.0f}"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share in percent, such as "48%"; NaN is a dash."""
    if not math.isfinite(share):
        return "–"
    if 0 < abs(share) < 0.0095:
        return "under 1%"
    return "over 99%" if 0.995 <= share < 1 else f"{share:,.0%}"


def name_of(name: object) -> str:
    """Return a name as a sentence can hold it."""
    return shorten(called(name), NAME)


def lines(text: object, size: float, pixels: float, most: int = 2) -> str:
    """Return text in at most `most` lines that fit; `size` is in points."""
    whole = cut(text, size, (most - 0.3) * pixels)
    return "\n".join(wrap(whole, size * POINT, pixels, most))


def cut(name: object, size: float, pixels: float = 400) -> str:
    """Return a name that fits; `size` is in points."""
    return fit(called(name), size * POINT, pixels)


def finite(values: Array) -> Array:
    """Return values with NaN in place of all that cannot be drawn."""
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def largest(*arrays: Array) -> float:
    """Return the limit of a scale with zero in its middle, which takes in several arrays."""
    sizes = [np.abs(finite(values)) for values in arrays]
    most = max((float(np.nanmax(x)) for x in sizes if not np.isnan(x).all()), default=0.0)
    return most if most > 1 / LARGEST else 1.0


def size(values: Array) -> float:
    """Return the square root of the sum of squares, the length of an array as a vector."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.sum(values * values)))


def blocks(values: Array) -> tuple[int, int]:
    """Return the height and width of the blocks of a matrix that are drawn as one point each."""
    height, width = values.shape
    return -(-height // MOST_CELLS), -(-width // MOST_CELLS)


def thinned(values: Array) -> tuple[Array, tuple[int, int]]:
    """Return a matrix small enough to draw, and the size of the block that each number stands for.

    A block is its largest number by size, with its sign, so that what is rare stays visible and
    zeros stay zeros; a block with NaN is NaN.
    """
    down, across = blocks(values)
    if down == across == 1:
        return values, (1, 1)
    starts = [np.arange(0, n, step) for n, step in zip(values.shape, (down, across), strict=True)]
    high, low = (
        way.reduceat(way.reduceat(values, starts[0], axis=0), starts[1], axis=1)
        for way in (np.maximum, np.minimum)
    )
    return np.where(high >= -low, high, low), (down, across)


def heat(axes: "Axes", values: Array, limit: float, room: tuple[float, float]) -> "AxesImage":
    """Draw a matrix as a heat map on a symmetric scale from `-limit` to `limit`.

    What cannot be drawn is hatched. Large cells have their numbers written in.

    Args:
        axes: Where it is drawn.
        values: A matrix.
        limit: The end of the scale, more than 0.
        room: The width and height of the heat map in pixels, about.
    """
    from matplotlib import colormaps
    from matplotlib.ticker import MaxNLocator

    shown, (down, across) = thinned(finite(values))
    bottom, right = shown.shape[0] * down - 0.5, shown.shape[1] * across - 0.5
    image = axes.imshow(
        np.ma.masked_invalid(shown),
        cmap=colormaps[SIGNED].resampled(LEVELS),
        vmin=-limit,
        vmax=limit,
        aspect="auto",
        interpolation="nearest",
        extent=(-0.5, right, bottom, -0.5),
    )
    axes.set(xlim=(-0.5, values.shape[1] - 0.5), ylim=(values.shape[0] - 0.5, -0.5))
    axes.patch.set(hatch=BAD, facecolor=PAPER)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    if room[0] / values.shape[1] >= ROOM[0] and room[1] / values.shape[0] >= ROOM[1]:
        written(axes, values, limit)
    return image


def scale(figure: "Figure", image: "AxesImage", axes: list["Axes"], label: str) -> None:
    """Draw the scale of some heat maps below them."""
    part = 0.35 / figure.get_size_inches()[1]
    figure.colorbar(
        image, ax=axes, label=label, location="bottom", fraction=part, aspect=35, shrink=0.6
    )


def written(axes: "Axes", values: Array, limit: float) -> None:
    """Write a few numbers into their cells."""
    for (row, column), value in np.ndenumerate(values):
        dark = abs(value) / limit > 0.6 and abs(value) <= LARGEST
        axes.text(
            column,
            row,
            f"{value:.2g}",
            ha="center",
            va="center",
            size=8,
            color=PAPER if dark else INK,
        )


def bare(axes: "Axes", title: str) -> None:
    """Leave nothing around a picture but a frame and a title."""
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.set_title(title, size=9)
    axes.spines[:].set(visible=True, color=EDGE)


def odd(values: Array) -> str:
    """Return how many numbers cannot be drawn, in words; empty where all can."""
    count = int(np.sum(np.isnan(finite(values))))
    return f"{count:,} of {values.size:,} numbers {UNDRAWN}" if count else ""


def notes(part: Array, *arrays: Array) -> str:
    """Return what is said below heat maps.

    Args:
        part: One of the heat maps: what does a point of it stand for?
        arrays: All numbers that are shown: how many are hatched?
    """
    down, across = blocks(part)
    block = f"each point is the largest by size of {down}×{across} numbers"
    hatched = max((odd(values) for values in arrays), key=len)
    found = (block if max(down, across) > 1 else "", f"hatched: {hatched}" if hatched else "")
    return "; ".join(filter(None, found))
