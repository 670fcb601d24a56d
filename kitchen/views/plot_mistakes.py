"""A plot of mistakes: the pictures that a classifier gets wrong, and how sure it was."""

from collections import Counter
from typing import Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.run.probe import Array
from kitchen.views.looks import PAPER
from kitchen.views.plot import WIDTH, Plot, sheet, styled
from kitchen.views.plot_checks import numbers, picture_shape, whole
from kitchen.views.plot_parts import BAD, LARGEST, bare, finite, number, percent

ACROSS = 6  # pictures in a row
SAID = 3  # mistakes in the sentence
NEAR = 1e-3  # how far probabilities may be outside 0 to 1, as those of half precision are


def mistakes(
    x: Any, y: Any, predicted: Any, *, shape: tuple[int, int] = (28, 28), most: int = 12
) -> Plot:
    """Show the pictures that a classifier gets wrong, those it is surest of first.

    Args:
        x: Pictures, of the shape `(n, height × width)`, or with the height and width apart.
        y: Their classes, whole numbers from 0, of the shape `(n,)` or `(n, 1)`.
        predicted: Probabilities from 0 to 1, of the shape `(n, classes)`.
        shape: The height and width of a picture.
        most: How many are shown at most, 1 to 60.

    Returns:
        A plot with a picture for each mistake: its class, what the classifier said, and how sure
        it was. An answer that is not a number counts as a mistake.

    Raises:
        KitchenError: The arrays do not fit one another, or hold something else.

    >>> print(kitchen.plots.mistakes([[0], [1]], [0, 1], [[0.2, 0.8], [0.1, 0.9]], shape=(1, 1)))
    1 of 2 pictures is misclassified (50%): 0 taken for 1 (80% sure).
    """
    pictures, classes, given = checked(x, y, predicted)
    height, width = picture_shape(shape, pictures.shape[1])
    count, many = whole(most, "most", 60), len(pictures)
    sure = np.where(np.isnan(given).any(axis=1), np.nan, given.max(axis=1))
    answers = np.where(np.isnan(sure), -1, np.nan_to_num(given).argmax(axis=1))
    wrong = np.flatnonzero(answers != classes)
    wrong = wrong[np.argsort(-np.nan_to_num(sure[wrong], nan=-1.0), kind="stable")]
    if not len(wrong):
        with styled():
            what = "The one picture is" if many == 1 else f"All {many:,} are"
            text = f"{what} classified right"
            return Plot(sheet(f"{text}: there is no mistake to show", 0.6), f"{text}.")
    text = f"{len(wrong):,} of {many:,} pictures {'is' if len(wrong) == 1 else 'are'} misclassified"
    shown = wrong[:count]
    columns = min(ACROSS, len(shown))
    rows = -(-len(shown) // columns)
    tall = min(2.0, height / width) * min(1.6, WIDTH / columns)
    low, high = span(pictures[shown])
    with styled():
        first = f", the {len(shown)} it was surest of" if len(shown) < len(wrong) else ""
        figure = sheet(f"{text}{first}", 0.9 + rows * (tall + 0.45))
        axes = list(figure.subplots(rows, columns, squeeze=False).ravel())
        for unused in axes[len(shown) :]:
            unused.remove()
        for place, k in zip(axes, shown, strict=False):
            picture = np.ma.masked_invalid(finite(pictures[k].reshape(height, width)))
            place.imshow(picture, cmap="gray_r", vmin=low, vmax=high)
            place.patch.set(hatch=BAD, facecolor=PAPER)
            said = "NaN" if np.isnan(sure[k]) else f"{answers[k]}\n{percent(sure[k])} sure"
            bare(place, f"{classes[k]}, taken for {said}")
        figure.supxlabel(f"pixels from {number(low)} (white) to {number(high)} (black)", size=9)
    share = percent(len(wrong) / many)
    return Plot(figure, f"{text} ({share}){in_words(wrong, classes, answers, sure)}.")


def checked(x: Any, y: Any, predicted: Any) -> tuple[Array, Array, Array]:
    """Return pictures as `(n, pixels)`, classes as integers `(n,)`, probabilities `(n, classes)`.

    Raises:
        KitchenError: They do not fit one another, or hold something else.
    """
    pictures, classes, given = numbers(x, "x"), numbers(y, "y"), numbers(predicted, "predicted")
    if pictures.ndim < 2 or not pictures.size:
        raise KitchenError("x holds pictures, (n, pixels).", received=f"the shape {pictures.shape}")
    many = len(pictures)
    if classes.shape not in {(many,), (many, 1)}:
        raise KitchenError(
            f"y holds one class for each of the {many:,} pictures.",
            received=f"the shape {classes.shape}",
            fix="Pass whole numbers; of one-hot rows, y.argmax(axis=1).",
        )
    if given.ndim != 2 or len(given) != many or given.shape[1] < 2:
        raise KitchenError(
            f"predicted holds probabilities of two or more classes for {many:,} pictures.",
            received=f"the shape {given.shape}",
            fix="Pass model.predict(x); of one column p, np.hstack([1 - p, p]).",
        )
    if (given < -NEAR).any() or (given > 1 + NEAR).any():
        raise KitchenError(
            "predicted holds probabilities, from 0 to 1.",
            received=f"numbers from {number(np.nanmin(given))} to {number(np.nanmax(given))}",
            fix="Pass logits through softmax first.",
        )
    labels = classes.reshape(many)
    if not np.isin(labels, range(given.shape[1])).all():
        raise KitchenError(
            f"y holds whole numbers from 0 to {given.shape[1] - 1}, one for each class.",
            received=f"numbers from {number(labels.min())} to {number(labels.max())}",
        )
    return pictures.reshape(many, -1), labels.astype(int), given


def span(pictures: Array) -> tuple[float, float]:
    """Return the ends of a scale that takes in 0 and all finite pixels."""
    kept = np.nan_to_num(finite(pictures))
    low, high = min(0.0, float(kept.min())), max(0.0, float(kept.max()))
    return (low, high) if high - low > 1 / LARGEST else (0.0, 1.0)


def in_words(wrong: Array, classes: Array, answers: Array, sure: Array) -> str:
    """Return the mistakes a classifier was surest of, and the one it made most often."""
    taken = [f"{classes[k]} taken for {answers[k] if answers[k] >= 0 else 'NaN'}" for k in wrong]
    said = ", ".join(
        text if np.isnan(sure[k]) else f"{text} ({percent(sure[k])} sure)"
        for text, k in zip(taken[:SAID], wrong, strict=False)
    )
    text = f"; it was surest of {said}" if len(wrong) > SAID else f": {said}"
    often, times = Counter(taken).most_common(1)[0]
    return text + (f"; most often {often}, {times:,} times" if times > 1 else "")
