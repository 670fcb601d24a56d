"""The playground's plans: the article's networks, and every combination built or explained."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kitchen
from kitchen.errors import KitchenError
from kitchen.explorer.panes import unpacked
from kitchen.explorer.plan import ENDS, MERGES, SKIPS, STARTS, Plan, build
from kitchen.explorer.playground import Playground, left_alone
from kitchen.explorer.problems import problem

SIZES = st.one_of(st.integers(-1, 40), st.sampled_from([1000, 1024, 1025]))
LISTS = st.lists(SIZES, min_size=3, max_size=3).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that the controls can say, possible or not."""
    plan = draw(st.sampled_from(list(STARTS.values())))
    plan = plan.changed("inputs", draw(st.integers(1, 3)))
    plan = plan.changed("branches", draw(st.integers(1, 3)))
    for name, least in (("inputs", len(plan.inputs)), ("first", plan.branches)):
        for k in range(least):
            plan = plan.changed(f"{name}:{k}", draw(SIZES))
    for k in range(plan.branches):
        plan = plan.changed(f"second:{k}", draw(SIZES))
    plan = plan.changed("shared", draw(st.booleans()))
    plan = plan.changed("merge", draw(st.sampled_from(list(MERGES))))
    plan = plan.changed("hidden", draw(SIZES))
    plan = plan.changed("skip", draw(st.sampled_from(list(SKIPS))))
    plan = plan.changed("outputs", draw(st.integers(1, 3)))
    plan = plan.changed("units", draw(st.integers(0, 12)))
    return plan.changed("end", draw(st.sampled_from(ENDS)))


@pytest.mark.parametrize("name", list(STARTS))
def test_it_starts_from_the_articles_networks(name: str) -> None:
    example = getattr(kitchen.examples, name)
    assert problem(STARTS[name]) is None
    assert kitchen.equivalent(build(STARTS[name]), example.functional())


def test_it_makes_what_an_exercise_of_lesson_00_asks_for() -> None:
    asked = {"inputs:0": 20, "branches": 2, "first:0": 12, "first:1": 6, "units": 3}
    plan = STARTS["classifier"]
    for name, value in asked.items():
        plan = plan.changed(name, value)
    assert kitchen.exercise("00.3").check(build(plan))


@given(plans())
def test_what_has_no_problem_is_built_and_a_problem_has_ways_out(plan: Plan) -> None:
    for _ in range(20):
        found = problem(plan)
        if found is None:
            break
        assert found.fixes and found.text.endswith(".")
        plan = next(iter(found.fixes.values()))
    else:
        pytest.fail(f"the first way out never ends: {plan}")
    model = build(plan)
    assert len(model.inputs) == len(plan.inputs)
    assert len(model.outputs) == plan.outputs
    shared = [calls for calls in kitchen.read(model).uses.values() if len(calls) > 1]
    assert bool(shared) == plan.shared


@given(plans())
def test_every_way_out_changes_something(plan: Plan) -> None:
    found = problem(plan)
    if found is not None:
        assert all(other != plan for other in found.fixes.values())


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"merge": "Add"}, "one branch"),
        ({"branches": 2, "inputs:0": 0}, "a whole number from 1 to"),
        ({"skip": "Add"}, "the layer has 0 units"),
        ({"hidden": 10, "skip": "Add"}, "64 numbers, and the layer gives out 10"),
        ({"branches": 3, "inputs": 2, "outputs": 3, "merge": "none"}, "outputs."),
        ({"branches": 2, "first:1": 8, "shared": True}, "not 64 and 8"),
        ({"inputs": 2, "inputs:1": 5, "shared": True}, "cannot take 784 and 5 numbers"),
    ],
)
def test_an_impossible_plan_says_why(changes: dict[str, Any], text: str) -> None:
    plan = Plan()
    for name, value in changes.items():
        plan = plan.changed(name, value)
    found = problem(plan)
    assert found is not None and text in found.text


def sent(play: Playground, **content: Any) -> list[Any]:
    messages: list[Any] = []
    play.send = messages.append
    play.asked(None, content, [])
    assert messages[-1] == {"do": "done"}
    return messages[:-1]


def test_every_change_is_followed_by_all_that_is_shown() -> None:
    play = kitchen.playground("two_inputs")
    assert play.verdict == "Sequential can't, because it has two inputs and a merge."
    assert sent(play, do="set", name="first:0", value=20) == []
    labels = [box["label"] for box in unpacked(play.graph)["boxes"].values()]
    assert any("dense_a, Dense 20 relu" in label for label in labels)
    assert "layers.Dense(20" in play.tabs[0]["text"]
    assert all(tab["text"] or tab["reason"] for tab in play.tabs)
    assert ["dense_a", "Dense", "(20,)", "660"] in [list(row) for row in play.table["rows"]]


def test_a_problem_keeps_what_was_seen_and_its_button_mends_it() -> None:
    play = kitchen.playground("two_inputs")
    before = play.graph
    sent(play, do="set", name="merge", value="Add")
    assert "end with 16 and 32 numbers" in play.problem["text"]
    assert play.graph == before
    assert {c["name"]: c["value"] for c in play.controls}["merge"] == "Add"
    mend = next(fix for fix in play.problem["fixes"] if fix["label"] == "16 numbers each")
    sent(play, do="mend", set=mend["set"])
    assert play.problem["text"] == "" and play.graph != before


def test_a_reset_brings_back_the_first_state() -> None:
    play = kitchen.playground("two_inputs").ready()
    shown = ("graph", "tabs", "tab", "controls", "problem", "verdict", "table", "switches")
    before = [getattr(play, name) for name in shown]
    wishes: list[dict[str, Any]] = [
        {"do": "set", "name": "Start from", "value": "shared_layer"},
        {"do": "share", "name": "shared_dense", "on": False},
        {"do": "tab", "tab": 1},
        {"do": "set", "name": "merge", "value": "Add"},
        {"do": "set", "name": "second:1", "value": 48},
    ]
    for wish in wishes:
        play.asked(None, wish, [])
    assert play.problem["text"] and play.tab == 1
    play.asked(None, {"do": "reset"}, [])
    assert [getattr(play, name) for name in shown] == before


def test_a_switch_of_the_picture_works_in_the_playground() -> None:
    play = kitchen.playground("shared_layer")
    sent(play, do="share", name="shared_dense", on=False)
    assert play.bound.graph.count() == 20_738
    assert play.table["footer"][-1] == "20,738"


def test_the_notebooks_random_numbers_are_left_alone() -> None:
    import random

    random.seed(5)
    wanted = random.random()  # noqa: S311
    random.seed(5)
    kitchen.playground()
    with left_alone():
        random.random()  # noqa: S311
    assert random.random() == wanted  # noqa: S311


def test_a_start_that_is_no_example_is_said() -> None:
    with pytest.raises(KitchenError, match="Choose one of classifier, two_inputs, shared_layer"):
        kitchen.playground("unet")


def test_the_code_of_each_form_builds_what_is_seen() -> None:
    for name, merge in itertools.product(STARTS, ("Concatenate", "Average")):
        play = kitchen.playground(name)
        sent(play, do="set", name="branches", value="2")
        sent(play, do="set", name="merge", value=merge)
        for tab in play.tabs:
            if tab["text"]:
                names: dict[str, Any] = {}
                exec(tab["text"], names)  # noqa: S102 - our own
                assert names["build"]().count_params() == play.model.count_params()
