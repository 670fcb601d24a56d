"""Source as coloured HTML: the text is the source, whatever it is."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kitchen
from kitchen.highlight import highlight


@pytest.mark.parametrize("form", ["sequential", "functional", "subclassed", "attempt"])
def test_the_text_is_the_source(form: str) -> None:
    code = kitchen.examples.shared_layer.code(form)
    root = ElementTree.fromstring(highlight(code))
    assert "".join(root.itertext()) == code.rstrip()


def test_keywords_and_strings_have_the_editors_colours() -> None:
    shown = highlight('return "text"')
    assert "--jp-mirror-editor-keyword-color" in shown
    assert "--jp-mirror-editor-string-color" in shown


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_any_text_is_escaped(text: str) -> None:
    shown = highlight(text)
    assert shown.count("<pre") == 1
    assert set(ElementTree.fromstring(shown.replace("\ufffe", "").replace("\uffff", "")).iter())
