"""Code instead of a graph: a layer and a model of one's own, saved and loaded."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.examples import subclassed
from tests.fast import FAST

layers = keras.layers

WEIGHTS = [
    ("hidden", (64, 32), (32,)),
    ("gate_1", (32, 32), (32,)),
    ("gate_2", (32, 32), (32,)),
    ("digit", (32, 10), (10,)),
]
CUSTOM = ["sequential", "subclassed"]


def weighted(model: Any) -> list[Any]:
    """Return name and shapes of a model's layers with a kernel."""
    return [(x.name, *(w.shape for w in x.weights)) for x in model.layers if hasattr(x, "kernel")]


def images(rows: int = 8) -> Any:
    """Return random images."""
    return np.random.default_rng(2).uniform(0, 1, (rows, 64)).astype("float32")


def trained(model: Any) -> Any:
    """Return a model with other weights than it began with."""
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(0, 0.5, w.shape).astype("float32") for w in model.get_weights()])
    return model


def class_of(model: Any, name: str) -> Any:
    """Return the class of a layer in a model."""
    return type(model.get_layer(name))


@pytest.mark.parametrize("form", list(subclassed.forms))
def test_the_layers(form: str) -> None:
    model = subclassed.forms[form].build()
    assert weighted(model) == WEIGHTS
    assert model.count_params() == 4_522
    others = {"functional": ["pixels", "gated_1", "gated_2"]}.get(form, [])
    assert len(model.layers) == 4 + len(others)
    assert [
        x.activation.__name__ for x in (model.get_layer("hidden"), model.get_layer("digit"))
    ] == [
        "relu",
        "softmax",
    ]


@pytest.mark.parametrize("form", ["sequential", "functional"])
def test_the_input_and_the_output(form: str) -> None:
    model = subclassed.forms[form].build()
    assert [(t.name, t.shape) for t in model.inputs] == [("pixels", (None, 64))]
    assert model.output_shape == (None, 10)


def test_the_network_is_its_formula() -> None:
    model = trained(subclassed.functional())
    kernel, bias, gate_1, bias_1, gate_2, bias_2, last, end = model.get_weights()
    x = np.maximum(0, images() @ kernel + bias)
    for gate, shift in ((gate_1, bias_1), (gate_2, bias_2)):
        x = x / (1 + np.exp(-(x @ gate + shift)))
    scores: Any = x @ last + end
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        model(images()), powers / powers.sum(axis=1, keepdims=True), atol=1e-5
    )


def test_relations() -> None:
    assert {form.name: form.relation for form in subclassed.forms.values()} == {
        "sequential": "wrapped",
        "functional": "reference",
        "subclassed": "same",
    }


@pytest.mark.parametrize("name", list(subclassed.forms))
def test_every_form_stands_in_the_relation_that_it_states(name: str) -> None:
    verdict = kitchen.equivalent(subclassed.functional(), subclassed.forms[name].build())
    assert verdict.kind == "same family", str(verdict)


@pytest.mark.parametrize("name", list(subclassed.forms))
def test_every_gate_begins_open_by_the_same(name: str) -> None:
    model = subclassed.forms[name].build()
    hidden = np.asarray(model.get_layer("hidden")(images()))
    gated: Any = keras.Sequential([keras.Input((32,)), model.get_layer("gate_1")])(hidden)
    share = gated / np.where(hidden > 0, hidden, 1) if name in CUSTOM else gated
    np.testing.assert_allclose(share[hidden > 0], 1 / (1 + np.exp(-2)), rtol=1e-5)


def test_the_list_has_the_custom_layer_as_an_element_twice() -> None:
    model = subclassed.sequential()
    assert [type(x).__name__ for x in model.layers] == ["Dense", "Gate", "Gate", "Dense"]
    assert kitchen.explain(model).linear
    assert [o.kind for o in kitchen.explain(subclassed.functional()).obstacles] == ["skip", "skip"]


def test_there_is_no_graph_before_the_first_call() -> None:
    model = type(subclassed.subclassed())(units=16, depth=3)
    assert not model.built
    assert model.weights == []
    graph = kitchen.read(model)
    assert graph.body.opaque
    assert "it has not been called yet" in graph.body.note
    model(images())
    calls = kitchen.read(model).body.calls
    names = [kitchen.read(model).layers[call.layer].name for call in calls]
    assert names[1:] == ["hidden", "gate_1", "gate_2", "gate_3", "digit"]
    assert model.count_params() == 64 * 16 + 16 + 3 * (16 * 16 + 16) + 16 * 10 + 10


@pytest.mark.parametrize("form", CUSTOM)
def test_what_is_saved_can_be_loaded(form: str, tmp_path: Path) -> None:
    model = trained(subclassed.forms[form].build())
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(model)
    assert class_of(loaded, "gate_1") is class_of(model, "gate_1")
    assert np.array_equal(loaded(images()), model(images()))


def test_the_settings_of_both_classes_are_saved(tmp_path: Path) -> None:
    small = type(subclassed.subclassed())(units=16, depth=3, name="small")
    small(images())
    small.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert (loaded.units, loaded.depth, loaded.name) == (16, 3, "small")
    assert np.array_equal(loaded(images()), small(images()))

    gate = class_of(subclassed.sequential(), "gate_1")
    keras.Sequential([keras.Input((64,)), gate(start=-1.0, name="closed")]).save(
        tmp_path / "b.keras"
    )
    again = keras.saving.load_model(tmp_path / "b.keras").get_layer("closed")
    assert (again.start, again.name) == (-1.0, "closed")
    assert np.array_equal(again.bias, np.full(64, -1, "float32"))


def test_building_again_registers_the_same_classes_again(tmp_path: Path) -> None:
    first, second = trained(subclassed.subclassed()), subclassed.subclassed()
    assert type(first) is not type(second)
    registered = keras.saving.get_registered_object("lessons>GatedNetwork")
    assert registered is type(second)
    first.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is type(second)
    assert np.array_equal(loaded(images()), first(images()))


def test_keras_refuses_the_attempt_at_the_first_multiply() -> None:
    with pytest.raises(ValueError, match="merge layer should be called on a list") as error:
        subclassed.attempt()
    assert not isinstance(error.value, KitchenError)
    assert "keras" in Path(error.traceback[-1].path).parts


def test_the_data_are_the_pixels_of_single_digits() -> None:
    data = subclassed.data()
    assert (data.x_train.shape, data.x_test.shape) == ((1297, 64), (500, 64))
    assert (data.y_train.shape, data.y_test.shape) == ((1297,), (500,))
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.y_train.dtype == np.int64
    assert np.bincount(data.y_test).tolist() == [50] * 10
    # Of an image as a square, the corners are paper nearly always, and the middle is not.
    square = data.x_train.mean(axis=0).reshape(8, 8)
    assert square[::7, ::7].max() < 0.2 < square[2:6, 3:5].min()


def accuracy(model: Any, epochs: int = 15) -> float:
    """Return the test accuracy after training."""
    data = subclassed.data()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], **FAST)
    model.fit(data.x_train, data.y_train, epochs=epochs, batch_size=32, verbose=0)
    result = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    return float(result["accuracy"])


def plain(depth: int) -> Any:
    """Return dense layers where the network has gates: as many numbers, and no gate."""
    middle = [layers.Dense(32, activation="relu") for _ in range(depth)]
    first, last = layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input((64,)), first, *middle, last])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 0, 1])
def test_two_gates_learn_the_digits_and_so_does_a_network_without(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    network, without = subclassed.subclassed(), plain(2)
    assert network.count_params() == without.count_params()
    assert accuracy(network) == pytest.approx(0.945, abs=0.025)
    assert accuracy(without) == pytest.approx(0.955, abs=0.025)


@pytest.mark.slow
def test_twelve_gates_learn_what_twelve_dense_layers_learn_late() -> None:
    found: dict[str, list[float]] = {"gates": [], "dense": [], "neither": []}
    for seed in (7, 0, 1):
        keras.utils.set_random_seed(seed)
        network, without, shallow = type(subclassed.subclassed())(depth=12), plain(12), plain(0)
        for name, model in zip(found, (network, without, shallow), strict=True):
            found[name].append(accuracy(model, epochs=8))
        assert network.count_params() == without.count_params() == 15_082
        assert shallow.count_params() == 2_410
    gates, dense, neither = (float(np.mean(values)) for values in found.values())
    assert gates == pytest.approx(0.92, abs=0.03)
    assert dense < gates - 0.03
    assert neither == pytest.approx(gates, abs=0.03)
