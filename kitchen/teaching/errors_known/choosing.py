"""Which of the learner's tensors is meant, where one has to be named for them."""

import contextlib
import re
from collections.abc import Sequence
from typing import Any

from kitchen.backend import keras
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import flat, is_tensor, shape_of


def tensors(scene: Scene) -> list[tuple[str, Any]]:
    """Return the learner's symbolic tensors with their names, the one made last first."""
    found: dict[int, tuple[str, Any]] = {}
    for name, value in scene.variables():
        if is_tensor(value):
            found.setdefault(id(value), (name, value))
    return sorted(found.values(), key=lambda x: age(x[1]), reverse=True)


def age(tensor: Any) -> int:
    """Return when a tensor was made, as a count; -1 for one that the learner has named."""
    counted = re.fullmatch(r"keras_tensor(?:_(\d+))?", str(tensor.name))
    return -1 if counted is None else int(counted[1] or 0)


def sources(tensor: Any) -> list[Any]:
    """Return the inputs that a tensor is computed from."""
    return list(keras().utils.get_source_inputs(tensor))


def comes_from(tensor: Any, inputs: Sequence[Any]) -> bool:
    """Return whether a tensor is computed from nothing but these inputs."""
    return all(any(x is y for y in inputs) for x in sources(tensor))


def takes(layer: Any, shape: Sequence[Any] | None) -> bool:
    """Return whether a layer can be called on a tensor of a shape, as far as it says so."""
    if shape is None:
        return False
    for spec in flat(getattr(layer, "input_spec", None))[:1]:
        if spec is None:
            continue
        if spec.ndim not in (None, len(shape)) or len(shape) < (spec.min_ndim or 0):
            return False
        if any(n is not None and shape[k] not in (None, n) for k, n in (spec.axes or {}).items()):
            return False
    return True


def likely(scene: Scene, otherwise: str, *, layer: Any = None, inputs: Sequence[Any] = ()) -> str:
    """Return the name of the learner's tensor that is most likely meant.

    Args:
        scene: Where it is to stand.
        otherwise: What to write where there is none.
        layer: The layer that is to be called on it.
        inputs: What it is to be computed from; by default anything.
    """
    for name, value in tensors(scene):
        if inputs and not comes_from(value, inputs):
            continue
        if layer is None or takes(layer, shape_of(value)):
            return name
    return otherwise


def results_of(scene: Scene, layer: Any, inputs: Sequence[Any]) -> list[str]:
    """Return the names of the learner's tensors that a layer has made from some inputs."""
    found = []
    for name, value in reversed(tensors(scene)):
        with contextlib.suppress(Exception):  # such as a tensor that a model can't end in
            if comes_from(value, inputs) and all(value is not x for x in sources(value)):
                model = keras().Model(sources(value), value)
                if model.output_names == [layer.name] and layer in model.layers:
                    found.append(name)
    return found
