"""Find what repeats in a model: blocks of calls that are alike, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2

from kitchen.graph.alike import Alike, Likeness
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.order import Line, Spot, line_of


@dataclass(frozen=True)
class Repeat:
    """Blocks of calls that are alike, each fed by the one before.

    Alike are the classes, the settings that a reader sees, the arguments and the wiring. The sizes
    of weights may follow what comes in; and a layer's other options may differ.

    Args:
        copies: For each block, the ids of its calls; calls at one place are alike.
    """

    copies: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Stretch:
    """A piece of a line in which a block comes several times.

    Args:
        start: The position of the first call.
        size: How many calls a block has.
        times: How many blocks there are.
    """

    start: int
    size: int
    times: int

    @property
    def end(self) -> int:
        """The position after the last call."""
        return self.start + self.size * self.times

    @property
    def saved(self) -> int:
        """How many calls it has beyond the first block."""
        return self.size * (self.times - 1)

    def copy(self, k: int) -> range:
        """Return the positions of the calls of one block, counted from 0."""
        first = self.start + k * self.size
        return range(first, first + self.size)


def repeats(graph: ModelGraph, owner: str) -> tuple[Repeat, ...]:
    """Return the blocks that repeat among the calls of one model, in reading order.

    A block takes one tensor from the block before it, and otherwise only what every other copy
    takes too, such as a mask. It gives one tensor, which no other call takes than the next block;
    what the last one gives may go anywhere. Inputs and mask plumbing belong to no block.

    Args:
        graph: The graph.
        owner: The id of the model.

    Raises:
        ModelError: A model contains itself.
    """
    line = line_of(graph, owner)
    found = []
    for stretch in stretches(line, Alike(graph, line, Likeness(graph))):
        for copies in chained(line, stretch):
            ids = (tuple(line.calls[k].id for k in stretch.copy(c)) for c in copies)
            found.append(Repeat(tuple(ids)))
    return tuple(found)


def stretches(line: Line, alike: Alike) -> tuple[Stretch, ...]:
    """Return the pieces of a line in which a block repeats, none overlapping, in reading order.

    Those that save many calls and have many copies go first. Where one may begin at several calls,
    it begins where the fewest tensors pass from block to block.
    """

    def worth(run: tuple[int, int, int]) -> tuple[float, int]:
        low, size, high = run
        return (high - low - size) * log2((high - low) // size), -size

    found = sorted(runs(alike), key=worth, reverse=True)
    taken = bytearray(len(line.calls))
    chosen = []
    for low, size, high in found:
        for start, end in free(taken, low, high):
            if end - start >= 2 * size:
                stretch = placed(line, alike, start, size, end)
                chosen.append(stretch)
                taken[stretch.start : stretch.end] = b"\1" * (stretch.end - stretch.start)
    return tuple(sorted(chosen, key=lambda stretch: stretch.start))


def runs(alike: Alike) -> Iterator[tuple[int, int, int]]:
    """Yield start, size and end of pieces in which every call is like the one `size` later.

    Windows of 1, 2, 4 and more calls are numbered, equal where their calls are equal; where a
    window comes again after one to two times its length, the piece around it is looked at. That
    takes about `n log n` steps, and finds every size, as each lies between two such lengths.
    """
    count = len(alike.signs)
    window, length = list(alike.signs), 1
    while length <= count // 2:
        places: dict[int, list[int]] = {}
        for k, number in enumerate(window):
            places.setdefault(number, []).append(k)
        looked: dict[int, int] = {}  # by size, up to where the line has been looked at
        for found in places.values():
            later = 1
            for k, place in enumerate(found):
                later = max(later, k + 1)
                while later < len(found) and found[later] - place < length:
                    later += 1
                if later == len(found):
                    break
                size = found[later] - place
                if size < 2 * length and looked.get(size, -1) < place:
                    low, high = widened(alike, place, size)
                    looked[size] = max(high, place)
                    if high - low >= size:
                        yield low, size, high + size
        numbers: dict[tuple[int, int], int] = {}
        window = [
            numbers.setdefault((window[k], window[k + length]), len(numbers))
            for k in range(count - 2 * length + 1)
        ]
        length *= 2


def widened(alike: Alike, place: int, size: int) -> tuple[int, int]:
    """Return the widest piece around a position whose calls are like those `size` later."""
    low = high = place
    while low > 0 and alike(low - 1, low - 1 + size):
        low -= 1
    while high + size < len(alike.signs) and alike(high, high + size):
        high += 1
    return low, high


def free(taken: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces between two positions that nothing has taken."""
    while low < high:
        start = taken.find(0, low, high)
        if start < 0:
            return
        low = taken.find(1, start, high)
        low = high if low < 0 else low
        yield start, low


def placed(line: Line, alike: Alike, start: int, size: int, end: int) -> Stretch:
    """Return the blocks of a piece, begun where a block is most plainly cut from the next.

    That is where the fewest tensors pass; then where the tensor that passes goes more than one
    way, as a skip does; then before a layer with a kernel.
    """
    times = (end - start) // size

    def rank(first: int) -> tuple[int, int, bool, bool, int]:
        border = first + size
        forks = len(line.after[border - 1]) > 1
        passing = line.crossing[border], line.crossing[first]
        return *passing, not forks, not alike.kernels[first], first

    first = min(range(start, end - times * size + 1), key=rank)
    return Stretch(first, size, times)


def chained(line: Line, stretch: Stretch) -> Iterator[list[int]]:
    """Yield the copies, as numbers from 0, that one tensor leads through, two or more at a time."""
    copies = [stretch.copy(k) for k in range(stretch.times)]
    takes = [taken_by(line, copy) for copy in copies]
    gives = [given_by(line, copy) for copy in copies]
    common = set.intersection(*takes)
    group: list[int] = []
    for k, copy in enumerate(copies):
        entry = takes[k] - common
        fine = len(entry) == len(gives[k]) == 1
        if group and not (fine and entry == gives[k - 1] and hands_on(line, gives, k, copy)):
            if len(group) > 1:
                yield group
            group = []
        if fine:
            group.append(k)
    if len(group) > 1:
        yield group


def taken_by(line: Line, copy: range) -> set[Spot]:
    """Return the tensors that a block takes from elsewhere."""
    return {spot for k in copy for spot in line.takes[k] if spot[0] < copy.start}


def given_by(line: Line, copy: range) -> set[Spot]:
    """Return the tensors of a block that a call after it takes, or that leave the model."""
    found = {(k, n) for k in copy if k in line.ends for at, n in line.leaving if at == k}
    for k in copy:
        if any(reader >= copy.stop for reader in line.after[k]):
            outputs = range(len(line.calls[k].outputs))
            found |= {(k, n) for n in outputs if line.last.get((k, n), 0) >= copy.stop}
    return found


def hands_on(line: Line, gives: Sequence[set[Spot]], k: int, copy: range) -> bool:
    """Return whether the block before gives its one tensor to this block alone, from one place."""
    ((before, index),), ((place, other),) = gives[k - 1], gives[k]
    alone = line.readers[before, index][-1] in copy and (before, index) not in line.leaving
    return alone and (before + len(copy), index) == (place, other)
