"""What `explain` returns: whether a Sequential could be the model, and how it tells that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any

from kitchen.graph.element_rows import rows_of
from kitchen.graph.model_graph import Form
from kitchen.graph.nesting import Element
from kitchen.graph.obstacle import NOUNS, WHY, Obstacle
from kitchen.graph.sharing import Path
from kitchen.tables import Table

FIRST = 3  # obstacles of a kind that are shown
MOST_ROWS = 24  # of the wrapped form
WIDTH = 96


@dataclass(frozen=True)
class Explanation:
    """Whether a Sequential could express a model, and what stops it.

    Args:
        model: The model's name.
        form: How it is written.
        verdict: The answer in a sentence.
        obstacles: What a plain Sequential cannot express; empty for a chain.
        surprises: What a Sequential can express, but not as one would expect.
        wrapped: The elements of a Sequential that hides the branches inside them, where there are
            two or more; of a chain only where one of its models hides something.
        notes: What else there is to know.
    """

    model: str
    form: Form
    verdict: str
    obstacles: tuple[Obstacle, ...] = ()
    surprises: tuple[Obstacle, ...] = ()
    wrapped: tuple[Element, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def linear(self) -> bool:
        """Whether the model is a chain, so that a plain Sequential can express it."""
        return not self.obstacles

    @property
    def calls(self) -> tuple[Path, ...]:
        """The paths of all calls concerned, for `kitchen.draw(model, highlight=...)`."""
        found = [path for x in self.obstacles + self.surprises for path in x.calls]
        hidden = [path for e in self.wrapped for x in e.hides for path in x.calls]
        return tuple(dict.fromkeys([*found, *hidden]))

    def __str__(self) -> str:
        """Return it as text: the verdict, the obstacles by kind, the wrapped form, the rest."""
        lines = [fill(self.verdict, WIDTH)]
        for head, why, items in grouped(self.obstacles):
            lines += ["", fill(f"{head}. {why}", WIDTH)]
            lines += [
                fill(x, WIDTH, initial_indent="  - ", subsequent_indent="    ") for x in items
            ]
        if self.wrapped:
            lines += ["", str(self.table())]
        lines += [f"\n{fill(text, WIDTH)}" for text in self.remarks()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self.verdict)}</strong></p>"]
        for head, why, items in grouped(self.obstacles):
            listed = "".join(f"<li>{escape(item)}</li>" for item in items)
            parts.append(f"<p><strong>{head}.</strong> {escape(why)}</p>\n<ul>{listed}</ul>")
        if self.wrapped:
            parts.append(self.table().html())
        parts += [f"<p>{escape(text)}</p>" for text in self.remarks()]
        return "\n".join(parts)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def remarks(self) -> Iterator[str]:
        """Yield the surprises, the first few of a kind, and the notes."""
        for _, _, items in grouped(self.surprises):
            yield from (f"Surprise: {item}" for item in items)
        yield from self.notes

    def table(self) -> Table:
        """Return the elements of the wrapped form, those that repeat in one row."""
        count = sum(bool(element.hides) for element in self.wrapped)
        what = "what a flat one cannot express" if self.linear else "the obstacles"
        models = f"is a model that hides {what}" if count == 1 else f"are models that hide {what}"
        start = "It is" if self.linear else "Wrapped, it is"
        rows = list(rows_of(self.wrapped))
        if len(rows) > MOST_ROWS:
            rows = [*rows[:MOST_ROWS], ("…", f"and {len(rows) - MOST_ROWS:,} more rows", "", "")]
        times = any(row[-1] for row in rows)
        return Table(
            f"{start} a Sequential of {len(self.wrapped):,} elements; {count:,} {models}.",
            ("element", "calls", "hides", "times")[: 4 if times else 3],
            [row if times else row[:3] for row in rows],
        )


def grouped(obstacles: Iterable[Obstacle]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield obstacles by kind: a heading, what a Sequential does instead, the first few texts."""
    kinds: dict[str, list[Obstacle]] = {}
    for obstacle in obstacles:
        kinds.setdefault(obstacle.kind, []).append(obstacle)
    for kind, found in kinds.items():
        one, more = NOUNS.get(kind, (kind, kind))
        several = len(found) > 1
        head = more if several or kind in {"inputs", "outputs"} else one
        count = f" ({len(found):,})" if several else ""
        items = [obstacle.text for obstacle in found[:FIRST]]
        if len(found) > FIRST:
            items.append(f"and {len(found) - FIRST:,} more")
        yield f"{head[0].upper()}{head[1:]}{count}", WHY.get(kind, ""), items
