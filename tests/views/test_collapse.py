"""Which calls become one box: blocks, chains, and more where that is still too long."""

import pytest

from kitchen.graph.alike import Alike, Likeness
from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.order import line_of
from kitchen.views.collapse import MOST, Plan, plan_of
from tests.models import chain_graph
from tests.views.graphs import Maker, recurrent
from tests.views.large import LARGE, conv, gated, projected, residual, row, stages, unet


def plan(graph: ModelGraph) -> Plan:
    line = line_of(graph, graph.root)
    kinds = [graph.layers[call.layer].kind for call in line.calls]
    models = frozenset(k for k, kind in enumerate(kinds) if kind == "model")
    return plan_of(line, Alike(graph, line, Likeness(graph)), models)


def pieces(graph: ModelGraph, level: int = 3) -> list[tuple[int, int]]:
    """How often which number of calls."""
    found = plan(graph)
    return [(x.times, x.size) for x in found.pieces(0, len(found.line.calls), level)]


@pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_every_call_is_in_one_piece(make: object, level: int) -> None:
    graph = make()  # type: ignore[operator]
    found = plan(graph)
    count = len(found.line.calls)
    met = [k for x in found.pieces(0, count, level) for k in range(x.start, x.end)]
    assert met == list(range(count))


def test_blocks_and_the_chains_between_them() -> None:
    assert pieces(stages(3, 5)) == [
        *[(1, 3), (1, 9), (1, 3), (1, 1)],
        *[(3, 7), (1, 9), (1, 3), (1, 1)],
        *[(5, 7), (1, 1)],
    ]


def test_a_model_that_branches_keeps_its_branches() -> None:
    sizes = pieces(unet(5))
    assert len(sizes) == 11, "five down, the bottom, five up"
    assert all(times == 1 for times, _ in sizes)


def test_a_chain_of_equal_parts_is_one_block_where_it_is_long() -> None:
    assert pieces(row(conv, 3)) == [(1, 9)]
    assert pieces(row(conv, 9)) == [(9, 3)]
    assert pieces(chain_graph(100)) == [(100, 1)]
    assert pieces(recurrent(100)) == [(100, 1)]


def test_a_small_detour_is_part_of_a_chain_where_the_picture_would_be_long() -> None:
    assert pieces(row(gated, 16)) == [(1, 16 * 6)]
    assert pieces(row(gated, 3)) == [(1, 3), (1, 2), (1, 4), (1, 2), (1, 4), (1, 2), (1, 1)]


def test_equal_branches_side_by_side_are_a_block() -> None:
    m = Maker("wide")
    x = m.input("x")
    ends = [conv(m, x, f"branch{k}") for k in range(6)]
    graph = m.graph([m.call(m.layer("join", "Concatenate"), ends)])
    assert pieces(graph) == [(6, 3), (1, 1)]


def test_what_has_no_narrow_place_is_cut_where_few_tensors_pass() -> None:
    """Cells that take from the two before them, no two alike."""
    m = Maker("cells")
    before, h = m.input("a"), m.input("b")
    for k in range(20):
        parts: list[Tensor] = []
        for n in range(4):
            taken = before if n % 2 else h
            settings = f"{k} {n}"
            parts.append(m.call(m.dense(f"cell{k}_dense{n}", 4, 4, settings), taken))
        before, h = h, m.call(m.layer(f"cell{k}_join", "Concatenate"), parts)
    graph = m.graph([h])
    found = pieces(graph)
    assert 8 <= len(found) <= MOST
    assert [size for _, size in found].count(5) >= 17, "cut between cells"


def test_what_no_cut_helps_is_one_piece() -> None:
    m = Maker("tangle")
    tensors = [m.input("x")]
    for k in range(200):
        taken = [tensors[-1], tensors[-1 - k * 7 % len(tensors)]]
        tensors.append(m.call(m.layer(f"add{k}", ("Add", "Multiply")[k * k % 7 % 2]), taken))
    assert len(pieces(m.graph([tensors[-1]]))) <= MOST


def test_a_call_of_a_model_is_no_part_of_a_chain() -> None:
    m = Maker("outer")
    inner = m.inner("inner")
    encoder = inner.close([conv(inner, inner.input("start"), "inside")])
    h = conv(m, m.call(encoder, conv(m, m.input("x"), "before")), "after")
    assert pieces(m.graph([h])) == [(1, 3), (1, 1), (1, 3)]


def test_a_projected_block_is_no_small_detour() -> None:
    assert len(pieces(row(lambda m, x, name: projected(m, residual(m, x, name), name), 1), 2)) > 2
