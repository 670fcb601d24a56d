"""Could a Sequential express a model, what stops it, and what would a wrapped form hide?"""

import time
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import Input, Model, Sequential, layers

import kitchen
from kitchen.errors import ModelError
from kitchen.graph.linearity import chain, explain
from kitchen.graph.model_graph import Body, ModelGraph, Port
from kitchen.graph.reader import read
from tests import models
from tests.hand_graphs import GRAPHS
from tests.random_models import Recipe, build, recipes

TWO_INPUTS = kitchen.examples.two_inputs
SHARED = kitchen.examples.shared_layer


def kinds(model: Any) -> list[str]:
    return [obstacle.kind for obstacle in explain(model).obstacles]


def subclassed(call: Any, *parts: Any) -> Any:
    """A built model of a class whose `call` is a function of its parts and the input."""

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.parts = list(parts)

        def call(self, x):  # type: ignore[no-untyped-def]
            return call(*self.parts, x)

    model = Own()
    model(np.zeros((1, 4), "float32"))
    return model


def stack(name: str = "stack") -> Any:
    return Sequential([Input((4,)), layers.Dense(3), layers.ReLU(), layers.Dense(2)], name=name)


def functional(connect: Any, shape: tuple[int, ...] = (4,)) -> Any:
    x = Input(shape, name="x")
    return Model(x, connect(x), name="net")


@pytest.mark.parametrize(
    "model",
    [
        stack,
        models.masked,
        lambda: functional(lambda x: stack("inner")(layers.Dense(4)(x))),
        lambda: functional(lambda x: models.residual()(layers.Dense(6)(x))),
        lambda: subclassed(lambda a, b, x: b(a(x)), layers.Dense(3), layers.Dense(2)),
        lambda: Sequential([layers.Dense(3), layers.Dense(2)]),
        lambda: models.chain_graph(50),
        lambda: models.nested_graph(150),
        *(form.build for form in kitchen.examples.classifier.forms.values()),
    ],
)
def test_a_linear_stack_has_no_obstacles(model: Any) -> None:
    explanation = explain(model())
    assert explanation.linear and not explanation.obstacles and not explanation.surprises
    assert "is a chain" in explanation.verdict


def test_an_empty_sequential() -> None:
    assert "without layers" in explain(Sequential(name="empty")).verdict


@settings(max_examples=40)
@given(recipes(most=4))
def test_a_chain_computes_the_same_as_a_sequential(recipe: Recipe) -> None:
    model = build(recipe)
    graph = read(model)
    if not explain(graph).linear:
        return
    called = {call.id: graph.layers[call.layer].name for call in graph.body.calls}
    line = [model.get_layer(called[call]) for call in chain(graph) or ()]
    other = Sequential([Input(model.input_shape[1:]), *line])
    x = np.random.default_rng(0).random((3, *model.input_shape[1:]), "float32")
    np.testing.assert_allclose(other(x), model(x), atol=1e-6)


@given(GRAPHS)
def test_nothing_is_left_untold(graph: ModelGraph) -> None:
    explanation = explain(graph)
    assert explanation.linear == (chain(graph) is not None)
    told = {path[-1] for obstacle in explanation.obstacles for path in obstacle.calls}
    users: dict[str, set[str]] = {}
    for call in graph.body.calls:
        if len(call.edges) > 1:
            assert call.id in told
        for edge in call.edges:
            users.setdefault(edge.source, set()).add(call.id)
    assert {source for source, found in users.items() if len(found) > 1} <= told
    groups = [{path[-1] for path in element.calls} for element in explanation.wrapped]
    assert not groups or set.union(*groups) == {c.id for c in graph.body.calls if c.edges}


def test_two_inputs_as_a_learner_reads_it() -> None:
    explanation = explain(TWO_INPUTS.functional())
    assert explanation.verdict.endswith(
        "cannot be a plain Sequential: it has two inputs and a merge."
    )
    assert [obstacle.text for obstacle in explanation.obstacles] == [
        "Two inputs: input_a and input_b.",
        "concat joins two tensors, one from dense_a and one from dense_b.",
    ]
    first, last = explanation.wrapped
    assert (first.name, first.block) == ("dense_a … concat", True)
    assert {obstacle.kind for obstacle in first.hides} == {"inputs", "merge"}
    assert (last.name, last.block, last.hides) == ("output", False, ())


def test_a_shared_layer_as_a_learner_reads_it() -> None:
    explanation = explain(SHARED.functional())
    assert [obstacle.text for obstacle in explanation.obstacles] == [
        "A branch at input: it feeds shared_dense, call 1 of 2, and shared_dense, call 2 of 2. "
        "They never meet again.",
        "shared_dense is called twice on input, with the same weights.",
        "Two outputs: output_1 and output_2.",
    ]
    assert not explanation.wrapped
    assert "one call would do" in " ".join(explanation.notes)
    assert "a Sequential of two elements: shared_dense and" in explanation.notes[-1]


@pytest.mark.parametrize("example", [TWO_INPUTS, SHARED], ids=["two_inputs", "shared_layer"])
def test_a_subclassed_model_meets_the_same_obstacles(example: Any) -> None:
    assert kinds(example.subclassed()) == kinds(example.functional())


def test_one_call_gives_the_same_numbers_as_two() -> None:
    # The note on `shared_layer` says so; not of Dropout, nor of what keeps a state.
    def twice(layer: Any) -> Any:
        return explain(functional(lambda x: layers.Add()([layer(x), layer(x)])))

    assert any("one call would do" in note for note in twice(layers.Dense(4)).notes)
    for layer in (layers.Dropout(0.5), layers.BatchNormalization()):
        assert not any("one call" in note for note in twice(layer).notes)


def test_a_model_that_contains_itself() -> None:
    graph = models.nested_graph(2)
    inside = dict(graph.bodies)
    inside["M1"] = graph.bodies["M0"]
    with pytest.raises(ModelError, match="contains itself"):
        explain(ModelGraph("M0", "functional", graph.layers, {}, inside))


def test_a_graph_that_keras_would_not_make_is_no_chain_either() -> None:
    graph = models.chain_graph(2)
    body = graph.body
    dead = Body(body.calls, body.inputs, (Port(body.calls[1].outputs[0], "step_0"),), 0, 0)
    assert kinds(ModelGraph("L0", "functional", graph.layers, {}, {"L0": dead})) == ["order"]


@pytest.mark.parametrize(
    ("name", "found", "count"),
    [
        ("ResNet50", {"skip": 12, "branch": 4}, 40),
        ("MobileNetV2", {"skip": 10}, 75),
        ("InceptionV3", {"branch": 15}, 30),
        pytest.param("DenseNet121", {"skip": 58}, 80, marks=pytest.mark.slow),
        pytest.param("InceptionResNetV2", {"skip": 40, "branch": 43}, 104, marks=pytest.mark.slow),
    ],
)
def test_networks_of_applications(name: str, found: dict[str, int], count: int) -> None:
    explanation = explain(getattr(keras.applications, name)(weights=None))
    obstacles = [obstacle.kind for obstacle in explanation.obstacles]
    assert {kind: obstacles.count(kind) for kind in set(obstacles)} == found
    assert len(explanation.wrapped) == count
    assert len(str(explanation).splitlines()) < 60


@pytest.mark.parametrize("graph", [models.chain_graph, lambda n: read(models.residual(n // 14))])
def test_the_time_grows_with_the_number_of_calls(graph: Any) -> None:
    def best(calls: int) -> float:
        model = graph(calls)
        times = []
        for _ in range(3):
            start = time.process_time()  # others may be using the cores
            explain(model)
            times.append(time.process_time() - start)
        return min(times)

    assert best(4_000) < 10 * best(1_000)
