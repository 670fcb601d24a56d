"""The elements of a wrapped form as rows of a table, with what repeats in one row."""

from collections.abc import Iterator, Sequence

from kitchen.graph.nesting import Element
from kitchen.graph.obstacle import counted, span

LONGEST_PERIOD = 4  # pieces that repeat together
LEVELS = 3  # of elements inside elements that are shown

Piece = Sequence[Element]  # plain elements in a row, or one that hides something
Row = tuple[str, str, str, str]


def rows_of(form: Sequence[Element]) -> Iterator[Row]:
    """Yield the rows for elements: the number, the calls, what they hide, how often they come.

    What is inside an element follows it, where something in there is hidden too.
    """
    waiting: list[tuple[str, Sequence[Element], Row | None]] = [("", form, None)]
    while waiting:
        start, elements, row = waiting.pop()
        if row is not None:
            yield row
            continue
        found: list[tuple[str, Sequence[Element], Row | None]] = []
        position = 1
        for period, times in repeated(pieces(elements)):
            found.append(("", (), cells(start, position, period, times)))
            for element in (element for piece in period for element in piece):
                if start.count(".") < LEVELS - 1:
                    found += [(x, way, None) for x, way in ways(f"{start}{position}", element)]
                position += 1
            position += (times - 1) * sum(map(len, period))
        waiting += reversed(found)


def ways(number: str, element: Element) -> Iterator[tuple[str, Sequence[Element]]]:
    """Yield the ways through an element that hide something, each with how its numbers begin."""
    found, waiting = [], list(reversed(element.inside))
    while waiting:
        way = waiting.pop()
        if len(way) == 1:  # it says what the element itself has said
            waiting += reversed(way[0].inside)
        elif any(inner.busy for inner in way):
            found.append(way)
    for k, way in enumerate(found):
        letter = chr(ord("a") + k % 26) if len(found) > 1 else ""
        yield f"{number}{letter}.", way


def pieces(elements: Sequence[Element]) -> list[Piece]:
    """Return elements with plain ones in a row put together."""
    found: list[list[Element]] = []
    for element in elements:
        if found and not (
            element.busy or element.block or found[-1][-1].busy or found[-1][-1].block
        ):
            found[-1].append(element)
        else:
            found.append([element])
    return list(found)


def repeated(found: Sequence[Piece]) -> Iterator[tuple[Sequence[Piece], int]]:
    """Yield pieces, with how often they come in a row, a few of them together where that helps."""
    numbers: dict[object, int] = {}
    keys = [
        numbers.setdefault(tuple(element.key for element in piece), len(numbers)) for piece in found
    ]
    k = 0
    while k < len(keys):
        size, times = 1, 1
        for period in range(1, LONGEST_PERIOD + 1):
            end = k + period
            while end < len(keys) and keys[end] == keys[end - period]:
                end += 1
            often = (end - k) // period
            if often > 1 and often * period > size * times:
                size, times = period, often
        yield found[k : k + size], times
        k += size * times


def cells(start: str, position: int, period: Sequence[Piece], times: int) -> Row:
    """Return one row."""
    count = times * sum(map(len, period))
    end = f"–{start}{position + count - 1}" if count > 1 else ""
    return (
        f"{start}{position}{end}",
        "; ".join(told(piece) for piece in period),
        counted(obstacle for piece in period for element in piece for obstacle in element.hides),
        f"×{times:,}" if times > 1 else "",
    )


def told(piece: Piece) -> str:
    """Return a piece in words."""
    one = piece[0]
    if not one.block:
        return span([element.name for element in piece])
    return f"{one.name} ({len(one.calls):,} calls)" if len(one.calls) > 1 else one.name
