"""What makes two calls alike, one thing at a time."""

from dataclasses import replace
from typing import Any

import pytest

from kitchen.graph.alike import Likeness, arguments, is_rate, same_scale, scales
from kitchen.graph.model_graph import Call, Constant, Layer, Tensor, VariableUse, Weight
from tests.views.graphs import Maker

X = Tensor("x", 0, (None, 4), "float32")
CALL = Call("c", "L", (X,), outputs=(Tensor("c", 0, (None, 4), "float32"),))
LAYER = Layer("L", "one", "Dense", settings="4", weights=("W",))
WEIGHT = Weight("W", "kernel", (4, 4))


def numbers(
    layer: dict[str, Any] | None = None,
    call: dict[str, Any] | None = None,
    weight: dict[str, Any] | None = None,
) -> tuple[int, int]:
    """The numbers of a call and of another that differs in something."""
    m = Maker()
    m.input("start")
    graph = m.graph([m.inputs[0]])
    layers = {
        **graph.layers,
        "L": LAYER,
        "M": replace(LAYER, id="M", weights=("V",), **layer or {}),
    }
    weights = {"W": WEIGHT, "V": replace(WEIGHT, id="V", **weight or {})}
    likeness = Likeness(replace(graph, layers=layers, weights=weights))
    return likeness.call(CALL), likeness.call(replace(CALL, id="d", layer="M", **call or {}))


@pytest.mark.parametrize(
    "change",
    [
        {"layer": {"name": "other"}},
        {"weight": {"name": "kernel_1"}},
        {"weight": {"shape": (8, 4)}},
        {"call": {"args": (Tensor("y", 0, (None, 9)),)}},
    ],
)
def test_names_and_sizes_do_not_count(change: Any) -> None:
    one, other = numbers(**change)
    assert one == other


@pytest.mark.parametrize(
    "change",
    [
        {"layer": {"class_name": "Conv1D"}},
        {"layer": {"module": "mine"}},
        {"layer": {"settings": "8"}},
        {"layer": {"trainable": False}},
        {"weight": {"shape": (4,)}},
        {"weight": {"dtype": "float16"}},
        {"weight": {"trainable": False}},
        {"call": {"args": (X, X)}},
        {"call": {"args": ([X],)}},
        {"call": {"kwargs": {"training": True}}},
        {"call": {"outputs": ()}},
        {"call": {"outputs": (Tensor("d", 0, (None, 4), "float16"),)}},
    ],
    ids=str,
)
def test_what_counts(change: Any) -> None:
    one, other = numbers(**change)
    assert one != other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        ("1", 1),
        ([X], (X,)),
        ({"a": X}, {"b": X}),
        (slice(0, 2), slice(0, 3)),
        (Constant((), "float32", (1.0,)), Constant((), "float32", (2.0,))),
        (X, VariableUse("W")),
        (object(), object()),
    ],
)
def test_arguments_that_differ(one: Any, other: Any) -> None:
    assert arguments(one) == arguments(one)
    assert arguments(one) != arguments(other)


def test_deep_arguments_take_no_recursion() -> None:
    value: Any = X
    for _ in range(3000):
        value = [value]
    assert len(arguments(value)) == 3001


@pytest.mark.parametrize(
    ("word", "rate"), [("0.1", True), ("1e-05", True), ("64", False), ("3×3", False), ("0", False)]
)
def test_a_rate_is_a_number_below_one(word: str, rate: bool) -> None:
    assert is_rate(word) is rate


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (((None, 8, 3), (None, 8, 16)), ((None, 8, 64), (None, 8, 16)), True),
        (((None, 8, 4), (None, 4, 4)), ((None, 4, 4), (None, 2, 4)), True),
        (((None, 75, 4), (None, 37, 4)), ((None, 35, 4), (None, 17, 4)), True),
        (((None, 8, 4), (None, 4, 4)), ((None, 4, 4), (None, 4, 4)), False),
        (((None, 8, 4), (None, 8, 4)), ((None, 9, 4), (None, 7, 4)), False),
        (((None, 4, 4), (None, 8, 4)), ((None, 8, 4), (None, 4, 4)), False),
        (((None, 4), (None, 4)), ((None, None), (None, 4)), True),
        (((None, 3, 8), (None, 16, 8)), ((None, 64, 8), (None, 16, 8)), True),
    ],
)
def test_lengths_are_kept_or_halved_alike_where_no_kernel_sets_them(
    one: Any, other: Any, same: bool
) -> None:
    def scale(shapes: Any) -> Any:
        before, after = shapes
        call = Call("c", "L", (Tensor("x", 0, before),), outputs=(Tensor("c", 0, after),))
        sizes = {3: (3, 16), 64: (64, 16)}
        return scales(call, next((sizes[n] for n in before if n in sizes), ()))

    assert same_scale(scale(one), scale(other)) is same
