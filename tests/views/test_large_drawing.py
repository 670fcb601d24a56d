"""Pictures of large models, and calls that stand out: what they show is true and legible."""

import itertools
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.sharing import paths
from kitchen.views import dot
from kitchen.views.drawing import Drawing, draw
from kitchen.views.looks import MARK, PAPER, contrast
from kitchen.views.paint_svg import ATTRIBUTES, ELEMENTS
from kitchen.views.text import width
from tests.models import chain_graph, nested_graph
from tests.views import graphs
from tests.views.graphs import SVG, Maker, boxes, of_kind, seen
from tests.views.large import LARGE, conv, row, shared_blocks, stages, unet, wide, with_models

EVERY = pytest.mark.parametrize("make", LARGE.values(), ids=LARGE)
BOTH_WAYS = pytest.mark.parametrize("direction", ["TB", "LR"])
NASTY = ("a<b>&c_", "]]>_", "\x00\ud800_", "<script>_", "\u202e_", '"_', "", "x" * 500 + "_")


def titles(drawing: Drawing) -> list[str]:
    return [box.texts[0] for box in boxes(drawing.svg)]


def test_a_large_model_is_drawn_in_blocks_and_a_small_one_whole() -> None:
    assert titles(draw(stages(9)))[-2:] == ["stage0_block1 to stage0_block9 ×9", "head"]
    assert len(boxes(draw(stages(9)).svg)) == 7
    assert len(boxes(draw(stages(3)).svg)) == 39
    assert len(boxes(draw(stages(9), collapse=False).svg)) == 81
    assert len(boxes(draw(stages(9), expand=True).svg)) == 81
    assert len(boxes(draw(stages(3), collapse=True).svg)) == 7


def test_four_stages_with_many_blocks_fit_on_a_screen() -> None:
    drawing = draw(stages(2, 7, 35, 2))
    assert drawing.width < 1300 and drawing.height < 1500
    sizes = {node.get("font-size") for node in ElementTree.fromstring(drawing.svg).iter()}
    assert sizes <= {None, "13", "11.5"}, "letters of the usual size"


@EVERY
@pytest.mark.parametrize("expand", [(), ("add",), ("stage0_block2", "part3_mul", "block7", "x")])
def test_every_call_is_behind_one_box(
    make: Callable[[], ModelGraph], expand: tuple[str, ...]
) -> None:
    graph = make()
    known = {layer.name for layer in graph.layers.values()}
    names = [name for name in expand if any(x.startswith(name) for x in known)]
    drawing = draw(graph, collapse=True, expand=names if make is not unet else ())
    ids = {box.id for box in boxes(drawing.svg)}
    shown = [path for name, path in drawing.places.items() if name in ids]
    shown += [path for hidden in drawing.hides.values() for path in hidden]
    assert sorted(shown) == sorted((call.id,) for call in graph.body.calls)
    assert set(drawing.hides) <= ids
    assert all(len(found) > 1 for found in drawing.hides.values())


def test_calls_behind_a_box_inside_a_frame_are_named_from_the_outside() -> None:
    graph = with_models(2)
    drawing = draw(graph, expand_nested=True, collapse=True, expand=("model0", "model1"))
    every = {path for found in paths(graph).values() for path in found}
    hidden = {path for found in drawing.hides.values() for path in found}
    assert hidden and hidden <= every


@EVERY
@BOTH_WAYS
def test_boxes_hold_their_text_and_nothing_overlaps(
    make: Callable[[], ModelGraph], direction: str
) -> None:
    drawing = draw(make(), collapse=True, direction=direction)
    groups = [x for x in seen(drawing.svg) if x.kind not in {"", "data", "tie", "output"}]
    for group in groups:
        rects = [node for node in group.node.iter(f"{SVG}rect") if node.get("fill") != "none"]
        left, top, right, low = group.area
        if rects:  # the last card of a stack has the text
            x, y, w, h = (float(rects[-1].attrib[k]) for k in ("x", "y", "width", "height"))
            left, top, right, low = x, y, x + w, y + h
        assert 0 <= left < right <= drawing.width and 0 <= top < low <= drawing.height
        for node in group.node.iter(f"{SVG}text"):
            half = width(node.text or "", float(node.attrib["font-size"])) / 2
            x, y = float(node.attrib["x"]), float(node.attrib["y"])
            assert left + 3 <= x - half and x + half <= right - 3
            assert top + 8 <= y <= low - 3
    for one, other in itertools.combinations(groups, 2):
        a, b = one.area, other.area
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def test_lines_between_blocks_say_the_shapes_that_pass() -> None:
    drawing = draw(row(conv, 30), collapse=True)
    labels = [x for group in seen(drawing.svg) if not group.kind for x in group.texts]
    assert labels == []  # the input and the output say them
    drawing = draw(LARGE["dense_block"](), collapse=True)
    assert [x.texts for x in of_kind(drawing.svg, "output")] == [["output (84,)"]]


def test_a_tensor_that_a_block_takes_twice_is_one_line() -> None:
    assert len(of_kind(draw(stages(9)).svg, "data")) == 8, "none of the skips inside"


def test_many_tensors_from_block_to_box_are_one_line() -> None:
    drawing = draw(wide(100))
    assert len(of_kind(drawing.svg, "data")) == 3
    assert "100 tensors" in drawing.svg


def test_an_opened_block_is_a_frame_with_the_others_beside_it() -> None:
    drawing = draw(stages(9), expand="stage0_block1")
    (frame,) = of_kind(drawing.svg, "frame")
    assert "stage0_block1 · copy 1 of 9" in drawing.svg
    assert frame.id not in drawing.places
    assert len(boxes(drawing.svg)) == 14
    assert "stage0_block2 to stage0_block9 ×8" in titles(drawing)


def test_sharing_with_what_is_in_a_block_is_drawn() -> None:
    drawing = draw(shared_blocks())
    (barrel,) = of_kind(drawing.svg, "barrel")
    assert barrel.texts[0] == "weights of own_0"
    block = next(x for x in boxes(drawing.svg) if "×12" in x.texts[0])
    end = next(x for x in boxes(drawing.svg) if x.texts[0] == "between to own_0")
    assert block.data["barrel"] == end.data["barrel"] == barrel.id
    assert block.texts[-1] == "80 of its own, shared by all 12"
    assert len(of_kind(drawing.svg, "tie")) == 2


def test_a_block_that_repeats_is_a_stack_and_a_chain_has_a_double_border() -> None:
    groups = {x.texts[0]: x.node.findall(f"{SVG}rect") for x in boxes(draw(stages(9)).svg)}
    assert len(groups["stage0_block1 to stage0_block9 ×9"]) == 3
    assert len(groups["stem"]) == 2
    assert len(groups["head"]) == 1


@EVERY
def test_the_svg_and_the_dot_file_say_the_same(make: Callable[[], ModelGraph]) -> None:
    drawing = draw(make(), collapse=True)
    for node in ElementTree.fromstring(drawing.svg).iter():
        assert node.tag.partition("}")[2] in ELEMENTS
        assert {k for k in node.attrib if not k.startswith("{")} <= ATTRIBUTES
    for box in drawing.scene.boxes:
        assert dot.quoted(*box.lines) in drawing.dot


@pytest.mark.parametrize("name", NASTY)
def test_names_of_blocks_are_data(name: str) -> None:
    m = Maker(name)
    h = m.input("x")
    for k in range(80):
        h = m.call(m.layer(f"{name}{k // 2}_{k % 2}", name or "Dense"), h)
    drawing = draw(m.graph([h]), expand=f"{name}7_1")
    tags = {x.tag.partition("}")[2] for x in ElementTree.fromstring(drawing.svg).iter()}
    assert tags <= ELEMENTS
    assert drawing.problem == ""


@pytest.mark.parametrize(
    "make",
    [
        lambda: chain_graph(5000),
        lambda: row(lambda m, x, name: m.call(m.layer(name, "Dense", settings=name), x), 5000),
        lambda: wide(5000),
        lambda: nested_graph(2500),
    ],
    ids=["chain", "different", "wide", "nested"],
)
def test_five_thousand_calls_are_a_small_picture(make: Callable[[], ModelGraph]) -> None:
    drawing = draw(make())
    assert drawing.problem == ""
    assert len(drawing.scene.boxes) < 10
    assert drawing.width * drawing.height < 1e6


def test_what_is_marked_has_a_thick_border_a_sign_and_a_word() -> None:
    graph = graphs.shared_layer()
    chosen = graph.body.calls[3]
    drawing = draw(graph, highlight=(chosen.id,))
    (box,) = [x for x in boxes(drawing.svg) if x.data.get("marked")]
    assert drawing.places[box.id] == (chosen.id,)
    assert box.texts[0] == "◆ dense_1"
    lines = {x.id: float(x.node[0].attrib["stroke-width"]) for x in boxes(drawing.svg)}
    assert lines.pop(box.id) > 1.5 * max(lines.values())
    assert box.node[0].get("stroke") == MARK and contrast(MARK, PAPER) > 4.5
    assert "4. dense_1 (marked), Dense 32 relu" in drawing.text
    assert drawing.text.count("(marked)") == drawing.svg.count("◆") == 1
    assert "penwidth=4" in drawing.dot


def test_a_marked_shared_layer_keeps_its_pattern() -> None:
    graph = graphs.shared_layer()
    drawing = draw(graph, highlight=graph.body.calls[1].id)
    plain, marked = ([x.node for x in boxes(d.svg)][1] for d in (draw(graph), drawing))
    kinds = [[child.tag for child in node] for node in (plain, marked)]
    assert kinds[0] == kinds[1]
    assert len(of_kind(drawing.svg, "tie")) == 2


def test_a_call_inside_a_closed_model_or_a_block_marks_what_hides_it() -> None:
    graph = graphs.siamese()
    inside = next(body for key, body in graph.bodies.items() if key != graph.root).calls[1].id
    outer = graph.body.calls[2].id
    closed = draw(graph, highlight=(outer, inside))
    assert [x.texts[0] for x in boxes(closed.svg) if x.data.get("marked")] == [
        "◆ encoder · call 1 of 2"
    ]
    opened = draw(graph, highlight=[(outer, inside)], expand="encoder")
    marked = [x.texts[0] for x in seen(opened.svg) if x.data.get("marked")]
    assert marked == ["◆ hidden · call 1 of 2"]
    framed = draw(graph, highlight=[(outer,)], expand_nested=True)
    assert [x.kind for x in seen(framed.svg) if x.data.get("marked")] == ["frame"]
    large = stages(9)
    drawing = draw(large, highlight=[call for call in large.body.calls if call.id.endswith("C40")])
    assert [x.texts[0] for x in boxes(drawing.svg) if x.data.get("marked")] == [
        "◆ stage0_block1 to stage0_block9 ×9"
    ]
