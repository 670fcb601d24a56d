"""Whatever `model.save` wrote is there again: weights, outputs, compile state."""

import os
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

import kitchen
from kitchen.errors import (
    FileError,
    FileForeign,
    FileMissing,
    FileRefused,
    FileTruncated,
    KitchenError,
    KitchenWarning,
)
from tests import models
from tests.hostile.making import dense, functional, layer, with_config


class Scale(layers.Layer):
    """A layer of the user's own."""

    def build(self, shape: Any) -> None:
        self.factor = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x: Any) -> Any:
        return x * self.factor

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


@keras.saving.register_keras_serializable("mine")
class Registered(Scale):
    pass


class Net(keras.Model):
    """A model of the user's own."""

    def __init__(self, units: int = 3, **more: Any) -> None:
        super().__init__(**more)
        self.units, self.dense = units, layers.Dense(units)

    def call(self, x: Any) -> Any:
        return self.dense(x)

    def get_config(self) -> Any:
        return {"units": self.units, "name": self.name}


def own_loss(wanted: Any, given: Any) -> Any:
    return ops.mean(ops.square(wanted - given))


def net() -> Any:
    model = Net()
    model(np.zeros((1, 4), "float32"))
    return model


def chain(*more: Any) -> Any:
    return keras.Sequential([keras.Input((4,)), *more, layers.Dense(2)])


def words() -> Any:
    text = layers.TextVectorization(max_tokens=9, output_sequence_length=3)
    text.adapt(["to be or not to be"])
    start = keras.Input((1,), dtype="string")
    inner = layers.Bidirectional(layers.LSTM(2))(
        layers.Embedding(9, 3, mask_zero=True)(text(start))
    )
    return keras.Model(start, inner)


def normalised() -> Any:
    layer = layers.Normalization()
    layer.adapt(np.arange(12.0).reshape(3, 4))
    return chain(layer)


def eight_bits() -> Any:
    model = chain()
    model.layers[0].quantize("int8")
    return model


def fitted(**how: Any) -> Any:
    """A model whose optimiser has a state."""
    model = chain(layers.BatchNormalization(), layers.Dropout(0.5))
    how = {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]} | how
    model.compile(**how)
    x, y = np.ones((8, 4), "float32"), np.ones((8, 2), "float32")
    model.fit(x, y, verbose=0)
    return model


EXAMPLES = {
    f"{name} {form}": example.forms[form].build
    for name, example in (
        ("classifier", kitchen.examples.classifier),
        ("two_inputs", kitchen.examples.two_inputs),
        ("shared_layer", kitchen.examples.shared_layer),
    )
    for form in example.forms
    if form != "subclassed"
}
MODELS: Mapping[str, Callable[[], Any]] = {
    **EXAMPLES,
    "siamese": models.siamese,
    "residual": lambda: models.residual(3),
    "dicts": models.dicts,
    "masked": models.masked,
    "operators": models.operators,
    "model in a model in a Sequential": lambda: chain(chain(chain())),
    "a layer in a wrapper": lambda: chain(
        layers.Reshape((2, 2)), layers.TimeDistributed(layers.Dense(3)), layers.Flatten()
    ),
    "stateful": lambda: keras.Sequential(
        [keras.Input(batch_shape=(2, 3, 4)), layers.GRU(2, stateful=True)]
    ),
    "activations": lambda: chain(
        layers.Dense(3, activation=keras.activations.gelu), layers.Activation("softmax")
    ),
    "Lambda of Keras's own function": lambda: chain(layers.Lambda(keras.activations.relu)),
    "regularised": lambda: chain(
        layers.Dense(3, kernel_regularizer="l2", kernel_constraint="max_norm")
    ),
    "half": lambda: chain(layers.Dense(3, dtype="mixed_float16")),
    "bfloat16": lambda: chain(layers.Dense(3, dtype="bfloat16")),
    "eight bits": eight_bits,
    "words": words,
    "vocabulary in the config": lambda: keras.Sequential(
        [keras.Input((1,), dtype="string"), layers.StringLookup(vocabulary=["a", "b"])]
    ),
    "normalised": normalised,
    "without weights": lambda: keras.Sequential([keras.Input((4,)), layers.Flatten()]),
    "images": lambda: keras.Sequential(
        [keras.Input((8, 8, 3)), layers.BatchNormalization(), layers.Conv2D(2, 3), layers.Flatten()]
    ),
}


def given(model: Any) -> Any:
    """Something that a model takes."""
    numbers = np.random.default_rng(0)

    def array(tensor: Any) -> Any:
        shape = [2 if size is None else size for size in tensor.shape]
        if tensor.dtype == "string":
            return ops.convert_to_tensor([["be"], ["x"]])
        return numbers.integers(0, 2, shape).astype(tensor.dtype)

    start = model.inputs[0] if isinstance(model, keras.Sequential) else model._inputs_struct
    return keras.tree.map_structure(array, start)


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_is_there_again(name: str, tmp_path: Path) -> None:
    model = MODELS[name]()
    model.save(tmp_path / "x.keras")
    again = kitchen.load(tmp_path / "x.keras")
    assert type(again) is type(model)
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    x = given(model)
    before, after = keras.tree.flatten(model(x)), keras.tree.flatten(again(x))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(other))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"loss": keras.losses.MeanSquaredError(), "metrics": [keras.metrics.AUC(num_thresholds=5)]},
        {"loss": keras.losses.mean_squared_error, "metrics": [keras.metrics.mean_absolute_error]},
        {"optimizer": keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10), 0.9)},
    ],
    ids=["names", "objects", "functions", "a schedule"],
)
def test_the_compile_state_is_there_again(how: dict[str, Any], tmp_path: Path) -> None:
    model = fitted(**how)
    model.save(tmp_path / "x.keras")
    again = kitchen.load(tmp_path / "x.keras")
    assert again.compiled
    state, other = model.optimizer.variables, again.optimizer.variables
    assert len(state) > 2
    for one, two in zip(state, other, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy())
    x, y = np.ones((8, 4), "float32"), np.ones((8, 2), "float32")
    assert again.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)


OWN: Mapping[str, tuple[Callable[[], Any], Mapping[str, Any]]] = {
    "a layer": (lambda: chain(Scale()), {"Scale": Scale}),
    "a registered layer": (lambda: chain(Registered()), {"Registered": Registered}),
    "a registered layer by its whole name": (
        lambda: chain(Registered()),
        {"mine>Registered": Registered},
    ),
    "a model": (net, {"Net": Net}),
    "a layer in a wrapper": (
        lambda: chain(layers.Reshape((2, 2)), layers.TimeDistributed(Scale()), layers.Flatten()),
        {"Scale": Scale},
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_code_of_your_own_must_be_named(name: str, tmp_path: Path) -> None:
    build, named = OWN[name]
    model = build()
    model.save(tmp_path / "x.keras")
    with pytest.raises(FileRefused, match="none of Keras's own"):
        kitchen.load(tmp_path / "x.keras")
    again = kitchen.load(tmp_path / "x.keras", custom_objects=named)
    x = np.ones((2, 4), "float32")
    np.testing.assert_array_equal(model(x), again(x))


def test_a_loss_of_your_own(tmp_path: Path) -> None:
    file = tmp_path / "x.keras"
    fitted(loss=own_loss).save(file)
    with pytest.warns(KitchenWarning, match="without its compile state .it names own_loss"):
        assert not kitchen.load(file).compiled
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kitchen.load(file, custom_objects={"own_loss": own_loss}).compiled


def test_a_compile_state_that_keras_cannot_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.keras"
    fitted().save(file)

    def fail(self: Any, config: Any) -> None:
        raise ValueError("of another version")

    monkeypatch.setattr(keras.Sequential, "compile_from_config", fail)
    with pytest.warns(KitchenWarning, match="compile state .ValueError: of another version"):
        model = kitchen.load(file)
    assert not model.compiled
    assert model.count_params() == 26


def test_an_optimizer_that_never_ran_is_no_news(tmp_path: Path) -> None:
    model = chain()
    model.compile("adam", "mse")
    model.save(tmp_path / "x.keras")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kitchen.load(tmp_path / "x.keras").compiled


@pytest.mark.parametrize("wrong", [{"Scale": 3}, {3: Scale}, [Scale], Scale], ids=repr)
def test_what_is_named_is_a_class_or_function(wrong: Any, tmp_path: Path) -> None:
    chain().save(tmp_path / "x.keras")
    with pytest.raises(KitchenError, match="custom_objects gives each"):
        kitchen.load(tmp_path / "x.keras", custom_objects=wrong)


@pytest.mark.parametrize("path", [None, 5, 2.5, b"model.keras", ["model.keras"]], ids=repr)
def test_what_is_no_name_of_a_file_says_what_to_pass(path: Any) -> None:
    with pytest.raises(FileError, match="named by a string or a Path") as caught:
        kitchen.load(path)
    assert caught.value.fix == 'Pass its name, such as "model.keras".'


@pytest.mark.parametrize("name", ["x.keras", "x\0.keras", "no/x.keras", "hf://someone/model"])
def test_no_such_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kind = FileError if "\0" in name else FileMissing
    with pytest.raises(kind) as caught:
        kitchen.load(name)
    assert type(caught.value) is kind


def test_a_folder_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(FileForeign, match="a folder"):
        kitchen.load(tmp_path)
    (tmp_path / "x.keras").touch()
    with pytest.raises(FileTruncated, match="empty"):
        kitchen.load(tmp_path / "x.keras")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.keras")
    with pytest.raises(FileForeign, match="no ordinary file"):
        kitchen.load(tmp_path / "x.keras")


def test_a_layer_is_no_model(tmp_path: Path) -> None:
    with_config(tmp_path / "x.keras", layer("Flatten"))
    with pytest.raises(FileForeign, match="no model"):
        kitchen.load(tmp_path / "x.keras")


def test_weights_of_another_shape(tmp_path: Path) -> None:
    with_config(tmp_path / "x.keras", functional(dense(units=3)))
    with pytest.raises(FileError, match="cannot build the model") as caught:
        kitchen.load(tmp_path / "x.keras")
    assert type(caught.value) is FileError


def test_another_suffix_and_a_name_with_blanks(tmp_path: Path) -> None:
    chain().save(tmp_path / "x.keras")
    other = (tmp_path / "x.keras").rename(tmp_path / "mödel 1.zip")
    assert kitchen.load(str(other)).count_params() == 10


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain().save(tmp_path / "x.keras")
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    kitchen.load(tmp_path / "x.keras")
    (tmp_path / "y.keras").write_bytes((tmp_path / "x.keras").read_bytes()[:-1])
    with pytest.raises(FileTruncated):
        kitchen.load(tmp_path / "y.keras")
    assert list(room.iterdir()) == []


@pytest.mark.slow
def test_a_network_of_keras_applications(tmp_path: Path) -> None:
    model = keras.applications.MobileNetV2(weights=None)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.save(tmp_path / "x.keras")
    again = kitchen.load(tmp_path / "x.keras")
    assert again.count_params() == 3_538_984
    for one, other in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
