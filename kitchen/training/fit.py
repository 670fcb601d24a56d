"""Train models side by side: one `fit` each, with the same batches in the same order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kitchen.backend import check_model, keras
from kitchen.errors import KitchenError
from kitchen.examples.example import Example
from kitchen.training.batches import batches_of
from kitchen.training.checks import DataError
from kitchen.training.devices import Choice, choose
from kitchen.training.live import view
from kitchen.training.recording import room
from kitchen.training.runs import Runs
from kitchen.training.session import Change, Session, Task, same

PASSED_ON = {"class_weight", "steps_per_epoch", "validation_steps", "validation_freq"}


def train(
    models: Any,
    data: Any = None,
    epochs: int = 10,
    *,
    batch_size: int = 32,
    validation_data: Any = None,
    validation_split: float = 0.0,
    callbacks: Any = None,
    seed: int = 7,
    device: str | Choice | None = None,
    precision: str | None = None,
    checkpoint: Any = None,
    record: bool | float = False,
    check: bool = True,
    **options: Any,
) -> Runs:
    """Train models one after another on the same batches, with their curves in one live picture.

    Before each model the seed is set anew, and epoch k has the same order of examples for all:
    models of one family that start from equal weights have equal histories on a CPU. The
    notebook's interrupt ends training and keeps history and weights; `train(runs, data)` goes on
    from there. A loss that becomes NaN ends the model's training at that step and puts the
    last good weights back.

    Args:
        models: A compiled model; a dict from names to compiled models, or to functions that make
            them; an `Example`, all forms of which are made and compiled; or the `Runs` of an
            earlier call.
        data: `(x, y)` or `(x, y, sample_weight)` as `fit` takes them; an example's `Data`; a
            `tf.data.Dataset`, `keras.utils.PyDataset` or, for one model, a generator of batches.
            By default an example's own data.
        epochs: How many epochs to train for.
        batch_size: How many examples make a step, where `data` are arrays.
        validation_data: As `data`.
        validation_split: The share of the rows, from the end, to validate on instead.
        callbacks: Keras callbacks, which work as in `fit`.
        seed: Decides the order of the examples.
        device: `"cpu"`, `"gpu"` or `"gpu:1"`; by default a GPU where there is one.
        precision: `"mixed_float16"` or `"mixed_bfloat16"`: compute in 16 bits, keep the weights in
            32. It is meant for GPUs of compute capability 7.0 and above, and for models that
            `train` makes: an example's, or those of functions.
        checkpoint: A folder. Weights, optimiser and history are kept there after each epoch; a call
            with the same folder goes on from them, in a new kernel too, until `epochs` are done.
        record: Whether the weights are kept after each epoch, so that `kitchen.explore(runs)` can
            walk through the training. They and the first examples stay below 64 MB for all models
            together, or below so many as a number says: where they would be more, every other copy
            goes.
        check: Whether data and model are checked before the first step.
        **options: `class_weight`, `steps_per_epoch`, `validation_steps`, `validation_freq`, as
            `fit` takes them.

    Returns:
        `Runs`: `.history`, `.table()`, `.plot()`, `.models`.

    Raises:
        BackendError: TensorFlow's Keras 3 is not there.
        DataError: The data do not fit a model.
        KitchenError: A model is not compiled; there is no such device; its memory is too small; or
            the precision is none, or comes too late.

    >>> example = kitchen.examples.classifier
    >>> runs = kitchen.train(example, epochs=1, device="cpu")
    >>> runs.history["functional"] == runs.history["sequential"]
    True
    """
    if unknown := set(options) - PASSED_ON:
        raise KitchenError(
            "train does not take this argument.",
            received=", ".join(sorted(unknown)),
            fix=f"Besides its own it takes {', '.join(sorted(PASSED_ON))}.",
        )
    for name, number, least in (("epochs", epochs, 0), ("batch_size", batch_size, 1)):
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise KitchenError(
                f"{name} is a whole number, {least} or more.", received=f"{name}={number!r}"
            )
    choice = choose(device)
    tasks = list(tasks_of(models, seed))
    if data is None and isinstance(models, Example):
        data = models.data()
    batches = batches_of(data, validation_data, validation_split, len(tasks))
    session = Session(
        batches,
        epochs,
        batch_size,
        callbacks,
        seed,
        precision,
        checkpoint,
        room(record) // max(1, len(tasks)),
        check,
        options,
    )
    return session.run(tasks, choice, view(choice.reason))


def tasks_of(models: Any, seed: int) -> Iterator[Task]:
    """Yield what is to be trained.

    Raises:
        KitchenError: It is nothing that can be trained.
    """
    if isinstance(models, Runs):
        for name, model in models.models.items():
            history = {key: list(values) for key, values in models.history[name].items()}
            change = models.changes.get(name, same)
            record = models.records.get(name)
            yield Task(name, partial(same, model), change, history, record)
    elif isinstance(models, Example):
        for form in models.forms.values():
            change = Changed(form.map_inputs or same, form.map_outputs or same)
            yield Task(form.name, partial(models.ready, form.name, seed=seed), change)
    elif isinstance(models, Mapping):
        if not models:
            raise KitchenError("There is no model.", received="an empty dict", fix="Pass one.")
        for name, made in models.items():
            is_model = isinstance(made, keras().Model)
            makes = callable(made) and not is_model
            yield Task(str(name), made if makes else partial(same, made))
    else:
        check_model(models)
        yield Task(models.name, partial(same, models))


@dataclass(frozen=True)
class Changed:
    """Makes an example's data into those of a form.

    Args:
        inputs: From the functional form's inputs to this one's.
        outputs: The same for targets.
    """

    inputs: Change
    outputs: Change

    def __call__(self, data: Any) -> Any:
        """Return the data as the form takes them.

        Raises:
            DataError: They are a data set, whose batches are not looked into.
        """
        if self.inputs is same and self.outputs is same:
            return data
        if not isinstance(data, tuple):
            raise DataError(
                "The forms of an example take its data in different ways.",
                received=type(data).__name__,
                fix="Pass arrays, or train one form: example.ready(name).",
            )
        x, y, *rest = data
        return (self.inputs(x), self.outputs(y), *rest)
