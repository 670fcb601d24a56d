"""Two models compared by running both."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples.example import Example
from tests import models

EXAMPLES = ["classifier", "two_inputs", "shared_layer"]


def example(name: str) -> Example:
    found: Example = getattr(kitchen.examples, name)
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    functional = example(name).functional()
    for form in example(name).forms.values():
        verdict = kitchen.equivalent(
            functional,
            form.build(),
            map_inputs=form.map_inputs,
            map_weights=form.map_weights if form.relation == "wider" else None,
        )
        if form.relation == "wider":
            assert verdict.kind == "same function at these weights only", str(verdict)
            assert "can become others too" in verdict.reason
        else:
            assert verdict.kind == "same family", str(verdict)
            assert verdict.matched == "place"
        assert bool(verdict) == (form.relation != "wider")


def test_neither_model_changes() -> None:
    a, b = models.siamese(), models.siamese()
    before = [w.copy() for m in (a, b) for w in m.get_weights()]
    assert kitchen.equivalent(a, b, training=True)
    after = [w for m in (a, b) for w in m.get_weights()]
    assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))


def test_statistics_and_seeds_do_not_change_in_training() -> None:
    def build() -> Any:
        return keras.Sequential(
            [
                keras.Input((5,)),
                layers.Dense(4),
                layers.BatchNormalization(),
                layers.Dropout(0.5),
            ]
        )

    a, b = build(), build()
    before = [np.array(v) for v in a.variables]
    assert kitchen.equivalent(a, b, training=True)
    assert all(np.array_equal(x, np.array(v)) for x, v in zip(before, a.variables, strict=True))


def test_training_reaches_layers_of_a_model_whose_call_has_no_such_argument() -> None:
    def build(rate: float) -> Any:
        class Dropping(keras.Model):
            def __init__(self) -> None:
                super().__init__()
                self.dense, self.drop = layers.Dense(50), layers.Dropout(rate)

            def call(self, inputs):  # type: ignore[no-untyped-def]
                return self.drop(self.dense(inputs))

        model = Dropping()
        model(np.zeros((1, 3)))
        return model

    assert kitchen.equivalent(build(0.5), build(0.0))
    assert not kitchen.equivalent(build(0.5), build(0.0), training=True)


def adapted(data: Any = None) -> Any:
    """A Normalization that has learned from data, if there are any, before a Dense."""
    norm = layers.Normalization(name="norm")
    model = keras.Sequential([keras.Input((3,)), norm, layers.Dense(2, name="end")])
    if data is not None:
        norm.adapt(data)
    return model


def test_an_adapted_normalization_counts_by_the_weights_that_it_is_run_with() -> None:
    data = np.random.default_rng(0).normal(3.0, 2.0, (50, 3)).astype("float32")
    a, b = adapted(data), adapted()
    before = np.array(a.layers[0].mean)
    verdict = kitchen.equivalent(a, b)
    assert verdict.kind == "same family", str(verdict)
    assert np.array_equal(before, np.array(a.layers[0].mean))
    assert np.array_equal(np.array(b.layers[0].mean), np.zeros((1, 3)))

    b.set_weights(a.get_weights())  # with which it does not compute until it is told
    x = np.ones((2, 3), "float32")
    assert not np.allclose(a.predict(x, verbose=0), b.predict(x, verbose=0))
    assert "With the weights they hold now, outputs differ" in str(kitchen.equivalent(a, b))
    b.layers[0].finalize_state()
    assert kitchen.equivalent(a, b).present == 0


def test_a_normalization_that_is_not_there_is_missed() -> None:
    data = np.random.default_rng(0).normal(3.0, 2.0, (50, 3)).astype("float32")
    fixed = layers.Normalization(mean=data.mean(0), variance=data.var(0), name="norm")
    other = keras.Sequential([keras.Input((3,)), fixed, layers.Dense(2, name="end")])
    other.layers[1].set_weights((a := adapted(data)).layers[1].get_weights())
    verdict = kitchen.equivalent(a, other)
    assert verdict.kind == "same function at these weights only", str(verdict)


def heads(first: str) -> Any:
    """Two heads of the same shapes, made in either order."""
    x = keras.Input((4,), name="x")
    made = {name: layers.Dense(3, name=name) for name in sorted("ab", reverse=first == "b")}
    for name in made:
        made[name].build((None, 4))
    out = {name: made[name](x) for name in "ab"}
    model = keras.Model(x, [out["a"], layers.Activation("tanh")(out["b"])])
    return model


def test_weights_are_matched_by_place_not_by_order_of_creation() -> None:
    verdict = kitchen.equivalent(heads("a"), heads("b"))
    assert verdict and verdict.matched == "place"


def test_one_shared_layer_against_two() -> None:
    a, b = models.siamese(), models.siamese(twice=False)
    assert kitchen.equivalent(a, b).kind == "different"
    w = a.get_weights()
    b.set_weights([*w[:4], *w[:4], *w[4:]])
    verdict = kitchen.equivalent(a, b)
    assert verdict.kind == "same function at these weights only"
    assert not verdict
    assert verdict.outputs is not None and verdict.outputs <= 1e-5
    assert "encoder_b" in verdict.reason


@pytest.mark.parametrize(
    "change", [{"activation": "tanh"}, {"use_bias": False}, {"units": 5}], ids=str
)
def test_what_differs_is_not_the_same_family(change: dict[str, Any]) -> None:
    def build(**given: Any) -> Any:
        return keras.Sequential(
            [keras.Input((6,)), layers.Dense(**({"units": 4, "activation": "relu"} | given))]
        )

    verdict = kitchen.equivalent(build(), build(**change))
    assert verdict.kind == "different"
    assert not verdict


def test_equal_outputs_with_other_gradients_are_different() -> None:
    def build(stop: bool) -> Any:
        x = keras.Input((3,))
        h = layers.Dense(3)(x)
        y = keras.ops.stop_gradient(h) if stop else layers.Identity(name="stop_gradient")(h)
        return keras.Model(x, y)

    verdict = kitchen.equivalent(build(True), build(False))
    assert verdict.kind == "different"
    assert "gradients" in verdict.reason


class Opaque(keras.Model):
    """Cannot be recovered: it asks TensorFlow directly."""

    def __init__(self, activation: str = "relu", units: int = 5) -> None:
        super().__init__()
        self.a = layers.Dense(4, activation=activation)
        self.b = layers.Dense(units)

    def call(self, inputs):  # type: ignore[no-untyped-def]
        import tensorflow as tf

        return self.b(self.a(tf.identity(inputs)))


def opaque(activation: str = "relu") -> Any:
    model = Opaque(activation)
    model(np.zeros((1, 6)))
    return model


def plain() -> Any:
    return keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="relu"), layers.Dense(5)]
    )


@pytest.mark.parametrize("pair", [(plain, opaque), (opaque, plain), (opaque, opaque)])
def test_an_opaque_model_is_matched_by_order_and_the_verdict_says_so(pair: Any) -> None:
    verdict = kitchen.equivalent(pair[0](), pair[1]())
    assert verdict and verdict.matched == "order"
    assert "order" in str(verdict) and "opaque" in str(verdict)


def test_where_order_may_be_wrong_it_is_undecided() -> None:
    def square(activation: str) -> Any:
        class Square(Opaque):
            def __init__(self) -> None:
                super().__init__(activation, units=4)

        model = Square()
        model(np.zeros((1, 4)))
        return model

    four = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, activation="relu"), layers.Dense(4)]
    )
    assert kitchen.equivalent(four, square("relu")).kind == "same family"
    assert kitchen.equivalent(four, square("tanh")).kind == "undecided"
    assert kitchen.equivalent(plain(), opaque("tanh")).kind == "different"


def test_inputs_are_matched_by_name() -> None:
    def build(turned: bool) -> Any:
        p, q = keras.Input((3,), name="p"), keras.Input((3,), name="q")
        y = layers.Dense(2)(layers.Concatenate()([p, q]))
        return keras.Model([q, p] if turned else [p, q], y)

    assert kitchen.equivalent(build(False), build(True))


def test_dicts_and_masks_and_integers() -> None:
    for build in (models.dicts, models.masked, models.tied, models.operators):
        assert kitchen.equivalent(build(), build()), build.__name__


def test_half_precision_gets_its_own_tolerance() -> None:
    def build() -> Any:
        return keras.Sequential([keras.Input((6,)), layers.Dense(4, dtype="mixed_float16")])

    verdict = kitchen.equivalent(build(), build())
    assert verdict and verdict.tolerance == 1e-2


def test_a_map_that_permutes_is_the_same_family() -> None:
    a = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    b = keras.Sequential([keras.Input((3,)), layers.Dense(4)])

    def turned(x: Any) -> Any:
        return x[:, ::-1]

    def rows(weights: list[Any]) -> list[Any]:
        return [weights[0][::-1], weights[1]]

    assert kitchen.equivalent(a, b, map_inputs=turned, map_weights=rows)
    assert not kitchen.equivalent(a, b, map_inputs=turned)


def test_a_map_of_the_wrong_shape_is_refused() -> None:
    a, b = plain(), plain()
    with pytest.raises(KitchenError, match="map_weights must return"):
        kitchen.equivalent(a, b, map_weights=lambda w: w[:2])


def test_what_cannot_be_run_is_undecided() -> None:
    unbuilt = keras.Sequential([layers.Dense(3)])
    verdict = kitchen.equivalent(plain(), unbuilt)
    assert verdict.kind == "undecided" and "not been built" in verdict.reason
    exploding = keras.Sequential([keras.Input((6,)), layers.Lambda(lambda x: x / 0.0)])
    assert kitchen.equivalent(exploding, exploding).kind == "undecided"


def test_inputs_that_do_not_fit() -> None:
    verdict = kitchen.equivalent(example("two_inputs").functional(), plain())
    assert verdict.kind == "different" and "map_inputs" in verdict.reason
    verdict = kitchen.equivalent(example("classifier").functional(), plain())
    assert verdict.kind == "different" and "(784,)" in verdict.reason


def test_the_verdict_reads_as_sentences() -> None:
    text = str(kitchen.equivalent(plain(), plain()))
    assert text.startswith(
        "Same family: the same 53 parameters fit both, matched by their place in the graph."
    )
    assert "32 random inputs" in text


def one_layer(activation: str, **given: Any) -> Any:
    dense = layers.Dense(4, activation=activation, **given)
    return keras.Sequential([keras.Input((3,)), dense, layers.Dense(2)])


@pytest.mark.parametrize(
    "given",
    [
        {"bias_initializer": keras.initializers.Constant(-100)},
        {"kernel_initializer": keras.initializers.RandomNormal(stddev=1e4)},
    ],
    ids=["dead units", "saturated units"],
)
def test_weights_at_which_units_sleep_do_not_hide_a_difference(given: dict[str, Any]) -> None:
    verdict = kitchen.equivalent(one_layer("relu", **given), one_layer("sigmoid", **given))
    assert verdict.kind == "different"


def test_a_bound_that_only_large_inputs_reach() -> None:
    def build(most: float | None) -> Any:
        return keras.Sequential([keras.Input((3,)), layers.ReLU(max_value=most)])

    assert not kitchen.equivalent(build(8.0), build(None))


def test_outputs_too_small_to_tell_are_undecided() -> None:
    def build(activation: str) -> Any:
        x = keras.Input((3,))
        return keras.Model(x, layers.Dense(4, activation=activation)(x) * 1e-7)

    verdict = kitchen.equivalent(build("relu"), build("tanh"))
    assert verdict.kind == "undecided" and "too small" in verdict.reason


def test_the_order_of_a_sum_does_not_matter() -> None:
    def build(turned: bool) -> Any:
        x = keras.Input((3,))
        h = layers.Dense(3)(x)
        return keras.Model(x, layers.Add()([h, x] if turned else [x, h]))

    assert kitchen.equivalent(build(False), build(True)).matched == "place"

    def twins(turned: bool) -> Any:
        x = keras.Input((3,))
        a, b = layers.Dense(3, activation="relu"), layers.Dense(3, activation="tanh")
        pair = [a(x), b(x)]
        return keras.Model(x, layers.Add()(pair[::-1] if turned else pair))

    assert kitchen.equivalent(twins(False), twins(True)).kind in ("same family", "undecided")


def test_names_that_nobody_typed_do_not_decide() -> None:
    def build(turned: bool) -> Any:
        keras.backend.clear_session()
        p, q = keras.Input((3,)), keras.Input((3,))
        if turned:
            p, q = q, p
        return keras.Model([p, q], layers.Dense(2)(layers.Concatenate()([p, q])))

    assert kitchen.equivalent(build(False), build(True))


def test_other_output_shapes_are_named() -> None:
    def build(all_steps: bool) -> Any:
        return keras.Sequential([keras.Input((5, 3)), layers.LSTM(4, return_sequences=all_steps)])

    verdict = kitchen.equivalent(build(True), build(False))
    assert verdict.kind == "different"
    assert "(32, 5, 4)" in verdict.reason and "(32, 4)" in verdict.reason


def test_a_model_that_gives_another_result_each_time() -> None:
    class Noisy(Opaque):
        def call(self, inputs):  # type: ignore[no-untyped-def]
            import tensorflow as tf

            return self.b(self.a(inputs + tf.random.normal((1, 6))))

    model = Noisy()
    model(np.zeros((1, 6)))
    assert kitchen.equivalent(model, model).kind == "undecided"


def test_random_layers_matched_by_order_draw_the_same() -> None:
    def build() -> Any:
        class Dropping(Opaque):
            def __init__(self) -> None:
                super().__init__()
                self.drop = layers.Dropout(0.5)

            def call(self, inputs):  # type: ignore[no-untyped-def]
                return self.drop(self.b(self.a(inputs)) + 0 * float(len(inputs)))

        model = Dropping()
        model(np.zeros((1, 6)))
        return model

    assert kitchen.equivalent(build(), build(), training=True).matched == "order"


def test_vocabularies_of_other_sizes_and_fixed_batches_and_states() -> None:
    def words(size: int) -> Any:
        x = keras.Input((5,), dtype="int32")
        return keras.Model(x, layers.Embedding(size, 4)(x))

    assert kitchen.equivalent(words(20), words(5)).kind == "different"

    def stateful() -> Any:
        return keras.Sequential([keras.Input(batch_shape=(4, 6, 3)), layers.LSTM(2, stateful=True)])

    verdict = kitchen.equivalent(stateful(), stateful())
    assert verdict and verdict.examples == 4


def test_losses_that_layers_keep_stay() -> None:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activity_regularizer="l2")])
    model(np.ones((2, 3), "float32"))
    before = [float(x) for x in model.losses]
    kitchen.equivalent(model, model)
    assert before and [float(x) for x in model.losses] == before


@pytest.mark.parametrize("name", ["map_inputs", "map_weights"])
@pytest.mark.parametrize("wrong", [3, lambda x: 1 / 0, lambda: None], ids=["int", "raises", "none"])
def test_a_map_that_fails_is_named(name: str, wrong: Any) -> None:
    with pytest.raises(KitchenError, match=name):
        kitchen.equivalent(plain(), plain(), **{name: wrong})


@pytest.mark.parametrize("made", [None, "weights", [[1], [2, 3]], [np.array(["a"])] * 4])
def test_a_map_that_gives_no_weights_is_refused(made: Any) -> None:
    with pytest.raises(KitchenError, match="map_weights must return"):
        kitchen.equivalent(plain(), plain(), map_weights=lambda w: made)


def test_a_map_cannot_change_what_it_is_given() -> None:
    def spoil(weights: list[Any]) -> list[Any]:
        weights[0] *= 2
        return weights

    assert kitchen.equivalent(plain(), plain(), map_weights=spoil).kind == "different"
