"""Attention: a Transformer block in every form, and what its last token looks up."""

from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import attention
from kitchen.examples.tokens import TokenData
from tests.fast import FAST

layers = keras.layers

LAYERS = [
    ("embedding", "Dense", 8_256),
    ("attention", "MultiHeadAttention", 16_640),
    ("add_1", "Add", 0),
    ("norm_1", "LayerNormalization", 128),
    ("hidden", "Dense", 4_160),
    ("change", "Dense", 4_160),
    ("add_2", "Add", 0),
    ("norm_2", "LayerNormalization", 128),
    ("digit", "Dense", 650),
]


def counted(model: Any) -> list[Any]:
    """Return name, class and parameters of a model's layers, without its input."""
    return [
        (layer.name, type(layer).__name__, layer.count_params())
        for layer in model.layers
        if not isinstance(layer, layers.InputLayer)
    ]


@cache
def data() -> TokenData:
    """Return the data, made once."""
    found = attention.data()
    assert isinstance(found, TokenData)
    return found


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_the_layers(form: str) -> None:
    model = attention.forms[form].build()
    found = counted(model)
    assert [layer for layer in found if layer[1] != "GetItem"] == LAYERS
    assert model.count_params() == 34_122
    layer = model.get_layer("attention")
    assert (layer.num_heads, layer.key_dim) == (1, 64)


def test_the_attention_gets_one_tensor_as_query_and_as_value_and_another_way_goes_around() -> None:
    text = kitchen.draw(attention.functional()).text
    assert "attention, MultiHeadAttention 1, reads embedding (2 times)" in text
    assert "add_1, Add, reads embedding and attention" in text
    assert "add_2, Add, reads norm_1 and change" in text
    assert "GetItem (:, -1), reads norm_2; gives (64,)" in text


def softmax(scores: Any) -> Any:
    """Return scores as shares that sum to 1 along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def normed(x: Any, gamma: Any, beta: Any) -> Any:
    """Return what a LayerNormalization makes of `x`."""
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-3)
    return centred / spread * gamma + beta


def test_the_network_is_its_formula() -> None:
    model = attention.functional()
    weights = [
        np.random.default_rng(k).normal(0, 0.2, w.shape).astype("float32")
        for k, w in enumerate(model.get_weights())
    ]
    model.set_weights(weights)
    (embedding, bias), rest = weights[:2], weights[2:]
    (q, q_bias, k, k_bias, v, v_bias, out, out_bias), rest = rest[:8], rest[8:]
    gamma_1, beta_1, hidden, hidden_bias, change, change_bias, gamma_2, beta_2, digit, end = rest
    tokens = np.random.default_rng(99).uniform(0, 1, (8, 6, 128)).astype("float32")

    x = np.maximum(0, tokens @ embedding + bias)
    asks, found_by, holds = (x @ w[:, 0] + b for w, b in ((q, q_bias), (k, k_bias), (v, v_bias)))
    rows = softmax(asks @ found_by.transpose(0, 2, 1) / np.sqrt(64))
    attended = rows @ holds @ out[0] + out_bias
    x = normed(x + attended, gamma_1, beta_1)
    changed = np.maximum(0, x @ hidden + hidden_bias) @ change + change_bias
    x = normed(x + changed, gamma_2, beta_2)
    expected = softmax(x[:, -1] @ digit + end)
    np.testing.assert_allclose(model(tokens), expected, atol=1e-5)


def test_relations() -> None:
    assert {form.name: form.relation for form in attention.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
    }


@pytest.mark.parametrize("name", list(attention.forms))
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    verdict = kitchen.equivalent(attention.functional(), attention.forms[name].build())
    assert verdict.kind == "same family", str(verdict)


def test_the_wrapped_stack_has_four_elements_and_hides_the_branches_in_two() -> None:
    model = attention.sequential()
    assert [layer.name for layer in model.layers] == [
        "embedding",
        "attend",
        "feed_forward",
        "answer",
    ]
    _, attend, feed_forward, answer = model.layers
    assert counted(attend) == LAYERS[1:4]
    assert counted(feed_forward) == LAYERS[4:8]
    assert counted(answer)[-1] == LAYERS[8]
    assert kitchen.explain(model).linear
    assert not any(kitchen.explain(half).linear for half in (attend, feed_forward))


def test_keras_refuses_the_attention_in_a_list() -> None:
    match = r"multiple required positional arguments.*query.*value"
    with pytest.raises(ValueError, match=match) as error:
        attention.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def scores(model: Any, x: Any) -> Any:
    """Return the attention's scores, shape (n, 1, 6, 6)."""
    layer, embedded = model.get_layer("attention"), model.get_layer("embedding")(x)
    return np.asarray(layer(query=embedded, value=embedded, return_attention_scores=True)[1])


def test_each_token_has_a_row_of_scores_that_sums_to_one() -> None:
    found = scores(attention.functional(), data().x_test[:100])
    assert found.shape == (100, 1, 6, 6)
    assert found.min() >= 0
    assert found.sum(axis=-1) == pytest.approx(1, abs=1e-5)


def test_the_order_of_the_five_tokens_makes_no_difference() -> None:
    model, x = attention.functional(), data().x_test[:200]
    order = [3, 0, 4, 1, 2, 5]
    np.testing.assert_allclose(model(x[:, order]), model(x), atol=1e-5)
    assert np.abs(model(x[:, ::-1]) - model(x)).max() > 0.01, "another token is the last one"


def trained(model: Any, rate: float) -> Any:
    """Return the model after twelve epochs."""
    model.compile(keras.optimizers.Adam(rate), attention.loss, metrics=["accuracy"], **FAST)
    model.fit(data().x_train, data().y_train, epochs=12, batch_size=128, verbose=0)
    return model


def answers(model: Any, x: Any) -> Any:
    """Return the digits that a model names, and how sure it is: shape (n,) each."""
    shares = model.predict(x, batch_size=500, verbose=0)
    return shares.argmax(axis=1), shares.max(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
def test_attention_finds_the_value(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    model, x, digits = trained(attention.functional(), 0.003), data().x_test, data().digits_test
    right = answers(model, x)[0] == data().y_test
    assert right.mean() == pytest.approx(0.9, abs=0.03)

    rows = scores(model, x)[:, 0, -1]
    place = (digits[:, :5, 0] == digits[:, 5:, 0]).argmax(axis=1)
    found = rows.argmax(axis=1) == place
    assert found.mean() == pytest.approx(0.93, abs=0.03)
    assert right[found].mean() > 0.9
    assert right[~found].mean() < 0.45
    # Where it looks depends on the input alone: no place is preferred, and never its own.
    assert rows.mean(axis=0)[:5] == pytest.approx(0.2, abs=0.03)
    assert rows.mean(axis=0)[5] < 0.05

    # A key that is not there: the row sums to 1 all the same, and an answer comes.
    other = np.random.default_rng(0).permutation(len(x))
    absent = ~(digits[:, :5, 0] == digits[other, 5:, 0]).any(axis=1)
    asked = x[absent]
    asked[:, 5] = x[other][absent][:, 5]
    named, sure = answers(model, asked)
    assert absent.sum() > 900
    assert sure.mean() > 0.75
    assert (named[:, None] == digits[absent][:, :5, 1]).any(axis=1).mean() > 0.85


def dense(*units: int) -> list[Any]:
    """Return dense layers, and the one that names the digit."""
    return [
        *(layers.Dense(many, activation="relu") for many in units),
        layers.Dense(10, activation="softmax"),
    ]


BASELINES: dict[str, tuple[int, float, Any]] = {
    "mean": (
        34_516,
        0.325,
        lambda: [layers.Dense(64, activation="relu"), layers.GlobalAveragePooling1D(), *dense(350)],
    ),
    "wide": (49_866, 0.29, lambda: [layers.Flatten(), *dense(64)]),
    "six times as large": (231_050, 0.28, lambda: [layers.Flatten(), *dense(256, 128)]),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
@pytest.mark.parametrize("name", list(BASELINES))
def test_without_attention_a_network_names_one_of_the_five_values(name: str, seed: int) -> None:
    keras.utils.set_random_seed(seed)
    count, accuracy, make = BASELINES[name]
    model = trained(keras.Sequential([keras.Input((6, 128)), *make()]), 0.001)
    assert model.count_params() == count > 34_122
    named, _ = answers(model, data().x_test)
    assert (named == data().y_test).mean() == pytest.approx(accuracy, abs=0.03)
    values = data().digits_test[:, :5, 1]
    assert (named[:, None] == values).any(axis=1).mean() > 0.85
    assert (values == data().y_test[:, None]).mean() == pytest.approx(0.28, abs=0.01)
