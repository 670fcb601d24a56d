"""What is done around every step: the picture kept live, a NaN caught, the history kept."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.training.checkpoint import Checkpoint, History, as_stored, variables
from kitchen.training.live import View
from kitchen.training.recording import Recording

OFTEN = 2.0  # seconds between two copies of the weights, at least
SHARE = 100  # copying takes one part in so many of the time


@dataclass
class Watch:
    """What is kept while one model trains.

    Args:
        name: The model's name.
        model: The model.
        view: Where it is shown.
        history: The metrics so far; each epoch adds to it.
        feed: What says in which order the next epoch's examples come; `None` for a data set.
        checkpoint: Where to keep it all after each epoch, if anywhere.
        recording: What keeps the weights of each epoch, if anything does.
    """

    name: str
    model: Any
    view: View
    history: History
    feed: Any = None
    checkpoint: Checkpoint | None = None
    recording: Recording | None = None
    broken: str = ""
    epoch: int = 0
    step: int = 0
    good: list[Any] = field(default_factory=list)
    since: str = ""
    due: float = 0.0

    def callback(self) -> Any:
        """Return it as a Keras callback."""
        return keras().callbacks.LambdaCallback(
            on_epoch_begin=self.epoch_begins,
            on_epoch_end=self.epoch_ends,
            on_train_batch_end=self.batch_ends,
            on_train_end=self.ends,
        )

    def epoch_begins(self, epoch: int, logs: Any = None) -> None:
        """Choose the order of the examples, and keep the weights."""
        self.epoch, self.step = epoch, 0
        if self.feed is not None:
            self.feed.epoch.assign(epoch)
        self.keep(f"at the start of epoch {epoch + 1}")
        if self.recording is not None and not self.recording.kept:
            self.recording.keep(self.model, epoch)
        self.view.epoch_begins(epoch)

    def batch_ends(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Show the step; stop where the loss is no number any more, or somebody asks for it."""
        self.step = batch + 1
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            self.restore(loss)
            return
        if time.perf_counter() > self.due:
            self.keep(f"after step {self.step} of epoch {self.epoch + 1}")
        self.view.step(self.step, logs or {})
        if self.view.stopped:
            raise KeyboardInterrupt

    def epoch_ends(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Add to the history, keep it, show it."""
        if self.broken:
            return
        for key, value in (logs or {}).items():
            found = np.asarray(value)
            for place in np.ndindex(found.shape):  # a metric may have a number for each class
                name = "_".join([key, *map(str, place)])
                self.history.setdefault(name, []).append(float(found[place]))
        if self.checkpoint is not None:
            self.checkpoint.save(self.model, self.history)
        if self.recording is not None:
            self.recording.keep(self.model, epoch + 1)
        self.view.epoch_ends(self.history)

    def ends(self, logs: Any = None) -> None:
        """Keep what other callbacks made of the weights in the end, such as the best ones."""
        if self.checkpoint is not None and self.history and not self.broken:
            self.checkpoint.save(self.model, self.history)

    def keep(self, when: str) -> None:
        """Copy the weights, unless one of them is no number."""
        start = time.perf_counter()
        copies = [as_stored(v) for v in variables(self.model)]
        if all(np.isfinite(x).all() for x in copies if x.dtype.kind == "f"):
            self.good, self.since = copies, when
        now = time.perf_counter()
        self.due = now + max(OFTEN, SHARE * (now - start))

    def restore(self, loss: float) -> None:
        """Put the last good weights back and stop."""
        held = variables(self.model)
        back = "The weights are what they became."
        if len(self.good) == len(held):
            for variable, value in zip(held, self.good, strict=True):
                variable.assign(value)
            back = f"The weights are back to where they were {self.since}."
        self.broken = (
            f"The loss of {self.name} became {loss} in epoch {self.epoch + 1}, step {self.step}. "
            f"{back} A smaller learning rate helps most often."
        )
        self.model.stop_training = True
