"""What the forms' maps have in common."""

from typing import Any

import numpy as np
import pytest

from kitchen.examples.arrays import named, on_the_diagonal, side_by_side

PARTS = {"a": np.arange(6.0).reshape(2, 3), "b": np.ones((2, 1))}


@pytest.mark.parametrize(
    "given",
    [PARTS, dict(reversed(PARTS.items())), list(PARTS.values()), tuple(PARTS.values())],
    ids=["dict", "turned", "list", "tuple"],
)
def test_inputs_by_name_in_the_order_asked_for(given: Any) -> None:
    found = named(given, ("a", "b"))
    assert list(found) == ["a", "b"]
    assert all(found[name] is PARTS[name] for name in PARTS)


def test_as_many_inputs_as_names() -> None:
    with pytest.raises(ValueError, match="zip"):
        named([1, 2, 3], ("a", "b"))


def test_arrays_stay_arrays_and_tensors_tensors() -> None:
    import tensorflow as tf

    both = side_by_side(PARTS.values())
    assert type(both) is np.ndarray
    assert both.tolist() == [[0, 1, 2, 1], [3, 4, 5, 1]]
    tensors = side_by_side(tf.constant(part) for part in PARTS.values())
    assert isinstance(tensors, tf.Tensor)
    assert np.array_equal(tensors, both)


def test_one_kernel_does_what_two_do() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(3, 4)), rng.normal(size=(5, 2))
    x, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 5))
    both = on_the_diagonal(first.astype("float32"), second.astype("float32"))
    assert both.dtype == np.float32
    assert both.shape == (8, 6)
    expected = np.hstack([x @ first, y @ second])
    np.testing.assert_allclose(np.hstack([x, y]) @ both, expected, atol=1e-5)
