"""Reading any model truthfully, and leaving it as it was."""

import contextlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import kitchen
from kitchen.errors import KitchenWarning, ModelError
from kitchen.graph.model_graph import Call, Constant, ModelGraph, Tensor, VariableUse
from kitchen.graph.reader import bind, read
from tests import models


def names(graph: ModelGraph) -> list[str]:
    return [graph.layers[call.layer].name for call in graph.body.calls]


def links(graph: ModelGraph) -> set[tuple[str, str]]:
    """The edges as pairs of layer names."""
    name = {call.id: graph.layers[call.layer].name for call in graph.body.calls}
    return {(name[e.source], name[c.id]) for c in graph.body.calls for e in c.edges}


def call_of(graph: ModelGraph, layer: str) -> Call:
    return next(c for c in graph.body.calls if graph.layers[c.layer].name == layer)


@pytest.mark.parametrize("form", ["sequential", "functional", "subclassed"])
@pytest.mark.parametrize(
    ("example", "count"), [("classifier", 50_890), ("two_inputs", 2_657), ("shared_layer", 12_482)]
)
def test_every_form_of_the_article_is_read(example: str, form: str, count: int) -> None:
    if (example, form) == ("two_inputs", "sequential"):
        count = 4_705  # the wider stack
    graph = read(getattr(getattr(kitchen.examples, example), form)())
    assert graph.form == form
    assert graph.count() == count
    assert graph.body.calls


def test_a_layer_called_twice_is_one_layer_and_two_calls() -> None:
    graph = read(kitchen.examples.shared_layer.functional())
    assert names(graph).count("shared_dense") == 2
    assert [x.name for x in graph.layers.values()].count("shared_dense") == 1
    assert links(graph) == {
        ("input", "shared_dense"),
        ("shared_dense", "dense_1"),
        ("shared_dense", "dense_2"),
        ("dense_1", "output_1"),
        ("dense_2", "output_2"),
    }
    shapes = [t.shape for c in graph.body.calls for t in c.outputs]
    assert shapes == [(None, 128), *[(None, 64)] * 2, *[(None, 32)] * 2, *[(None, 1)] * 2]


def test_calls_made_elsewhere_on_the_same_layer_are_not_counted() -> None:
    shared = layers.Dense(2)
    x = keras.Input((3,))
    keras.Model(x, shared(x))
    y = keras.Input((3,))
    assert len(read(keras.Model(y, shared(y))).body.calls) == 2


def test_structure_keys_and_layer_names_are_both_kept() -> None:
    graph = read(models.dicts())
    assert [(p.key, p.layer) for p in graph.body.outputs] == [("b", "aa"), ("y", "zz")]
    assert [(p.key, p.layer) for p in graph.body.inputs] == [("p", "p"), ("q", "q")]
    assert graph.body.output_structure == {"b": 0, "y": 1}


def test_a_sub_model_is_a_layer_with_a_body_of_its_own() -> None:
    graph = read(models.siamese())
    encoder = call_of(graph, "encoder").layer
    assert names(graph).count("encoder") == 2
    assert [graph.layers[c.layer].class_name for c in graph.bodies[encoder].calls] == [
        "InputLayer",
        "Dense",
        "Dense",
    ]
    assert graph.count(encoder) == 8 * 4 + 4 + 4 * 3 + 3


def test_models_nested_forty_deep() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    for _ in range(40):
        x = keras.Input((2,))
        model = keras.Model(x, model(x))
    assert len(read(model).bodies) == 41


def test_the_same_layer_twice_in_a_sequential() -> None:
    shared = layers.Dense(4, name="d")
    graph = read(keras.Sequential([keras.Input((4,)), shared, shared]))
    assert names(graph)[1:] == ["d", "d"]
    assert graph.count() == 20


def test_operators_and_the_arrays_among_their_arguments() -> None:
    graph = read(models.operators())
    assert [graph.layers[c.layer].class_name for c in graph.body.calls[1:]] == [
        "Multiply",
        "Add",
        "Sum",
    ]
    constant = graph.body.calls[1].args[1]
    assert constant == Constant((3,), "float32", (0.0, 1.0, 2.0))
    assert graph.body.calls[2].args[1] == 1.0
    assert {graph.layers[c.layer].kind for c in graph.body.calls[1:]} == {"operation"}


def test_a_large_constant_keeps_its_shape_only() -> None:
    x = keras.Input((40,))
    graph = read(keras.Model(x, x * np.ones(40, "float32")))
    assert graph.body.calls[1].args[1] == Constant((40,), "float32", None)


def test_a_variable_among_the_arguments_is_the_weight_it_is() -> None:
    graph = read(models.tied())
    (table,) = graph.layers[call_of(graph, "table").layer].weights
    einsum = graph.body.calls[-1]
    assert VariableUse(table) in einsum.args
    assert graph.layers[einsum.layer].weights == (table,)


def test_a_mask_that_keras_passes_is_an_edge_of_its_own_kind() -> None:
    graph = read(models.masked())
    kinds = {(e.argument, e.kind) for e in call_of(graph, "lstm").edges}
    assert kinds == {("0", "data"), ("mask", "mask")}
    assert [c.plumbing for c in graph.body.calls] == [
        graph.layers[c.layer].class_name == "NotEqual" for c in graph.body.calls
    ]


def test_a_mask_that_someone_gave_is_data() -> None:
    words, mask = keras.Input((5, 2)), keras.Input((5,), dtype="bool", name="given")
    graph = read(keras.Model([words, mask], layers.LSTM(3, name="lstm")(words, mask=mask)))
    assert {e.kind for e in call_of(graph, "lstm").edges} == {"data"}
    assert not any(c.plumbing for c in graph.body.calls)


def test_only_arguments_that_someone_gave_are_kept() -> None:
    x = keras.Input((4,))
    a = layers.Dropout(0.5, name="plain")(x)
    b = layers.BatchNormalization(name="frozen")(a, training=False)
    c = layers.BatchNormalization(name="none")(b, training=None)
    graph = read(keras.Model(x, c))
    assert dict(call_of(graph, "plain").kwargs) == {}
    assert dict(call_of(graph, "frozen").kwargs) == {"training": False}
    assert dict(call_of(graph, "none").kwargs) == {}


def test_an_unbuilt_sequential_has_unknown_shapes() -> None:
    graph = read(keras.Sequential([layers.Dense(3, name="a"), layers.Dense(2, name="b")]))
    assert names(graph) == ["input", "a", "b"]
    assert {t.shape for c in graph.body.calls for t in c.outputs} == {None}
    assert "Not built" in graph.body.note


def test_a_sequential_that_starts_with_concatenate_runs_eagerly() -> None:
    model = keras.Sequential([layers.Concatenate(name="join"), layers.Dense(2, name="b")])
    model([np.zeros((1, 2)), np.zeros((1, 3))])
    graph = read(model)
    assert names(graph) == ["input", "join", "b"]
    assert "keeps no graph" in graph.body.note


def test_a_model_that_contains_itself_is_a_clear_error() -> None:
    model = keras.Sequential([layers.Dense(3)])
    with contextlib.suppress(RecursionError):  # once built, Keras itself overflows
        model.add(model)
    with pytest.raises(ModelError, match="contains itself"):
        read(model)


def test_a_chain_of_nine_hundred() -> None:
    x = inputs = keras.Input((1,))
    for _ in range(900):
        x = layers.Activation("relu")(x)
    assert len(read(keras.Model(inputs, x)).body.calls) == 901


@pytest.mark.parametrize(
    ("thing", "hint"),
    [
        (keras.layers.Dense(3), "one layer"),
        (keras.Sequential, "class"),
        ("model.keras", r"kitchen\.load"),
        (None, "Pass a model"),
    ],
)
def test_what_is_no_model_is_named(thing: object, hint: str) -> None:
    with pytest.raises(ModelError, match=hint):
        read(thing)


class Branching(keras.Model):
    """Recoverable, with a `training` argument and a counter that a call changes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Dense(4, activation="relu", name="first")
        self.drop = layers.Dropout(0.5, name="drop")
        self.last = layers.Dense(1, name="last")
        self.seen = 0

    def call(self, inputs, training=None):  # type: ignore[no-untyped-def]
        self.seen += 1
        x = self.first(inputs["p"]) + self.first(inputs["q"])
        if training:
            x = self.drop(x)
        return self.last(x)


def test_a_subclassed_model_is_recovered_with_its_own_weights() -> None:
    model = Branching()
    data = {"p": np.ones((2, 3)), "q": np.ones((2, 3))}
    model(data)
    bound = bind(model)
    graph = bound.graph
    assert names(graph)[:4] == ["p", "q", "first", "first"]
    assert names(graph)[-1] == "last"
    assert "training=False" in graph.body.note
    assert {id(v) for v in bound.variables.values()} >= {id(v) for v in model.weights}


def test_recovering_leaves_the_model_and_later_names_as_they_were() -> None:
    model = Branching()
    model({"p": np.ones((2, 3)), "q": np.ones((2, 3))})
    parts = [model, *model.layers]
    before = [dict(vars(x)) for x in parts]
    nodes = [len(x._inbound_nodes) for x in parts]
    name = layers.Dense(1).name
    seen = model.seen
    read(model)
    assert [len(x._inbound_nodes) for x in parts] == nodes
    assert [dict(vars(x)) for x in parts] == before
    assert model.seen == seen
    prefix, _, number = name.rpartition("_")
    expected = f"{prefix}_{int(number) + 1}" if prefix else "dense_1"
    assert layers.Dense(1).name == expected
    assert keras.Input((1,)).name.startswith("keras_tensor")


class Loose(keras.Model):
    """Uses a weight outside any layer: tracing would lose it silently."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3, name="dense")
        self.scale = self.add_weight(shape=(3, 3), name="scale")

    def call(self, inputs):  # type: ignore[no-untyped-def]
        return ops.matmul(self.dense(inputs), self.scale)


class Remaking(keras.Model):
    """Makes a new layer at every call."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3, name="dense")

    def call(self, inputs):  # type: ignore[no-untyped-def]
        return layers.Dense(2)(self.dense(inputs))


class Deciding(keras.Model):
    """Looks at the values."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3, name="dense")

    def call(self, inputs):  # type: ignore[no-untyped-def]
        return self.dense(inputs) if float(ops.sum(inputs)) >= 0 else inputs


@pytest.mark.parametrize(
    ("kind", "reason"), [(Loose, "scale"), (Remaking, "new layers"), (Deciding, "Error")]
)
def test_what_cannot_be_recovered_shows_its_layers_and_says_why(kind: type, reason: str) -> None:
    model = kind()
    model(np.ones((2, 3)))
    count = len(model.layers)
    graph = read(model)
    assert graph.body.opaque
    assert reason in graph.body.note
    assert "dense" in [graph.layers[part].name for part in graph.body.parts]
    assert len(model.layers) == count


def test_a_subclassed_model_that_was_never_called() -> None:
    graph = read(Branching())
    assert graph.body.opaque
    assert "not been called" in graph.body.note


def test_an_overridden_call_is_not_taken_for_the_graph() -> None:
    class Doubling(keras.Sequential):
        def call(self, inputs, training=None, mask=None):  # type: ignore[no-untyped-def]
            return 2 * super().call(inputs, training=training)

    graph = read(Doubling([keras.Input((3,)), layers.Dense(2, name="d")]))
    assert graph.form == "subclassed"
    assert "Multiply" in [graph.layers[c.layer].class_name for c in graph.body.calls]


class Scaling(keras.Model):
    """A functional model with a call of its own around the calls that it was made of."""

    def call(self, inputs, training=None):  # type: ignore[no-untyped-def]
        return 2 * super().call(inputs, training=training)


@pytest.mark.parametrize("structure", ["one", "list", "dict"])
def test_a_functional_model_with_a_call_of_its_own_knows_its_inputs(structure: str) -> None:
    a = keras.Input((3,), batch_size=8, name="a")
    b = keras.Input((4,), batch_size=8, dtype="int32", name="b")
    taken = {"one": a, "list": [a, b], "dict": {"b": b, "a": a}}[structure]
    wide = [layers.Dense(2, name="d")(a)]
    wide += [layers.Flatten()(layers.Embedding(9, 2)(b))] if structure != "one" else []
    model = Scaling(taken, layers.Dense(1)(layers.Concatenate()(wide) if wide[1:] else wide[0]))
    before = [len(layer._inbound_nodes) for layer in model.layers]
    graph = read(model)
    assert graph.form == "subclassed" and not graph.body.opaque, graph.body.note
    kinds = [graph.layers[c.layer].class_name for c in graph.body.calls]
    assert kinds[-1] == "Multiply" and "ConvertToTensor" not in kinds
    found = [(p.tensor.shape, p.tensor.dtype) for p in graph.body.inputs]
    known = [(tuple(x.shape), x.dtype) for x in keras.tree.flatten(taken)]
    assert sorted(map(str, found)) == sorted(map(str, known))
    assert kitchen.equivalent(model, kitchen.convert(model, "functional"))
    assert before == [len(layer._inbound_nodes) for layer in model.layers]


def test_a_functional_model_with_layers_that_were_never_called() -> None:
    class Longer(keras.Model):
        def __init__(self, inputs: Any, outputs: Any):
            super().__init__(inputs, outputs)
            self.more = layers.Dense(4)

        def call(self, inputs, training=None):  # type: ignore[no-untyped-def]
            return self.more(super().call(inputs))

    x = keras.Input((3,))
    model = Longer(x, layers.Dense(2)(x))
    graph = read(model)
    assert graph.body.opaque and "was not called" in graph.body.note
    assert not model.more.built
    assert model(np.ones((2, 3))).shape == (2, 4)  # as if it had never been read
    assert len(model.more.weights) == 2
    assert not read(model).body.opaque


@pytest.mark.filterwarnings("ignore:`build\\(\\)` was called on layer")
def test_a_layer_for_training_alone_can_still_be_built_after_the_model_was_read() -> None:
    class Helped(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense, self.helper = layers.Dense(2), layers.Dense(2)

        def call(self, x, training=None):  # type: ignore[no-untyped-def]
            return self.helper(self.dense(x)) if training else self.dense(x)

    model = Helped()
    model(np.ones((1, 3)))
    with pytest.warns(KitchenWarning, match="runs code that it does not run otherwise"):
        kitchen.source(model)
    model(np.ones((1, 3)), training=True)
    assert len(model.helper.weights) == 2


def test_reading_does_not_ask_for_configs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise AssertionError("get_config was called")

    model = kitchen.examples.shared_layer.functional()
    monkeypatch.setattr(layers.Layer, "get_config", refuse)
    monkeypatch.setattr(layers.Dense, "get_config", refuse)
    assert read(model).count() == 12_482


def test_ids_lead_back_to_the_live_objects() -> None:
    model = models.siamese()
    bound = bind(model)
    assert read(model) == bound.graph
    for key, layer in bound.graph.layers.items():
        assert bound.layers[key].name == layer.name
    for key, weight in bound.graph.weights.items():
        assert tuple(bound.variables[key].shape) == weight.shape


def test_a_graph_that_names_what_is_not_there_is_refused() -> None:
    graph = models.chain_graph(3)
    broken = {**graph.bodies["L0"].__dict__, "calls": graph.body.calls[::-1]}
    broken.pop("edges", None)
    with pytest.raises(ModelError, match="before it is there"):
        ModelGraph("L0", "functional", graph.layers, {}, {"L0": type(graph.body)(**broken)})


def test_a_hand_made_graph_of_five_thousand() -> None:
    assert len(models.chain_graph(5_000).body.calls) == 5_001
    assert Tensor("C0", 0, (None, 4), "float32") in models.chain_graph(3).body.calls[0].outputs


class Counting(keras.Model):
    """Changes everything that a call can change."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(3, name="dense")
        self.drawn = keras.random.SeedGenerator(1)
        self.stats = {"calls": 0}
        self.nested = [[0]]
        self.array = np.zeros(1)
        self.names: set[int] = set()

    def call(self, inputs):  # type: ignore[no-untyped-def]
        self.stats["calls"] += 1
        self.nested[0][0] += 1
        self.array[0] += 1
        self.names.add(len(self.names))
        return self.dense(inputs) + keras.random.normal((3,), seed=self.drawn)


def test_a_call_that_draws_or_counts_leaves_no_trace_and_is_not_recovered() -> None:
    model = Counting()
    model(np.ones((2, 3)))
    left = (model.stats["calls"], model.nested[0][0], float(model.array[0]), len(model.names))
    seed = np.array(model.drawn.state)
    graph = read(model)
    assert kitchen.equivalent(model, model)  # from equal seeds it draws the same
    assert graph.body.opaque and "random" in graph.body.note
    assert (
        model.stats["calls"],
        model.nested[0][0],
        float(model.array[0]),
        len(model.names),
    ) == left
    assert np.array_equal(seed, np.array(model.drawn.state))


def test_a_subclassed_model_called_with_more_than_one_argument_is_opaque() -> None:
    class Scaled(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, inputs, scale=1.0):  # type: ignore[no-untyped-def]
            return self.dense(inputs) * scale

    inner = Scaled()
    x = keras.Input((3,))
    graph = read(keras.Model(x, inner(x, scale=2.0)))
    body = graph.bodies[graph.body.calls[1].layer]
    assert body.opaque and "more than its first argument" in body.note
    assert dict(graph.body.calls[1].kwargs) == {"scale": 2.0}


def test_two_arguments_or_no_shapes_each_have_their_reason() -> None:
    class Sum(keras.Model):
        def build(self, a_shape: Any, b_shape: Any = None) -> None:
            self.kernel = self.add_weight(shape=(a_shape[-1], 2), name="kernel")

        def call(self, a, b):  # type: ignore[no-untyped-def]
            return (a + b) @ self.kernel

    model = Sum()
    model(np.ones((2, 3)), np.ones((2, 3)))
    assert "it takes more than one argument." in read(model).body.note
    blank = Branching()
    blank.built = True
    assert "its input shapes are not known." in read(blank).body.note


def test_one_operation_called_with_two_variables_uses_both() -> None:
    matmul = keras.ops.matmul(keras.Input((2,)), np.eye(2))._keras_history.operation
    one, two = keras.Variable(np.eye(2)), keras.Variable(np.eye(2))
    x = keras.Input((2,))
    assert kitchen.sharing(keras.Model(x, matmul(matmul(x, one), two))).once == 8


def embedded() -> Any:
    words = keras.Input((7,), dtype="int32", name="words")
    h = layers.Embedding(20, 5, mask_zero=True, name="embedding")(words)
    return keras.Model(words, layers.Dense(1)(layers.Bidirectional(layers.LSTM(4))(h)))


def masking() -> Any:
    x = keras.Input((7, 3), name="x")
    h = layers.Dropout(0.1)(layers.Masking(-1.0)(x))
    h = layers.LSTM(4, return_sequences=True)(h)
    return keras.Model(x, layers.Dense(1)(layers.LSTM(4)(h)))


@pytest.mark.parametrize("make", [embedded, masking])
def test_a_mask_stays_plumbing_when_the_model_is_loaded_or_cloned(
    make: Any, tmp_path: Path
) -> None:
    model = make()
    model.save(tmp_path / "model.keras")
    for other in (
        keras.models.load_model(tmp_path / "model.keras"),
        keras.models.clone_model(model),
    ):
        found = read(other).body
        assert [call.plumbing for call in found.calls].count(True) > 0
        masks = [call.implicit for call in found.calls if "mask" in call.kwargs]
        assert masks and all(masks)
        assert kitchen.explain(other).linear
        assert "not_equal" not in kitchen.source(other)


def test_a_mask_of_ones_own_is_an_argument() -> None:
    words = keras.Input((7,), dtype="int32")
    h = layers.Embedding(20, 5, mask_zero=True)(words)
    model = keras.Model(words, layers.LSTM(3)(h, mask=keras.ops.not_equal(words, 3)))
    assert not any(call.plumbing or call.implicit for call in read(model).body.calls)
