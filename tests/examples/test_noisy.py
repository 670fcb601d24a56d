"""The noisy canvases are real digits under noise, and every target follows from the digits."""

from typing import Any

import numpy as np
import pytest

from kitchen.examples import noisy
from kitchen.examples.example import Data
from kitchen.examples.images import split

QUARTERS = [np.s_[top : top + 12, left : left + 12] for top in (0, 12) for left in (0, 12)]
PARTS = ["train", "test"]


@pytest.fixture(scope="module")
def data() -> Data:
    """Return the data, made once."""
    return noisy.unet()


@pytest.fixture(scope="module")
def clean() -> Data:
    """Return the same canvases with noise of size zero."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(noisy, "NOISE", 0)
        return noisy.unet()


def part(data: Data, name: str) -> tuple[Any, Any]:
    """Return x and y of a part, without the last axis."""
    x, y = (data.x_train, data.y_train) if name == "train" else (data.x_test, data.y_test)
    return x[..., 0], y[..., 0]


def digits_in(quarter: Any, images: Any) -> list[tuple[int, int, int]]:
    """Return number, rows above and columns left of every image that the quarter shows exactly."""
    found = []
    for place, patch in enumerate(np.lib.stride_tricks.sliding_window_view(quarter, (8, 8))):
        for right, pixels in enumerate(patch):
            if np.isclose(pixels.sum(), quarter.sum()):  # all ink of the quarter
                same = np.flatnonzero((images == pixels).all(axis=(1, 2)))
                found += [(int(k), place, right) for k in same]
    return found


@pytest.mark.parametrize(("name", "many"), [("train", 2_000), ("test", 500)])
def test_shapes_and_ranges(data: Data, name: str, many: int) -> None:
    x, y = part(data, name)
    assert x.shape == y.shape == (many, 24, 24)
    assert data.x_train.shape[3] == data.y_train.shape[3] == 1
    assert x.dtype == y.dtype == np.float32
    assert (x.min(), x.max()) == (0, 1)
    assert np.unique(y).tolist() == [0, 1]
    assert y.mean() == pytest.approx(0.07, abs=0.005)


def test_every_call_gives_the_same_arrays(data: Data) -> None:
    again = noisy.unet()
    assert again.x_train is not data.x_train
    for field in ("x_train", "y_train", "x_test", "y_test"):
        assert np.array_equal(getattr(again, field), getattr(data, field))


@pytest.mark.parametrize("name", PARTS)
def test_the_target_is_the_ink_of_the_odd_digits(clean: Data, name: str) -> None:
    images, labels = split()[PARTS.index(name)]
    x, y = part(clean, name)
    seen = set()
    for canvas, target in zip(x[:100], y[:100], strict=True):
        for quarter in QUARTERS:
            [(image, down, right)] = digits_in(canvas[quarter], images)
            expected = np.zeros((12, 12))
            if labels[image] % 2 == 1:
                expected[down : down + 8, right : right + 8] = images[image] >= 0.5
            assert np.array_equal(target[quarter], expected)
            seen.add((down, right, int(labels[image])))
    assert {label for *_, label in seen} == set(range(10))
    assert {place[:2] for place in seen} == {(d, r) for d in range(5) for r in range(5)}


@pytest.mark.parametrize("name", PARTS)
def test_no_digit_is_both_trained_and_tested_on(clean: Data, name: str) -> None:
    others, _ = split()[1 - PARTS.index(name)]
    x, _ = part(clean, name)
    assert not any(digits_in(canvas[q], others) for canvas in x[:50] for q in QUARTERS)


@pytest.mark.parametrize("name", PARTS)
def test_every_pixel_gets_noise_of_its_own(data: Data, clean: Data, name: str) -> None:
    (x, y), (under, same) = part(data, name), part(clean, name)
    assert np.array_equal(y, same)
    half = under == 0.5  # far enough from 0 and 1 that hardly any noise is clipped
    noise = (x - under)[half]
    assert noise.std() == pytest.approx(0.2, abs=0.01)
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert len(np.unique(noise)) > 0.9 * len(noise)
    paper = under == 0
    assert (x[paper] == 0).mean() == pytest.approx(0.5, abs=0.01)
    assert (x != under).any(axis=0).all()
