"""Several calls as one box: what it is called, and how the calls inside hang together."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.order import Line, Spot
from kitchen.views.collapse import is_chain, side_by_side
from kitchen.views.text import called

Shape = Literal["chain", "skip", "branches", "aside", "other"]
MARKS = "_-./ "  # what the words of a name are joined with
LAST = "\U0010ffff"  # no character comes later


@dataclass(frozen=True)
class Block:
    """Calls that are drawn as one box, or in one frame.

    Args:
        calls: The calls; equal blocks one after the other.
        size: How many calls one block has.
        first: The name of the first block, or of its first layer.
        last: The same of the last.
        shape: How the calls of a block hang together: one after the other, with a skip over them,
            in branches; `"aside"` where equal blocks stand side by side.
        ways: How many branches there are.
    """

    calls: tuple[Call, ...]
    size: int
    first: str
    last: str
    shape: Shape = "chain"
    ways: int = 1

    @property
    def times(self) -> int:
        """How many equal blocks there are."""
        return len(self.calls) // self.size

    @property
    def copies(self) -> Iterator[tuple[Call, ...]]:
        """The calls of each of the equal blocks."""
        for start in range(0, len(self.calls), self.size):
            yield self.calls[start : start + self.size]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def opened_by(self) -> str:
        """The name that opens it; of several equal blocks, the first."""
        return self.first if self.times > 1 else self.name


@dataclass(frozen=True)
class BlockMaker:
    """Makes blocks of the calls in a line.

    Args:
        graph: The model.
        line: The calls.
    """

    graph: ModelGraph
    line: Line

    @cached_property
    def names(self) -> list[str]:
        """The names of the layers that are called."""
        layers = self.graph.layers
        return [called(layers[call.layer].name) for call in self.line.calls]

    @cached_property
    def by_name(self) -> list[str]:
        """The same names in order."""
        return sorted(self.names)

    def block(self, start: int, end: int, size: int) -> Block:
        """Return calls as one block, named after what the names of its layers begin with.

        Where they begin in no common way, or other layers begin so too, it is named after its first
        and its last layer.
        """
        copies = range(start, start + size), range(end - size, end)
        first, last = map(self.title, copies)
        if not first or not last or (first == last and end - start > size):
            first, last = self.names[start], self.names[end - 1]
        shape, ways = shape_of(self.line, start, copies[1])
        return Block(self.line.calls[start:end], size, first, last, shape, ways)

    def title(self, copy: range) -> str:
        """Return what the names of a block's layers begin with, and no others; empty for none."""
        names = self.names[copy.start : copy.stop]
        first, last = min(names), max(names)
        same = next((k for k, c in enumerate(first) if last[k : k + 1] != c), len(first))
        start = first[: max(first.rfind(mark, 0, same) for mark in MARKS) + 1]
        alike = bisect_left(self.by_name, start + LAST) - bisect_left(self.by_name, start)
        return start.rstrip(MARKS) if alike == len(copy) else ""


def shape_of(line: Line, start: int, copy: range) -> tuple[Shape, int]:
    """Return how the calls of the last of several blocks hang together, and its branches."""
    if copy.start > start and side_by_side(line, start, copy):
        return "aside", 1
    if is_chain(line, copy):
        return "chain", 1
    readers: dict[Spot, dict[int, None]] = {}
    for k in copy:
        for spot in line.takes[k]:
            if spot[0] < copy.start:
                readers.setdefault(spot, {})[k] = None
    found = max(readers.values(), key=len, default={})
    if len(found) < 2:
        return "other", 1
    skip = any(len({at for at, _ in line.takes[k]}) > 1 for k in found)
    return ("skip" if skip else "branches"), len(found)
