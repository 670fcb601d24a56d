"""Repeated blocks are found by what they are and how they hang together."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitchen.graph.alike import Alike
from kitchen.graph.blocks import repeats
from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.reader import read
from tests.models import chain_graph
from tests.views.graphs import Maker, recurrent

Block = Callable[[Maker, Tensor, int], Tensor]


def residual(m: Maker, x: Tensor, k: int) -> Tensor:
    h = m.call(m.dense(f"dense_{k}", 4, 4), x)
    return m.call(m.layer(f"add_{k}", "Add"), [x, m.call(m.layer(f"relu_{k}", "ReLU"), h)])


def dense(m: Maker, x: Tensor, k: int) -> Tensor:
    """The channels grow from copy to copy."""
    width = 4 * (k + 1)
    h = m.call(m.dense(f"dense_{k}", width, 4), x)
    return m.call(m.layer(f"concat_{k}", "Concatenate"), [x, h], shape=(None, width + 4))


def attention(m: Maker, x: Tensor, k: int) -> Tensor:
    attend = m.layer(f"attend_{k}", "MultiHeadAttention", [m.weight("query", (4, 4))])
    x = m.call(m.layer(f"add_{k}", "Add"), [x, m.call(attend, x, x)])
    x = m.call(m.layer(f"norm_{k}", "LayerNormalization", [m.weight("gamma", (4,))]), x)
    h = m.call(m.dense(f"down_{k}", 8, 4), m.call(m.dense(f"up_{k}", 4, 8), x, shape=(None, 8)))
    return m.call(m.layer(f"sum_{k}", "Add"), [x, h])


def stack(block: Block, copies: int, start: int = 0) -> ModelGraph:
    m = Maker("stack")
    h = m.call(m.dense("stem", 4, 4, "stem"), m.input("x"))
    for k in range(copies):
        h = block(m, h, k)
    return m.graph([m.call(m.dense("head", 4, 1), h, shape=(None, 1))])


def found(graph: ModelGraph) -> list[list[list[str]]]:
    """For each repeat, for each copy, the names of the layers."""
    layers = {call.id: graph.layers[call.layer].name for call in graph.body.calls}
    return [
        [[layers[key] for key in copy] for copy in repeat.copies]
        for repeat in repeats(graph, graph.root)
    ]


def counts(graph: ModelGraph) -> list[tuple[int, int]]:
    """How many copies of how many calls."""
    return [(len(r.copies), len(r.copies[0])) for r in repeats(graph, graph.root)]


@pytest.mark.parametrize(("block", "size"), [(residual, 3), (dense, 2), (attention, 6)])
@pytest.mark.parametrize("copies", [2, 3, 7])
def test_a_block_is_found_as_often_as_it_comes(block: Block, size: int, copies: int) -> None:
    graph = stack(block, copies)
    assert counts(graph) == [(copies, size)]
    for k, names in enumerate(found(graph)[0]):
        assert {name.rpartition("_")[2] for name in names} == {str(k)}
    classes = {call.id: graph.layers[call.layer].class_name for call in graph.body.calls}
    copies_of = repeats(graph, graph.root)[0].copies
    assert len({tuple(classes[key] for key in copy) for copy in copies_of}) == 1


def test_a_block_may_be_fed_by_the_input() -> None:
    m = Maker("plain")
    h = m.input("x")
    for k in range(4):
        h = residual(m, h, k)
    assert counts(m.graph([h])) == [(4, 3)]


def test_a_single_block_does_not_repeat() -> None:
    assert not counts(stack(residual, 1))


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (["4", "4", "8", "8"], [(2, 3), (2, 3)]),
        (["4 0.1", "4 0.2", "4 0.3", "4 0.4"], [(4, 3)]),
        (["4", "5", "6", "7"], []),
    ],
    ids=["units", "rates", "all different"],
)
def test_settings_tell_blocks_apart_but_for_rates(
    settings: list[str], wanted: list[tuple[int, int]]
) -> None:
    m = Maker("settings")
    h = m.call(m.dense("stem", 4, 4, "stem"), m.input("x"))
    for k, text in enumerate(settings):
        x = m.call(m.layer(f"norm_{k}", "LayerNormalization", [m.weight("gamma", (4,))]), h)
        x = m.call(m.dense(f"dense_{k}", 4, 4, text), x)
        h = m.call(m.layer(f"add_{k}", "Add"), [h, x])
    assert counts(m.graph([h])) == wanted


def test_strides_tell_blocks_apart_by_the_shapes_they_make() -> None:
    m = Maker("strides")
    h, size = m.input("x", (None, 32, 4)), 32
    for k in range(6):
        size = size // 2 if k == 3 else size
        kernel = m.weight("kernel", (3, 4, 4))
        h = m.call(m.layer(f"conv_{k}", "Conv1D", [kernel]), h, shape=(None, size, 4))
        h = m.call(m.layer(f"relu_{k}", "ReLU"), h, shape=(None, size, 4))
    assert counts(m.graph([h])) == [(3, 2), (2, 2)]


def test_one_layer_called_again_and_again_repeats() -> None:
    assert counts(recurrent(5)) == [(5, 1)]


def test_where_some_share_a_layer_and_others_do_not_they_are_not_alike() -> None:
    m = Maker("some")
    h = m.input("x")
    both = m.dense("both", 4, 4)
    for layer in (both, both, both, m.dense("own", 4, 4)):
        h = m.call(m.layer("relu", "ReLU"), m.call(layer, h))
    assert counts(m.graph([h])) == [(3, 2)]


def test_a_block_whose_result_is_used_elsewhere_ends_a_repeat() -> None:
    m = Maker("taps")
    h = m.call(m.dense("stem", 4, 4, "stem"), m.input("x"))
    tapped = None
    for k in range(6):
        h = residual(m, h, k)
        tapped = h if k == 2 else tapped
    graph = m.graph([m.call(m.layer("join", "Concatenate"), [h, tapped])])
    assert counts(graph) == [(3, 3), (3, 3)]


def test_blocks_that_give_more_than_one_tensor_are_no_repeat() -> None:
    m = Maker("skips")
    h, kept = m.input("x"), []
    for k in range(4):
        h = m.call(m.dense(f"dense_{k}", 4, 4), h)
        kept.append(h)
        h = m.call(m.layer(f"pool_{k}", "MaxPooling1D"), h)
    graph = m.graph([m.call(m.layer("join", "Concatenate"), [h, *kept])])
    assert not counts(graph)


def test_equal_branches_side_by_side_are_no_repeat() -> None:
    m = Maker("wide")
    x = m.input("x")
    ends = [m.call(m.dense(f"dense_{k}", 4, 4), x) for k in range(5)]
    assert not counts(m.graph([m.call(m.layer("add", "Add"), ends)]))


def test_blocks_in_two_branches_are_found_in_each() -> None:
    m = Maker("towers")
    ends = [m.input("x"), m.input("y")]
    for k in range(5):
        ends[0] = residual(m, ends[0], k)
        if k < 3:
            ends[1] = attention(m, ends[1], k)
    assert counts(m.graph([m.call(m.layer("join", "Add"), ends)])) == [(3, 6), (5, 3)]


def test_all_copies_may_take_one_more_tensor_that_is_the_same_for_all() -> None:
    m = Maker("masks")
    h, given = m.input("x"), m.input("mask")
    mask = m.call(m.layer("cast", "Cast", kind="operation"), given)
    for k in range(4):
        attend = m.layer(f"attend_{k}", "Attention", [m.weight("query", (4, 4))])
        h = m.call(m.layer(f"add_{k}", "Add"), [h, m.call(attend, h, kwargs={"mask": mask})])
    assert counts(m.graph([h])) == [(4, 2)]


@pytest.mark.parametrize("alike", [True, False])
def test_models_inside_are_alike_where_their_calls_are(alike: bool) -> None:
    m = Maker("outer")
    h = m.input("x")
    for k in range(3):
        inner = m.inner(f"block_{k}")
        x = inner.input("start")
        end = (residual if alike or k != 1 else attention)(inner, x, k)
        h = m.call(inner.close([end]), h)
    assert counts(m.graph([h])) == ([(3, 1)] if alike else [])


def test_arguments_count() -> None:
    m = Maker("operators")
    h = m.input("x")
    for factor in (2.0, 2.0, 3.0, 1.0):
        h = m.call(m.layer("multiply", "Multiply", kind="operation"), h, factor)
    assert counts(m.graph([h])) == [(2, 1)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ResNet50", [(2, 10), (3, 10), (5, 10), (2, 10)]),
        ("MobileNetV2", [(2, 9), (3, 9), (2, 9), (2, 9)]),
        ("DenseNet121", [(6, 7), (12, 7), (24, 7), (16, 7)]),
    ],
)
def test_the_stages_of_known_networks(name: str, wanted: list[tuple[int, int]]) -> None:
    model = getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=3)
    assert counts(read(model)) == wanted


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_each_copy_takes_one_tensor_from_the_one_before(steps: list[tuple[int, int, int]]) -> None:
    m = Maker("random")
    tensors = [m.input("x")]
    for k, (kind, i, j) in enumerate(steps):
        x, y = (tensors[-1 - n % len(tensors)] for n in (i, j))
        layer = m.layer(f"layer_{k}", ("Dense", "ReLU", "Add", "Dense", "ReLU")[kind])
        tensors.append(m.call(layer, [x, y] if kind == 2 else x))
    graph = m.graph(tensors[-2:])
    calls = {call.id: call for call in graph.body.calls}
    ends = {port.tensor.call for port in graph.body.outputs}
    met: set[str] = set()
    for repeat in repeats(graph, graph.root):
        taken = [
            {e.source for key in copy for e in calls[key].edges} - set(copy)
            for copy in repeat.copies
        ]
        common = set.intersection(*taken)
        for k, copy in enumerate(repeat.copies):
            assert not met & set(copy)
            met |= set(copy)
            (entry,) = taken[k] - common
            readers = {e.target for call in calls.values() for e in call.edges if e.source == entry}
            if k:
                assert entry in repeat.copies[k - 1]
                assert readers <= set(copy) and entry not in ends


@pytest.mark.parametrize("make", [chain_graph, recurrent, lambda n: stack(attention, n // 6)])
def test_the_work_grows_with_the_number_of_calls(
    make: Callable[[int], ModelGraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [0]
    real = Alike.__call__

    def counting(self: Any, one: int, other: int) -> bool:
        asked[0] += 1
        return real(self, one, other)

    monkeypatch.setattr(Alike, "__call__", counting)
    found = []
    for length in (300, 2400):
        asked[0] = 0
        repeats(graph := make(length), graph.root)
        found.append(asked[0])
    assert found[1] <= 16 * found[0], "eight times as many calls"
