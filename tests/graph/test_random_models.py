"""What holds for any functional model: counts, calls, edges and sharing agree with Keras."""

import keras
from hypothesis import given, settings

import kitchen
from kitchen.graph.reader import bind
from kitchen.graph.sharing import order_of_bodies, paths
from tests.checking import outputs
from tests.random_models import Recipe, build, recipes

SLOW = settings(max_examples=60)


@SLOW
@given(recipes())
def test_the_graph_says_what_keras_says(recipe: Recipe) -> None:
    model = build(recipe)
    bound = bind(model)
    graph = bound.graph
    assert graph.count() == model.count_params()
    operations = {id(bound.layers[call.layer]) for call in graph.body.calls}
    assert operations == {id(operation) for operation in model.operations}
    nodes = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    assert len(graph.body.calls) == len(nodes)
    assert sum(len(call.edges) for call in graph.body.calls) == sum(
        len(node.input_tensors) for node in nodes
    )
    assert [port.tensor.shape for port in graph.body.outputs] == [x.shape for x in model.outputs]


@SLOW
@given(recipes())
def test_every_run_of_a_layer_is_one_path(recipe: Recipe) -> None:
    model = build(recipe)
    graph = kitchen.read(model)
    assert order_of_bodies(graph)[0] == graph.root
    found = paths(graph)
    for call in graph.body.calls:
        assert (call.id,) in found[call.layer]
    sharing = kitchen.sharing(graph)
    assert sharing.once == graph.count()
    assert sharing.unshared >= sharing.once


@settings(SLOW, max_examples=25)
@given(recipes(most=8))
def test_a_clone_is_the_same_family(recipe: Recipe) -> None:
    model = build(recipe)
    verdict = kitchen.equivalent(model, keras.models.clone_model(model))
    given = outputs(model, penalties=False) or []
    assert given
    known = any(y.any() for y in given)  # not all zeros, as x - x is
    assert verdict.kind == ("same family" if known else "undecided"), str(verdict)
