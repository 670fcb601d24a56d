"""The U-Net: three rungs, a skip across on each, and what the skips are good for."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import unet
from tests.fast import FAST

layers = keras.layers

# Name, class, kernel shape and activation; the kernel of an `up` has its output's maps first.
WEIGHTED = [
    ("down_1", "Conv2D", (3, 3, 1, 8), "relu"),
    ("down_2", "Conv2D", (3, 3, 8, 16), "relu"),
    ("down_3", "Conv2D", (3, 3, 16, 24), "relu"),
    ("bottom", "Conv2D", (3, 3, 24, 32), "relu"),
    ("up_3", "Conv2DTranspose", (2, 2, 24, 32), "linear"),
    ("join_3", "Conv2D", (3, 3, 48, 24), "relu"),
    ("up_2", "Conv2DTranspose", (2, 2, 16, 24), "linear"),
    ("join_2", "Conv2D", (3, 3, 32, 16), "relu"),
    ("up_1", "Conv2DTranspose", (2, 2, 8, 16), "linear"),
    ("join_1", "Conv2D", (3, 3, 16, 8), "relu"),
    ("odd", "Conv2D", (1, 1, 8, 1), "sigmoid"),
]
RUNGS = {1: (24, 24, 8), 2: (12, 12, 16), 3: (6, 6, 24)}
FORMS = list(unet.forms)


def weighted(model: Any) -> list[Any]:
    """Return the layers that have a kernel, those in models inside too, in the model's order."""
    found: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += weighted(layer)
        elif hasattr(layer, "kernel"):
            found.append(
                (
                    layer.name,
                    type(layer).__name__,
                    tuple(layer.kernel.shape),
                    layer.activation.__name__,
                )
            )
    return found


def canvases(rows: int = 4) -> Any:
    """Return random canvases."""
    return np.random.default_rng(2).uniform(0, 1, (rows, 24, 24, 1)).astype("float32")


@pytest.mark.parametrize("form", FORMS)
def test_the_layers(form: str) -> None:
    model = unet.forms[form].build()
    assert weighted(model) == WEIGHTED
    assert model.count_params() == 33_025


@pytest.mark.parametrize("form", FORMS)
def test_a_probability_for_each_pixel(form: str) -> None:
    found = np.asarray(unet.forms[form].build()(canvases()))
    assert found.shape == (4, 24, 24, 1)
    assert (found > 0).all()
    assert (found < 1).all()


def test_on_each_rung_what_comes_down_meets_what_comes_up() -> None:
    model = unet.functional()
    for k, shape in RUNGS.items():
        skip = model.get_layer(f"skip_{k}")
        assert [t.shape for t in skip.input] == [(None, *shape)] * 2
        assert skip.input[0] is model.get_layer(f"down_{k}").output
        assert skip.input[1] is model.get_layer(f"up_{k}").output
    assert model.get_layer("bottom").output.shape == (None, 3, 3, 32)


def test_three_skips_stand_in_the_way_of_a_list() -> None:
    found = kitchen.explain(unet.functional()).obstacles
    assert [obstacle.kind for obstacle in found] == ["skip"] * 3


def test_relations() -> None:
    assert {form.name: form.relation for form in unet.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
    }


@pytest.mark.parametrize("name", FORMS)
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    verdict = kitchen.equivalent(unet.functional(), unet.forms[name].build())
    assert verdict.kind == "same family", str(verdict)
    assert verdict.matched == "place"


def test_the_list_goes_around_the_level_below_on_each_level() -> None:
    elements = unet.sequential().layers[:-1]
    for k, shape in RUNGS.items():
        assert [layer.name for layer in elements] == [f"down_{k}", f"around_{k}", f"join_{k}"]
        start, below, skip = elements[1].layers
        assert skip.input[0] is start.output
        assert [t.shape for t in skip.input] == [(None, *shape)] * 2
        pool, *elements, up = below.layers
        assert (pool.name, up.name) == (f"pool_{k}", f"up_{k}")
    assert [layer.name for layer in elements] == ["bottom"]


def test_the_list_has_four_elements_and_one_hides_all_skips() -> None:
    model = unet.sequential()
    assert [layer.name for layer in model.layers] == ["down_1", "around_1", "join_1", "odd"]
    assert [layer.name for layer in model.layers if isinstance(layer, keras.Model)] == ["around_1"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_starts_from_the_same_weights(form: str) -> None:
    starts = []
    for build in (unet.functional, unet.forms[form].build):
        keras.utils.set_random_seed(7)
        starts.append(build().get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))


def test_a_trained_network_is_saved_with_its_metric(tmp_path: Path) -> None:
    model, data = unet.ready("functional"), unet.data()
    model.fit(data.x_train[:64], data.y_train[:64], verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    one, two = (m.evaluate(data.x_test, data.y_test, verbose=0) for m in (model, again))
    assert len(one) == 2
    assert one == pytest.approx(two, rel=1e-5)


def test_keras_refuses_the_list_at_the_first_concatenate() -> None:
    match = r"`Concatenate` layer should be called on a list.*\(None, 6, 6, 24\)"
    with pytest.raises(ValueError, match=match) as error:
        unet.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_keras_accepts_the_list_without_the_concatenates_and_the_skips_are_gone() -> None:
    lines = unet.code("attempt").splitlines()
    kept = [line for line in lines if "layers.Concatenate" not in line]
    assert len(lines) - len(kept) == 3
    space: dict[str, Any] = {}
    exec("\n".join(kept), space)  # noqa: S102
    model = space["attempt"]()
    assert model.output_shape == unet.functional().output_shape
    assert kitchen.explain(model).linear
    # The first half of what each `join` reads is missing.
    assert model.count_params() == 33_025 - 9 * (24 * 24 + 16 * 16 + 8 * 8)


def test_keras_refuses_a_canvas_whose_side_eight_does_not_divide() -> None:
    code = unet.code("functional")
    assert "shape=(24, 24, 1)" in code
    space: dict[str, Any] = {}
    exec(code.replace("shape=(24, 24, 1)", "shape=(28, 28, 1)"), space)  # noqa: S102
    match = r"matching shapes except for the concatenation axis.*\(None, 7, 7.*\(None, 6, 6"
    with pytest.raises(ValueError, match=match):
        space["functional"]()


# What the skips are good for.


def overlap(target: Any, mask: Any) -> float:
    """Return intersection over union of two masks, over all canvases together."""
    target, mask = target > 0.5, mask > 0.5
    return float((target & mask).sum() / (target | mask).sum())


def without_skips() -> Any:
    """Return the network with `up` in the place of `down` at each `Concatenate`: as many weights.

    What goes down is lost on the way but for the 3 by 3 by 32 numbers of `bottom`.
    """
    network = unet.functional()
    x = network.input
    for layer in network.layers[1:]:
        x = layer([x, x] if isinstance(layer, layers.Concatenate) else x)
    return keras.Model(network.input, x)


def shallow() -> Any:
    """Return a network without pooling: each pixel's answer depends on 5 by 5 pixels."""
    options: Any = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
    return keras.Sequential(
        [
            keras.Input((24, 24, 1)),
            layers.Conv2D(16, 3, **options),
            layers.Conv2D(16, 3, **options),
            layers.Conv2D(1, 1, activation="sigmoid"),
        ]
    )


def trained(build: Any, seed: int, epochs: int = 8) -> Any:
    """Return the masks for the test canvases after training as in the lesson."""
    keras.utils.set_random_seed(seed)
    data, model = unet.data(), build()
    # 63 batches an epoch; small steps in the last one, or its result would be a matter of luck.
    schedules = keras.optimizers.schedules
    steps = schedules.PiecewiseConstantDecay([(epochs - 1) * 63], [0.005, 0.001])
    model.compile(keras.optimizers.Adam(steps), "binary_crossentropy", **FAST)
    model.fit(data.x_train, data.y_train, epochs=epochs, batch_size=32, verbose=0)
    return model.predict(data.x_test, batch_size=250, verbose=0)


def quarters_right(target: Any, mask: Any) -> float:
    """Return in how many quarters the mask is right whether there is an odd digit."""
    found = [(x > 0.5).reshape(-1, 2, 12, 2, 12).sum(axis=(2, 4)) >= 8 for x in (target, mask)]
    return float(np.mean(found[0] == found[1]))


def test_without_skips_it_has_as_many_weights_of_the_same_shapes() -> None:
    twin = without_skips()
    assert weighted(twin) == WEIGHTED
    shapes = [w.shape for w in unet.functional().weights]
    assert [w.shape for w in twin.weights] == shapes


def test_the_best_threshold_finds_ink_but_not_which_digit_it_belongs_to() -> None:
    data = unet.data()
    levels = np.linspace(0.05, 0.95, 19)
    best = max(levels, key=lambda level: overlap(data.y_train, data.x_train > level))
    assert best == pytest.approx(0.55, abs=0.051)
    assert overlap(data.y_test, data.x_test > best) == pytest.approx(0.41, abs=0.02)


def test_a_mask_without_a_single_pixel_is_right_for_most_pixels() -> None:
    target = unet.data().y_test
    assert (target == 0).mean() == pytest.approx(0.93, abs=0.005)
    assert overlap(target, np.zeros_like(target)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
def test_the_skips_say_where_and_what_is_below_says_which_digit(seed: int) -> None:
    target = unet.data().y_test
    skips, none = trained(unet.functional, seed), trained(without_skips, seed)
    assert overlap(target, skips) == pytest.approx(0.67, abs=0.05)
    assert overlap(target, none) == pytest.approx(0.395, abs=0.05)
    assert quarters_right(target, skips) > 0.85
    assert quarters_right(target, none) > 0.83


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0])
def test_a_shallow_network_sees_too_little(seed: int) -> None:
    target, mask = unet.data().y_test, trained(shallow, seed)
    assert overlap(target, mask) == pytest.approx(0.42, abs=0.06)
    assert quarters_right(target, mask) < 0.85
