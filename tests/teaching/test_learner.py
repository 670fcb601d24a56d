"""The learner's own line: found by where it was running, and mended without a change elsewhere."""

import ast
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.teaching.errors_known.learner import Edit, Line, is_python


def line(source: str, wanted: Callable[[ast.AST], bool]) -> Line:
    """The line that runs the first expression of a kind."""
    node = next(x for x in ast.walk(ast.parse(source)) if isinstance(x, ast.expr) and wanted(x))
    return Line(source, Line.place(node))


def called(name: str) -> Callable[[ast.AST], bool]:
    return lambda x: isinstance(x, ast.Call) and isinstance(x.func, ast.Name) and x.func.id == name


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("y = f(1, b=2)  # why", "y = f(1, b=3)"),
        ("ü = 'ß'; y = f('äöü', b=2)", "y = f('äöü', b=3)"),
        ("if True:\n    y = f(\n        1,\n        b=2,\n    )", "y = f(\n    1,\n    b=3,\n)"),
        ("def g():\n    return f(1, b=2)", "def g():\n    return f(1, b=3)"),
        ("with f(1, b=2) as y:\n    pass", "f(1, b=3)"),
        ("for k in g(f(1, b=2)):\n    pass", "g(f(1, b=3))"),
    ],
)
def test_one_argument_is_changed_and_nothing_else(source: str, mended: str) -> None:
    found = line(source, called("f"))
    assert isinstance(found.node, ast.Call)
    assert found.edited(found.replace(found.node.keywords[0].value, "3")) == mended


def test_of_a_long_statement_only_a_part_is_shown() -> None:
    source = "net = g([\n" + "    h(1),\n" * 8 + "    f(2),\n])"
    found = line(source, called("f"))
    assert isinstance(found.node, ast.Call)
    assert found.edited(found.replace(found.node.args[0], "3")) == "f(3)"


def test_arguments_are_added_renamed_and_wrapped() -> None:
    found = line("y = f(a, c=1)", called("f"))
    node = found.node
    assert isinstance(node, ast.Call)
    assert found.edited(found.append(node, "d=2")) == "y = f(a, c=1, d=2)"
    renamed = found.rename(node, "c", "e")
    assert renamed is not None
    assert found.edited(renamed, found.wrap(node.args[0], "[", "]")) == "y = f([a], e=1)"
    assert found.rename(node, "no", "e") is None
    empty = line("f()", called("f"))
    assert isinstance(empty.node, ast.Call)
    assert empty.edited(empty.append(empty.node, "a")) == "f(a)"


def test_what_would_be_no_python_is_not_shown() -> None:
    found = line("y = f(1)", called("f"))
    assert found.edited(Edit(4, 5, "(")) == ""


@given(st.text(max_size=12), st.integers(0, 3))
def test_any_text_in_the_line_stays_as_it_is(text: str, depth: int) -> None:
    source = "".join(f"{'  ' * k}if True:\n" for k in range(depth))
    source += f"{'  ' * depth}y = f({text!r}, b=2)"
    found = line(source, called("f"))
    assert isinstance(found.node, ast.Call)
    mended = found.edited(found.replace(found.node.keywords[0].value, "3"))
    assert is_python(mended)
    assert mended == f"y = f({text!r}, b=3)"
