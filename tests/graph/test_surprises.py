"""What a Sequential can express but surprises; Keras itself shows it first."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import Input, Model, Sequential, layers

from kitchen.graph.linearity import Explanation, explain
from tests import models

X = np.random.default_rng(0).random((4, 3), "float32") - 0.5


def surprise(explanation: Explanation) -> str:
    """The kind of the only surprise."""
    (found,) = explanation.surprises
    return found.kind


def loaded(model: Any, folder: Path) -> Any:
    model.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras")


def again(form: str) -> Any:
    dense, between = layers.Dense(3, name="dense"), layers.Activation("tanh")
    x = Input((3,))
    if form == "functional":
        return Model(x, dense(between(dense(x))))
    return Sequential([x, dense, between, dense])


@pytest.mark.parametrize("form", ["sequential", "functional"])
def test_a_layer_listed_twice_is_lost_from_a_file(form: str, tmp_path: Path) -> None:
    model = again(form)
    kept = np.allclose(loaded(model, tmp_path)(X), model(X))
    assert kept == (form == "functional")
    explanation = explain(model)
    assert explanation.linear and surprise(explanation) == "again"
    assert [len(path) for path in explanation.calls] == [1, 1]


def block(dense: Any, name: str) -> Any:
    x = Input((3,))
    return Model(x, layers.Add()([x, dense(x)]), name=name)


@pytest.mark.parametrize("parts", ["two blocks", "a layer and a block"])
@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_a_layer_in_two_models_cannot_be_loaded(parts: str, tmp_path: Path) -> None:
    dense = layers.Dense(3, name="dense")
    first = dense if parts == "a layer and a block" else block(dense, "first")
    model = Sequential([Input((3,)), first, block(dense, "second")])
    assert model(X).shape == (4, 3)
    with pytest.raises(ValueError, match=r"could not be loaded|not connected"):
        loaded(model, tmp_path)
    assert explain(model).linear and surprise(explain(model)) == "shared"


def test_a_layer_in_two_elements_of_a_wrapped_form(tmp_path: Path) -> None:
    dense, x = layers.Dense(3, name="dense"), Input((3,))
    h = layers.Add()([x, dense(x)])
    flat = Model(x, layers.Add()([h, dense(h)]))
    assert np.allclose(loaded(flat, tmp_path)(X), flat(X))
    assert surprise(explain(flat)) == "shared"  # the blocks are those of the test above
    assert len(explain(flat).wrapped) == 2


def test_activations_in_two_blocks_can_be_loaded(tmp_path: Path) -> None:
    relu = layers.ReLU()
    model = Sequential([Input((3,)), block(relu, "first"), block(relu, "second")])
    assert np.allclose(loaded(model, tmp_path)(X), model(X))
    assert not explain(model).surprises


def test_a_last_element_with_two_outputs() -> None:
    x = Input((3,))
    heads = Model(x, [layers.Dense(1)(x), layers.Dense(2)(x)], name="heads")
    model = Sequential([Input((3,)), layers.Dense(3), heads])
    assert [y.shape for y in model(X)] == [(4, 1), (4, 2)]
    assert not hasattr(model, "output_names")
    explanation = explain(model)
    assert explanation.linear and surprise(explanation) == "outputs"


def test_a_sequential_that_starts_with_concatenate_runs_on_a_list() -> None:
    model = Sequential([layers.Concatenate(name="first"), layers.Dense(1)])
    assert surprise(explain(model)) == "inputs"
    assert model([X, X]).shape == (4, 1)
    with pytest.raises(AttributeError, match="no defined input shape"):
        _ = model.input_shape
    assert surprise(explain(model)) == "inputs"


@pytest.mark.parametrize("structure", [list, dict])
def test_a_first_element_with_two_inputs_takes_them_together(structure: type) -> None:
    a, b = Input((3,), name="a"), Input((3,), name="b")
    inputs: Any = [a, b] if structure is list else {"a": a, "b": b}
    both = Model(inputs, layers.Concatenate(name="both")([a, b]), name="first")
    model = Sequential([both, layers.Dense(1)])
    assert model([X, X] if structure is list else {"a": X, "b": X}).shape == (4, 1)
    with pytest.raises(AttributeError, match="no defined input shape"):
        _ = model.input_shape
    assert surprise(explain(model)) == "inputs"
    flat = explain(Model(inputs, layers.Dense(1)(layers.Concatenate()([a, b]))))
    assert surprise(flat) == "inputs" and structure.__name__ in flat.surprises[0].text


def test_a_list_that_is_handed_on() -> None:
    model = Sequential([Input((5, 2)), layers.LSTM(3, return_state=True), layers.Concatenate()])
    assert model(np.zeros((1, 5, 2), "float32")).shape == (1, 9)
    explanation = explain(model)
    assert explanation.linear and surprise(explanation) == "list"


def test_training_false_changes_nothing_in_a_functional_model() -> None:
    x = Input((3,))
    norm = layers.BatchNormalization(name="norm")
    model = Model(x, norm(x, training=False))
    model.compile("sgd", "mse")
    model.fit(X, X, verbose=0)
    assert np.abs(norm.moving_mean).max() > 0  # as if nobody had said so
    explanation = explain(model)
    assert explanation.linear and surprise(explanation) == "training"


def test_a_sequential_of_operations_is_refused() -> None:
    with pytest.raises(ValueError, match="Only instances of"):
        Sequential([Input((3,)), lambda x: x * 2.0])
    x = Input((3,))
    twice = Model(x, x * 2.0)
    for layer in (layers.Rescaling(2.0), layers.Lambda(lambda x: x * 2.0)):
        assert np.allclose(Sequential([Input((3,)), layer])(X), twice(X))
    assert [obstacle.kind for obstacle in explain(twice).obstacles] == ["operation"]


@pytest.mark.parametrize("model", [models.residual, models.unet, models.siamese])
def test_nothing_surprises_without_a_reason(model: Any) -> None:
    inputs = len(explain(model()).surprises)
    assert inputs == (1 if model is models.siamese else 0)
