"""A prediction answers each choice, takes the right one from the run, and never holds up."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
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


@pytest.mark.parametrize("key", EVERY)
def test_a_question_has_no_markup_but_backquotes(key: str) -> None:
    question = EVERY[key]
    parts = [question.text, *map(shown, question.choices), *question.choices.values()]
    for part in [*parts, *question.reasons, *question.reasons.values()]:
        assert part.count("`") % 2 == 0, part
        assert not re.search(r"\*\w|\]\(", re.sub(r"`[^`]*`", "", part)), part


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


def three_layers() -> Any:
    layers = keras.layers
    return keras.Sequential([keras.Input((64,)), *(layers.Dense(64) for _ in "123")])


def one_encoder() -> Any:
    encode, inputs = keras.layers.Dense(16), [keras.Input((64,)), keras.Input((64,))]
    codes = keras.layers.Concatenate()([encode(x) for x in inputs])
    return keras.Model(inputs, keras.layers.Dense(1)(codes))


OTHER_RUNS: list[tuple[str, Callable[[], tuple[Any, ...]], Any]] = [
    ("11.a", lambda: (kitchen.sharing(three_layers()),), "12,480 parameters, one call"),
    ("11.a", lambda: (kitchen.sharing(one_encoder()),), "1,073 parameters, two calls"),
    ("11.b", lambda: ((1297, 1), [2.0, 1.0]), "(1297, 1), and it falls"),
    ("11.b", lambda: ((1297, 8, 1), [1.0, 1.0]), "(1297, 8, 1), and it does not fall"),
    ("11.c", lambda: (one_encoder(), ""), 1_073),
    ("11.d", lambda: (0.86,), "more than 80 %"),
    ("11.d", lambda: (0.75,), "75%"),
    ("11.d", lambda: (0.1,), "about 10 %, as by guessing"),
    ("12.a", lambda: (one_encoder(),), "yes, and two"),
    ("12.b", lambda: (kitchen.claims("chain")["chain"], ""), "holds"),
    ("12.b", lambda: (kitchen.claims("reuse")["reuse"], ""), "does not hold"),
    ("12.c", lambda: (one_encoder(), 0.5), "no, and 1,073"),
    ("12.c", lambda: (one_encoder(), 1e-7), "yes, and 1,073"),
    ("12.d", lambda: (three_layers(), one_encoder(), ""), "6 and 4"),
    (
        "13.a",
        lambda: (kitchen.explain(kitchen.examples.two_inputs.functional()), None),
        "two inputs and a merge",
    ),
    ("13.b", lambda: (("K203",), SimpleNamespace(codes=("K203", "K203"))), "nothing"),
    ("13.b", lambda: ((), SimpleNamespace(codes=("K101", "K203"))), "K101, K203"),
    ("13.c", lambda: ({"what lint found": one_encoder(), "one encoder": three_layers()}, ""),
     "1,073 and 12,480"),
    *(
        ("13.d", lambda off=off: (scores(*off),), right)
        for off, right in {
            (1.0, 1.0): "both",
            (1.0, 3.0): 'only "what lint found"',
            (3.0, 1.0): 'only "one encoder"',
            (3.0, 3.0): "neither",
        }.items()
    ),
    ("A1.a", lambda: ([2.0, 1.0], [2.0, 1.1], 2.0), "they differ"),
    ("A1.a", lambda: ([2.0], [2.0 + 1e-7], 0.5), "they agree, and two are about twice as fast"),
    ("A1.a", lambda: ([2.0], [2.0 + 1e-7], 2.0), "they agree, and two are no faster"),
    ("A1.b", lambda: ([2.0], [2.0 + 1e-7], ""), "the losses agree as before"),
    ("A1.b", lambda: ([2.0], [2.001], ""), "the losses differ a little"),
    ("A1.c", lambda: ({"MirroredStrategy": 1, "DataParallel": 2}, ""), 2),
]  # fmt: skip


def scores(two: float, one: float) -> dict[str, list[float]]:
    """By how much each version is off in lesson 13, on new pairs and on swapped ones."""
    names = ("what lint found", "one encoder", "always the mean")
    return {name: [0.5, off] for name, off in zip(names, (two, one, 2.0), strict=True)}


@pytest.mark.parametrize(
    ("key", "run", "right"), OTHER_RUNS, ids=[f"{key}-{right}" for key, _, right in OTHER_RUNS]
)
def test_what_came_out_of_another_run_is_said(
    key: str, run: Callable[[], tuple[Any, ...]], right: Any
) -> None:
    assert EVERY[key].right(*run()) == right


def test_a_lesson_may_have_a_letter() -> None:
    assert predictions.lessons()[-1] == "A1"
    assert predictions.find("A1.a").key == "A1.a"
    with pytest.raises(kitchen.KitchenError, match=r"They are A1\.a, A1\.b, A1\.c"):
        predictions.find("A1.z")


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
