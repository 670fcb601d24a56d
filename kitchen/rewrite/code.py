"""Python code as a small tree, laid out the way `ruff format` would leave it."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

WIDTH = 88  # what ruff and Black take for a line unless told otherwise


@dataclass(frozen=True)
class Ref:
    """A variable, whose name is chosen once all of them are known.

    Args:
        key: What it stands for.
    """

    key: Any


@dataclass(frozen=True)
class Label:
    """The name of a layer, written as a string.

    Args:
        text: The name.
        bare: Whether it is a number, written without quotes.
    """

    text: str
    bare: bool = False


@dataclass(frozen=True)
class Callee:
    """A function of the program, which may get another name.

    Args:
        name: Its name.
    """

    name: str


@dataclass(frozen=True)
class Template:
    """The name of a layer in a loop, written as an f-string.

    Args:
        pieces: Its text, and between the text numbers that are added to the loop's variable.
        variable: That variable.
        bare: Whether it is a number, written without quotes.
    """

    pieces: tuple[str | int, ...]
    variable: Ref
    bare: bool = False


@dataclass(frozen=True)
class Group:
    """What stands between two brackets, with commas between.

    Args:
        open: The opening bracket.
        items: What stands inside.
        close: The closing bracket.
        tall: Whether each item gets a line of its own even where one line would do.
        arguments: Whether these are the arguments of a call.
    """

    open: str
    items: tuple["Code", ...]
    close: str
    tall: bool = False
    arguments: bool = False


@dataclass(frozen=True)
class Either:
    """A line in two ways.

    Args:
        short: How it is written if that fits on one line.
        long: How it is written otherwise.
    """

    short: "Code"
    long: "Code"


Name = Ref | Label | Callee | Template  # written once all names are known
Part = str | Name | Group | Either
Code = tuple[Part, ...]


def call(callee: Code | str, *args: Code | str, **kwargs: Code | str) -> Code:
    """Return the code of a call.

    >>> flat(call("layers.Dense", "64", name='"hidden"'))
    'layers.Dense(64, name="hidden")'
    """
    given = [as_code(x) for x in args]
    given += [(f"{name}=", *as_code(value)) for name, value in kwargs.items()]
    return (*as_code(callee), Group("(", tuple(given), ")", arguments=True))


def as_code(value: Code | str) -> Code:
    """Return code that may be given as text."""
    return (value,) if isinstance(value, str) else value


def listed(items: Iterable[Code], *, tall: bool = False) -> Code:
    """Return the code of a list."""
    return (Group("[", tuple(items), "]", tall),)


def tupled(items: Iterable[Code]) -> Code:
    """Return the code of a tuple."""
    inside = tuple(items)
    return (Group("(", inside, ",)" if len(inside) == 1 else ")"),)


def keyed(items: Mapping[str, Code]) -> Code:
    """Return the code of a dict; its keys are code as text."""
    return (Group("{", tuple((f"{key}: ", *value) for key, value in items.items()), "}"),)


def parts(code: Code) -> Iterable[Part]:
    """Yield every part of some code, the ones inside groups too, from left to right."""
    waiting = list(reversed(code))
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Group):
            waiting += [inner for item in reversed(part.items) for inner in reversed(item)]
        elif isinstance(part, Either):
            waiting += reversed(part.short)


def replaced(code: Code, leaf: Callable[[Name], Part]) -> Code:
    """Return code with something else in place of its variables and names.

    Code is nested as deep as one line of a program is, so this calls itself.
    """
    return tuple(replaced_part(part, leaf) for part in code)


def replaced_part(part: Part, leaf: Callable[[Name], Part]) -> Part:
    """Return a part of some code, as in `replaced`."""
    if isinstance(part, str):
        return part
    if isinstance(part, Group):
        return replace(part, items=tuple(replaced(item, leaf) for item in part.items))
    if isinstance(part, Either):
        return Either(replaced(part.short, leaf), replaced(part.long, leaf))
    return leaf(part)


def flat(code: Code) -> str:
    """Return code in which all variables have their names, on one line."""
    texts = []
    for part in code:
        if isinstance(part, Group):
            texts.append(part.open + ", ".join(map(flat, part.items)) + part.close)
        else:
            texts.append(flat(part.short) if isinstance(part, Either) else str(part))
    return "".join(texts)


def width(text: str) -> int:
    """Return how many columns a text takes; `literals.string` leaves only plain and wide ones."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def is_tall(code: Code) -> bool:
    """Return whether code must take several lines."""
    return any(isinstance(part, Group) and part.tall for part in parts(code))


def lay_out(code: Code, *, before: str = "", after: str = "", indent: int = 0) -> list[str]:
    """Return code as lines that `ruff format` leaves alone.

    Args:
        code: The code; all variables have their names.
        before: What stands before it on the first line, such as `"x = "`.
        after: What stands after it on the last line.
        indent: The spaces before each line.

    What does not fit on a line is opened at its last brackets if all before them fits, otherwise
    at its first. Arguments go on one line together if they fit; anything else gets a line an item.
    """
    room = WIDTH - indent
    if code and isinstance(code[0], Either):
        fits = width(before + flat(code) + after) <= room
        code = code[0].short if fits else code[0].long
    line = before + flat(code) + after
    groups = [k for k, part in enumerate(code) if isinstance(part, Group) and part.items]
    tall = [k for k in groups if is_tall((code[k],))]
    if (width(line) <= room and not tall) or not groups:
        return [" " * indent + line]
    fitting = [k for k in groups if width(before + flat(code[:k])) < room]
    chosen = (tall or fitting[-1:] or groups)[0]
    if not tall and fitting and fitting[-1] != groups[-1]:
        chosen = groups[0]
    return opened(code, chosen, before, after, indent)


def opened(code: Code, chosen: int, before: str, after: str, indent: int) -> list[str]:
    """Return code as lines, opened at one of its brackets."""
    group: Any = code[chosen]
    tail = code[chosen + 1 :]
    pad = " " * indent
    lines = [pad + before + flat(code[:chosen]) + group.open]
    close = group.close.lstrip(",")
    last = close + flat(tail) + after
    inside = ", ".join(flat(item) for item in group.items)
    long_tail = width(last) > WIDTH - indent and any(isinstance(x, Group) and x.items for x in tail)
    tall = group.tall or long_tail or not group.arguments
    if not tall and not any(is_tall(item) for item in group.items):
        if width(inside) <= WIDTH - indent - 4:
            return [*lines, f"{pad}    {inside}", pad + last]
    comma = "," if tall or len(group.items) > 1 else ""
    for item in group.items:
        lines += lay_out(item, after=comma, indent=indent + 4)
    if long_tail:
        rest = tuple(replace(x, tall=True) if isinstance(x, Group) else x for x in tail)
        return lines + lay_out(rest, before=close, after=after, indent=indent)
    return [*lines, pad + last]
