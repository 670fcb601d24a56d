"""The graders' own commands on our assignments: the right marks, and the graders live."""

import base64
import csv
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kitchen import cli
from kitchen.classroom import limits
from kitchen.classroom.answers import answered
from tests.classroom import submissions as made
from tests.classroom.graders import install, run
from tests.lessons.notebooks import read

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NAME = made.EXAMPLE.stem
GRADERS = ("otter", "nbgrader")
MEDDLER = "meddled"  # hands in a notebook that nbgrader refuses


@dataclass(frozen=True)
class Class:
    """A class after marking.

    Args:
        folder: Where all its files are.
        release: The grader's notebook for students.
        marks: Each student's sum of points.
        said: What the grader's command said at the end.
    """

    folder: Path
    release: Path
    marks: dict[str, float]
    said: str = ""


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("graders") / "venv"
    yield install(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def classes(commands: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Class]:
    """A class with each grader, exported here one after the other, and marked at the same time."""
    folders = {grader: tmp_path_factory.mktemp(grader) for grader in GRADERS}
    for grader, folder in folders.items():
        export(f"--{grader}", "--personal", made.EXAMPLE, "-o", folder)
    with ThreadPoolExecutor() as both:
        releases = [
            both.submit(otter_assign, commands, folders["otter"]),
            both.submit(nbgrader_assign, commands, folders["nbgrader"]),
        ]
        handed_in = [
            hand_in(release.result(), folders[grader])
            for grader, release in zip(GRADERS, releases, strict=True)
        ]
        classes = [
            both.submit(otter_mark, commands, handed_in[0]),
            both.submit(nbgrader_mark, commands, handed_in[1]),
        ]
        return {grader: one.result() for grader, one in zip(GRADERS, classes, strict=True)}


def export(*words: object) -> None:
    assert cli.main(["export", *map(str, words)]) == 0


def shorter(file: Path, before: str, after: str) -> None:
    """Write a shorter limit on the time of a cell into a generated file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def otter_assign(commands: Path, folder: Path) -> Path:
    notebook = folder / f"{NAME}.ipynb"
    shorter(notebook, f"seconds: {limits.SECONDS:g}", f"seconds: {made.LIMIT}")
    run(commands, folder, "otter", "assign", notebook, folder / "dist")
    return folder / "dist/student" / notebook.name


def nbgrader_assign(commands: Path, folder: Path) -> Path:
    for setting in ("c.Execute.timeout = ", "Judge(seconds="):
        shorter(
            folder / "nbgrader_config.py",
            f"{setting}{limits.SECONDS:g}",
            f"{setting}{made.LIMIT}",
        )
    run(commands, folder, "nbgrader", "generate_assignment", NAME)
    return folder / "release" / NAME / f"{NAME}.ipynb"


def hand_in(release: Path, folder: Path) -> Class:
    """Give each student a personal copy, and take in what each makes of it."""
    students = [*made.MARKS, MEDDLER]
    (folder / "class.csv").write_text("\n".join(["id", *students]))
    words = ("--copies", release, "--for", folder / "class.csv", made.EXAMPLE)
    export(*words, "-o", folder / "copies")
    is_otter = not (folder / "nbgrader_config.py").exists()
    for student in students:
        copy = read(folder / "copies" / student / release.name)
        place = folder / "submitted" / student / NAME
        place.mkdir(parents=True)
        nbformat.write(submission(copy, student, is_otter), place / release.name)
    return Class(folder, release, {})


def submission(copy: Any, student: str, is_otter: bool) -> Any:
    """What a student makes of a personal copy."""
    if student == "right":
        return made.right(copy, student)
    if student == "mixed":
        return made.mixed(copy, student)
    if student == "shell":
        tricks = (made.OTTERS_OWN, made.IN_OTTERS_SHELL) if is_otter else (made.IN_THE_SHELL,)
        return made.dishonest(copy, *tricks)
    if student == "skipping":
        return made.skipping(copy)
    if is_otter:
        return made.dishonest(copy, made.IN_MEMORY, made.ON_DISK, made.OTTERS_OWN)
    wrong = made.dishonest(copy, made.IN_MEMORY, made.ON_DISK)
    tests = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in wrong.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    if student == MEDDLER:
        tests["T_1_test"].metadata.nbgrader.grade = False
        return wrong
    wrong.cells.remove(tests["T_1_test"])
    full = nbformat.v4.new_output("execute_result", {"text/plain": "99"}, execution_count=1)
    tests["T_2_test"].update(source="99", outputs=[full])
    tests["T_2_test"].metadata.nbgrader.update(points=99, locked=False)
    tests["T_3_test"].update(cell_type="markdown", source="Right.")
    for name in ("outputs", "execution_count"):
        del tests["T_3_test"][name]
    return wrong


def otter_mark(commands: Path, one: Class) -> Class:
    (autograder,) = (one.folder / "dist/autograder").glob("*.zip")
    marks = {}
    for student in made.MARKS:
        place = one.folder / "submitted" / student / NAME
        words = ("--no-logo", "-a", autograder, "-o", place, place / f"{NAME}.ipynb")
        run(commands, one.folder, "otter", "run", *words)
        results = json.loads((place / "results.json").read_text(encoding="utf-8"))
        marks[student] = sum(test.get("score") or 0 for test in results["tests"])
    return Class(one.folder, one.release, marks)


def nbgrader_mark(commands: Path, one: Class) -> Class:
    said = run(commands, one.folder, "nbgrader", "autograde", NAME, fails=True)
    run(commands, one.folder, "nbgrader", "export", "--to=marks.csv")
    run(commands, one.folder, "nbgrader", "generate_feedback", NAME)
    with (one.folder / "marks.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    return Class(one.folder, one.release, marks, said)


@pytest.mark.parametrize("student", made.MARKS)
@pytest.mark.parametrize("grader", GRADERS)
def test_the_right_marks_come_out(grader: str, student: str, classes: dict[str, Class]) -> None:
    assert classes[grader].marks[student] == made.MARKS[student]


@pytest.mark.parametrize("grader", GRADERS)
def test_what_students_get_holds_no_solution_and_no_test(
    grader: str, classes: dict[str, Class]
) -> None:
    handed_out = read(classes[grader].release)
    assert list(made.cells(handed_out)) == list(made.POINTS)
    page = json.dumps(handed_out)
    code = base64.b64encode(made.EXAMPLE.read_bytes()).decode()
    for word in ("def ours", "instructor = (", code, "Misconception", "Distractor", "seed_of"):
        assert word not in page
    for key, task in made.tasks("example").items():
        assert made.cells(handed_out)[key].source.strip() == task.fill(task.blank).strip()
        assert json.dumps(answered(task))[1:-1] not in page


def test_nbgrader_refuses_a_test_that_is_none_any_more_and_marks_the_others(
    classes: dict[str, Class],
) -> None:
    one = classes["nbgrader"]
    refused = re.findall(r"error processing assignment '\w+' for student '(\w+)'", one.said)
    assert set(refused) == {MEDDLER}
    assert one.marks[MEDDLER] == 0


def test_nbgraders_feedback_says_what_is_wrong_and_shows_no_test(
    classes: dict[str, Class],
) -> None:
    page = (classes["nbgrader"].folder / "feedback/mixed" / NAME / f"{NAME}.html").read_text()
    assert "Not quite: neither number is right." in page
    for word in ("instructor = (", "Misconception", "Distractor", "seed_of"):
        assert word not in page
