"""The tokens: five digits that each carry another one, and then a key that asks for one of them.

As in `digits`, images are split before they are put into tokens, and every seed is fixed.
"""

from dataclasses import dataclass

import numpy as np

from kitchen.examples.digits import TEST_SEED, TRAIN_SEED
from kitchen.examples.example import Data
from kitchen.examples.images import Images, Labels, Source, of_each, split

CARRIERS = 5  # tokens with a key and a value, before the one that asks
EMPTY = -1  # where a token shows no digit
# So few that attention and two networks without it are trained in less than twenty seconds.
TRAIN_ROWS, TEST_ROWS = 8_000, 2_000


@dataclass(frozen=True)
class TokenData(Data):
    """Arrays to train and to test with, and which digits the test tokens show.

    Args:
        digits_test: Shape (n, 6, 2), int64: the key and the value of each token in `x_test`, 0 to
            9; -1 where it shows none. No network gets to see them.
    """

    digits_test: Labels


def attention() -> TokenData:
    """Return rows of six tokens: which value stands beside the key that the last token shows?

    Returns:
        x: shape (8000, 6, 128) and (2000, 6, 128), float32, 0 to 1: in each token the 64 pixels of
        its key and the 64 of its value. The first five keys are five different digits, the values
        any digits. The last token has the key of one of the five, in another image as a rule, and
        an empty value. y: shape (8000,) and (2000,), int64, 0 to 9: the value beside that key.
        `digits_test` says what the test tokens show.
    """
    train, test = split()
    x_train, y_train, _ = part(train, TRAIN_ROWS, TRAIN_SEED)
    x_test, y_test, digits_test = part(test, TEST_ROWS, TEST_SEED)
    return TokenData(x_train, y_train, x_test, y_test, digits_test)


def part(source: Source, count: int, seed: int) -> tuple[Images, Labels, Labels]:
    """Return `count` rows, their targets, and the digits that they show.

    Returns:
        x, shape (count, 6, 128); y, shape (count,); digits, shape (count, 6, 2).
    """
    rng = np.random.RandomState(seed)
    row = np.arange(count)
    keys = rng.rand(count, 10).argsort(axis=1)[:, :CARRIERS]  # no digit twice
    values = rng.randint(10, size=keys.shape)
    asked = rng.randint(CARRIERS, size=count)

    digits = np.full((count, CARRIERS + 1, 2), EMPTY, dtype=np.int64)
    digits[:, :CARRIERS, 0], digits[:, :CARRIERS, 1] = keys, values
    digits[:, CARRIERS, 0] = keys[row, asked]
    x = np.zeros((*digits.shape, 64), dtype=np.float32)
    shown = digits != EMPTY
    x[shown] = of_each(source, digits[shown], rng).reshape(-1, 64)
    return x.reshape(count, CARRIERS + 1, 128), digits[row, asked, 1], digits
