"""The tokens are real digits, and every target follows from what the tokens show."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from kitchen.examples import tokens
from kitchen.examples.images import split
from kitchen.examples.tokens import TokenData

PARTS = ["train", "test"]


@pytest.fixture(scope="module")
def data() -> TokenData:
    """Return the data, made once."""
    return tokens.attention()


@cache
def known() -> dict[bytes, tuple[str, int]]:
    """Return by its pixels the part that each image belongs to, and its label."""
    found = {
        image.tobytes(): (name, int(label))
        for name, (images, labels) in zip(PARTS, split(), strict=True)
        for image, label in zip(images, labels, strict=True)
    }
    assert len(found) == 1797
    return found


def part(data: TokenData, name: str) -> tuple[Any, Any]:
    """Return x, shape (n, 6, 2, 64), and y of a part."""
    x, y = (data.x_train, data.y_train) if name == "train" else (data.x_test, data.y_test)
    return x.reshape(len(x), 6, 2, 64), y


def looked_up(x: Any) -> tuple[set[str], Any]:
    """Return the parts that the images of `x` belong to, and the digits that they show."""
    shown = [known()[image.tobytes()] for image in x[x.any(axis=-1)]]
    digits = np.full(x.shape[:3], -1)
    digits[x.any(axis=-1)] = [digit for _, digit in shown]
    return {name for name, _ in shown}, digits


@pytest.mark.parametrize(("name", "rows"), [("train", 8_000), ("test", 2_000)])
def test_shapes_and_ranges(data: TokenData, name: str, rows: int) -> None:
    x, y = part(data, name)
    assert x.shape == (rows, 6, 2, 64)
    assert data.x_train.shape[1:] == data.x_test.shape[1:] == (6, 128)
    assert (x.dtype, x.min(), x.max()) == (np.float32, 0, 1)
    assert (y.shape, y.dtype, y.min(), y.max()) == ((rows,), np.int64, 0, 9)
    assert np.bincount(y) / rows == pytest.approx(0.1, abs=0.015)


def test_every_call_gives_the_same_arrays(data: TokenData) -> None:
    again = tokens.attention()
    for field in ("x_train", "y_train", "x_test", "y_test", "digits_test"):
        one, two = getattr(again, field), getattr(data, field)
        assert np.array_equal(one, two)
        assert not np.shares_memory(one, two)


@pytest.mark.parametrize("name", PARTS)
def test_no_image_is_both_trained_and_tested_on(data: TokenData, name: str) -> None:
    found, _ = looked_up(part(data, name)[0])
    assert found == {name}


@pytest.mark.parametrize("name", PARTS)
def test_the_target_is_the_value_beside_the_key_that_is_asked_for(
    data: TokenData, name: str
) -> None:
    x, y = part(data, name)
    digits = looked_up(x)[1]
    keys, values, asked = digits[:, :5, 0], digits[:, :5, 1], digits[:, 5, 0]
    assert (digits[:, 5, 1] == -1).all(), "the last value is empty"
    assert all(len(set(row)) == 5 for row in keys), "a key stands there once"
    beside = keys == asked[:, None]
    assert (beside.sum(axis=1) == 1).all()
    assert np.array_equal(values[beside], y)
    assert beside.mean(axis=0) == pytest.approx(0.2, abs=0.02)
    for column in (*keys.T, *values.T):
        assert np.bincount(column) / len(y) == pytest.approx(0.1, abs=0.025)


def test_the_digits_of_the_test_part_are_those_that_its_tokens_show(data: TokenData) -> None:
    assert data.digits_test.dtype == np.int64
    assert np.array_equal(data.digits_test, looked_up(part(data, "test")[0])[1])


def test_the_key_is_shown_again_in_another_image_as_a_rule(data: TokenData) -> None:
    x, _ = part(data, "train")
    same = (x[:, :5, 0] == x[:, 5:, 0]).all(axis=-1).any(axis=1)
    assert 0 < same.mean() < 0.02
