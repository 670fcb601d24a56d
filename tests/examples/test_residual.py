"""The residual network: a way around each block, and what it is good for at depth 4 and at 30."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import residual
from tests.fast import FAST

layers = keras.layers

BLOCKS = [(f"change_{k}", "Dense", 4_160) for k in range(1, 5)]
OUTPUT = ("output", "Dense", 650)


def weighted(model: Any) -> list[Any]:
    """Return name, class and parameters of a model's layers that have weights."""
    return [
        (layer.name, type(layer).__name__, layer.count_params())
        for layer in model.layers
        if layer.weights
    ]


def pixels(rows: int = 8) -> Any:
    """Return random images."""
    return np.random.default_rng(2).uniform(0, 1, (rows, 64)).astype("float32")


def stack(depth: int, *, skips: bool) -> Any:
    """Return a network of so many blocks; without skips it is the plain one, the baseline."""
    x = inputs = keras.Input((64,), name="pixels")
    for k in range(1, depth + 1):
        change = layers.LayerNormalization(center=False, scale=False, name=f"norm_{k}")(x)
        change = layers.Dense(64, activation="relu", name=f"change_{k}")(change)
        x = layers.Add(name=f"add_{k}")([x, change]) if skips else change
    return keras.Model(inputs, layers.Dense(10, activation="softmax", name="output")(x))


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers(form: str) -> None:
    model = residual.forms[form].build()
    assert weighted(model) == [*BLOCKS, OUTPUT]
    assert model.count_params() == 17_290
    dense = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
    assert [d.activation.__name__ for d in dense] == ["relu"] * 4 + ["softmax"]


def test_the_network_is_its_formula() -> None:
    model = residual.functional()
    weights = [
        np.random.default_rng(k).normal(0, 0.2, w.shape).astype("float32")
        for k, w in enumerate(model.get_weights())
    ]
    model.set_weights(weights)
    given = x = pixels()
    for kernel, bias in (weights[k : k + 2] for k in range(0, 8, 2)):
        off = x - x.mean(axis=1, keepdims=True)
        normed = off / np.sqrt((off**2).mean(axis=1, keepdims=True) + 1e-3)
        x = x + np.maximum(0, normed @ kernel + bias)
    scores = x @ weights[8] + weights[9]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(model(given), powers / powers.sum(axis=1, keepdims=True), atol=1e-5)


def test_there_is_a_way_around_each_block() -> None:
    text = kitchen.draw(residual.functional()).text
    assert "add_1, Add, reads pixels and change_1" in text
    assert all(f"add_{k}, Add, reads add_{k - 1} and change_{k}" in text for k in (2, 3, 4))
    answer = kitchen.explain(residual.functional())
    assert [found.kind for found in answer.obstacles] == ["skip"] * 4
    assert [element.block for element in answer.wrapped] == [True] * 4 + [False]


def test_relations() -> None:
    assert {form.name: form.relation for form in residual.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
    }


@pytest.mark.parametrize("name", list(residual.forms))
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    verdict = kitchen.equivalent(residual.functional(), residual.forms[name].build())
    assert verdict.kind == "same family", str(verdict)
    assert verdict.matched == "place"


@pytest.mark.parametrize("name", list(residual.forms))
def test_every_form_starts_from_the_same_weights(name: str) -> None:
    starts = []
    for build in (residual.functional, residual.forms[name].build):
        keras.utils.set_random_seed(7)
        starts.append(build().get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))


def test_the_wrapped_stack_hides_a_way_around_in_each_of_four_elements() -> None:
    model = residual.sequential()
    assert isinstance(model, keras.Sequential)
    assert [layer.name for layer in model.layers] == [
        *(f"block_{k}" for k in range(1, 5)),
        "output",
    ]
    for k, block in enumerate(model.layers[:4], start=1):
        assert weighted(block) == BLOCKS[k - 1 : k]
        assert f"add_{k}, Add, reads given and change_{k}" in kitchen.draw(block).text
    assert model.count_params() == 17_290


def test_the_subclassed_form_is_saved_with_all_its_weights(tmp_path: Path) -> None:
    model, other = residual.subclassed(), residual.subclassed()
    model.save_weights(tmp_path / "all.weights.h5")
    assert not np.allclose(model(pixels()), other(pixels()))
    other.load_weights(tmp_path / "all.weights.h5")
    assert np.array_equal(model(pixels()), other(pixels()))


def test_keras_refuses_the_attempt_at_the_first_add() -> None:
    match = r"A merge layer should be called on a list of inputs.*\(None, 64\)"
    with pytest.raises(ValueError, match=match) as error:
        residual.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_keras_accepts_the_layers_without_the_adds_and_the_ways_around_are_gone() -> None:
    model = residual.functional()
    rest = [layer for layer in model.layers if not isinstance(layer, layers.Add)]
    listed = keras.Sequential(rest)
    assert listed.count_params() == model.count_params()
    assert kitchen.explain(listed).linear
    assert np.abs(listed(pixels()) - model(pixels())).max() > 0.01


def test_the_plain_stack_has_as_many_parameters_and_is_another_network() -> None:
    skips, plain = stack(4, skips=True), stack(4, skips=False)
    assert kitchen.equivalent(skips, residual.functional()).kind == "same family"
    assert weighted(plain) == weighted(skips)
    verdict = kitchen.equivalent(skips, plain, map_weights=lambda weights: weights)
    assert verdict.kind == "different", str(verdict)


def test_the_data_are_whole_digits_and_no_image_is_in_both_parts() -> None:
    data = residual.data()
    assert (data.x_train.shape, data.x_test.shape) == ((1297, 64), (500, 64))
    bunch = load_digits()
    known = {
        row.astype("float32").tobytes(): digit
        for row, digit in zip(bunch.data / 16, bunch.target, strict=True)
    }
    rows = [row.tobytes() for row in (*data.x_train, *data.x_test)]
    assert set(rows) == set(known)
    assert len(set(rows)) == 1797
    assert [known[row] for row in rows] == [*data.y_train, *data.y_test]
    assert np.bincount(data.y_test).tolist() == [50] * 10


def gradient_sizes(model: Any) -> list[float]:
    """Return the size of the gradient at each block's kernel, on 256 images."""
    import tensorflow as tf

    data = residual.data()
    kernels = [x.kernel for x in model.layers if x.name.startswith("change")]
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(
            data.y_train[:256], model(data.x_train[:256])
        )
        loss = tf.reduce_mean(losses)
    return [float(tf.norm(slope)) for slope in tape.gradient(loss, kernels)]


def growth(depth: int, *, skips: bool, seed: int) -> float:
    """Return how many times the last block's gradient the first one gets, before training."""
    keras.utils.set_random_seed(seed)
    sizes = gradient_sizes(stack(depth, skips=skips))
    return sizes[0] / sizes[-1]


@pytest.mark.parametrize("seed", [7, 0, 1])
def test_without_skips_the_gradient_grows_with_depth_on_its_way_to_the_first_block(
    seed: int,
) -> None:
    assert 1 < growth(4, skips=False, seed=seed) < 2.5
    assert 1 < growth(4, skips=True, seed=seed) < 2.5
    assert 150 < growth(30, skips=False, seed=seed) < 600
    assert growth(30, skips=True, seed=seed) < 12


def test_with_sigmoid_layers_the_gradient_shrinks_to_almost_nothing() -> None:
    keras.utils.set_random_seed(7)
    names = [f"change_{k}" for k in range(24)]
    model = keras.Sequential(
        [
            keras.Input((64,)),
            *(layers.Dense(64, activation="sigmoid", name=name) for name in names),
            layers.Dense(10, activation="softmax"),
        ]
    )
    sizes = gradient_sizes(model)
    assert sizes[0] < 1e-9 * sizes[-1]


def shares_right(
    depth: int,
    *,
    skips: bool,
    seeds: tuple[int, ...] = (7, 0, 1),
    optimizer: str = "sgd",
    rate: float | None = None,
) -> list[float]:
    """Return for each seed the share of the test digits that are right, after six epochs."""
    data, model = residual.data(), stack(depth, skips=skips)
    model.compile(optimizer, residual.loss, jit_compile=False, **FAST)
    if rate is not None:
        model.optimizer.learning_rate = rate
    found = []
    for seed in seeds:  # one model: making its training step takes longer than the training
        keras.utils.set_random_seed(seed)
        model.set_weights(stack(depth, skips=skips).get_weights())
        model.fit(data.x_train, data.y_train, epochs=6, verbose=0)
        found.append(float(np.mean(np.argmax(model(data.x_test), axis=1) == data.y_test)))
    return found


@pytest.mark.slow
def test_at_depth_4_skips_make_no_difference() -> None:
    skips, plain = shares_right(4, skips=True), shares_right(4, skips=False)
    assert skips == pytest.approx([0.94] * 3, abs=0.03)
    assert plain == pytest.approx(skips, abs=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "most", "seeds"), [(24, 0.7, (7, 0, 1)), (30, 0.2, (7,))])
def test_a_deep_stack_learns_well_with_skips_only(
    depth: int, most: float, seeds: tuple[int, ...]
) -> None:
    assert shares_right(depth, skips=True, seeds=seeds) == pytest.approx(
        [0.95] * len(seeds), abs=0.03
    )
    assert max(shares_right(depth, skips=False, seeds=seeds)) < most


@pytest.mark.slow
def test_neither_adam_nor_smaller_steps_make_up_for_missing_skips() -> None:
    (adam,) = shares_right(30, skips=False, seeds=(0,), optimizer="adam")
    small = shares_right(24, skips=False, rate=0.003)
    assert 0.2 < adam < 0.85
    assert 0.5 < min(small) <= max(small) < 0.88
