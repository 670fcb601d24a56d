"""Plots by epoch: learning curves, and how far copies of a layer move apart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.run.probe import Array
from kitchen.views.plot import TITLE, Plot, sheet, styled
from kitchen.views.plot_checks import mapping, numbers
from kitchen.views.plot_panel import MOST_LINES, NONE_YET, Line, legend, panel
from kitchen.views.plot_parts import cut, name_of, number

MOST_PANELS = 12
VALIDATION = "val_"  # what Keras puts before a metric's name

History = Mapping[str, Array]


def curves(
    history: Mapping[str, Mapping[str, Sequence[float]]], *, title: str = "Learning curves"
) -> Plot:
    """Show the learning curves of several models, with a panel for each metric.

    Training is a solid line, validation a dashed one; each model has a colour and a marker.

    Args:
        history: By a model's name, what `fit` returns as `.history`: for each metric one number an
            epoch, those on validation data under the name after "val_". Lists may be empty.
        title: What stands above.

    Returns:
        A plot with at most 12 panels.

    Raises:
        KitchenError: This is no such dict, or has more than 42 models.

    >>> print(kitchen.plots.curves({"plain": {"loss": [0.9, 0.5], "val_loss": [0.8, 0.6]}}))
    Learning curves: plain after 2 epochs: loss 0.5 (validation 0.6).
    """
    found = {model: checked(model, values) for model, values in lined(history).items()}
    metrics = metrics_of(*found.values())
    panels = metrics[:MOST_PANELS] or ["metric"]
    left_out = f", {MOST_PANELS} of {len(metrics)} metrics" if len(metrics) > MOST_PANELS else ""
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    with styled():
        figure = sheet(f"{cut(title, TITLE, 560)}{left_out}", 0.9 + 2.6 * rows)
        axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
        for unused in axes[len(panels) :]:
            unused.remove()
        for place, metric in zip(axes, panels, strict=False):
            panel(place, list(lines_of(found, metric)), 1)
            place.set_ylabel(cut(metric, 10, 200))
        kinds = {key.startswith(VALIDATION) for values in found.values() for key in values}
        legend(figure, [cut(name, 10, 200) for name in found], kinds)
    return Plot(figure, f"{name_of(title)}: {'; '.join(in_words(found))}.")


def drift(
    distances: Mapping[str, Sequence[float]],
    *,
    title: str = "How far the copies move apart",
    unit: str = "distance",
    first: int = 0,
) -> Plot:
    """Show how far the copies of an unshared layer move apart while they are trained.

    Args:
        distances: By name, one distance at the start and one for each epoch, 0 or more. Lists may
            be empty.
        title: What stands above.
        unit: What is measured.
        first: The epoch of the first distance; 0 is the start, before training.

    Returns:
        A plot with a line for each name.

    Raises:
        KitchenError: This is no such dict, has more than 42 names, or a distance below 0.

    >>> print(kitchen.plots.drift({"encoder": [0, 0.3, 0.5]}))
    How far the copies move apart: encoder from 0 at epoch 0 to 0.5 at epoch 2.
    """
    found = {name: by_epoch(x, repr(name)) for name, x in lined(distances).items()}
    if isinstance(first, bool) or not isinstance(first, int):
        raise KitchenError("first is the number of an epoch.", received=f"first={first!r}")
    for name, values in found.items():
        if (values < 0).any():
            raise KitchenError(
                "A distance is 0 or more.", received=f"{values[values < 0][0]} under {name!r}"
            )
    drawn = [Line(cut(x, 10, 120), found[x], k) for k, x in enumerate(found)]
    with styled():
        figure = sheet(cut(title, TITLE, 700), 3.6)
        axes = figure.subplots()
        panel(axes, drawn, first)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(cut(unit, 10, 250))
        legend(figure, [cut(name, 10, 200) for name in found], set())
    said = "; ".join(f"{name_of(name)}{moved(x, first)}" for name, x in found.items())
    return Plot(figure, f"{name_of(title)}: {said}.")


def moved(values: Array, first: int) -> str:
    """Return the first and the last distance in words, as they stand after a name."""
    if not len(values):
        return f": {NONE_YET}"
    start = f" from {number(values[0])} at epoch {first} to" if len(values) > 1 else ""
    return f"{start} {number(values[-1])} at epoch {first + len(values) - 1}"


def lined(values: Any) -> Mapping[Any, Any]:
    """Return a dict by name of what becomes lines.

    Raises:
        KitchenError: It is none, is empty, or has too many names.
    """
    found = mapping(values, "What is shown by epoch", '{"model": run.history}')
    if len(found) > MOST_LINES:
        raise KitchenError(
            f"More than {MOST_LINES} lines cannot be told apart.",
            received=f"{len(found):,}",
            fix="Pass fewer of them.",
        )
    return found


def checked(model: object, values: Any) -> History:
    """Return the history of one model as arrays, by metric.

    Raises:
        KitchenError: It is no dict of lists of numbers.
    """
    if not isinstance(values, Mapping):
        raise KitchenError(
            "A model's history is a dict with one list of numbers for each metric.",
            received=f"{type(values).__name__} under {model!r}",
            fix='Pass {"model": run.history}, where run is what model.fit returned.',
        )
    return {str(key): by_epoch(x, f"{key!r} of {model!r}") for key, x in values.items()}


def by_epoch(values: Any, what: str) -> Array:
    """Return one number for each epoch, float64 of the shape `(epochs,)`.

    Raises:
        KitchenError: They are something else.
    """
    found = numbers(values, what)
    if found.ndim != 1:
        raise KitchenError(
            f"{what} does not have one number for each epoch.",
            received=f"the shape {found.shape}",
            fix="Pass a list of numbers.",
        )
    return found


def metrics_of(*histories: History) -> list[str]:
    """Return the metrics of histories without "val_": the loss, then the others in their order."""
    keys = dict.fromkeys(key.removeprefix(VALIDATION) for x in histories for key in x)
    return sorted(keys, key=lambda metric: metric != "loss")


def lines_of(found: Mapping[Any, History], metric: str) -> Iterator[Line]:
    """Yield the lines of one metric: those of training, then those of validation."""
    for key in (metric, VALIDATION + metric):
        for k, (name, values) in enumerate(found.items()):
            if key in values:
                dashed = key != metric
                shown = cut(name, 10, 120) + (" (validation)" if dashed else "")
                yield Line(shown, values[key], k, dashed)


def in_words(found: Mapping[Any, History]) -> Iterator[str]:
    """Yield the last numbers of each model; a model with the numbers of another one says that."""
    before: list[Any] = []
    for name, values in found.items():
        same = next((x for x in before if equal(found[x], values)), None)
        before.append(name)
        epochs = max((len(x) for x in values.values()), default=0)
        if not epochs:
            yield f"{name_of(name)}: {NONE_YET}"
        elif same is not None:
            yield f"{name_of(name)}: the same numbers as {name_of(same)!r}"
        else:
            said = f"{epochs:,} epoch{'s' if epochs > 1 else ''}"
            yield f"{name_of(name)} after {said}: {', '.join(last(values))}"


def equal(one: History, other: History) -> bool:
    """Return whether two histories hold the same numbers."""
    return one.keys() == other.keys() and all(
        np.array_equal(one[key], other[key], equal_nan=True) for key in one
    )


def last(values: History) -> Iterator[str]:
    """Yield the last number of each metric, that on validation data in parentheses."""
    for metric in metrics_of(values):
        shown = [
            f"{word}{number(x[-1]) if len(x) else 'none'}"
            for key, word in ((metric, ""), (VALIDATION + metric, "validation "))
            if (x := values.get(key)) is not None
        ]
        yield f"{name_of(metric)} {' ('.join(shown)}{')' * (len(shown) - 1)}"
