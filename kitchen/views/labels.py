"""Find room beside the lines of a picture for the shapes of their tensors."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kitchen.views.scene import SMALL, Direction

Point = tuple[float, float]
Area = tuple[float, float, float, float]  # left, top, right, bottom in pixels

CELL = 128.0  # pixels; what is near is looked up by cells of this size
TALL = SMALL + 2.0  # pixels that a line of small text takes
GAP = 5.0  # pixels between a line and its text
# Pixels along a line at which room is looked for.
STEPS = (14.0, 20.0, 26.0, 9.0, 36.0, 50.0, 70.0, 95.0, 125.0)
LONGEST = 25_000.0  # pixels of a piece; a longer one would touch too many cells
STRAIGHT = 0.5  # pixels that a straight line may be off
PIECES = 5  # straight pieces that a curve is checked as


@dataclass
class Room:
    """What is taken: areas and pieces of lines, by the cells that they touch."""

    areas: dict[tuple[int, int], list[Area]] = field(default_factory=dict)
    pieces: dict[tuple[int, int], list[tuple[Point, Point]]] = field(default_factory=dict)

    def take(self, area: Area) -> None:
        """Mark an area as taken."""
        for cell in cells(area):
            self.areas.setdefault(cell, []).append(area)

    def take_line(self, points: Sequence[Point]) -> None:
        """Mark a line of straight pieces as taken, but for the very longest."""
        for (x0, y0), (x1, y1) in pairwise(points):
            wide, high = abs(x1 - x0), abs(y1 - y0)
            if wide < CELL or high < CELL:
                self.take_piece(x0, y0, x1, y1)
            elif wide + high < LONGEST:
                parts = int(max(wide, high) / CELL) + 1  # so that each touches few cells
                dx, dy = (x1 - x0) / parts, (y1 - y0) / parts
                for k in range(parts):
                    x, y = x0 + k * dx, y0 + k * dy
                    self.take_piece(x, y, x + dx, y + dy)

    def take_piece(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Mark a straight piece as taken."""
        piece = ((x0, y0), (x1, y1))
        left, right = (x0, x1) if x0 < x1 else (x1, x0)
        top, low = (y0, y1) if y0 < y1 else (y1, y0)
        for cell in cells((left, top, right, low)):
            self.pieces.setdefault(cell, []).append(piece)

    def free(self, area: Area, *, of_lines: bool = True) -> bool:
        """Return whether no other area touches an area, and (where asked for) no line."""
        left, top, right, low = area
        for cell in cells(area):
            for x0, y0, x1, y1 in self.areas.get(cell, ()):
                if x0 < right and left < x1 and y0 < low and top < y1:
                    return False
            for start, end in self.pieces.get(cell, ()) if of_lines else ():
                if crosses(start, end, area):
                    return False
        return True


def cells(area: Area) -> list[tuple[int, int]]:
    """Return the cells that an area touches."""
    left, top = int(area[0] // CELL), int(area[1] // CELL)
    right, low = int(area[2] // CELL), int(area[3] // CELL)
    if left == right and top == low:
        return [(left, top)]
    return [(x, y) for x in range(left, right + 1) for y in range(top, low + 1)]


def crosses(start: Point, end: Point, area: Area) -> bool:
    """Return whether a straight piece touches an area."""
    (x0, y0), (x1, y1) = start, end
    left, top, right, bottom = area
    if max(x0, x1) < left or min(x0, x1) > right or max(y0, y1) < top or min(y0, y1) > bottom:
        return False  # most pieces, found out at little cost
    low, high = 0.0, 1.0
    for position, step, least, most in ((x0, x1 - x0, left, right), (y0, y1 - y0, top, bottom)):
        if step == 0:
            if not least <= position <= most:
                return False
            continue
        one, other = sorted(((least - position) / step, (most - position) / step))
        low, high = max(low, one), min(high, other)
    return low <= high


def flattened(curve: Sequence[float]) -> list[Point]:
    """Return a chain of cubic curves as straight pieces.

    Args:
        curve: Control points, x and y in turn.
    """
    points = list(zip(curve[::2], curve[1::2], strict=True))
    for values in (curve[::2], curve[1::2]):
        if max(values) - min(values) < STRAIGHT:
            return [points[0], points[-1]]
    found = [points[0]]
    for k in range(0, len(points) - 3, 3):
        a, b, c, d = points[k : k + 4]
        for step in range(1, PIECES + 1):
            t = step / PIECES
            s = 1 - t
            found.append(
                (
                    s**3 * a[0] + 3 * s * s * t * b[0] + 3 * s * t * t * c[0] + t**3 * d[0],
                    s**3 * a[1] + 3 * s * s * t * b[1] + 3 * s * t * t * c[1] + t**3 * d[1],
                )
            )
    return found


def along(points: Sequence[Point], distance: float) -> Point:
    """Return the point of a line at a distance from its start."""
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        if distance <= length and length > 0:
            share = distance / length
            return x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        distance -= length
    return points[-1]


def placed(
    wanted: Mapping[str, tuple[Sequence[Point], float]], room: Room, direction: Direction
) -> dict[str, tuple[Point, bool]]:
    """Return where texts stand.

    Args:
        wanted: By id, the line that a text belongs to and the text's width in pixels.
        room: What is taken; the texts are added to it.
        direction: Where the lines lead.

    Returns:
        By id, the left end of the text's middle line, and whether there was room: where not, the
        text covers something.
    """
    found = {}
    for name, (points, wide) in wanted.items():
        free = next((area for area in candidates(points, wide, direction) if room.free(area)), None)
        area = free or crowded(list(candidates(points, wide, direction)), room)
        left, top, _, low = area
        room.take(area)
        found[name] = ((left, (top + low) / 2), free is not None)
    return found


def crowded(areas: Sequence[Area], room: Room) -> Area:
    """Return the area in which a text covers lines alone, or else the best as such."""
    return next((area for area in areas if room.free(area, of_lines=False)), areas[0])


def candidates(points: Sequence[Point], wide: float, direction: Direction) -> Iterator[Area]:
    """Yield the areas where a text may stand, the best first."""
    for step in STEPS:
        x, y = along(points, step)
        if direction == "TB":
            (x0, y0), (x1, y1) = along(points, step - TALL / 2), along(points, step + TALL / 2)
            # A line that leans needs more room beside it, up to what still looks like its own text.
            gap = GAP + min(TALL / 2 * abs(x1 - x0) / max(abs(y1 - y0), 1.0), TALL)
            for left in (x + gap, x - gap - wide):
                yield left, y - TALL / 2, left + wide, y + TALL / 2
        else:
            for middle in (y - GAP - TALL / 2, y + GAP + TALL / 2):
                left = x if step == STEPS[0] else x - wide / 2
                yield left - 6, middle - TALL / 2, left - 6 + wide, middle + TALL / 2
    if direction == "TB":  # below or above a line that hardly leads down
        for step in STEPS:
            (x0, y0), (x, y) = along(points, step - TALL), along(points, step)
            if abs(x - x0) > 2 * abs(y - y0):
                for top in (y + GAP, y - GAP - TALL):
                    yield x - wide / 2, top, x + wide / 2, top + TALL
