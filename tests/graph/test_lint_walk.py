"""A model's calls in one row: through sub-models, without masks."""

from typing import Any

import keras
import pytest
from keras import layers

from kitchen.errors import ModelError
from kitchen.graph.reader import read
from kitchen.graph.rules.walk import Row, row
from kitchen.graph.sharing import name_of
from tests import models


def told(model: Any) -> tuple[Row, list[str]]:
    graph = read(model)
    found = row(graph)
    return found, [name_of(graph, step.path) for step in found.steps]


def test_sub_models_are_stepped_through_once_for_each_call() -> None:
    found, names = told(models.siamese())
    assert names == [
        "left",
        "right",
        "encoder, call 1 of 2 / encoder_a",
        "encoder, call 1 of 2 / encoder_b",
        "encoder, call 2 of 2 / encoder_a",
        "encoder, call 2 of 2 / encoder_b",
        "joined",
        "out",
    ]
    joined = found.steps[6]
    assert [names[step.index] for step in found.before(joined)] == [names[3], names[5]]
    assert [names[step.index] for step in found.after(found.steps[0])] == [names[2]]
    assert found.ends == ((7, 0),)
    assert found.reaching([3]) == {0, 2, 3}


def test_masks_are_left_out() -> None:
    found, names = told(models.masked())
    assert names == ["words", "embedding", "lstm"]
    assert [len(step.sources) for step in found.steps] == [0, 1, 1]


def test_several_outputs_of_a_sub_model() -> None:
    j = keras.Input((3,))
    inner = keras.Model(j, [layers.Dense(2, name="p")(j), layers.Dense(4, name="q")(j)])
    i = keras.Input((3,))
    found, names = told(keras.Model(i, inner(i)[::-1]))
    assert [names[made].rpartition(" / ")[2] for made, _ in found.ends] == ["q", "p"]
    assert [found.shape(end) for end in found.ends] == [(None, 4), (None, 2)]


def test_a_model_that_cannot_be_read_is_one_step() -> None:
    class Opaque(keras.Model):
        def call(self, x: Any) -> Any:
            return x if float(x[0, 0]) > 0 else -x

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    i = keras.Input((3,))
    found, _ = told(keras.Model(i, layers.Dense(2)(Opaque(name="opaque")(i))))
    assert [step.layer.kind for step in found.steps] == ["input", "model", "layer"]


def test_too_many_runs_are_refused() -> None:
    x = keras.Input((2,))
    model = keras.Model(x, layers.Dense(2)(x))
    for _ in range(15):
        y = keras.Input((2,))
        model = keras.Model(y, model(model(y)))
    with pytest.raises(ModelError, match="20,000"):
        row(read(model))
