"""Calls in line: they can run in this order, and branches and blocks stand together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.order import Line, in_line, line_of
from tests.models import chain_graph
from tests.views.graphs import Maker, inside, masked, siamese


def names(graph: ModelGraph, line: Line) -> list[str]:
    return [graph.layers[call.layer].name for call in line.calls]


def towers(first: int, second: int) -> ModelGraph:
    """Two branches of different lengths, listed in turn as Keras would."""
    m = Maker("towers")
    ends = [m.input("x"), m.input("y")]
    for k in range(max(first, second)):
        for side, length in enumerate((first, second)):
            if k < length:
                ends[side] = m.call(m.dense(f"{'ab'[side]}{k}", 4, 4), ends[side])
    return m.graph([m.call(m.layer("both", "Add"), ends)])


@given(st.lists(st.lists(st.integers(0, 30), max_size=4), max_size=30))
def test_a_call_comes_after_what_it_takes_from(picks: list[list[int]]) -> None:
    feeds = {
        str(k): list(dict.fromkeys(str(x % k) for x in found)) if k else []
        for k, found in enumerate(picks)
    }
    order = in_line(feeds)
    assert sorted(order) == sorted(feeds)
    place = {key: k for k, key in enumerate(order)}
    assert all(place[source] < place[key] for key in feeds for source in feeds[key])


@pytest.mark.parametrize(("first", "second"), [(3, 3), (5, 2), (1, 4)])
def test_branches_are_walked_one_after_the_other(first: int, second: int) -> None:
    graph = towers(first, second)
    found = "".join(name[0] for name in names(graph, line_of(graph, graph.root)))
    assert found in {"a" * first + "b" * second + "b", "b" * second + "a" * first + "b"}


def test_inputs_and_mask_plumbing_are_left_out() -> None:
    graph = masked()
    assert names(graph, line_of(graph, graph.root)) == ["embedding", "lstm"]
    shown = names(graph, line_of(graph, graph.root, masks=True))
    assert sorted(shown) == ["embedding", "lstm", "not_equal"]


def test_what_is_made_for_several_comes_first() -> None:
    m = Maker("rope")
    h = m.input("x")
    mask = None
    for k in range(3):
        dense = m.dense(f"dense_{k}", 4, 4)
        h = m.call(dense, h)
        mask = mask or m.call(m.layer("cast", "Cast", kind="operation"), m.input("mask"))
        h = m.call(m.layer(f"attend_{k}", "Attend", [m.weight("w", (4,))]), h, mask)
    graph = m.graph([h])
    line = line_of(graph, graph.root)
    assert names(graph, line)[0] == "cast"
    assert line.beside == {0}
    assert line.crossing == (0, 0, 1, 1, 1, 1, 1, 0)


def test_what_passes_a_border_is_counted() -> None:
    m = Maker("skip")
    x = m.input("x")
    one = m.call(m.layer("one"), x)
    two = m.call(m.layer("two"), one)
    graph = m.graph([m.call(m.layer("add", "Add"), [one, two])])
    line = line_of(graph, graph.root)
    assert line.crossing == (0, 1, 2, 0)
    assert line.after == ((1, 2), (2,), ())
    assert line.takes[0] == ((-1, 0),)
    assert line.ends == {2}


def test_the_calls_inside_a_model_are_in_line_too() -> None:
    graph = siamese()
    encoder = next(key for key, layer in graph.layers.items() if layer.name == "encoder")
    assert names(graph, line_of(graph, encoder)) == ["hidden", "code"]
    assert names(inside(), line_of(inside(), inside().root)) == ["block"]


def test_long_chains_take_no_recursion() -> None:
    assert len(line_of(chain_graph(3000), "L0").calls) == 3000
