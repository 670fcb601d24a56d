import xml.sax.saxutils
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font, LoadFlags

from kitchen.views.text import (
    ADVANCE,
    LONGEST,
    NO_NAME,
    OTHER,
    balanced,
    called,
    clean,
    fit,
    width,
    wrap,
)
from kitchen.views.text import advance as thought

ANY = st.text(st.characters(codec=None, categories=None), max_size=60)
NASTY = "\x00\x08\t\r\x1b\x7f\x9f\ud800\udfff\ufffe\uffff\ufdd0\u200b\u200e\u202e\u2066\u2028\ufeff"


@pytest.fixture(scope="module")
def font() -> FT2Font:
    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    return FT2Font(str(path))


def advance(font: FT2Font, character: str) -> float:
    glyph = font.load_char(ord(character), flags=LoadFlags.NO_SCALE)
    return glyph.horiAdvance * 1000 / 2048


@pytest.mark.parametrize("character", sorted(ADVANCE))
def test_widths_are_those_of_the_font(font: FT2Font, character: str) -> None:
    assert ADVANCE[character] == pytest.approx(advance(font, character), abs=0.6)


def test_letters_outside_the_table_are_never_wider_than_thought(font: FT2Font) -> None:
    letters = [
        chr(code) for code in (*range(0xC0, 0x180), *range(0x391, 0x3CA), *range(0x410, 0x450))
    ]
    known = [x for x in letters if ord(x) in font.get_charmap()]
    assert len(known) > 200
    assert all(advance(font, x) <= thought(x) for x in known)
    assert thought("é") < OTHER / 1.5


@given(ANY | st.text(NASTY + "ab"))
def test_cleaned_text_can_stand_in_xml(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    parsed = ElementTree.fromstring(f"<a>{xml.sax.saxutils.escape(cleaned)}</a>")
    assert (parsed.text or "") == cleaned
    assert "\n" not in cleaned


@pytest.mark.parametrize(
    "text",
    ["plain", "a<b>&c", "&lt;", r"\N {x|y} %s", "äöü", "名前", "🍳", "👩\u200d🍳", "é", "שלום"],
)
def test_what_can_be_shown_is_shown_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("character", NASTY)
def test_what_has_no_picture_is_replaced(character: str) -> None:
    assert clean(f"a{character}b") == "a\ufffdb"


def test_a_line_break_is_visible() -> None:
    assert clean("a\nb") == "a↵b"


def test_marks_do_not_climb_out_of_their_line() -> None:
    cleaned = clean("a" + "\u0301" * 50)
    assert cleaned.count("\u0301") == 2


@given(ANY | st.text("abW漢", min_size=20, max_size=500), st.floats(30, 400))
def test_fitted_text_fits(text: str, limit: float) -> None:
    assert width(fit(text, 13, limit), 13) <= limit


def test_long_text_is_cut_in_the_middle() -> None:
    cut = fit("start" + "x" * 20_000 + "end", 13, 200)
    assert cut.startswith("start") and cut.endswith("end") and "…" in cut
    assert width(cut, 13) > 180, "no more is cut than must be"


def test_short_text_is_not_cut() -> None:
    assert fit("short", 13, 200) == "short"


def test_cleaning_a_very_long_text_keeps_its_ends() -> None:
    cleaned = clean("start" + "x" * 10**6 + "end")
    assert len(cleaned) <= LONGEST
    assert cleaned.startswith("start") and cleaned.endswith("end")


@given(st.text("ab ", max_size=300), st.floats(60, 300))
def test_wrapped_lines_fit(text: str, limit: float) -> None:
    lines = wrap(text, 11.5, limit)
    assert all(width(line, 11.5) <= limit for line in lines)
    assert len(lines) <= 12


def test_wrapping_loses_no_word() -> None:
    text = "one two three four five six seven"
    assert " ".join(wrap(text, 11.5, 80)) == text
    assert len(wrap(text, 11.5, 80)) > 2


def test_an_empty_name_is_said_to_be_empty() -> None:
    assert called("") == NO_NAME
    assert called("x") == "x"


@given(st.lists(st.text("abc → ×", max_size=12), max_size=20).map(" ".join))
def test_balanced_lines_are_as_many_and_no_wider(text: str) -> None:
    lines, wrapped = balanced(text, 13, 200), wrap(text, 13, 200)
    assert len(lines) == len(wrapped)
    assert " ".join(lines).split() == " ".join(wrapped).split() or "…" in text + "".join(lines)
    widest = max(width(line, 13) for line in lines)
    assert widest <= max(200, max(width(line, 13) for line in wrapped))


def test_balanced_lines_are_of_one_length() -> None:
    assert balanced("one two three four", 13, 105) == ["one two", "three four"]
    assert wrap("one two three four", 13, 105) == ["one two three", "four"]
