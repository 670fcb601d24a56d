from xml.etree import ElementTree

import pytest

from kitchen.views.marks import Curve, Group, Picture, Rect, Text, as_lists
from kitchen.views.paint_svg import ATTRIBUTES, ELEMENTS, number, paint


def picture(text: str = "hello") -> Picture:
    marks = (
        Rect(1, 2, 3, 4, 1, "#FFFFFF", "#000000", 2),
        Curve((("M", 0, 0), ("C", 1, 1, 2, 2, 3.25, 3), ("Z",)), "", "#000000", 1.5, (6, 4), True),
        Text(5, 6, text, 13, "#000000"),
    )
    return Picture(100, 50.5, (Group(marks, "b1", {"kind": "layer"}),), f"About {text}", text)


def test_a_picture_is_what_was_asked_for() -> None:
    root = ElementTree.fromstring(paint(picture()))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (
        "100",
        "50.5",
        "0 0 100 50.5",
    )
    ((group),) = (node for node in root if node.tag.endswith("}g"))
    assert [node.tag.partition("}")[2] for node in group] == ["rect", "path", "text"]
    assert group[1].get("d") == "M0 0C1 1 2 2 3.2 3Z"
    assert group[1].get("stroke-dasharray") == "6 4"
    assert group[2].text == "hello"


def test_it_says_what_it_is_to_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(paint(picture()))
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    assert [root[0].get("id"), root[1].get("id")] == ids
    assert [root[0].tag[-5:], root[1].tag[-4:]] == ["title", "desc"]
    assert (root[0].text, root[1].text) == ("About hello", "hello")


def test_equal_pictures_are_equal_text_and_others_share_no_id() -> None:
    assert paint(picture()) == paint(picture())
    ids = [
        {node.get("id") for node in ElementTree.fromstring(paint(picture(text))).iter()} - {None}
        for text in ("one", "two")
    ]
    assert len(ids[0]) == len(ids[1]) == 3
    assert not ids[0] & ids[1]


def test_it_consists_of_what_is_listed() -> None:
    for node in ElementTree.fromstring(paint(picture())).iter():
        assert node.tag.partition("}")[2] in ELEMENTS
        assert {
            key.replace("{http://www.w3.org/XML/1998/namespace}", "xml:") for key in node.attrib
        } <= (ATTRIBUTES)
    assert not ELEMENTS & {"a", "script", "style", "image", "use", "foreignObject", "animate"}
    assert not {name for name in ATTRIBUTES if name.startswith("on") or "href" in name}


@pytest.mark.parametrize("text", ["  two  spaces", "trailing ", "a  b"])
def test_spaces_are_kept(text: str) -> None:
    root = ElementTree.fromstring(paint(picture(text)))
    node = next(node for node in root.iter() if node.tag.endswith("}text"))
    assert node.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    assert node.text == text


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (1.04, "1"), (1.26, "1.3"), (-0.5, "-0.5"), (10, "10")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_picture_crosses_to_another_process_as_lists() -> None:
    lists = as_lists(picture())
    assert lists["marks"][0] == ["Rect", 1, 2, 3, 4, 1, "#FFFFFF", "#000000", 2]
    assert lists["marks"][2] == ["Text", 5, 6, "hello", 13, "#000000", "middle"]
