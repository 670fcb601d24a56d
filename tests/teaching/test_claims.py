"""Each claim of the article gets the verdict that its runs give, and the runs can say otherwise."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import keras
import numpy as np
import pytest

import kitchen
from kitchen.examples import shared_layer
from kitchen.rewrite.source import Source
from kitchen.run.verdict import Verdict as Sameness
from kitchen.tables import WIDEST
from kitchen.teaching.claims import (
    Claim,
    Claims,
    Evidence,
    Observation,
    Result,
    all_claims,
    result_of,
)
from kitchen.teaching.claims.evidence import refusal
from tests.lessons.notebooks import FOLDER, code_cells, read, text

HOLDS, CONDITION, NOT = "holds", "holds with a condition", "does not hold"

# A new Keras in which something has changed shows here first.
EXPECTED = {
    "either_or": NOT,
    "made_by_calls": CONDITION,
    "manner": HOLDS,
    "list_of_layers": HOLDS,
    "chain": HOLDS,
    "ends_implied": CONDITION,
    "later_layers": HOLDS,
    "input_shape": HOLDS,
    "input_layer": NOT,
    "feed_forward": CONDITION,
    "one_input": CONDITION,
    "one_output": CONDITION,
    "residual": CONDITION,
    "unet": CONDITION,
    "reuse": NOT,
    "branches_in_a_list": CONDITION,
    "symbolic_input": HOLDS,
    "explicit": HOLDS,
    "ends_define": HOLDS,
    "four_at_once": HOLDS,
    "acyclic": CONDITION,
    "any_graph": CONDITION,
    "any_operation": CONDITION,
    "most_freedom": NOT,
    "one_object": HOLDS,
    "same_input": HOLDS,
    "efficient": CONDITION,
    "two_objectives": HOLDS,
    "summary_counts": CONDITION,
    "summary_flow": CONDITION,
    "early_errors": CONDITION,
    "look_inside": CONDITION,
    "programmatic": CONDITION,
    "more_code": CONDITION,
    "harder_tasks": CONDITION,
    "complexity": CONDITION,
    "famous": HOLDS,
}


@pytest.fixture(scope="module")
def results() -> Claims:
    return kitchen.claims()


def test_every_claim_has_an_expected_verdict() -> None:
    assert list(all_claims()) == list(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED)
def test_a_claim_gets_its_verdict(results: Claims, key: str) -> None:
    assert results[key].verdict == EXPECTED[key], str(results[key])


@pytest.mark.parametrize("key", EXPECTED)
def test_a_claim_says_itself_in_a_sentence_and_its_condition_where_it_has_one(
    results: Claims, key: str
) -> None:
    result = results[key]
    assert result.says.endswith(".")
    assert bool(result.condition) == (result.verdict == CONDITION)
    for _, observation in result.observations():
        assert observation.what.endswith(".")
        assert observation.seen, "what the run gave"
        assert isinstance(observation.true, bool)


# The verdict follows from what was seen.

YES, NO = Observation("Needed.", True), Observation("Needed.", False)
AGAINST = Observation("A counterexample.", True)
EXCEPT = replace(AGAINST, condition="it is Monday")
NOT_SEEN = replace(EXCEPT, true=False)


@pytest.mark.parametrize(
    ("supports", "refutes", "verdict"),
    [
        ([YES], [], HOLDS),
        ([YES, YES], [NOT_SEEN], HOLDS),
        ([YES], [EXCEPT], CONDITION),
        ([YES], [EXCEPT, NOT_SEEN], CONDITION),
        ([NO], [AGAINST], NOT),
        ([YES, NO], [AGAINST], NOT),
        ([YES], [AGAINST], "undecided"),
        ([YES], [EXCEPT, AGAINST], "undecided"),
        ([NO], [], "undecided"),
        ([NO], [NOT_SEEN], "undecided"),
        ([], [], "undecided"),
        ([], [EXCEPT], "undecided"),
    ],
)
def test_the_verdict_is_computed_from_the_observations(
    supports: list[Observation], refutes: list[Observation], verdict: str
) -> None:
    assert Evidence(tuple(supports), tuple(refutes)).verdict == verdict


def test_conditions_are_those_of_the_counterexamples_that_were_seen() -> None:
    other = replace(NOT_SEEN, condition="it rains")
    claim = Claim(1, "days", all_claims()["chain"].check)
    assert Result(claim, Evidence((YES,), (EXCEPT, EXCEPT, other))).condition == "it is Monday"
    both = Evidence((YES,), (EXCEPT, replace(other, true=True)))
    assert Result(claim, both).condition == "it is Monday; and that it rains"


# Every kind of observation can come out the other way: in a Keras that does something else.


def lenient_add(before: Callable[..., None]) -> Callable[..., None]:
    """`Sequential.add` that passes over what it would refuse."""

    def add(self: Any, layer: Any, **options: Any) -> None:
        refusal(lambda: before(self, layer, **options))

    return add


def doubled(self: Any, inputs: Any, **options: Any) -> Any:
    for layer in self.layers:
        inputs = layer(inputs)
    return 2 * inputs


def different(*models: Any, **options: Any) -> Sameness:
    return Sameness("different", "somebody said so")


def as_many(model: Any) -> SimpleNamespace:
    return SimpleNamespace(once=72, unshared=72)


def no_words(*arguments: Any) -> Source:
    return Source("")


IN = "kitchen.teaching.claims"
LAST_STEP: Any = lambda units: keras.layers.Lambda(lambda x: x[:, -1])  # noqa: E731 (no memory)
BREAKS: list[tuple[str, Any, Any, str]] = [
    ("chain", "keras.Sequential.call", doubled, "undecided"),
    ("one_input", "keras.Sequential.add", lenient_add(keras.Sequential.add), NOT),
    ("one_output", "keras.Sequential.add", lenient_add(keras.Sequential.add), NOT),
    ("feed_forward", "keras.layers.LSTM", LAST_STEP, HOLDS),
    ("any_graph", "keras.layers.Add", keras.layers.Average, NOT),
    ("list_of_layers", f"{IN}.lists.equivalent", different, "undecided"),
    ("input_shape", f"{IN}.lists.equivalent", different, "undecided"),
    ("unet", f"{IN}.skips.equivalent", different, HOLDS),
    ("unet", "keras.layers.Concatenate", keras.layers.Flatten, "undecided"),
    ("efficient", f"{IN}.sharing.equivalent", different, HOLDS),
    ("either_or", f"{IN}.graphs.equivalent", different, "undecided"),
    ("symbolic_input", "keras.ops.convert_to_numpy", lambda x: np.zeros(4), "undecided"),
    ("branches_in_a_list", f"{IN}.sharing.shared_layer", replace(shared_layer, naive=list), NOT),
    ("more_code", f"{IN}.choice.source", no_words, "undecided"),
    ("reuse", f"{IN}.sharing.sharing", as_many, "undecided"),
    ("input_layer", "keras.layers.InputLayer", keras.layers.Dense, "undecided"),
    ("summary_flow", f"{IN}.summaries.last_column", lambda model: {}, "undecided"),
    ("look_inside", "keras.Sequential.inputs", property(lambda self: []), "undecided"),
]


@pytest.mark.parametrize(
    ("key", "place", "other", "verdict"), BREAKS, ids=[f"{x[0]}-{x[1]}" for x in BREAKS]
)
def test_what_is_seen_decides(
    key: str, place: str, other: Any, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, other)
    result = result_of(all_claims()[key])
    assert result.verdict == verdict, str(result)


def test_a_residual_network_loses_one_condition_where_blocks_are_not_the_same(
    monkeypatch: pytest.MonkeyPatch, results: Claims
) -> None:
    assert results["residual"].condition.count("; and that ") == 1
    monkeypatch.setattr(f"{IN}.skips.equivalent", different)
    assert "plain layer" not in result_of(all_claims()["residual"]).condition


def test_a_test_that_fails_leaves_its_claim_undecided() -> None:
    def broken() -> Evidence:
        """All is well."""
        raise ValueError("Not in this Keras.\nAnd more.")

    result = result_of(Claim(1, "days", broken))
    assert result.verdict == "undecided"
    assert "ValueError: Not in this Keras." in str(result)
    assert Claims((result,), "4").summary() == "1 claim, tested in Keras 4: 1 is undecided."


# How it shows itself, and what it leaves behind.


def test_the_table_has_a_row_for_each_claim_and_cuts_nothing(results: Claims) -> None:
    table = results.table()
    assert [row[-1] for row in table.rows] == list(EXPECTED)
    assert [row[0] for row in table.rows] == [str(k + 1) for k in range(len(EXPECTED))]
    assert max(len(cell) for row in table.rows for cell in row) <= 4 * WIDEST
    root = ElementTree.fromstring(results._repr_html_())
    assert len(list(root.iter("tr"))) == len(EXPECTED) + 1
    assert keras.__version__ in str(root.findtext("caption"))
    assert "`" not in results._repr_html_()
    assert "Input" in {code.text for code in root.iter("code")}


def test_the_summary_counts_the_verdicts(results: Claims) -> None:
    found = list(EXPECTED.values())
    assert results.summary() == (
        f"{len(found)} claims, tested in Keras {keras.__version__}: {found.count(HOLDS)} hold, "
        f"{found.count(CONDITION)} hold with a condition, {found.count(NOT)} do not hold."
    )
    one = Claims((results["reuse"],), "3")
    assert one.summary() == "1 claim, tested in Keras 3: 1 does not hold."


def test_all_of_it_is_there_as_text(results: Claims) -> None:
    shown = " ".join(str(results).split())
    for result in results:
        assert result.says in shown
        for _, observation in result.observations():
            assert " ".join(observation.what.split()) in shown
    assert repr(results) == str(results)


def test_one_result_shows_both_sides(results: Claims) -> None:
    result = results["reuse"]
    assert [row[:3:2] for row in result.table().rows] == [
        ("for it", "no"),
        ("for it", "yes"),
        ("against it", "yes"),
    ]
    assert "against it: yes: " in str(result)
    assert "<caption>A Sequential can&#x27;t use" in result._repr_html_()


@pytest.mark.parametrize("key", EXPECTED)
def test_the_code_shown_runs_by_itself_and_comes_to_the_same(results: Claims, key: str) -> None:
    code = results[key].code
    assert "backend.keras()" not in code
    namespace: dict[str, Any] = {"__name__": "learner"}
    exec(code, namespace)  # noqa: S102 (our own code)
    assert namespace[key]().verdict == EXPECTED[key]


def test_only_those_asked_for_are_tested() -> None:
    found = kitchen.claims("reuse", "chain", "reuse")
    assert found.verdicts == {"reuse": NOT, "chain": HOLDS}
    assert found[0] is found["reuse"]
    assert found[1:] == (found["chain"],)


def test_a_claim_that_does_not_exist_is_refused(results: Claims) -> None:
    with pytest.raises(kitchen.KitchenError, match="no such claim"):
        kitchen.claims("nonsense")
    with pytest.raises(kitchen.KitchenError, match="no result"):
        kitchen.claims("chain")["reuse"]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first = keras.layers.Dense(1).name
    random.seed(3)
    drawn, numbers = random.getstate(), np.random.get_state()[1].copy()  # type: ignore[index]
    kitchen.claims()
    assert random.getstate() == drawn
    assert np.array_equal(np.random.get_state()[1], numbers)  # type: ignore[index]
    after = keras.layers.Dense(1).name
    assert number(after) == number(first) + 1
    assert list(tmp_path.iterdir()) == []


def number(name: str) -> int:
    """`dense` → 0, `dense_4` → 4."""
    return int(name.partition("_")[2] or 0)


def test_the_lesson_shows_every_claim_with_its_verdict() -> None:
    notebook = read(FOLDER / "12_the_article.ipynb")
    shown = [
        text(output.data["text/html"])
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    tables = [ElementTree.fromstring(html) for html in shown if html.startswith("<table>")]
    rows = [[cell.text for cell in row] for table in tables for row in table.iter("tr")]
    found = {row[-1]: row[3] for row in rows if row[-1] in EXPECTED}
    assert found == EXPECTED
