"""What `train` returns: histories as plain data, the trained models, what there is to say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kitchen.tables import Table, clean
from kitchen.training.checkpoint import History
from kitchen.training.recording import Record
from kitchen.views.plots import Plot, curves

PAGE = 80  # characters: what fits across a terminal, and a notebook's page


@dataclass(frozen=True)
class Runs:
    """Models that were trained side by side. It can be pickled.

    Args:
        models: The trained models by name.
        history: For each, the metrics by name: one number for each epoch, as Keras's `History`.
        device: Where they were trained, in a sentence.
        seconds: How long each took.
        notes: What there is to say: a stop, inputs far from unit scale, no validation data.
        changes: From the data of all to each model's, where an example's forms were trained.
        records: For each recorded model, its weights epoch by epoch and the first examples; no
            other data are held.
    """

    models: Mapping[str, Any]
    history: Mapping[str, History]
    device: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()
    changes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    records: Mapping[str, Record] = field(default_factory=dict, repr=False)

    def epochs(self, name: str) -> int:
        """Return how many epochs a model was trained for."""
        return max(map(len, self.history[name].values()), default=0)

    def table(self) -> Table:
        """Return the last value of each metric that all models have.

        There is a row for each model, or, where that would be too wide, for each metric.
        """
        first, *others = [*self.history.values()] or [{}]
        metrics = [key for key in first if all(key in found for found in others)]
        rows = [("model", "epochs", *metrics)]
        for name, found in self.history.items():
            last = [f"{found[key][-1]:.4f}" if found.get(key) else "–" for key in metrics]
            rows.append((name, str(self.epochs(name)), *last))
        caption = f"After training. {self.device}".strip()
        by_model, by_metric = (
            Table(caption, header, body, numbers=tuple(range(1, len(header))))
            for header, *body in (rows, zip(*rows, strict=True))
        )
        if by_model.width <= PAGE or by_model.width <= by_metric.width:
            return by_model
        return replace(by_metric, header=("metric", *by_metric.header[1:]))

    def plot(self) -> Plot:
        """Return the learning curves of all models, a panel for each metric."""
        return curves(self.history)

    def lines(self) -> Iterator[str]:
        """Yield the notes as lines."""
        yield from (f"Note: {note}" for note in self.notes)

    def __str__(self) -> str:
        """Return the table and the notes as text."""
        return "\n".join([str(self.table()), *self.lines()])

    def _repr_html_(self) -> str:
        return self.table().html() + "".join(f"<p>{clean(line)}</p>" for line in self.lines())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
