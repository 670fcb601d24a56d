"""The checker: blank → not yet; every solution → right; wrong answers → the hint that is meant."""

import importlib
import re
from typing import Any

import keras
import pytest
from IPython.lib.pretty import pretty
from keras import layers

import kitchen
from kitchen.teaching import course
from kitchen.teaching.built import Built, settings_differences
from kitchen.teaching.exercises import Hint
from kitchen.teaching.kinds import Build
from kitchen.teaching.task import MODELS, CodeFailed, Task, run

TASKS = [task for x in course.lessons() for task in course.tasks(x).values()]
SEEDS = [None, 1, 2]


def wrong(task: Task) -> list[tuple[str, Any]]:
    """The wrong answers to an exercise, each with the code of its feedback."""
    lesson = task.key.partition(".")[0]
    found: dict[str, list[tuple[str, Any]]]
    found = importlib.import_module(f"tests.teaching.wrong.lesson_{lesson}").WRONG
    return found[task.key]


def answer_of(code: Any, task: Task) -> Any:
    """A model where the exercise asks for one and the code makes it; otherwise the answer as is."""
    if task.kind in MODELS and isinstance(code, str):
        try:
            return run(task.fill(code))["model"]
        except CodeFailed:
            return task.fill(code)  # the check meets the same error
    return code


def assigned(code: str) -> Any:
    """What the one name of an answer stands for."""
    found = run(code)
    return next(found[name] for name in re.findall(r"^(\w+) = ", code, re.MULTILINE))


def ids(task: Any) -> str:
    return task.key if isinstance(task, Task) else str(task)


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_an_answer_that_is_not_filled_in_is_not_yet_right(task: Task) -> None:
    exercise = kitchen.exercise(task.key)
    for answer in (assigned(task.fill(task.blank)), None, ""):
        assert exercise.check(answer).state == "not yet"
    assert exercise.check().state == "not yet"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_every_solution_is_right(task: Task, seed: int | None) -> None:
    exercise = kitchen.exercise(task.key, seed=seed)
    if task.kind in MODELS:
        for form, code in task.solutions.items():
            filled = exercise.task.fill(code)
            for answer in (run(filled)["model"], filled):
                found = exercise.check(answer)
                assert found, f"{form}: {found}"
    elif task.kind == "blank":
        for code in task.solutions.values():
            assert exercise.check(exercise.task.fill(code))
    else:
        assert exercise.check(assigned(str(exercise.solution())))


@pytest.mark.parametrize(
    ("task", "code", "answer"),
    [(task, code, answer) for task in TASKS for code, answer in wrong(task)],
    ids=ids,
)
def test_a_wrong_answer_gets_the_hint_that_is_meant(task: Task, code: str, answer: Any) -> None:
    found = kitchen.exercise(task.key).check(answer_of(answer, task))
    assert found.state == ("does not run" if code == "error" else "runs, but"), found
    assert found.code == code, found
    assert found.text
    assert "$" not in found.text


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_there_are_five_wrong_answers_and_every_misconception_is_among_them(task: Task) -> None:
    codes = [code for code, _ in wrong(task)]
    assert len(codes) >= 5
    assert len({str(answer) for _, answer in wrong(task)}) == len(codes)
    likely = [*task.misconceptions, *getattr(task, "distractors", ())]
    assert {one.code for one in likely} <= set(codes)


@pytest.mark.parametrize("answer", [object(), 3, "x = = 1", [1, 2], {"a": 1}, kitchen, "1/0", int])
@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_no_answer_raises(task: Task, answer: Any) -> None:
    found = kitchen.exercise(task.key).check(answer)
    assert found.state in ("runs, but", "does not run")
    assert str(found)
    assert found._repr_html_()


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_hints_tell_more_each_time_and_the_last_stays(task: Task) -> None:
    exercise = type(kitchen.exercise(task.key))(task)
    said = [exercise.hint() for _ in range(4)]
    assert [text.partition(":")[0] for text in said] == [f"Hint {k} of 3" for k in (1, 2, 3, 3)]
    assert len(set(said[:3])) == 3
    assert said[3].startswith(said[2])
    assert said[3].endswith("`.solution()` shows one answer.")
    assert not any("$" in text for text in said)


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_a_solution_put_into_the_exercises_cell_is_right(task: Task) -> None:
    code = str(kitchen.exercise(task.key).solution())
    answer = code if task.kind == "blank" else run(code)[task.variable]
    assert kitchen.exercise(task.key).check(answer)


def test_a_hint_shows_itself_without_the_quotes_of_a_string() -> None:
    hint = Hint("Call `first`.")
    assert hint._repr_html_() == '<div role="status">Call <code>first</code>.</div>'
    assert pretty(hint) == "Call `first`."  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("01.1", "first", 'the line `second = layers.Dense(16, activation="relu")first`'),
        ("02.1", "a, b > left", "`a, b > left` is no arrow. Write one a line"),
        ("03.2", "x", "Write one a line"),
    ],
)
def test_what_cannot_be_read_is_told_in_the_learners_own_words(
    key: str, answer: str, said: str
) -> None:
    assert said in str(kitchen.exercise(key).check(answer))


def test_the_one_layer_with_another_activation_is_named() -> None:
    answer = """
model = tf.keras.Sequential([
    tf.keras.Input((784,)), layers.Dense(32, activation="relu", name="first"),
    layers.Dense(16, activation="relu"), layers.Dense(10, activation="relu", name="last"),
])
"""
    found = kitchen.exercise("01.3").check(answer)
    assert found.code == "settings"
    assert "your `last` is a `Dense 10 relu`; the exercise asks for a `Dense 10 softmax`" in str(
        found
    )


def test_several_layers_with_another_activation_are_named() -> None:
    answer = """
model = tf.keras.Sequential([
    tf.keras.Input((784,)), layers.Dense(32, name="first"),
    layers.Dense(16, name="second"), layers.Dense(10, name="last"),
])
"""
    exercise = kitchen.exercise("01.3")
    said = str(exercise.check(answer))
    assert "your `first` is a `Dense 32`; the exercise asks for a `Dense 32 relu`" in said
    (alike,) = settings_differences(Built(chain(None, None)), Built(chain("relu", "relu")))
    assert alike == (
        "settings",
        "your `one` and `two` are each a `Dense 8`; the exercise asks for a `Dense 8 relu`.",
    )
    assert not [*settings_differences(Built(chain(None, "relu")), Built(chain("relu", None)))]


def chain(*activations: str | None) -> Any:
    names = ("one", "two")
    dense = [
        layers.Dense(8, activation=activation, name=name)
        for name, activation in zip(names, activations, strict=True)
    ]
    return keras.Sequential([keras.Input((8,)), *dense])


@pytest.mark.parametrize("task", TASKS, ids=ids)
def test_a_variant_has_its_own_numbers_everywhere(task: Task) -> None:
    texts = {kitchen.exercise(task.key, seed=seed).task.statement() for seed in range(12)}
    assert len(texts) > 1, "there is something to vary"
    assert not any("$" in text for text in texts)
    same = [str(kitchen.exercise(task.key, seed=5).task.values) for _ in range(2)]
    assert same[0] == same[1]


def test_an_exercise_that_is_not_there_is_an_error() -> None:
    with pytest.raises(kitchen.KitchenError, match=r"no such exercise.*'99\.9'.*03\.1"):
        kitchen.exercise("99.9")
    with pytest.raises(kitchen.KitchenError, match=r"no such exercise.*'03\.77'.*03\.1"):
        kitchen.exercise("03.77")


def test_a_model_that_was_never_called_is_called_by_the_check() -> None:
    task = next(task for task in TASKS if isinstance(task, Build) and task.key == "03.3")
    code = task.fill(task.solutions["subclassed"]).rpartition("model(")[0]
    assert kitchen.exercise("03.3").check(run(code)["model"])
