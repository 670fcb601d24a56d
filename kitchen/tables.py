"""How results show themselves: tables as HTML that needs no style, and as text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from kitchen.errors import shorten

WIDEST = 60  # characters that are left of a cell of more than four times as many


@dataclass(frozen=True)
class Table:
    """A table of text.

    Args:
        caption: What it shows, as a sentence.
        header: The names of the columns.
        rows: The cells as text, one sequence a row.
        footer: A last row that adds the others up; empty for none.
        numbers: The positions of the columns that hold numbers, which stand to the right.

    >>> print(Table("Two weights.", ("name", "size"), [("kernel", "8"), ("bias", "4")],
    ...             footer=("together", "12"), numbers=(1,)))
    Two weights.
    name      size
    --------  ----
    kernel       8
    bias         4
    --------  ----
    together    12
    """

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    footer: Sequence[str] = ()
    numbers: Sequence[int] = field(default=())

    @property
    def width(self) -> int:
        """The characters across its columns, as text.

        >>> Table("", ("name", "size"), [("kernel", "8")]).width
        12
        """
        return max(map(len, str(Table("", self.header, self.rows, self.footer)).splitlines()))

    def html(self) -> str:
        """Return the table as HTML, with everything in it escaped."""
        lines = ["<table>", f"<caption>{clean(self.caption)}</caption>", "<thead>"]
        lines += [self._row(self.header, "th"), "</thead>", "<tbody>"]
        lines += [self._row(row, "td") for row in self.rows]
        lines.append("</tbody>")
        if self.footer:
            lines += ["<tfoot>", self._row(self.footer, "th"), "</tfoot>"]
        return "\n".join([*lines, "</table>"])

    def _row(self, cells: Sequence[str], tag: str) -> str:
        shown = []
        for k, cell in enumerate(cells):
            align = "right" if k in self.numbers else "left"
            shown.append(f'<{tag} style="text-align:{align}">{clean(cell)}</{tag}>')
        return f"<tr>{''.join(shown)}</tr>"

    def __str__(self) -> str:
        """Return the table as text in columns."""
        rows = [[plain(cell) for cell in row] for row in (self.header, *self.rows)]
        if self.footer:
            rows.append([plain(cell) for cell in self.footer])
        widths = [max(len(row[k]) for row in rows) for k in range(len(self.header))]
        rule = "  ".join("-" * width for width in widths)
        lines = [
            "  ".join(
                cell.rjust(width) if k in self.numbers else cell.ljust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        lines.insert(1, rule)
        if self.footer:
            lines.insert(len(lines) - 1, rule)
        return "\n".join([plain(self.caption), *lines] if self.caption else lines)

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


class Tabled:
    """What shows itself as its table, in a notebook and as text."""

    def table(self) -> Table:
        """Return all this as a table."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return the table as text."""
        return str(self.table())

    def __repr__(self) -> str:
        """Return the table as text: what a Python prompt shows too."""
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table().html()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def printable(text: str) -> str:
    """Return text on one line, with what cannot be shown or encoded replaced."""
    return "".join(c if c.isprintable() else " " if c in "\n\t" else "\ufffd" for c in text)


def plain(text: str) -> str:
    """Return text on one line, with what cannot be shown replaced, cut where it is long."""
    shown = printable(text)
    return shorten(shown, WIDEST) if len(shown) > 4 * WIDEST else shown


def clean(text: str) -> str:
    """Return text for HTML: escaped, with what cannot be shown replaced."""
    return escape(plain(text))
