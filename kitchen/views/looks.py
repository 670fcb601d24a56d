"""Colours and patterns: what tells shared weights apart, in colour and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Pattern = Literal["rising", "dots", "falling", "level", "upright"]
Segment = tuple[float, float, float, float]  # x and y of both ends, in pixels

INK, QUIET = "#1B1F24", "#4A525C"  # text; both stand out at 4.5:1 or more on every fill below
PAPER, EDGE = "#FFFFFF", "#D0D7DE"  # the card under a picture, so that dark themes show it too
FILL, BORDER, LINE = "#F6F7F9", "#8A8F98", "#5B6170"
OPERATION = "#ECEEF1"
MARK = "#A40E26"  # the border of what is marked, which is thicker too

# Told apart by people with any kind of colour blindness; each carries white text at 4.5:1 or more.
COLOURS = ("#0072B2", "#B24F00", "#00735A", "#9C3F76", "#7A5B00", "#4A5568")
PATTERNS: tuple[Pattern, ...] = ("rising", "dots", "falling", "level", "upright")
STEP = 9.0  # pixels from one line of a pattern to the next
INSET = 3.5  # pixels that a pattern keeps from the border
DOT = 0.2  # pixels; painters leave out what has no length at all
CORNER = 5.0  # pixels cut off the corners of a pattern


@dataclass(frozen=True)
class Look:
    """How shared weights and the calls that use them are drawn.

    Args:
        strong: The colour of borders, ties and barrels.
        pale: The fill of the boxes.
        mark: The colour of the pattern on that fill.
        pattern: The pattern.
    """

    strong: str
    pale: str
    mark: str
    pattern: Pattern


def look_of(barrel: str) -> Look:
    """Return the look of a barrel by its id, such as "w1".

    Six colours and five patterns change together, so thirty barrels differ in one or the other, and
    neighbours in both.
    """
    k = int(barrel[1:]) - 1
    strong = COLOURS[k % len(COLOURS)]
    return Look(strong, mixed(strong, 0.13), mixed(strong, 0.30), PATTERNS[k % len(PATTERNS)])


def mixed(colour: str, share: float) -> str:
    """Return a share of a colour on white."""
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1, as WCAG 2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def strokes(pattern: Pattern, width: float, height: float) -> list[Segment]:
    """Return a pattern for a box of a size in pixels, as line segments within the box.

    Segments stand in for an SVG pattern, which needs ids, and look the same in every painter. A
    dot is a very short segment with round ends.
    """
    found = []
    for x0, y0, x1, y1 in rules(pattern, width, height):
        part = clipped(x0, y0, x1, y1, width, height)
        if part is not None and (pattern != "dots" or part == (x0, y0, x1, y1)):
            found.append(part)
    return found


def rules(pattern: Pattern, width: float, height: float) -> Iterator[Segment]:
    """Yield the lines of a pattern, longer than the box."""
    if pattern == "dots":
        for row in range(int(height / STEP) + 1):
            for column in range(int(width / STEP) + 1):
                x, y = STEP * (column + 0.5 + row % 2 / 2), STEP * (row + 0.5)
                yield x, y, x + DOT, y
    elif pattern == "level":
        for k in range(int(height / STEP * 1.4) + 1):
            yield 0, STEP / 1.4 * (k + 0.5), width, STEP / 1.4 * (k + 0.5)
    elif pattern == "upright":
        for k in range(int(width / STEP) + 1):
            yield STEP * (k + 0.5), 0, STEP * (k + 0.5), height
    else:
        for k in range(int((width + height) / STEP / 1.3) + 1):
            x = STEP * 1.3 * (k + 0.5)
            start, end = (height, 0.0) if pattern == "rising" else (0.0, height)
            yield x - height, start, x, end


def clipped(
    x0: float, y0: float, x1: float, y1: float, width: float, height: float
) -> Segment | None:
    """Return the part of a segment that lies in a box without its border and its corners."""
    low, high = 0.0, 1.0
    right, bottom, cut = width - INSET, height - INSET, INSET * 2 + CORNER
    # Each edge of the octagon as a, b, c: inside where a * x + b * y <= c.
    for a, b, c in (
        (-1, 0, -INSET),
        (1, 0, right),
        (0, -1, -INSET),
        (0, 1, bottom),
        (-1, -1, -cut),
        (1, 1, width + height - cut),
        (1, -1, width - cut),
        (-1, 1, height - cut),
    ):
        start, end = a * x0 + b * y0 - c, a * x1 + b * y1 - c
        if start > 0 and end > 0:
            return None
        if start > 0:
            low = max(low, start / (start - end))
        elif end > 0:
            high = min(high, start / (start - end))
    if low > high:
        return None
    dx, dy = x1 - x0, y1 - y0
    return x0 + low * dx, y0 + low * dy, x0 + high * dx, y0 + high * dy
