"""Names of blocks, and how their calls hang together."""

import pytest

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.order import line_of
from kitchen.views.block import BlockMaker
from tests.views.graphs import Maker
from tests.views.large import conv, projected, residual, row


def maker(graph: ModelGraph) -> BlockMaker:
    return BlockMaker(graph, line_of(graph, graph.root))


def chain(*names: str) -> ModelGraph:
    m = Maker("chain")
    h = m.input("x")
    for name in names:
        h = m.call(m.layer(name, "Dense"), h)
    return m.graph([h])


@pytest.mark.parametrize(
    ("names", "size", "wanted"),
    [
        (["a_x", "a_y", "b_x", "b_y"], 2, "a to b"),
        (["block1_x", "block1_y", "block2_x", "block2_y"], 2, "block1 to block2"),
        (["dense", "relu", "dense_1", "relu_1"], 2, "dense to relu_1"),
        (["dense_1", "dense_2", "dense_3", "dense_4"], 2, "dense_1 to dense_4"),
        (["one", "two"], 1, "one to two"),
        (["same", "same"], 1, "same"),
        (["", "x"], 1, "(no name) to x"),
        (["__", "__a"], 1, "__ to __a"),
    ],
)
def test_a_block_is_named_after_what_its_layers_names_begin_with(
    names: list[str], size: int, wanted: str
) -> None:
    assert maker(chain(*names)).block(0, len(names), size).name == wanted


def test_a_beginning_that_others_have_too_names_nothing() -> None:
    made = maker(chain("a_x", "a_y", "a_z"))
    assert made.block(0, 3, 3).name == "a"
    assert made.block(0, 2, 2).name == "a_x to a_y"


@pytest.mark.parametrize(
    ("graph", "size", "shape"),
    [
        (row(conv, 2), 3, ("chain", 1)),
        (row(residual, 2), 7, ("skip", 2)),
        (row(projected, 2), 13, ("branches", 2)),
    ],
)
def test_how_the_calls_hang_together(graph: ModelGraph, size: int, shape: tuple[str, int]) -> None:
    block = maker(graph).block(0, 2 * size, size)
    assert (block.shape, block.ways) == shape
    assert block.times == 2
    assert [len(copy) for copy in block.copies] == [size, size]
