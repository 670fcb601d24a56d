"""Blocks of lines that repeat, found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kitchen.rewrite.code import Code, Label, Name, Part, Ref, parts, replaced
from kitchen.rewrite.patterns import Pattern, pattern_of
from kitchen.rewrite.statements import Statement

LEAST = 3  # copies of a block that make a loop
LARGEST = 120  # lines of a block

INSIDE, BEFORE, OUTSIDE = "inside", "before", "outside"
Origin = tuple[str, int | Ref, int]


@dataclass(frozen=True)
class Chain:
    """A block that comes several times, each time taking what the last one gave.

    Args:
        start: The position of its first line.
        size: How many lines it has.
        times: How often it comes.
        pattern: How the names in it change.
        first: What the first one takes; `None` where nothing goes round.
        out: The position, in the block, of the line that gives what the next one takes.
    """

    start: int
    size: int
    times: int
    pattern: Pattern
    first: Ref | None = None
    out: int = 0

    @property
    def end(self) -> int:
        """The position after its last line."""
        return self.start + self.size * self.times

    @property
    def rank(self) -> tuple[int, int]:
        """How good it is among those of its size: more copies, and simpler names."""
        return self.times, -self.pattern.shifts

    def fills(self, low: int, high: int, size: int) -> bool:
        """Return whether blocks of a multiple of its size have nothing to add in a piece."""
        common = min(high, self.end) - max(low, self.start)
        return size % self.size == 0 and common >= high - low - 2 * size


class Folding:
    """Lines with what they define and use.

    Args:
        lines: The lines.
    """

    def __init__(self, lines: Sequence[Statement]):
        self.lines = lines
        self.refs = [[x for x in parts(s.code) if isinstance(x, Ref)] for s in lines]
        self.labels = [[x.text for x in parts(s.code) if isinstance(x, Label)] for s in lines]
        numbers: dict[tuple[Code, int, bool], int] = {}
        self.keys = [numbers.setdefault(key(s), len(numbers)) for s in lines]
        self.made = {t: (k, j) for k, s in enumerate(lines) for j, t in enumerate(s.targets) if t}
        self.steps = [
            tuple(k - self.made[x][0] if x in self.made else x for x in found)
            for k, found in enumerate(self.refs)
        ]
        self.uses: dict[Ref, list[int]] = {}
        for k, found in enumerate(self.refs):
            for ref in found:
                self.uses.setdefault(ref, []).append(k)
        self.last = [
            max((self.uses[t][-1] for t in s.targets if t in self.uses), default=k)
            for k, s in enumerate(lines)
        ]  # where what a line gives is used last

    def chains(self) -> list[Chain]:
        """Return the blocks that become loops, none overlapping, in their order."""
        found = sorted(self.candidates(), key=lambda c: (-c.size * (c.times - 1), c.size, c.start))
        taken: set[int] = set()
        chosen = []
        for chain in found:
            lines = range(chain.start, chain.end)
            if taken.isdisjoint(lines):
                taken.update(lines)
                chosen.append(chain)
        return sorted(chosen, key=lambda chain: chain.start)

    def candidates(self) -> Iterator[Chain]:
        """Yield the blocks that could become loops."""
        count = len(self.lines)
        found: list[Chain] = []
        for size in range(1, min(LARGEST, count // LEAST) + 1):
            low = 0
            while low + 2 * size <= count:
                high = low
                while high + size < count and self.alike(high, high + size):
                    high += 1
                if high - low >= size:  # the first copy may take its start from anywhere
                    piece = max(0, low - size), high + size
                    if not any(c.fills(*piece, size) for c in found):
                        more = list(self.between(*piece, size))
                        found += more
                        yield from more
                low = high + 1

    def alike(self, one: int, two: int) -> bool:
        """Return whether two lines do the same with what is as far away, or is the same."""
        if self.keys[one] != self.keys[two]:
            return False
        x, y = self.steps[one], self.steps[two]
        if x == y:
            return True
        return all(
            a == b or r == q
            for a, b, r, q in zip(x, y, self.refs[one], self.refs[two], strict=True)
        )

    def between(self, low: int, high: int, size: int) -> Iterator[Chain]:
        """Yield the blocks of a size between two positions, from wherever they may begin."""
        while low + LEAST * size <= high:
            starts = range(low, min(low + size, high - LEAST * size + 1))
            best: Chain | None = None
            for start in starts:
                chain = self.chain(start, size, high)
                if chain is not None and (best is None or chain.rank > best.rank):
                    best = chain
                if best is not None and best.rank == ((high - low) // size, 0):
                    break
            if best is not None:
                yield best
            low = best.end if best is not None else low + size

    def chain(self, start: int, size: int, high: int) -> Chain | None:
        """Return the block that begins at a position, as often as it can come; `None` for none."""
        end = start + size
        if len([k for k in range(start, end) if self.last[k] >= end]) > 1:
            return None  # more than one line gives what is used after the block
        if self.keys[start : start + size] != self.keys[start + size : start + 2 * size]:
            return None
        one, two = (self.origins(start, size, copy) for copy in range(2))
        carried = {y for y in two if y[0] == BEFORE}
        first: Ref | None = None
        for x, y in zip(one, two, strict=True):
            if y[0] != BEFORE:
                if x != y:
                    return None
            elif x[0] != OUTSIDE or first not in (None, x[1]):
                return None
            else:
                first = x[1] if isinstance(x[1], Ref) else None
        if first is not None and (OUTSIDE, first, 0) in two:
            return None  # the next copies take it too, under the name that it had
        silent = not any(s.targets for s in self.lines[start : start + size])
        if len(carried) != (0 if silent else 1):
            return None
        out = int(str(carried.pop()[1])) if carried else 0
        if not silent and (self.lines[start + out].unpack or first is None):
            return None
        pattern = pattern_of(*(self.names(start, size, copy) for copy in range(2)))
        if pattern is None:
            return None
        times = self.times(start, size, (high - start) // size, out, two, pattern)
        if times < LEAST or size * (times - 1) < LEAST:
            return None  # with the loop's own lines it would be no shorter
        return Chain(start, size, times, pattern, first, out)

    def times(
        self, start: int, size: int, most: int, out: int, usual: list[Origin], pattern: Pattern
    ) -> int:
        """Return how many copies of a block come one after the other and may become a loop."""
        for copy in range(most):
            at = start + copy * size
            alike = copy == 0 or self.origins(start, size, copy) == usual
            if not alike or not pattern.fits(self.names(start, size, copy), copy):
                return copy
            for k in range(at, at + size):
                if k != at + out and self.last[k] >= at + size:
                    return copy  # it is used after its block
                if k == at + out and self.last[k] >= at + 2 * size:
                    return copy + 1  # it is used later than in the next block
        return most

    def origins(self, start: int, size: int, copy: int) -> list[Origin]:
        """Return where each variable of a copy of a block comes from."""
        at = start + copy * size
        found: list[Origin] = []
        for k in range(at, at + size):
            for ref in self.refs[k]:
                place, which = self.made.get(ref, (-1, 0))
                if at <= place < at + size:
                    found.append((INSIDE, place - at, which))
                elif copy and at - size <= place < at:
                    found.append((BEFORE, place - at + size, which))
                else:
                    found.append((OUTSIDE, ref, 0))
        return found

    def names(self, start: int, size: int, copy: int) -> list[str]:
        """Return the names in a copy of a block."""
        at = start + copy * size
        return [name for k in range(at, at + size) for name in self.labels[k]]


def key(line: Statement) -> tuple[Code, int, bool]:
    """Return what two lines have in common that differ in variables and names only."""

    def leaf(part: Name) -> Part:
        return "\0" if isinstance(part, Label) else "\1" if isinstance(part, Ref) else part

    masked = replaced(line.code, leaf)
    return masked, len(line.targets), line.unpack
