"""Arrows in every way in which learners write them, and what is none."""

from typing import Any

import pytest

from kitchen.teaching.arrows import arrows_of

WANTED = {("a 1", "b"), ("b", "c")}


@pytest.mark.parametrize(
    "answer",
    [
        "a 1 -> b\nb -> c",
        "a 1 -> b, b -> c",
        "a 1 -> b,\nb -> c,\n",
        "a 1->b; b->c;",
        "a  1 -> b -> c",
        "a 1 --> b, b → c",
        "a 1 => b, b –> c",  # what an editor makes of two hyphens
        "`a 1` -> `b`, 'b' -> \"c\"",
        ["a 1 -> b, b -> c"],
        ["a 1 -> b", "", "b -> c,"],
        [("a 1", "b"), ("b", "c")],
        {("a 1", "b", "c")},
    ],
)
def test_arrows_are_read_in_every_way_in_which_they_are_written(answer: Any) -> None:
    assert arrows_of(answer) == (WANTED, "")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("a, b -> c", {("a", "c"), ("b", "c")}),
        ("a -> b, c", {("a", "b"), ("a", "c")}),
        ("a, b -> c -> d, e", {("a", "c"), ("b", "c"), ("c", "d"), ("c", "e")}),
        ("a, b -> c, c -> d", {("a", "c"), ("b", "c"), ("c", "d")}),
    ],
)
def test_several_boxes_may_stand_at_one_end(answer: str, wanted: set[tuple[str, str]]) -> None:
    assert arrows_of(answer) == (wanted, "")


@pytest.mark.parametrize(
    ("answer", "unclear"),
    [
        ("a -> b\nc", "c"),
        ("a, b", "a, b"),
        ("a ->", "a ->"),
        ("-> b, b -> c", "-> b, b -> c"),
        ("a -> , b", "a -> , b"),
        ("a -> -> b", "a -> -> b"),
        ("a > b", "a > b"),
        ("a -> b, c, d -> e", "a -> b, c, d -> e"),  # does c end an arrow, or begin one?
        (["a", "b"], "a"),
        ([("a", "")], "('a', '')"),
        ([3], "3"),
        (7, "7"),
    ],
)
def test_what_is_no_arrow_is_named(answer: Any, unclear: str) -> None:
    assert arrows_of(answer) == (set(), unclear)
