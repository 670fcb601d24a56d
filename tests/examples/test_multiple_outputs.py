"""Multiple outputs: one trunk, two heads, and what the weights of their losses do."""

from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import multiple_outputs
from kitchen.examples.multiple_outputs import both_losses, heads_side_by_side, twelve
from tests.fast import FAST

TRUNK = [
    ("conv_1", "Conv2D", (3, 3, 1, 16), "relu"),
    ("conv_2", "Conv2D", (3, 3, 16, 32), "relu"),
    ("trunk", "Dense", (512, 32), "relu"),
]
HEADS = [("digit", "Dense", (32, 10), "linear"), ("place", "Dense", (32, 2), "linear")]
LOSSES = {
    "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "place": "mean_squared_error",
}


def weighted(model: Any) -> list[Any]:
    """Return name, class, kernel shape and activation of a model's layers with a kernel."""
    return [
        (x.name, type(x).__name__, x.kernel.shape, x.activation.__name__)
        for x in model.layers
        if hasattr(x, "kernel")
    ]


def canvases(rows: int = 8) -> Any:
    """Return random canvases."""
    return np.random.default_rng(2).uniform(0, 1, (rows, 16, 16, 1)).astype("float32")


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers(form: str) -> None:
    model = multiple_outputs.forms[form].build()
    assert weighted(model) == [*TRUNK, *HEADS]
    assert model.count_params() == 21_612
    assert len(model.layers) == 8 + (form == "functional")


@pytest.mark.parametrize("form", ["sequential", "functional", "subclassed"])
def test_the_outputs_go_by_name(form: str) -> None:
    found = multiple_outputs.forms[form].build()(canvases())
    assert {name: y.shape for name, y in found.items()} == {"digit": (8, 10), "place": (8, 2)}


def test_the_heads_are_their_formulas() -> None:
    model = multiple_outputs.functional()
    trunk = keras.Model(model.input, model.get_layer("trunk").output)
    kernel_1, bias_1, kernel_2, bias_2 = weights = [
        np.random.default_rng(1).normal(0, 0.2, w.shape).astype("float32")
        for w in model.get_weights()[-4:]
    ]
    model.set_weights([*model.get_weights()[:-4], *weights])
    features, found = np.asarray(trunk(canvases())), model(canvases())
    np.testing.assert_allclose(found["digit"], features @ kernel_1 + bias_1, atol=1e-5)
    np.testing.assert_allclose(found["place"], features @ kernel_2 + bias_2, atol=1e-5)


def test_relations() -> None:
    assert {form.name: form.relation for form in multiple_outputs.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
        "flat": "same",
    }


@pytest.mark.parametrize("name", list(multiple_outputs.forms))
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    form = multiple_outputs.forms[name]
    verdict = kitchen.equivalent(
        multiple_outputs.functional(), form.build(), map_weights=form.map_weights
    )
    assert verdict.kind == "same family", str(verdict)
    assert verdict.matched == ("map_weights" if name == "flat" else "place")


def test_the_wrapped_stack_hides_the_heads_in_its_last_element() -> None:
    model = multiple_outputs.sequential()
    assert [layer.name for layer in model.layers][-2:] == ["trunk", "two_heads"]
    heads = model.layers[-1]
    assert weighted(model) == TRUNK
    assert weighted(heads) == HEADS
    assert [(t.name, t.shape) for t in heads.inputs] == [("features", (None, 32))]
    assert model.count_params() == 21_612


def test_the_wrapped_stack_starts_from_the_same_weights() -> None:
    starts = []
    for build in (multiple_outputs.functional, multiple_outputs.sequential):
        keras.utils.set_random_seed(7)
        starts.append(build().get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))


def test_the_flat_stack_has_as_many_weights() -> None:
    model = multiple_outputs.forms["flat"].build()
    assert isinstance(model, keras.Sequential)
    assert weighted(model) == [*TRUNK, ("digit_and_place", "Dense", (32, 12), "linear")]
    assert model.count_params() == 21_612
    weights = multiple_outputs.functional().get_weights()
    assert sum(w.size for w in heads_side_by_side(weights)) == sum(w.size for w in weights)


def test_labels_become_ones_among_zeros() -> None:
    import tensorflow as tf

    y = {"digit": np.array([3, 0]), "place": np.array([[0.5, 1], [0, 0.25]], dtype="float32")}
    found = twelve(y)
    assert type(found) is np.ndarray
    assert found.dtype == np.float32
    assert found.tolist() == [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.5, 1], [1, *[0] * 10, 0.25]]
    tensor = twelve({name: tf.constant(part) for name, part in y.items()})
    assert isinstance(tensor, tf.Tensor)
    assert np.array_equal(tensor, found)
    both = {"digit": np.ones((2, 10), dtype="float32"), "place": y["place"]}
    assert np.array_equal(twelve(both), np.hstack([both["digit"], both["place"]]))


def test_both_losses_are_their_sum() -> None:
    data, model = multiple_outputs.data(), multiple_outputs.functional()
    y = {name: part[:50] for name, part in data.y_test.items()}
    found = keras.tree.map_structure(np.asarray, model(data.x_test[:50]))
    scores: Any = found["digit"] - found["digit"].max(axis=1, keepdims=True)
    chosen = scores[np.arange(50), y["digit"]]
    digit = np.log(np.exp(scores).sum(axis=1)) - chosen
    place = ((found["place"] - y["place"]) ** 2).mean(axis=1)
    np.testing.assert_allclose(both_losses(twelve(y), twelve(found)), digit + place, rtol=1e-4)


@pytest.mark.parametrize("name", list(multiple_outputs.forms))
def test_each_form_trains_as_the_network_does(name: str) -> None:
    data, losses = multiple_outputs.data(), []
    for form in (multiple_outputs.forms["functional"], multiple_outputs.forms[name]):
        model = multiple_outputs.ready(form.name)
        y = form.map_outputs(data.y_train) if form.map_outputs else data.y_train
        y = keras.tree.map_structure(lambda part: part[:640], y)
        keras.utils.set_random_seed(7)
        losses.append(model.fit(data.x_train[:640], y, epochs=2, verbose=0).history["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert losses[0][1] < losses[0][0]


def test_a_trained_network_is_saved_with_its_losses(tmp_path: Path) -> None:
    model = multiple_outputs.ready("functional")
    data = multiple_outputs.data()
    y = {name: part[:64] for name, part in data.y_train.items()}
    model.fit(data.x_train[:64], y, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    one, two = (m.evaluate(data.x_test, data.y_test, verbose=0) for m in (model, again))
    assert one == pytest.approx(two, rel=1e-5)


def test_keras_refuses_a_list_in_the_list() -> None:
    match = "Only instances of `keras.Layer` can be added to a Sequential model"
    with pytest.raises(ValueError, match=match) as error:
        multiple_outputs.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_keras_accepts_the_heads_one_after_the_other_and_one_output_is_gone() -> None:
    digit, place = keras.layers.Dense(10, name="digit"), keras.layers.Dense(2, name="place")
    model = keras.Sequential([keras.Input((32,)), digit, place])
    assert model.output_shape == (None, 2)
    assert place.kernel.shape == (10, 2)


@cache
def figures(seed: int, *, digit: float, place: float) -> tuple[float, float]:
    """Return the share of digits that are right, and how far the places are off, after training.

    The losses have these weights.
    """
    keras.utils.set_random_seed(seed)
    data, model = multiple_outputs.data(), multiple_outputs.functional()
    model.compile(
        "adam",
        LOSSES,
        loss_weights={"digit": digit, "place": place},
        metrics={"digit": ["accuracy"], "place": ["mean_absolute_error"]},
        **FAST,
    )
    model.fit(data.x_train, data.y_train, epochs=8, batch_size=64, verbose=0)
    found = model.evaluate(data.x_test, data.y_test, batch_size=500, verbose=0, return_dict=True)
    return found["digit_accuracy"], found["place_mean_absolute_error"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_weights_of_the_losses_decide_which_head_the_trunk_serves(seed: int) -> None:
    digit, place = figures(seed, digit=1, place=1)
    assert digit == pytest.approx(0.92, abs=0.04)
    assert place == pytest.approx(0.076, abs=0.025)
    digit_30, place_30 = figures(seed, digit=1, place=30)
    assert digit_30 == pytest.approx(0.6, abs=0.17)
    assert place_30 == pytest.approx(0.039, abs=0.012)
    assert digit - digit_30 > 0.1
    assert place / place_30 > 1.3


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_place_is_better_off_with_a_trunk_of_its_own(seed: int) -> None:
    digit, place = figures(seed, digit=1, place=1)
    alone = figures(seed, digit=0, place=1)[1]
    assert place / alone > 2
    assert figures(seed, digit=1, place=0)[0] == pytest.approx(digit, abs=0.03)
