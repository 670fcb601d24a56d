"""Names of variables are names, whatever a layer is called; names that were given are kept."""

import builtins
import keyword
from typing import Any

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from kitchen.graph.reader import bind
from kitchen.rewrite.naming import Names, camel, identifier, snake
from kitchen.rewrite.titles import Titles


@given(st.text(st.characters(codec=None, categories=None)))
def test_any_text_gives_a_variable(text: str) -> None:
    name = identifier(text, "dense")
    assert name.isidentifier()
    assert name.isascii()
    assert len(name) <= 60
    assert not keyword.iskeyword(name)
    assert not hasattr(builtins, name)


@given(st.lists(st.sampled_from(["x", "x_2", "x_3", "y"]), max_size=12))
def test_fresh_names_differ(bases: list[str]) -> None:
    names = Names(["y"])
    found = [names.fresh(base) for base in bases]
    assert len({*found, "y"}) == len(found) + 1


@pytest.mark.parametrize("name", [n for n in dir(layers) if n[0].isupper()])
def test_snake_is_what_keras_makes_of_a_class(name: str) -> None:
    assert snake(name) == keras.src.utils.naming.to_snake_case(name)


@pytest.mark.parametrize(
    ("name", "expected"), [("two_inputs", "TwoInputs"), ("a b-c", "ABC"), ("", "")]
)
def test_camel(name: str, expected: str) -> None:
    assert camel(name) == expected


def kept(*names: str, operators: int = 0) -> list[str]:
    """Which of some names of Dense layers are written."""
    x = h = keras.Input((3,))
    for name in names:
        h = layers.Dense(3, name=name)(h)
    for _ in range(operators):
        h = h + x
    bound = bind(keras.Model(x, h))
    titles = Titles(bound.graph, bound.layers, bound.graph, 40)
    found = [
        titles.given(key) for key, thing in bound.graph.layers.items() if thing.kind == "layer"
    ]
    return [name for name in found if name is not None]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["hidden", "out"], ["hidden", "out"]),
        (["dense", "dense_1"], []),
        (["dense_7", "out"], ["out"]),
        (["dense_1", "dense_2", "a", "b"], ["dense_1", "dense_2", "a", "b"]),
        (["dense_0", "dense_1"], ["dense_0", "dense_1"]),
        (["dense_8", "dense_9", "a", "b"], ["a", "b"]),
    ],
)
def test_names_that_keras_makes_are_left_out(names: list[str], expected: list[str]) -> None:
    assert kept(*names) == expected


def test_a_name_that_keras_will_give_to_an_operation_is_left_out() -> None:
    keras.backend.clear_session()
    assert kept("a", "add_9", operators=2) == ["a", "add_9"]
    keras.backend.clear_session()
    with pytest.raises(ValueError, match="should be unique"):
        kept("a", "add_1", operators=2)  # Keras's own second sum has this name
    assert "add_1" not in kept("a", "add_1", operators=2)


def test_a_name_that_looks_like_another_layers_has_all_names_written() -> None:
    x = keras.Input((3,))
    h = layers.Dropout(0.1, name="dense_1")(layers.Dense(3, name="dense")(x))
    bound = bind(keras.Model(x, h))
    titles = Titles(bound.graph, bound.layers, bound.graph, 40)
    found: Any = {titles.given(key) for key in bound.graph.layers}
    assert found == {None, "dense", "dense_1"}


def test_late_numbers_become_small_ones() -> None:
    x = keras.Input((3,))
    h = layers.Dense(3, name="dense_812")(layers.Dense(3, name="dense_811")(x))
    bound = bind(keras.Model(x, h))
    titles = Titles(bound.graph, bound.layers, bound.graph, 40)
    keys = [key for key, thing in bound.graph.layers.items() if thing.kind == "layer"]
    assert [titles.variable(key) for key in keys] == ["dense", "dense_1"]
