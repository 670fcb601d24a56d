"""A plot: one figure with one sentence that says what it shows; a notebook shows both."""

import base64
import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from kitchen.errors import shorten
from kitchen.views.drawing import ALT, SHARPNESS
from kitchen.views.looks import INK, PAPER, QUIET
from kitchen.views.saving import image, suffix_of, write
from kitchen.views.text import wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INCH = 96.0  # pixels that a notebook shows of an inch
WIDTH = 8.0  # inches: the width of a notebook's cell
SUFFIXES = (".png", ".svg", ".pdf")
TITLE = 12.0  # points
STYLE = {
    "text.parse_math": False,  # a name with two $ in it is no formula
    "font.size": 10.0,
    "axes.titlesize": 10.0,
    "figure.titlesize": TITLE,
    "figure.facecolor": PAPER,  # under dark themes too
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.color": QUIET,
    "legend.frameon": False,
    "pdf.fonttype": 42,  # text in the file stays text
    "svg.hashsalt": "kitchen",  # the same file at every writing
}


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Make and paint figures in the style of this package, whatever style a learner has set.

    Characters that the font lacks show as boxes and give no warning.
    """
    from matplotlib import style

    with warnings.catch_warnings(), style.context(["default", STYLE]):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def sheet(title: str, height: float) -> "Figure":
    """Return an empty figure with a title, as wide as a notebook; `height` is in inches.

    No other part of matplotlib knows it: it shows once, and is gone when nobody holds it.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=INCH * SHARPNESS, layout="constrained")
    figure.suptitle("\n".join(wrap(title, TITLE * INCH / 72, WIDTH * INCH - 40, 2)))
    return figure


@dataclass(frozen=True, eq=False, repr=False)
class Plot:
    """A figure with one sentence that says what it shows; in a notebook it shows itself.

    Args:
        figure: A matplotlib figure, which may be changed before it is shown.
        finding: What it shows, as a sentence.

    >>> import kitchen
    >>> plot = kitchen.plots.scores({"both inputs": 0.86, "only A": 0.72}, baseline=0.5)
    >>> plot.alt
    'Scores, accuracy: both inputs 0.86 (the highest), only A 0.72; baseline 0.5.'
    >>> plot.save("scores.svg")
    """

    figure: "Figure"
    finding: str

    def __post_init__(self) -> None:
        """Take the figure from pyplot, which would show it once more, and without its sentence."""
        if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
            pyplot.close(self.figure)
        self.figure.set_dpi(INCH * SHARPNESS)

    @property
    def alt(self) -> str:
        """What the plot shows, for those who do not see it, in at most 1,500 characters."""
        return shorten(self.finding, ALT)

    @property
    def png(self) -> bytes:
        """The plot as a PNG file, with two pixels for each that a notebook shows."""
        from kitchen.views.paint_raster import as_png

        with styled():
            return as_png(self.figure)

    @property
    def png_size(self) -> tuple[int, int]:
        """The width and height in pixels that the PNG is to be shown at."""
        width, height = self.figure.get_size_inches()
        return round(width * INCH), round(height * INCH)

    def save(self, path: str | File) -> None:
        """Write the plot to a file; its suffix says what kind: .png, .svg or .pdf.

        Raises:
            KitchenError: The suffix is another one, or the file cannot be written.
        """
        suffix = suffix_of(path, SUFFIXES, "plot")
        write(path, self.png if suffix == ".png" else self._vectors(suffix[1:]), "plot")

    def _vectors(self, kind: str) -> bytes:
        """Return the plot as an SVG or PDF file, titled with its sentence."""
        date = "Date" if kind == "svg" else "CreationDate"
        file = io.BytesIO()
        with styled():
            self.figure.savefig(file, format=kind, metadata={"Title": self.alt, date: None})
        return file.getvalue()

    def html(self) -> str:
        """Return the plot as an image for HTML, with its sentence.

        JupyterLab shows such an image in notebooks that are not trusted too, scales it down to the
        cell and reads its sentence out.
        """
        return self._image(self.png)

    def _image(self, png: bytes) -> str:
        """Return an HTML image of a PNG file."""
        width, height = self.png_size
        return image(png, "png", alt=self.alt, width=width, height=height)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what a notebook shows and stores: the same plot for every kind of reader."""
        png = self.png
        width, height = self.png_size
        data = {
            "text/plain": self.alt,
            "text/html": self._image(png),
            "image/png": base64.b64encode(png).decode(),
        }
        return data, {"image/png": {"width": width, "height": height}}

    def __str__(self) -> str:
        """Return the sentence."""
        return self.alt

    __repr__ = __str__
