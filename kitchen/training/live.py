"""How training shows itself: a live picture in a notebook, a bar in a terminal, else nothing."""

import sys
import time
from collections.abc import Mapping
from html import escape
from typing import Any

from kitchen.errors import KitchenError
from kitchen.tables import printable
from kitchen.training.checkpoint import History
from kitchen.training.page import attended, kernel, put
from kitchen.training.stopping import StopButton
from kitchen.views.plot import INCH, Plot
from kitchen.views.plots import curves

PICTURE, LINE = 150, 300  # drawing may take one part in so many of the time; so may the line
LEAST = 0.25  # seconds between two lines


class View:
    """Shows a model while it trains. This one shows nothing, but for the picture at the end.

    Args:
        stored: Whether there is a page that keeps the picture.
    """

    def __init__(self, *, stored: bool = False):
        """Know whether to leave a picture."""
        self.stored = stored
        self.clock = Clock("", 1, None, 0)

    @property
    def stopped(self) -> bool:
        """Whether somebody has asked to stop."""
        return False

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Take which model comes, for how long, and from which epoch on."""
        self.clock = Clock(name, epochs, steps, first)

    def epoch_begins(self, epoch: int) -> None:
        """Take which epoch comes, from 0."""
        self.clock.next(epoch)

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Show a step."""
        self.clock.to(step)

    def epoch_ends(self, history: History) -> None:
        """Show a whole epoch."""

    def ends(self, histories: Mapping[str, History]) -> None:
        """Leave what is to stay when all models are trained, or an error has ended it."""
        if self.stored and (plot := drawn(histories)) is not None:
            put(plot)


class Clock:
    """How far training is, and how long the rest takes."""

    def __init__(self, name: str, epochs: int, steps: int | None, first: int):
        """Start the clock of one model."""
        self.name, self.epochs, self.steps, self.first = name, epochs, steps, first
        self.epoch, self.done, self.counted = first, 0, 0
        self.start = time.perf_counter()

    def to(self, step: int) -> None:
        """Note how many steps of the epoch are made."""
        self.counted += step - self.done
        self.done = step

    def next(self, epoch: int) -> None:
        """Begin an epoch; a data set's length is known after the first one."""
        if epoch > self.first and self.steps is None:
            self.steps = self.done
        self.epoch, self.done = epoch, 0

    @property
    def share(self) -> float | None:
        """How much of this model's work is done, from 0 to 1; `None` where it is not known."""
        if not self.steps:
            return None
        total = self.steps * (self.epochs - self.first)
        return min(1.0, self.counted / total) if total else 1.0

    def left(self) -> str:
        """Return the time left in words; nothing while it cannot be told."""
        share = self.share
        if not share:
            return ""
        seconds = (time.perf_counter() - self.start) * (1 - share) / share
        return f"{seconds / 60:.0f} min left" if seconds > 90 else f"{seconds:.0f} s left"

    def line(self) -> str:
        """Return how far it is in words."""
        of = f"/{self.steps:,}" if self.steps else ""
        parts = [f"epoch {self.epoch + 1}/{self.epochs}", f"step {self.done:,}{of}", self.left()]
        return f"{printable(self.name)}: {', '.join(filter(None, parts))}"


class Terminal(View):
    """A progress bar for each model."""

    def __init__(self, device: str):
        """Open the bars."""
        from rich import progress

        super().__init__()
        self.bars = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[loss]}", markup=False),
        )
        self.bars.start()
        self.bars.console.print(device, markup=False)
        self.task: Any = None
        self.due = 0.0

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Add a bar."""
        super().begins(name, epochs, steps, first)
        total = steps * (epochs - first) if steps else None
        self.task = self.bars.add_task(printable(name), total=total, loss="")

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Move the bar, a few times a second."""
        super().step(step, logs)
        if (now := time.perf_counter()) > self.due:
            self.due = now + LEAST
            self.move(logs.get("loss"))

    def epoch_ends(self, history: History) -> None:
        """Show the epoch's loss."""
        self.move(history["loss"][-1] if history.get("loss") else None)

    def move(self, loss: float | None) -> None:
        """Bring the bar to where training is."""
        shown = "" if loss is None else f"loss {loss:.4f}"
        self.bars.update(self.task, completed=self.clock.counted, loss=shown)

    def ends(self, histories: Mapping[str, History]) -> None:
        """Close the bars."""
        self.bars.stop()


class Notebook(View):
    """A picture that grows, and a line below it."""

    def __init__(self, device: str):
        """Take a place on the page."""
        super().__init__()
        self.device = device
        self.histories: dict[str, History] = {}
        self.image = ""
        self.line_due = self.picture_due = 0.0
        first = {"text/plain": device, "text/html": ""}
        self.place = put(first, raw=True, display_id=True)
        self.button = StopButton()

    @property
    def stopped(self) -> bool:
        """Whether the button was clicked."""
        return self.button.clicked

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Show which model comes."""
        super().begins(name, epochs, steps, first)
        self.show()

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Move the line, as often as costs next to nothing."""
        super().step(step, logs)
        if time.perf_counter() > self.line_due:
            self.show()

    def epoch_ends(self, history: History) -> None:
        """Draw the curves with this epoch, as often as costs next to nothing."""
        self.histories[self.clock.name] = history
        if (start := time.perf_counter()) > self.picture_due:
            if (growing := drawn(self.histories)) is not None:
                growing.figure.set_dpi(INCH)  # half as sharp as the last one, in half the time
                self.image = growing.html()
            now = time.perf_counter()
            self.picture_due = now + PICTURE * (now - start)
            self.show()

    def show(self) -> None:
        """Send picture and line to the page; a screen reader is not told each time."""
        start = time.perf_counter()
        share, line = self.clock.share, f"{self.clock.line()}. {self.device}"
        value = "" if share is None else f' value="{share:.3f}"'
        bar = f'<progress aria-hidden="true" max="1"{value}></progress> '
        html = f'{self.image}<div aria-live="off">{bar}{escape(line)}</div>'
        self.place.update({"text/plain": line, "text/html": html}, raw=True)
        self.button.offer()
        now = time.perf_counter()
        self.line_due = now + max(LEAST, LINE * (now - start))

    def ends(self, histories: Mapping[str, History]) -> None:
        """Leave the picture alone on the page; nothing where nothing was learned."""
        self.button.close()
        if (plot := drawn(histories)) is not None:
            self.place.update(plot)
        else:
            self.place.update({"text/plain": ""}, raw=True)


def drawn(histories: Mapping[str, History]) -> Plot | None:
    """Return the curves; `None` where there is nothing to draw, or too much for one picture."""
    try:
        return curves(histories) if histories else None
    except KitchenError:
        return None


def view(device: str) -> View:
    """Return how to show training here."""
    if attended():
        return Notebook(device)
    if kernel() is not None:
        return View(stored=True)
    return Terminal(device) if sys.stderr.isatty() and sys.stdout.isatty() else View()
