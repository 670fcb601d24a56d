"""The lines of a program, before and after their variables have names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kitchen.rewrite.code import Callee, Code, Label, Name, Ref, Template, call, lay_out, replaced
from kitchen.rewrite.literals import string
from kitchen.rewrite.naming import Names


@dataclass(frozen=True)
class Statement:
    """One line: something is done, and maybe kept in variables.

    Args:
        code: What is done.
        targets: The variables that keep it; `None` for one that nothing uses.
        unpack: Whether the variables take a sequence apart, even if there is only one.
        remark: A comment for the line above; empty for none.
    """

    code: Code
    targets: tuple[Ref | None, ...] = ()
    unpack: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True)
class Loop:
    """Lines that run several times.

    Args:
        variable: What changes from time to time; `None` where nothing does.
        over: What it goes over, as code.
        lines: The lines.
    """

    variable: Ref | None
    over: str
    lines: tuple[Statement, ...]


Line = Statement | Gap | Loop


@dataclass
class Scope:
    """The names of variables in one function.

    Args:
        names: The names taken.
        hints: What a variable would be called, if that is free.
        known: The text for each variable that has one.
    """

    names: Names
    hints: Mapping[Ref, str]
    known: dict[Ref, str] = field(default_factory=dict)

    def text(self, part: Name) -> str:
        """Return how a variable or a layer's name is written."""
        if isinstance(part, Callee):
            return part.name
        if isinstance(part, Label):
            return part.text if part.bare else string(part.text)
        if isinstance(part, Template):
            name = self.text(part.variable)
            if part.bare:
                return shifted(name, int(part.pieces[1]))
            filled = [
                x if isinstance(x, str) else "{" + shifted(name, x) + "}" for x in part.pieces
            ]
            return f'f"{"".join(filled)}"'
        if part not in self.known:
            self.known[part] = self.names.fresh(self.hints[part])
        return self.known[part]


def shifted(name: str, number: int) -> str:
    """Return a variable with a number added.

    >>> shifted("k", 0), shifted("k", 1), shifted("k", -1)
    ('k', 'k + 1', 'k - 1')
    """
    return f"{name} {'+' if number > 0 else '-'} {abs(number)}" if number else name


def written(lines: Sequence[Line], scope: Scope, indent: int) -> list[str]:
    """Return lines as text; variables get their names in the order in which they appear."""
    found: list[str] = []
    for line in lines:
        if isinstance(line, Gap):
            if found and found[-1]:
                found.append("")
            continue
        if isinstance(line, Loop):
            name = "_" if line.variable is None else scope.text(line.variable)
            found.append(f"{' ' * indent}for {name} in {line.over}:")
            found += written(line.lines, scope, indent + 4)
            continue
        if line.remark:
            found.append(" " * indent + line.remark)
        code = replaced(line.code, scope.text)
        targets = ["_" if target is None else scope.text(target) for target in line.targets]
        left = ", ".join(targets)
        if line.unpack and len(targets) == 1:
            left = f"({left},)"
        found += lay_out(code, before=f"{left} = " if left else "", indent=indent)
    return found


@dataclass
class Function:
    """A function of the program that builds one model.

    Args:
        name: Its name.
        parameters: The layers that it is given.
        lines: What stands in it.
        hints: What its variables would be called.
        adding: The same for a Sequential to which layers are added one by one; `None` otherwise.
    """

    name: str
    parameters: list[Ref]
    lines: list[Line]
    hints: Mapping[Ref, str]
    adding: list[Line] | None = None

    def text(self, taken: Names) -> list[str]:
        """Return the function as lines of text."""
        scope = Scope(Names(taken.taken), self.hints)
        given = [scope.text(x) for x in self.parameters]
        head = lay_out(call(f"def {self.name}", *given), after=":")
        return [*head, *written(self.lines, scope, 4)]


@dataclass
class Class:
    """A subclass of `tf.keras.Model` whose objects are the model.

    Args:
        name: Its name.
        parameters: The layers that its `__init__` is given.
        named: The call of the `__init__` that it comes from.
        making: What stands in `__init__`.
        calling: What stands in `call`.
        training: Whether `call` takes `training`.
        attributes: The layers that are attributes, with what each would be called.
        hints: What the other variables would be called.
        no_names: The names of attributes that Keras's models have already.
    """

    name: str
    parameters: list[Ref]
    named: Code
    making: list[Line]
    calling: list[Line]
    training: bool
    attributes: list[Ref]
    hints: Mapping[Ref, str]
    no_names: set[str]

    def known(self) -> dict[Ref, str]:
        """Return how each layer is written inside the class."""
        names, known = Names(self.no_names), {}
        for ref in self.attributes:
            hint = self.hints[ref]
            hint = f"{hint}_layer" if hint in self.no_names else hint
            known[ref] = f"self.{names.fresh(hint)}"
        return known

    def text(self, taken: Names) -> list[str]:
        """Return the class as lines of text."""
        known = self.known()
        given = [known[ref].removeprefix("self.") for ref in self.parameters]
        making = Scope(Names(taken.taken), self.hints, dict(known))
        calling = Scope(Names([*taken.taken, "inputs"]), self.hints, dict(known))
        more = ("training=None",) if self.training else ()
        return [
            f"class {self.name}(tf.keras.Model):",
            *lay_out(call("def __init__", "self", *given), after=":", indent=4),
            *written([Statement(self.named)], making, 8),
            *(f"        self.{name} = {name}" for name in given),
            *written(self.making, making, 8),
            "",
            *lay_out(call("def call", "self", "inputs", *more), after=":", indent=4),
            *written(self.calling, calling, 8),
        ]
