"""Training that outlives its kernel: weights, optimiser and history in one file, epoch by epoch."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from kitchen.backend import keras
from kitchen.errors import FileError, in_a_line

History = dict[str, list[float]]


@dataclass(frozen=True)
class Checkpoint:
    """Where one model's training is kept.

    Args:
        path: The file; it holds arrays and text, and nothing that could run.
    """

    path: Path

    def save(self, model: Any, history: History) -> None:
        """Write the model's variables, its optimiser's and the history, all or nothing.

        Raises:
            FileError: The file cannot be written.
        """
        arrays = {f"a{k}": as_stored(v) for k, v in enumerate(variables(model))}
        text = np.frombuffer(json.dumps(history).encode(), dtype="uint8")
        aside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                np.savez(file, history=text, **arrays)
            aside.replace(self.path)
        except OSError as error:
            raise FileError(
                "The checkpoint cannot be written.",
                received=in_a_line(error),
                fix="Name a folder that exists and has room.",
            ) from error

    def load(self, model: Any) -> History:
        """Put back what was saved, and return the history; an empty one where nothing is there.

        Raises:
            FileError: The file is damaged, or of another model.
        """
        if not self.path.exists():
            return {}
        build_optimizer(model)
        held = variables(model)
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                history: History = json.loads(bytes(stored["history"]).decode())
                arrays = [stored[f"a{k}"] for k in range(len(stored.files) - 1)]
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise FileError(
                "The checkpoint cannot be read.",
                received=in_a_line(error),
                fix=f"Delete {self.path.name} to begin again.",
            ) from error
        shapes = [tuple(x.shape) for x in arrays]
        if shapes != [tuple(v.shape) for v in held]:
            raise FileError(
                f"The checkpoint {self.path.name} is of another model.",
                received=f"{len(shapes)} arrays; {model.name!r} and its optimiser have {len(held)}",
                fix="Name another folder, or delete that file to begin again.",
            )
        for variable, value in zip(held, arrays, strict=True):
            variable.assign(value)
        return history


def build_optimizer(model: Any) -> None:
    """Make the optimiser's variables, once: Keras's `LossScaleOptimizer` would make some again."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def variables(model: Any) -> list[Any]:
    """Return all that a training step changes: weights, random states, the optimiser's memory."""
    return [*model.variables, *model.optimizer.variables]


def as_stored(variable: Any) -> Any:
    """Return a copy of a variable's value as an array; bfloat16 as float32, which NumPy knows."""
    k = keras()
    value = variable.value
    if hasattr(value, "read_value"):  # on several devices it is one value, and no array yet
        value = value.read_value()
    if k.backend.standardize_dtype(variable.dtype) == "bfloat16":
        value = k.ops.cast(value, "float32")
    return np.array(k.ops.convert_to_numpy(value))


def checkpoint_of(folder: Any, name: str) -> Checkpoint:
    """Return where a model of a name is kept in a folder.

    >>> checkpoint_of("runs", "my model/1").path.name
    'my_model_1.npz'
    """
    return Checkpoint(Path(folder) / f"{re.sub(r'[^0-9A-Za-z-]+', '_', name)[:80]}.npz")
