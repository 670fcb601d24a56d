"""What the inspector says of one call: its layer, its tensors, its weights as small pictures."""

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from kitchen.backend import keras
from kitchen.explorer.formulas import formula
from kitchen.graph.model_graph import Call, Tensor, leaves
from kitchen.graph.reader import Bound
from kitchen.views.words import shape_text

SIDE = 96  # the most rows and columns of a heat map
BINS = 24  # of a histogram
LOW, MIDDLE, HIGH = (
    np.array(colour, "float64") for colour in ((179, 88, 6), (247, 247, 247), (84, 39, 136))
)


def inspect(bound: Bound, call: str, gives: Sequence[np.ndarray[Any, Any]] = ()) -> dict[str, Any]:
    """Return what there is to say of a call.

    Args:
        bound: The model.
        call: The call's id.
        gives: What it gives out for an example, if one was chosen: each without the batch.

    Returns:
        `title`, `rows` of names and values, and in `arrays` for what it gives out and for each
        weight the name, statistics, a PNG file as a heat map and the counts of a histogram.
    """
    graph = bound.graph
    found = graph.calls[call]
    layer = graph.layers[found.layer]
    uses = graph.uses[layer.id]
    rows = [("class", layer.class_name)]
    if layer.settings:
        rows.append(("settings", layer.settings))
    if len(uses) > 1:
        rows.append(("use", f"call {uses.index(call) + 1} of {len(uses)}, with the same weights"))
    rows += [("takes", shown(edge.tensor)) for edge in found.edges if edge.kind == "data"]
    rows += [("also given", text) for text in given(found)]
    rows += [("gives", shown(tensor)) for tensor in found.outputs]
    if said := formula(layer.class_name):
        rows.append(("computes", said))
    count = graph.count(layer.id)
    once = ", counted once for all calls" if len(uses) > 1 and count else ""
    rows.append(("parameters", f"{count:,}{once}"))
    arrays = [values(f"gives {shape_text((None, *x.shape))}", x) for x in gives]
    arrays += [
        weight(bound, key)
        for key in dict.fromkeys(layer.weights)
        if layer.kind != "model" and not graph.weights[key].state
    ]
    return {"title": layer.name, "rows": [list(row) for row in rows], "arrays": arrays}


def shown(tensor: Tensor) -> str:
    """Return a tensor's shape and dtype in words."""
    return f"{shape_text(tensor.shape) or 'any shape'} {tensor.dtype or ''}".strip()


def given(call: Call) -> list[str]:
    """Return the arguments of a call that are no tensors, such as an axis."""
    named = [*((str(k), x) for k, x in enumerate(call.args)), *call.kwargs.items()]
    return [
        f"{name} = {value!r}"[:200]
        for name, value in named
        if not any(isinstance(x, Tensor) for x in leaves(value))
    ]


def weight(bound: Bound, key: str) -> dict[str, Any]:
    """Return a weight's name, shape and statistics, and two small pictures of its entries."""
    about = bound.graph.weights[key]
    found = values(about.name, keras().ops.convert_to_numpy(bound.variables[key].value))
    return found if about.trainable else {**found, "told": f"{found['told']}, not trained"}


def values(name: str, array: Any) -> dict[str, Any]:
    """Return an array's shape and statistics in words, and two small pictures of its entries."""
    entries = np.asarray(array)
    size = f" = {entries.size:,}" if entries.ndim > 1 else ""
    told = [f"{'×'.join(map(str, entries.shape)) or 'one number'}{size}"]
    entries = entries.astype("float64") if entries.dtype.kind in "fiub" else np.zeros(0)
    finite = entries[np.isfinite(entries)]
    if finite.size:
        told.append(f"from {finite.min():.3g} to {finite.max():.3g}, mean {finite.mean():.3g}")
    if odd := entries.size - finite.size:
        told.append(f"{odd:,} not finite")
    counts = np.histogram(finite, BINS)[0].tolist() if finite.size else []
    heat = base64.b64encode(png(matrix(entries))).decode() if finite.size else ""
    return {"name": name, "told": ", ".join(told), "png": heat, "counts": counts}


def matrix(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an array as rows and columns, at most `SIDE` of each.

    Where there are more, each entry stands for a block and is the largest of it, whatever its sign.
    """
    flat = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else values.reshape(1, -1)
    for axis in (0, 1):
        many = flat.shape[axis]
        if many > SIDE:
            starts = np.linspace(0, many, SIDE, endpoint=False).astype(int)
            high = np.maximum.reduceat(flat, starts, axis=axis)
            low = np.minimum.reduceat(flat, starts, axis=axis)
            flat = np.where(np.abs(low) > np.abs(high), low, high)
    return flat


def png(values: np.ndarray[Any, Any]) -> bytes:
    """Return a matrix as a PNG file: orange below 0, purple above, grey for what is no number."""
    finite = np.isfinite(values)
    top = float(np.abs(values[finite]).max()) if finite.any() else 0.0
    part = np.where(finite, values, 0.0) / (top or 1.0)
    side = np.where((part < 0)[..., None], LOW, HIGH)
    pixels = MIDDLE + (side - MIDDLE) * np.abs(part)[..., None]
    pixels[~finite] = (128, 128, 128)
    file = io.BytesIO()
    Image.fromarray(pixels.astype("uint8")).save(file, "PNG")
    return file.getvalue()
