"""Tables show themselves as HTML that needs no style, and as text."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from kitchen.tables import Table


def table(*cells: str) -> Table:
    return Table("Some weights.", ("name", "size"), [cells], ("together", "1"), numbers=(1,))


def test_columns_line_up() -> None:
    lines = str(table("a-long-name", "1")).splitlines()
    assert lines[0] == "Some weights."
    assert {len(line) for line in lines[1:]} == {len("a-long-name  size")}


def test_its_width_is_that_of_its_lines() -> None:
    shown = table("a-long-name", "1")
    assert shown.width == len("a-long-name  size")
    assert shown.width < len(Table("A long caption. " * 9, ("n",), []).caption)  # which wraps


def test_the_html_is_a_real_table() -> None:
    root = ElementTree.fromstring(table("kernel", "8").html())
    assert root.tag == "table"
    assert [cell.text for cell in root.iter("th")] == ["name", "size", "together", "1"]
    assert [cell.text for cell in root.iter("td")] == ["kernel", "8"]


@given(st.text(max_size=400), st.text(max_size=50))
def test_any_text_is_escaped_and_stays_on_its_line(name: str, size: str) -> None:
    shown = table(name, size)
    root = ElementTree.fromstring(shown.html())
    assert len(list(root.iter())) == len(
        list(ElementTree.fromstring(table("a", "1").html()).iter())
    )
    assert len(str(shown).splitlines()) == 6
