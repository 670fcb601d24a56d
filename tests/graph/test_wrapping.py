"""Cutting a model wherever one tensor alone passes."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from keras import layers

import kitchen
from kitchen.graph.linearity import chain, elements
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import read
from tests import models
from tests.hand_graphs import GRAPHS


def names(graph: ModelGraph, groups: Any) -> list[list[str]]:
    """Groups of calls by their layers' names."""
    layer = {call.id: graph.layers[call.layer].name for call in graph.body.calls}
    return [[layer[call] for call in group] for group in groups]


@given(GRAPHS)
def test_groups_are_cut_exactly_where_one_tensor_passes(graph: ModelGraph) -> None:
    body = graph.body
    steps = [call for call in body.calls if graph.layers[call.layer].kind != "input"]
    cuts = set()
    for k in range(1, len(steps)):
        there = {port.tensor for port in body.inputs} | {c.outputs[0] for c in steps[:k]}
        needed = {edge.tensor for call in steps[k:] for edge in call.edges}
        needed |= {port.tensor for port in body.outputs}
        passing = there & needed
        if len(passing) == 1 and steps[k - 1].outputs[0] in passing:
            cuts.add(k)
    groups = elements(graph)
    assert [call for group in groups for call in group] == [call.id for call in steps]
    ends = np.cumsum([len(group) for group in groups])[:-1]
    assert set(ends.tolist()) == cuts


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (models.masked, [["embedding"], ["lstm"]]),
        (models.residual, [["dense_0", "add_0"]]),
        (models.siamese, [["encoder", "encoder", "joined"], ["out"]]),
        (models.dicts, [["both"], ["aa", "zz"]]),
        (
            models.attention_block,
            [["attention", "add_1"], ["norm"], ["dense_1", "dense_2", "add_2"]],
        ),
        (kitchen.examples.shared_layer.sequential, [["shared_dense"], ["two_heads"]]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_elements(model: Any, expected: list[list[str]]) -> None:
    graph = read(model())
    assert names(graph, elements(graph)) == expected


def masked_block(middle: Any) -> Any:
    """A masked embedding, a skip over a layer, and a layer that uses the mask."""
    words = keras.Input((4,), dtype="int32")
    h = layers.Embedding(9, 4, mask_zero=True, name="embedding")(words)
    h = layers.Dense(4, name="dense")(layers.Add(name="add")([h, middle(h)]))
    h = layers.GlobalAveragePooling1D(name="pool")(h)
    return keras.Model(words, layers.Dense(1, name="out")(h))


def attend(x: Any) -> Any:
    return layers.MultiHeadAttention(1, 4, name="attention")(x, x)


def test_a_mask_stays_within_one_group() -> None:
    graph = read(masked_block(attend))
    one = ["embedding", "attention", "add", "dense", "pool"]
    assert names(graph, elements(graph)) == [one, ["out"]]


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_a_mask_that_is_made_and_used_in_the_last_group_cuts_nothing() -> None:
    beside, x = keras.Input((3,), name="beside"), keras.Input((4, 3), name="x")
    rows = layers.Masking(name="rows")(x)
    last, state, _ = layers.LSTM(2, return_state=True, name="lstm")(rows)
    model = keras.Model([beside, x], [last, layers.Concatenate(name="end")([beside, state])])
    graph = read(model)
    assert names(graph, elements(graph)) == [["rows", "lstm", "end"]]


def test_keras_loses_a_mask_on_its_way_through_a_block() -> None:
    model = masked_block(attend)
    words = np.array([[1, 2, 0, 0], [3, 4, 5, 0]])
    inner = keras.Input((4, 4))
    block = keras.Model(
        inner, model.get_layer("add")([inner, model.get_layer("attention")(inner, inner)])
    )
    rest = [model.get_layer(name) for name in ("dense", "pool", "out")]
    with pytest.warns(UserWarning, match="destroy the mask"):
        start = keras.Input((4,), dtype="int32")
        wrapped = keras.Sequential([start, model.layers[1], block, *rest])
        without_mask = wrapped(words)
    assert np.abs(model(words) - without_mask).max() > 1e-4


@pytest.mark.parametrize("example", ["classifier", "two_inputs", "shared_layer"])
def test_every_sequential_is_a_chain(example: str) -> None:
    for form in getattr(kitchen.examples, example).forms.values():
        model = form.build()
        if isinstance(model, keras.Sequential):
            assert chain(read(model)) is not None


def two(x: Any) -> Any:
    return layers.LSTM(3, return_state=True, name="lstm")(x)


@pytest.mark.parametrize(
    ("connect", "linear"),
    [
        (lambda x: layers.Dense(1)(layers.Dense(2)(x)), True),
        (lambda x: layers.Concatenate()(list(two(x))), True),
        (lambda x: layers.Concatenate()(list(reversed(two(x)))), False),
        (lambda x: layers.Dense(1)(two(x)[0]), False),
        (lambda x: layers.Dense(1)(x * 2.0), False),
        (lambda x: layers.Dropout(0.5)(x, training=True), False),
        (lambda x: layers.Dropout(0.5)(x, training=False), True),
        (lambda x: list(two(x)), True),
        (lambda x: [layers.Dense(1)(x)], True),
        (lambda x: {"y": layers.Dense(1)(x)}, False),
    ],
)
def test_a_chain_hands_on_all_that_a_call_gives(connect: Any, linear: bool) -> None:
    x = keras.Input((5, 2))
    graph = read(keras.Model(x, connect(x)))
    assert (chain(graph) is not None) == linear


def test_the_chain_inside_a_sub_model() -> None:
    graph = read(models.siamese())
    encoder = next(x.id for x in graph.layers.values() if x.name == "encoder")
    assert chain(graph) is None
    assert len(chain(graph, encoder) or ()) == 2


@pytest.mark.parametrize("last", [False, True])
def test_a_model_that_gives_a_list_of_one_can_only_stand_last(last: bool) -> None:
    x, z = keras.Input((3,)), keras.Input((3,))
    inner = keras.Model(x, [layers.Dense(3)(x)])
    end = [] if last else [layers.Dense(1)]
    (h,) = inner(z)
    for layer in end:
        h = layer(h)
    assert (chain(read(keras.Model(z, h))) is not None) == last
    if last:
        assert keras.Sequential([keras.Input((3,)), inner])(np.zeros((2, 3))).shape == (2, 3)
    else:
        with pytest.raises(ValueError, match="Cannot convert"):
            keras.Sequential([keras.Input((3,)), inner, layers.Dense(1)])
