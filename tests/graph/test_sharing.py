"""Which calls use the same weights, and what sharing saves."""

from typing import Any

import keras
import pytest
from keras import layers

import kitchen
from kitchen.errors import ModelError
from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor
from kitchen.graph.reader import read
from kitchen.graph.sharing import groups, name_of, paths
from tests import models


def test_the_article_counts_both_ways() -> None:
    sharing = kitchen.sharing(kitchen.examples.shared_layer.functional())
    assert (sharing.once, sharing.unshared) == (12_482, 12_482 + 8_256)
    kernel = sharing.shares[0]
    assert kernel.weight.shape == (128, 64)
    assert kernel.calls == ("shared_dense, call 1 of 2", "shared_dense, call 2 of 2")


@pytest.mark.parametrize("example", ["classifier", "two_inputs"])
def test_nothing_is_shared_where_nothing_is_called_twice(example: str) -> None:
    graph = read(getattr(kitchen.examples, example).functional())
    assert not any(group.shared for group in groups(graph))


def test_a_shared_sub_model_shares_all_its_weights() -> None:
    graph = read(models.siamese())
    shared = [group for group in groups(graph) if group.shared]
    assert [len(group.weights) for group in shared] == [2, 2]
    assert [name_of(graph, path) for path in shared[0].paths] == [
        "encoder, call 1 of 2 / encoder_a",
        "encoder, call 2 of 2 / encoder_a",
    ]


def test_a_layer_used_inside_and_outside_a_sub_model() -> None:
    dense = layers.Dense(4, name="dense")
    inner_x = keras.Input((4,))
    inner = keras.Model(inner_x, dense(inner_x), name="inner")
    x = keras.Input((4,))
    graph = read(keras.Model(x, inner(dense(x))))
    (group,) = groups(graph)
    assert {name_of(graph, path) for path in group.paths} == {"dense", "inner / dense"}


def test_a_variable_that_two_layers_hold_is_one_weight() -> None:
    class Reversed(layers.Layer):
        """Multiplies by another layer's kernel, turned over."""

        def __init__(self, kernel: Any, **given: Any) -> None:
            super().__init__(**given)
            self.kernel = kernel

        def call(self, inputs):  # type: ignore[no-untyped-def]
            return keras.ops.matmul(inputs, keras.ops.transpose(self.kernel))

    x = keras.Input((4,))
    first = layers.Dense(3, name="first")
    h = first(x)
    sharing = kitchen.sharing(keras.Model(x, Reversed(first.kernel, name="second")(h)))
    assert [(s.layers, s.calls) for s in sharing.shares] == [
        (("first", "second"), ("first", "second")),
        (("first",), ("first",)),
    ]
    assert (sharing.once, sharing.unshared) == (15, 27)


def test_a_tied_table() -> None:
    (share,) = kitchen.sharing(models.tied()).shares
    assert [name.rstrip("_0123456789") for name in share.calls] == ["table", "einsum"]


def test_weights_of_an_opaque_model_count_once() -> None:
    class Opaque(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2, name="dense")

        def call(self, inputs):  # type: ignore[no-untyped-def]
            return self.dense(inputs)

    model = Opaque()
    model.dense.build((None, 3))
    assert kitchen.sharing(model).once == 8


def test_seeds_are_no_parameters() -> None:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dropout(0.5)])
    assert kitchen.sharing(model).once == model.count_params() == 8


def test_the_table_is_the_same_as_html_and_as_text() -> None:
    table = kitchen.sharing(kitchen.examples.shared_layer.functional()).table()
    for cell in ("8,192", "16,384", "12,482", "20,738", "sharing saves 8,256"):
        assert cell in str(table)
        assert cell in table.html()


def doubling(depth: int) -> ModelGraph:
    """A model that calls a model twice that calls a model twice …"""
    layer_list, bodies = [], {}
    for k in range(depth):
        start = Layer(f"I{k}", "x", "Input", "input")
        layer_list += [Layer(f"M{k}", f"m{k}", "Functional", "model"), start]
        x, y, z = Tensor(f"S{k}"), Tensor(f"A{k}"), Tensor(f"B{k}")
        inner = f"M{k + 1}" if k + 1 < depth else "leaf"
        calls = (
            Call(x.call, start.id, outputs=(x,)),
            Call(y.call, inner, (x,), outputs=(y,)),
            Call(z.call, inner, (y,), outputs=(z,)),
        )
        bodies[f"M{k}"] = Body(calls, (Port(x, "x"),), (Port(z, "z"),), 0, 0)
    layer_list.append(Layer("leaf", "leaf", "Dense"))
    return ModelGraph("M0", "functional", {x.id: x for x in layer_list}, {}, bodies)


def test_runs_that_multiply_are_counted_and_bounded() -> None:
    assert len(paths(doubling(5))["leaf"]) == 2**5
    with pytest.raises(ModelError, match="more than 20,000 times"):
        paths(doubling(40))


def test_deep_nesting_does_not_recurse() -> None:
    assert len(paths(models.nested_graph(5_000))["dense"]) == 1


def test_a_hand_made_model_that_contains_itself() -> None:
    x = Tensor("C0")
    body = Body((Call("C0", "L0", outputs=(x,)),), (), (Port(x, "L0"),), 0, 0)
    graph = ModelGraph(
        "L0", "functional", {"L0": Layer("L0", "loop", "Functional", "model")}, {}, {"L0": body}
    )
    with pytest.raises(ModelError, match="contains itself"):
        paths(graph)
