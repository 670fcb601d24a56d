"""Decide which calls of a large model are drawn together, as one box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kitchen.graph.alike import Alike
from kitchen.graph.blocks import Stretch, chained, stretches
from kitchen.graph.order import Line

MOST = 60  # boxes: what has more is collapsed
LONG = 15  # boxes one below the other: in a longer picture small detours are not drawn
FEW = 8  # boxes that are too few to say much
DETOUR = 8  # calls of a small detour
SAVED = 12  # calls that a chain of equal parts must save to be a block and not part of a chain
WAYS = 4  # tensors that may pass from a block to the next one
CUTS = 8  # tensors that may pass where a model without any narrow place is cut

Level = int  # 0: calls as they are; 1: blocks and chains; 2: with small detours; 3: cut somewhere


@dataclass(frozen=True)
class Piece:
    """Calls that stand together in a line.

    Args:
        start: The position of the first.
        end: The position after the last.
        size: How many calls one block has, where it repeats.
        level: How it was found.
    """

    start: int
    end: int
    size: int
    level: Level = 1

    @property
    def times(self) -> int:
        """How many equal blocks it holds."""
        return (self.end - self.start) // self.size

    @property
    def copies(self) -> Iterator[range]:
        """The positions of the calls of each block."""
        for first in range(self.start, self.end, self.size):
            yield range(first, first + self.size)


@dataclass(frozen=True)
class Plan:
    """How the calls of one model fall into pieces.

    Args:
        line: The calls in line.
        blocks: The pieces of it that repeat.
        models: The positions of calls of models, which are boxes of their own in chains.
    """

    line: Line
    blocks: tuple[Stretch, ...]
    models: frozenset[int]

    def pieces(self, low: int, high: int, level: Level = 3) -> list[Piece]:
        """Return what a part of the line falls into; a piece of one call is drawn as it is."""
        if level == 0:
            return [Piece(k, k + 1, 1, 0) for k in range(low, high)]
        found = self.at(low, high, 1)
        if level > 1 and self.length(found) > LONG:
            found = self.at(low, high, 2)
        if level > 2 and len(found) > MOST:
            found = self.cut(low, high) or found
        return found

    def length(self, pieces: Sequence[Piece]) -> int:
        """Return how many pieces the longest way through them passes."""
        reached: dict[int, int] = {}
        for piece in pieces:
            before = {at for k in range(piece.start, piece.end) for at, _ in self.line.takes[k]}
            here = 1 + max((reached.get(at, 0) for at in before if at < piece.start), default=0)
            reached.update(dict.fromkeys(range(piece.start, piece.end), here))
        return max(reached.values(), default=0)

    def at(self, low: int, high: int, level: Level) -> list[Piece]:
        """Return the blocks in a part of the line and the chains between them."""
        found = []
        for start, end, block in self.between(low, high):
            if block is not None:
                found.append(Piece(start, end, block.size))
                continue
            while start < end:
                stop = self.chain(start, end, level)
                found.append(Piece(start, stop, stop - start, level))
                start = stop
        return found

    def between(self, low: int, high: int) -> Iterator[tuple[int, int, Stretch | None]]:
        """Yield the blocks within a part of the line, and the gaps between them."""
        for block in self.blocks:
            if low <= block.start and block.end <= high and block.size < high - low:
                if low < block.start:
                    yield low, block.start, None
                yield block.start, block.end, block
                low = block.end
        if low < high:
            yield low, high, None

    def chain(self, start: int, end: int, level: Level) -> int:
        """Return where the chain that begins at a call ends, before `end`."""
        if start in self.models:
            return start + 1
        last = start
        while last + 1 < end:
            if self.linked(last + 1):
                last += 1
            elif level > 1 and (far := self.detour(last)) and far < end:
                last = far
            else:
                break
        return last + 1

    def linked(self, place: int) -> bool:
        """Return whether a call and the one before it make a chain."""
        return place not in self.models and linked(self.line, place)

    def detour(self, start: int) -> int:
        """Return where the branches that begin at a call meet again; 0 if not soon."""
        line = self.line
        if start in line.ends or len(line.after[start]) < 2:
            return 0
        last, place = line.after[start][-1], start + 1
        while place <= last <= start + DETOUR:
            if place in self.models or any(at < start for at, _ in line.takes[place]):
                return 0
            if place < last:
                if place in line.ends or not line.after[place]:
                    return 0
                last = max(last, line.after[place][-1])
            place += 1
        return last if last <= start + DETOUR else 0

    def cut(self, low: int, high: int) -> list[Piece]:
        """Return pieces cut where few tensors pass, as few as still give a picture."""
        best: list[Piece] = []
        least = (high - low) // MOST
        for most in range(1, CUTS + 1):
            found = list(self.cut_at(low, high, most, least))
            if len(best) < len(found) <= MOST:
                best = found
            if len(best) >= FEW:
                break
        return best

    def cut_at(self, low: int, high: int, most: int, least: int) -> Iterator[Piece]:
        """Yield the blocks, and the gaps between them cut where at most `most` tensors pass."""
        for start, end, block in self.between(low, high):
            if block is not None:
                yield Piece(start, end, block.size)
                continue
            for place in range(start + 1, end + 1):
                narrow = self.line.crossing[place] <= most and place - start >= least
                if narrow or place == end:
                    yield Piece(start, place, place - start, 3)
                    start = place


def plan_of(line: Line, alike: Alike, models: frozenset[int]) -> Plan:
    """Return how the calls of a model fall into pieces.

    Args:
        line: The calls in line.
        alike: Tells which of them are alike.
        models: The positions of calls of models.
    """
    blocks = (x for x in stretches(line, alike) if worth_a_box(line, x, models))
    return Plan(line, tuple(blocks), models)


def linked(line: Line, place: int) -> bool:
    """Return whether a call takes from the one before it alone, and is the only one that does."""
    before, taken = place - 1, line.takes[place]
    return (
        bool(taken)
        and all(at == before for at, _ in taken)
        and line.after[before] == (place,)
        and before not in line.ends
    )


def is_chain(line: Line, copy: range) -> bool:
    """Return whether the calls of a block follow one another, with one way in and out."""
    return all(linked(line, k) for k in copy[1:])


def side_by_side(line: Line, start: int, copy: range) -> bool:
    """Return whether a block takes nothing from those before it, from `start` on."""
    return not any(start <= at < copy.start for k in copy for at, _ in line.takes[k])


def worth_a_box(line: Line, block: Stretch, models: frozenset[int]) -> bool:
    """Return whether a block is drawn as one box, and not as parts of chains."""
    last = block.copy(block.times - 1)
    if side_by_side(line, block.start, last):
        return block.times > 2
    if not any(at in block.copy(block.times - 2) for k in last for at, _ in line.takes[k]):
        return False
    if any(k in models for k in last):
        return True
    if is_chain(line, last):
        return block.saved >= SAVED
    if [len(copies) for copies in chained(line, block)] == [block.times]:
        return True
    borders = line.crossing[block.start + block.size : block.end : block.size]
    return block.saved >= SAVED and max(borders) <= WAYS
