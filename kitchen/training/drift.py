"""Train a network and its unshared twin from equal weights, and see the twin's copies part."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, KitchenWarning
from kitchen.graph.tracing import sublayers
from kitchen.rewrite.convert import convert
from kitchen.rewrite.unshare import unshare
from kitchen.run.probe import Array
from kitchen.tables import Table
from kitchen.training.devices import Choice
from kitchen.training.fit import train
from kitchen.training.runs import Runs
from kitchen.training.session import listed
from kitchen.views import plots

COPY = re.compile(r"(.+)_call(\d+)")
SHARED, UNSHARED = "shared", "unshared"


@dataclass(frozen=True)
class Drift:
    """How far the copies of each shared layer move apart once they are trained on their own.

    Args:
        distances: By the layer's name, one number for the start and one for each epoch: the
            largest distance between two copies' weights, as a part of their size at the start. The
            distance of shared weights is 0 for ever.
        runs: Both trainings, named `"shared"` and `"unshared"`.
    """

    distances: Mapping[str, list[float]]
    runs: Runs

    def plot(self) -> plots.Plot:
        """Return the distances as lines."""
        return plots.drift(self.distances, unit="distance / size at the start")

    def table(self) -> Table:
        """Return the distances at the start, after the first epoch and at the end."""
        rows = [
            (name, f"{x[0]:.3f}", f"{x[1]:.3f}" if len(x) > 1 else "–", f"{x[-1]:.3f}")
            for name, x in self.distances.items()
        ]
        header = ("layer", "at the start", "after one epoch", "at the end")
        caption = "How far the copies of a layer move apart, in parts of their size."
        return Table(caption, header, rows, numbers=(1, 2, 3))

    def __str__(self) -> str:
        """Return both tables as text."""
        return f"{self.table()}\n\n{self.runs}"

    def _repr_html_(self) -> str:
        return self.table().html() + self.runs._repr_html_()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def drift(
    model: Any,
    data: Any,
    epochs: int = 10,
    *,
    device: str | Choice | None = None,
    **options: Any,
) -> Drift:
    """Train copies of a network and of its unshared twin, from equal weights on equal batches.

    Args:
        model: A compiled model in which a layer or a model is called several times. It is left as
            it was.
        data: As for `train`.
        epochs: How many epochs to train for.
        device: As for `train`.
        **options: As for `train`.

    Returns:
        The distances between the twin's copies, epoch by epoch, and both trainings.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: As for `train` and `unshare`; or nothing is shared.

    >>> model = kitchen.examples.shared_layer.ready("functional")
    >>> data = kitchen.examples.shared_layer.data()
    >>> found = kitchen.drift(model, (data.x_test, data.y_test), epochs=1, device="cpu")
    >>> list(found.distances), found.distances["shared_dense"][0]
    (['shared_dense'], 0.0)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KitchenWarning)  # of what differs in training: it shows
        shared, twin = convert(model, "functional"), unshare(model)
    copies = copies_of(twin)
    if not copies:
        raise KitchenError(
            "No layer of this model is called more than once, so nothing can move apart.",
            received=f"{type(model).__name__} {model.name!r}",
            fix="Call one layer, or one model, on two inputs.",
        )
    sizes = {name: size(layers[0]) for name, layers in copies.items()}
    distances = {name: [distance(layers) / sizes[name]] for name, layers in copies.items()}

    def note(epoch: int, logs: Any = None) -> None:
        if watch.model is twin:
            for name, layers in copies.items():
                distances[name].append(distance(layers) / sizes[name])

    watch = keras().callbacks.LambdaCallback(on_epoch_end=note)
    callbacks = [*listed(options.pop("callbacks", None)), watch]
    models = {SHARED: shared, UNSHARED: twin}
    runs = train(models, data, epochs, device=device, callbacks=callbacks, **options)
    return Drift(distances, runs)


def copies_of(twin: Any) -> dict[str, list[Any]]:
    """Return the outermost layers that `unshare` has made several of, by the shared one's name."""
    found: dict[str, list[Any]] = {}
    inside: set[int] = set()
    for layer in sublayers(twin):
        if (name := COPY.fullmatch(layer.name)) and id(layer) not in inside and layer.weights:
            found.setdefault(name[1], []).append(layer)
            inside |= {id(inner) for inner in sublayers(layer)}
    return {name: layers for name, layers in found.items() if len(layers) > 1}


def flat(layer: Any) -> Array:
    """Return all trainable weights of a layer in one row, as float64."""
    arrays = [keras().ops.convert_to_numpy(v.value) for v in layer.trainable_variables]
    return np.concatenate([np.zeros(0), *(x.ravel().astype("float64") for x in arrays)])


def size(layer: Any) -> float:
    """Return the length of a layer's weights; 1 where they are all zero."""
    return float(np.linalg.norm(flat(layer))) or 1.0


def distance(layers: list[Any]) -> float:
    """Return the largest distance between two layers' weights."""
    rows = [flat(layer) for layer in layers]
    return max(float(np.linalg.norm(a - b)) for a in rows for b in rows)
