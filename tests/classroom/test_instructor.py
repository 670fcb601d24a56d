"""The instructor's file: what it defines, what is wrong with it, and whose numbers are whose."""

from dataclasses import replace
from pathlib import Path

import pytest

from kitchen.classroom.instructor import load, read, seed_of
from kitchen.errors import KitchenError
from tests.classroom.submissions import EXAMPLE, POINTS

TASK = """
from kitchen.teaching.kinds import Blank

def task(key):
    return Blank(key=key, title="t", text="t", blank="x = 1", code="", hints=("a", "b", "c"))
"""


def test_the_exercises_come_in_the_files_order_with_their_points() -> None:
    assert [task.key for task in load(EXAMPLE)] == list(POINTS)
    assert read(EXAMPLE).points == POINTS
    assert read(EXAMPLE).code == EXAMPLE.read_text(encoding="utf-8")


def test_an_exercise_is_worth_one_point_where_the_file_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    file.write_text(f'{TASK}\nTASKS = [task("A"), task("B")]\nPOINTS = {{"B": 0.5}}')
    assert read(file).points == {"A": 1.0, "B": 0.5}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1", "defines no exercises"),
        ("TASKS = ()", "defines no exercises"),
        ("TASKS = 3", "defines no exercises"),
        ("TASKS = (", "does not run: SyntaxError: '(' was never closed"),
        ("TASKS = 1 // 0", "does not run: ZeroDivisionError"),
        ("import sys\nsys.exit(0)", "does not run: it ends the program"),
        (f'{TASK}\nTASKS = (task("A"), "B")', "Number 2 of the TASKS is no exercise"),
        (f'{TASK}\nTASKS = (task("A"), task("A"))', "have one key. Received: 'A'"),
        (f'{TASK}\nTASKS = (task("A"),)\nPOINTS = {{"B": 1}}', "The keys are A."),
        (f'{TASK}\nTASKS = (task("A"),)\nPOINTS = 3', "POINTS gives numbers"),
        (f'{TASK}\nTASKS = (task("A"),)\nPOINTS = {{"A": "1"}}', "points of A are a positive"),
        (f'{TASK}\nTASKS = (task("A"),)\nPOINTS = {{"A": 0}}', "points of A are a positive"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(code: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    file.write_text(code, encoding="utf-8")
    with pytest.raises(KitchenError) as caught:
        load(file)
    assert said in str(caught.value)


@pytest.mark.parametrize("make", [Path.mkdir, lambda file: file.write_bytes(b"\xff\xfe\xfa"), id])
def test_a_file_that_cannot_be_read(make: object, tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    make(file)  # type: ignore[operator]
    with pytest.raises(KitchenError, match="The instructor's file cannot be read"):
        load(file)


def test_the_file_does_not_take_itself_for_the_program(tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    ending = 'if __name__ == "__main__":\n    raise SystemExit'
    file.write_text(f'{TASK}\nTASKS = (task("A"),)\n{ending}')
    assert len(load(file)) == 1


def test_a_students_seed_is_the_same_everywhere() -> None:
    assert seed_of("anna") == 93834756585622
    assert seed_of(" anna\n") == seed_of("anna") != seed_of("Anna")


def test_students_have_different_numbers() -> None:
    count = load(EXAMPLE)[0]
    variants = {tuple(replace(count, seed=seed_of(f"s{k}")).values.values()) for k in range(40)}
    assert len(variants) > 8, "of 15 that there are"
