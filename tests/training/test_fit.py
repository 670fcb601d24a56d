"""`train`: the same batches for all, what a step must not break, and data of every kind."""

import math
import pickle
import time
import tracemalloc
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import kitchen
from kitchen.errors import KitchenError, KitchenWarning, ModelError
from kitchen.training import checks, watching
from kitchen.training.checks import DataError
from kitchen.training.runs import Runs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 6)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def model(*more: Any, rate: float = 1e-2, name: str = "small") -> Any:
    keras.utils.set_random_seed(3)
    chosen = [layers.Dense(8, activation="relu"), *more, layers.Dense(1, activation="sigmoid")]
    made = keras.Sequential([keras.Input((6,)), *chosen], name=name)
    made.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    return made


def train(models: Any, data: Any = (X, Y), epochs: int = 3, **options: Any) -> Runs:
    return kitchen.train(models, data, epochs, device="cpu", **options)


def loss(runs: Runs, name: str = "small") -> list[float]:
    return list(runs.history[name]["loss"])


@pytest.mark.parametrize("name", ["classifier", "two_inputs", "shared_layer"])
def test_forms_that_are_the_same_have_identical_histories(name: str) -> None:
    example = getattr(kitchen.examples, name)
    runs = kitchen.train(example, epochs=2, device="cpu")
    assert list(runs.models) == list(example.forms)
    wanted = runs.history["functional"]
    for form in example.forms.values():
        if form.relation == "same":
            assert runs.history[form.name]["loss"] == wanted["loss"]
            assert runs.history[form.name]["val_loss"] == wanted["val_loss"]


def test_a_wider_form_begins_as_the_network_and_leaves_it() -> None:
    example = kitchen.examples.two_inputs
    one, two = example.ready("functional"), example.ready("sequential")
    x = example.data().x_test
    change = example.forms["sequential"].map_inputs
    assert change is not None
    assert np.allclose(one(x), two(change(x)), atol=1e-6)
    runs = kitchen.train(example, epochs=2, device="cpu")
    assert loss(runs, "sequential") != loss(runs, "functional")
    assert np.count_nonzero(runs.models["sequential"].get_weights()[0]) > 2_560


def test_models_get_the_same_batches_whatever_was_drawn_before() -> None:
    one = loss(train(model()))
    keras.utils.set_random_seed(99)
    RNG.normal(size=7)
    two = train({"a": model(name="x"), "b": model(name="y")})
    assert one == loss(two, "a") == loss(two, "b")
    assert loss(train(model(), seed=8)) != one


def test_it_learns_as_plain_fit_does() -> None:
    ours, theirs = model(), model()
    whole = {"batch_size": 72, "validation_split": 0.25}  # in one batch no order plays a part
    runs = train(ours, epochs=20, **whole)
    history = theirs.fit(X, Y, epochs=20, verbose=0, **whole).history
    for key, values in history.items():
        assert runs.history["small"][key] == pytest.approx(values, abs=1e-5)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_a_function_makes_its_model_in_16_bits(precision: str, tmp_path: Any) -> None:
    options: Any = {"precision": precision, "checkpoint": tmp_path / "a"}
    whole = train({"small": model}, epochs=4, precision=precision)
    train({"small": model}, epochs=2, **options)
    runs = train({"small": model}, epochs=4, **options)
    found = runs.models["small"]
    assert {layer.compute_dtype for layer in found.layers} == {precision.removeprefix("mixed_")}
    assert {weight.dtype for weight in found.weights} == {"float32"}
    scaled = isinstance(found.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")
    assert keras.config.dtype_policy().name == "float32"
    assert loss(whole)[-1] < loss(whole)[0]
    assert loss(runs) == loss(whole)


def test_an_example_is_made_in_16_bits() -> None:
    example = kitchen.examples.classifier
    data = example.data()
    runs = train(example, (data.x_test, data.y_test), epochs=2, precision="mixed_bfloat16")
    plain = train(example, (data.x_test, data.y_test), epochs=2)
    assert loss(runs, "functional") == pytest.approx(loss(plain, "functional"), rel=0.02)
    assert loss(runs, "functional") != loss(plain, "functional")


def test_training_goes_on_where_it_ended() -> None:
    whole = train(model(), epochs=5)
    half = train(model(), epochs=2)
    both = train(half, epochs=3)
    assert loss(both) == loss(whole)
    assert len(loss(half)) == 2
    assert both.epochs("small") == 5


def test_runs_can_be_pickled_and_hold_no_data() -> None:
    big = np.zeros((20_000, 6), "float32")
    runs = train(model(), (big, big[:, :1]), epochs=1)
    stored = pickle.dumps(runs)
    assert len(stored) < big.nbytes / 4
    again = pickle.loads(stored)  # noqa: S301 - our own
    assert again.history == runs.history
    assert np.allclose(again.models["small"](X), runs.models["small"](X))
    assert len(loss(train(again))) == 4


def test_a_table_and_a_picture() -> None:
    runs = train({"one": model(), "two": model(name="other")}, validation_split=0.2)
    text = str(runs)
    assert "val_accuracy" in text and "one" in text
    assert f"{loss(runs, 'two')[-1]:.4f}" in text
    assert "<table>" in runs._repr_html_()
    assert runs.plot()._repr_mimebundle_()[0]["text/html"].lstrip().startswith("<")


def test_a_table_that_would_be_too_wide_has_a_row_for_each_metric() -> None:
    metrics = [f"mean_absolute_error_{k}" for k in range(6)]
    history = {
        name: {metric: [0.5, size + k] for k, metric in enumerate(metrics)}
        for name, size in (("weights 1 and 1", 0.25), ("weights 1 and 30", 30.25))
    }
    found = Runs({}, history)
    table = found.table()
    assert list(table.header) == ["metric", "weights 1 and 1", "weights 1 and 30"]
    assert table.rows[0] == ("epochs", "2", "2")
    assert table.rows[-1] == (metrics[-1], "5.2500", "35.2500")
    assert table.width <= 80
    lines = str(found).splitlines()
    assert lines[1].split()[0] == "metric"
    assert lines[-1].split() == [metrics[-1], "5.2500", "35.2500"]
    html = found._repr_html_()
    assert html.count("<tr>") == 1 + 1 + len(metrics)  # as in the text
    assert html.count("<th ") == 3


def test_a_table_that_fits_has_a_row_for_each_model() -> None:
    history = {name: {"loss": [0.5], "val_loss": [0.75]} for name in ("one", "two", "three")}
    table = Runs({}, history).table()
    assert list(table.header) == ["model", "epochs", "loss", "val_loss"]
    assert [row[0] for row in table.rows] == ["one", "two", "three"]
    assert Runs({}, {}).table().header == ("model", "epochs")


def test_a_table_stays_as_it_is_where_turning_it_makes_it_wider() -> None:
    names = [f"a model with a long name, number {k}" for k in range(20)]
    history = {name: {f"metric_{k}": [0.5] for k in range(9)} for name in names}
    assert [row[0] for row in Runs({}, history).table().rows] == names


# Stops


class After(keras.callbacks.Callback):
    """Raise in a batch."""

    def __init__(self, batch: int, error: type[BaseException] = KeyboardInterrupt):
        super().__init__()
        self.left, self.error = batch, error

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.error


@pytest.mark.parametrize("batch", range(1, 10))
def test_an_interrupt_in_any_batch_keeps_everything(batch: int) -> None:
    small = model()
    runs = train(small, callbacks=After(batch))
    assert len(loss(runs) if runs.history["small"] else []) == (batch - 1) // 3
    assert all(np.isfinite(x).all() for x in small.get_weights())
    assert "Stopped while small was training" in str(runs)
    start = time.perf_counter()
    more = train(runs, epochs=1)
    assert time.perf_counter() - start < 1
    assert len(loss(more)) == (batch - 1) // 3 + 1


def test_an_interrupt_says_which_models_were_not_begun() -> None:
    runs = train({"a": model(), "b": model(name="b")}, callbacks=After(2))
    assert "Not begun: b" in str(runs)
    assert list(runs.models) == ["a"]


class Burst(layers.Layer):
    """Give NaN after some steps of training."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.steps = steps

    def build(self, shape: Any) -> None:
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x: Any, training: Any = False) -> Any:
        if training:
            self.count.assign_add(1.0)
            return x * keras.ops.where(self.count > self.steps, math.nan, 1.0)
        return x


@pytest.mark.parametrize(("steps", "epoch", "step"), [(0, 1, 1), (2, 1, 3), (4, 2, 2)])
def test_a_loss_that_is_no_number_stops_at_its_batch(
    monkeypatch: pytest.MonkeyPatch, steps: int, epoch: int, step: int
) -> None:
    monkeypatch.setattr(watching, "OFTEN", 600.0)  # or a slow first step is time for a copy
    small = model(Burst(steps))
    with pytest.warns(KitchenWarning, match=f"became nan in epoch {epoch}, step {step}"):
        runs = train(small)
    assert all(np.isfinite(x).all() for x in small.get_weights())
    assert f"at the start of epoch {epoch}" in str(runs)
    assert len(runs.history["small"].get("loss", [])) == epoch - 1


def test_weights_are_as_they_were_when_it_began_to_fail() -> None:
    good, bad = model(Burst(10**6)), model(Burst(4))
    train(good, epochs=1)
    with pytest.warns(KitchenWarning):
        train(bad, epochs=3)
    for one, two in zip(good.trainable_variables, bad.trainable_variables, strict=True):
        assert np.array_equal(one, two)


def test_too_little_memory_is_an_error_with_a_batch_size_to_try() -> None:
    class Full(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    small = model()
    with pytest.raises(KitchenError, match="Try batch_size=16"):
        train(small, callbacks=Full())
    assert len(loss(train(small, epochs=1))) == 1


# Keras's callbacks


def test_early_stopping_stops_as_in_fit() -> None:
    def stop() -> Any:
        return keras.callbacks.EarlyStopping("val_loss", min_delta=10.0, patience=2)

    runs = train(model(), epochs=20, validation_split=0.25, callbacks=[stop()])
    theirs = model()
    history = theirs.fit(X, Y, epochs=20, validation_split=0.25, callbacks=[stop()], verbose=0)
    assert len(loss(runs)) == len(history.history["loss"]) == 3
    assert runs.notes == ()


def test_a_schedule_sees_every_epoch_and_its_rate_is_in_the_history() -> None:
    seen = []

    def rate(epoch: int, now: float) -> float:
        seen.append(epoch)
        return 0.01 / (epoch + 1)

    runs = train(model(), callbacks=keras.callbacks.LearningRateScheduler(rate))
    assert seen == [0, 1, 2]
    assert runs.history["small"]["learning_rate"] == pytest.approx([0.01, 0.005, 0.01 / 3])


def test_backup_and_restore_goes_on_after_a_failure(tmp_path: Any) -> None:
    def backup() -> Any:
        return keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))

    with pytest.raises(RuntimeError):
        train(model(), callbacks=[After(5, RuntimeError), backup()])
    assert (tmp_path / "backup").exists()
    small = model()
    runs = train(small, callbacks=backup())
    assert len(loss(runs)) == 2  # the second and the third
    assert loss(runs) == loss(train(model()))[1:]


# Checkpoints


def test_a_checkpoint_goes_on_in_the_same_order(tmp_path: Any) -> None:
    whole = train(model(layers.Dropout(0.5)), epochs=5)
    train(model(layers.Dropout(0.5)), epochs=5, checkpoint=tmp_path, callbacks=After(8))
    keras.utils.clear_session()
    again = train(model(layers.Dropout(0.5)), epochs=5, checkpoint=tmp_path)
    assert loss(again) == loss(whole)
    for one, two in zip(
        again.models["small"].get_weights(), whole.models["small"].get_weights(), strict=True
    ):
        assert np.array_equal(one, two)
    done = train(model(layers.Dropout(0.5)), epochs=5, checkpoint=tmp_path)
    assert loss(done) == loss(whole)  # nothing is left to do


def test_a_checkpoint_of_another_model_or_a_damaged_one_is_refused(tmp_path: Any) -> None:
    train(model(), epochs=1, checkpoint=tmp_path)
    with pytest.raises(KitchenError, match="of another model"):
        train(model(layers.Dense(3)), epochs=2, checkpoint=tmp_path)
    file = tmp_path / "small.npz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(KitchenError, match=r"cannot be read.*Delete small\.npz"):
        train(model(), epochs=2, checkpoint=tmp_path)


def test_a_checkpoint_needs_a_place(tmp_path: Any) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(KitchenError, match="cannot be written"):
        train(model(), epochs=1, checkpoint=tmp_path / "file")


# Data of every kind


def batches() -> Iterator[Any]:
    for start in range(0, 96, 32):
        yield X[start : start + 32], Y[start : start + 32]


class Sequence(keras.utils.PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, k: int) -> Any:
        return X[32 * k : 32 * k + 32], Y[32 * k : 32 * k + 32]


KINDS: dict[str, Any] = {
    "float64": lambda: (X.astype("float64"), Y),
    "integers": lambda: ((X * 3).astype("int64"), Y.astype("int8")),
    "tensors": lambda: (tf.constant(X), tf.constant(Y)),
    "one row": lambda: (X[:1], Y[:1]),
    "weights": lambda: (X, Y, np.ones(96)),
    "lists of numbers": lambda: (X.tolist(), Y.tolist()),
    "data set": lambda: tf.data.Dataset.from_tensor_slices((X, Y)).batch(32),
    "PyDataset": lambda: Sequence(),
    "a large array": lambda: (np.zeros((300_000, 6), "float32"), np.zeros((300_000, 1), "float32")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_data_of_every_kind(kind: str) -> None:
    size = 30_000 if kind == "a large array" else 32
    runs = train({"a": model(), "b": model(name="b")}, KINDS[kind](), 2, batch_size=size)
    assert len(loss(runs, "a")) == 2
    assert loss(runs, "a") == loss(runs, "b")


def test_a_generator_serves_one_model() -> None:
    runs = train(model(), batches(), epochs=1)
    assert len(loss(runs)) == 1
    with pytest.raises(DataError, match="gives its batches once"):
        train({"a": model(), "b": model()}, batches())


def test_one_row_for_each_step() -> None:
    assert len(loss(train(model(), epochs=1, batch_size=1))) == 1


def test_losses_of_several_outputs_stand_by_name() -> None:
    x = keras.Input((6,), name="x")
    ends = {"left": layers.Dense(1, name="a")(x), "right": layers.Dense(2, name="b")(x)}
    two = keras.Model(x, ends, name="two")
    two.compile("adam", {"left": "mse", "right": "mae"}, metrics={"left": ["mae"]})
    runs = train(two, (X, {"left": Y, "right": X[:, :2]}), 1)
    assert {"left_loss", "right_loss", "left_mae"} <= set(runs.history["two"])


# Refusals


def compiled(loss: Any, units: int = 1, **options: Any) -> Any:
    made = keras.Sequential([keras.Input((6,)), layers.Dense(units, **options)], name="m")
    made.compile("adam", loss)
    return made


BAD: dict[str, tuple[Any, Any, str]] = {
    "rows": (model, (X, Y[:90]), "96 rows and 90"),
    "empty": (model, (X[:0], Y[:0]), "There are no examples"),
    "width": (model, (X[:, :5], Y), r"\(96, 5\) where it takes \(rows, 6\)"),
    "pixels": (model, (np.zeros((96, 2, 3)), Y), r"\(96, 2, 3\) where it takes \(rows, 6\)"),
    "NaN": (model, (np.where(X > 2, np.nan, X), Y), "holds NaN or infinity"),
    "infinite targets": (model, (X, np.where(Y > 0, np.inf, Y)), r"y holds NaN or infinity"),
    "text": (model, (X.astype(str), Y), "does not hold numbers"),
    "objects": (model, (X.astype(object), Y), "does not hold numbers"),
    "no targets": (model, X, "There are no targets"),
    "only x": (model, (X,), "There are no targets"),
    "nothing": (model, None, "There are no data"),
    "one number": (model, (3.0, Y), "one number"),
    "names": (
        kitchen.examples.two_inputs.functional,
        ({"a": X, "b": X}, Y),
        "input_a",
    ),
    "too few": (kitchen.examples.two_inputs.functional, ([X], Y), "takes 2 arrays"),
    "targets that broadcast": (lambda: compiled("mse", 5), (X, Y), r"\(n, 5\) and y is \(n, 1\)"),
    "labels without a unit": (
        lambda: compiled("sparse_categorical_crossentropy", 3, activation="softmax"),
        (X, np.arange(96) % 4),
        "label",
    ),
    "labels for one-hot": (
        lambda: compiled("categorical_crossentropy", 3, activation="softmax"),
        (X, np.arange(96) % 3),
        "zeros with a one",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_learned_from_is_refused_before_the_first_step(case: str) -> None:
    make, data, words = BAD[case]
    made: Any = make()
    if not made.compiled:
        made.compile("adam", "mse")
    before = [x.copy() for x in made.get_weights()]
    with pytest.raises(DataError, match=words) as error:
        train(made, data)
    assert len(str(error.value)) <= 500
    assert all(np.array_equal(x, y) for x, y in zip(before, made.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: train(keras.Sequential([keras.Input((6,)), layers.Dense(1)])), "not compiled"),
        (lambda: train({}), "no model"),
        (lambda: train(model(), validation_split=1.5), "share"),
        (lambda: train(model(), validation_split=0.001), "nothing on one side"),
        (lambda: train(model(), KINDS["data set"](), validation_split=0.1), "needs arrays"),
        (lambda: train(model(), verbose=1), "does not take this argument"),
        (lambda: kitchen.train(model(), (X, Y), device="tpu"), "no such device"),
        (lambda: train({"small": model}, precision="float8"), "no such precision"),
        (lambda: train(model(), precision="mixed_float16"), "can't be chosen any more"),
    ],
)
def test_calls_that_make_no_sense_are_refused(call: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        call()


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError):
        train("model")


def test_a_check_can_be_left_out() -> None:
    runs = train(compiled("mse", 5), (X, Y), 1, check=False)
    assert len(loss(runs, "m")) == 1


# What is allowed and seldom meant


@pytest.mark.parametrize(
    ("data", "rate", "words"),
    [
        ((X * 255, Y), 1e-3, "far from unit scale"),
        ((X * 1e-5, Y), 1e-3, "far from unit scale"),
        ((X, Y), 0.5, "learning rate 0.5"),
        ((X, Y), 1e-8, "learning rate 1e-08"),
        ((X, Y), 1e-3, "no validation data"),
    ],
)
def test_notes(data: Any, rate: float, words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runs = train(model(rate=rate), data, 1)
    assert words in str(runs)


def test_a_look_at_large_examples_takes_little_memory() -> None:
    images = np.zeros((400, 128, 128, 3), "float32")
    flat = keras.Sequential([keras.Input((128, 128, 3)), layers.Flatten(), layers.Dense(1)])
    flat.compile("adam", "mse")
    tracemalloc.start()
    list(checks.notes(flat, kitchen.read(flat), images, None))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * 8 * checks.AT_ONCE  # a few copies of what is looked at together, in float64


def test_nothing_to_note() -> None:
    assert train(model(), validation_split=0.25).notes == ()


# What an earlier call has left


def test_the_forms_of_an_example_go_on_with_its_data() -> None:
    example = kitchen.examples.two_inputs
    data = example.data()
    small = (
        {name: part[:200] for name, part in data.x_train.items()},
        data.y_train[:200],
    )
    runs = kitchen.train(example, small, 1, device="cpu")
    assert pickle.loads(pickle.dumps(runs.changes)) == runs.changes  # noqa: S301
    more = kitchen.train(runs, small, 2, device="cpu")
    assert {more.epochs(name) for name in example.forms} == {3}


def test_a_data_set_does_not_fit_forms_that_take_it_in_other_ways() -> None:
    with pytest.raises(DataError, match="in different ways"):
        kitchen.train(kitchen.examples.two_inputs, KINDS["data set"](), 1, device="cpu")


def test_all_models_are_looked_at_before_the_first_is_trained() -> None:
    good, bad = model(), keras.Sequential([keras.Input((6,)), layers.Dense(1)])
    before = good.get_weights()
    with pytest.raises(KitchenError, match="not compiled"):
        train({"good": good, "bad": bad})
    bad.compile("sgd", "mse")
    wide = keras.Sequential([keras.Input((5,)), layers.Dense(1)])
    wide.compile("sgd", "mse")
    with pytest.raises(DataError, match="shape"):
        train({"good": good, "wide": wide})
    assert all(np.array_equal(a, b) for a, b in zip(before, good.get_weights(), strict=True))


def test_what_is_shown_ends_where_a_later_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Any] = []
    monkeypatch.setattr("kitchen.training.live.View.ends", lambda view, found: ended.append(found))
    with pytest.raises(KitchenError, match="not compiled"):
        train({"good": model(), "bad": keras.Sequential([keras.Input((6,)), layers.Dense(1)])})
    assert ended == [{}]


def test_a_metric_with_a_number_for_each_class_has_a_curve_for_each() -> None:
    made = keras.Sequential([keras.Input((6,)), layers.Dense(2, activation="softmax")])
    made.compile("adam", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    y = np.hstack([Y, 1 - Y])
    history = train({"m": made}, (X, y)).history["m"]
    assert {"loss", "f1_score_0", "f1_score_1"} == set(history)
    assert all(len(values) == 3 for values in history.values())


def test_a_new_learning_rate_is_not_undone_by_a_checkpoint(tmp_path: Any) -> None:
    train(model(rate=1e-2), epochs=1, checkpoint=tmp_path)
    other = model(rate=1e-3)
    train(other, epochs=2, checkpoint=tmp_path)
    assert float(other.optimizer.learning_rate) == pytest.approx(1e-3)


def test_a_rate_that_a_schedule_had_lowered_comes_back(tmp_path: Any) -> None:
    lower = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    train(model(), epochs=2, checkpoint=tmp_path, callbacks=lower)
    again = model()
    train(again, epochs=3, checkpoint=tmp_path)
    assert float(again.optimizer.learning_rate) == pytest.approx(2.5e-3)


def test_names_that_look_alike_have_files_of_their_own(tmp_path: Any) -> None:
    names = ["a b", "a/b", "A", "a", "デ", "タ"]
    train({name: model() for name in names}, epochs=1, checkpoint=tmp_path)
    files = [path.name for path in tmp_path.glob("*.npz")]
    assert len({name.lower() for name in files}) == len(names)


def test_the_best_weights_are_those_that_a_checkpoint_keeps(tmp_path: Any) -> None:
    best = keras.callbacks.EarlyStopping("loss", mode="max", restore_best_weights=True, patience=1)
    first = model()
    train(first, epochs=5, checkpoint=tmp_path, callbacks=best)
    again = model()
    done = train(again, epochs=1, checkpoint=tmp_path)
    assert done.epochs("small") == 2
    assert all(
        np.array_equal(a, b) for a, b in zip(first.get_weights(), again.get_weights(), strict=True)
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: train(model(), epochs=-1), "epochs is a whole number"),
        (lambda: train(model(), epochs=2.5), "epochs is a whole"),  # type: ignore[arg-type]
        (lambda: train(model(), batch_size=0), "batch_size is a whole number"),
        (lambda: train(model(), (X, Y, np.full(96, np.nan))), "sample_weight holds NaN"),
        (lambda: train(model(), validation_data=(X, Y * np.nan)), "validation y holds NaN"),
        (lambda: train(model(), (X, Y * 2)), "out of reach"),
        (lambda: train(model(), validation_data=(x for x in [(X, Y)])), "gives its batches once"),
    ],
)
def test_more_that_is_refused_before_the_first_step(call: Any, words: str) -> None:
    with pytest.raises(KitchenError, match=words):
        call()


def test_what_an_activation_cannot_give_is_noted_and_trained() -> None:
    runs = train(compiled("mse", 1, activation="tanh"), (X, Y * 9), 1)
    assert "can never be reached" in str(runs)
