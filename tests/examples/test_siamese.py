"""The siamese network: one encoder called on two inputs, and what its sharing is good for."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import siamese
from kitchen.examples.siamese import halves, joined, named, twice
from tests.fast import FAST

layers = keras.layers

ENCODER = [("hidden", 32, "relu", (64, 32)), ("code", 16, "relu", (32, 16))]
OUTPUT = ("output", 1, "linear", (16, 1))


def dense(model: Any) -> list[Any]:
    """Return name, units, activation and kernel shape of a model's dense layers."""
    return [
        (d.name, d.units, d.activation.__name__, d.kernel.shape)
        for d in model.layers
        if isinstance(d, layers.Dense)
    ]


def pair(rows: int = 8) -> dict[str, Any]:
    """Return random inputs by name."""
    rng = np.random.default_rng(2)
    return {side: rng.uniform(0, 1, (rows, 64)).astype("float32") for side in ("left", "right")}


def turned(x: dict[str, Any]) -> dict[str, Any]:
    """Return inputs that have changed places."""
    return {"left": x["right"], "right": x["left"]}


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers(form: str) -> None:
    model = siamese.forms[form].build()
    assert dense(model.get_layer("encoder")) == ENCODER
    assert dense(model) == [OUTPUT]
    assert model.count_params() == 2_625
    assert len(model.layers) == (5 if form == "functional" else 3)


def test_the_inputs_and_the_output() -> None:
    model = siamese.functional()
    assert [(t.name, t.shape) for t in model.inputs] == [
        ("left", (None, 64)),
        ("right", (None, 64)),
    ]
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize("form", ["functional", "subclassed", "concatenated"])
def test_the_encoder_is_called_on_each_input(form: str) -> None:
    text = kitchen.draw(siamese.forms[form].build()).text
    assert "encoder, first use, Sequential, reads left; 2,608 parameters" in text
    assert "encoder, second use, reads right; its 2,608 weights are counted already" in text


def test_the_network_is_its_formula() -> None:
    model = siamese.functional()
    kernel_1, bias_1, kernel_2, bias_2, kernel, bias = weights = [
        np.random.default_rng(1).normal(0, 0.2, w.shape).astype("float32")
        for w in model.get_weights()
    ]
    model.set_weights(weights)
    x = pair()
    codes: Any = [
        np.maximum(0, np.maximum(0, side @ kernel_1 + bias_1) @ kernel_2 + bias_2)
        for side in x.values()
    ]
    np.testing.assert_allclose(model(x), (codes[0] + codes[1]) / 2 @ kernel + bias, atol=1e-5)


def test_relations() -> None:
    assert {form.name: form.relation for form in siamese.forms.values()} == {
        "sequential": "same",
        "functional": "reference",
        "subclassed": "same",
        "wrapped": "wrapped",
        "wider": "wider",
        "concatenated": "wider",
    }


@pytest.mark.parametrize("name", list(siamese.forms))
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    form = siamese.forms[name]
    verdict = kitchen.equivalent(
        siamese.functional(),
        form.build(),
        map_inputs=form.map_inputs,
        map_weights=form.map_weights,
    )
    if form.relation == "wider":
        assert verdict.kind == "same function at these weights only", str(verdict)
        assert "can become others too" in verdict.reason
    else:
        assert verdict.kind == "same family", str(verdict)


def test_rows_of_one_array_share_in_a_plain_stack() -> None:
    model = siamese.sequential()
    assert [type(layer).__name__ for layer in model.layers] == [
        "Reshape",
        "Dense",
        "Dense",
        "GlobalAveragePooling1D",
        "Dense",
    ]
    assert dense(model) == [*ENCODER, OUTPUT]
    assert model.input_shape == (None, 128)
    assert model.count_params() == 2_625
    assert kitchen.explain(model).linear


def test_the_wrapped_stack_has_two_elements() -> None:
    model = siamese.forms["wrapped"].build()
    first, second = model.layers
    assert (first.name, second.name) == ("two_codes", "output")
    assert dense(first.get_layer("encoder")) == ENCODER
    assert model.count_params() == 2_625
    assert kitchen.sharing(model).unshared == 5_233


def test_the_flat_stack_is_wider() -> None:
    model = siamese.forms["wider"].build()
    assert isinstance(model, keras.Sequential)
    assert dense(model) == [
        ("hidden_both", 64, "relu", (128, 64)),
        ("code_both", 32, "relu", (64, 32)),
        ("output", 1, "linear", (32, 1)),
    ]
    assert model.count_params() == 10_369
    embedded = twice(siamese.functional().get_weights())
    assert [(array == 0).sum() for array in embedded[::2]] == [4_096, 1_024, 0]
    # The rest is a second encoder, biases included, and a second half of the last kernel.
    assert model.count_params() == 5_120 + 2 * 2_608 + 32 + 1


def test_training_unties_the_two_encoders_of_the_flat_stack() -> None:
    data, stack = siamese.data(), siamese.ready("wider")
    kernel = stack.get_weights()[0]
    assert np.array_equal(kernel[:64, :32], kernel[64:, 32:])
    stack.fit(joined(data.x_train)[:640], data.y_train[:640], verbose=0)
    kernel = stack.get_weights()[0]
    assert np.abs(kernel[:64, :32] - kernel[64:, 32:]).max() > 1e-3
    # What a unit that gives zero everywhere reads keeps its zeros, as does a pixel without ink.
    assert (kernel[64:, :32] != 0).mean() > 0.6


def test_the_concatenated_form_has_sixteen_more_weights() -> None:
    model = siamese.forms["concatenated"].build()
    assert dense(model) == [("output", 1, "linear", (32, 1))]
    assert model.count_params() == 2_641
    kernel = halves(siamese.functional().get_weights())[-2]
    assert np.array_equal(kernel[:16], kernel[16:])


SYMMETRIC = {
    "sequential": True,
    "functional": True,
    "subclassed": True,
    "wrapped": True,
    "wider": False,
    "concatenated": False,
}


@pytest.mark.parametrize("name", list(siamese.forms))
def test_whose_answer_stays_when_the_inputs_change_places(name: str) -> None:
    keras.utils.set_random_seed(7)
    form, x = siamese.forms[name], pair()
    model, change = form.build(), form.map_inputs or dict
    one, two = (np.asarray(model(change(given))) for given in (x, turned(x)))
    assert one.std() > 0.01
    assert np.array_equal(one, two) == SYMMETRIC[name]
    begun = siamese.ready(name)  # as the network itself, so even a wider form is symmetric
    np.testing.assert_allclose(begun(change(x)), begun(change(turned(x))), atol=1e-5)


def test_the_unshared_twin_is_wider_and_begins_equal() -> None:
    model = siamese.functional()
    apart = kitchen.unshare(model)
    assert apart.count_params() == 5_233
    assert [x.name for x in apart.layers if isinstance(x, keras.Sequential)] == [
        "encoder_call1",
        "encoder_call2",
    ]
    verdict = kitchen.equivalent(model, apart)
    assert verdict.kind == "same function at these weights only", str(verdict)


@pytest.mark.parametrize("kind", [list, tuple, dict, "turned"])
def test_inputs_are_joined_left_first(kind: Any) -> None:
    x = pair()
    given = {
        list: list(x.values()),
        tuple: tuple(x.values()),
        dict: x,
        "turned": dict(reversed(x.items())),
    }[kind]
    assert np.array_equal(joined(given), np.hstack([x["left"], x["right"]]))
    assert all(named(given)[side] is x[side] for side in ("left", "right"))


def test_keras_refuses_the_attempt_at_the_second_input() -> None:
    with pytest.raises(ValueError, match="has already been configured to use input shape") as error:
        siamese.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_keras_refuses_the_encoder_after_itself_too() -> None:
    encoder = keras.Sequential([keras.Input((64,)), layers.Dense(16)])
    with pytest.raises(ValueError, match=r"expected shape=\(None, 64\), found shape=\(None, 16\)"):
        keras.Sequential([keras.Input((64,)), encoder, encoder])


def errors(model: Any, change: Any = dict, epochs: int = 10) -> tuple[float, float]:
    """Return how far the answers are off after training: as trained, and with inputs swapped."""
    data, swapped = siamese.data(), siamese.data(swapped=True)
    model.compile("adam", "mean_squared_error", metrics=["mean_absolute_error"], **FAST)
    model.fit(change(data.x_train), data.y_train, epochs=epochs, batch_size=64, verbose=0)
    found = [
        model.evaluate(change(x), data.y_test, batch_size=500, verbose=0, return_dict=True)
        for x in (data.x_test, swapped.x_test)
    ]
    return found[0]["mean_absolute_error"], found[1]["mean_absolute_error"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
def test_what_the_shared_encoder_learned_on_the_left_it_knows_on_the_right(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    straight, swapped = errors(siamese.functional())
    assert straight == pytest.approx(0.55, abs=0.1)
    assert swapped == pytest.approx(straight, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
def test_two_encoders_know_only_their_own_side(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    straight, swapped = errors(kitchen.unshare(siamese.functional()))
    assert straight == pytest.approx(0.47, abs=0.1)
    assert swapped == pytest.approx(2.0, abs=0.4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_sharing_is_not_enough_where_the_last_layer_tells_left_from_right(seed: int) -> None:
    off = {}
    for name in ("functional", "concatenated", "wider"):
        keras.utils.set_random_seed(seed)
        form = siamese.forms[name]
        off[name] = errors(form.build(), form.map_inputs or dict)
    assert all(straight == pytest.approx(0.5, abs=0.15) for straight, _ in off.values())
    assert off["functional"][1] == pytest.approx(off["functional"][0], abs=1e-4)
    assert min(off["concatenated"][1], off["wider"][1]) > 1.3


def share_right(merge: Any, *, shared: bool, hidden: int) -> float:
    """Return the test accuracy for "same digit?" of the encoder with another end."""
    keras.utils.set_random_seed(7)
    data, network = siamese.data(question="same digit"), siamese.functional()
    encoder = network.get_layer("encoder")
    x = merge([encoder(side) for side in network.inputs])
    if hidden:
        x = layers.Dense(hidden, activation="relu", name="compare")(x)
    model = keras.Model(network.inputs, layers.Dense(1, name="answer")(x))
    model = model if shared else kitchen.unshare(model)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=[keras.metrics.BinaryAccuracy(threshold=0)], **FAST)
    model.fit(data.x_train, data.y_train, epochs=10, batch_size=64, verbose=0)
    result = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    return float(result["binary_accuracy"])


@pytest.mark.slow
def test_sharing_makes_no_difference_to_same_digit() -> None:
    shared, apart = (
        share_right(layers.Concatenate(), shared=shared, hidden=32) for shared in (True, False)
    )
    assert shared == pytest.approx(0.94, abs=0.04)
    assert apart == pytest.approx(shared, abs=0.04)


@pytest.mark.slow
def test_no_sum_of_two_numbers_says_whether_two_digits_are_the_same() -> None:
    merge = layers.Average()
    assert share_right(merge, shared=True, hidden=0) == pytest.approx(0.5, abs=0.03)
    assert share_right(merge, shared=False, hidden=0) == pytest.approx(0.5, abs=0.03)
