"""Blocks of lines that repeat, written as loops."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kitchen.rewrite.code import Label, Name, Part, Ref, replaced
from kitchen.rewrite.folding import Chain, Folding
from kitchen.rewrite.statements import Gap, Line, Loop, Statement

VARIABLES = "xyzuvw"  # in a loop: the first goes round; if a layer bears its name, the next does
COUNTER = "k"
START = "tf.keras.Input"


def folded(lines: Sequence[Line], hints: dict[Ref, str]) -> list[Line]:
    """Return lines with loops in place of what comes three times or more.

    Args:
        lines: The lines of one function.
        hints: What each variable would be called; those of the loops are added.
    """
    statements = [line for line in lines if isinstance(line, Statement)]
    folding = Folding(statements)
    chains = folding.chains()
    return Looping(folding, hints).run(lines, chains) if chains else list(lines)


@dataclass
class Looping:
    """Lines on their way into loops.

    Args:
        folding: The lines.
        hints: What each variable would be called.
    """

    folding: Folding
    hints: dict[Ref, str]
    swaps: dict[Ref, Ref] = field(default_factory=dict)
    round: Ref | None = None
    dead: int = 0  # the last line that uses what the loop before has left

    def __post_init__(self) -> None:
        """Choose names that the function's own variables do not bear."""
        taken = {self.hints[ref] for ref in {*self.folding.made, *self.folding.uses}}
        self.variables = [name for name in VARIABLES if name not in taken]

    def run(self, lines: Sequence[Line], chains: Sequence[Chain]) -> list[Line]:
        """Return the lines with loops among them."""
        loops = {chain.start: self.loop(chain) for chain in chains}
        ends = {chain.start: chain.end for chain in chains}
        found: list[Line] = []
        place, skip = 0, 0
        for line in lines:
            if not isinstance(line, Statement):
                if place >= skip:
                    found.append(line)
                continue
            if place in loops:
                found += [*loops[place], Gap()]
                skip = ends[place]
            if place >= skip:
                found.append(self.swapped(line))
            place += 1
        return found

    def swapped(self, line: Statement) -> Statement:
        """Return a line in which variables that go round bear the loop's name."""
        return replace(
            line,
            code=replaced(line.code, self.swap),
            targets=tuple(None if t is None else self.swaps.get(t, t) for t in line.targets),
        )

    def swap(self, part: Name) -> Part:
        """Return what stands in a line in place of a variable."""
        return self.swaps.get(part, part) if isinstance(part, Ref) else part

    def new(self, key: object, hint: str) -> Ref:
        """Return a variable of the loops."""
        ref = Ref(("loop", key))
        self.hints.setdefault(ref, hint)
        return ref

    def loop(self, chain: Chain) -> list[Line]:
        """Return the lines that stand in place of a chain."""
        before: list[Line] = [Gap()]
        if chain.first is None:
            variable, lines = self.inside(chain, None)
            return [*before, Loop(variable, chain.pattern.over(chain.times), lines)]
        place = self.folding.made.get(chain.first, (-1, 0))[0]
        uses = self.folding.uses[chain.first]
        given = place < 0 or START in self.folding.lines[place].code
        alone = uses[-1] < chain.start + chain.size and not given
        carried = self.swaps.get(chain.first)
        if carried is None or not alone:
            begun = place if alone else chain.start
            if self.round is None or self.dead > begun:
                self.round = self.new(chain.start, self.variables[0])
            if alone:
                self.swaps[chain.first] = self.round
            else:
                before.append(Statement((carried or chain.first,), (self.round,)))
            carried = self.round
        variable, lines = self.inside(chain, carried)
        last = self.folding.lines[chain.end - chain.size + chain.out].targets[0]
        if last is not None:
            self.swaps[last] = carried
            self.dead = self.folding.uses.get(last, [0])[-1]
        self.round = carried
        return [*before, Loop(variable, chain.pattern.over(chain.times), lines)]

    def inside(self, chain: Chain, carried: Ref | None) -> tuple[Ref | None, tuple[Statement, ...]]:
        """Return a loop's counter, if it needs one, and the lines inside."""
        counter = self.new("counter", COUNTER)
        lines = self.folding.lines[chain.start : chain.start + chain.size]
        names = self.registers(chain, lines, carried)
        labels = iter(range(len(chain.pattern.pieces)))

        def leaf(part: Name) -> Part:
            if isinstance(part, Label):
                return chain.pattern.label(next(labels), counter, part)
            return names.get(part, self.swap(part)) if isinstance(part, Ref) else part

        found = []
        for line in lines:
            code = replaced(line.code, leaf)
            targets = tuple(None if t is None else names[t] for t in line.targets)
            found.append(replace(line, code=code, targets=targets))
        if carried is not None:
            out = lines[chain.out].targets[0]
            if out is not None and names[out] != carried:
                found.append(Statement((names[out],), (carried,)))
        changing = any(len(pieces) > 1 for pieces in chain.pattern.pieces)
        return (counter if changing else None), tuple(found)

    def registers(
        self, chain: Chain, lines: Sequence[Statement], carried: Ref | None
    ) -> dict[Ref, Ref]:
        """Return the variables of a loop for those of its first block, as few as will do.

        A line gives its result the name of what it took and nothing takes any more: first of all
        the name of what goes round.
        """
        refs = self.folding.refs[chain.start : chain.start + chain.size]
        last = {ref: k for k, found in enumerate(refs) for ref in found}
        names: dict[Ref, Ref] = {}
        holds: dict[Ref, int] = {}  # until when a variable is in use
        if carried is not None and chain.first is not None:
            names[chain.first], holds[carried] = carried, last[chain.first]
        for k, line in enumerate(lines):
            for target in line.targets:
                if target is None:
                    continue
                if is_layer(target):
                    hint = re.sub(r"_?\d+", "", self.hints[target]) or self.hints[target]
                    names[target] = self.new((chain.start, target), hint)
                    continue
                free = [ref for ref, until in holds.items() if until <= k]
                if not free:
                    count = sum(not is_layer(ref) for ref in holds) - (carried is not None)
                    hint = (self.variables[1:] + [f"value_{k}" for k in range(count)])[count]
                    free = [self.new(("register", count), hint)]
                names[target] = free[0]
                ending = chain.size if k == chain.out and target == line.targets[0] else k
                holds[free[0]] = max(last.get(target, k), ending)
        return names


def is_layer(ref: Ref) -> bool:
    """Return whether a variable holds a layer, not what a call gives."""
    return isinstance(ref.key, tuple) and isinstance(ref.key[1], str)
