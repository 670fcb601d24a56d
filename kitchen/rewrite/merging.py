"""Functions that build like models, written as one function."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kitchen.rewrite.code import (
    Callee,
    Code,
    Either,
    Group,
    Label,
    Name,
    Part,
    Ref,
    parts,
    replaced,
)
from kitchen.rewrite.folding import LEAST
from kitchen.rewrite.naming import Names
from kitchen.rewrite.patterns import Pattern, pattern_of
from kitchen.rewrite.statements import Class, Function, Line, Statement

Made = tuple[str, Label | None]  # a function's new name, and what it is told, if anything
Shape = tuple[tuple[object, ...], ...]


def merged(
    functions: Sequence[Function | Class], hints: dict[Ref, str], names: Names
) -> list[Function | Class]:
    """Return the functions of a program with one in place of three or more that are alike.

    Args:
        functions: The functions and classes.
        hints: What each variable would be called; more are added.
        names: The names taken at the top of the program.
    """
    found = list(functions)
    while made := one_round(found, hints, names):
        kept = [f for f in found if f.name not in made]
        found = [recalled_function(f, made) for f in kept]
    return found


def one_round(
    functions: list[Function | Class], hints: dict[Ref, str], names: Names
) -> dict[str, Made]:
    """Merge functions that call the same ones; return the new names of those that are gone."""
    groups: dict[Shape, list[Function]] = {}
    for function in functions:
        if isinstance(function, Function) and function.name != "build":
            groups.setdefault(shape(function), []).append(function)
    gone: dict[str, Made] = {}
    for members in groups.values():
        members.sort(key=lambda f: [natural(label.text) for label in labels(f)])
        for alike, pattern in runs(members):
            name = names.fresh(re.sub(r"_?\d+", "", alike[0].name).rstrip("_"))
            one = general(alike[0], name, pattern, hints)
            functions.insert(functions.index(alike[0]), one)
            changing = len(one.parameters) > len(alike[0].parameters)
            for k, member in enumerate(alike):
                gone[member.name] = name, pattern.value(k) if changing else None
    return gone


def runs(functions: Sequence[Function]) -> Iterator[tuple[Sequence[Function], Pattern]]:
    """Yield the functions that follow each other by one pattern of names, where they are enough."""
    texts = [[label.text for label in labels(function)] for function in functions]
    start = 0
    while start + LEAST <= len(texts):
        pattern, count = pattern_of(texts[start], texts[start + 1]), 0
        while pattern and start + count < len(texts) and pattern.fits(texts[start + count], count):
            count += 1
        if pattern and count >= LEAST:
            yield functions[start : start + count], pattern
        start += count if count >= LEAST else 1


def general(one: Function, name: str, pattern: Pattern, hints: dict[Ref, str]) -> Function:
    """Return one of some functions that are alike so that it stands for all of them."""
    counter = Ref(("merged", name))
    hints[counter] = "k"
    places = iter(range(len(pattern.pieces)))

    def leaf(part: Name) -> Part:
        if isinstance(part, Ref):
            hints[part] = re.sub(r"_?\d+", "", hints[part]) or hints[part]
        return pattern.label(next(places), counter, part) if isinstance(part, Label) else part

    lines = [
        replace(line, code=replaced(line.code, leaf)) if isinstance(line, Statement) else line
        for line in one.lines
    ]
    given = [counter] if any(len(pieces) > 1 for pieces in pattern.pieces) else []
    return replace(one, name=name, parameters=[*given, *one.parameters], lines=lines, adding=None)


def shape(function: Function) -> Shape:
    """Return what functions have in common that differ in names only."""
    numbers = {ref: k for k, ref in enumerate(function.parameters)}
    found: list[tuple[object, ...]] = [(len(numbers),)]

    def leaf(part: Name) -> Part:
        if isinstance(part, Ref):
            return f"\1{numbers.setdefault(part, len(numbers))}"
        return "\0" if isinstance(part, Label) else part

    for line in function.lines:
        if isinstance(line, Statement):
            code = replaced(line.code, leaf)
            targets = [None if t is None else leaf(t) for t in line.targets]
            found.append((code, tuple(targets), line.unpack, line.remark))
    return tuple(found)


def labels(function: Function) -> list[Label]:
    """Return the names in a function."""
    lines = [line for line in function.lines if isinstance(line, Statement)]
    return [part for line in lines for part in parts(line.code) if isinstance(part, Label)]


def natural(text: str) -> list[tuple[str, int]]:
    """Return a key that sorts `block_2` before `block_10`."""
    words, numbers = re.split(r"\d+", text), re.findall(r"\d+", text)
    return list(zip(words, [*map(int, numbers), 0], strict=True))


def recalled_function(function: Function | Class, made: Mapping[str, Made]) -> Function | Class:
    """Return a function that calls others by their new names."""

    def all_of(lines: Sequence[Line] | None) -> list[Line]:
        return [
            replace(line, code=recalled(line.code, made)) if isinstance(line, Statement) else line
            for line in lines or ()
        ]

    if isinstance(function, Class):
        return replace(function, making=all_of(function.making), calling=all_of(function.calling))
    adding = None if function.adding is None else all_of(function.adding)
    return replace(function, lines=all_of(function.lines), adding=adding)


def recalled(code: Code, made: Mapping[str, Made]) -> Code:
    """Return code that calls functions by their new names; it is a line, so this calls itself."""
    found: list[Part] = []
    told: Label | None = None
    for part in code:
        if isinstance(part, Callee) and part.name in made:
            name, told = made[part.name]
            found.append(Callee(name))
        elif isinstance(part, Group):
            items = tuple(recalled(item, made) for item in part.items)
            found.append(replace(part, items=items if told is None else ((told,), *items)))
            told = None
        elif isinstance(part, Either):
            found.append(Either(recalled(part.short, made), recalled(part.long, made)))
        else:
            found.append(part)
    return tuple(found)
