"""Values come back from their literals, and stay on one line."""

import ast
import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from kitchen.graph.model_graph import Constant
from kitchen.rewrite.code import flat
from kitchen.rewrite.literals import Unwritable, array, constant, literal, string

anything = st.text(st.characters(codec=None, categories=None))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | anything,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.lists(inside, max_size=4).map(tuple)
        | st.dictionaries(anything, inside, max_size=3)
    ),
    max_leaves=10,
)


@given(anything)
def test_a_string_comes_back(text: str) -> None:
    code = string(text)
    assert ast.literal_eval(code) == text
    assert code.isprintable()
    assert "\n" not in code


@given(anything, anything)
def test_a_string_inside_an_f_string_comes_back(text: str, value: str) -> None:
    code = "f" + string(text, braces=True)[:-1] + "{value}" + string(text, braces=True)[-1]
    assert eval(code, {"value": value}) == text + value  # noqa: S307


@given(plain)
def test_a_value_comes_back(value: Any) -> None:
    code = flat(literal(value))
    assert eval(code, {"float": float}) == value  # noqa: S307


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (math.inf, 'float("inf")'),
        (math.nan, 'float("nan")'),
        (1e22, "1e22"),
        (np.float32(0.5), "0.5"),
        (np.dtype("int8"), '"int8"'),
        ((slice(None), 1, ...), "(slice(None, None), 1, ...)"),
        ("名前 é", '"名前 é"'),
        ("\u202e\u00ad", '"\\u202e\\xad"'),
    ],
)
def test_a_value_is_written_so(value: Any, code: str) -> None:
    assert flat(literal(value)) == code


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, len, 10**400, list(range(200)), np.zeros(17), {"a"}, b"bytes", 1j],
)
def test_what_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        literal(value)


def test_values_nested_too_deeply_are_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(Unwritable, match="nested"):
        literal(value)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64", "bool"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 4), (2, 1, 3), (0, 2)])
def test_an_array_comes_back_to_the_last_bit(dtype: str, shape: tuple[int, ...]) -> None:
    values = (np.random.default_rng(3).normal(size=shape) * 9).astype(dtype)
    again = eval(flat(array(values)), {"tf": tf, "float": float}).numpy()  # noqa: S307
    assert again.dtype == values.dtype
    assert again.shape == values.shape
    assert np.array_equal(again, values)


def test_a_large_array_is_refused_with_its_size() -> None:
    with pytest.raises(Unwritable, match="1,000 numbers"):
        constant(Constant((10, 100), "float32"))
