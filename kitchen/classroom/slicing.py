"""Which cells of a notebook an answer needs: the cell that checks it, and what that builds on.

Marking runs these and no other, so that a lesson is marked without its training. They are found by
names: the cell that hands an answer to `kitchen.exercise("03.3").check`; the cells that define a
name it uses, and those that change such an object by a method (`model.add(...)`); and so on back to
the first cell. Lines that only show something, such as `kitchen.draw(model)`, are left out. What a
cell needs without a name, such as a file that another cell has written, is not found.
"""

import ast
import contextlib
import re
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# Methods that leave a model as it is, as far as an exercise asks.
READS = frozenset(
    "summary fit evaluate predict predict_on_batch save save_weights export count_params get_config"
    " get_layer get_weights to_json check hint solution plot show".split()
)
MAGICS = ("time", "timeit", "capture", "explore", "prun")  # cell magics over plain Python
MAGIC = re.compile(r"\A\s*%%(\w+)[^\n]*\n?")


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Args:
        source: Its text.
        fails: Whether it is tagged as one that may raise.
    """

    source: str
    fails: bool = False

    @cached_property
    def code(self) -> str:
        """Its Python; empty for a cell in another language."""
        found = MAGIC.match(self.source)
        if not found:
            return python(self.source)
        return python(self.source[found.end() :]) if found[1] in MAGICS else ""

    @cached_property
    def tree(self) -> ast.Module | None:
        """Its syntax tree without the lines that only show something; `None` where it has none."""
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.parse(self.code)
            tree.body = [statement for statement in tree.body if not only_shows(statement)]
            return tree
        return None

    def walk(self) -> Iterator[ast.AST]:
        """Yield everything in it."""
        return ast.walk(self.tree) if self.tree else iter(())

    @cached_property
    def symbols(self) -> tuple[symtable.Symbol, ...]:
        """Its names, and those that its functions and classes take from outside of them."""
        return tuple(symbols(self.tree)) if self.tree else ()

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that it reads before it gives them a value of its own."""
        read, given = set[str](), set[str]()
        for statement in self.tree.body if self.tree else ():
            every = symbols(ast.Module([statement], []))
            read |= {x.get_name() for x in every if x.is_referenced()} - given
            given |= given_by(statement)
        return frozenset(read)

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that it imports; `*` where it imports all there are."""
        every = (x for x in self.walk() if isinstance(x, ast.Import | ast.ImportFrom))
        names = (alias.asname or alias.name.partition(".")[0] for x in every for alias in x.names)
        return frozenset(names)

    @cached_property
    def short(self) -> dict[str, str]:
        """By each name for a part of something, such as `layers`, the name it is a part of."""
        every = (x for x in self.walk() if isinstance(x, ast.Assign))
        parts = (x for x in every if isinstance(x.value, ast.Attribute))
        pairs = ((target, root(x.value)) for x in parts for target in x.targets)
        return {target.id: whole for target, whole in pairs if isinstance(target, ast.Name)}

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that it gives a value."""
        given = (x for x in self.symbols if x.is_assigned() or x.is_imported())
        return frozenset(x.get_name() for x in given)

    @cached_property
    def surely(self) -> frozenset[str]:
        """The names whose earlier values no longer count after it."""
        body = self.tree.body if self.tree and not self.fails else ()
        return frozenset(name for x in body for name in given_by(x)) - self.used

    @cached_property
    def changed(self) -> frozenset[str]:
        """The names whose objects it may change: by a method, a part, or a function of its own."""
        names = set()
        for x in self.walk():
            if isinstance(x, ast.Attribute | ast.Subscript) and not is_read(x):
                names.add(root(x))
            elif isinstance(x, ast.Call) and isinstance(x.func, ast.Attribute):
                names |= set() if x.func.attr in READS else {root(x.func)}
            elif isinstance(x, ast.Expr) and isinstance(x.value, ast.Call):
                if isinstance(x.value.func, ast.Name):
                    names |= {arg.id for arg in x.value.args if isinstance(arg, ast.Name)}
        return frozenset(names - {""})


def symbols(code: ast.Module) -> list[symtable.Symbol]:
    """Return the names of some code, and those that its functions take from outside of them."""
    table = symtable.symtable(ast.unparse(code), "<cell>", "exec")
    found, inner = list(table.get_symbols()), list(table.get_children())
    for scope in inner:  # it grows
        found += [x for x in scope.get_symbols() if x.is_global()]
        inner += scope.get_children()
    return found


def given_by(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives a value in any case."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        return {x.id for x in statement.targets if isinstance(x, ast.Name)}
    return set()


def python(source: str) -> str:
    """Return a cell's text with IPython's own lines as calls of `get_ipython()`."""
    if not re.search(r"^\s*[%!?]|\?\s*$|=\s*[%!]", source, re.MULTILINE):
        return source  # as nearly every cell; the import takes a while
    from IPython.core.inputtransformer2 import TransformerManager

    return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]


def only_shows(statement: ast.stmt) -> bool:
    """Whether a statement is a call such as `kitchen.draw(model)`, which changes nothing."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    called = statement.value.func
    return isinstance(called, ast.Attribute) and root(called) == "kitchen"


def is_read(node: Any) -> bool:
    """Whether a name, an attribute or a subscript is read here, not set."""
    return isinstance(node.ctx, ast.Load)


def root(node: ast.AST) -> str:
    """Return the name at the beginning of `name.a.b[0]`; empty where it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def checks(cell: Cell, key: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether a cell checks an answer to an exercise, or has its key where it cannot be parsed."""
    if cell.tree is None:
        return bool(re.search(rf"exercise\(\s*[\"']{re.escape(key)}[\"']", cell.source))
    return any(
        isinstance(x, ast.Attribute)
        and x.attr == "check"
        and (asks(x.value, key) or (isinstance(x.value, ast.Name) and x.value.id in names))
        for x in cell.walk()
    )


def asks(node: ast.AST, key: str) -> bool:
    """Whether something is `kitchen.exercise(key)`."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "exercise"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == key
    )


def kept_as(cells: Sequence[Cell], key: str) -> frozenset[str]:
    """Return the names that an exercise is kept under: `mine = kitchen.exercise("03.3")`."""
    every = (x for cell in cells for x in cell.walk() if isinstance(x, ast.Assign))
    kept = (x.targets for x in every if asks(x.value, key))
    return frozenset(x.id for some in kept for x in some if isinstance(x, ast.Name))


def targets(cells: Sequence[Cell], key: str, name: str = "") -> list[int]:
    """Return which cells answer an exercise.

    Args:
        cells: The notebook's code cells.
        key: The exercise.
        name: The name that holds the answer where no cell checks it.
    """
    kept = kept_as(cells, key)
    found = [k for k, cell in enumerate(cells) if checks(cell, key, kept)]
    return found or [k for k, cell in enumerate(cells) if name and name in cell.defined]


def needed(cells: Sequence[Cell], ends: Sequence[int]) -> list[int]:
    """Return which cells are to be run for some of them, in their order, these included."""
    if not ends:
        return []
    libraries = {"kitchen"} | {name for cell in cells for name in cell.imported}
    short = (pair for cell in cells for pair in cell.short.items())
    modules = libraries | {name for name, whole in short if whole in libraries}
    found, names = [], set[str]()
    for k in reversed(range(max(ends) + 1)):
        cell = cells[k]
        touched = cell.defined | (cell.changed - modules)
        if k in ends or touched & names or "*" in cell.imported:
            found.append(k)
            names = (names - cell.surely) | cell.used
    return found[::-1]
