"""What runs say about a claim: what was looked for, what was seen, and the verdict."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kitchen.errors import shorten

Verdict = Literal["holds", "holds with a condition", "does not hold", "undecided"]

COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # Keras prints parts of some messages in bold
LONGEST = 190  # characters of what an error says


@dataclass(frozen=True)
class Observation:
    """One thing that was looked for in a run.

    Args:
        what: What was looked for, as a sentence.
        true: Whether the run showed it.
        seen: What the run gave: figures, or Keras's own words.
        condition: Of a counterexample: what must be so for the claim to hold all the same, as the
            end of a sentence that begins "on condition that".
    """

    what: str
    true: bool
    seen: str = ""
    condition: str = ""

    def __str__(self) -> str:
        """Return it in a line."""
        end = f" Seen: {self.seen}" if self.seen else ""
        return f"{'yes' if self.true else 'no'}: {self.what}{end}"


@dataclass(frozen=True)
class Evidence:
    """What the runs of one check have shown.

    Args:
        supports: What the claim needs; at least one.
        refutes: What speaks against it: counterexamples.
    """

    supports: tuple[Observation, ...]
    refutes: tuple[Observation, ...] = ()

    @property
    def against(self) -> tuple[Observation, ...]:
        """The counterexamples that a run has shown."""
        return tuple(x for x in self.refutes if x.true)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must be so for the claim to hold: one for each kind of counterexample seen."""
        return tuple(dict.fromkeys(x.condition for x in self.against if x.condition))

    @property
    def verdict(self) -> Verdict:
        """What follows from the observations.

        *holds*: all that the claim needs was seen, and nothing against it. *holds with a
        condition*: the same, and counterexamples that all break a condition. *does not hold*:
        something that it needs was not seen, and a counterexample was. Else it is undecided.
        """
        if not self.supports:
            return "undecided"
        if all(x.true for x in self.supports):
            if not self.against:
                return "holds"
            if all(x.condition for x in self.against):
                return "holds with a condition"
            return "undecided"
        return "does not hold" if self.against else "undecided"

    @property
    def telling(self) -> Observation:
        """The observation that says most about the verdict, so that it can stand for the rest."""
        if self.against:
            return self.against[0]
        return next((x for x in self.supports if not x.true), self.supports[0])


def refusal(attempt: Callable[[], object]) -> str:
    """Return what is said by the error that an attempt raises, in a line; empty if it raises none.

    >>> refusal(lambda: [][0])
    'IndexError: list index out of range'
    """
    try:
        attempt()
    except Exception as error:  # Keras raises many kinds; the kind is part of what is said
        lines = COLOUR.sub("", str(error)).strip().splitlines() or [""]
        said = lines[0].partition(" Received:")[0]
        return f"{type(error).__name__}: {shorten(said, LONGEST)}"
    return ""
