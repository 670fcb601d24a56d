"""A recorded training to walk through: weights, gradients and activations as they were."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError
from kitchen.graph.reader import Bound
from kitchen.graph.sharing import Path
from kitchen.graph.tracing import undone
from kitchen.run.gradients import slopes_of, tensor, trained
from kitchen.run.probe import Array
from kitchen.training.recording import Record
from kitchen.training.runs import Runs


class Past:
    """What a model was, epoch by epoch.

    Args:
        bound: The model, as it was read.
        record: What was kept of its training.
        history: Its metrics, epoch by epoch.
    """

    def __init__(self, bound: Bound, record: Record, history: Mapping[str, list[float]]):
        """Find each weight of the model in the record."""
        self.bound, self.record = bound, record
        self.model = bound.layers[bound.graph.root]
        order = {id(v): k for k, v in enumerate(self.model.weights)}
        held = bound.variables.items()
        self.places = {key: order[id(v)] for key, v in held if id(v) in order}
        loss = history.get("loss", ())
        self.labels = [
            f"after epoch {k}, loss {loss[k - 1]:.4g}" if 0 < k <= len(loss) else f"after epoch {k}"
            for k in record.epochs
        ]
        if record.epochs[0] == 0:
            self.labels[0] = "before training"
        self.top = cache(self._top)
        self.latest: tuple[int, dict[str, Any]] = (-1, {})

    def weight(self, key: str, moment: int) -> Array | None:
        """Return what a weight was; `None` for what was not recorded, such as a random state."""
        place = self.places.get(key)
        return None if place is None else self.record.weights[moment][place]

    def _top(self, key: str) -> float:
        """Return the largest entry that a weight ever had, whatever its sign."""
        place = self.places[key]
        found = [np.abs(copy[place]) for copy in self.record.weights if copy[place].size]
        return max((float(x[np.isfinite(x)].max(initial=0.0)) for x in found), default=0.0)

    def state(self, moment: int) -> Mapping[str, Any]:
        """Return all weights as they were, by their ids."""
        if self.latest[0] != moment:
            copy, variables = self.record.weights[moment], self.bound.variables
            made = {
                key: keras().ops.convert_to_tensor(copy[place], dtype=variables[key].dtype)
                for key, place in self.places.items()
            }
            self.latest = (moment, made)
        return self.latest[1]

    def slopes(self, path: Path, moment: int) -> dict[str, Array]:
        """Return the gradient of a call's own copy of each weight, on the kept examples.

        Layers are told `training=False`. It is empty where no examples were kept.
        """
        calls, layers = self.bound.graph.calls, self.bound.graph.layers
        wanted = trained(self.bound) & set(layers[calls[path[-1]].layer].weights)
        if self.record.x is None or not wanted:
            return {}
        x, y = (keras().tree.map_structure(tensor, x) for x in (self.record.x, self.record.y))
        with undone(self.model):
            found = slopes_of(self.bound, wanted, x, y, state=self.state(moment))
        return {
            key: np.asarray(keras().ops.convert_to_numpy(slope))
            for (at, key), slope in found.items()
            if at == path
        }


def recorded(runs: Runs, name: str | None) -> str:
    """Return the name of the model of a training that is to be walked through.

    Raises:
        KitchenError: Nothing was recorded, or there is no model of that name.
    """
    if not runs.records:
        raise KitchenError(
            "This training was not recorded.",
            received=f"the training of {', '.join(runs.models)}",
            fix="Train with record=True: kitchen.train(models, data, record=True).",
        )
    if name is None:
        return "functional" if "functional" in runs.records else next(iter(runs.records))
    if name not in runs.records:
        raise KitchenError(
            "There is no recorded model of this name.",
            received=f"form={name!r}",
            fix=f"Choose one of {', '.join(runs.records)}.",
        )
    return name
