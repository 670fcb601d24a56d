"""Networks in which nothing is wrong: `lint` finds nothing in them.

Of `keras.applications` one network of each family is tried; the others repeat its blocks. All:

    KITCHEN_ALL_NETWORKS=1 python3 start.py test tests/graph/test_lint_sound.py
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from keras import layers, ops

import kitchen
from tests import models
from tests.linting import labels, normal, sound
from tests.networks import chosen
from tests.random_models import Recipe, build, recipes


@pytest.fixture(autouse=True)
def same_start() -> None:
    keras.utils.set_random_seed(3)


SMALL = ("MobileNet", "MobileNetV2", "MobileNetV3Small", "ConvNeXtTiny")
FAMILIES = (
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNetV3Large",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
LARGER = [name for name in chosen(FAMILIES) if name not in SMALL]


def check_network(name: str) -> None:
    model = getattr(keras.applications, name)(weights=None, classes=7)
    sound(model)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    sound(model, labels(14, 7))
    keras.backend.clear_session()


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_of_keras_applications(name: str) -> None:
    check_network(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_larger_networks_of_keras_applications(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Up to 350 million numbers would be drawn; here some are, and repeat.
    drawn = np.random.default_rng(3).normal(scale=0.05, size=10_007).astype("float32")
    for kind in ("VarianceScaling", "RandomNormal", "RandomUniform", "TruncatedNormal"):
        monkeypatch.setattr(
            getattr(keras.initializers, kind),
            "__call__",
            lambda self, shape, dtype=None, **others: ops.cast(np.resize(drawn, shape), dtype),
        )
    check_network(name)


EXAMPLES = {
    "classifier": ("sparse_categorical_crossentropy", ["accuracy"]),
    "two_inputs": ("binary_crossentropy", ["accuracy"]),
    "shared_layer": ("binary_crossentropy", None),
}
FORMS = [(name, form) for name in EXAMPLES for form in getattr(kitchen.examples, name).forms]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_the_examples_in_every_form(name: str, form: str) -> None:
    example = getattr(kitchen.examples, name)
    model = example.forms[form].build()
    loss, metrics = EXAMPLES[name]
    model.compile("adam", loss, metrics=metrics)
    y = example.data().y_train
    change = example.forms[form].map_outputs
    sound(model, change(y) if change else y)


def backbone() -> Any:
    base = keras.applications.MobileNet(
        weights=None, input_shape=(32, 32, 3), include_top=False, alpha=0.25
    )
    base.trainable = False
    return base


def test_transfer_learning_from_beginning_to_end() -> None:
    base = backbone()
    i = keras.Input((32, 32, 3))
    h = layers.RandomFlip()(i)
    h = layers.GlobalAveragePooling2D()(base(h, training=False))
    model = keras.Model(i, layers.Dense(4, activation="softmax")(layers.Dropout(0.2)(h)))
    y = labels(8, 4)
    sound(model, y)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(normal(8, 32, 32, 3), y, verbose=0)
    sound(model, y)
    base.trainable = True  # fine-tuning: the convolutions only
    for layer in base.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile("adam", "sparse_categorical_crossentropy")
    sound(model, y)


def test_transfer_learning_without_training_false() -> None:
    base = backbone()
    i = keras.Input((32, 32, 3))
    head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(4)])
    model = keras.Model(i, head(base(i)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    sound(model, labels(8, 4))
    base.trainable = True
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    sound(model, labels(8, 4))


def test_a_head_on_a_part_of_a_network() -> None:
    base = backbone()
    h = layers.GlobalAveragePooling2D()(base.layers[-10].output)
    sound(keras.Model(base.input, layers.Dense(2)(h)))
    sound(keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(2)]))


def unet() -> Any:
    i = keras.Input((16, 16, 1))
    a = layers.Conv2D(4, 3, padding="same", activation="relu")(i)
    b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(a))
    up = layers.Conv2DTranspose(4, 2, strides=2)(b)
    h = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.Concatenate()([a, up]))
    model = keras.Model(i, layers.Conv2D(1, 1, activation="sigmoid")(h))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def attention() -> Any:
    i = keras.Input((12,), dtype="int32")
    x = layers.Embedding(50, 8, mask_zero=True)(i)
    h = layers.MultiHeadAttention(2, 4)(x, x)
    x = layers.LayerNormalization()(x + layers.Dropout(0.1)(h))
    h = layers.Dense(8)(layers.Dense(16, activation="gelu")(x))
    x = layers.LayerNormalization()(x + h)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(i, layers.Dense(3, activation="softmax")(x))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def squeeze_and_excite() -> Any:
    i = keras.Input((8, 8, 4))
    h = layers.GlobalAveragePooling2D(keepdims=True)(i)
    h = layers.Dense(4, activation="sigmoid")(layers.Dense(1, activation="relu")(h))
    h = layers.Flatten()(layers.Multiply()([i, h]))
    model = keras.Model(i, layers.Dense(1, activation="sigmoid")(h))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def autoencoder() -> Any:
    encoder = keras.Sequential([keras.Input((20,)), layers.Dense(3)], name="encoder")
    decoder = keras.Sequential([keras.Input((3,)), layers.Dense(20, activation="sigmoid")])
    i = keras.Input((20,))
    model = keras.Model(i, decoder(encoder(i)))
    model.compile("adam", "mse")
    return model


def variational() -> Any:
    class Draw(layers.Layer):
        def call(self, inputs: Any) -> Any:
            mean, spread = inputs
            self.add_loss(ops.mean(ops.square(mean) + ops.exp(spread) - spread))
            return mean + ops.exp(0.5 * spread) * keras.random.normal(ops.shape(mean))

    i = keras.Input((20,))
    h = layers.Dense(8, activation="relu")(i)
    code = Draw()([layers.Dense(2)(h), layers.Dense(2)(h)])
    model = keras.Model(i, layers.Dense(20)(layers.Dense(8, activation="relu")(code)))
    model.compile("adam", "mse")
    return model


def two_answers() -> Any:
    i = keras.Input((8, 8, 1))
    h = layers.Flatten()(layers.Conv2D(4, 3, activation="relu")(i))
    ends = {
        "which": layers.Dense(10, activation="softmax", name="a")(h),
        "place": layers.Dense(2, name="b")(h),
    }
    model = keras.Model(i, ends)
    model.compile(
        "adam",
        {"which": "sparse_categorical_crossentropy", "place": "mse"},
        loss_weights={"which": 1.0, "place": 30.0},
        metrics={"which": ["accuracy"], "place": ["mae"]},
    )
    return model


def generative() -> Any:
    maker = keras.Sequential([keras.Input((4,)), layers.Dense(9, activation="tanh")], name="maker")
    judge = keras.Sequential(
        [keras.Input((9,)), layers.Dense(8, activation="relu"), layers.Dense(1)], name="judge"
    )
    judge.trainable = False
    model = keras.Sequential([keras.Input((4,)), maker, judge])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return model


SOUND = (
    (unet, np.zeros((4, 16, 16, 1))),
    (attention, labels(6, 3)),
    (squeeze_and_excite, labels(6, 2)),
    (autoencoder, np.full((4, 20), 0.5)),
    (variational, normal(4, 20)),
    (two_answers, {"which": labels(10, 10), "place": normal(10, 2)}),
    (generative, np.ones((4, 1))),
)


@pytest.mark.parametrize(("make", "y"), SOUND, ids=[make.__name__ for make, _ in SOUND])
def test_networks_as_people_build_them(make: Callable[[], Any], y: Any) -> None:
    sound(make(), y)


SHARED = (
    models.siamese,
    models.residual,
    models.dicts,
    models.masked,
    models.tied,
    models.operators,
)


@pytest.mark.parametrize("make", SHARED)
def test_the_models_of_the_other_tests(make: Callable[[], Any]) -> None:
    sound(make())


@settings(max_examples=25)
@given(recipes())
def test_no_rule_fails_on_random_models(recipe: Recipe) -> None:
    model = build(recipe)
    model.compile("sgd", "mse")
    found = kitchen.lint(model)
    assert not [x for x in found.unchecked if "failed" in x.why], found.unchecked
