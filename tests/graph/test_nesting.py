"""What the elements of a wrapped form hide, and what is inside them."""

from typing import Any

import pytest
from keras import Input, Model, layers

import kitchen
from kitchen.graph.linearity import Explanation, explain
from tests import models

SHARED = kitchen.examples.shared_layer


def functional(connect: Any, shape: tuple[int, ...] = (4,)) -> Any:
    x = Input(shape, name="x")
    return Model(x, connect(x), name="net")


def shape(explanation: Explanation) -> list[tuple[int, list[str]]]:
    """The elements: how many calls, and the kinds of what is hidden."""
    return [(len(e.calls), [x.kind for x in e.hides]) for e in explanation.wrapped]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (lambda: models.residual(2), [(2, ["skip"]), (2, ["skip"])]),
        (models.attention_block, [(2, ["arguments", "skip"]), (1, []), (3, ["skip"])]),
        (models.unet, [(1, []), (9, ["skip", "skip"]), (1, []), (1, [])]),
        (models.siamese, [(3, ["shared", "merge", "inputs"]), (1, [])]),
        (models.operators, [(1, ["operation"])] * 3),
        (SHARED.sequential, [(1, []), (1, ["branch", "outputs"])]),
        (SHARED.forms["wider"].build, []),
        (
            lambda: functional(lambda x: models.residual()(layers.Dense(6)(x))),
            [(1, []), (1, ["skip"])],
        ),
    ],
)
def test_what_each_element_hides(model: Any, expected: list[tuple[int, list[str]]]) -> None:
    assert shape(explain(model())) == expected


def test_a_u_net_is_a_sequential_inside_a_sequential() -> None:
    block = explain(models.unet(3)).wrapped[1]
    for level in (1, 2):
        (way,) = block.inside
        pool, down, block, conv, up = way
        assert [e.name for e in (pool, down, conv, up)] == [
            f"pool_{level - 1}", f"down_{level}", f"conv_{level}", f"up_{level - 1}",
        ]  # fmt: skip
        assert [x.kind for x in block.hides] == ["skip"] * (3 - level)
    (way,) = block.inside
    assert [e.name for e in way] == ["pool_2", "bottom", "up_2"]


def test_the_branches_of_a_block_are_sequentials() -> None:
    head = explain(SHARED.sequential()).wrapped[1]
    ((both,),) = head.inside
    ways = sorted([element.name for element in way] for way in both.inside)
    assert ways == [["dense_1", "output_1"], ["dense_2", "output_2"]]


def test_any_model_as_one_element_explains_nothing() -> None:
    explanation = explain(functional(lambda x: layers.Add()([x, layers.Dense(4)(x)])))
    assert explanation.wrapped == ()
    assert "no wrapped form" in " ".join(explanation.notes)


def test_a_mask_keeps_calls_together() -> None:
    words = Input((4,), dtype="int32")
    h = layers.Embedding(9, 4, mask_zero=True)(words)
    h = layers.Add()([h, layers.MultiHeadAttention(1, 4)(h, h)])
    explanation = explain(Model(words, layers.GlobalAveragePooling1D()(h)))
    assert not explanation.wrapped
    assert "a mask is passed along" in explanation.notes[0]
