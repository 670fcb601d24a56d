"""The noisy canvases: four digits each, under noise, and the pixels of the odd ones as the target.

As in `digits`, images are split before they are put on a canvas, and every seed is fixed.
"""

import numpy as np

from kitchen.examples.digits import in_two_parts
from kitchen.examples.example import Data
from kitchen.examples.images import Images, Source, draw, on_canvas

SIDE = 24  # pixels of a canvas
QUARTER = SIDE // 2  # a digit lies inside a quarter, so no two touch the same pixel
NOISE = 0.2  # the standard deviation; ink goes from 0 to 1
INK = 0.5  # from here on a pixel of the clean digit counts as ink
# So few that three networks are trained in half a minute.
TRAIN_CANVASES, TEST_CANVASES = 2_000, 500


def unet() -> Data:
    """Return noisy canvases with four digits each: which pixels belong to an odd digit?

    Returns:
        x: shape (2000, 24, 24, 1) and (500, 24, 24, 1), float32, 0 to 1: one digit of 8 by 8 pixels
        in each quarter, at one of 25 places, all as likely; then normal noise with a standard
        deviation of 0.2 on every pixel, clipped to 0 to 1. y: the same shapes, float32: 1 where an
        odd digit has ink (0.5 or more before the noise), 0 elsewhere. About 7 % are 1.
    """
    return in_two_parts(part, TRAIN_CANVASES, TEST_CANVASES)


def part(source: Source, count: int, seed: int) -> tuple[Images, Images]:
    """Return `count` canvases and their targets, shape (count, 24, 24, 1) each."""
    rng = np.random.RandomState(seed)
    canvas = np.zeros((count, SIDE, SIDE), dtype=np.float32)
    target = np.zeros_like(canvas)
    for top in (0, QUARTER):
        for left in (0, QUARTER):
            images, labels = draw(source, count, rng)
            down, right = rng.randint(QUARTER - images.shape[1] + 1, size=(2, count))
            digit = on_canvas(images, top + down, left + right, SIDE)
            odd = (labels % 2 == 1)[:, None, None]
            canvas += digit
            target += odd & (digit >= INK)
    noise = rng.normal(0, NOISE, canvas.shape)
    noisy = np.clip(canvas + noise, 0, 1).astype(np.float32)
    return noisy[..., None], target[..., None]
