"""What a box of several calls says is true of what it stands for."""

from collections.abc import Sequence

import pytest

from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.views.block import Block
from kitchen.views.block_words import JOINED, contents, count, folded, label
from kitchen.views.scene import SIZE, WIDEST
from kitchen.views.text import width
from kitchen.views.unfold import Unfolding
from tests.models import chain_graph
from tests.views.graphs import Maker, recurrent
from tests.views.large import conv, dense_block, gated, residual, row, shared_blocks, stages, unet


def blocks(graph: ModelGraph) -> list[Block]:
    steps = Unfolding(graph, collapse=True).steps(graph.root)
    return [step for step in steps if isinstance(step, Block)]


def said(graph: ModelGraph, which: int = 0) -> tuple[str, str, str]:
    block = blocks(graph)[which]
    found = (" ".join(label(block)), contents(graph, block), count(graph, block).in_box())
    return tuple(text.replace(JOINED, " ") for text in found)  # type: ignore[return-value]


def test_a_block_that_repeats() -> None:
    assert said(row(residual, 12)) == (
        "part0 to part11 ×12",
        "7 calls each, with a skip: 2 Dense, 2 LayerNormalization, 2 ReLU, Add",
        "12 × 48 = 576",
    )


def test_a_chain_that_repeats() -> None:
    wanted = ("part0 to part29 ×30", "each: Dense → LayerNormalization → ReLU", "30 × 24 = 720")
    assert said(row(conv, 30)) == wanted
    assert said(chain_graph(70)) == ("step_0 to step_69 ×70", "Dense", "")


def test_a_chain() -> None:
    title, inside, _ = said(unet(), 1)
    assert title == "pool0 to down1_2_relu"
    assert inside == "MaxPooling1D → 2 × (Dense → LayerNormalization → ReLU)"


def test_sizes_that_grow_are_said() -> None:
    title, inside, parameters = said(dense_block(6))
    assert title == "block0 to block5 ×6"
    assert inside == "4 calls each, with a skip: Dense, LayerNormalization, ReLU, Concatenate"
    assert parameters == "384 (24 to 104 each)"
    assert count(dense_block(6), blocks(dense_block(6))[0]).in_words() == (
        "384 parameters (24 to 104 each)"
    )


def test_weights_that_all_copies_share_are_said_to_be() -> None:
    assert said(recurrent(70)) == ("step ×70", "Dense", "20, shared by all 70")
    assert said(shared_blocks(9))[2] == "100, shared by all 9"


def test_branches_are_counted() -> None:
    m = Maker("inception")
    h = m.input("x")
    for k in range(3):
        ends = [conv(m, h, f"block{k}_{n}") for n in range(4)]
        h = m.call(m.layer(f"block{k}_join", "Concatenate"), ends)
    assert said(m.graph([h]))[1].startswith("13 calls each, in 4 branches: 4 Dense")


def test_branches_side_by_side() -> None:
    m = Maker("wide")
    x = m.input("x")
    ends = [conv(m, x, f"branch{k}") for k in range(6)]
    graph = m.graph([m.call(m.layer("join", "Concatenate"), ends)])
    assert said(graph)[0] == "branch0 to branch5 ×6 side by side"


def test_frozen_parameters_are_said_to_be() -> None:
    m = Maker("frozen")
    h = m.input("x")
    for k in range(3):
        kernel = m.weight("kernel", (4, 4))
        h = m.call(m.layer(f"dense{k}", "Dense", [kernel], trainable=k > 0, settings=str(k)), h)
    graph = m.graph([h])
    (block,) = blocks(graph)
    assert count(graph, block).in_box() == "48, 16 frozen"
    assert count(graph, block).in_words() == "48 parameters, 16 of them frozen"
    assert count(graph, block, {"W1", "W2"}).in_box() == "16 frozen"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("A", "A"),
        ("AB", "A → B"),
        ("AAB", "2 A → B"),
        ("ABAB", "2 × (A → B)"),
        ("ABABC", "2 × (A → B) → C"),
        ("CABCABCAB", "3 × (C → A → B)"),
        ("ABCDEF", "A → B → C → D → E → F"),
        ("ABCDEFG", ""),
        ("A" * 5000, "5,000 A"),
    ],
)
def test_steps_that_come_again_are_told_once(names: Sequence[str], text: str) -> None:
    assert folded(list(names)).replace(JOINED, " ") == text


def test_many_classes_are_counted_together() -> None:
    m = Maker("many")
    h = m.input("x")
    for k in range(12):
        h = m.call(m.layer(f"layer{k}", f"Class{k}", [m.weight("w", (4,))] if k == 11 else ()), h)
    graph = m.graph([h])
    text = said(graph)[1]
    assert text.startswith("12 calls: ")
    assert text.endswith("Class11, 7 others"), "what has weights is named"


def test_long_names_keep_both_ends_and_the_number() -> None:
    m = Maker("long")
    h = m.input("x")
    for k in range(20):
        h = m.call(m.layer("a" * 80 + f"_{k}", "Dense"), h)
    one, other = label(blocks(m.graph([h]))[0])
    assert max(width(one, SIZE), width(other, SIZE)) <= WIDEST
    assert one.endswith("_0") and other.startswith("to ") and other.endswith("_19 ×20")


@pytest.mark.parametrize(
    "graph", [stages(3, 4), dense_block(9), row(gated, 12)], ids=["stages", "dense", "gates"]
)
def test_the_counts_of_all_blocks_add_up(graph: ModelGraph) -> None:
    total = sum(count(graph, block).total for block in blocks(graph))
    steps = Unfolding(graph, collapse=True).steps(graph.root)
    total += sum(graph.count(step.layer) for step in steps if isinstance(step, Call))
    assert total == graph.count()
