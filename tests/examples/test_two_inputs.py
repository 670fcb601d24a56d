"""Example 2 is the article's network with two inputs."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kitchen.errors import KitchenError
from kitchen.examples import two_inputs
from kitchen.examples.two_inputs import block_diagonal, joined, named
from tests.fast import FAST


def inputs(rows: int = 8) -> dict[str, Any]:
    """Return random inputs by name."""
    rng = np.random.default_rng(2)
    return {
        "input_a": rng.uniform(0, 1, (rows, 32)).astype("float32"),
        "input_b": rng.uniform(0, 1, (rows, 64)).astype("float32"),
    }


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers_are_the_articles(form: str) -> None:
    model = two_inputs.forms[form].build()
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert [(d.name, d.units, d.activation.__name__, d.kernel.shape) for d in dense] == [
        ("dense_a", 16, "relu", (32, 16)),
        ("dense_b", 32, "relu", (64, 32)),
        ("output", 1, "sigmoid", (48, 1)),
    ]
    assert isinstance(model.get_layer("concat"), keras.layers.Concatenate)
    assert model.count_params() == 2_657
    assert len(model.layers) == (6 if form == "functional" else 4)


def test_the_inputs() -> None:
    model = two_inputs.functional()
    assert [(t.name, t.shape) for t in model.inputs] == [
        ("input_a", (None, 32)),
        ("input_b", (None, 64)),
    ]
    assert model.output_shape == (None, 1)


def test_the_network_is_its_formula() -> None:
    model = two_inputs.functional()
    kernel_a, bias_a, kernel_b, bias_b, kernel, bias = weights = [
        np.random.default_rng(1).normal(0, 0.3, w.shape).astype("float32")
        for w in model.get_weights()
    ]
    model.set_weights(weights)
    x = inputs()
    branch_a = np.maximum(0, x["input_a"] @ kernel_a + bias_a)
    branch_b = np.maximum(0, x["input_b"] @ kernel_b + bias_b)
    score: Any = np.concatenate([branch_a, branch_b], axis=1) @ kernel + bias
    np.testing.assert_allclose(model(x), 1 / (1 + np.exp(-score)), atol=1e-5)


def test_the_stack_is_wider() -> None:
    model = two_inputs.sequential()
    assert [(d.name, d.units, d.activation.__name__) for d in model.layers] == [
        ("dense_both", 48, "relu"),
        ("output", 1, "sigmoid"),
    ]
    assert model.input_shape == (None, 96)
    assert model.count_params() == 4_705
    assert {form.name: form.relation for form in two_inputs.forms.values()} == {
        "sequential": "wider",
        "functional": "reference",
        "subclassed": "same",
    }


def test_training_fills_the_zeros_of_the_embedded_kernel() -> None:
    keras.utils.set_random_seed(7)
    data, stack = two_inputs.data(), two_inputs.sequential()
    stack.set_weights(block_diagonal(two_inputs.functional().get_weights()))
    outside = np.ones((96, 48), dtype=bool)
    outside[:32, :16] = outside[32:, 16:] = False
    assert outside.sum() == 2_048
    assert not stack.get_weights()[0][outside].any()
    stack.compile("adam", "binary_crossentropy")
    stack.fit(joined(data.x_train)[:640], data.y_train[:640], verbose=0)
    # A corner pixel that is never inked keeps its zeros: its gradient is zero.
    assert (stack.get_weights()[0][outside] != 0).mean() > 0.8


@pytest.mark.parametrize("kind", [list, tuple, dict, "swapped"])
def test_inputs_are_joined_a_first(kind: Any) -> None:
    x = inputs()
    given = {
        list: list(x.values()),
        tuple: tuple(x.values()),
        dict: x,
        "swapped": dict(reversed(x.items())),
    }[kind]
    both = joined(given)
    assert type(both) is np.ndarray
    assert np.array_equal(both, np.hstack([x["input_a"], x["input_b"]]))
    assert list(named(given)) == ["input_a", "input_b"]
    assert all(named(given)[name] is x[name] for name in x)


def test_tensors_stay_tensors_when_joined() -> None:
    import tensorflow as tf

    x = inputs()
    tensors = [tf.constant(part) for part in x.values()]
    both = joined(tensors)
    assert isinstance(both, tf.Tensor)
    assert np.array_equal(both, joined(x))


def test_keras_refuses_the_attempt_at_the_second_input() -> None:
    with pytest.raises(ValueError, match="has already been configured to use input shape") as error:
        two_inputs.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_keras_refuses_concatenate_in_a_stack_too() -> None:
    layers = [
        keras.Input((32,)),
        keras.layers.Dense(16),
        keras.layers.Dense(32),
        keras.layers.Concatenate(),
    ]
    with pytest.raises(ValueError, match="`Concatenate` layer should be called on a list"):
        keras.Sequential(layers)


def accuracy(
    data: Any, *, form: str = "functional", hide: str | None = None, batch_size: int = 64
) -> float:
    """Return the test accuracy of a form after a short run, one input blank or none."""
    maps = two_inputs.forms[form].map_inputs or dict

    def seen(x: dict[str, Any]) -> Any:
        return maps({name: part * (name != hide) for name, part in x.items()})

    keras.utils.set_random_seed(7)
    model = two_inputs.forms[form].build()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], **FAST)
    model.fit(seen(data.x_train), data.y_train, epochs=12, batch_size=batch_size, verbose=0)
    result = model.evaluate(seen(data.x_test), data.y_test, verbose=0, return_dict=True)
    return float(result["accuracy"])


def test_it_learns_which_is_larger() -> None:
    assert accuracy(two_inputs.data()) == pytest.approx(0.86, abs=0.02)


@pytest.mark.parametrize("hide", ["input_a", "input_b"])
def test_one_input_alone_says_less(hide: str) -> None:
    assert accuracy(two_inputs.data(), hide=hide, batch_size=128) == pytest.approx(0.72, abs=0.02)


def test_it_cannot_learn_same_parity_and_the_wider_stack_can() -> None:
    data = two_inputs.data(question="same parity")
    assert accuracy(data, batch_size=128) == pytest.approx(0.5, abs=0.03)
    assert accuracy(data, form="sequential", batch_size=128) > 0.7
