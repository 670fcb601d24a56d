"""How an explanation shows itself: as text, as HTML, and short for large networks."""

from typing import Any

import keras
import pytest
from keras import layers

import kitchen
from kitchen.graph.explanation import FIRST
from kitchen.graph.obstacle import NOUNS, WHY, Obstacle, counted, listed, span
from tests import models


def test_the_text_of_the_second_example() -> None:
    model = kitchen.examples.two_inputs.functional()
    model.name = "pair"
    assert str(kitchen.explain(model)).startswith(
        """\
pair cannot be a plain Sequential: it has two inputs and a merge.

Inputs. A plain Sequential has one input.
  - Two inputs: input_a and input_b.

Merge. In a Sequential a layer gets one tensor, so there is nothing to join.
  - concat joins two tensors, one from dense_a and one from dense_b.

Wrapped, it is a Sequential of 2 elements; 1 is a model that hides the obstacles.
element  calls                       hides
-------  --------------------------  ----------------------
1        dense_a … concat (3 calls)  a merge and two inputs
2        output
"""
    )


def test_repeats_stand_in_one_row_and_obstacles_are_counted() -> None:
    explanation = kitchen.explain(models.residual(20))
    text = str(explanation)
    assert len(explanation.obstacles) == len(explanation.wrapped) == 20
    assert text.count("A skip from") == FIRST
    assert "Skips (20)." in text and "and 17 more" in text
    assert "1–20     dense_0 … add_0 (2 calls)  a skip  ×20" in text


def test_blocks_inside_blocks_stand_below() -> None:
    text = str(kitchen.explain(models.unet()))
    assert [line.split()[0] for line in text.splitlines() if line[:1].isdigit()] == [
        "1", "2", "2.1–2.2", "2.3", "2.4–2.5", "3–4",
    ]  # fmt: skip


@pytest.mark.parametrize("model", [models.siamese, models.masked, models.residual, models.tied])
def test_html_and_text_say_the_same(model: Any) -> None:
    explanation = kitchen.explain(model())
    html = explanation._repr_html_()
    assert explanation.verdict in html
    for obstacle in explanation.obstacles:
        assert obstacle.text in html and obstacle.why in html


def test_names_are_data() -> None:
    x = keras.Input((3,), name="x")
    name = "<b>&\u202e" + "a" * 300
    model = keras.Model(x, layers.Add()([x, layers.Dense(3, name=name)(x)]))
    explanation = kitchen.explain(model)
    html = explanation._repr_html_()
    assert "<b>" not in html and "\u202e" not in html and "&lt;b&gt;" in html
    assert len(explanation.obstacles[0].text) < 200


def test_the_calls_are_those_of_what_it_tells() -> None:
    explanation = kitchen.explain(kitchen.examples.shared_layer.sequential())
    assert explanation.linear
    assert {len(path) for path in explanation.calls} == {1, 2}  # the element, and what it hides


def test_every_kind_has_its_words() -> None:
    assert set(WHY) == set(NOUNS)
    obstacle = Obstacle("merge", "a joins b.", (("C1",),))
    assert str(obstacle) == f"a joins b. {WHY['merge']}"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
        (["a, call 1 of 2", "b"], "a, call 1 of 2, and b"),
        (["a, b", "c", "d"], "a, b; c; and d"),
    ],
)
def test_lists_read_well(texts: list[str], expected: str) -> None:
    assert listed(texts) == expected


def test_lines_read_well() -> None:
    assert span(["a", "b"]) == "a → b"
    assert span(["a", "b", "c", "d"]) == "a … d (4 calls)"
    assert span(["a", "d"], whole=False) == "a … d"


def test_counts_read_well() -> None:
    inputs = Obstacle("inputs", "", (("C0",), ("C1",)))
    skip = Obstacle("skip", "", (("C2",),))
    operation = Obstacle("operation", "", (("C2",),))
    assert counted([inputs, skip]) == "two inputs and a skip"
    assert counted([operation]) == "an operation that is no layer"
    assert counted([skip] * 12) == "12 skips"
