"""Paint a picture as SVG: no link, no script, no style sheet, nothing but shapes and text."""

import hashlib
from collections.abc import Iterator

from kitchen.views.marks import Curve, Group, Mark, Picture, Rect, Text

FONT = "DejaVu Sans, Verdana, sans-serif"

# All that a picture may consist of; tests hold every picture to it.
ELEMENTS = frozenset({"svg", "title", "desc", "g", "rect", "path", "text"})
ATTRIBUTES = frozenset(
    {
        *("xmlns", "width", "height", "viewBox", "role", "aria-labelledby", "style", "id"),
        *("data-kind", "data-number", "data-layer", "data-from", "data-to", "data-barrel"),
        "data-marked",
        *("x", "y", "rx", "d", "fill", "stroke", "stroke-width", "stroke-dasharray"),
        *("stroke-linecap", "font-family", "font-size", "text-anchor", "xml:space"),
    }
)


def paint(picture: Picture) -> str:
    """Return a picture as an SVG document.

    Ids begin with a digest of the picture, so that two pictures in one page keep theirs apart and
    the same picture is always the same text.
    """
    body = "\n".join(drawn for group in picture.groups for drawn in paint_group(group, "\0"))
    about = f"{picture.title}\n{picture.description}\n{body}"
    prefix = f"k{hashlib.sha256(about.encode()).hexdigest()[:8]}-"
    width, height = number(picture.width), number(picture.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{prefix}title {prefix}desc" style="max-width:100%;height:auto" '
        f'font-family="{FONT}">\n'
        f'<title id="{prefix}title">{escape(picture.title)}</title>\n'
        f'<desc id="{prefix}desc">{escape(picture.description)}</desc>\n'
        f"{body.replace(chr(0), prefix)}\n</svg>\n"
    )


def paint_group(group: Group, prefix: str) -> Iterator[str]:
    """Yield the elements of one group."""
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in group.data.items())
    name = f' id="{prefix}{group.id}"' if group.id else ""
    yield f"<g{name}{data}>"
    yield from map(paint_mark, group.marks)
    yield "</g>"


def paint_mark(mark: Mark) -> str:
    """Return one mark as an element."""
    if isinstance(mark, Text):
        spaces = "  " in mark.text or mark.text != mark.text.strip()
        keep = ' xml:space="preserve"' if spaces else ""
        return (
            f'<text x="{number(mark.x)}" y="{number(mark.y)}" font-size="{number(mark.size)}" '
            f'fill="{mark.fill}" text-anchor="{mark.anchor}"{keep}>{escape(mark.text)}</text>'
        )
    look = f'fill="{mark.fill or "none"}"'
    if mark.stroke:
        look += f' stroke="{mark.stroke}" stroke-width="{number(mark.line)}"'
    if isinstance(mark, Rect):
        return (
            f'<rect x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.width)}" '
            f'height="{number(mark.height)}" rx="{number(mark.radius)}" {look}/>'
        )
    return f'<path d="{path(mark)}" {look}{ends(mark)}/>'


def ends(mark: Curve) -> str:
    """Return what a curve's dashes and ends look like."""
    dash = " ".join(number(length) for length in mark.dash)
    cap = ' stroke-linecap="round"' if mark.round else ""
    return (f' stroke-dasharray="{dash}"' if dash else "") + cap


def path(mark: Curve) -> str:
    """Return a curve's commands as path data."""
    return "".join(
        command[0] + " ".join(number(value) for value in command[1:]) for command in mark.commands
    )


def escape(text: str) -> str:
    """Return text as it stands between tags and in attributes."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;")


def number(value: float) -> str:
    """Return a length with one digit after the point at most."""
    text = f"{value:.1f}"
    return text[:-2] if text[-1] == "0" else text
