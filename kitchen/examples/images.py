"""The images: real handwritten digits, split once, then drawn, resized or put on a canvas.

They come with scikit-learn: 1,797 of them, 8 by 8 pixels, from the test part of "Optical
Recognition of Handwritten Digits" (UCI).
"""

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
Labels = NDArray[np.int64]
Source = tuple[Images, Labels]
Pairs = tuple[Images, Images, Labels, Labels]

TEST_IMAGES_PER_DIGIT = 50
SPLIT_SEED = 0
CANVAS = 16  # pixels on each side


def split() -> tuple[Source, Source]:
    """Return the digits as (training images, labels), (test images, labels).

    Returns:
        Images, shape (1297, 8, 8) and (500, 8, 8), float32, 0 (paper) to 1 (ink); labels, shape
        (1297,) and (500,), int64, 0 to 9: 124 to 133 of each digit, and 50 of each.
    """
    # Imported here: it takes a second, and an example's models do not need it.
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images / 16).astype(np.float32)
    labels = bunch.target.astype(np.int64)
    # RandomState's streams are frozen for good; Generator's may change with a NumPy release.
    order = np.random.RandomState(SPLIT_SEED).permutation(len(images))
    # As many of each digit, or the shares of yes in the test pairs would not be the usual ones.
    test = np.concatenate(
        [order[labels[order] == digit][:TEST_IMAGES_PER_DIGIT] for digit in range(10)]
    )
    train = np.setdiff1d(order, test)
    return (images[train], labels[train]), (images[test], labels[test])


def resize(images: Images, size: int) -> Images:
    """Return square images at another size, bilinearly.

    Args:
        images: Shape (n, side, side).
        size: The new side, in pixels.

    Returns:
        Shape (n, size, size), float32. Pixel centres lie at half units and the border repeats,
        as in `tf.image.resize`.
    """
    side = images.shape[1]
    place = np.clip((np.arange(size) + 0.5) * side / size - 0.5, 0, side - 1)
    # One row for each new pixel: how much it takes from each old one.
    mix = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(side))).astype(np.float32)
    return np.asarray(mix @ images @ mix.T, dtype=np.float32)


def draw(source: Source, count: int, rng: np.random.RandomState) -> Source:
    """Draw digits at random, each image as likely as any other.

    Args:
        source: Images, shape (n, 8, 8), and labels, shape (n,).
        count: How many.
        rng: Where the draw goes on.

    Returns:
        Images, shape (count, 8, 8); labels, shape (count,).
    """
    images, labels = source
    found = rng.randint(len(images), size=count)
    return images[found], labels[found]


def showing(source: Source, digits: range) -> Source:
    """Return those images and labels whose digit is one of `digits`."""
    images, labels = source
    chosen = np.isin(labels, digits)
    return images[chosen], labels[chosen]


def of_each(source: Source, digits: Labels, rng: np.random.RandomState) -> Images:
    """Draw an image for each digit asked for, each image of that digit as likely as any other.

    Args:
        source: Images, shape (n, 8, 8), and labels, shape (n,).
        digits: Shape (count,): 0 to 9, such as are among the labels.
        rng: Where the draw goes on.

    Returns:
        Shape (count, 8, 8).
    """
    images, labels = source
    # In the order of their labels, a digit's images lie side by side.
    order, many = np.argsort(labels, kind="stable"), np.bincount(labels)
    start = np.cumsum(many) - many
    within = (rng.rand(len(digits)) * many[digits]).astype(np.int64)
    found: Images = images[order[start[digits] + within]]
    return found


def pairs(first: Source, second: Source, count: int, seed: int) -> Pairs:
    """Draw pairs of digits at random, the two of a pair apart.

    Args:
        first: What the first digit is drawn from: images, shape (n, 8, 8), and labels, shape (n,).
        second: What the second one is drawn from.
        count: How many pairs.
        seed: Where the draw starts; the same seed draws the same pairs.

    Returns:
        First images, second images, shape (count, 8, 8); first labels, second labels, shape
        (count,).
    """
    rng = np.random.RandomState(seed)
    one, label_one = draw(first, count, rng)
    two, label_two = draw(second, count, rng)
    return one, two, label_one, label_two


def half_alike(source: Source, count: int, seed: int) -> Pairs:
    """Draw pairs as `pairs` does from one source, but half of them show the same digit twice.

    In the other half the nine other digits are equally likely.
    """
    rng = np.random.RandomState(seed)
    one, label_one = draw(source, count, rng)
    other = (label_one + rng.randint(1, 10, size=count)) % 10
    label_two = np.where(rng.rand(count) < 0.5, label_one, other)
    return one, of_each(source, label_two, rng), label_one, label_two


def on_canvas(images: Images, down: Labels, right: Labels, side: int = CANVAS) -> Images:
    """Return each image on an empty canvas, whole.

    Args:
        images: Shape (n, 8, 8).
        down: Shape (n,): how many rows lie above the image, 0 to side - 8.
        right: Shape (n,): how many columns lie left of it, likewise.
        side: The canvas's side, in pixels.

    Returns:
        Shape (n, side, side), float32.
    """
    many, high, wide = images.shape
    canvas = np.zeros((many, side, side), dtype=np.float32)
    rows = (down[:, None] + np.arange(high))[:, :, None]
    columns = (right[:, None] + np.arange(wide))[:, None, :]
    canvas[np.arange(many)[:, None, None], rows, columns] = images
    return canvas


def column(answer: NDArray[np.bool_]) -> Images:
    """Return yes and no as 1 and 0 in the shape of a `Dense(1)` output: (n, 1), float32."""
    # (n,) against (n, 1) would do too, but a target in its output's shape can't broadcast.
    return answer.astype(np.float32)[:, None]
