import base64
import io
import itertools
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kitchen import KitchenError
from kitchen.errors import LayoutError
from kitchen.graph.model_graph import ModelGraph
from kitchen.views import layout
from kitchen.views.drawing import ALT, Drawing, draw
from kitchen.views.looks import strokes
from tests.models import chain_graph, nested_graph
from tests.views import graphs
from tests.views.graphs import GRAPHS, Maker, boxes, of_kind, seen

Make = Callable[[], ModelGraph]
EVERY = pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
EXPAND = pytest.mark.parametrize("expand_nested", [False, True], ids=["closed", "open"])
BOTH_WAYS = pytest.mark.parametrize("direction", ["TB", "LR"])


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def texts(drawing: Drawing) -> list[str]:
    return [text for group in seen(drawing.svg) for text in group.texts]


@EVERY
def test_each_call_is_one_box(make: Make) -> None:
    graph = make()
    shown = [call for call in graph.body.calls if not call.plumbing]
    wanted = len(shown) or len(graph.body.parts) + 1
    assert len(boxes(draw(graph).svg)) == wanted


def test_a_layer_called_twice_is_two_boxes_that_say_so() -> None:
    svg = draw(graphs.shared_layer()).svg
    shared = [box for box in boxes(svg) if "barrel" in box.data]
    assert [box.texts for box in shared] == [
        ["shared_dense · call 1 of 2", "Dense 64 relu"],
        ["shared_dense · call 2 of 2", "Dense 64 relu"],
    ]
    single = next(box for box in boxes(svg) if box.texts[0] == "dense_1")
    assert single.texts == ["dense_1", "Dense 32 relu", "2,080"]


def test_calls_of_a_layer_have_one_number_of_their_layer() -> None:
    shared = [box for box in boxes(draw(graphs.shared_layer()).svg) if "barrel" in box.data]
    assert shared[0].data["layer"] == shared[1].data["layer"]
    assert len({box.data["number"] for box in boxes(draw(graphs.shared_layer()).svg)}) == 7


def test_shared_weights_are_one_barrel_tied_by_dashed_lines_without_heads() -> None:
    svg = draw(graphs.shared_layer()).svg
    (barrel,) = of_kind(svg, "barrel")
    assert barrel.texts == ["weights of shared_dense", "128×64 + 64 = 8,256", "counted once"]
    ties = of_kind(svg, "tie")
    shared = [box.id for box in boxes(svg) if "barrel" in box.data]
    assert [(tie.data["from"], tie.data["to"]) for tie in ties] == [(x, barrel.id) for x in shared]
    for tie in ties:
        (line,) = tie.node
        assert line.get("stroke-dasharray") == "6 4"
        assert line.get("fill") == "none"


def test_data_lines_are_solid_and_have_heads() -> None:
    lines = of_kind(draw(graphs.shared_layer()).svg, "data")
    assert len(lines) == 8, "six between calls, two to the outputs"
    for line in lines:
        stem, head = line.node
        assert stem.get("stroke-dasharray") is None
        assert head.get("fill") == stem.get("stroke")


def test_shared_groups_differ_in_colour_and_in_pattern() -> None:
    svg = draw(graphs.siamese(), expand_nested=True).svg
    looks: dict[str, set[tuple[str, bool]]] = {}
    for box in boxes(svg):
        if "barrel" in box.data:
            border, pattern = box.node[0], box.node[1]
            _, y0, _, y1 = graphs.points(pattern.attrib["d"])[:4]
            looks.setdefault(box.data["barrel"], set()).add((border.attrib["stroke"], y0 == y1))
    (one,), (other,) = looks.values()
    assert one[0] != other[0], "colours"
    assert (one[1], other[1]) == (False, True), "sloping lines, and dots"


def test_boxes_that_share_nothing_have_no_pattern() -> None:
    plain = [box for box in boxes(draw(graphs.shared_layer()).svg) if "barrel" not in box.data]
    assert plain and all(box.node.find(f"{graphs.SVG}path") is None for box in plain)


def test_a_closed_shared_model_has_one_barrel_and_an_open_one_has_one_a_layer() -> None:
    closed, opened = (draw(graphs.siamese(), expand_nested=x).svg for x in (False, True))
    assert [x.texts[0] for x in of_kind(closed, "barrel")] == ["weights of encoder"]
    names = [x.texts[0] for x in of_kind(opened, "barrel")]
    assert names == ["weights of hidden", "weights of code"]
    frames = of_kind(opened, "frame")
    assert len(frames) == 2
    titles = [
        text for text in texts(draw(graphs.siamese(), expand_nested=True)) if "encoder" in text
    ]
    assert titles == [f"encoder · call {k} of 2 · Functional" for k in (1, 2)]


def test_calls_are_counted_over_the_whole_model() -> None:
    said = texts(draw(graphs.siamese(), expand_nested=True))
    assert "hidden · call 1 of 2" in said and "hidden · call 2 of 2" in said


def test_a_tied_weight_is_a_barrel_with_both_layers_and_the_rest_is_said_in_the_box() -> None:
    svg = draw(graphs.tied()).svg
    (barrel,) = of_kind(svg, "barrel")
    assert barrel.texts[:2] == ["embeddings of embedding and logits", "1,000×32 = 32,000"]
    said = {box.texts[0]: box.texts[1:] for box in boxes(svg)}
    assert said["embedding"] == ["Embedding"]
    assert said["logits"] == ["TiedDense", "1,000 of its own"]


def test_a_model_that_shares_inside_says_so() -> None:
    said = next(box.texts for box in boxes(draw(graphs.inside()).svg) if box.texts[0] == "block")
    assert said == ["block", "Functional", "20", "shares 20 inside"]
    assert not of_kind(draw(graphs.inside()).svg, "barrel")


def test_operations_are_small_and_name_their_arguments() -> None:
    svg = draw(graphs.operators()).svg
    operations = of_kind(svg, "operation")
    assert [x.texts for x in operations] == [
        ["Multiply × array (64,)"],
        ["Subtract 1.0 − …"],
        ["Matmul @ kernel"],
    ]
    (start,) = of_kind(svg, "input")
    heights = [x.area[3] - x.area[1] for x in operations]
    assert max(heights) < start.area[3] - start.area[1]


def test_arguments_that_someone_gave_are_in_the_box() -> None:
    said = next(x.texts for x in boxes(draw(graphs.masked()).svg) if x.texts[0] == "lstm")
    assert "training=False" in said


def test_masks_are_hidden_unless_asked_for() -> None:
    assert not of_kind(draw(graphs.masked()).svg, "mask")
    shown = draw(graphs.masked(), show_masks=True)
    (mask,) = of_kind(shown.svg, "mask")
    assert mask.node[0].get("stroke-dasharray") == "1 4"
    assert "mask" in texts(shown)
    assert len(boxes(shown.svg)) == len(boxes(draw(graphs.masked()).svg)) + 1


def test_outputs_are_told_by_key_or_place_with_the_lines_that_reach_them() -> None:
    svg = draw(graphs.many_ends()).svg
    assert [x.texts[0] for x in of_kind(svg, "output")] == ['output "y" (1,)', 'output "h" (5,)']
    svg = draw(graphs.shared_layer()).svg
    ends = of_kind(svg, "output")
    assert [x.texts[0] for x in ends] == ["output 1 of 2 (1,)", "output 2 of 2 (1,)"]
    names = {box.id: box.texts[0] for box in boxes(svg)}
    feeds = {
        x.data["to"]: names[x.data["from"]]
        for x in of_kind(svg, "data")
        if x.data["to"] in {end.id for end in ends}
    }
    assert list(feeds.values()) == ["output_1", "output_2"]


def test_an_opaque_model_is_a_frame_with_its_parts_and_the_reason() -> None:
    drawing = draw(graphs.opaque())
    assert len(of_kind(drawing.svg, "frame")) == 1
    assert [x.texts[0] for x in of_kind(drawing.svg, "part")] == ["first", "second"]
    assert "Its call is code that could not be read: a loop." in texts(drawing)


def test_a_note_on_a_traced_model_stands_beneath_the_picture() -> None:
    assert "Recovered by tracing; training=False branch." in texts(draw(graphs.traced()))


def test_shapes_and_counts_can_be_left_out() -> None:
    def said(**options: bool) -> str:
        return " ".join(texts(draw(graphs.shared_layer(), **options)))  # type: ignore[arg-type]

    assert "(64,)" in said() and "2,080" in said()
    without = said(show_shapes=False)
    assert "(64,)" not in without and "(128,)" not in without and "2,080" in without
    without = said(show_params=False)
    assert (
        "2,080" not in without and "8,256" not in without and "weights of shared_dense" in without
    )


def test_each_shape_is_written_once_where_its_tensor_starts() -> None:
    m = Maker("fork")
    h = m.call(m.layer("h"), m.input("x"), shape=(None, 7))
    ends = [m.call(m.layer(f"end_{k}"), h, shape=(None, 2)) for k in range(3)]
    assert texts(draw(m.graph(ends))).count("(7,)") == 1


@EVERY
@EXPAND
@BOTH_WAYS
def test_boxes_hold_their_text_and_nothing_overlaps(
    make: Make, expand_nested: bool, direction: str
) -> None:
    from kitchen.views.text import width

    drawing = draw(make(), expand_nested=expand_nested, direction=direction)
    groups = [
        x for x in seen(drawing.svg) if x.kind not in {"", "frame", "data", "mask", "tie", "output"}
    ]
    for group in groups:
        left, top, right, low = group.area
        assert 0 <= left < right <= drawing.width and 0 <= top < low <= drawing.height
        for node in group.node.iter(f"{graphs.SVG}text"):
            half = width(node.text or "", float(node.attrib["font-size"])) / 2
            x, y = float(node.attrib["x"]), float(node.attrib["y"])
            assert left + 3 <= x - half and x + half <= right - 3
            assert top + 8 <= y <= low - 3
    for one, other in itertools.combinations(groups, 2):
        assert not overlap(one.area, other.area)


@EVERY
@BOTH_WAYS
def test_shapes_cover_no_box_and_no_other_shape(make: Make, direction: str) -> None:
    from kitchen.views.text import width

    drawing = draw(make(), direction=direction)
    taken = [
        x.area
        for x in seen(drawing.svg)
        if x.kind not in {"", "frame", "data", "mask", "tie", "output"}
    ]
    for node in ElementTree.fromstring(drawing.svg).iter(f"{graphs.SVG}text"):
        if node.get("font-size") == "11.5" and re.fullmatch(r"\(.*\)", node.text or ""):
            x, y = float(node.attrib["x"]), float(node.attrib["y"])
            area = (x, y - 8, x + width(node.text or "", 11.5), y + 1)
            assert not any(overlap(area, other) for other in taken)
            taken.append(area)


@EVERY
@EXPAND
def test_frames_hold_their_boxes(make: Make, expand_nested: bool) -> None:
    drawing = draw(make(), expand_nested=expand_nested)
    areas = {
        x.id: x.area
        for x in seen(drawing.svg)
        if x.kind and x.kind not in {"data", "mask", "tie", "output"}
    }
    for box in drawing.scene.boxes:
        if box.frame:
            inner, outer = areas[box.id], areas[box.frame]
            assert outer[0] < inner[0] and outer[1] < inner[1]
            assert inner[2] < outer[2] and inner[3] < outer[3]


@EVERY
def test_lines_begin_and_end_at_their_boxes(make: Make) -> None:
    svg = draw(make(), show_masks=True).svg
    areas = {x.id: x.area for x in seen(svg) if x.kind not in {"", "data", "mask", "tie", "output"}}
    for line in (*of_kind(svg, "data"), *of_kind(svg, "tie")):
        numbers = graphs.points(line.node[0].attrib["d"])
        ends = {line.data["from"]: numbers[:2], line.data["to"]: numbers[-2:]}
        for name, (x, y) in ends.items():
            if name in areas:
                left, top, right, low = areas[name]
                assert left - 12 <= x <= right + 12 and top - 12 <= y <= low + 12


def test_ids_are_ours_and_lead_back_to_the_calls() -> None:
    graph = graphs.siamese()
    drawing = draw(graph, expand_nested=True)
    groups = [x for x in seen(drawing.svg) if x.data.get("number")]
    assert len(groups) == 12
    for group in groups:
        path = drawing.places[group.id]
        assert path and all(isinstance(part, str) for part in path)
    assert len(set(drawing.places.values())) == 12
    assert all(re.fullmatch(r"[bfoetw]\d+", x.id) for x in seen(drawing.svg) if x.kind)


def test_the_same_model_is_always_the_same_picture() -> None:
    assert draw(graphs.siamese()).svg == draw(graphs.siamese()).svg


def test_the_description_is_the_text_and_stays_short() -> None:
    drawing = draw(graphs.shared_layer())
    root = ElementTree.fromstring(drawing.svg)
    assert root[0].text == "The layers of shared_layer and how they are connected"
    assert root[1].text == drawing.text
    large = ElementTree.fromstring(draw(chain_graph(900), expand=True).svg)
    assert len(large[1].text or "") < 4100
    assert re.search(r"… and \d+ lines more\.$", large[1].text or "")


def test_a_notebook_gets_the_same_picture_in_every_kind() -> None:
    drawing = draw(graphs.shared_layer())
    data, metadata = drawing._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "image/png", "text/html", "text/plain"}
    assert data["text/plain"] == drawing.text == str(drawing) == repr(drawing)
    assert data["image/svg+xml"] == drawing.svg
    file = base64.b64decode(data["image/png"])
    assert file == drawing.png
    size = metadata["image/png"]
    assert struct.unpack(">II", file[16:24]) == pytest.approx(
        (2 * size["width"], 2 * size["height"]), abs=2
    )
    root = ElementTree.fromstring(drawing.svg)
    assert float(root.attrib["width"]) == pytest.approx(size["width"], abs=0.5)
    assert float(root.attrib["height"]) == pytest.approx(size["height"], abs=0.5)


def test_the_html_is_one_image_with_a_description() -> None:
    drawing = draw(graphs.shared_layer())
    image = ElementTree.fromstring(
        drawing.html().replace(">", "/>") if "/>" not in drawing.html() else ""
    )
    assert set(image.attrib) == {"alt", "width", "height", "src"}
    kind, _, data = image.attrib["src"].partition(";base64,")
    assert kind == "data:image/png" and base64.b64decode(data) == drawing.png
    assert "shared_dense, second use" in image.attrib["alt"]
    assert len(draw(chain_graph(900), expand=True).alt) <= ALT


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "dot", "SVG"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_picture_is_saved(tmp_path: Path, suffix: str, kind: Any) -> None:
    drawing = draw(graphs.siamese())
    file = tmp_path / f"model.{suffix}"
    drawing.save(kind(file))
    starts = {"svg": b"<svg ", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}
    assert file.read_bytes().startswith(starts[suffix.lower()])


@pytest.mark.parametrize("name", ["model", "model.jpg", "model.svg.zip", ""])
def test_another_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(KitchenError, match=r"Use one of \.svg, \.png, \.pdf, \.dot") as error:
        draw(graphs.siamese()).save(tmp_path / name)
    assert repr(str(tmp_path / name))[1:20] in str(error.value)


@pytest.mark.parametrize("name", ["missing/model.svg", "nul\0.svg"])
def test_a_file_that_cannot_be_written_is_a_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(KitchenError, match="could not be written"):
        draw(graphs.siamese()).save(tmp_path / name)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"direction": "BT"}, ["'BT'", '"TB"', '"LR"']),
        ({"direction": None}, ["None", '"TB"', '"LR"']),
        ({"show_shapes": 1}, ["show_shapes=1", "True or False"]),
        ({"show_params": "no"}, ["show_params='no'", "True or False"]),
        ({"expand_nested": None}, ["expand_nested=None", "True or False"]),
        ({"show_masks": []}, ["show_masks=[]", "True or False"]),
        ({"collapse": 1}, ["collapse=1", "True, False or None"]),
        ({"expand": 7}, ["expand=7", "names"]),
        ({"expand": ["encoder", None]}, ["expand=['encoder', None]", "names"]),
        ({"expand": "nonsense"}, ["'nonsense'", "no block, model or layer of this name"]),
        ({"expand": True, "collapse": True}, ["expand=True", "collapse=True"]),
        ({"highlight": "nonsense"}, ["'nonsense'", "no such call"]),
        ({"timeout": 0}, ["timeout=0", "more than 0"]),
        ({"timeout": "10"}, ["timeout='10'", "seconds"]),
        ({"timeout": float("nan")}, ["timeout=nan", "seconds"]),
        ({"timeout": True}, ["timeout=True", "seconds"]),
    ],
)
def test_a_wrong_option_is_named_with_what_is_possible(
    options: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(KitchenError) as error:
        draw(graphs.siamese(), **options)
    assert all(part in str(error.value) for part in said)


def test_a_model_that_contains_itself_is_a_clear_error() -> None:
    m = Maker("loop")
    m.call(m.layer("again", "Functional", kind="model"), m.input("x"))
    graph = m.graph([m.calls[-1].outputs[0]])
    loop = next(key for key, layer in graph.layers.items() if layer.name == "again")
    graph.bodies[loop] = graph.body  # type: ignore[index]
    with pytest.raises(KitchenError, match="contains itself"):
        draw(graph)


def test_an_empty_model_is_a_picture() -> None:
    m = Maker("empty")
    assert draw(m.graph([])).problem == ""


@pytest.mark.parametrize("length", [900, 5000])
def test_a_long_chain_is_drawn(length: int) -> None:
    drawing = draw(chain_graph(length), expand=True, timeout=20)
    assert drawing.problem == ""
    assert len(boxes(drawing.svg)) == length + 1


@pytest.mark.parametrize("more", [0, 1])
def test_a_picture_of_very_many_boxes_gets_less_time(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []

    def slow(dot: str, *, limit: float, meanwhile: Any) -> None:
        limits.append(limit)
        raise LayoutError("Too slow.")

    monkeypatch.setattr(layout, "lay_out", slow)
    graph = chain_graph(layout.MANY - 2 + more)  # and its input, and its output
    options: list[dict[str, Any]] = [{"expand": True}, {"collapse": False}]
    for given in options:
        drawing = draw(graph, **given)
        assert len(drawing.scene.boxes) == layout.MANY + more
        assert drawing.problem == "Shown as text: Too slow."
        draw(graph, **given, timeout=60)
    assert limits == [layout.BRIEF if more else layout.LIMIT, 60] * 2
    draw(graph)  # whose blocks are collapsed
    assert limits[-1] == layout.LIMIT


def test_the_limits_are_those_that_the_documentation_states() -> None:
    said = " ".join((draw.__doc__ or "").split())
    many = f"{layout.BRIEF:g} where there are more than {layout.MANY:,} boxes"
    assert f"by default {layout.LIMIT:g}, and {many}" in said


def test_a_picture_too_large_for_a_png_says_so_in_one() -> None:
    drawing = draw(chain_graph(900), expand=True)
    data, metadata = drawing._repr_mimebundle_()
    width, height = struct.unpack(">II", base64.b64decode(data["image/png"])[16:24])
    assert width * height < 8e6
    assert metadata["image/png"]["height"] < drawing.height
    assert "data:image/svg+xml;base64," in data["text/html"], "the page shows the picture itself"


@pytest.mark.parametrize("expand_nested", [False, True])
def test_five_thousand_nested_models_are_a_picture_or_words(expand_nested: bool) -> None:
    drawing = draw(nested_graph(2500), expand_nested=expand_nested, timeout=1.5)
    ElementTree.fromstring(drawing.svg)
    assert bool(drawing.problem) == expand_nested
    assert "in_0" in drawing.svg


def test_five_thousand_calls_side_by_side_are_a_picture_or_words() -> None:
    m = Maker("wide")
    x = m.input("x")
    leaves = [m.call(m.layer(f"leaf_{k}"), x) for k in range(5000)]
    drawing = draw(m.graph([m.call(m.layer("end", "Add"), leaves)]), expand=True, timeout=1.5)
    ElementTree.fromstring(drawing.svg)
    assert "leaf_1" in drawing.text
    assert not drawing.problem or "time limit" in drawing.problem


def test_one_layer_called_a_thousand_times_is_drawn() -> None:
    drawing = draw(graphs.recurrent(1000), expand=True)
    assert drawing.problem == ""
    assert len(of_kind(drawing.svg, "tie")) == 1000
    assert len(of_kind(drawing.svg, "barrel")) == 1


def test_painting_that_fails_leaves_the_svg(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> bytes:
        raise LayoutError("Painting did not finish within the time limit.")

    drawing = draw(graphs.siamese())
    monkeypatch.setattr(layout, "paint", fail)
    data, metadata = drawing._repr_mimebundle_()
    assert "image/png" not in data and metadata == {}
    assert "data:image/svg+xml;base64," in data["text/html"]
    with pytest.raises(LayoutError):
        drawing.save("x.png")


def test_patterns_are_drawn_inside_their_boxes() -> None:
    for box in boxes(draw(graphs.siamese(), expand_nested=True).svg):
        if "barrel" in box.data:
            left, top, right, low = box.area
            numbers = graphs.points(box.node[1].attrib["d"])
            assert left < min(numbers[::2]) and max(numbers[::2]) < right
            assert top < min(numbers[1::2]) and max(numbers[1::2]) < low
    assert strokes("rising", 100, 40)


def test_a_png_file_opens() -> None:
    from PIL import Image

    with Image.open(io.BytesIO(draw(graphs.siamese()).png)) as image:
        image.load()
        assert image.size[0] > 500
