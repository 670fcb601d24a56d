"""A recorded training looked back on: weights, gradients and activations as they were."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.explorer.panes import unpacked
from kitchen.explorer.widget import Explorer

RNG = np.random.default_rng(1)
X = RNG.normal(size=(64, 6)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture(scope="module")
def runs() -> Any:
    example = kitchen.examples.siamese
    models = {form: example.ready(form) for form in ("functional", "subclassed")}
    return kitchen.train(models, example.data(), 2, device="cpu", record=True)


def told(explorer: Explorer, way: list[str], epoch: int) -> dict[str, Any]:
    sent: list[Any] = []
    explorer.send = sent.append
    explorer.asked(None, {"do": "inspect", "path": way, "example": 0, "epoch": epoch}, [])
    assert [message["do"] for message in sent] == ["inspected", "done"]
    return {array["name"]: array for array in sent[0]["about"]["arrays"]}


def ways(explorer: Explorer, label: str) -> list[list[str]]:
    boxes = unpacked(explorer.graph)["boxes"].values()
    return [box["path"] for box in boxes if box["label"].startswith(label)]


def test_moments_are_told_with_their_loss(runs: Any) -> None:
    explorer = kitchen.explore(runs)
    losses = runs.history["functional"]["loss"]
    assert explorer.epochs == [
        "before training",
        *(f"after epoch {k}, loss {losses[k - 1]:.4g}" for k in (1, 2)),
    ]
    assert explorer.examples == 32
    assert explorer.model is runs.models["functional"]
    assert kitchen.explore(runs, form="subclassed").model is runs.models["subclassed"]


def test_activations_are_those_of_the_weights_of_the_time(runs: Any) -> None:
    explorer = kitchen.explore(runs)
    record = runs.records["functional"]
    model = kitchen.examples.siamese.functional()
    (way,) = ways(explorer, "output, Dense")
    for moment in (0, 2):
        model.set_weights(record.weights[moment])
        x = {name: part[3:4] for name, part in record.x.items()}
        wanted = model.predict(x, verbose=0)[0]
        assert np.allclose(explorer.given(3, moment)[tuple(way)][0], wanted, atol=1e-5)


def test_gradients_of_the_calls_are_those_of_sharing(runs: Any) -> None:
    explorer = kitchen.explore(runs)
    explorer.turn("encoder", opened=True)
    record, model = runs.records["functional"], runs.models["functional"]
    wanted = kitchen.sharing(model, record.x, record.y)
    past = explorer.past
    assert past is not None
    for layer in ("hidden", "code"):
        found = [past.slopes(tuple(way), 2) for way in ways(explorer, f"{layer}, ")]
        for shared in wanted.shared:
            if shared.layer == layer:
                key = next(k for k in found[0] if past.bound.graph.weights[k].name == shared.weight)
                parts = list(shared.calls.values())
                for mine, theirs in zip(found, parts, strict=True):
                    assert np.allclose(mine[key], theirs, rtol=1e-4, atol=1e-6)


def test_all_moments_are_drawn_to_one_scale(runs: Any) -> None:
    explorer = kitchen.explore(runs)
    (way,) = ways(explorer, "output, Dense")
    first, last = (told(explorer, way, moment)["kernel"] for moment in (0, 2))
    assert first["told"] != last["told"]
    assert sum(first["counts"]) == sum(last["counts"]) == 16
    record = runs.records["functional"]
    assert explorer.past is not None
    key = next(k for k, w in explorer.bound.graph.weights.items() if w.shape == (16, 1))
    top = max(np.abs(copy[-2]).max() for copy in record.weights)
    assert explorer.past.top(key) == pytest.approx(top)


def test_the_model_is_left_as_it_was(runs: Any) -> None:
    model = runs.models["functional"]
    before = model.get_weights()
    explorer = kitchen.explore(runs)
    told(explorer, ways(explorer, "output, Dense")[0], 0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_weights_taken_apart_were_never_trained_so(runs: Any) -> None:
    explorer = kitchen.explore(runs)
    explorer.asked(None, {"do": "share", "name": "encoder", "on": False}, [])
    assert explorer.epochs == [] and explorer.past is None
    explorer.asked(None, {"do": "share", "name": "encoder", "on": True}, [])
    assert len(explorer.epochs) == 3


def test_batch_statistics_go_back_too() -> None:
    made = keras.Sequential([keras.Input((6,)), layers.BatchNormalization(), layers.Dense(1)])
    made.compile("adam", "mse")
    runs = kitchen.train({"mine": made}, (X, Y), 2, device="cpu", record=True)
    explorer = kitchen.explore(runs)
    (way,) = ways(explorer, "batch_normalization")
    assert "from 0 to 0" in told(explorer, way, 0)["moving_mean"]["told"]
    assert "from 0 to 0" not in told(explorer, way, 2)["moving_mean"]["told"]
    assert np.allclose(explorer.given(0, 0)[tuple(way)][0], X[0], atol=2e-3)


def test_without_examples_the_weights_are_shown_alone() -> None:
    import tensorflow as tf

    made = keras.Sequential([keras.Input((6,)), layers.Dense(1)], name="mine")
    made.compile("adam", "mse")
    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(32)
    runs = kitchen.train(made, batches, 1, device="cpu", record=True)
    explorer = kitchen.explore(runs)
    assert explorer.examples == 0 and len(explorer.epochs) == 2
    (way,) = ways(explorer, "dense")
    assert list(told(explorer, way, 1)) == ["kernel", "bias"]


def test_a_training_that_was_not_recorded_says_how() -> None:
    made = keras.Sequential([keras.Input((6,)), layers.Dense(1)], name="mine")
    made.compile("adam", "mse")
    runs = kitchen.train(made, (X, Y), 1, device="cpu")
    with pytest.raises(KitchenError, match="record=True"):
        kitchen.explore(runs)


def test_a_name_that_was_not_trained_is_said(runs: Any) -> None:
    with pytest.raises(KitchenError, match="Choose one of functional, subclassed"):
        kitchen.explore(runs, form="circular")
