"""What every call gives out, in reading order, without touching the model."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from tests import models
from tests.checking import outputs, state
from tests.random_models import Recipe, build, feed, rich


def test_a_call_is_a_row_of_its_own() -> None:
    model = kitchen.examples.shared_layer.functional()
    found = kitchen.activations(model, kitchen.examples.shared_layer.data().x_test[:3])
    assert list(found) == [
        "input",
        "shared_dense, call 1 of 2",
        "shared_dense, call 2 of 2",
        "dense_1",
        "dense_2",
        "output_1",
        "output_2",
    ]
    one, two = found["shared_dense, call 1 of 2"], found["shared_dense, call 2 of 2"]
    assert one.shape == (3, 64)
    assert np.array_equal(one, two)  # the same layer on the same input
    assert found.examples == 3
    assert "for 3 examples" in str(found)


def test_values_are_what_the_layers_compute() -> None:
    model = kitchen.examples.classifier.sequential()
    x = kitchen.examples.classifier.data().x_test[:5]
    found = kitchen.activations(model, x)
    kernel, bias = model.layers[0].get_weights()
    assert np.allclose(found["hidden"], np.maximum(x @ kernel + bias, 0), atol=1e-5)
    assert np.allclose(found["output"], model(x), atol=1e-6)


def test_one_example_may_come_without_the_batch() -> None:
    x = kitchen.examples.classifier.data().x_test
    model = kitchen.examples.classifier.functional()
    assert np.allclose(
        kitchen.activations(model, x[0])["output"],
        kitchen.activations(model, x[:1])["output"],
    )
    pair = {name: values[0] for name, values in kitchen.examples.two_inputs.data().x_test.items()}
    found = kitchen.activations(kitchen.examples.two_inputs.functional(), pair)
    assert found["concat"].shape == (1, 48)
    assert "for one example" in str(found)


def test_what_is_inside_a_model_stands_below_the_call_that_runs_it() -> None:
    model = models.siamese()
    names = list(kitchen.activations(model, feed(model)))
    place = names.index("encoder, call 1 of 2")
    assert names[place + 1] == "encoder, call 1 of 2 / encoder_a"
    assert names.index("encoder, call 2 of 2") > place


def test_mask_plumbing_is_left_out_and_masks_count() -> None:
    model = models.masked()
    x = np.array([[3, 4, 0, 0]])
    found = kitchen.activations(model, x)
    assert list(found) == ["words", "embedding", "lstm"]
    assert np.allclose(found["lstm"], model(x), atol=1e-6)


def test_code_that_is_no_graph_is_one_call() -> None:
    class Random(keras.Model):
        def call(self, x: Any) -> Any:
            return x + keras.random.normal(keras.ops.shape(x))

    model = Random(name="noise")
    model(np.zeros((1, 3)))
    found = kitchen.activations(model, np.zeros((2, 3)))
    assert list(found) == ["noise"]
    assert found["noise"].shape == (2, 3)


def test_numbers_of_sixteen_bits_are_shown() -> None:
    x = keras.Input((4,))
    model = keras.Model(x, layers.Dense(2, dtype="mixed_bfloat16", name="half")(x))
    assert kitchen.activations(model, np.ones((1, 4)))["half"].dtype == "float32"


def test_an_unknown_name_lists_the_known_ones() -> None:
    model = kitchen.examples.classifier.functional()
    found = kitchen.activations(model, np.zeros((1, 784)))
    with pytest.raises(KeyError, match="hidden"):
        found["Hidden"]


@pytest.mark.parametrize("x", [np.zeros((2, 3)), "text", None, {"other": np.zeros((1, 784))}])
def test_input_that_does_not_fit_is_refused(x: Any) -> None:
    with pytest.raises(KitchenError, match="could not be run on this input"):
        kitchen.activations(kitchen.examples.classifier.functional(), x)


@settings(max_examples=40)
@given(rich(most=16))
def test_the_last_calls_give_what_the_model_gives(recipe: Recipe) -> None:
    model = build(recipe)
    before = state(model)
    wanted = outputs(model, penalties=False)
    if wanted is None:
        return
    found = kitchen.activations(model, feed(model))
    assert state(model) == before
    given_out = [x for call in found.calls for x in call.values]
    for value in wanted:
        assert any(
            x.shape == value.shape and np.allclose(x, value, atol=1e-5, equal_nan=True)
            for x in given_out
        )
