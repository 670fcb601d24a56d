"""Two explorers side by side: each knows which calls of the other stand in the same place."""

from typing import Any

import keras
import pytest
from keras import layers

import kitchen
from kitchen.explorer.pair import Pair
from kitchen.graph.matching import match_calls
from kitchen.graph.model_graph import ModelGraph


def named(graph: ModelGraph, call: str) -> str:
    layer = graph.calls[call].layer
    turns = graph.uses[layer]
    return graph.layers[layer].name + (f" {turns.index(call) + 1}" if len(turns) > 1 else "")


def matched(a: Any, b: Any) -> dict[str, list[str]]:
    one, two = kitchen.read(a), kitchen.read(b)
    found = match_calls(one, two)
    return {named(one, call): [named(two, x) for x in others] for call, others in found.items()}


def test_one_call_stands_for_both_of_a_shared_layer() -> None:
    example = kitchen.examples.shared_layer
    found = matched(example.sequential(), example.functional())
    assert sorted(found["shared_dense"]) == ["shared_dense 1", "shared_dense 2"]
    assert found["dense_2"] == ["dense_2"]
    back = matched(example.functional(), example.sequential())
    assert back["shared_dense 1"] == back["shared_dense 2"] == ["shared_dense"]


@pytest.mark.parametrize("name", ["classifier", "two_inputs", "siamese", "multiple_outputs"])
def test_a_form_that_is_the_same_is_matched_call_by_call(name: str) -> None:
    example = getattr(kitchen.examples, name)
    a, b = kitchen.read(example.functional()), kitchen.read(example.subclassed())
    found = match_calls(a, b)
    weighted = [call.id for call in a.calls.values() if a.layers[call.layer].weights]
    leaves = [call for call in weighted if a.layers[a.calls[call].layer].kind != "model"]
    assert leaves and set(leaves) <= set(found)
    for call in leaves:
        (other,) = found[call]
        assert a.layers[a.calls[call].layer].class_name == b.layers[b.calls[other].layer].class_name


def test_beyond_where_two_differ_names_decide() -> None:
    def model(middle: Any) -> Any:
        x = keras.Input((8,), name="x")
        return keras.Model(x, layers.Dense(1, name="end")(middle(layers.Dense(8, name="in_")(x))))

    found = matched(model(layers.Dropout(0.5)), model(layers.ReLU()))
    assert found["end"] == ["end"]
    assert found["in_"] == ["in_"]  # behind the difference


def test_models_that_share_nothing_have_no_matches() -> None:
    a = keras.Sequential([keras.Input((3,), name="a"), layers.Dense(2, name="one")])
    b = keras.Sequential([keras.Input((3, 3), name="b"), layers.Flatten(name="two")])
    assert matched(a, b) == {}


def test_a_comparison_is_explored_as_a_pair() -> None:
    pair = kitchen.explore(kitchen.compare(kitchen.examples.two_inputs))
    assert isinstance(pair, Pair)
    left, right = pair.explorers
    assert left.twin["pair"] == right.twin["pair"]
    assert (left.twin["side"], right.twin["side"]) == (0, 1)
    for call, others in left.twin["calls"].items():
        assert all(call in right.twin["calls"][other] for other in others)
    assert left.model is pair.comparison.sides[0].model
    assert "functional" in repr(pair)


def test_two_pairs_are_told_apart() -> None:
    comparison = kitchen.compare(kitchen.examples.classifier)
    one, two = Pair(comparison), Pair(comparison)
    assert one.explorers[0].twin["pair"] != two.explorers[0].twin["pair"]
