"""A training recorded: the copies are what the weights were, and take no more than they may."""

import pickle
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.training.recording import ROWS, Recording, room

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 6)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def model(units: int = 8) -> Any:
    keras.utils.set_random_seed(3)
    hidden = [layers.Dense(units, activation="relu"), layers.BatchNormalization()]
    made = keras.Sequential([keras.Input((6,)), *hidden, layers.Dense(1)], name="small")
    made.compile("adam", "mse")
    return made


def train(models: Any, epochs: int, **options: Any) -> Any:
    return kitchen.train(models, (X, Y), epochs, device="cpu", **options)


def same(one: Any, other: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_first_and_the_last_copy_are_the_weights_before_and_after() -> None:
    made = model()
    before = made.get_weights()
    runs = train(made, 3, record=True)
    record = runs.records["small"]
    assert record.epochs == (0, 1, 2, 3)
    assert same(record.weights[0], before)
    assert same(record.weights[-1], made.get_weights())
    assert record.x.shape == (ROWS, 6) and record.y.shape == (ROWS, 1)
    assert np.array_equal(record.x, X[:ROWS])


def test_each_copy_is_what_a_shorter_training_ends_with() -> None:
    record = train(model(), 4, record=True).records["small"]
    shorter = model()
    train(shorter, 2)
    assert same(record.weights[2], shorter.get_weights())


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    assert train(model(), 1).records == {}


def test_a_training_that_goes_on_is_recorded_on() -> None:
    runs = train(model(), 2, record=True)
    more = train(runs, 2, record=True)
    assert more.records["small"].epochs == (0, 1, 2, 3, 4)
    assert same(more.records["small"].weights[2], runs.records["small"].weights[-1])


def test_copies_stay_within_their_room() -> None:
    made = model(64)
    size = made.count_params() * 4
    record = train(made, 40, record=8 * size / 1e6).records["small"]
    assert record.nbytes <= 8 * size
    assert record.epochs[0] == 0 and record.epochs[-1] == 40
    gaps = {b - a for a, b in pairwise(record.epochs[:-1])}
    assert gaps == {8}
    assert same(record.weights[-1], made.get_weights())


def test_a_model_too_large_is_trained_and_said() -> None:
    runs = train(model(64), 2, record=0.001)
    assert runs.records == {}
    assert "small is not recorded" in " ".join(runs.notes)
    assert len(runs.history["small"]["loss"]) == 2


def test_an_interrupt_keeps_what_was_recorded() -> None:
    def stop(epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt

    callback = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
    runs = train(model(), 6, record=True, callbacks=callback)
    assert runs.records["small"].epochs == (0, 1, 2)


def test_data_that_are_no_arrays_leave_no_examples() -> None:
    import tensorflow as tf

    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(32)
    runs = kitchen.train(model(), batches, 1, device="cpu", record=True)
    record = runs.records["small"]
    assert record.x is None and record.y is None
    assert record.nbytes == sum(x.nbytes for copy in record.weights for x in copy)


def test_a_recorded_training_can_be_pickled() -> None:
    runs = train(model(), 1, record=True)
    again = pickle.loads(pickle.dumps(runs))  # noqa: S301 - our own
    assert same(again.records["small"].weights[-1], runs.records["small"].weights[-1])


@pytest.mark.parametrize("record", [-1, 0, float("nan"), float("inf"), "yes", None])
def test_only_a_truth_or_a_number_of_megabytes(record: Any) -> None:
    with pytest.raises(KitchenError, match="record is True, False or how many megabytes"):
        train(model(), 1, record=record)
    assert room(False) == 0


@given(st.integers(2, 12), st.integers(1, 70))
def test_the_ends_stay_however_long_it_goes(copies: int, epochs: int) -> None:
    class Small:
        weights = ()

        def count_params(self) -> int:
            return 0

    made = Recording(copies)
    made.copy = lambda model: (np.zeros(1, "uint8"),)  # type: ignore[method-assign]
    for epoch in range(epochs + 1):
        made.keep(Small(), epoch)
    kept = sorted(made.kept)
    assert len(kept) <= copies
    assert kept[0] == 0 and kept[-1] == epochs
