"""The learner's own line that was running when an error was raised, and that line mended."""

import ast
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

LINES = 10  # a longer statement is shown only in part
WIDTH = 200
SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.FunctionDef)


@dataclass(frozen=True)
class Edit:
    """A piece of source code and what stands in its place.

    Args:
        start: The place of its first byte.
        end: The place after its last byte; the same as `start` to insert.
        text: The new text.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Line:
    """A learner's source code and the expression in it that was running.

    Args:
        source: The whole cell or file.
        span: First line, first column, last line and last column of that expression, lines from 1
            and columns in UTF-8 bytes from 0, as Python counts.
    """

    source: str
    span: tuple[int, int, int, int]

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of all the code."""
        return ast.parse(self.source)

    @cached_property
    def raw(self) -> bytes:
        """The code as UTF-8."""
        return self.source.encode()

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        found = [0]
        for line in self.raw.splitlines(keepends=True):
            found.append(found[-1] + len(line))
        return found

    @cached_property
    def node(self) -> ast.expr | None:
        """The expression that was running; `None` where it cannot be found."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.expr) and self.place(node) == self.span:
                return node
        return None

    @staticmethod
    def place(node: ast.AST) -> tuple[int, int, int, int]:
        """Return where a node stands, as `span` says it."""
        names = ("lineno", "col_offset", "end_lineno", "end_col_offset")
        line, column, end_line, end_column = (getattr(node, name, -1) for name in names)
        return line, column, end_line, end_column

    def range(self, node: ast.AST) -> tuple[int, int]:
        """Return the places of a node's first byte and after its last."""
        line, column, end_line, end_column = self.place(node)
        return self.starts[line - 1] + column, self.starts[end_line - 1] + end_column

    def text(self, node: ast.AST) -> str:
        """Return a node's source code."""
        start, end = self.range(node)
        return self.raw[start:end].decode()

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that puts text in a node's place."""
        return Edit(*self.range(node), text)

    def wrap(self, node: ast.AST, before: str, after: str) -> Edit:
        """Return the edit that puts text before and after a node."""
        return self.replace(node, f"{before}{self.text(node)}{after}")

    def respell(self, node: ast.Constant, text: str) -> Edit:
        """Return the edit that puts another text in a string's place, in the quotes it has."""
        new = repr(text) if self.text(node).startswith("'") else literal(text)
        return self.replace(node, new)

    def append(self, call: ast.Call, argument: str) -> Edit:
        """Return the edit that gives a call one more argument, the last."""
        parts = [*call.args, *(keyword.value for keyword in call.keywords)]
        if parts:
            place = max(self.range(part)[1] for part in parts)
            return Edit(place, place, f", {argument}")
        place = self.range(call)[1] - 1
        return Edit(place, place, argument)

    def rename(self, call: ast.Call, keyword: str, name: str) -> Edit | None:
        """Return the edit that renames a keyword of a call."""
        for found in call.keywords:
            if found.arg == keyword:
                start = self.range(found)[0]
                return Edit(start, start + len(keyword.encode()), name)
        return None

    def call_of(self, node: ast.expr) -> ast.expr:
        """Return the call of an expression where it is called, and itself where it is not."""
        calls = (x for x in ast.walk(self.tree) if isinstance(x, ast.Call) and x.func is node)
        return next(calls, node)

    def constants(self, value: object) -> list[ast.Constant]:
        """Return where a string or number is written in the code, in order."""
        found = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant)
            and type(node.value) is type(value)
            and node.value == value
        ]
        return sorted(found, key=self.range)

    def edited(self, *edits: Edit) -> str:
        """Return the statement that the edits change, changed; only a part of a long one."""
        low, high = min(edit.start for edit in edits), max(edit.end for edit in edits)
        for node in self.around(low, high):
            start, end = self.range(node)
            new = self.raw[start:end]
            for edit in sorted(edits, key=lambda x: x.start, reverse=True):
                new = new[: edit.start - start] + edit.text.encode() + new[edit.end - start :]
            text = dedented(new.decode(), self.place(node)[1])
            short = all(len(line) <= WIDTH for line in text.splitlines())
            if short and text.count("\n") < LINES and is_python(text):
                return text
        return ""

    def around(self, low: int, high: int) -> Iterator[ast.AST]:
        """Yield the statements and expressions that enclose a place, the outermost first."""
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            for child in ast.iter_child_nodes(node):
                if not hasattr(child, "lineno"):
                    waiting.append(child)  # such as the arguments of a function
                    continue
                start, end = self.range(child)
                if start <= low and high <= end:
                    waiting.append(child)
                    if isinstance(child, SIMPLE) or isinstance(child, ast.expr):
                        yield child


def literal(value: Any) -> str:
    """Return a value as code, text in double quotes where that is as simple.

    >>> literal({"p": ["mae"], "q": (1, 2)})
    '{"p": ["mae"], "q": (1, 2)}'
    """
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in value else text
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(k)}: {literal(x)}' for k, x in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def dedented(text: str, indent: int) -> str:
    """Return code whose first line begins at a column, with that indent taken off the others."""
    first, *others = text.split("\n")
    return "\n".join([first, *(x.removeprefix(" " * indent) for x in others)])


def is_python(text: str) -> bool:
    """Return whether text is Python source.

    >>> is_python("f(x"), is_python("f(x)")
    (False, True)
    """
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def line_of(code: CodeType, last: int, names: dict[str, Any]) -> Line | None:
    """Return the line that a frame was running; `None` where its source is not at hand.

    Args:
        code: The frame's code.
        last: The place of the instruction that was running, as a traceback has it.
        names: The frame's global names.
    """
    source = "".join(linecache.getlines(code.co_filename, names))
    positions = list(code.co_positions())
    line, end_line, column, end_column = positions[last // 2]
    if not source or None in (line, end_line, column, end_column) or not is_python(source):
        return None
    return Line(source, (line or 0, column or 0, end_line or 0, end_column or 0))
