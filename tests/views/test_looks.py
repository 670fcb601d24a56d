from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.views.looks import (
    FILL,
    INK,
    OPERATION,
    PAPER,
    PATTERNS,
    QUIET,
    Pattern,
    contrast,
    look_of,
    strokes,
)

LOOKS = [look_of(f"w{k + 1}") for k in range(30)]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", [INK, QUIET])
@pytest.mark.parametrize("ground", [PAPER, FILL, OPERATION])
def test_text_stands_out(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("look", LOOKS[:6], ids=lambda look: look.strong)
def test_text_stands_out_on_shared_boxes_their_patterns_and_barrels(look: object) -> None:
    assert contrast(INK, look.pale) >= 7  # type: ignore[attr-defined]
    for ink in (INK, QUIET):
        assert contrast(ink, look.mark) >= 4.5  # type: ignore[attr-defined]
    assert contrast(PAPER, look.strong) >= 4.5  # type: ignore[attr-defined]


def test_thirty_looks_differ_and_neighbours_in_colour_and_in_pattern() -> None:
    assert len({(look.strong, look.pattern) for look in LOOKS}) == 30
    for one, other in pairwise(LOOKS):
        assert one.strong != other.strong
        assert one.pattern != other.pattern


@given(st.sampled_from(PATTERNS), st.floats(30, 400), st.floats(20, 120))
def test_a_pattern_stays_in_its_box(pattern: Pattern, width: float, height: float) -> None:
    segments = strokes(pattern, width, height)
    assert segments
    for x0, y0, x1, y1 in segments:
        assert all(3.4 <= x <= width - 3.4 for x in (x0, x1))
        assert all(3.4 <= y <= height - 3.4 for y in (y0, y1))


def test_patterns_differ() -> None:
    assert len({tuple(strokes(pattern, 200, 60)) for pattern in PATTERNS}) == len(PATTERNS)
