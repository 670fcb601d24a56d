"""Paint a picture as PNG or PDF with matplotlib, which brings its own font.

A drawing loads it in the worker process only: matplotlib takes half a second and tens of megabytes.
"""

import io
import warnings
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

POINTS = 72.0  # an inch has so many; at this resolution a point is a pixel
ROUND = 0.5523  # where a cubic curve's control points stand to come nearest to a quarter circle
CODES = {"M": [Path.MOVETO], "L": [Path.LINETO], "C": [Path.CURVE4] * 3, "Z": [Path.CLOSEPOLY]}
LARGEST_PAGE = 14_000.0  # points; PDF readers refuse pages over 14,400


def paint(picture: dict[str, Any], what: str, scale: float) -> bytes:
    """Return a picture as a file.

    Args:
        picture: What `marks.as_lists` made of it.
        what: `"png"` or `"pdf"`.
        scale: Pixels of the file for each pixel of the picture; a PDF is drawn at its own size.
    """
    width, height = picture["width"], picture["height"]
    shrink = min(1.0, LARGEST_PAGE / max(width, height)) if what == "pdf" else 1.0
    size = (width * shrink / POINTS, height * shrink / POINTS)
    figure = Figure(figsize=size, dpi=POINTS * scale)
    figure.patch.set_visible(False)
    figure.add_artist(Marks(picture["marks"], height, shrink))
    with warnings.catch_warnings(), matplotlib.rc_context({"pdf.fonttype": 42}):
        warnings.simplefilter("ignore")  # of characters that the font lacks, which show as boxes
        return as_pdf(figure) if what == "pdf" else as_png(figure)


def as_pdf(figure: Figure) -> bytes:
    """Return a figure as a PDF file, the same at every writing."""
    file = io.BytesIO()
    figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    return file.getvalue()


def as_png(figure: Figure) -> bytes:
    """Return a figure as a PNG file with a palette, a third of the size of one without."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels: Any = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), pixels, "raw", "RGBA", 0, 1)
    flat = Image.new("RGBA", drawn.size, "white")
    flat.alpha_composite(drawn)
    # Of Pillow's ways this one keeps the pale fills apart: no channel is off by more than 6 in 255.
    small = flat.convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE)
    file = io.BytesIO()
    small.save(file, "PNG")
    return file.getvalue()


class Marks(Artist):
    """All marks of a picture, drawn straight by the renderer: no layout, no formulas in texts."""

    def __init__(self, marks: list[list[Any]], height: float, shrink: float):
        super().__init__()
        self.marks, self.height, self.shrink = marks, height, shrink

    def draw(self, renderer: Any) -> None:
        """Draw every mark from back to front."""
        scale = renderer.points_to_pixels(1.0) * self.shrink
        turned = Affine2D().scale(scale, -scale).translate(0, self.height * scale)
        for kind, *values in self.marks:
            if kind == "Text":
                self.draw_text(renderer, scale, *values)
            elif kind == "Rect":
                draw_path(renderer, turned, self.shrink, rectangle(*values[:5]), *values[5:])
            else:
                commands, *look = values
                draw_path(renderer, turned, self.shrink, curve(commands), *look)

    def draw_text(
        self,
        renderer: Any,
        scale: float,
        x: float,
        y: float,
        text: str,
        size: float,
        fill: str,
        anchor: str,
    ) -> None:
        """Draw one line of text."""
        font = FontProperties(family="DejaVu Sans", size=size * self.shrink)
        if anchor == "middle":
            width, _, _ = renderer.get_text_width_height_descent(text, font, False)
            x -= width / scale / 2
        pen = renderer.new_gc()
        pen.set_foreground(to_rgba(fill), isRGBA=True)
        down = y if renderer.flipy() else self.height - y
        renderer.draw_text(pen, x * scale, down * scale, text, font, 0.0)
        pen.restore()


def draw_path(
    renderer: Any,
    turned: Affine2D,
    shrink: float,
    path: Path,
    fill: str,
    stroke: str,
    line: float,
    dash: tuple[float, ...] = (),
    rounded: bool = False,
) -> None:
    """Draw one outline, filled, stroked or both."""
    pen = renderer.new_gc()
    pen.set_linewidth(line * shrink if stroke else 0)
    if stroke:
        pen.set_foreground(to_rgba(stroke), isRGBA=True)
    if dash:
        pen.set_dashes(0, [length * shrink for length in dash])
    if rounded:
        pen.set_capstyle("round")
    pen.set_snap(False)
    path.should_simplify = False
    renderer.draw_path(pen, path, turned, to_rgba(fill) if fill else None)
    pen.restore()


def rectangle(x: float, y: float, width: float, height: float, radius: float) -> Path:
    """Return a rectangle with round corners as an outline."""
    r = min(radius, width / 2, height / 2)
    k, right, low = r * (1 - ROUND), x + width, y + height
    return curve(
        [
            ["M", x + r, y],
            ["L", right - r, y],
            ["C", right - k, y, right, y + k, right, y + r],
            ["L", right, low - r],
            ["C", right, low - k, right - k, low, right - r, low],
            ["L", x + r, low],
            ["C", x + k, low, x, low - k, x, low - r],
            ["L", x, y + r],
            ["C", x, y + k, x + k, y, x + r, y],
            ["Z"],
        ]
    )


def curve(commands: list[list[Any]]) -> Path:
    """Return commands such as `["L", x, y]` as an outline."""
    points: list[tuple[float, float]] = []
    codes: list[Any] = []
    for name, *values in commands:
        codes += CODES[name]
        points += zip(values[::2], values[1::2], strict=True) if values else [(0.0, 0.0)]
    return Path(points, codes)
