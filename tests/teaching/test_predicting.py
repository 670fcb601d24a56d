"""A prediction answers each choice, takes the right one from the run, and never holds up."""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kitchen
from kitchen.teaching import predictions
from kitchen.teaching.predicting import OTHER, Prediction, predict
from kitchen.teaching.question import Question, shown
from tests.lessons.notebooks import LESSONS, code_cells, read, text

EVERY = {
    key: x for lesson in predictions.lessons() for key, x in predictions.questions(lesson).items()
}
CALL = re.compile(r'kitchen\.predict\(\s*"([^"]+)"')
ASKED = {
    path.stem[:2]: [
        key for cell in code_cells(read(path)) for key in CALL.findall(text(cell.source))
    ]
    for path in LESSONS
}
COUNT = Question(
    key="99.a",
    text="How many has `it`?",
    choices={1: "One is <one>.", 2000: "Two `thousand`."},
    answer=lambda thing, *_: thing,
    reasons={"I counted.": "Good.", "I guessed.": "Try again."},
)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "find", lambda key: COUNT)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Somebody who types these lines at a terminal."""
    typed: list[str] = []
    keyboard = io.StringIO()
    monkeypatch.setattr(keyboard, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", keyboard)

    def answer(prompt: str) -> str:
        if not typed:
            raise EOFError
        return typed.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    yield typed


@pytest.mark.parametrize("key", EVERY)
def test_every_choice_and_reason_gets_an_answer_of_its_own(key: str) -> None:
    question = EVERY[key]
    assert key == question.key
    assert len(question.choices) >= 2
    said = [*question.choices.values(), *question.reasons.values()]
    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("lesson", ASKED)
def test_a_lesson_asks_each_of_its_questions_once_and_in_order(lesson: str) -> None:
    known = predictions.questions(lesson) if lesson in predictions.lessons() else {}
    assert ASKED[lesson] == list(known)


@pytest.mark.usefixtures("count")
@pytest.mark.parametrize(("found", "other"), [(1, 2000), (2000, 1)])
def test_what_is_right_comes_from_the_run(found: int, other: int) -> None:
    asked = predict("99.a", found)
    assert asked.reply(found).startswith("Right.")
    assert asked.reply(other).startswith(f"No: {shown(found)}.")
    assert f"Answer: {shown(found)}." in str(asked)


@pytest.mark.usefixtures("count")
def test_a_learner_who_changes_the_network_still_sees_what_came_out() -> None:
    asked = predict("99.a", 3, "the results")
    assert asked.reply(1) == asked.reply(2000) == f"Answer: 3. {OTHER}"
    assert "the results" in str(asked)
    assert "<pre>the results</pre>" in asked._repr_html_()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_in_a_lesson_as_it_stands_what_comes_out_is_one_of_the_choices(path: Path) -> None:
    assert OTHER not in path.read_text(encoding="utf-8")


def test_an_unknown_question_is_told_with_those_that_there_are() -> None:
    with pytest.raises(kitchen.KitchenError, match=r"no such question.*03\.z.*03\.a, 03\.b"):
        kitchen.predict("03.z")
    with pytest.raises(kitchen.KitchenError, match="no such question"):
        kitchen.predict("77.a")


@pytest.mark.usefixtures("count")
def test_a_page_folds_each_reply_and_what_came_out() -> None:
    html = predict("99.a", 2000)._repr_html_()
    opened = re.findall(
        r"<details[^>]*><summary>(.*?)</summary>\n(.*?)\n</details>", html, re.DOTALL
    )
    assert [summary for summary, _ in opened] == [
        "1", "2,000", "I counted.", "I guessed.", "Show what came out",
    ]  # fmt: skip
    said = dict(opened)
    assert said["1"] == "<p>No: 2,000. One is &lt;one&gt;.</p>"
    assert said["2,000"] == "<p>Right. Two <code>thousand</code>.</p>"
    assert re.sub(r"<details.*</details>", "", html, flags=re.DOTALL).count("2,000") == 0
    assert html.count('name="99.a choice"') == 2, "of the choices, one is open at a time"


def test_results_that_show_themselves_stand_below_and_a_model_does_not() -> None:
    model = kitchen.examples.classifier.sequential()
    results = (kitchen.sharing(model), kitchen.draw(model), "1 < 2")
    question = Question(key="99.b", text="?", choices={True: "a", False: "b"}, answer=bool)
    asked = Prediction(question, True, results)
    assert "<table>" in asked._repr_html_()
    assert "<img" in asked._repr_html_()
    assert "<pre>1 &lt; 2</pre>" in asked._repr_html_()
    assert str(results[0]) in str(asked)


def test_a_model_is_passed_to_be_counted_and_not_to_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question = Question(
        key="99.c",
        text="?",
        choices={50_890: "a", 1: "b"},
        answer=lambda model: model.count_params(),
    )
    monkeypatch.setattr(predictions, "find", lambda key: question)
    assert predict("99.c", kitchen.examples.classifier.sequential()).results == ()


@pytest.mark.usefixtures("count")
def test_a_terminal_asks_until_there_is_an_answer(
    terminal: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal += ["3", "no", "1", "2"]
    predict("99.a", 2000)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "Predict (99.a): How many has `it`?", "  1. 1", "  2. 2,000", "No: 2,000. One is <one>.",
        "  1. I counted.", "  2. I guessed.", "Try again.",
    ]  # fmt: skip
    assert terminal == []


@pytest.mark.usefixtures("count")
@pytest.mark.parametrize("typed", [[""], []])
def test_enter_skips_and_so_does_the_end_of_the_input(
    terminal: list[str], capsys: pytest.CaptureFixture[str], typed: list[str]
) -> None:
    terminal += typed
    assert predict("99.a", 1).right == 1
    assert "No:" not in capsys.readouterr().out


@pytest.mark.usefixtures("count")
def test_where_nobody_can_answer_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    predict("99.a", 1)
    monkeypatch.setattr(sys, "stdin", None)
    predict("99.a", 1)
    assert capsys.readouterr().out == ""
