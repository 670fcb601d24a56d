import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pygraphviz
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kitchen.graph.model_graph import ModelGraph
from kitchen.views import dot
from kitchen.views.compose import Options, compose
from kitchen.views.layout import lay_out
from kitchen.views.scene import Scene
from kitchen.views.text import clean
from tests.models import nested_graph
from tests.views import graphs
from tests.views.graphs import GRAPHS

Make = Callable[[], ModelGraph]
EVERY = pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)
ANY = st.text(st.characters(codec=None, categories=None), max_size=40)


def scenes(graph: ModelGraph) -> list[Scene]:
    return [compose(graph, Options(expand_nested=expand)) for expand in (False, True)]


def labels(text: str) -> list[str]:
    """The labels that Graphviz reads out of a file, one a line."""
    drawn = pygraphviz.AGraph(string=text).draw(format="svg", prog="dot").decode()
    svg = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", drawn))
    return [(node.text or "") for node in svg.iter(f"{graphs.SVG}text")]


@EVERY
def test_the_file_for_people_says_all_that_the_picture_says(make: Make) -> None:
    for scene in scenes(make()):
        said = labels(dot.for_people(scene))
        for lines in [box.lines for box in scene.boxes] + [frame.lines for frame in scene.frames]:
            assert set(lines) <= set(said)
        assert all(link.text in said for link in scene.links if link.text)


@settings(max_examples=60)
@given(ANY)
@example(r"\N \G \E \T \L \n \l \r")
@example("&lt;b&gt; &amp; &#65; <b> {a|b} \" ' ; // /* # [ ] %")
@example("a" + "\\" * 7)
def test_a_name_is_shown_literally(text: str) -> None:
    name = clean(text)
    assert "".join(labels(f"digraph {{ a [label={dot.quoted(name)}] }}")) == name.rstrip("\r")


def test_no_name_is_part_of_what_is_laid_out() -> None:
    for scene in scenes(graphs.shared_layer()):
        text = dot.for_layout(scene)
        assert "shared_dense" not in text and "Dense" not in text


def test_laying_out_opens_no_font() -> None:
    for make in GRAPHS.values():
        for scene in scenes(make()):
            text = dot.for_layout(scene)
            drawn = json.loads(pygraphviz.AGraph(string=text).draw(format="json0", prog="dot"))
            written = [item.get("label", "") for item in drawn["objects"]]
            assert not [label for label in written if re.sub("<[^>]*>", "", label)]


@EVERY
@pytest.mark.parametrize("expand", [False, True])
def test_barrels_move_no_call_to_another_rank(make: Make, expand: bool) -> None:
    scene = compose(make(), Options(expand_nested=expand))
    calls = replace(
        scene,
        boxes=tuple(box for box in scene.boxes if box.kind != "barrel"),
        links=tuple(link for link in scene.links if link.kind != "tie"),
    )

    def ranks(shown: Scene) -> list[list[str]]:
        rows: dict[float, list[str]] = {}
        for name, (_, y) in lay_out(dot.for_layout(shown)).boxes.items():
            if name[0] != "w":
                rows.setdefault(round(y), []).append(name)
        return [sorted(rows[y]) for y in sorted(rows)]

    assert ranks(scene) == ranks(calls)


def test_a_barrel_stands_between_the_two_calls_that_share_it() -> None:
    scene = compose(graphs.shared_layer(), Options())
    places = lay_out(dot.for_layout(scene)).boxes
    assert places["b2"][1] == places["w1"][1] == places["b3"][1]
    left, right = sorted((places["b2"][0], places["b3"][0]))
    assert left < places["w1"][0] < right


def test_a_barrel_of_many_calls_stands_beside_the_middle_one() -> None:
    scene = compose(graphs.recurrent(5), Options())
    places = lay_out(dot.for_layout(scene)).boxes
    assert places["w1"][1] == places["b4"][1]


def test_barrels_stand_between_the_frames_that_share_them() -> None:
    scene = compose(graphs.siamese(), Options(expand_nested=True))
    places = lay_out(dot.for_layout(scene))
    for barrel in ("w1", "w2"):
        x = places.boxes[barrel][0]
        (_, _, one, _), (other, _, _, _) = sorted(places.frames.values())
        assert one < x < other


def test_data_flow_down_or_to_the_right() -> None:
    for direction, axis in (("TB", 1), ("LR", 0)):
        scene = compose(graphs.shared_layer(), Options(direction=direction))  # type: ignore[arg-type]
        places = lay_out(dot.for_layout(scene)).boxes
        for link in scene.links:
            if link.kind == "data":
                assert places[link.source][axis] < places[link.target][axis]


def test_far_ties_are_left_to_the_painter() -> None:
    text = dot.for_layout(compose(graphs.recurrent(100), Options()))
    assert text.count("constraint=false") <= dot.TIES
    assert text.count("minlen=0") == 1


def test_deep_nesting_takes_no_recursion() -> None:
    text = dot.for_layout(compose(nested_graph(2000), Options(expand_nested=True)))
    assert text.count("subgraph") == 1999
    assert text.count("{") == text.count("}")


def test_the_command_line_program_draws_the_file_where_it_is_installed() -> None:
    scene = compose(graphs.siamese(), Options(expand_nested=True))
    try:
        drawn = subprocess.run(
            ["dot", "-Tplain"],
            input=dot.for_people(scene).encode(),
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("Graphviz's own program is not installed here")
    assert drawn.stdout.startswith(b"graph")
