import io
import warnings
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kitchen.views.marks import Curve, Group, Mark, Picture, Rect, Text, as_lists
from kitchen.views.paint_raster import LARGEST_PAGE, paint


def drawn(*marks: Mark, width: float = 60, height: float = 40, scale: float = 2) -> Any:
    lists = as_lists(Picture(width, height, (Group(marks),)))
    with Image.open(io.BytesIO(paint(lists, "png", scale))) as image:
        return np.asarray(image.convert("RGB"))


def test_a_png_is_as_sharp_as_asked_for() -> None:
    assert drawn().shape == (80, 120, 3)
    assert drawn(scale=1).shape == (40, 60, 3)


def test_marks_stand_where_the_svg_has_them() -> None:
    pixels = drawn(Rect(10, 5, 20, 10, 0, "#FF0000"))
    red = np.argwhere((pixels == (255, 0, 0)).all(axis=2))
    assert (red.min(axis=0) == (10, 20)).all()
    assert (red.max(axis=0) == (29, 59)).all()


def test_a_curve_is_stroked_and_dashed() -> None:
    line = (("M", 0, 20), ("L", 60, 20))
    solid = drawn(Curve(line, "", "#0000FF", 2))[40, :, 2]
    dashed = drawn(Curve(line, "", "#0000FF", 2, (6, 6)))[40]
    assert (solid == 255).all()
    assert 40 < (dashed == (0, 0, 255)).all(axis=1).sum() < 80


def test_a_dot_is_visible() -> None:
    dot = (("M", 30, 20), ("L", 30.2, 20))
    assert (drawn(Curve(dot, "", "#000000", 6, (), True))[40, 60] < 10).all()


def test_text_stands_in_the_middle_of_its_place_and_has_the_width_that_boxes_expect() -> None:
    from kitchen.views.text import width

    text = "shared_dense · 128×64"
    pixels = drawn(Text(100, 25, text, 13, "#000000"), width=200)
    _, columns = np.nonzero(pixels[:, :, 0] < 128)
    assert (columns.min() + columns.max()) / 4 == pytest.approx(100, abs=1.5)
    assert (columns.max() - columns.min()) / 2 == pytest.approx(width(text, 13), abs=3)


def test_text_can_start_at_its_place() -> None:
    pixels = drawn(Text(10, 25, "HHH", 13, "#000000", "start"))
    _, columns = np.nonzero(pixels[:, :, 0] < 128)
    assert columns.min() / 2 == pytest.approx(11, abs=1)


@pytest.mark.parametrize(
    "text", ["$x^2$", "$", r"\frac{a}{b}", "名前 🍳 \ufffd", "שלום", "%s {x}", ""]
)
@pytest.mark.parametrize("what", ["png", "pdf"])
def test_any_text_is_text_and_nothing_is_warned_of(text: str, what: str) -> None:
    lists = as_lists(Picture(60, 40, (Group((Text(30, 20, text, 13, "#000000"),)),)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert paint(lists, what, 1.0)


def test_dollars_are_drawn_as_dollars() -> None:
    assert (
        drawn(Text(30, 25, "$x$", 13, "#000000")) != drawn(Text(30, 25, "x", 13, "#000000"))
    ).any()


def test_pale_fills_stay_apart() -> None:
    pixels = drawn(Rect(0, 0, 30, 40, 0, "#F6F7F9"), Rect(30, 0, 30, 40, 0, "#DEEDF5"))
    assert abs(pixels[20, 20].astype(int) - (0xF6, 0xF7, 0xF9)).max() <= 2
    assert abs(pixels[20, 100].astype(int) - (0xDE, 0xED, 0xF5)).max() <= 2


def test_a_pdf_is_the_same_at_every_writing_and_no_larger_than_readers_allow() -> None:
    lists = as_lists(Picture(100, 10 * LARGEST_PAGE, (Group((Rect(1, 1, 9, 9),)),)))
    file = paint(lists, "pdf", 1.0)
    assert file == paint(lists, "pdf", 1.0)
    height = file.partition(b"/MediaBox [ 0 0 ")[2].split()[1]
    assert float(height) <= 14_400
