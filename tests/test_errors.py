"""Errors say what was wrong, what was received and what to do, in at most 500 characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.errors import BackendError, KitchenError, LayoutError, ModelError, shorten


def test_the_three_parts_stand_in_order() -> None:
    error = KitchenError("Wrong.", received="a list", fix="Pass a model.")
    assert str(error) == "Wrong. Received: a list. Pass a model."


@given(st.text(max_size=2_000), st.text(max_size=2_000), st.text(max_size=2_000))
def test_no_error_is_longer_than_500_characters(problem: str, received: str, fix: str) -> None:
    assert len(str(KitchenError(problem, received=received, fix=fix))) <= 500


@given(st.text(max_size=300), st.integers(min_value=20, max_value=200))
def test_what_is_cut_keeps_its_ends(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short[:5] == text[:5] and " … " in short


@pytest.mark.parametrize("kind", [BackendError, ModelError, LayoutError])
def test_one_except_catches_them_all(kind: type[KitchenError]) -> None:
    with pytest.raises(KitchenError):
        raise kind("Wrong.")
