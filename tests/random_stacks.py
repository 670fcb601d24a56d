"""Random models that are one chain, and towers of blocks that branch inside, for property tests."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
from hypothesis import strategies as st
from keras import layers

from tests.random_layers import LAYERS, one
from tests.random_making import Maker, Names, Skip, start
from tests.random_recipes import INPUTS, Step, shown, steps

FORMS = ("functional", "sequential", "nested")
PLAIN_BLOCKS = ("dense", "norm", "inside")
BLOCKS = (*PLAIN_BLOCKS, "residual", "sum", "branches", "gate", "twice", "attention")


class Stack(NamedTuple):
    """A chain of layers and the form that it is written in."""

    steps: tuple[Step, ...] = ()
    input: str = "vector"
    form: str = "functional"
    naming: str = "given"

    def __repr__(self) -> str:
        return shown(self)


def stacks(most: int = 12) -> st.SearchStrategy[Stack]:
    """Chains of layers, some of them called twice."""
    kinds = ("dense", *LAYERS, "again", "again", "again")
    return st.tuples(
        steps(kinds, most),
        st.sampled_from(INPUTS),
        st.sampled_from(FORMS),
        st.sampled_from(("given", "automatic", "odd")),
    ).map(lambda t: Stack(*t))


def build_stack(stack: Stack) -> Any:
    """Build a chain in its form."""
    chosen = chain(stack.steps, stack.input, Names(stack.naming))
    first = start(stack.input, "in_0")
    if stack.form == "sequential":
        return keras.Sequential([first, *chosen])
    if stack.form == "nested":
        half = len(chosen) // 2
        chosen = [
            inner for part in (chosen[:half], chosen[half:]) if part for inner in [nest(part)]
        ]
    x = first
    for layer in chosen:
        x = layer(x)
    return keras.Model(first, x)


def nest(part: Sequence[Any]) -> Any:
    """Put layers into a Sequential of their own."""
    return keras.Sequential(part)


def chain(steps: Sequence[Step], kind: str, names: Names) -> list[Any]:
    """Make the layers that fit one after another; there is one at least."""
    maker = Maker([start(kind, "probe")], (), names)
    chosen: list[Any] = []
    if kind == "words":
        chosen.append(layers.Embedding(9, 3, mask_zero=True, name=names.new("embedding")))
        maker.call(chosen[0], maker.tensors, Step())
    for step in steps:
        last = maker.tensors[-1]
        if step.kind == "again":
            layer = chosen[-1 - step.y % len(chosen)] if chosen else None
        else:
            fits = len(last.shape) in LAYERS[step.kind][0]
            layer = maker.layer(step) if fits else None
        if layer is None:
            continue
        try:
            maker.call(layer, [last], Step())
        except Skip:
            continue
        chosen.append(layer)
    return chosen or [layers.Identity(name=names.new("identity"))]


class Tower(NamedTuple):
    """Blocks, one upon the other, each with a free number."""

    blocks: tuple[tuple[str, int], ...] = ()
    sequence: bool = False

    def __repr__(self) -> str:
        return shown(self)

    @property
    def plain(self) -> bool:
        """Whether no block branches but within a model of its own."""
        return all(kind in PLAIN_BLOCKS for kind, _ in self.blocks)


def towers(most: int = 8) -> st.SearchStrategy[Tower]:
    """Towers of two blocks or more."""
    block = st.tuples(st.sampled_from(BLOCKS), st.integers(0, 11))
    some = st.lists(block, min_size=2, max_size=most).map(tuple)
    return st.tuples(some, st.booleans()).map(lambda t: Tower(*t))


def build_tower(tower: Tower) -> Any:
    """Build a tower, as a functional model."""
    x = first = keras.Input((4, 3) if tower.sequence else (3,))
    for kind, n in tower.blocks:
        x = block(kind, n, x)
    return keras.Model(first, x)


def block(kind: str, n: int, x: Any) -> Any:
    """Put a block on a tensor; the width stays the same."""
    if kind == "dense":
        return layers.Dense(3, activation=one(n, "tanh", None))(x)
    if kind == "norm":
        return layers.LayerNormalization()(x)
    if kind == "inside":
        first = keras.Input(x.shape[1:])
        return keras.Model(first, block(one(n, "residual", "sum", "dense"), n, first))(x)
    if kind == "twice":
        dense = layers.Dense(3)
        return layers.Add()([dense(x), dense(dense(x))])
    if kind == "attention":
        if len(x.shape) < 3:
            return layers.Multiply()([x, x])
        x = layers.Add()([x, layers.MultiHeadAttention(1, 2)(x, x)])
        return layers.LayerNormalization()(x)
    h = layers.Dense(3, activation="tanh")(x)
    if kind == "gate":
        return x * layers.Dense(3, activation="sigmoid")(x)
    if kind == "branches":
        return layers.Dense(3)(layers.Concatenate()([h, layers.Dense(2)(x), *[x] * (n % 2)]))
    for _ in range(n % 3):
        h = layers.Dense(3)(h)
    return x + h if kind == "sum" else layers.Add()([x, h])
