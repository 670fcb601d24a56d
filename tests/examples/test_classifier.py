"""Example 1 is the article's classifier."""

from typing import Any

import keras
import numpy as np
import pytest

from kitchen.examples import classifier
from tests.fast import FAST


@pytest.mark.parametrize("form", ["sequential", "functional", "subclassed"])
def test_the_layers_are_the_articles(form: str) -> None:
    model = classifier.forms[form].build()
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [(d.name, d.units, d.activation.__name__, d.kernel.shape) for d in dense] == [
        ("hidden", 64, "relu", (784, 64)),
        ("output", 10, "softmax", (64, 10)),
    ]
    assert model.count_params() == 50_890
    assert len(model.layers) == 2 + (form == "functional")


@pytest.mark.parametrize("form", ["sequential", "functional"])
def test_the_input(form: str) -> None:
    model = classifier.forms[form].build()
    assert [(t.name, t.shape) for t in model.inputs] == [("input", (None, 784))]
    assert model.output_shape == (None, 10)


def test_the_network_is_its_formula() -> None:
    model = classifier.functional()
    kernel_1, bias_1, kernel_2, bias_2 = weights = [
        np.random.default_rng(1).normal(0, 0.1, w.shape).astype("float32")
        for w in model.get_weights()
    ]
    model.set_weights(weights)
    x = np.random.default_rng(2).uniform(0, 1, (8, 784)).astype("float32")
    scores: Any = np.maximum(0, x @ kernel_1 + bias_1) @ kernel_2 + bias_2
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(model(x), powers / powers.sum(axis=1, keepdims=True), atol=1e-5)


def test_relations() -> None:
    assert {form.name: form.relation for form in classifier.forms.values()} == {
        "sequential": "same",
        "functional": "reference",
        "subclassed": "same",
    }


def test_there_is_nothing_to_refuse() -> None:
    model = classifier.attempt()
    assert isinstance(model, keras.Sequential)
    assert model.count_params() == 50_890


def test_it_learns_the_digits() -> None:
    keras.utils.set_random_seed(7)
    data, model = classifier.data(), classifier.sequential()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], **FAST)
    model.fit(data.x_train, data.y_train, epochs=15, batch_size=32, verbose=0)
    accuracy = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)["accuracy"]
    assert accuracy == pytest.approx(0.965, abs=0.015)
