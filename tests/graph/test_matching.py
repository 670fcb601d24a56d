"""Weights matched by their place, through sub-models, with the reason where that fails."""

import keras
import pytest
from keras import layers

from kitchen.graph.matching import match, match_inputs
from kitchen.graph.reader import read
from tests import models


def test_a_stack_of_blocks_matches_the_same_network_written_flat() -> None:
    x = keras.Input((4,))
    block = keras.Model(x, layers.Add()([x, layers.Dense(4)(x)]))
    wrapped = keras.Sequential([keras.Input((4,)), block, layers.Dense(2)])
    y = keras.Input((4,))
    flat = keras.Model(y, layers.Dense(2)(layers.Add()([y, layers.Dense(4)(y)])))
    found = match(read(wrapped), read(flat))
    assert found.how == "place"
    assert len(found.weights) == 4


def test_one_layer_where_the_other_has_two() -> None:
    found = match(read(models.siamese()), read(models.siamese(twice=False)))
    assert (found.how, found.weights) == ("none", {})
    assert "stands where the other has several" in found.obstacle


@pytest.mark.parametrize(
    ("other", "obstacle"),
    [
        (layers.Dense(3, use_bias=False), "different shapes"),
        (layers.Activation("relu"), "(Dense) stands where the other has"),
    ],
)
def test_the_obstacle_names_the_place(other: layers.Layer, obstacle: str) -> None:
    one = keras.Sequential([keras.Input((3,)), layers.Dense(3, name="here")])
    two = keras.Sequential([keras.Input((3,)), other])
    found = match(read(one), read(two))
    assert obstacle in found.obstacle
    assert "here" in found.obstacle


def test_inputs_by_key_by_name_and_by_position() -> None:
    def build(names: list[str]) -> keras.Model:
        inputs = [keras.Input((2,), name=name) for name in names]
        return keras.Model(inputs, layers.Concatenate()(inputs))

    assert match_inputs(read(build(["a", "b"])), read(build(["b", "a"]))) == {0: 1, 1: 0}
    assert match_inputs(read(build(["a", "b"])), read(build(["c", "d"]))) == {0: 0, 1: 1}
    assert match_inputs(read(models.dicts()), read(models.dicts())) == {0: 0, 1: 1}


def test_deep_hand_made_graphs_do_not_recurse() -> None:
    assert match(models.nested_graph(3_000), models.nested_graph(3_000)).how == "place"
    assert match(models.chain_graph(5_000), models.chain_graph(5_000)).how == "place"


def test_shared_layers_are_walked_once_for_each_place() -> None:
    """A ladder of shared layers has 2 ** 30 ways back; the walk takes each place once."""
    x = keras.Input((2,))
    h = x
    for _ in range(30):
        dense = layers.Dense(2)
        h = layers.Add()([dense(h), dense(h)])
    model = keras.Model(x, h)
    assert match(read(model), read(model)).how == "place"
