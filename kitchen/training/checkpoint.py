"""Training that outlives its kernel: weights, optimiser and history in one file, epoch by epoch."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import crc32

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
    rate: float | None = None  # the learning rate that the model was compiled with

    def save(self, model: Any, history: History) -> None:
        """Write the model's variables, its optimiser's and the history, all or nothing.

        Raises:
            FileError: The file cannot be written.
        """
        arrays = {f"a{k}": as_stored(v) for k, v in enumerate(variables(model))}
        text = np.frombuffer(json.dumps([history, self.rate]).encode(), dtype="uint8")
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

        A learning rate that the model was compiled with since stays; otherwise the saved one, which
        a schedule may have lowered, comes back.

        Raises:
            FileError: The file is damaged, or of another model.
        """
        if not self.path.exists():
            return {}
        build_optimizer(model)
        held = variables(model)
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                history: History
                history, rate = json.loads(bytes(stored["history"]).decode())
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
        own = None if rate == self.rate else model.optimizer.learning_rate
        for variable, value in zip(held, arrays, strict=True):
            if variable is not own:
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


def rate_of(model: Any) -> float:
    """Return a compiled model's learning rate, as it is now."""
    return float(np.asarray(model.optimizer.learning_rate))


def checkpoint_of(folder: Any, name: str, rate: float | None = None) -> Checkpoint:
    """Return where a model of a name, compiled with a learning rate, is kept in a folder.

    Two names never share a file, on disks that take A for a either.

    >>> checkpoint_of("runs", "model-1").path.name, checkpoint_of("runs", "my model/1").path.name
    ('model-1.npz', 'my_model_1-1363bc6b.npz')
    """
    plain = re.sub(r"[^0-9a-z_-]+", "_", name, flags=re.IGNORECASE)[:80]
    if plain != name or name != name.lower():
        plain += f"-{crc32(name.encode('utf-8', 'surrogatepass')):08x}"
    return Checkpoint(Path(folder) / f"{plain}.npz", rate)
