from typing import Any

import pytest

from kitchen.graph.model_graph import Call, Constant, Layer, ModelGraph, Port, Tensor, Weight
from kitchen.views import words
from tests.views.graphs import Maker, operators

X = Tensor("c", 0, (None, 4))


def weights(*shapes: tuple[int, ...]) -> list[Weight]:
    return [Weight(f"w{k}", "w", shape) for k, shape in enumerate(shapes)]


def graph() -> ModelGraph:
    m = Maker()
    return m.graph([m.input("x")])


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((None, 64), "(64,)"),
        ((None, 8, 8, 1), "(8, 8, 1)"),
        ((None, None, 16), "(None, 16)"),
        ((None,), "()"),
        (None, ""),
    ],
)
def test_shapes_are_shown_without_the_batch(shape: Any, text: str) -> None:
    assert words.shape_text(shape) == text


def test_a_dtype_is_named_where_it_is_not_the_usual_one() -> None:
    assert words.tensor_text(Tensor("c", 0, (None, 5), "int32")) == "(5,) int32"
    assert words.tensor_text(Tensor("c", 0, (None, 5), "float32")) == "(5,)"
    assert words.tensor_text(Tensor("c", 0, None, "float32")) == ""


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        ([(128, 64), (64,)], "128×64 + 64 = 8,256"),
        ([(1000, 32)], "1,000×32 = 32,000"),
        ([(64,)], "64"),
        ([()], "1"),
        ([(4, 4), (4, 4), (4, 4), (4,)], "52 in 4 weights"),
    ],
)
def test_a_count_shows_how_it_comes_about(shapes: list[tuple[int, ...]], text: str) -> None:
    assert words.sum_of(weights(*shapes)) == text


def test_seeds_are_not_counted() -> None:
    seed = Weight("s", "seed", (2,), state=True)
    assert words.count_of([*weights((3,)), seed]) == 3
    assert words.sum_of([*weights((3, 2)), seed]) == "3×2 = 6"


def test_calls_are_counted_in_figures_and_in_words() -> None:
    assert words.use(1, 1) == words.use_in_words(1, 1) == ""
    assert words.use(1, 2) == "call 1 of 2"
    assert words.use_in_words(2, 2) == "second use"
    assert words.use_in_words(12, 1200) == "use 12 of 1,200"


@pytest.mark.parametrize(
    ("key", "of", "text"),
    [
        ("", 1, "output"),
        ("0", 2, "output 1 of 2"),
        ("y", 1, 'output "y"'),
        ("y.0", 2, 'output "y.0"'),
    ],
)
def test_outputs_are_named_by_key_or_place(key: str, of: int, text: str) -> None:
    assert words.output_name(Port(X, "layer", key), 0, of) == text


def test_lists_are_written_out_and_long_ones_counted() -> None:
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b"]) == "a and b"
    assert words.listed("abc") == "a, b and c"
    assert words.listed("abcde") == "a, b and 3 more"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (X, ""),
        ([X, X], ""),
        ({"a": X}, ""),
        (False, "False"),
        (0.5, "0.5"),
        (None, "None"),
        ("same", "'same'"),
        ((2, 3), "(2, 3)"),
        ((X, 3), "(tensor, 3)"),
        (slice(None, 2), ":2"),
        (slice(0, 8, 2), "0:8:2"),
        ((slice(None), 0), "(:, 0)"),
        (list(range(100)), "(0, 1, 2, 3, 4, 5, …)"),
        (Constant((64,), "float32"), "array (64,)"),
        (Constant((2, 3), "float32"), "array (2, 3)"),
        (Constant((), "float32", (2.0,)), "2.0"),
        pytest.param(10**5000, "a long integer", id="longer than Python writes out"),
        (object(), "object"),
    ],
)
def test_arguments_are_said_in_a_few_words(value: Any, text: str) -> None:
    assert words.value_text(graph(), value) == text


def test_a_deep_argument_takes_no_recursion() -> None:
    deep: Any = X
    for _ in range(5000):
        deep = [deep]
    assert words.value_text(graph(), deep) == ""


def test_operations_say_what_they_do() -> None:
    g = operators()
    said = [words.operation(g, call) for call in g.body.calls[1:]]
    assert said == ["Multiply × array (64,)", "Subtract 1.0 − …", "Matmul @ kernel"]


def test_an_operation_without_a_sign_lists_its_arguments() -> None:
    m = Maker()
    x = m.input("x")
    reshape = m.layer("reshape", "Reshape", kind="operation", settings="newshape=(2, 2)")
    m.call(reshape, x)
    m.call(m.layer("get_item", "GetItem", kind="operation"), x, (slice(None), 0))
    g = m.graph([x])
    assert words.operation(g, g.body.calls[1]) == "Reshape newshape=(2, 2)"
    assert words.operation(g, g.body.calls[2]) == "GetItem (:, 0)"


def test_arguments_that_keras_filled_in_are_not_said() -> None:
    call = Call("c", "l", (X,), {"training": False, "mask": X}, implicit=frozenset({"mask"}))
    assert words.arguments(graph(), call) == ["training=False"]


def test_a_kind_is_class_and_settings() -> None:
    assert words.kind_of(Layer("l", "x", "Dense", settings="64 relu")) == "Dense 64 relu"
    assert words.kind_of(Layer("l", "x", "Flatten")) == "Flatten"
