"""The same layers in another form, as data."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import layers

import kitchen
from kitchen.graph.linearity import elements
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import read
from kitchen.graph.sharing import order_of_bodies
from kitchen.rewrite.reform import reform
from tests import models
from tests.random_models import Recipe, build, rich


def names(graph: ModelGraph) -> list[str]:
    """What the outermost model calls, in order."""
    return [graph.layers[call.layer].name for call in graph.body.calls if not call.plumbing]


def stack() -> Any:
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="b")], name="inner")
    return keras.Sequential([keras.Input((4,), name="x"), inner, layers.Dense(2, name="c")])


class Passing(keras.Model):
    """Hands `training` on to its layers, as most subclassed models do."""

    def __init__(self) -> None:
        super().__init__(name="passing")
        self.norm = layers.BatchNormalization(name="norm")
        self.dense = layers.Dense(2, name="dense")

    def call(self, x, training=None):  # type: ignore[no-untyped-def]
        return self.dense(self.norm(x, training=training))


def test_nothing_changes_where_a_model_has_the_form_already() -> None:
    graph = read(models.residual())
    assert reform(graph, "functional") is graph
    graph = read(stack())
    assert reform(graph, "sequential") is graph


def test_a_sequential_becomes_functional_with_all_inside() -> None:
    graph = read(stack())
    found = reform(graph, "functional")
    assert found.form == "functional"
    assert {found.layers[owner].class_name for owner in found.bodies} == {"Functional"}
    assert found.body.calls == graph.body.calls
    assert (found.weights, set(found.layers)) == (graph.weights, set(graph.layers))


def test_a_chain_becomes_a_sequential_and_back() -> None:
    graph = models.chain_graph(3)
    there = reform(graph, "sequential")
    assert (there.form, there.layers["L0"].class_name) == ("sequential", "Sequential")
    assert reform(there, "functional").body == graph.body


def test_calls_of_a_sequential_have_one_argument() -> None:
    x = keras.Input((4,))
    h = layers.BatchNormalization(name="norm")(x, training=False)
    graph = reform(read(keras.Model([x], [layers.Dense(2)(inputs=h)])), "sequential")
    assert [(len(call.args), dict(call.kwargs)) for call in graph.body.calls[1:]] == [(1, {})] * 2


def test_masks_are_left_to_keras() -> None:
    graph = read(models.masked())
    assert names(reform(graph, "sequential")) == ["words", "embedding", "lstm"]


@pytest.mark.parametrize("form", ["functional", "sequential"])
def test_a_recovered_model_hands_training_on_again(form: Any) -> None:
    model = Passing()
    model(np.zeros((1, 3), "float32"))
    graph = read(model)
    assert any("training" in call.kwargs for call in graph.body.calls)
    found = reform(graph, form)
    assert not any(call.kwargs for call in found.body.calls)
    assert found.body.note == ""


@pytest.mark.parametrize(
    ("model", "obstacle"),
    [
        (models.siamese, "two inputs"),
        (models.residual, "a skip"),
        (models.dicts, "two outputs"),
        (models.operators, "operations that are no layers"),
        (models.tied, "an operation that is no layer"),
        (kitchen.examples.shared_layer.functional, "a shared layer"),
    ],
)
def test_the_error_names_what_a_sequential_cannot_express(model: Any, obstacle: str) -> None:
    with pytest.raises(kitchen.KitchenError, match=obstacle):
        reform(read(model()), "sequential")


def test_code_that_cannot_be_read_is_named() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.scale = self.add_weight(shape=(3,), name="scale")

        def call(self, x):  # type: ignore[no-untyped-def]
            return x * self.scale

    model = Own()
    with pytest.raises(kitchen.KitchenError, match="has not been called yet"):
        reform(read(model), "functional")
    model(np.zeros((1, 3), "float32"))
    with pytest.raises(kitchen.KitchenError, match="weight own/scale"):
        reform(read(model), "functional")


def test_an_unbuilt_sequential_has_no_other_form() -> None:
    graph = read(keras.Sequential([layers.Dense(3)]))
    with pytest.raises(kitchen.KitchenError, match="Not built yet"):
        reform(graph, "functional")
    assert reform(graph, "sequential") is graph


def test_there_are_three_forms() -> None:
    with pytest.raises(kitchen.KitchenError, match="'graph'"):
        reform(models.chain_graph(1), "graph")  # type: ignore[arg-type]


def test_what_branches_becomes_a_block() -> None:
    graph = reform(read(models.residual(3)), "sequential", wrap=True)
    assert names(graph) == ["x", "block_1", "block_2", "block_3"]
    first = graph.bodies[graph.body.calls[1].layer]
    assert [graph.layers[call.layer].name for call in first.calls] == ["x", "dense_0", "add_0"]
    second = graph.layers[graph.body.calls[2].layer]
    assert (second.kind, second.class_name) == ("model", "Functional")
    assert graph.count(second.id) == graph.count() // 3


def test_ends_keep_their_structure_in_blocks() -> None:
    graph = reform(read(models.dicts()), "sequential", wrap=True)
    first, last = (graph.bodies[call.layer] for call in graph.body.calls[-2:])
    assert first.input_structure == {"p": 0, "q": 1}
    assert [port.layer for port in first.inputs] == ["p", "q"]
    assert last.output_structure == graph.body.output_structure == {"y": 1, "b": 0}
    assert [port.key for port in last.outputs] == ["b", "y"]


def test_one_element_is_no_sequential() -> None:
    with pytest.raises(kitchen.KitchenError, match="two or more elements"):
        reform(read(models.residual()), "sequential", wrap=True)


@settings(max_examples=40)
@given(rich(12))
def test_every_wrapped_form_is_a_graph_of_the_same_layers(recipe: Recipe) -> None:
    graph = read(build(recipe))
    groups = elements(graph)
    try:
        found = reform(graph, "sequential", wrap=True)
    except kitchen.KitchenError:
        assert len(groups) < 2
        return
    assert order_of_bodies(found)[0] == graph.root
    assert {key: found.layers[key] for key in graph.layers if key != graph.root} == {
        key: layer for key, layer in graph.layers.items() if key != graph.root
    }
    inside = [c.id for b in set(found.bodies) - set(graph.bodies) for c in found.bodies[b].calls]
    kept = [c.id for c in found.body.calls] + inside
    assert {key for group in groups for key in group} <= set(kept)
    assert len(kept) == len(set(kept))
