"""Plots of kernels and of their gradients: heat maps on scales with zero in the middle."""

from typing import Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.run.gradients import Contributions, Gradients
from kitchen.run.probe import Array
from kitchen.views.plot import INCH, TITLE, WIDTH, Plot, sheet, styled
from kitchen.views.plot_checks import matrix, picture_shape, whole
from kitchen.views.plot_parts import (
    SIGNS,
    bare,
    cut,
    heat,
    largest,
    lines,
    name_of,
    notes,
    number,
    odd,
    percent,
    scale,
    size,
)

AXES = {"kernel": ("input", "unit"), "embeddings": ("token", "dimension")}
MOST_CALLS = 10  # with a heat map each; the others are added up
COLUMNS = 4  # of heat maps
ACROSS = 8  # pictures of kernels in a row


def contributions(gradients: Gradients, weight: str | None = None) -> Plot:
    """Show what each call of a shared weight adds to its gradient, side by side on one scale.

    Args:
        gradients: What `kitchen.sharing(model, x, y)` gave.
        weight: The weight as "layer/weight", such as `"encoder/kernel"`; by default the first one
            with two axes, or the first of all.

    Returns:
        A plot with a heat map for each call, the regulariser's penalty if there is one, and their
        sum; above each its share of the sum, below each its size, the root of the sum of squares.
        Calls after the tenth are added up in one.

    Raises:
        KitchenError: These are no such gradients, no weight is shared, or none has this name.

    >>> import numpy as np
    >>> model = kitchen.examples.shared_layer.functional()
    >>> model.compile("adam", "binary_crossentropy")
    >>> y = np.ones((8, 1))
    >>> plot = kitchen.plots.contributions(kitchen.sharing(model, np.ones((8, 128)), [y, y]))
    >>> plot.alt.partition(":")[0]
    'What each call adds to the gradient of shared_dense/kernel'
    """
    found = chosen(gradients, weight)
    title = f"{found.layer}/{found.weight}"
    names, parts = added_up(found)
    with np.errstate(all="ignore"):
        shares = [percent(found.share(part)) for part in parts]
    arrays = [as_matrix(part) for part in (*parts, found.total)]
    signs = (*"+" * (len(parts) - 1), "=", "")
    limit = largest(*arrays)
    columns = min(COLUMNS, len(arrays))
    rows = -(-len(arrays) // columns)
    flat = found.total.ndim < 2
    upright, level = ("", "unit") if flat else AXES.get(found.weight, ("row", "column"))
    across = WIDTH * INCH / columns - 60
    with styled():
        about = f"What each call adds to the gradient of {cut(title, TITLE)}"
        figure = sheet(about, 1.4 + 2.6 * rows)
        axes = list(figure.subplots(rows, columns, sharey=True, squeeze=False).ravel())
        for unused in axes[len(arrays) :]:
            unused.remove()
        for k, place in enumerate(axes[: len(arrays)]):
            image = heat(place, arrays[k], limit, (across, 180))
            place.set_title(
                f"{lines(names[k], 10, across, 3)}\nshare {shares[k]}"
                if k < len(parts)
                else "together"
            )
            place.set_xlabel(f"{level}\nsize {number(size(arrays[k]))}")
            place.set_ylabel("" if k % columns else upright)
            place.tick_params(left=not flat, labelleft=not flat and k % columns == 0)
            place.annotate(signs[k], (1, 0.5), (3, 0), "axes fraction", "offset points", size=14)
        scale(figure, image, axes[: len(arrays)], f"gradient: {SIGNS}")
        figure.supxlabel(notes(arrays[0], *arrays), size=9)
    each = [f"{name_of(name)} {share}" for name, share in zip(names, shares, strict=True)]
    said = f"What each call adds to the gradient of {name_of(title)}: {'; '.join(each)}"
    return Plot(figure, f"{said}; the sum has the size {number(size(arrays[-1]))}.")


def chosen(gradients: Any, weight: str | None) -> Contributions:
    """Return the parts of the gradient of the weight that is asked for.

    Raises:
        KitchenError: As for `contributions`.
    """
    if not isinstance(gradients, Gradients):
        raise KitchenError(
            "contributions shows the gradients of shared weights.",
            received=type(gradients).__name__,
            fix="Pass kitchen.sharing(model, x, y), with the data.",
        )
    shared = [found for found in gradients.shared if found.total.size]
    known = {f"{found.layer}/{found.weight}": found for found in reversed(shared)}
    if not known:
        raise KitchenError(
            "The model has no trainable weight that more than one call uses.",
            received=f"the gradients of {gradients.model!r}",
            fix="Call a layer twice: kitchen.sharing(model) says which calls use each weight.",
        )
    if weight is None:
        return min(shared, key=lambda found: found.total.ndim != 2)
    if weight not in known:
        raise KitchenError(
            "No shared weight has this name.",
            received=f"weight={weight!r}",
            fix=f"Use one of {', '.join(repr(name) for name in reversed(known))}.",
        )
    return known[weight]


def added_up(found: Contributions) -> tuple[list[str], list[Array]]:
    """Return the terms of the sum: their names and themselves, calls after the tenth as one."""
    names = [name.removeprefix(f"{found.layer}, ") for name in found.parts]
    parts = list(found.parts.values())
    many = len(found.calls)
    if many > MOST_CALLS + 1:
        names[MOST_CALLS:many] = [f"the other {many - MOST_CALLS:,} calls"]
        parts[MOST_CALLS:many] = [np.sum(parts[MOST_CALLS:many], axis=0)]
    return names, parts


def as_matrix(values: Array) -> Array:
    """Return an array of any number of axes as one of two, of which the second is its last."""
    return np.asarray(values, "float64").reshape(-1, values.shape[-1] if values.ndim else 1)


def before_after(before: Any, after: Any, *, name: str = "kernel") -> Plot:
    """Show a kernel before and after training, on one scale, and the difference.

    Args:
        before: The kernel before, shape `(inputs, units)`.
        after: The kernel after, of the same shape.
        name: What it is called.

    Returns:
        A plot with three heat maps.

    Raises:
        KitchenError: These are no two kernels of one shape.

    >>> print(kitchen.plots.before_after([[0, 1.0]], [[0.5, 1.0]]))
    kernel (1×2) changed by 0.25 on average and by at most 0.5; of its 2 numbers 1 were 0 before
    and 0 after.
    """
    one, two = matrix(before, "before"), matrix(after, "after")
    if one.shape != two.shape:
        raise KitchenError(
            "The kernel has another shape after training.",
            received=f"{one.shape} before and {two.shape} after",
            fix="Pass the same weight of the same model, twice.",
        )
    with np.errstate(all="ignore"):
        change = two - one
    limit = largest(one, two)
    with styled():
        figure = sheet(f"{cut(name, TITLE)} before and after training", 4.4)
        axes = list(figure.subplots(1, 3, sharey=True))
        images = []
        for place, values, heading in zip(
            axes, (one, two, change), ("before", "after", "after − before"), strict=True
        ):
            end = largest(change) if values is change else limit
            images.append(heat(place, values, end, (200, 220)))
            place.set(title=heading, xlabel=f"unit\nsize {number(size(values))}")
        axes[0].set_ylabel("input")
        scale(figure, images[0], axes[:2], f"weight\n{SIGNS}")
        scale(figure, images[2], axes[2:], f"change\n{SIGNS}")
        figure.supxlabel(notes(one, one, two, change), size=9)
    return Plot(figure, change_in_words(name_of(name), one, two, change))


def change_in_words(name: str, one: Array, two: Array, change: Array) -> str:
    """Return how much a kernel changed, and how many of its numbers were and are zero."""
    text = f"{name} ({one.shape[0]:,}×{one.shape[1]:,})"
    if found := odd(change):
        return f"{text} before and after training: in the difference {found}."
    if not change.any():
        return f"{text} did not change."
    mean, most = (number(float(way(np.abs(change)))) for way in (np.mean, np.max))
    text += f" changed by {mean} on average and by at most {most}"
    zeros = [int(np.sum(values == 0)) for values in (one, two)]
    if any(zeros):
        text += f"; of its {one.size:,} numbers {zeros[0]:,} were 0 before and {zeros[1]:,} after"
    return f"{text}."


def kernels(kernel: Any, *, shape: tuple[int, int] = (28, 28), most: int = 32) -> Plot:
    """Show the kernels of a first layer as pictures: what each unit looks for.

    Args:
        kernel: Weights of the shape `(inputs, units)`.
        shape: The height and width of a picture; their product is the number of inputs.
        most: How many units are shown at most, the first ones; 1 to 96.

    Returns:
        A plot with a picture for each unit, all on one scale.

    Raises:
        KitchenError: This is no kernel, or its inputs do not fill such pictures.

    >>> print(kitchen.plots.kernels([[0.5, 3.0], [0.0, 4.0]], shape=(1, 2)))
    What each unit looks for, 2 of 2 units: weights from 0 to 4; unit 1 has the largest kernel
    (size 5), unit 0 the smallest (size 0.5).
    """
    values = matrix(kernel, "kernel")
    height, width = picture_shape(shape, len(values))
    units = values.shape[1]
    shown = values[:, : whole(most, "most", 96)]
    count = shown.shape[1]
    limit = largest(shown)
    columns = min(ACROSS, count)
    rows = -(-count // columns)
    cell = min(2.0, WIDTH / columns)
    tall = min(2.0, height / width) * cell
    title = f"What each unit looks for, {count} of {units:,} units"
    with styled():
        figure = sheet(title, 1.2 + rows * (tall + 0.3))
        axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
        for unused in axes[count:]:
            unused.remove()
        for k, place in enumerate(axes[:count]):
            picture = shown[:, k].reshape(height, width)
            image = heat(place, picture, limit, (cell * INCH - 20, tall * INCH - 20))
            bare(place, f"unit {k}")
        scale(figure, image, axes[:count], f"weight: {SIGNS}")
        figure.supxlabel(notes(picture, shown), size=9)
    if found := odd(shown):
        return Plot(figure, f"{title}: {found}.")
    sizes = [size(column) for column in shown.T]
    large, small = int(np.argmax(sizes)), int(np.argmin(sizes))
    text = f"{title}: weights from {number(shown.min())} to {number(shown.max())}"
    if large == small:
        return Plot(figure, f"{text}; each kernel has the size {number(sizes[0])}.")
    among = " of those shown" if len(sizes) < values.shape[1] else ""
    text += f"; unit {large} has the largest kernel (size {number(sizes[large])})"
    return Plot(figure, f"{text}, unit {small} the smallest (size {number(sizes[small])}){among}.")
