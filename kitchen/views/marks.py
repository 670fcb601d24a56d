"""A picture as marks: rectangles, curves and texts, which every painter paints alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Command = tuple[Any, ...]  # ("M" or "L", x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",)


@dataclass(frozen=True)
class Rect:
    """A rectangle with round corners; lengths in pixels."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    line: float = 1.0


@dataclass(frozen=True)
class Curve:
    """A path of straight and cubic pieces; `dash` is empty for a solid line."""

    commands: tuple[Command, ...]
    fill: str = ""
    stroke: str = ""
    line: float = 1.0
    dash: tuple[float, ...] = ()
    round: bool = False


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its baseline, `x` what `anchor` says."""

    x: float
    y: float
    text: str
    size: float
    fill: str
    anchor: Literal["start", "middle"] = "middle"


Mark = Rect | Curve | Text


@dataclass(frozen=True)
class Group:
    """Marks that stand for one thing.

    Args:
        marks: The marks, from back to front.
        id: Its own name in this picture; empty for none.
        data: What a program may want to know of it: names to numbers or to words of ours, never to
            a user's text.
    """

    marks: tuple[Mark, ...]
    id: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A whole picture.

    Args:
        width: Its width in pixels.
        height: Its height in pixels.
        groups: What it shows, from back to front.
        title: What it is, for those who do not see it.
        description: The same at length.
    """

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str = ""
    description: str = ""


def as_lists(picture: Picture) -> dict[str, Any]:
    """Return a picture as what JSON can hold, for a painter in another process."""
    marks = []
    for group in picture.groups:
        for mark in group.marks:
            marks.append([type(mark).__name__, *vars(mark).values()])
    return {"width": picture.width, "height": picture.height, "marks": marks}
