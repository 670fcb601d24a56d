"""Example 3 is the article's network with a layer called twice."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kitchen.errors import KitchenError
from kitchen.examples import shared_layer
from kitchen.examples.arrays import side_by_side
from kitchen.examples.shared_layer import flat
from tests.fast import FAST

LAYERS = [
    ("shared_dense", 64, "relu", (128, 64)),
    ("dense_1", 32, "relu", (64, 32)),
    ("dense_2", 32, "relu", (64, 32)),
    ("output_1", 1, "sigmoid", (32, 1)),
    ("output_2", 1, "sigmoid", (32, 1)),
]


def dense(model: Any) -> list[Any]:
    """Return name, units, activation and kernel shape of a model's dense layers."""
    return [
        (d.name, d.units, d.activation.__name__, d.kernel.shape)
        for d in model.layers
        if isinstance(d, keras.layers.Dense)
    ]


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers_are_the_articles(form: str) -> None:
    model = shared_layer.forms[form].build()
    assert dense(model) == LAYERS
    assert model.count_params() == 12_482
    assert len(model.layers) == 5 + (form == "functional")


def test_the_input_and_the_outputs() -> None:
    model = shared_layer.functional()
    assert [(t.name, t.shape) for t in model.inputs] == [("input", (None, 128))]
    assert model.output_names == ["output_1", "output_2"]
    assert model.output_shape == [(None, 1), (None, 1)]


def test_the_shared_layer_is_called_twice_on_the_input() -> None:
    model = shared_layer.functional()
    calls = model.get_layer("shared_dense")._inbound_nodes
    assert len(calls) == 2
    assert all(call.input_tensors[0] is model.inputs[0] for call in calls)
    next_1, next_2 = (model.get_layer(f"dense_{i}")._inbound_nodes[0] for i in (1, 2))
    assert next_1.input_tensors[0] is calls[0].output_tensors[0]
    assert next_2.input_tensors[0] is calls[1].output_tensors[0]


def test_the_network_is_its_formula() -> None:
    model = shared_layer.functional()
    weights = [
        np.random.default_rng(1).normal(0, 0.2, w.shape).astype("float32")
        for w in model.get_weights()
    ]
    model.set_weights(weights)
    kernel, bias, kernel_1, bias_1, kernel_2, bias_2, last_1, end_1, last_2, end_2 = weights
    x = np.random.default_rng(2).uniform(0, 1, (8, 128)).astype("float32")
    branch = np.maximum(0, x @ kernel + bias)
    score_1: Any = np.maximum(0, branch @ kernel_1 + bias_1) @ last_1 + end_1
    score_2: Any = np.maximum(0, branch @ kernel_2 + bias_2) @ last_2 + end_2
    found_1, found_2 = model(x)
    np.testing.assert_allclose(found_1, 1 / (1 + np.exp(-score_1)), atol=1e-5)
    np.testing.assert_allclose(found_2, 1 / (1 + np.exp(-score_2)), atol=1e-5)


def test_relations() -> None:
    assert {form.name: form.relation for form in shared_layer.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
        "wider": "wider",
    }


def test_the_wrapped_stack_has_two_elements() -> None:
    model = shared_layer.sequential()
    first, second = model.layers
    assert model.count_params() == 12_482
    assert (first.name, second.name) == ("shared_dense", "two_heads")
    assert dense(model) + dense(second) == LAYERS
    assert isinstance(second, keras.Model)
    assert [(t.name, t.shape) for t in second.inputs] == [("branch", (None, 64))]


def test_the_wrapped_stack_starts_from_the_same_weights() -> None:
    starts = []
    for build in (shared_layer.functional, shared_layer.sequential):
        keras.utils.set_random_seed(7)
        starts.append(build().get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))


def test_the_flat_stack_is_wider() -> None:
    model = shared_layer.forms["wider"].build()
    assert isinstance(model, keras.Sequential)
    assert dense(model) == [
        ("shared_dense", 64, "relu", (128, 64)),
        ("dense_both", 64, "relu", (64, 64)),
        ("output_both", 2, "sigmoid", (64, 2)),
    ]
    assert model.count_params() == 12_546
    embedded = flat(shared_layer.functional().get_weights())
    assert [(array == 0).sum() for array in embedded[::2]] == [0, 0, 64]


def test_targets_go_side_by_side() -> None:
    import tensorflow as tf

    data = shared_layer.data()
    both = side_by_side(data.y_test)
    assert type(both) is np.ndarray
    assert both.shape == (4000, 2)
    assert np.array_equal(both[:, :1], data.y_test[0])
    assert np.array_equal(both[:, 1:], data.y_test[1])
    assert isinstance(side_by_side([tf.constant(y) for y in data.y_test]), tf.Tensor)


def test_training_fills_the_zeros_of_the_flat_stack() -> None:
    data, stack = shared_layer.data(), shared_layer.forms["wider"].build()
    stack.set_weights(flat(shared_layer.functional().get_weights()))
    stack.compile("adam", "binary_crossentropy")
    stack.fit(data.x_train[:640], side_by_side([y[:640] for y in data.y_train]), verbose=0)
    assert (stack.get_weights()[4] != 0).mean() > 0.9


def test_keras_refuses_the_attempt_at_the_second_call() -> None:
    match = "expected axis -1 of input shape to have value 128"
    with pytest.raises(ValueError, match=match) as error:
        shared_layer.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_it_learns_both_questions() -> None:
    keras.utils.set_random_seed(7)
    data, model = shared_layer.data(), shared_layer.functional()
    model.compile("adam", "binary_crossentropy", metrics=[["accuracy"], ["accuracy"]], **FAST)
    model.fit(data.x_train, data.y_train, epochs=10, batch_size=64, verbose=0)
    result = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    assert result["output_1_accuracy"] == pytest.approx(0.935, abs=0.015)
    assert result["output_2_accuracy"] == pytest.approx(0.94, abs=0.015)
