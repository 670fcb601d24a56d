"""How names change from one copy of a block to the next: by a number, or by a word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kitchen.rewrite.code import Label, Ref, Template
from kitchen.rewrite.literals import string

PLAIN = re.compile(r"[A-Za-z0-9_ ./:-]*")  # nothing that needs care inside an f-string
NUMBER = re.compile(r"(0|[1-9]\d*)")

Pieces = tuple[str | int, ...]  # text, and numbers to be added to the loop's variable


@dataclass
class Pattern:
    """How the names in a block change.

    Args:
        pieces: For each name, its pieces.
        start: The first number, where names change by numbers.
        step: By how much that number grows; 0 where names change by words, or not at all.
        words: The words so far; none where names do not change.
    """

    pieces: list[Pieces]
    start: int = 0
    step: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def shifts(self) -> int:
        """How many numbers are not the loop's variable itself."""
        return sum(isinstance(x, int) and x != 0 for pieces in self.pieces for x in pieces)

    def fits(self, names: Sequence[str], copy: int) -> bool:
        """Return whether the names of another copy follow the pattern; a new word is noted."""
        if self.words:
            if copy == len(self.words):
                word = self.word_in(names)
                if word is None or word in self.words:
                    return False
                self.words.append(word)
            value: str | int = self.words[copy]
        else:
            value = self.start + self.step * copy
        return [filled(pieces, value) for pieces in self.pieces] == list(names)

    def word_in(self, names: Sequence[str]) -> str | None:
        """Return the word that stands in the first of some names that changes."""
        for pieces, name in zip(self.pieces, names, strict=True):
            if len(pieces) == 3:
                first, _, last = map(str, pieces)
                found = name[len(first) : len(name) - len(last)]
                return found if PLAIN.fullmatch(found) and found else None
        return None

    def over(self, times: int) -> str:
        """Return what the loop goes over."""
        if self.words:
            words = self.words[:times]
            if all(len(word) == 1 for word in words):
                return string("".join(words))
            return f"({', '.join(map(string, words))})"
        first, last = self.start, self.start + self.step * times
        if self.step in (0, 1):
            last = last if self.step else times
            return f"range({first}, {last})" if first and self.step else f"range({last})"
        return f"range({first}, {last}, {self.step})"

    def label(self, place: int, variable: Ref, label: Label) -> Label | Template:
        """Return a name of the block as it stands in the loop."""
        pieces = self.pieces[place]
        return label if len(pieces) == 1 else Template(pieces, variable, label.bare)

    def value(self, copy: int) -> Label:
        """Return the value of the loop's variable for one copy."""
        if self.words:
            return Label(self.words[copy])
        return Label(str(self.start + self.step * copy), bare=True)


def filled(pieces: Pieces, value: str | int) -> str:
    """Return the name that a pattern gives for a value of the loop's variable."""
    return "".join(
        x if isinstance(x, str) else value if isinstance(value, str) else str(value + x)
        for x in pieces
    )


def pattern_of(one: Sequence[str], two: Sequence[str]) -> Pattern | None:
    """Return how names change from one copy to the next; `None` where they follow no pattern."""
    pairs = list(zip(one, two, strict=True))
    if not all(x == y or (PLAIN.fullmatch(x) and PLAIN.fullmatch(y)) for x, y in pairs):
        return None
    return by_number(pairs) or by_word(pairs)


def by_number(pairs: Sequence[tuple[str, str]]) -> Pattern | None:
    """Return how names change if all do by one number and the same step."""
    start: int | None = None
    step = 0
    found: list[Pieces] = []
    for x, y in pairs:
        if x == y:
            found.append((x,))
            continue
        left, right = NUMBER.split(x), NUMBER.split(y)
        if len(left) != len(right) or left[::2] != right[::2]:
            return None
        pieces: list[str | int] = [left[0]]
        for k in range(1, len(left), 2):
            if left[k] == right[k]:
                pieces[-1] = f"{pieces[-1]}{left[k]}{left[k + 1]}"
                continue
            number, difference = int(left[k]), int(right[k]) - int(left[k])
            start, step = (number, difference) if start is None else (start, step)
            if difference != step or difference < 1:
                return None
            pieces += [number - start, left[k + 1]]
        found.append(tuple(pieces))
    return Pattern(found, start or 0, step)


def by_word(pairs: Sequence[tuple[str, str]]) -> Pattern | None:
    """Return how names change if all do by one letter, or else by one word."""
    found = by_part(pairs, re.compile(""))
    if found is not None and all(len(word) == 1 for word in found.words):
        return found
    return by_part(pairs, re.compile(r"(?<=[_ ./:-])|(?=[_ ./:-])"))


def by_part(pairs: Sequence[tuple[str, str]], between: re.Pattern[str]) -> Pattern | None:
    """Return how names change if all do by one part, of those that stand `between` a pattern."""
    words: tuple[str, str] | None = None
    found: list[Pieces] = []
    for x, y in pairs:
        if x == y:
            found.append((x,))
            continue
        left, right = between.split(x), between.split(y)
        first = common(left, right)
        left, right = left[first:], right[first:]
        last = common(left[::-1], right[::-1])
        middles = "".join(left[: len(left) - last]), "".join(right[: len(right) - last])
        words = words or middles
        if middles != words or not all(words):
            return None
        size = len("".join(left[len(left) - last :]))
        found.append((x[: len(x) - size - len(middles[0])], 0, x[len(x) - size :]))
    return Pattern(found, words=list(words)) if words else None


def common(x: Sequence[str], y: Sequence[str]) -> int:
    """Return how many parts two names begin with alike."""
    count = 0
    while count < min(len(x), len(y)) and x[count] == y[count]:
        count += 1
    return count
