"""What a picture of a model shows, before it is known where: boxes, frames, barrels and lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kitchen.graph.sharing import Path
from kitchen.views.text import width

Direction = Literal["TB", "LR"]
BoxKind = Literal[
    "input", "layer", "model", "operation", "block", "part", "opaque", "output", "barrel"
]

SIZE, SMALL = 13.0, 11.5  # of text, in pixels
LEADING = 17.5  # from one line of text to the next, in pixels
WIDEST = 300.0  # a line of text, in pixels; longer ones are cut in the middle
LID = 7.0  # half the height of a barrel's lid, in pixels
STACK = 6.0  # pixels by which cards peep out behind a block that repeats

# Room between text and border, across and along, in pixels.
ROOM: Mapping[BoxKind, tuple[float, float]] = {
    "input": (14, 8),
    "layer": (14, 8),
    "model": (16, 9),
    "operation": (10, 4),
    "block": (15, 6),
    "part": (14, 8),
    "opaque": (14, 8),
    "output": (4, 2),
    "barrel": (16, LID + 7),
}


@dataclass(frozen=True)
class Box:
    """What is drawn as one box: a call, an input, an output, a part, or a barrel of weights.

    Args:
        id: Its own name in this picture: a letter and a number, never a user's text.
        kind: What it stands for.
        lines: Its text, cleaned and cut.
        path: The run that it shows; empty for blocks, parts, outputs and barrels.
        layer: The id of the layer that runs; empty for outputs and barrels.
        frame: The id of the frame that it stands in; empty for none.
        number: Its place in reading order, from 1; 0 for outputs and barrels.
        barrels: The ids of the barrels that it draws weights from, the largest first.
        hides: For a block, the calls that it stands for.
        opened_by: For a block, the name that opens it, or the first of several equal ones.
        times: How many equal blocks it stands for.
        marked: Whether someone wants it to stand out.
    """

    id: str
    kind: BoxKind
    lines: tuple[str, ...]
    path: Path = ()
    layer: str = ""
    frame: str = ""
    number: int = 0
    barrels: tuple[str, ...] = ()
    hides: tuple[Path, ...] = ()
    opened_by: str = ""
    times: int = 1
    marked: bool = False

    @cached_property
    def size(self) -> tuple[float, float]:
        """Its width and height in pixels."""
        across, along = ROOM[self.kind]
        text = max((width(line, SIZE) for line in self.lines), default=0)
        more = STACK if self.times > 1 else 0.0
        size = text + 2 * across + more, LEADING * len(self.lines) + 2 * along + more
        return round(size[0], 1), round(size[1], 1)


@dataclass(frozen=True)
class Frame:
    """A frame around the calls of a model inside the model, or of a block.

    Args:
        id: Its own name in this picture.
        lines: Its title, then notes.
        path: The call of the model; empty for a block.
        layer: The id of the model; empty for a block.
        parent: The id of the frame around it; empty for none.
        number: Its place in reading order, from 1.
        opened_by: For a block, the names that may have opened it.
        marked: Whether someone wants it to stand out.
    """

    id: str
    lines: tuple[str, ...]
    path: Path = ()
    layer: str = ""
    parent: str = ""
    number: int = 0
    opened_by: tuple[str, ...] = ()
    marked: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """The width and height that its title takes, in pixels."""
        text = max(width(line, SIZE) for line in self.lines)
        return round(text + 8, 1), round(LEADING * len(self.lines) + 4, 1)


@dataclass(frozen=True)
class Link:
    """A line between two boxes.

    Args:
        id: Its own name in this picture.
        source: The id of the box that it starts from.
        target: The id of the box that it leads to.
        kind: `"data"` or `"mask"` for a tensor on its way, `"tie"` between a call and its weights.
        text: What is written beside it, such as a shape; empty for nothing.
        anchor: For a tie, whether the barrel stands beside this very call.
    """

    id: str
    source: str
    target: str
    kind: Literal["data", "mask", "tie"] = "data"
    text: str = ""
    anchor: bool = False


@dataclass(frozen=True)
class Scene:
    """Everything that a picture shows, in reading order.

    Args:
        name: The model's name, cleaned.
        direction: Whether data flow from the top down or from left to right.
        boxes: The boxes.
        frames: The frames, each before those that stand in it.
        links: The lines.
        notes: What is said beneath the picture.
        tell: Gives the same as text, line by line; see `outline`.
    """

    name: str
    direction: Direction
    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    tell: Callable[[], Iterable[str]] = tuple

    @cached_property
    def outline(self) -> tuple[str, ...]:
        """The same as text, line by line; told when it is first asked for."""
        return tuple(self.tell())
