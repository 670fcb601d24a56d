"""How training shows itself: a live picture in a notebook, a bar in a terminal, else nothing."""

import sys
import time
from collections.abc import Mapping
from html import escape
from typing import Any, Protocol

from kitchen.tables import printable

PICTURE, LINE = 40, 100  # drawing may take one part in so many of the time; so may the line
LEAST = 0.25  # seconds between two lines


class View(Protocol):
    """What shows a model while it trains."""

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Say which model comes, for how long, and from which epoch on."""

    def epoch_begins(self, epoch: int) -> None:
        """Say which epoch comes, from 0."""

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Show a step."""

    def epoch_ends(self, history: Mapping[str, list[float]]) -> None:
        """Show a whole epoch."""

    def ends(self, histories: Mapping[str, Mapping[str, list[float]]]) -> None:
        """Leave what is to stay on the page when all models are trained."""


class Quiet:
    """Shows nothing on the way; in a notebook without a front end, the picture at the end."""

    def __init__(self, *, kernel: bool = False):
        """Take whether somebody may look at the outputs later."""
        self.kernel = kernel

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Show nothing."""

    def epoch_begins(self, epoch: int) -> None:
        """Show nothing."""

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Show nothing."""

    def epoch_ends(self, history: Mapping[str, list[float]]) -> None:
        """Show nothing."""

    def ends(self, histories: Mapping[str, Mapping[str, list[float]]]) -> None:
        """Show the picture, where it will be stored."""
        if self.kernel:
            put(picture(histories))


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


class Terminal(Quiet):
    """A progress bar for each model."""

    def __init__(self, device: str):
        """Open the bars."""
        from rich import progress

        self.bars = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[loss]}", markup=False),
        )
        super().__init__()
        self.bars.start()
        self.bars.console.print(device, markup=False)
        self.task: Any = None
        self.clock: Clock | None = None
        self.due = 0.0

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Add a bar."""
        self.clock = Clock(name, epochs, steps, first)
        total = steps * (epochs - first) if steps else None
        self.task = self.bars.add_task(printable(name), total=total, loss="")

    def epoch_begins(self, epoch: int) -> None:
        """Note the epoch."""
        if self.clock is not None:
            self.clock.next(epoch)

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Move the bar, a few times a second."""
        if self.clock is not None:
            self.clock.to(step)
            if (now := time.perf_counter()) > self.due:
                self.due = now + LEAST
                shown = f"loss {logs['loss']:.4f}" if "loss" in logs else ""
                self.bars.update(self.task, completed=self.clock.counted, loss=shown)

    def epoch_ends(self, history: Mapping[str, list[float]]) -> None:
        """Show the epoch's loss."""
        if self.clock is not None:
            shown = f"loss {history['loss'][-1]:.4f}" if history.get("loss") else ""
            self.bars.update(self.task, completed=self.clock.counted, loss=shown)

    def ends(self, histories: Mapping[str, Mapping[str, list[float]]]) -> None:
        """Close the bars."""
        self.bars.stop()


class Notebook(Quiet):
    """A picture that grows, and a line below it."""

    def __init__(self, device: str):
        """Take a place on the page."""
        super().__init__(kernel=True)
        self.device = device
        self.clock = Clock("", 1, None, 0)
        self.histories: dict[str, Mapping[str, list[float]]] = {}
        self.image = ""
        self.line_due = self.picture_due = 0.0
        first = {"text/plain": device, "text/html": ""}
        self.place = put(first, raw=True, display_id=True)

    def begins(self, name: str, epochs: int, steps: int | None, first: int) -> None:
        """Start the clock of the next model."""
        self.clock = Clock(name, epochs, steps, first)
        self.show()

    def epoch_begins(self, epoch: int) -> None:
        """Note the epoch."""
        self.clock.next(epoch)

    def step(self, step: int, logs: Mapping[str, Any]) -> None:
        """Move the line, as often as costs next to nothing."""
        self.clock.to(step)
        if time.perf_counter() > self.line_due:
            self.show()

    def epoch_ends(self, history: Mapping[str, list[float]]) -> None:
        """Draw the curves with this epoch, as often as costs next to nothing."""
        self.histories[self.clock.name] = history
        if (start := time.perf_counter()) > self.picture_due:
            self.image = picture(self.histories)._repr_mimebundle_()[0]["text/html"]
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
        now = time.perf_counter()
        self.line_due = now + max(LEAST, LINE * (now - start))

    def ends(self, histories: Mapping[str, Mapping[str, list[float]]]) -> None:
        """Leave the picture alone on the page."""
        self.place.update(picture(histories))


def picture(histories: Mapping[str, Mapping[str, list[float]]]) -> Any:
    """Return the learning curves."""
    from kitchen.views.plots import curves

    return curves(histories)


def put(thing: Any, **options: Any) -> Any:
    """Put something on the page; return its place there, where a `display_id` asks for one."""
    from IPython import display

    return display.display(thing, **options)  # type: ignore[no-untyped-call]


def kernel() -> Any:
    """Return the notebook's kernel that this runs in; `None` elsewhere."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def attended() -> bool:
    """Return whether somebody can look on: nbval and nbclient say that nobody answers."""
    found = kernel()
    return found is not None and bool(getattr(found, "_allow_stdin", True))


def view(device: str) -> View:
    """Return how to show training here."""
    if attended():
        return Notebook(device)
    if kernel() is not None:
        return Quiet(kernel=True)
    return Terminal(device) if sys.stderr.isatty() and sys.stdout.isatty() else Quiet()
