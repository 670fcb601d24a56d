"""The data: real handwritten digits, in the shapes that the article's networks take.

The images come with scikit-learn: 1,797 of them, 8 by 8 pixels, from the test part of "Optical
Recognition of Handwritten Digits" (UCI). They are split *before* they are put into pairs, so no
image is both trained and tested on: 50 of each digit are for testing, the other 1,297 for training.
Every seed is fixed, so every call gives the same arrays.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kitchen.errors import KitchenError, shorten
from kitchen.examples.example import Data

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

TEST_IMAGES_PER_DIGIT = 50
TRAIN_PAIRS = 16_000
TEST_PAIRS = 4_000

# Of the first seven test seeds, 4 comes closest to the shares of yes over all pairs: 45, 45, 50 %.
SPLIT_SEED, TRAIN_SEED, TEST_SEED = 0, 1, 4


def split() -> tuple[tuple[Images, Labels], tuple[Images, Labels]]:
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


def pairs(
    images: Images, labels: Labels, count: int, seed: int
) -> tuple[Images, Images, Labels, Labels]:
    """Draw pairs of digits at random, each image as likely as any other.

    Args:
        images: Shape (n, 8, 8).
        labels: Shape (n,).
        count: How many pairs.
        seed: Where the draw starts; the same seed draws the same pairs.

    Returns:
        First images, second images, shape (count, 8, 8); first labels, second labels, shape
        (count,).
    """
    first, second = np.random.RandomState(seed).randint(len(images), size=(2, count))
    return images[first], images[second], labels[first], labels[second]


def column(answer: NDArray[np.bool_]) -> Images:
    """Return yes and no as 1 and 0 in the shape of a `Dense(1)` output: (n, 1), float32."""
    # (n,) against (n, 1) would do too, but a target in its output's shape can't broadcast.
    return answer.astype(np.float32)[:, None]


def classifier() -> Data:
    """Return single digits for the classifier: which digit is it?

    Returns:
        x: shape (1297, 784) and (500, 784), float32, 0 to 1: the image resized to 28 by 28 and
        flattened. y: shape (1297,) and (500,), int64, 0 to 9, each about one in ten.
    """
    (x_train, y_train), (x_test, y_test) = split()
    return Data(
        x_train=resize(x_train, 28).reshape(-1, 784),
        y_train=y_train,
        x_test=resize(x_test, 28).reshape(-1, 784),
        y_test=y_test,
    )


QUESTIONS: dict[str, Callable[[Labels, Labels], NDArray[np.bool_]]] = {
    "larger": lambda a, b: a > b,
    "same parity": lambda a, b: a % 2 == b % 2,
}


def two_inputs(*, question: str = "larger") -> Data:
    """Return pairs of digits, one for each input: is A larger than B?

    Args:
        question: "larger" (is A larger than B? yes for 45 % of the pairs: a tie is a no) or
            "same parity" (are both even or both odd? yes for 50 %). The network can't learn the
            second: it adds a number from A to a number from B, and no such sum says whether the
            two are alike.

    Returns:
        x: a dict of `input_a`, shape (16000, 32) and (4000, 32): digit A, each two rows averaged
        into one, so 4 rows of 8; and `input_b`, shape (16000, 64) and (4000, 64): digit B whole.
        Both float32, 0 to 1. y: shape (16000, 1) and (4000, 1), float32, 1 for yes, 0 for no.

    Raises:
        KitchenError: There is no such question.
    """
    if question not in QUESTIONS:
        raise KitchenError(
            "There is no such question about these pairs.",
            received=shorten(repr(question), 80),
            fix=f"Choose one of {', '.join(map(repr, QUESTIONS))}.",
        )

    def part(
        source: tuple[Images, Labels], count: int, seed: int
    ) -> tuple[dict[str, Images], Images]:
        a, b, label_a, label_b = pairs(*source, count, seed)
        x = {
            "input_a": a.reshape(-1, 4, 2, 8).mean(axis=2).reshape(-1, 32),
            "input_b": b.reshape(-1, 64),
        }
        return x, column(QUESTIONS[question](label_a, label_b))

    train, test = split()
    return Data(*part(train, TRAIN_PAIRS, TRAIN_SEED), *part(test, TEST_PAIRS, TEST_SEED))


def shared_layer() -> Data:
    """Return pairs of digits side by side, with two questions about each pair.

    Returns:
        x: shape (16000, 128) and (4000, 128), float32, 0 to 1: an image of 8 rows of 16, the left
        digit's 8 columns and then the right one's, flattened. y: a list of two, each of shape
        (16000, 1) and (4000, 1), float32, 1 for yes, 0 for no: is the left digit larger? do they
        sum to 10 or more? Each is yes for about 45 %.
    """

    def part(source: tuple[Images, Labels], count: int, seed: int) -> tuple[Images, list[Images]]:
        left, right, label_left, label_right = pairs(*source, count, seed)
        x = np.concatenate([left, right], axis=2).reshape(-1, 128)
        return x, [column(label_left > label_right), column(label_left + label_right >= 10)]

    train, test = split()
    return Data(*part(train, TRAIN_PAIRS, TRAIN_SEED), *part(test, TEST_PAIRS, TEST_SEED))
