"""A claim, the result of its test, and all results as a table."""

import ast
import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import overload

from kitchen.errors import KitchenError, shorten
from kitchen.examples.example import as_a_learner_writes
from kitchen.rewrite.source import Source
from kitchen.tables import Table, Tabled
from kitchen.teaching.claims.evidence import Evidence, Observation, Verdict

WIDTH = 96


@dataclass(frozen=True)
class Claim:
    """Something that the article says, in our words, and the code that tests it.

    Args:
        number: Its place in the table, from 1.
        about: What it is about, in a few words.
        check: Runs code and returns what was seen. Its name is the claim's key, and its docstring
            is the claim.
    """

    number: int
    about: str
    check: Callable[[], Evidence]

    @property
    def key(self) -> str:
        """The name to ask for it by."""
        return self.check.__name__

    @property
    def says(self) -> str:
        """The claim, as a sentence."""
        return " ".join((inspect.getdoc(self.check) or "").split())

    @property
    def code(self) -> Source:
        """The code of its test, which runs anywhere where this package is installed."""
        body = as_a_learner_writes(self.check)
        used = {x.id for x in ast.walk(ast.parse(body)) if isinstance(x, ast.Name)}
        lines = imports(sys.modules[self.check.__module__], used)
        return Source("\n".join([*lines, "", "", body.rstrip(), ""]))


def imports(module: ModuleType, used: set[str]) -> Iterator[str]:
    """Yield the imports that give some code of a module the names that it uses."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [x for x in node.names if (x.asname or x.name) in used]
            if names and isinstance(node, ast.ImportFrom):
                yield ast.unparse(ast.ImportFrom(node.module, names, node.level))
            elif names:
                yield ast.unparse(ast.Import(names))
        elif isinstance(node, ast.FunctionDef) and node.name in used:
            yield f"from {module.__name__} import {node.name}"


def coded(html: str) -> str:
    """Return HTML in which what stood between backquotes, within one cell, is code."""
    return re.sub("`([^`<]*)`", r"<code>\1</code>", html)


@dataclass(frozen=True, repr=False)
class Result(Tabled):
    """A claim with what its test has shown.

    Args:
        claim: The claim.
        evidence: What was looked for, and what was seen.
    """

    claim: Claim
    evidence: Evidence

    @property
    def key(self) -> str:
        """The claim's name."""
        return self.claim.key

    @property
    def says(self) -> str:
        """The claim, as a sentence."""
        return self.claim.says

    @property
    def code(self) -> Source:
        """The code of the test."""
        return self.claim.code

    @property
    def verdict(self) -> Verdict:
        """Whether the claim holds."""
        return self.evidence.verdict

    @property
    def condition(self) -> str:
        """On which condition it holds; empty for a claim that holds without one, or not at all."""
        if self.verdict != "holds with a condition":
            return ""
        return "; and that ".join(self.evidence.conditions)

    def heading(self) -> str:
        """Return the claim and its verdict in sentences."""
        end = f": that {self.condition}" if self.condition else ""
        return f"{self.says} Verdict: {self.verdict}{end}."

    def observations(self) -> list[tuple[str, Observation]]:
        """Return what was looked for, with what it speaks for."""
        return [
            *(("for it", x) for x in self.evidence.supports),
            *(("against it", x) for x in self.evidence.refutes),
        ]

    def table(self) -> Table:
        """Return what was looked for and what was seen, as a table."""
        return Table(
            self.heading(),
            ("speaks", "looked for", "was it so?", "seen"),
            [(side, x.what, "yes" if x.true else "no", x.seen) for side, x in self.observations()],
        )

    def _repr_html_(self) -> str:
        return coded(self.table().html())

    def __str__(self) -> str:
        """Return all of it as text."""
        lines = [textwrap.fill(self.heading(), WIDTH)]
        lines += [
            textwrap.fill(f"{side}: {x}", WIDTH, initial_indent="  ", subsequent_indent="    ")
            for side, x in self.observations()
        ]
        return "\n".join(lines)

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class Claims(Sequence[Result], Tabled):
    """The results of several claims.

    Args:
        results: One a claim.
        version: The version of Keras that they were tested in.
    """

    results: tuple[Result, ...]
    version: str

    def __len__(self) -> int:
        """Return the number of claims."""
        return len(self.results)

    @overload
    def __getitem__(self, place: int | str) -> Result: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, place: int | str | slice) -> Result | tuple[Result, ...]:
        """Return one result by its key or its place, or several by a slice.

        Raises:
            KitchenError: There is no result of that name.
        """
        if not isinstance(place, str):
            return self.results[place]
        for result in self.results:
            if result.key == place:
                return result
        raise KitchenError(
            "There is no result for such a claim here.",
            received=shorten(repr(place), 80),
            fix="The table's last column has the keys.",
        )

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each claim, by its key."""
        return {result.key: result.verdict for result in self.results}

    def summary(self) -> str:
        """Return in a sentence how many claims have which verdict."""
        found = Counter(self.verdicts.values())
        words: dict[Verdict, tuple[str, str]] = {
            "holds": ("holds", "hold"),
            "holds with a condition": ("holds with a condition", "hold with a condition"),
            "does not hold": ("does not hold", "do not hold"),
            "undecided": ("is undecided", "are undecided"),
        }
        parts = [
            f"{found[key]} {one if found[key] == 1 else more}"
            for key, (one, more) in words.items()
            if found[key]
        ]
        total = f"{len(self)} claim{'' if len(self) == 1 else 's'}"
        return f"{total}, tested in Keras {self.version}: {', '.join(parts)}."

    def table(self) -> Table:
        """Return all claims as a table."""
        return Table(
            self.summary(),
            ("", "about", "claim", "verdict", "on condition that", "what a run showed", "key"),
            [
                (
                    str(result.claim.number),
                    result.claim.about,
                    result.says,
                    result.verdict,
                    result.condition,
                    result.evidence.telling.what,
                    result.key,
                )
                for result in self.results
            ],
            numbers=(0,),
        )

    def _repr_html_(self) -> str:
        return coded(self.table().html())

    def __str__(self) -> str:
        """Return all claims as text."""
        return "\n\n".join([self.summary(), *(f"{x.claim.number}. {x}" for x in self.results)])

    __repr__ = __str__
