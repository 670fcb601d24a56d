from typing import Any

import pytest

from kitchen.graph.model_graph import Call, ModelGraph, Tensor
from kitchen.views.unfold import Unfolding
from kitchen.views.walk import Walk, Walker, fed_to
from tests.models import nested_graph
from tests.views.graphs import Maker, inside, masked, opaque, siamese, with_opaque_part


def walk(graph: ModelGraph, expand: bool = False, masks: bool = False) -> Walk:
    return Walker(Unfolding(graph, expand, masks)).walk()


def names(graph: ModelGraph, found: Walk) -> list[str]:
    return [graph.layers[run.layer].name for run in found.runs]


def lines(graph: ModelGraph, found: Walk) -> list[tuple[str, str]]:
    """Which run feeds which."""
    said = names(graph, found)
    return [(said[flow.source.run - 1], said[flow.target - 1]) for flow in found.flows]


def test_a_closed_model_is_one_run_a_call() -> None:
    g = siamese()
    found = walk(g)
    assert names(g, found) == ["left", "right", "encoder", "encoder", "difference", "score"]
    assert {run.role for run in found.runs} == {"box"}
    assert lines(g, found) == [
        ("left", "encoder"),
        ("right", "encoder"),
        ("encoder", "difference"),
        ("encoder", "difference"),
        ("difference", "score"),
    ]


def test_an_open_model_shows_its_calls_in_a_frame_each_time() -> None:
    g = siamese()
    found = walk(g, expand=True)
    inner = ["encoder", "picture", "hidden", "code"]
    assert names(g, found) == ["left", "right", *inner, *inner, "difference", "score"]
    assert [run.number for run in found.runs if run.role == "frame"] == [3, 7]
    assert [run.frame for run in found.runs] == [0, 0, 0, 3, 3, 3, 0, 7, 7, 7, 0, 0]
    assert lines(g, found)[0] == ("left", "picture")
    assert ("right", "picture") in lines(g, found)
    assert lines(g, found).count(("code", "difference")) == 2


def test_each_run_has_a_path_of_its_own() -> None:
    found = walk(siamese(), expand=True)
    assert len({run.path for run in found.runs}) == len(found.runs)


def test_a_tensor_that_passes_through_a_model_keeps_its_way() -> None:
    m = Maker("outer")
    inner = m.inner("nothing")
    start = inner.input("start")
    nothing = inner.close([start])
    g = m.graph([m.call(m.layer("end"), m.call(nothing, m.input("x")))])
    found = walk(g, expand=True)
    assert lines(g, found) == [("x", "start"), ("start", "end")]


@pytest.mark.parametrize("masks", [False, True])
def test_masks_are_hidden_unless_asked_for(masks: bool) -> None:
    g = masked()
    found = walk(g, masks=masks)
    assert ("not_equal" in names(g, found)) is masks
    assert [flow.kind for flow in found.flows].count("mask") == (1 if masks else 0)
    assert ("embedding", "lstm") in lines(g, found)


def test_plumbing_that_someone_reads_is_visible() -> None:
    g = masked()
    reader = Call("R", "L0", (g.body.calls[1].outputs[0],), outputs=(Tensor("R"),))
    body = type(g.body)((*g.body.calls, reader), g.body.inputs, g.body.outputs)
    shown = ModelGraph(g.root, g.form, g.layers, g.weights, {g.root: body})
    assert "not_equal" in names(shown, walk(shown))
    assert {flow.kind for flow in walk(shown).flows} == {"data"}


def test_an_opaque_model_shows_its_code_and_its_parts() -> None:
    g = opaque()
    found = walk(g)
    assert [run.role for run in found.runs] == ["frame", "opaque", "part", "part"]
    assert names(g, found)[2:] == ["first", "second"]


def test_an_opaque_model_inside_is_a_box_or_a_frame() -> None:
    g = with_opaque_part()
    assert names(g, walk(g)) == ["x", "my_model", "my_model"]
    found = walk(g, expand=True)
    assert [run.role for run in found.runs] == ["box", *["frame", "opaque", "part", "part"] * 2]
    assert len(found.flows) == 2


def test_tensors_that_leave_are_found_inside_frames() -> None:
    g = inside()
    (_, source), *others = walk(g, expand=True).leaving
    assert not others
    assert g.layers[walk(g, expand=True).runs[source.run - 1].layer].name == "both"


def test_deep_nesting_takes_no_recursion() -> None:
    found = walk(nested_graph(3000), expand=True)
    assert len(found.runs) == 6000
    assert max(run.depth for run in found.runs) == 2999


A, B = Tensor("a"), Tensor("b")


@pytest.mark.parametrize(
    ("structure", "args", "kwargs", "wanted"),
    [
        (0, (A,), {}, [[A]]),
        (0, ([A],), {}, [[A]]),
        ([0], (A,), {}, [[A]]),
        ([0, 1], ([A, B],), {}, [[A], [B]]),
        ([0, 1], (A, B), {}, [[A], [B]]),
        ({"p": 1, "q": 0}, ({"q": A, "p": B},), {}, [[A], [B]]),
        ([{"p": 1}, [0]], ([{"p": B}, [A]],), {}, [[A], [B]]),
        ([0, 1], (), {"x": A, "y": B}, [[A], [B]]),
    ],
)
def test_inputs_meet_what_they_are_fed(
    structure: Any, args: Any, kwargs: Any, wanted: list[list[Tensor]]
) -> None:
    m = Maker()
    for k in range(len(wanted)):
        m.input(f"x{k}")
    body = m.graph([m.inputs[0]]).body
    body = type(body)(body.calls, body.inputs, body.outputs, structure)
    assert fed_to(Call("c", "l", args, kwargs), body) == wanted
