"""What keeps a model from being a plain Sequential, told once and in words."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import Input, Model, layers, ops

from kitchen.graph.linearity import explain
from kitchen.graph.reader import read
from kitchen.graph.sharing import name_of
from tests import models


def kinds(model: Any) -> list[str]:
    return [obstacle.kind for obstacle in explain(model).obstacles]


def functional(connect: Any, shape: tuple[int, ...] = (4,)) -> Any:
    x = Input(shape, name="x")
    return Model(x, connect(x), name="net")


def both(x: Any) -> Any:
    return layers.Add(name="sum")([layers.Dense(4, name="a")(x), layers.Dense(4, name="b")(x)])


def dict_inside() -> Any:
    x, z = Input((2,)), Input((2,))
    sub = Model(x, {"y": layers.Dense(2)(x)}, name="sub")
    return Model(z, layers.Dense(1)(sub(z)["y"]))


def half_used() -> Any:
    a, b = Input((2,), name="a"), Input((2,), name="b")
    return Model([a, b], layers.Dense(1)(b))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (models.residual, {"skip": "A skip from x to add_0, over dense_0; add_0 joins the two."}),
        (
            models.siamese,
            {
                "inputs": "Two inputs: left and right.",
                "shared": "encoder is called on left and on right, with the same weights.",
                "merge": "joined joins two tensors, one from encoder, call 1 of 2, and one from "
                "encoder, call 2 of 2.",
            },
        ),
        (
            models.dicts,
            {
                "inputs": "Two inputs in a dict: p and q.",
                "merge": "both joins two tensors, one from p and one from q.",
                "branch": "A branch at both: it feeds aa and zz. They never meet again.",
                "outputs": "Two outputs in a dict with the keys 'b' and 'y': aa and zz.",
            },
        ),
        (
            models.tied,
            {
                "operation": "* is an operation, not a layer, and takes the weight "
                "embeddings of table."
            },
        ),
        (
            lambda: functional(both),
            {"branch": "A branch at x: a and b, joined by sum."},
        ),
        (
            lambda: functional(
                lambda x: layers.MultiHeadAttention(1, 2, name="attention")(x, x), (3, 4)
            ),
            {"arguments": "attention takes two tensors: x as query and x as value."},
        ),
        (
            lambda: functional(
                lambda x: layers.LSTM(2, return_state=True, name="lstm")(x)[1], (3, 4)
            ),
            {"part": "Only tensor 2 of the three tensors that lstm gives is used."},
        ),
        (
            lambda: functional(lambda x: layers.Dropout(0.5, name="drop")(x, training=True)),
            {"setting": "drop is called with training=True."},
        ),
        (
            lambda: functional(lambda x: ops.sum(x, axis=1)),
            {"operation": "* is an operation, not a layer."},
        ),
        (lambda: functional(lambda x: x * x), {"merge": "* joins one tensor twice: x."}),
        (
            lambda: functional(lambda x: {"y": layers.Dense(1)(x)}),
            {"structure": "The output stands in a dict with the key 'y'."},
        ),
        (
            lambda: functional(lambda x: [x, layers.Dense(1, name="d")(x)]),
            {"outputs": "Two outputs: x and d. x feeds other calls too."},
        ),
        (
            lambda: functional(lambda x: x),
            {"empty": "The input is the output: no layer is between."},
        ),
        (
            dict_inside,
            {"part": "sub gives a list or a dict, and only the one tensor in it is used."},
        ),
        (half_used, {"inputs": "Two inputs: a and b. Nothing reads a."}),
    ],
)
def test_each_obstacle_is_told_once(model: Any, expected: dict[str, str]) -> None:
    found = explain(model()).obstacles
    assert [obstacle.kind for obstacle in found] == list(expected)
    for obstacle, text in zip(found, expected.values(), strict=True):
        start, star, end = text.rpartition("*")
        assert obstacle.text.endswith(end) if star else obstacle.text == text, start


def test_a_skip_names_what_it_passes_and_points_at_it() -> None:
    graph = read(models.unet())
    inner, outer = explain(graph).obstacles
    assert (
        inner.text
        == "A skip from down_1 to cat_1, over pool_1 → bottom → up_1; cat_1 joins the two."
    )
    assert outer.text == "A skip from down_0 to cat_0, over pool_0 … up_0; cat_0 joins the two."
    names = [name_of(graph, path) for path in inner.calls]
    assert names == ["down_1", "pool_1", "bottom", "up_1", "cat_1"]


def test_a_skip_whose_other_way_takes_something_else_too() -> None:
    q, memory = Input((3, 4), name="q"), Input((5, 4), name="memory")
    h = layers.MultiHeadAttention(1, 4, name="cross")(q, memory)
    model = Model([q, memory], layers.Add(name="add")([q, h]))
    assert [x.text for x in explain(model).obstacles] == [
        "Two inputs: q and memory.",
        "cross takes two tensors: q as query and memory as value.",
        "A skip from q to add, over cross; add joins them.",
    ]


def test_opaque_code_is_not_judged() -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.dense = layers.Dense(2, name="dense")
            self.scale = self.add_weight(shape=(), name="scale")

        def call(self, x):  # type: ignore[no-untyped-def]
            return self.dense(x) * self.scale

    model = Own()
    model(np.zeros((1, 4), "float32"))
    explanation = explain(model)
    assert not explanation.linear and not explanation.wrapped
    assert (
        explanation.verdict
        == "Whether own could be a Sequential is not known: its call is Python code."
    )
    assert "Its parts are dense." in explanation.obstacles[0].text


@pytest.mark.parametrize("handed_on", [True, False])
def test_training_is_an_obstacle_only_where_code_says_it_outright(handed_on: bool) -> None:
    class HandsOn(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.norm = layers.BatchNormalization()

        def call(self, x, training=None):  # type: ignore[no-untyped-def]
            return self.norm(x, training=training)

    class SaysSo(HandsOn):
        def call(self, x):  # type: ignore
            return self.norm(x, training=False)

    model = HandsOn() if handed_on else SaysSo()
    model(np.zeros((1, 4), "float32"))
    assert kinds(model) == ([] if handed_on else ["setting"])
