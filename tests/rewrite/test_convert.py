"""A live model in another form, its weights and settings kept, the original left alone."""

import random
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import layers, ops

import kitchen
from kitchen.errors import KitchenWarning
from kitchen.graph.linearity import elements
from tests import models
from tests.checking import far, outputs, quietly, state
from tests.graphs_equal import unequal
from tests.random_models import Recipe, build, feed, rich

X = np.random.default_rng(0).normal(size=(8, 6)).astype("float32")


def stack(*chosen: Any, shape: Any = (6,), **options: Any) -> Any:
    return keras.Sequential([keras.Input(shape, **options), *chosen], name="stack")


def apart(model: Any, other: Any, x: Any = None, **options: bool) -> float:
    """Return how far outputs are apart, and penalties out of training, by max(1, |value|)."""
    x = feed(getattr(model, "_functional", None) or model) if x is None else x
    one, two = outputs(model, x, **options), outputs(other, x, **options)
    assert one is not None and two is not None and one
    gaps = [np.abs(a - b) / np.maximum(1.0, np.abs(a)) for a, b in zip(one, two, strict=True)]
    return max(float(gap.max()) for gap in gaps)


def twice(x: Any) -> Any:
    return x * 2


class Scale(layers.Layer):
    """A layer of the learner's own, with a weight."""

    def __init__(self, factor: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.factor = factor

    def build(self, shape: Any) -> None:
        self.gain = self.add_weight(shape=(shape[-1],), name="gain", regularizer="l2")

    def call(self, x: Any) -> Any:
        return x * self.gain * self.factor

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


class Forgetful(Scale):
    """Its configuration has none of its arguments."""

    def get_config(self) -> Any:
        return layers.Layer.get_config(self)


class Nameless(layers.Layer):
    """Keras cannot write down what it is made of."""

    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(**options)
        self.function = function

    def call(self, x: Any) -> Any:
        return self.function(x)


def normalised() -> Any:
    norm = layers.Normalization(name="norm")
    norm.adapt(X * 3 + 1)
    return stack(norm, layers.Dense(2))


def trained() -> Any:
    """Layers that change in training, after a step of it."""
    model = stack(
        layers.SpectralNormalization(layers.Dense(4)),
        layers.BatchNormalization(),
        layers.GaussianNoise(0.1, seed=1),
        layers.Dropout(0.5, seed=2),
        layers.Dense(3, kernel_constraint="max_norm", bias_regularizer="l1"),
    )
    model(X, training=True)
    return model


def recurrent() -> Any:
    return stack(
        layers.Bidirectional(layers.LSTM(3, return_sequences=True, dropout=0.2)),
        layers.TimeDistributed(Scale(2.0)),
        layers.GRU(2, kernel_initializer="he_normal"),
        shape=(4, 6),
    )


def words() -> Any:
    return stack(
        layers.Embedding(9, 4, mask_zero=True),
        layers.LSTM(4, return_sequences=True),
        layers.Masking(),
        layers.GRU(2),
        shape=(None,),
        dtype="int32",
    )


def nested() -> Any:
    inner = stack(layers.Dense(3), layers.ReLU())
    inner.name = "inner"
    return stack(inner, layers.Dense(2))


def functions() -> Any:
    return stack(
        layers.Dense(3, activation=twice),
        layers.Dense(3, activation=lambda x: x + 1),
        layers.Lambda(lambda x, k: x * k, arguments={"k": 3.0}),
    )


def low_rank() -> Any:
    model = stack(layers.Dense(4), layers.Dense(3))
    model.layers[0].enable_lora(2)
    model.layers[1].quantize("int8")
    return model


CHAINS = [normalised, trained, recurrent, words, nested, low_rank]


@pytest.mark.parametrize("make", [*CHAINS, functions])
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_a_sequential_becomes_functional_and_comes_back(make: Any) -> None:
    model = make()
    there = kitchen.convert(model, "functional")
    assert not isinstance(there, keras.Sequential)
    assert apart(model, there) == 0
    back = kitchen.convert(there, "sequential")
    assert isinstance(back, keras.Sequential)
    assert apart(model, back) == 0
    assert there.name == back.name == model.name
    assert [layer.name for layer in back.layers] == [layer.name for layer in model.layers]
    assert kitchen.read(there).count() == kitchen.read(model).count()


@pytest.mark.parametrize("make", CHAINS)
def test_seeds_and_statistics_go_on(make: Any) -> None:
    model = make()
    assert apart(model, kitchen.convert(model, "functional"), training=True) == 0


def test_models_inside_are_functional_too() -> None:
    there = kitchen.convert(nested(), "functional")
    assert not isinstance(there.get_layer("inner"), keras.Sequential)


@pytest.mark.parametrize("example", ["classifier", "two_inputs", "shared_layer"])
def test_each_form_of_the_article_becomes_functional(example: str) -> None:
    for build_form in getattr(kitchen.examples, example).forms.values():
        model = build_form.build()
        there = kitchen.convert(model, "functional")
        verdict = kitchen.equivalent(model, there)
        assert verdict.kind == "same family", str(verdict)


@pytest.mark.parametrize(
    "make",
    [models.siamese, models.dicts, models.operators, models.tied, lambda: models.residual(3)],
)
def test_what_branches_is_wrapped_and_opened(make: Any) -> None:
    model = make()
    there = kitchen.convert(model, "sequential", wrap=True)
    assert isinstance(there, keras.Sequential) and len(there.layers) > 1
    assert apart(model, there) == 0
    assert apart(model, kitchen.convert(there, "functional")) == 0
    assert there.layers[0].name in {"block_1", "table"}


def test_masks_reach_where_they_did() -> None:
    model = words()
    x = np.array([[1, 2, 0, 0], [3, 0, 4, 5]])
    assert apart(model, kitchen.convert(model, "functional"), x) == 0
    h = layers.Embedding(9, 4, mask_zero=True)(i := keras.Input((None,), dtype="int32"))
    h = layers.Add()([h, layers.Dense(4)(h)])
    branching = keras.Model(i, layers.Dense(2)(layers.LSTM(3)(h)))
    assert apart(branching, kitchen.convert(branching, "functional"), x) == 0
    assert apart(branching, kitchen.convert(branching, "sequential", wrap=True), x) == 0


@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16", "float64"])
def test_policies_are_kept(policy: str) -> None:
    keras.config.set_dtype_policy(policy)
    try:
        inner = keras.Sequential([keras.Input((6,)), layers.Dense(4)], name="inner")
        model = stack(inner, layers.Dense(2, dtype="float32"))
        model.compile("adam", "mse")
    finally:
        keras.config.set_dtype_policy("float32")
    for made in (kitchen.convert(model, "functional"), kitchen.convert(model, "sequential")):
        assert made.dtype_policy.name == made.get_layer("inner").dtype_policy.name == policy
        assert type(made.optimizer) is type(model.optimizer)
        assert apart(model, made) == 0


def test_trainable_flags_are_kept_at_every_level() -> None:
    model = nested()
    model.trainable = False
    model.layers[0].layers[1].trainable = True
    model.layers[1].kernel.trainable = True
    there = kitchen.convert(model, "functional")
    inner = there.get_layer("inner")
    assert (there.trainable, inner.trainable, inner.layers[-1].trainable) == (False, False, True)
    assert [v.trainable for v in there.layers[-1].variables] == [True, False]


def test_a_layer_stays_shared_in_every_form() -> None:
    x = keras.Input((6,), name="x")
    dense = layers.Dense(6, name="dense")
    h = layers.Add(name="add_1")([x, dense(x)])
    h = layers.Add(name="add_2")([h, dense(h)])
    model = keras.Model(x, h, name="shares")
    with pytest.warns(KitchenWarning, match="does not save and load it right"):
        there = kitchen.convert(model, "sequential", wrap=True)
    assert kitchen.equivalent(model, there).kind == "same family"
    assert there.count_params() == model.count_params()


def test_variables_that_operations_use_belong_to_the_copy() -> None:
    model = models.tied()
    there = kitchen.convert(model, "functional")
    there.layers[1].embeddings.assign(there.layers[1].embeddings * 0)
    assert float(ops.max(ops.abs(there(np.ones((1, 5), "int32"))))) == 0.0
    assert float(ops.max(ops.abs(model(np.ones((1, 5), "int32"))))) > 0.0


def test_stateful_layers_keep_their_state() -> None:
    model = stack(layers.LSTM(3, stateful=True), shape=None, batch_shape=(2, 4, 6))
    x = np.ones((2, 4, 6), "float32")
    model(x)
    there = kitchen.convert(model, "functional")
    for _ in range(2):
        assert apart(model, there, x) == 0


def test_vocabularies_are_kept() -> None:
    layer = layers.StringLookup(name="lookup")
    layer.adapt(np.array(["salt", "pepper", "salt"]))
    model = stack(layer, shape=(1,), dtype="string")
    x = ops.convert_to_tensor([["salt"], ["oil"]])
    assert np.array_equal(kitchen.convert(model, "functional")(x), model(x))


class Branching(keras.Model):
    """Does something in training only, where it is told so."""

    def __init__(self, way: str) -> None:
        super().__init__(name=way)
        self.way = way
        self.dense = layers.Dense(6, name="dense")
        self.norm = layers.BatchNormalization(name="norm")

    def call(self, x, training=None):  # type: ignore[no-untyped-def]
        h = self.norm(x, training=False if self.way == "fixed" else training)
        return self.dense(h + 1) if training and self.way == "more" else self.dense(h)


class Stepping(Branching):
    def train_step(self, data):  # type: ignore[no-untyped-def]
        return super().train_step(data)


@pytest.mark.parametrize("form", ["functional", "sequential"])
@pytest.mark.parametrize(
    ("model", "lost"),
    [
        (Branching("plain"), None),
        (Branching("more"), "runs code that it does not run otherwise"),
        (Branching("fixed"), "calls 'norm' with training=False"),
        (Stepping("plain"), "Stepping has a train_step of its own"),
    ],
    ids=["plain", "more", "fixed", "step"],
)
def test_a_subclassed_model_is_recovered(model: Any, lost: str | None, form: Any) -> None:
    model(X)
    if lost is None:
        there = kitchen.convert(model, form)
    else:
        with pytest.warns(KitchenWarning, match=lost):
            there = kitchen.convert(model, form)
    assert apart(model, there, X) == 0
    assert (apart(model, there, X, training=True) == 0) == (lost is None or "step" in lost)


class Outer(keras.Model):
    """Hands `training` on to a model in code, whose class Keras cannot make again."""

    def __init__(self) -> None:
        super().__init__(name="outer")
        self.inside = Branching("plain")
        self.inside.get_config = None

    def call(self, x, training=None):  # type: ignore[no-untyped-def]
        return self.inside(x, training=training)


@pytest.mark.parametrize("form", ["functional", "sequential"])
def test_code_inside_code_is_recovered_too(form: Any) -> None:
    model = Outer()
    model(X)
    there = kitchen.convert(model, form)
    assert apart(model, there, X) == apart(model, there, X, training=True) == 0
    assert kitchen.read(there.get_layer("plain")).form == "functional"


def test_training_false_is_overruled_in_a_functional_model() -> None:
    """Why the warning above is given: Keras itself does not keep it."""
    x = keras.Input((6,))
    norm = layers.BatchNormalization()
    model = keras.Model(x, norm(x, training=False))
    model(X, training=True)
    assert not np.array_equal(ops.convert_to_numpy(norm.moving_mean), np.zeros(6))


def test_it_is_compiled_as_before_and_training_goes_on() -> None:
    def loss(y: Any, z: Any) -> Any:
        return ops.mean((y - z) ** 2)

    model = stack(layers.Dense(4, kernel_regularizer="l2"), layers.Dropout(0.3), layers.Dense(2))
    metric = keras.metrics.RootMeanSquaredError()
    model.compile(keras.optimizers.Adam(0.01), loss, metrics=["mae", metric], loss_weights=[2.0])
    model.fit(X, X[:, :2], verbose=0, shuffle=False)
    there = kitchen.convert(model, "functional")
    assert there.loss is loss
    assert int(there.optimizer.iterations) == int(model.optimizer.iterations) == 1
    one, two = (m.fit(X, X[:, :2], verbose=0, shuffle=False).history for m in (model, there))
    assert one == two
    assert metric in model.metrics or metric not in there.metrics


def test_what_compile_cannot_keep_is_said() -> None:
    x = keras.Input((6,))
    model = keras.Model(x, layers.Dense(2, name="end")(x))
    model.compile("sgd", {"end": "mse"})
    with pytest.warns(KitchenWarning, match="compiled with a dict as its loss"):
        assert not kitchen.convert(model, "sequential").compiled
    assert kitchen.convert(model, "functional").compiled


def test_weights_beside_the_calls_are_left_out_and_that_is_said() -> None:
    x = keras.Input((6,))
    model = keras.Model(x, layers.Dense(2)(x), name="more")
    model.spare = layers.Dense(3)
    model.spare.build((None, 6))
    with pytest.warns(KitchenWarning, match="'more' has weights that none of its calls use"):
        assert kitchen.convert(model, "functional").count_params() == 14


class Counted(keras.Model):
    """A functional model with a training step of its own."""

    def train_step(self, data):  # type: ignore[no-untyped-def]
        self.steps = getattr(self, "steps", 0) + 1
        return super().train_step(data)


def test_a_functional_model_keeps_its_class_where_the_form_stays() -> None:
    x = keras.Input((6,))
    model = Counted(x, layers.Dense(2)(x))
    assert type(kitchen.convert(model, "functional")) is type(model)
    with pytest.warns(KitchenWarning, match="Counted has a train_step of its own"):
        assert type(kitchen.convert(model, "sequential")) is keras.Sequential


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (Nameless(ops.sin, name="odd"), "NotImplementedError"),
        (Forgetful(3.0, name="odd"), "loses the argument 'factor'"),
        (layers.TimeDistributed(layers.Lambda(lambda x: x * 2), name="odd"), "Lambda"),
    ],
)
def test_a_layer_that_cannot_be_copied_is_named(layer: Any, reason: str) -> None:
    model = stack(layer, shape=(4, 6))
    with pytest.raises(kitchen.KitchenError, match="'odd'") as caught:
        kitchen.convert(model, "functional")
    assert reason in str(caught.value)


def test_a_lambda_that_holds_a_layer_is_not_copied() -> None:
    dense = layers.Dense(3)
    dense.build((None, 6))
    both = {"one": [dense]}
    for function, held in ((lambda x: dense(x), "dense"), (lambda x: both["one"][0](x), "both")):
        model = stack(layers.Lambda(function, name="odd"))
        with pytest.raises(kitchen.KitchenError, match=f"uses {held}"):
            kitchen.convert(model, "functional")


def test_two_layers_around_one_are_not_parted() -> None:
    cell = layers.LSTMCell(3)
    x = keras.Input((4, 6))
    model = keras.Model(x, [layers.RNN(cell, name="one")(x), layers.RNN(cell, name="two")(x)])
    with pytest.raises(kitchen.KitchenError, match="'one' and 'two' hold one and the same"):
        kitchen.convert(model, "functional")


def test_a_class_has_to_be_written_down() -> None:
    with pytest.raises(kitchen.KitchenError, match=r"kitchen\.source"):
        kitchen.convert(nested(), "subclassed")


@pytest.mark.parametrize("make", [trained, nested, models.siamese, models.tied, models.masked])
def test_the_given_model_stays_as_it_was(make: Any) -> None:
    model = make()
    model.compile("adam", "mse")
    before, graph, drawn = state(model), kitchen.read(model), random.getstate()
    kitchen.convert(model, "functional")
    quietly(kitchen.convert, model, "sequential", wrap=True)
    assert state(model) == before and kitchen.read(model) == graph
    assert random.getstate() == drawn


def test_names_and_seeds_of_the_next_layers_are_what_they_would_have_been() -> None:
    model = trained()
    keras.utils.set_random_seed(1)
    first = layers.Dense(3)
    first.build((None, 6))
    keras.utils.set_random_seed(1)
    kitchen.convert(model, "functional")
    second = layers.Dense(3)
    second.build((None, 6))
    number = int(first.name.rpartition("_")[2])
    assert second.name == f"dense_{number + 1}"
    assert np.array_equal(first.get_weights()[0], second.get_weights()[0])


@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50"])
def test_networks_of_keras_applications(name: str) -> None:
    model = getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=3)
    x = np.random.default_rng(0).random((2, 32, 32, 3), "float32")
    assert apart(model, kitchen.convert(model, "functional"), x) <= 1e-5
    there = kitchen.convert(model, "sequential", wrap=True)
    assert len(there.layers) > 20 and apart(model, there, x) <= 1e-5


@settings(max_examples=25)
@given(rich(20))
def test_any_model_is_converted(recipe: Recipe) -> None:
    model = build(recipe)
    before = state(model)
    there = quietly(kitchen.convert, model, "functional")
    assert not far(model, there) and kitchen.read(there).count() == kitchen.read(model).count()
    layers = kitchen.read(model).layers.values()
    if all(x.class_name == "Functional" for x in layers if x.kind == "model"):
        assert not unequal(model, there)
    if len(elements(kitchen.read(model))) > 1:
        assert not far(model, quietly(kitchen.convert, model, "sequential", wrap=True))
    assert state(model) == before
