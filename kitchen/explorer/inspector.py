"""What the inspector says of one call: its layer, its tensors, its weights as small pictures."""

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from kitchen.backend import keras
from kitchen.explorer.formulas import formula
from kitchen.explorer.panes import shown
from kitchen.explorer.past import Past
from kitchen.graph.model_graph import Call, Tensor, leaves
from kitchen.graph.reader import Bound
from kitchen.graph.sharing import Path
from kitchen.run.probe import Array
from kitchen.views.words import shape_text, sum_of

SIDE = 96  # the most rows and columns of a heat map
BINS = 24  # of a histogram
MOST_ARRAYS = 60
MOST_PICTURES = 180_000  # characters of all heat maps in a message
ZERO, NO_NUMBER = 127, 255  # the shades of a heat map: 0 to 254 are from below to above
LOW, MIDDLE, HIGH = (179, 88, 6), (247, 247, 247), (84, 39, 136)


def palette() -> bytes:
    """Return the colours of all shades: orange below 0, purple above, grey for what is no number.

    A palette makes a heat map a third as large.
    """
    side = np.linspace(-1, 1, 2 * ZERO + 1)[:, None]
    ends = np.where(side < 0, LOW, HIGH)
    colours = np.round(MIDDLE + (ends - MIDDLE) * np.abs(side))
    return np.vstack([colours, (128, 128, 128)]).astype("uint8").tobytes()


PALETTE = palette()


def inspect(
    bound: Bound,
    path: Path,
    gives: Sequence[Array] = (),
    past: Past | None = None,
    moment: int = 0,
) -> dict[str, Any]:
    """Return what there is to say of a call.

    Args:
        bound: The model.
        path: The ids of the calls that lead to it, its own last.
        gives: What it gives out for an example, if one was chosen: each without the batch.
        past: The training to look back on, if it was recorded.
        moment: Which of its copies.

    Returns:
        `title`, `rows` of names and values, and in `arrays` for what it gives out and for each
        weight the name, statistics, a PNG file as a heat map and the counts of a histogram.
    """
    graph = bound.graph
    found = graph.calls[path[-1]]
    layer = graph.layers[found.layer]
    uses = graph.uses[layer.id]
    rows = [("class", layer.class_name)]
    if layer.settings:
        rows.append(("settings", layer.settings))
    if len(uses) > 1:
        turn = uses.index(found.id) + 1
        rows.append(("use", f"call {turn} of {len(uses)}, with the same weights"))
    rows += [("takes", shown(edge.tensor)) for edge in found.edges if edge.kind == "data"]
    rows += [("also given", text) for text in given(found)]
    rows += [("gives", shown(tensor)) for tensor in found.outputs]
    if said := formula(layer.class_name):
        rows.append(("computes", said))
    counted = [graph.weights[key] for key in dict.fromkeys(layer.weights)]
    once = ", counted once for all calls" if len(uses) > 1 and counted else ""
    rows.append(("parameters", f"{sum_of([x for x in counted if not x.state])}{once}"))
    arrays = [values(f"gives {shape_text((None, *x.shape))}", x) for x in gives]
    if layer.kind != "model":
        slopes = past.slopes(path, moment) if past else {}
        for key in dict.fromkeys(layer.weights):
            if graph.weights[key].state:
                continue
            arrays.append(weight(bound, key, past, moment))
            if key in slopes:
                part = ", this call's part" if len(uses) > 1 else ""
                name = f"gradient of {graph.weights[key].name}{part}"
                arrays.append(values(name, slopes[key]))
    if len(arrays) > MOST_ARRAYS:
        rows.append(("arrays", f"the first {MOST_ARRAYS} of {len(arrays):,}"))
    return {"title": layer.name, "rows": [list(row) for row in rows], "arrays": fitting(arrays)}


def fitting(arrays: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the arrays that a message has room for; where they are many, the last lack pictures.

    >>> few = [{"png": "x" * 100_000, "counts": []}] * 3
    >>> [len(array["png"]) for array in fitting(few)]
    [100000, 0, 0]
    """
    left, found = MOST_PICTURES, []
    for array in arrays[:MOST_ARRAYS]:
        left -= len(array["png"])
        found.append(array if left >= 0 else {**array, "png": ""})
    return found


def given(call: Call) -> list[str]:
    """Return the arguments of a call that are no tensors, such as an axis."""
    named = [*((str(k), x) for k, x in enumerate(call.args)), *call.kwargs.items()]
    return [
        f"{name} = {value!r}"[:200]
        for name, value in named
        if not any(isinstance(x, Tensor) for x in leaves(value))
    ]


def weight(bound: Bound, key: str, past: Past | None = None, moment: int = 0) -> dict[str, Any]:
    """Return a weight's name, shape and statistics, and two small pictures of its entries."""
    about = bound.graph.weights[key]
    array = past.weight(key, moment) if past else None
    if past is not None and array is not None:  # one scale for all moments, so that growth shows
        found = values(about.name, array, past.top(key))
    else:
        found = values(about.name, keras().ops.convert_to_numpy(bound.variables[key].value))
    return found if about.trainable else {**found, "told": f"{found['told']}, not trained"}


def values(name: str, array: Any, top: float | None = None) -> dict[str, Any]:
    """Return an array's shape and statistics in words, and two small pictures of its entries.

    Args:
        name: What it is called.
        array: Its entries.
        top: The entry, whatever its sign, that has the full colour; by default the largest.
    """
    entries = np.asarray(array)
    size = f" = {entries.size:,}" if entries.ndim > 1 else ""
    told = [f"{'×'.join(map(str, entries.shape)) or 'one number'}{size}"]
    entries = entries.astype("float64") if entries.dtype.kind in "fiub" else np.zeros(0)
    finite = entries[np.isfinite(entries)]
    if finite.size:
        told.append(f"from {finite.min():.3g} to {finite.max():.3g}, mean {finite.mean():.3g}")
    if odd := entries.size - finite.size:
        told.append(f"{odd:,} not finite")
    ends = (-top, top) if top else None
    counts = np.histogram(finite, BINS, ends)[0].tolist() if finite.size else []
    small = matrix(entries) if finite.size else np.zeros((0, 0))
    heat = base64.b64encode(png(small, top)).decode() if finite.size else ""
    return {
        "name": name,
        "told": ", ".join(told),
        "png": heat,
        "columns": small.shape[1],
        "counts": counts,
    }


def matrix(values: Array) -> Array:
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


def png(values: Array, top: float | None = None) -> bytes:
    """Return a matrix as a PNG file: orange below 0, purple above, grey for what is no number."""
    finite = np.isfinite(values)
    top = top or float(np.abs(values[finite]).max(initial=0.0))
    part = np.clip(np.where(finite, values, 0.0) / (top or 1.0), -1, 1)
    shades = np.where(finite, np.round(part * ZERO) + ZERO, NO_NUMBER).astype("uint8")
    image = Image.fromarray(shades, "P")
    image.putpalette(PALETTE)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
