"""Blocks that repeat become loops, and loops build the same graph."""

from typing import Any, NamedTuple

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from kitchen.rewrite.patterns import pattern_of
from tests.graphs_equal import unequal
from tests.models import residual
from tests.rewrite.programs import rebuilt, written

WIDTH = 3


class Block(NamedTuple):
    """Steps that come several times, how often, and how their layers are named."""

    steps: list[int]
    times: int
    naming: int
    odd: int


def blocks() -> st.SearchStrategy[list[Block]]:
    block = st.tuples(
        st.lists(st.integers(0, 7), min_size=1, max_size=5),
        st.integers(1, 6),
        st.integers(0, 4),
        st.integers(0, 20),
    ).map(lambda t: Block(*t))
    return st.lists(block, min_size=1, max_size=4)


def name(block: Block, segment: int, k: int, step: int) -> str | None:
    """A layer's name in the block's own way."""
    return [
        None,
        f"part{segment}_block{k}_{step}",
        f"s{segment}_{'abcdefgh'[k]}_{step}",
        f"{segment}-{3 * k + 1} x{step} {3 * k + 4}",
        f"odd{segment}_{(k * k + step) % 7}_{k}_{step}",
    ][block.naming]


def built(found: list[Block], leak: int) -> Any:
    """A model of blocks that repeat; an inner tensor may leave it, which stops a loop."""
    first = x = keras.Input((WIDTH,), name="x")
    shared = layers.Dense(WIDTH, name="shared")
    inner = []
    for segment, block in enumerate(found):
        for k in range(block.times):
            start = x
            for step, kind in enumerate(block.steps):
                called = name(block, segment, k, step)
                if kind == 0:
                    x = layers.Dense(WIDTH, name=called)(x)
                elif kind == 1:
                    x = layers.Add(name=called)([start, x])
                elif kind == 2:
                    x = layers.Concatenate(name=called)([layers.Dense(WIDTH)(start), x])
                    x = layers.Dense(WIDTH, activation="relu")(x)
                elif kind == 3:
                    x = shared(x)
                elif kind == 4:
                    x = x * 0.5 + first
                elif kind == 5:
                    own = layers.Dense(WIDTH, name=called)
                    x = own(own(x))
                elif kind == 6:
                    x = layers.Dropout(0.25 if block.odd == k else 0.5, name=called)(x)
                else:
                    x = layers.Average(name=called)([x, start, first])
                inner.append(x)
    ends = [x, inner[leak]] if leak < len(inner) else [x]
    return keras.Model(first, ends)


@settings(max_examples=30)
@given(blocks(), st.integers(0, 60))
def test_with_loops_or_without_it_is_the_same_graph(found: list[Block], leak: int) -> None:
    model = built(found, leak)
    code, compact = written(model), written(model, compact=True)
    assert unequal(model, rebuilt(code)) == ""
    assert unequal(model, rebuilt(compact)) == ""
    if "for " not in compact:
        assert compact == code


@pytest.mark.parametrize(("blocks", "lines"), [(2, False), (3, True), (12, True)])
def test_three_copies_make_a_loop(blocks: int, lines: bool) -> None:
    code = written(residual(blocks), compact=True)
    assert (f"for k in range({blocks}):" in code) is lines
    assert (code.count("Dense(") == 1) is lines


@pytest.mark.parametrize(
    ("one", "two", "three", "loop"),
    [
        (["a_1", "b"], ["a_2", "b"], ["a_3", "b"], "range(1, 4)"),
        (["a_0", "0_x_1"], ["a_2", "2_x_3"], ["a_4", "4_x_5"], "range(0, 6, 2)"),
        (["block2a_x", "block2a_y"], ["block2b_x", "block2b_y"], ["block2c_x", "block2c_y"], None),
        (["x", "y"], ["x", "y"], ["x", "y"], "range(3)"),
        (["left_1", "1"], ["right_1", "1"], ["up_1", "1"], '("left", "right", "up")'),
    ],
)
def test_names_follow_a_pattern(one: list[str], two: list[str], three: Any, loop: Any) -> None:
    pattern = pattern_of(one, two)
    assert pattern is not None
    assert pattern.fits(three, 2)
    assert pattern.over(3) == (loop or '"abc"')


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (["a_1", "b_1"], ["a_2", "b_3"]),
        (["a", "b"], ["c", "d"]),
        (["{k}_1"], ["{k}_2"]),
        (["a_2"], ["a_1"]),
    ],
)
def test_names_without_a_pattern(one: list[str], two: list[str]) -> None:
    pattern = pattern_of(one, two)
    assert pattern is None or pattern.words
