"""Turn a scene and the places of its boxes into a picture."""

import math
from collections.abc import Iterator, Sequence

from kitchen.views import labels
from kitchen.views.layout import Places
from kitchen.views.looks import (
    BORDER,
    EDGE,
    FILL,
    INK,
    LINE,
    MARK,
    OPERATION,
    PAPER,
    QUIET,
    look_of,
    strokes,
)
from kitchen.views.marks import Command, Curve, Group, Mark, Picture, Rect, Text
from kitchen.views.scene import LEADING, LID, SIZE, SMALL, STACK, Box, Frame, Link, Scene
from kitchen.views.text import width, wrap

MARGIN = 16.0  # pixels between the card's border and what it shows
HEAD, HALF = 9.0, 3.6  # length and half the width of an arrow's head, in pixels
BASELINE = 0.36  # of the font size, from the middle of a line of text down to its baseline
NARROWEST = 320.0  # pixels for the notes beneath a picture
ROUND = {"input": 14.0, "operation": 12.0, "output": 8.0}  # corners; other boxes have 7
THICK = 3.6  # pixels of a border that is marked
LONGEST = 4000  # characters of a description

Point = tuple[float, float]


def paint(scene: Scene, places: Places) -> Picture:
    """Return the picture of a scene.

    Args:
        scene: What to show.
        places: Where Graphviz put it.
    """
    painter = Painter(scene, places)
    wide, high = places.size
    notes = [line for note in scene.notes for line in wrap(note, SMALL, max(wide, NARROWEST))]
    below = [
        Text(MARGIN, MARGIN + high + 14 + LEADING * (k + 0.5), line, SMALL, QUIET, "start")
        for k, line in enumerate(notes)
    ]
    across = max([wide, *(width(line, SMALL) for line in notes)]) + 2 * MARGIN
    down = high + 2 * MARGIN + (14 + LEADING * len(notes) if notes else 0)
    card = Rect(0.5, 0.5, across - 1, down - 1, 8.0, PAPER, EDGE)
    groups = [
        Group((card,)),
        *(painter.frame(frame) for frame in scene.frames if frame.id in places.frames),
        *painter.links(),
        *(painter.heading(frame) for frame in scene.frames if frame.id in places.frames),
        *(painter.box(box) for box in scene.boxes if box.id in places.boxes),
        *([Group(tuple(below))] if below else []),
    ]
    return Picture(across, down, tuple(groups), title(scene), description(scene.outline))


def title(scene: Scene) -> str:
    """Return what a picture is."""
    return f"The layers of {scene.name} and how they are connected"


def description(outline: Sequence[str]) -> str:
    """Return the outline, cut at a line where it is very long."""
    kept: list[str] = []
    length = 0
    for line in outline:
        length += len(line) + 1
        if length > LONGEST:
            kept.append(f"… and {len(outline) - len(kept):,} lines more.")
            break
        kept.append(line)
    return "\n".join(kept)


class Painter:
    """A scene with its places, moved by the card's margin."""

    def __init__(self, scene: Scene, places: Places):
        self.scene = scene
        self.layers: dict[str, int] = {}
        self.boxes = {box.id: box for box in scene.boxes}
        self.centres = {k: (x + MARGIN, y + MARGIN) for k, (x, y) in places.boxes.items()}
        self.frames = {k: [v + MARGIN for v in area] for k, area in places.frames.items()}
        self.lines = {k: [v + MARGIN for v in line] for k, line in places.lines.items()}

    def layer(self, name: str) -> str:
        """Return a layer's number in this picture: ids of layers may be what a user typed."""
        return str(self.layers.setdefault(name, len(self.layers) + 1))

    def frame(self, frame: Frame) -> Group:
        """Return a frame without its title."""
        left, top, right, low = self.frames[frame.id]
        data = {"kind": "frame", "number": str(frame.number)}
        if frame.layer:
            data["layer"] = self.layer(frame.layer)
        if frame.marked:
            data["marked"] = "true"
        look = (MARK, THICK) if frame.marked else (BORDER, 1.2)
        border = Rect(left, top, right - left, low - top, 10.0, "", *look)
        return Group((border,), frame.id, data)

    def heading(self, frame: Frame) -> Group:
        """Return a frame's title and notes; they stand before the lines that enter the frame."""
        left, top, _, _ = self.frames[frame.id]
        marks: list[Mark] = []
        for k, line in enumerate(frame.lines):
            size, middle = (SMALL if k else SIZE), top + 6 + LEADING * (k + 0.5)
            wide = width(line, size)
            marks.append(Rect(left + 6, middle - LEADING / 2, wide + 8, LEADING, 3.0, PAPER))
            colour = QUIET if k else INK
            marks.append(Text(left + 10, middle + size * BASELINE, line, size, colour, "start"))
        return Group(tuple(marks))

    def box(self, box: Box) -> Group:
        """Return a box with its text."""
        (x, y), (across, along) = self.centres[box.id], box.size
        left, top = x - across / 2, y - along / 2
        data: dict[str, str] = {"kind": box.kind}
        if box.marked:
            data["marked"] = "true"
        if box.number:
            data["number"] = str(box.number)
        if box.layer:
            data["layer"] = self.layer(box.layer)
        if box.barrels:
            data["barrel"] = " ".join(box.barrels)
        marks: list[Mark] = []
        if box.kind == "barrel":
            marks += barrel(box, left, top)
        elif box.kind != "output":
            marks += outline(box, left, top)
        middle = y + (LID / 2 if box.kind == "barrel" else 0)
        if box.times > 1:
            x, middle = x - STACK / 2, middle + STACK / 2
        first = middle - LEADING * (len(box.lines) - 1) / 2 + SIZE * BASELINE
        for k, line in enumerate(box.lines):
            fill = INK if k == 0 else QUIET
            if box.kind == "barrel":
                fill = PAPER
            marks.append(Text(x, first + LEADING * k, line, SIZE, fill))
        return Group(tuple(marks), box.id, data)

    def links(self) -> Iterator[Group]:
        """Yield the lines, then the texts beside them."""
        wanted: dict[str, tuple[Sequence[Point], float]] = {}
        texts: dict[str, str] = {}
        room = labels.Room()
        for name, (x, y) in self.centres.items():
            across, along = self.boxes[name].size
            room.take((x - across / 2, y - along / 2, x + across / 2, y + along / 2))
        for frame in self.scene.frames:
            if frame.id in self.frames:
                left, top, right, low = self.frames[frame.id]
                room.take((left, top, left + frame.size[0] + 6, top + frame.size[1]))
                for y in (top, low):
                    room.take_line([(left, y), (right, y)])
                for x in (left, right):
                    room.take_line([(x, top), (x, low)])
        for link in self.scene.links:
            line = self.lines.get(link.id) or self.straight(link)
            if not line:
                continue
            points = labels.flattened(line)
            room.take_line(points)
            if link.text:
                wanted[link.id] = (points, width(link.text, SMALL))
                texts[link.id] = link.text
            yield self.link(link, line)
        found = labels.placed(wanted, room, self.scene.direction)
        marks: list[Mark] = []
        for name, ((x, y), free) in found.items():
            if not free:
                wide = wanted[name][1]
                marks.append(Rect(x - 2, y - labels.TALL / 2, wide + 4, labels.TALL, 3.0, PAPER))
            marks.append(Text(x, y + SMALL * BASELINE, texts[name], SMALL, QUIET, "start"))
        yield Group(tuple(marks))

    def link(self, link: Link, line: list[float]) -> Group:
        """Return one line: a tie is dashed and has no head, a mask is dotted."""
        data = {"kind": link.kind, "from": link.source, "to": link.target}
        if link.kind == "tie":
            look = look_of(link.target)
            tie = Curve(commands(line), "", look.strong, 1.5, (6.0, 4.0))
            return Group((tie,), link.id, data)
        body, head = arrow(line)
        dash = (1.0, 4.0) if link.kind == "mask" else ()
        stem = Curve(commands(body), "", LINE, 1.4, dash, round=bool(dash))
        return Group((stem, Curve(head, LINE)), link.id, data)

    def straight(self, link: Link) -> list[float]:
        """Return a straight line between two boxes that Graphviz was not asked to route."""
        if link.source not in self.centres or link.target not in self.centres:
            return []
        (x0, y0), (x1, y1) = self.centres[link.source], self.centres[link.target]
        return [x0, y0, x0, y0, x1, y1, x1, y1]


def outline(box: Box, left: float, top: float) -> Iterator[Mark]:
    """Yield the shape of a box; calls that share weights have their colour and their pattern.

    A block that repeats is a stack of cards, any other has a double border. What is marked has a
    thick border of its own colour.
    """
    across, along = box.size
    radius = ROUND.get(box.kind, 7.0)
    fill = {"input": PAPER, "operation": OPERATION, "opaque": PAPER}.get(box.kind, FILL)
    stroke, line = BORDER, 1.2
    if box.barrels:
        look = look_of(box.barrels[0])
        fill, stroke, line = look.pale, look.strong, 2.0
    if box.times > 1:
        across, along, top = across - STACK, along - STACK, top + STACK
        for away in (STACK, STACK / 2):
            yield Rect(left + away, top - away, across, along, radius, fill, stroke, 1.2)
    if box.marked:
        stroke, line = MARK, THICK
    yield Rect(left, top, across, along, radius, fill, stroke, line)
    if box.kind == "block" and box.times == 1:
        inner = (left + 3, top + 3, across - 6, along - 6)
        yield Rect(*inner, radius - 2, "", stroke, 0.8)
    if box.barrels:
        yield pattern(look.pattern, look.mark, left, top, across, along)


def pattern(name: str, mark: str, left: float, top: float, across: float, along: float) -> Curve:
    """Return the pattern that fills a box."""
    drawn: list[Command] = []
    for x0, y0, x1, y1 in strokes(name, across, along):  # type: ignore[arg-type]
        drawn += [("M", left + x0, top + y0), ("L", left + x1, top + y1)]
    return Curve(tuple(drawn), "", mark, 2.6 if name == "dots" else 1.5, (), True)


def barrel(box: Box, left: float, top: float) -> Iterator[Mark]:
    """Yield the shape of a barrel: a body with a lid, in the colour of the calls that use it."""
    look = look_of(box.id)
    across, along = box.size
    right, low, bend = left + across, top + along, LID * 4 / 3
    body: tuple[Command, ...] = (
        ("M", left, top + LID),
        ("C", left, top + LID - bend, right, top + LID - bend, right, top + LID),
        ("L", right, low - LID),
        ("C", right, low - LID + bend, left, low - LID + bend, left, low - LID),
        ("Z",),
    )
    lid: tuple[Command, ...] = (
        ("M", left, top + LID),
        ("C", left, top + LID + bend, right, top + LID + bend, right, top + LID),
    )
    yield Curve(body, look.strong, look.strong, 1.2)
    yield Curve(lid, "", look.pale, 1.2)


def commands(line: Sequence[float]) -> tuple[Command, ...]:
    """Return control points as a path."""
    found: list[Command] = [("M", *line[:2])]
    found += [("C", *line[k : k + 6]) for k in range(2, len(line) - 5, 6)]
    return tuple(found)


def arrow(line: Sequence[float]) -> tuple[list[float], tuple[Command, ...]]:
    """Return a line that ends where its arrow's head begins, and the head."""
    *rest, x1, y1, x2, y2, x, y = line
    steps = ((x - a, y - b) for a, b in ((x2, y2), (x1, y1), rest[-2:]))
    dx, dy = next((step for step in steps if math.hypot(*step) > 0.5), (0.0, 1.0))
    length = math.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    back = HEAD - 1.0
    body = [*rest, x1, y1, x2 - back * dx, y2 - back * dy, x - back * dx, y - back * dy]
    left = (x - HEAD * dx - HALF * dy, y - HEAD * dy + HALF * dx)
    right = (x - HEAD * dx + HALF * dy, y - HEAD * dy - HALF * dx)
    return body, (("M", x, y), ("L", *left), ("L", *right), ("Z",))
