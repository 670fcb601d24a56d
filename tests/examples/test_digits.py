"""The data are real digits, split before pairing, and every target follows from the pixels."""

from functools import cache
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from kitchen.errors import KitchenError
from kitchen.examples import digits
from kitchen.examples.images import resize, split


def halved(image: Any) -> Any:
    """Return an image with each two rows averaged into one."""
    return (image[0::2] + image[1::2]) / 2


@cache
def source() -> tuple[Any, Any]:
    """Return scikit-learn's own images, 0 to 1, and labels."""
    bunch = load_digits()
    return (bunch.images / 16).astype("float32"), bunch.target


def places(rows: Any, view: Any) -> Any:
    """Return the number of the source image that each row shows, looked up by its pixels."""
    images, _ = source()
    known = {np.ascontiguousarray(view(image)).tobytes(): i for i, image in enumerate(images)}
    assert len(known) == len(images), "two source images look alike in this view"
    return np.array([known[np.ascontiguousarray(row).tobytes()] for row in rows])


@cache
def classifier_rows() -> list[tuple[Any, ...]]:
    """Return (places, targets) of the training and of the test part."""
    data = digits.classifier()
    images, _ = source()
    views = iter(resize(images, 28).reshape(-1, 784))
    known = {view.tobytes(): i for i, view in enumerate(views)}
    assert len(known) == len(images)
    parts = ((data.x_train, data.y_train), (data.x_test, data.y_test))
    return [(np.array([known[row.tobytes()] for row in x]), y) for x, y in parts]


@cache
def two_inputs_rows(question: str) -> list[tuple[Any, ...]]:
    """Return (places of A, places of B, targets) of the training and of the test part."""
    data = digits.two_inputs(question=question)
    return [
        (places(x["input_a"], halved), places(x["input_b"], np.asarray), y)
        for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test))
    ]


@cache
def shared_layer_rows() -> list[tuple[Any, ...]]:
    """Return (places on the left, on the right, targets) of the training and of the test part."""
    data = digits.shared_layer()
    rows = []
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        canvas = x.reshape(-1, 8, 16)
        left, right = (places(half, np.asarray) for half in (canvas[:, :, :8], canvas[:, :, 8:]))
        rows.append((left, right, y))
    return rows


@cache
def siamese_rows(question: str) -> list[tuple[Any, ...]]:
    """Return (places on the left, on the right, targets) of the training and of the test part."""
    data = digits.siamese(question=question)
    return [
        (places(x["left"], np.asarray), places(x["right"], np.asarray), y)
        for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test))
    ]


@cache
def canvas_rows() -> list[tuple[Any, ...]]:
    """Return (places of the digits, targets) of the training and of the test part."""
    data = digits.multiple_outputs()
    rows = []
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        corners = np.rint(y["place"] * 8).astype(int)
        cut = [x[i, top : top + 8, left : left + 8] for i, (top, left) in enumerate(corners)]
        assert np.array_equal(np.sum(cut, axis=(1, 2, 3)), x.sum(axis=(1, 2, 3))), "ink is left out"
        rows.append((places(cut, np.asarray), y))
    return rows


def test_the_split_keeps_every_image_once() -> None:
    (x_train, y_train), (x_test, y_test) = split()
    assert x_train.shape == (1297, 8, 8)
    assert np.bincount(y_test).tolist() == [50] * 10
    assert np.bincount(y_train).min() == 124
    assert np.bincount(y_train).max() == 133
    found = np.concatenate([places(x_train, np.asarray), places(x_test, np.asarray)])
    assert sorted(found) == list(range(1797))
    assert np.array_equal(source()[1][found], np.concatenate([y_train, y_test]))


def test_no_image_is_both_trained_and_tested_on() -> None:
    tested = []
    for rows in (
        classifier_rows(),
        two_inputs_rows("larger"),
        shared_layer_rows(),
        siamese_rows("sum"),
        siamese_rows("same digit"),
        canvas_rows(),
    ):
        train, test = (set(np.concatenate(part[:-1])) for part in rows)
        assert not train & test
        # 8,000 canvases leave out four of the images, by chance.
        assert len(train) == (1293 if rows is canvas_rows() else 1297)
        tested.append(test)
    assert all(places == tested[0] for places in tested)


def test_the_classifiers_targets_follow_from_the_pixels() -> None:
    for found, y in classifier_rows():
        assert np.array_equal(source()[1][found], y)
        assert y.dtype == np.int64


@pytest.mark.parametrize(
    ("question", "rule"),
    [("larger", lambda a, b: a > b), ("same parity", lambda a, b: (a + b) % 2 == 0)],
)
def test_the_targets_of_two_inputs_follow_from_the_pixels(question: str, rule: Any) -> None:
    label = source()[1]
    for a, b, y in two_inputs_rows(question):
        assert np.array_equal(y, rule(label[a], label[b]).astype("float32")[:, None])
        assert y.dtype == np.float32


def test_the_targets_of_shared_layer_follow_from_the_pixels() -> None:
    label = source()[1]
    for left, right, (larger, ten) in shared_layer_rows():
        assert np.array_equal(larger, (label[left] > label[right]).astype("float32")[:, None])
        sums = label[left] + label[right]
        assert np.array_equal(ten, (sums >= 10).astype("float32")[:, None])


def test_the_sums_follow_from_the_pixels_small_digits_left_and_large_right() -> None:
    label = source()[1]
    for left, right, y in siamese_rows("sum"):
        assert np.array_equal(y, (label[left] + label[right]).astype("float32")[:, None])
        assert y.dtype == np.float32
        assert sorted(set(label[left])) == [0, 1, 2, 3, 4]
        assert sorted(set(label[right])) == [5, 6, 7, 8, 9]
        assert abs(np.corrcoef(label[left], label[right])[0, 1]) < 0.02


def test_same_digit_follows_from_the_pixels_and_is_yes_for_half() -> None:
    label = source()[1]
    for left, right, y in siamese_rows("same digit"):
        assert np.array_equal(y, (label[left] == label[right]).astype("float32")[:, None])
        assert y.mean() == pytest.approx(0.5, abs=0.01)
        for side in (left, right):
            assert np.bincount(label[side], minlength=10) / len(y) == pytest.approx(0.1, abs=0.02)
        other = np.bincount((label[left] - label[right]) % 10, minlength=10)[1:] / len(y)
        assert other == pytest.approx(0.5 / 9, abs=0.01)


def test_swapped_changes_the_places_in_the_test_part_only() -> None:
    data, swapped = digits.siamese(), digits.siamese(swapped=True)
    for side, other in (("left", "right"), ("right", "left")):
        assert np.array_equal(swapped.x_test[side], data.x_test[other])
        assert np.array_equal(swapped.x_train[side], data.x_train[side])
    assert np.array_equal(swapped.y_test, data.y_test)
    assert np.array_equal(swapped.y_train, data.y_train)
    assert list(swapped.x_test) == list(data.x_test) == ["left", "right"]


def test_the_targets_of_the_canvases_follow_from_the_pixels() -> None:
    label = source()[1]
    for found, y in canvas_rows():
        assert np.array_equal(label[found], y["digit"])
        assert (y["digit"].dtype, y["place"].dtype) == (np.int64, np.float32)
        assert list(y) == ["digit", "place"]
        assert (y["place"].min(), y["place"].max()) == (0, 1)
        corners = np.rint(y["place"] * 8).astype(int)
        assert np.array_equal(corners / 8, y["place"])
        many = np.bincount(corners[:, 0] * 9 + corners[:, 1], minlength=81)
        assert (many > len(found) / 81 / 2).all()


def test_shapes_and_ranges() -> None:
    for data, shapes in (
        (digits.classifier(), [(1297, 784), (500, 784)]),
        (digits.two_inputs(), [(16000, 32), (16000, 64), (4000, 32), (4000, 64)]),
        (digits.shared_layer(), [(16000, 128), (4000, 128)]),
        (digits.siamese(), [(16000, 64), (16000, 64), (4000, 64), (4000, 64)]),
        (digits.multiple_outputs(), [(8000, 16, 16, 1), (4000, 16, 16, 1)]),
    ):
        arrays = keras.tree.flatten([data.x_train, data.x_test])
        assert [array.shape for array in arrays] == shapes
        assert all(array.dtype == np.float32 for array in arrays)
        assert all(array.min() == 0 for array in arrays)
        assert all(0.9 < array.max() <= 1 for array in arrays)
    assert isinstance(digits.shared_layer().y_train, list)


@pytest.mark.parametrize(
    ("load", "share"),
    [
        (digits.two_inputs, [0.45]),
        (lambda: digits.two_inputs(question="same parity"), [0.50]),
        (digits.shared_layer, [0.45, 0.45]),
    ],
)
def test_the_share_of_yes(load: Any, share: list[float]) -> None:
    data = load()
    for y in (data.y_train, data.y_test):
        parts = y if isinstance(y, list) else [y]
        assert [float(part.mean()) for part in parts] == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    "load",
    [
        digits.classifier,
        digits.two_inputs,
        digits.shared_layer,
        digits.siamese,
        lambda: digits.siamese(swapped=True),
        lambda: digits.siamese(question="same digit"),
        digits.multiple_outputs,
    ],
)
def test_every_call_gives_the_same_arrays_and_no_shared_memory(load: Any) -> None:
    first, second = load(), load()
    for name in ("x_train", "y_train", "x_test", "y_test"):
        one, two = (keras.tree.flatten(getattr(data, name)) for data in (first, second))
        assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
        assert not any(np.shares_memory(a, b) for a, b in zip(one, two, strict=True))


def test_the_two_digits_of_a_pair_are_drawn_apart() -> None:
    (a, b, _), (test_a, test_b, _) = two_inputs_rows("larger")
    assert len(set(zip(a, b, strict=True))) > 15_000
    assert abs(np.corrcoef(source()[1][a], source()[1][b])[0, 1]) < 0.02
    assert abs(np.corrcoef(source()[1][test_a], source()[1][test_b])[0, 1]) < 0.05


@pytest.mark.parametrize("size", [3, 8, 28])
def test_resize_is_bilinear(size: int) -> None:
    images = source()[0][:5]
    expected = keras.ops.image.resize(images[..., None], (size, size), interpolation="bilinear")
    np.testing.assert_allclose(resize(images, size), expected[..., 0], atol=1e-6)


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(KitchenError, match="Choose one of 'larger', 'same parity'"):
        digits.two_inputs(question="larger?")
    with pytest.raises(KitchenError, match="Choose one of 'sum', 'same digit'"):
        digits.siamese(question="difference")
