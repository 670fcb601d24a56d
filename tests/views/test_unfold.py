"""What is drawn one by one, what as a box, and what someone opened by name."""

from collections.abc import Iterable

import pytest

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.views.block import Block
from kitchen.views.unfold import Opened, Step, Unfolding
from tests.models import chain_graph, nested_graph
from tests.views.graphs import siamese
from tests.views.large import conv, gated, row, stages, with_models


def said(graph: ModelGraph, *, names: Iterable[str] = (), **options: bool | None) -> list[str]:
    """Every step in a word: a layer's name, "[box]", "<frame" and ">"."""
    unfolding = Unfolding(graph, names=frozenset(names), **options)  # type: ignore[arg-type]

    def word(step: Step) -> str:
        if isinstance(step, Call):
            return graph.layers[step.layer].name
        if isinstance(step, Block):
            return f"[{step.name}{f' ×{step.times}' if step.times > 1 else ''}]"
        return f"<{step.block.name} {step.copy}/{step.of}" if isinstance(step, Opened) else ">"

    found = [word(step) for step in unfolding.steps(graph.root)]
    unfolding.check()
    return found


WHOLE = [
    *("x", "[stem]", "[stage0_block0_1_dense to stage0_block0_3_relu]", "[stage0_block0_0]"),
    *("stage0_block0_add", "[stage0_block1 to stage0_block3 ×3]", "head"),
]


def test_blocks_are_named_after_their_layers() -> None:
    assert said(stages(3), collapse=True) == WHOLE


def test_nothing_is_collapsed_unless_there_is_much() -> None:
    small, large = chain_graph(59), chain_graph(60)  # and an input
    assert len(said(small, collapse=None)) == 60
    assert said(large, collapse=None) == ["x", "[step_0 to step_59 ×60]"]
    assert len(said(large, collapse=False)) == 61


def test_models_that_are_opened_count_with_their_calls() -> None:
    graph = with_models(3)
    assert said(graph, collapse=None) == ["x", "model0", "model1", "model2", "head"]
    opened = said(graph, collapse=None, expand_nested=True)
    assert opened == ["x", "[model0 to model2 ×3]", "head"]


@pytest.mark.parametrize("name", ["stage0_block1", "stage0_block1 to stage0_block3"])
def test_of_equal_blocks_the_first_is_opened(name: str) -> None:
    steps = said(stages(3), collapse=True, names=[name])
    start = steps.index("<stage0_block1 1/3")
    inside = ["1_dense", "1_norm", "1_relu", "2_dense", "2_norm", "2_relu", "add"]
    assert steps[start + 1 : start + 8] == [f"stage0_block1_{name}" for name in inside]
    assert steps[start + 8 :] == [">", "[stage0_block2 to stage0_block3 ×2]", "head"]


@pytest.mark.parametrize("name", ["stage0_block2", "stage0_block2_1_norm"])
def test_the_one_that_is_named_is_opened(name: str) -> None:
    steps = said(stages(5), collapse=True, names=[name])
    frame = steps.index("<stage0_block2 2/5")
    assert steps[frame - 1] == "[stage0_block1]"
    assert steps[frame + 9] == "[stage0_block3 to stage0_block5 ×3]"


def test_several_are_opened() -> None:
    steps = said(stages(3), collapse=True, names=["stem", "stage0_block1", "stage0_block3"])
    frames = [step for step in steps if step.startswith("<")]
    assert frames == ["<stem 1/1", "<stage0_block1 1/3", "<stage0_block3 3/3"]


def test_what_is_opened_and_still_large_is_collapsed_in_turn() -> None:
    steps = said(row(gated, 40), collapse=True, names=["part0_dense"])
    assert steps[1].startswith("<")
    assert "part0_mul" not in steps and len(steps) < 100
    assert any(step.startswith("[") for step in steps)


def test_one_of_many_single_calls_is_opened_without_a_frame() -> None:
    steps = said(chain_graph(100), names=["step_7"], collapse=True)
    assert steps == ["x", "[step_0 to step_6 ×7]", "step_7", "[step_8 to step_99 ×92]"]


def test_a_model_is_opened_by_its_name_and_by_that_of_a_layer_inside() -> None:
    graph = siamese()
    encoder = next(key for key, layer in graph.layers.items() if layer.name == "encoder")
    for names in ((), ("encoder",), ("hidden",)):
        unfolding = Unfolding(graph, names=frozenset(names))
        assert unfolding.opens(encoder) is bool(names)
        assert not unfolding.opens("none")


@pytest.mark.parametrize("graph", [stages(3), siamese(), nested_graph(3)])
def test_a_name_that_is_nowhere_is_an_error(graph: ModelGraph) -> None:
    with pytest.raises(KitchenError, match="no block, model or layer of this name") as error:
        said(graph, collapse=True, names=["nonsense"])
    assert "'nonsense'" in str(error.value)


def test_every_call_comes_once_whatever_is_opened() -> None:
    graph = stages(3, 4)
    for names in ((), ("stem",), ("stage0_block2", "stage1_block4_add"), ("stage1_block0_0",)):
        unfolding = Unfolding(graph, collapse=True, names=frozenset(names))
        met: list[str] = []
        for step in unfolding.steps(graph.root):
            met += [step.id] if isinstance(step, Call) else []
            met += [call.id for call in step.calls] if isinstance(step, Block) else []
        assert sorted(met) == sorted(call.id for call in graph.body.calls)


def test_a_row_of_a_single_kind() -> None:
    assert said(row(conv, 40), collapse=True) == ["x", "[part0 to part39 ×40]"]
