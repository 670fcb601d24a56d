"""One call of `train`: each model made ready, checked, fed and watched in its turn."""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kitchen.backend import check_model, keras
from kitchen.errors import KitchenError, KitchenWarning, in_a_line
from kitchen.graph.reader import read
from kitchen.training import checks
from kitchen.training.batches import Batches, length
from kitchen.training.checkpoint import History, build_optimizer, checkpoint_of, rate_of
from kitchen.training.checks import DataError
from kitchen.training.devices import Choice
from kitchen.training.feeding import feed
from kitchen.training.live import View
from kitchen.training.recording import Record, Recording, examples_of, going_on
from kitchen.training.runs import Runs
from kitchen.training.watching import Watch

Change = Callable[[Any], Any]
PRECISIONS = ("mixed_float16", "mixed_bfloat16")


def same(thing: Any) -> Any:
    """Return what is there already."""
    return thing


@dataclass
class Task:
    """One model to train.

    Args:
        name: Its name.
        make: Returns it, compiled.
        change: From the data of all to this model's.
        history: The metrics of earlier epochs.
        record: What earlier epochs were recorded as.
    """

    name: str
    make: Callable[[], Any]
    change: Change = same
    history: History = field(default_factory=dict)
    record: Record | None = None

    @property
    def is_made(self) -> bool:
        """Whether the model is there already."""
        return isinstance(self.make, partial) and self.make.func is same


@dataclass
class Session:
    """One call of `train`: the arguments are `train`'s; `record` in bytes for one model."""

    batches: Batches
    epochs: int
    batch_size: int
    callbacks: Any
    seed: int
    precision: str | None
    checkpoint: Any
    record: int
    check: bool
    options: Mapping[str, Any]
    models: dict[str, Any] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)  # each once, in their order

    def run(self, tasks: Sequence[Task], choice: Choice, shown: View) -> Runs:
        """Train the models, one after another; an interrupt ends it and loses nothing."""
        try:
            self.look_ahead(tasks)
            for task in tasks:
                with memory(self.batch_size):
                    self.train(task, choice, shown)
        except KeyboardInterrupt:
            name = list(self.models)[-1] if self.models else tasks[0].name
            left = [task.name for task in tasks if task.name not in self.models]
            more = f" Not begun: {', '.join(left)}." if left else ""
            self.note(f"Stopped while {name} was training; what it had learned is kept.{more}")
        finally:
            shown.ends({name: found for name, found in self.histories.items() if found})
        changes = {task.name: task.change for task in tasks if task.name in self.models}
        notes = tuple(self.notes)
        return Runs(
            self.models,
            self.histories,
            choice.reason,
            self.seconds,
            notes,
            changes,
            self.records,
        )

    def look_ahead(self, tasks: Sequence[Task]) -> None:
        """Check the models that are there already, so that none stops after others were trained.

        Raises:
            DataError: The data do not fit one.
            KitchenError: One is not compiled, or its precision cannot be chosen any more.
        """
        for task in tasks:
            if task.is_made:
                with policy(self.precision, task):
                    model = made(task)
                self.examine(model, task)

    def given(self, task: Task) -> tuple[Any, Any]:
        """Return the data and the validation data as one model takes them."""
        validation = self.batches.validation
        validation = None if validation is None else task.change(validation)
        return task.change(self.batches.data), validation

    def note(self, text: str) -> None:
        """Keep what there is to say."""
        self.notes[text] = None

    def train(self, task: Task, choice: Choice, shown: View) -> None:
        """Make one model and train it.

        Raises:
            DataError: The data do not fit it.
            KitchenError: It is not compiled, the device has too little memory, or its precision
                cannot be chosen any more.
        """
        with choice.scope(), policy(self.precision, task):
            model = self.models[task.name] = made(task)
        if choice.strategy is not None and model.distribute_strategy is not choice.strategy:
            choice = choice.first()
            self.note(
                f"{task.name} was made for one device and is trained on one. For several, pass a "
                "function that makes it."
            )
        history = self.histories[task.name] = {key: list(x) for key, x in task.history.items()}
        if not task.is_made:
            self.examine(model, task)
        data, validation = self.given(task)
        start = time.perf_counter()
        try:
            self.fit(task, model, history, data, validation, choice, shown)
        finally:
            self.seconds[task.name] = time.perf_counter() - start

    def examine(self, model: Any, task: Task) -> None:
        """Raise where the data do not fit a model; note what is seldom meant."""
        if not self.check or self.batches.rows is None:
            return
        data, validation = self.given(task)
        if len(data) < 2:
            raise DataError("There are no targets.", received="only x", fix="Pass data=(x, y).")
        graph = read(model)
        for finding in checks.check(model, graph, *data[:3]):
            if finding.code == "K406":
                self.note(f"{finding.title}: {finding.happens}")
        if isinstance(validation, tuple) and len(validation) > 1:
            checks.check(model, graph, *validation[:3], where="validation ")
        for text in checks.notes(model, graph, data[0], validation):
            self.note(text)

    def fit(
        self,
        task: Task,
        model: Any,
        history: History,
        data: Any,
        validation: Any,
        choice: Choice,
        shown: View,
    ) -> None:
        """Fit one model, from the epoch that it has come to."""
        keras().utils.set_random_seed(self.seed)
        rows, kept, given = self.batches.rows, None, {"x": data}
        fed = None
        if rows is not None:  # outside the scope, which would mirror the counter of epochs
            fed = feed(data, rows, batch_size=self.batch_size, seed=self.seed)
            given = {"x": fed.dataset, "shuffle": False}
        with choice.scope():
            if model.built:
                build_optimizer(model)
            if self.checkpoint is not None:
                kept = checkpoint_of(self.checkpoint, task.name, rate_of(model))
                history.update({} if task.history else kept.load(model))
            first = max(map(len, history.values()), default=0)
            resumed = kept is not None and not task.history
            last = self.epochs if resumed else first + self.epochs
            steps = self.options.get("steps_per_epoch", fed.steps if fed else length(data))
            shown.begins(task.name, last, steps, first)
            if first >= last:
                return
            recording = going_on(task.record, self.record * 3 // 4) if self.record else None
            watch = Watch(task.name, model, shown, history, fed, kept, recording)
            arrays = isinstance(validation, tuple)
            try:
                with quiet(self.epochs):
                    model.fit(
                        **given,
                        **self.options,
                        epochs=last,
                        initial_epoch=first,
                        verbose=0,
                        validation_data=validation,
                        validation_batch_size=self.batch_size if arrays else None,
                        callbacks=[*listed(self.callbacks), watch.callback()],
                    )
            finally:
                self.close(recording, task, data)
        if watch.broken:
            self.note(watch.broken)
            warnings.warn(watch.broken, KitchenWarning, stacklevel=5)

    def close(self, recording: Recording | None, task: Task, data: Any) -> None:
        """Keep what was recorded of one model; say so where it was too large."""
        if recording is None:
            return
        found = recording.record(examples_of(data, self.batches.rows, self.record // 4))
        if found is not None:
            self.records[task.name] = found
        if recording.too_large:
            self.note(
                f"{task.name} is not recorded: two copies of its weights take more than "
                f"{self.record / 1e6:.3g} MB. Pass a larger number: record=200."
            )


def made(task: Task) -> Any:
    """Return a model that is ready to be trained.

    Raises:
        ModelError: It is no model.
        KitchenError: It is not compiled.
    """
    model = task.make()
    check_model(model)
    if not model.compiled:
        raise KitchenError(
            f"The model {task.name!r} is not compiled.",
            received=f"{type(model).__name__} {model.name!r}",
            fix='Compile it first, such as model.compile("adam", "mse").',
        )
    return model


@contextmanager
def policy(precision: str | None, task: Task) -> Iterator[None]:
    """Make a model's layers compute in another precision.

    Raises:
        KitchenError: There is no such precision, or the model is made already.
    """
    if precision is None:
        yield
        return
    if precision not in PRECISIONS:
        raise KitchenError(
            "There is no such precision to train in.",
            received=f"precision={precision!r}",
            fix=f"Use {' or '.join(map(repr, PRECISIONS))}; without it, each layer keeps its own.",
        )
    if task.is_made:
        raise KitchenError(
            f"The layers of {task.name!r} are made, so their precision can't be chosen any more.",
            received=f"precision={precision!r} and a model",
            fix="Pass a function that makes and compiles the model.",
        )
    before = keras().config.dtype_policy()
    keras().config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras().config.set_dtype_policy(before)


def listed(callbacks: Any) -> list[Any]:
    """Return callbacks as a list."""
    if callbacks is None:
        return []
    return list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]


@contextmanager
def memory(batch_size: int) -> Iterator[None]:
    """Turn a device's "out of memory" into an error with a batch size to try.

    Raises:
        KitchenError: The device has too little memory.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise KitchenError(
            "The device has too little memory for this batch.",
            received=in_a_line(error),
            fix=f"Try batch_size={max(1, batch_size // 2)}, or device='cpu'.",
        ) from error


@contextmanager
def quiet(epochs: int) -> Iterator[None]:
    """Keep back what Keras says of data that `fit` gets in another way than one would by hand."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*shuffle=True.*was passed")
        if epochs == 1:  # a generator has one epoch in it, and it is over when it is over
            warnings.filterwarnings("ignore", message=".*input ran out of data")
        warnings.filterwarnings("ignore", message=".*__array__.*", category=DeprecationWarning)
        yield
