"""The lessons ask for the exercises of the package: each in its own lesson, word for word."""

import re
from typing import Any

import nbformat
import pytest

import kitchen
from kitchen.teaching import course
from tests.lessons.notebooks import LESSONS, asked, code_cells, read, text

NOTEBOOKS = {path.stem[:2]: read(path) for path in LESSONS}
KEYS = [key for lesson in course.lessons() for key in course.tasks(lesson)]


def keys(notebook: Any) -> list[str]:
    """The keys of the exercises that a lesson's cells check, in order."""
    return [key for cell in code_cells(notebook) for key in asked(cell)]


def markdown(notebook: Any) -> list[str]:
    return [text(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]


def places(key: str) -> list[str]:
    """The lessons that check an exercise, once for each time."""
    return [lesson for lesson, notebook in NOTEBOOKS.items() for x in keys(notebook) if x == key]


@pytest.mark.parametrize("key", KEYS)
def test_an_exercise_stands_once_in_its_own_lesson_and_in_no_other(key: str) -> None:
    assert places(key) == [key.partition(".")[0]]


@pytest.mark.parametrize("lesson", NOTEBOOKS)
def test_a_lesson_asks_only_for_exercises_that_there_are(lesson: str) -> None:
    assert [key for key in keys(NOTEBOOKS[lesson]) if key not in KEYS] == []


@pytest.mark.parametrize("key", KEYS)
def test_one_cell_of_its_lesson_states_an_exercise_word_for_word(key: str) -> None:
    task = kitchen.exercise(key).task
    stated = f"### Exercise {key}: {task.title}\n\n{task.statement()}"
    sources = markdown(NOTEBOOKS[key.partition(".")[0]])
    assert sum(source.count(stated) for source in sources) == 1


@pytest.mark.parametrize("key", KEYS)
def test_the_cell_of_an_exercise_is_its_blank_in_the_lessons_numbers(key: str) -> None:
    task = kitchen.exercise(key).task
    blank = task.fill(task.blank).strip()
    cells = code_cells(NOTEBOOKS[key.partition(".")[0]])
    mine = [text(cell.source) for cell in cells if key in asked(cell)]
    name = re.match(r"\w+", blank)
    assert name
    assert mine == [f'{blank}\n\nkitchen.exercise("{key}").check({name[0]})']


@pytest.mark.parametrize("lesson", course.lessons())
def test_a_lesson_has_three_exercises_in_their_order(lesson: str) -> None:
    expected = [f"{lesson}.{k}" for k in (1, 2, 3)]
    assert list(course.tasks(lesson)) == expected
    assert keys(NOTEBOOKS[lesson]) == expected


def test_a_check_is_found_and_a_hint_is_none() -> None:
    source = 'kitchen.exercise("03.1").hint()\nkitchen.exercise("03.2").check(arrows)'
    assert asked(nbformat.v4.new_code_cell(source)) == ["03.2"]
