from xml.etree import ElementTree

from kitchen.views.compose import Options, compose
from kitchen.views.paint_svg import paint
from kitchen.views.plain import MOST, WIDE, in_words
from kitchen.views.scene import SIZE
from kitchen.views.text import width
from tests.models import chain_graph
from tests.views.graphs import SVG, siamese


def lines(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_reason_comes_first_and_then_the_outline() -> None:
    scene = compose(siamese(), Options(expand_nested=True))
    said = lines(paint(in_words(scene, "Shown as text: for a reason.")))
    assert said[0] == "Shown as text: for a reason."
    assert [line.replace("\xa0", " ") for line in said[1:]] == list(scene.outline)


def test_a_long_outline_is_cut_and_says_by_how_much() -> None:
    scene = compose(chain_graph(500), Options())
    said = lines(paint(in_words(scene, "Shown as text.")))
    assert len(said) == MOST + 2
    assert said[-1] == f"… and {len(scene.outline) - MOST} lines more."


def test_every_line_fits_into_the_picture() -> None:
    scene = compose(siamese(), Options())
    long = "Shown as text: " + "a very long reason " * 30
    picture = in_words(scene, long)
    assert all(width(line, SIZE) <= WIDE for line in lines(paint(picture)))
    assert picture.width <= WIDE + 40
    assert long[:60] in picture.description
