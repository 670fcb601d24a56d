"""Each call of a shared layer gets a layer of its own; the original is left alone."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import layers, ops

import kitchen
from kitchen.errors import KitchenWarning
from kitchen.graph.reader import read
from kitchen.rewrite.splitting import unshared
from tests import models
from tests.checking import far, outputs, quietly, state
from tests.random_models import Recipe, build, feed, rich

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")


def twice(layer: Any, *, name: str = "twice") -> Any:
    """A model that calls one layer on its input, and on that doubled."""
    x = keras.Input((3,), name="x")
    return keras.Model(x, layers.Concatenate(name="both")([layer(x), layer(x * 2.0)]), name=name)


def encoder(*inside: Any, name: str = "encoder") -> Any:
    return keras.Sequential([keras.Input((3,)), *inside], name=name)


def apart(model: Any, other: Any) -> float:
    """Return how far the outputs are apart, penalties left out."""
    x = feed(getattr(model, "_functional", None) or model)
    one, two = outputs(model, x, penalties=False), outputs(other, x, penalties=False)
    assert one and two
    return max(float(np.abs(a - b).max()) for a, b in zip(one, two, strict=True))


def names(model: Any) -> list[str]:
    """The names of the layers that own weights, those of inner models with their model's."""
    found = []
    for layer in model.layers:
        inner = getattr(layer, "layers", None)
        found += [f"{layer.name}/{x}" for x in names(layer)] if inner else []
        found += [layer.name] if layer.weights and not inner else []
    return found


def deep() -> Any:
    """A layer shared with a model that is called twice in a model that is called twice."""
    dense = layers.Dense(3, name="dense")
    inner = encoder(dense, layers.ReLU(), name="inner")
    x = keras.Input((3,))
    outer = keras.Model(x, layers.Add()([inner(x), inner(x * 2.0)]), name="outer")
    x = keras.Input((3,), name="x")
    ends = [outer(x), outer(x + 1.0), dense(x)]
    return keras.Model(x, ends, name="deep")


def again() -> Any:
    dense = layers.Dense(3, name="dense")
    return encoder(dense, layers.ReLU(), dense, name="again")


SHARED = {
    "dense": (lambda: twice(layers.Dense(3, name="dense")), ["dense_call1", "dense_call2"]),
    "siamese": (
        models.siamese,
        [f"encoder_call{k}/encoder_{x}" for k in (1, 2) for x in "ab"] + ["out"],
    ),
    "again": (again, ["dense_call1", "dense_call2"]),
    "deep": (
        deep,
        [f"outer_call{k}/inner_call{n}/dense_call1" for k in (1, 2) for n in (1, 2)]
        + ["dense_call2"],
    ),
    "nothing": (lambda: models.residual(2), ["dense_0", "dense_1"]),
}


@pytest.mark.parametrize(("make", "expected"), SHARED.values(), ids=SHARED)
def test_each_call_has_a_layer_of_its_own(make: Any, expected: list[str]) -> None:
    model = make()
    there = kitchen.unshare(model)
    assert type(there) is type(model) and there.name == model.name
    assert names(there) == expected
    assert apart(model, there) == 0
    assert there.count_params() == kitchen.sharing(model).unshared
    now = kitchen.sharing(there)
    assert now.once == now.unshared


def test_copies_train_apart() -> None:
    model = twice(layers.Dense(3, name="dense"))
    there = kitchen.unshare(model)
    one, two = there.get_layer("dense_call1"), there.get_layer("dense_call2")
    assert np.array_equal(one.get_weights()[0], two.get_weights()[0])
    there.compile("sgd", "mse")
    there.fit(X, np.ones((8, 6)), verbose=0)
    assert not np.array_equal(one.get_weights()[0], two.get_weights()[0])


def test_a_subclassed_model_comes_back_functional() -> None:
    model = kitchen.examples.shared_layer.subclassed()
    there = kitchen.unshare(model)
    assert read(there).form == "functional"
    assert there.count_params() == 20_738


def test_taken_names_are_avoided() -> None:
    x = keras.Input((3,))
    dense = layers.Dense(3, name="a")
    other = layers.Dense(3, name="a_call1")
    there = kitchen.unshare(keras.Model(x, other(dense(dense(x)))))
    assert names(there) == ["a_call1_", "a_call2", "a_call1"]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [(["outer"], 24 + 12), (["dense"], 12 + 12), ("inner", 24 + 12), (["inner", "outer"], 48 + 12)],
)
def test_some_layers_only(chosen: Any, count: int) -> None:
    model = deep()
    there = kitchen.unshare(model, layers=chosen)
    assert apart(model, there) == 0
    assert there.count_params() == count


@pytest.mark.parametrize(
    ("chosen", "reason"), [("nonsense", "no layer of this name"), ("out", "called once")]
)
def test_a_layer_that_is_not_shared_is_named(chosen: str, reason: str) -> None:
    with pytest.raises(kitchen.KitchenError, match=f"(?s){reason}.*{chosen}"):
        kitchen.unshare(models.siamese(), layers=[chosen])


PENALISED = {
    "dense": lambda: twice(layers.Dense(3, kernel_regularizer="l2", bias_regularizer="l1")),
    "inside": lambda: twice(
        encoder(layers.Dense(3, kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02)))
    ),
    "wrapped": lambda: twice(
        encoder(
            layers.Reshape((3, 1)),
            layers.Bidirectional(layers.LSTM(2, recurrent_regularizer="l2")),
        )
    ),
    "attention": lambda: twice(
        encoder(
            layers.Reshape((3, 1)),
            layers.Conv1D(2, 1, activity_regularizer="l2", kernel_regularizer="l1"),
            layers.Flatten(),
        )
    ),
}


@pytest.mark.parametrize("make", PENALISED.values(), ids=PENALISED)
def test_what_becomes_of_a_regulariser_is_chosen(make: Any) -> None:
    model = make()

    def penalty(chosen: Any) -> float:
        there = kitchen.unshare(model, regularizer=chosen)
        assert apart(model, there) == 0
        return float(sum(there.losses))

    assert apart(model, model) == 0  # runs it: activities are penalised as they pass
    before = float(sum(model.losses))
    assert before > 0
    activity = float(sum(model.losses)) - sum(
        float(v.regularizer(v)) for v in model.weights if v.regularizer is not None
    )
    assert penalty("each") == pytest.approx(2 * before - activity)
    assert penalty("divided") == pytest.approx(before)
    assert penalty("drop") == pytest.approx(activity, abs=1e-6)


def test_a_layer_that_is_not_shared_keeps_its_regulariser() -> None:
    x = keras.Input((3,))
    dense = layers.Dense(3)
    end = layers.Dense(1, kernel_regularizer="l2", name="end")
    there = kitchen.unshare(keras.Model(x, end(dense(dense(x)))), regularizer="drop")
    assert there.get_layer("end").kernel_regularizer is not None


class Own(layers.Layer):
    """Sets its regulariser up while it is built."""

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=(shape[-1],), name="w", regularizer="l2")

    def call(self, x: Any) -> Any:
        return x * self.w


def square(w: Any) -> Any:
    return ops.sum(w * w)


@pytest.mark.parametrize(
    ("layer", "chosen", "reason"),
    [
        (Own(name="own"), "drop", "'own' cannot be changed"),
        (
            layers.Dense(
                3, name="own", kernel_regularizer=keras.regularizers.OrthogonalRegularizer()
            ),
            "divided",
            "'own' cannot be divided",
        ),
        (layers.Dense(3, name="own"), "halved", "'halved'"),
    ],
)
def test_a_regulariser_that_cannot_be_changed_is_named(
    layer: Any, chosen: Any, reason: str
) -> None:
    with pytest.raises(kitchen.KitchenError, match=reason):
        kitchen.unshare(twice(layer), regularizer=chosen)


@pytest.mark.parametrize(
    ("layer", "difference"),
    [
        (layers.BatchNormalization(name="odd"), "each copy of 'odd' keeps statistics"),
        (layers.SpectralNormalization(layers.Dense(3), name="odd"), "each copy of 'odd' keeps"),
        (layers.Dropout(0.5, name="odd"), "the copies of 'odd' draw other random"),
        (layers.GaussianNoise(0.5, name="odd"), "the copies of 'odd' draw other random"),
        (encoder(layers.Dropout(0.5, name="odd")), "the copies of 'odd' draw other random"),
    ],
)
def test_what_differs_in_training_is_said(layer: Any, difference: str) -> None:
    model = twice(layer)
    with pytest.warns(KitchenWarning, match=difference):
        there = kitchen.unshare(model)
    assert apart(model, there) == 0


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dense(3),
        layers.Dropout(0.0),
        layers.BatchNormalization(trainable=False),
        encoder(layers.Reshape((3, 1)), layers.LSTM(2)),
    ],
)
def test_nothing_is_said_where_nothing_differs(layer: Any) -> None:
    model = twice(layer)
    x = feed(model)
    one, two = (outputs(m, x, training=True) for m in (model, kitchen.unshare(model)))
    assert one and two and np.array_equal(one[0], two[0])


def test_copies_of_dropout_draw_apart() -> None:
    x = keras.Input((50,))
    drop = layers.Dropout(0.5, seed=4, name="drop")
    with pytest.warns(KitchenWarning):
        there = kitchen.unshare(keras.Model(x, [drop(x), drop(x)]))
    one, two = there(np.ones((2, 50)), training=True)
    assert not np.array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(two))


@pytest.mark.parametrize("wrap", [lambda x: x, layers.Bidirectional])
def test_a_stateful_rnn_is_not_parted(wrap: Any) -> None:
    x = keras.Input(batch_shape=(2, 4, 3))
    layer = wrap(layers.LSTM(3, stateful=True, name="memory"))
    model = keras.Model(x, [layer(x), layer(x * 2.0)])
    with pytest.raises(kitchen.KitchenError, match=f"{layer.name!r} is a stateful RNN"):
        kitchen.unshare(model)
    assert kitchen.unshare(keras.Model(x, layer(x))).count_params() == layer.count_params()


def test_flags_and_policies_go_to_every_copy() -> None:
    dense = layers.Dense(3, name="dense", dtype="mixed_bfloat16", bias_constraint="non_neg")
    dense.trainable = False
    there = kitchen.unshare(twice(dense))
    for name in ("dense_call1", "dense_call2"):
        copy = there.get_layer(name)
        assert (copy.trainable, copy.dtype_policy.name) == (False, "mixed_bfloat16")
        assert isinstance(copy.bias_constraint, keras.constraints.NonNeg)


def test_what_an_operation_uses_stays_tied_and_is_said() -> None:
    x = keras.Input((5,), dtype="int32")
    table = layers.Embedding(20, 4, name="table")
    h = layers.Add()([table(x), table(x + 1)])
    model = keras.Model(x, ops.einsum("btd,vd->btv", h, table.embeddings))
    with pytest.warns(KitchenWarning, match="stays shared with 'einsum"):
        there = kitchen.unshare(model)
    assert apart(model, there) == 0
    assert there.count_params() == 2 * 80


def test_layers_around_one_variable_are_parted() -> None:
    cell = layers.SimpleRNNCell(3)
    x = keras.Input((4, 6))
    model = keras.Model(x, [layers.RNN(cell, name="one")(x), layers.RNN(cell, name="two")(x)])
    there = quietly(kitchen.unshare, model)
    assert apart(model, there) == 0
    assert there.count_params() == 2 * model.count_params()


class Block(keras.Model):
    """A model in code: one that shares inside, or not."""

    def __init__(self, shares: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.shares = shares
        self.dense = layers.Dense(3, name="inner")

    def call(self, x):  # type: ignore[no-untyped-def]
        return self.dense(self.dense(x)) if self.shares else self.dense(x)


@pytest.mark.parametrize("shares", [False, True])
def test_a_model_in_code_is_copied_by_its_class_if_that_shares_nothing(shares: bool) -> None:
    model = twice(Block(shares, name="block"))
    there = kitchen.unshare(model)
    assert apart(model, there) == 0
    assert there.count_params() == 12 * (4 if shares else 2)
    assert isinstance(there.get_layer("block_call1"), Block) == (not shares)


def test_the_optimiser_starts_afresh_and_that_is_said() -> None:
    model = twice(layers.Dense(3))
    model.compile("adam", "mse")
    assert kitchen.unshare(model).compiled
    model.fit(X, np.ones((8, 6)), verbose=0)
    with pytest.warns(KitchenWarning, match="What the optimiser remembers"):
        there = kitchen.unshare(model)
    assert there.compiled and there.evaluate(X, np.ones((8, 6)), verbose=0) == pytest.approx(
        model.evaluate(X, np.ones((8, 6)), verbose=0)
    )


def test_code_that_cannot_be_read_is_named() -> None:
    with pytest.raises(kitchen.KitchenError, match="Not built yet"):
        kitchen.unshare(keras.Sequential([layers.Dense(3)]))


@pytest.mark.parametrize("make", [deep, again, models.siamese])
def test_the_given_model_stays_as_it_was(make: Any) -> None:
    model = make()
    before, graph = state(model), read(model)
    kitchen.unshare(model, regularizer="drop")
    assert state(model) == before and read(model) == graph


@settings(max_examples=25)
@given(rich(20))
def test_any_model_is_unshared(recipe: Recipe) -> None:
    model = build(recipe)
    graph, before = read(model), state(model)
    split = unshared(graph)
    there = quietly(kitchen.unshare, model)
    assert split.tied or read(there).count() == kitchen.sharing(graph).unshared
    assert read(there).count() == split.graph.count()
    assert not far(model, there, penalties=False)
    assert state(model) == before
