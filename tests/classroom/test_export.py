"""`keras-kitchen export`: what each notebook holds, what it does not, and what stops it."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kitchen import cli
from kitchen.classroom import for_nbgrader, for_otter, instructor, judging, notebooks, personal
from kitchen.classroom.answers import answered
from kitchen.classroom.slicing import Cell
from kitchen.errors import KitchenError
from kitchen.teaching import course
from tests.classroom import submissions
from tests.classroom.submissions import EXAMPLE, POINTS, WRONG, cells, tasks
from tests.lessons.notebooks import LESSONS, asked, code_cells, read, tags, text

CODE = EXAMPLE.read_text(encoding="utf-8")
SHARED = next(path for path in LESSONS if path.name.startswith("03"))
WITH_EXERCISES = [path for path in LESSONS if path.name[:2] in course.lessons()]

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; its exit code, what it wrote, and what it complained of."""

    def call(*words: object) -> Said:
        capfd.readouterr()
        code = cli.main(["export", *(str(word) for word in words)])
        return code, *capfd.readouterr()

    return call


def exported(folder: Path, lesson: Path, mode: str) -> Any:
    assert cli.main(["export", f"--{mode}", str(lesson), "-o", str(folder / "out")]) == 0
    made = read(folder / "out" / lesson.name)
    nbformat.validate(made)
    return made


# A lesson -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", WITH_EXERCISES, ids=lambda path: path.stem[:2])
def test_a_students_lesson_gives_nothing_away(lesson: Path, tmp_path: Path) -> None:
    made, original = exported(tmp_path, lesson, "student"), read(lesson)
    everything = json.dumps(made)
    assert not re.search(r"<summary>\s*(Answer|Fix)", everything)
    assert everything.count("<details>") == everything.count("</details>")
    assert [cell for cell in code_cells(made) if cell.outputs or cell.execution_count] == []
    keys = [key for cell in code_cells(made) for key in asked(cell)]
    assert keys == list(course.tasks(lesson.stem[:2]))
    for cell, before in zip(code_cells(made), code_cells(original), strict=True):
        assert text(cell.source) == text(before.source), "the lessons' own cells are blank"
        assert tags(cell) == tags(before)


def test_a_students_lesson_keeps_the_text_around_an_answer(tmp_path: Path) -> None:
    made = exported(tmp_path, SHARED, "student")
    page = "\n".join(text(cell.source) for cell in made.cells)
    assert "what of the code?\n\n## Make a layer, then call it twice" in page
    assert "The barrel is gone" not in page
    assert "branch_1 = shared_dense(input_layer)" in page, "the lesson's own code stays"


def test_an_exercise_that_was_solved_is_blank_again(run: Run, tmp_path: Path) -> None:
    solved = exported(tmp_path, SHARED, "solutions")
    nbformat.write(solved, tmp_path / SHARED.name)
    made = exported(tmp_path / "again", tmp_path / SHARED.name, "student")
    assert [text(c.source) for c in code_cells(made)] == [
        text(c.source) for c in code_cells(read(SHARED))
    ]


def test_details_that_a_lesson_tells_anyway_stay(tmp_path: Path) -> None:
    lesson = read(SHARED)
    both = "<details><summary>Why?</summary>\n\na\n\n</details>\n\nb\n\n<details>"
    both += "<summary>Fix</summary>\n\nc\n\n</details>\n\nd"
    lesson.cells.append(nbformat.v4.new_markdown_cell(both, id="last"))
    nbformat.write(lesson, tmp_path / SHARED.name)
    made = exported(tmp_path, tmp_path / SHARED.name, "student")
    said = "<details><summary>Why?</summary>\n\na\n\n</details>\n\nb\n\nd"
    assert text(made.cells[-1].source) == said


def test_the_lesson_with_solutions_has_ours_in_each_exercise(tmp_path: Path) -> None:
    made = exported(tmp_path, SHARED, "solutions")
    checked = {key: cell for cell in code_cells(made) for key in asked(cell)}
    assert list(checked) == list(course.tasks("03"))
    for key, cell in checked.items():
        answer = answered(course.find(key))
        assert text(cell.source).startswith(f"{answer}\n\nkitchen.exercise(")
        assert not cell.outputs, "it was not run"
    assert [c.outputs for c in code_cells(made)[:4]] == [
        c.outputs for c in code_cells(read(SHARED))[:4]
    ]


@pytest.mark.parametrize("key", [key for x in course.lessons() for key in course.tasks(x)])
def test_our_answer_in_the_cell_is_right_and_leaves_no_other_name(key: str) -> None:
    import numpy as np
    import tensorflow as tf

    task = course.find(key)
    names: dict[str, Any] = {"tf": tf, "np": np, "layers": tf.keras.layers}
    before = set(names) | {"__builtins__", "ours"}
    exec(answered(task), names)  # noqa: S102 - our own answer
    (name,) = set(names) - before
    assert task.check(names[name]).state == "right"


# An assignment ------------------------------------------------------------------------------------


@pytest.mark.parametrize("grader", [for_otter, for_nbgrader])
@pytest.mark.parametrize("own", [False, True])
def test_an_assignment_is_a_notebook_with_every_exercise(grader: Any, own: bool) -> None:
    made = grader.source(instructor.read(EXAMPLE), "tasks", personal=own)
    nbformat.validate(made)
    assert list(cells(made)) == list(POINTS)
    stated = [text(cell.source) for cell in made.cells if cell.cell_type == "markdown"][1:]
    for said, task in zip(stated, tasks("example" if own else None).values(), strict=True):
        assert task.statement() in said
        assert answered(task) in cells(made)[task.key].source
    assert ("student = " in json.dumps(made.cells[1:3])) == own


def test_the_marks_of_an_assignment_are_the_instructors() -> None:
    material = instructor.read(EXAMPLE)
    made = for_nbgrader.source(material, "tasks")
    graded = [cell.metadata.nbgrader for cell in made.cells if "nbgrader" in cell.metadata]
    assert [x.points for x in graded if x.grade] == list(POINTS.values())
    assert all(x.locked for x in graded if x.grade)
    raw = [cell.source for cell in for_otter.source(material, "tasks").cells]
    points = re.findall(r"^points: (.*)$", "\n".join(raw), re.MULTILINE)
    assert points == [str(x) for x in POINTS.values()]


def test_two_exercises_with_one_variable_are_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    file.write_text(CODE.replace("my_skip = None", "order = None"), encoding="utf-8")
    code, _, complained = run("--otter", file, "-o", tmp_path / "out")
    assert code == 2
    assert "here T.3 and T.4 have one. Received: 'order'" in complained
    assert not (tmp_path / "out").exists()


def test_the_settings_of_a_course_that_are_there_stay(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("--nbgrader", EXAMPLE, "-o", tmp_path)
    assert code == 0
    assert (tmp_path / "nbgrader_config.py").read_text() == for_nbgrader.settings()
    (tmp_path / "nbgrader_config.py").write_text("mine")
    other = tmp_path / "more.py"
    other.write_text(CODE, encoding="utf-8")
    code, said, _ = run("--nbgrader", other, "-o", tmp_path)
    assert code == 0
    assert "nbgrader_config.py stays; it needs these settings:" in said
    assert for_nbgrader.settings() in said
    assert (tmp_path / "nbgrader_config.py").read_text() == "mine"
    assert (tmp_path / "source/more/more.ipynb").is_file()


# Variants -----------------------------------------------------------------------------------------


def release() -> Any:
    """What a grader makes for students of a source notebook, as far as our cells go."""
    made = for_nbgrader.source(instructor.read(EXAMPLE), "tasks", personal=True)
    for key, cell in cells(made).items():
        cell.source = tasks()[key].blank
    return made


def test_a_personal_copy_has_the_students_id_and_numbers() -> None:
    material = instructor.read(EXAMPLE)
    made = personal.personal_copy(release(), material, "anna")
    page = [text(cell.source) for cell in made.cells]
    assert any(source.startswith('student = "anna"') for source in page)
    for task in tasks("anna").values():
        assert any(task.statement() in source for source in page)
    ben = personal.personal_copy(release(), material, "ben")
    assert [text(c.source) for c in ben.cells] != page


def test_copies_for_a_class(run: Run, tmp_path: Path) -> None:
    nbformat.write(release(), tmp_path / "tasks.ipynb")
    (tmp_path / "class.csv").write_text("name,ID\nAnna A,anna\nBen B,ben\n")
    words = ("--copies", tmp_path / "tasks.ipynb", "--for", tmp_path / "class.csv", EXAMPLE)
    code, said, _ = run(*words, "-o", tmp_path / "out")
    assert (code, said.startswith("2 copies are in")) == (0, True)
    for student in ("anna", "ben"):
        assert f'"{student}' in (tmp_path / "out" / student / "tasks.ipynb").read_text()


def test_copies_of_another_notebook_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("id\nanna\n")
    words = ("--copies", SHARED, "--for", tmp_path / "class.csv", EXAMPLE)
    code, _, complained = run(*words, "-o", tmp_path / "out")
    assert code == 2
    assert "Export them with --personal" in complained


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("", "no column of ids"),
        ("name\nanna\n", "no column of ids. Received: name"),
        ("id\n", "no student in the list"),
        ("id\nanna\nanna\n", "twice. Received: 'anna'"),
        ('id\nanna\n""\n', "no id of a student"),
        ("id\n../../etc\n", "no id of a student"),
        ('id\n"a\\"b"\n', "no id of a student"),
    ],
)
def test_what_is_wrong_with_a_list_of_students_is_said(csv: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "class.csv"
    file.write_text(csv)
    with pytest.raises(KitchenError) as caught:
        personal.students(file)
    assert said in str(caught.value)


# What a grader is told ----------------------------------------------------------------------------

SECONDS, GIGABYTES = 20, 2


def by_nbgrader(notebook: Any, student: str) -> dict[str, str]:
    """What stands under each test after nbgrader has called our preprocessor."""
    resources = {"nbgrader": {"student": student}}
    made, _ = for_nbgrader.Judge(SECONDS, GIGABYTES)(notebook, resources)
    tests = [cell for cell in made.cells if for_nbgrader.given(cell)]
    assert all(cell.metadata["tags"] == ["hidden-test", "skip-execution"] for cell in tests)
    return {
        for_nbgrader.given(cell)["exercise"]: "".join(x.evalue for x in cell.outputs)
        for cell in tests
    }


def otters_tests() -> list[str]:
    """The code of the tests in the notebook for Otter."""
    made = for_otter.source(instructor.read(EXAMPLE), "tasks", personal=True)
    return [cell.source for cell in made.cells if "# HIDDEN" in cell.source]


def by_otter(notebook: Any) -> dict[str, str]:
    """What each of Otter's tests says after it has called our plugin."""
    code = base64.b64encode(CODE.encode()).decode("ascii")
    config = {"seconds": SECONDS, "gigabytes": GIGABYTES, "personal": True, "instructor": code}
    made = for_otter.Judge("", {}, config).before_execution(notebook)
    env: dict[str, Any] = {}
    for cell in made.cells:
        exec(cell.source, env)  # noqa: S102 - what our plugin has put there
    said = {}
    for key, test in zip(POINTS, otters_tests(), strict=True):
        space: dict[str, Any] = {}
        exec(test, space)  # noqa: S102 - our own test
        try:
            space[f"test_{key.replace('.', '_')}"](env)
            said[key] = ""
        except AssertionError as error:
            said[key] = str(error).partition("\n")[0]
    return said


@pytest.mark.parametrize("grader", ["nbgrader", "otter"])
def test_a_grader_is_told_what_is_right_and_why_the_rest_is_not(
    grader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy = personal.personal_copy(release(), instructor.read(EXAMPLE), "anna")
    made = submissions.right(copy, "anna")
    cells(made)["T.2"].source = WRONG["T.2"]
    cells(made)["T.4"].source = f"1 / 0\n{cells(made)['T.4'].source}"
    cells(made)["T.5"].source = "# nothing"
    said = by_nbgrader(made, "anna") if grader == "nbgrader" else by_otter(made)
    assert list(said) == list(POINTS)
    assert (said["T.1"], said["T.3"]) == ("", "")
    assert said["T.2"].startswith("Not quite: ")
    assert said["T.4"] == "It does not run: ZeroDivisionError: division by zero"
    assert said["T.5"] == "No cell gives an answer."


def test_a_student_is_who_the_notebook_or_nbgrader_says() -> None:
    made = submissions.right(release(), "anna")
    assert by_nbgrader(made, "ben")["T.1"].startswith("Not quite: ")
    texts = ['student = "ben"', 'student = "anna"  # your id', "student.x = 1"]
    assert judging.student_in([Cell(text) for text in texts]) == "anna"
    nameless = judging.verdicts([], instructor.read(EXAMPLE), " ", judging.limited(1, 1), ["T.1"])
    assert nameless == {"T.1": "There is no id in the cell that assigns `student`."}


def test_without_our_settings_nobody_gets_points() -> None:
    tests = [cell for cell in release().cells if for_nbgrader.given(cell)]
    assert len(tests) == len(POINTS)
    for cell in tests:
        with pytest.raises(RuntimeError, match=r"nbgrader_config.py lacks the Judge"):
            exec(cell.source, {})  # noqa: S102 - our own test
    space: dict[str, Any] = {}
    exec(otters_tests()[0], space)  # noqa: S102 - our own test
    with pytest.raises(AssertionError, match="did not mark this"):
        space["test_T_1"]({})


def test_what_is_no_test_of_ours_is_left_to_nbgrader() -> None:
    test = release().cells[-1]
    assert for_nbgrader.given(test)
    notes = dict(test.metadata["nbgrader"])
    for code in ("assert counts", "1 +", "exercise = 'T.1'"):
        assert for_nbgrader.given(notebooks.code(code, nbgrader=notes)) == {}
    assert for_nbgrader.given(notebooks.code(test.source)) == {}  # a student's own cell
    # Of an id that it does not know, and of a cell that is not locked, nbgrader leaves the code.
    del notes["grade_id"]
    unlocked = {**test.metadata["nbgrader"], "locked": False}
    for forged in (notes, unlocked):
        assert for_nbgrader.given(notebooks.code(test.source, nbgrader=forged)) == {}


def test_a_submission_that_changed_otters_tests_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Results:
        def __init__(self) -> None:
            self.test_files = ["T_1", "T_2"]
            self.scores = {"T_1": 1.0, "T_2": 2.0}

        def update_score(self, name: str, score: float) -> None:
            self.scores[name] = score

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(judging, "verdicts", lambda *words: {})
    Path("tests").mkdir()
    Path("tests/T_1.py").write_text("one")
    code = base64.b64encode(CODE.encode()).decode()
    config = {"seconds": 1, "gigabytes": 1, "personal": False, "instructor": code}
    plugin = for_otter.Judge("", {}, config)
    plugin.before_execution(notebooks.notebook([]))
    honest, changed = Results(), Results()
    plugin.after_grading(honest)
    assert honest.scores == {"T_1": 1.0, "T_2": 2.0}
    Path("tests/T_1.py").write_text("another")
    plugin.after_grading(changed)
    assert changed.scores == {"T_1": 0, "T_2": 0}


# Bad input ----------------------------------------------------------------------------------------


def test_files_that_are_there_stay(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / SHARED.name
    mine.write_text("mine")
    (tmp_path / "other.txt").write_text("mine too")
    code, said, complained = run("--student", SHARED, "-o", tmp_path)
    assert (code, said) == (2, "")
    assert f"There is a file already, which stays: {SHARED.name}" in complained
    assert mine.read_text() == "mine"
    assert run("--student", SHARED, "-o", tmp_path / "new")[0] == 0
    assert sorted(x.name for x in tmp_path.iterdir()) == [SHARED.name, "new", "other.txt"]


@pytest.mark.parametrize("mode", ["student", "solutions"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "The notebook cannot be read: No such file or directory"),
        ("{}", "This is not a notebook"),
        ("hello", "This is not a notebook"),
        (json.dumps(nbformat.v4.new_notebook()), "There is no exercise in this notebook"),
    ],
)
def test_a_lesson_that_is_none(
    mode: str, content: str | None, said: str, run: Run, tmp_path: Path
) -> None:
    lesson = tmp_path / "lesson.ipynb"
    if content is not None:
        lesson.write_text(content)
    code, _, complained = run(f"--{mode}", lesson, "-o", tmp_path / "out")
    assert code == 2
    assert said in complained and complained.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        "x.py -o out",
        "--student --otter --copies y.ipynb x.py -o out",
        "--student x.ipynb",
        "--student --personal x.ipynb -o out",
        "--copies y.ipynb x.py -o out",
        "--otter --for class.csv x.py -o out",
    ],
)
def test_options_that_do_not_go_together(words: str, run: Run) -> None:
    code, said, complained = run(*words.split())
    assert (code, said) == (2, "")
    assert "Error: " in complained


@pytest.mark.parametrize("mode", ["otter", "nbgrader"])
def test_what_comes_next_is_said(mode: str, run: Run, tmp_path: Path) -> None:
    command = {"otter": "otter assign", "nbgrader": "nbgrader generate_assignment"}[mode]
    plain = run(f"--{mode}", EXAMPLE, "-o", tmp_path / "plain")[1]
    own = run(f"--{mode}", EXAMPLE, "-o", tmp_path / "own", "--personal")[1]
    assert plain.startswith("Next") and command in plain and "--copies" not in plain
    assert command in own and "\nThen: keras-kitchen export --copies " in own


def test_a_name_that_no_assignment_may_have(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my tasks.py"
    file.write_text(CODE, encoding="utf-8")
    code, _, complained = run("--nbgrader", file, "-o", tmp_path / "out")
    assert code == 2
    assert "The file's name is the assignment's" in complained


@pytest.mark.parametrize("mode", ["otter", "nbgrader"])
def test_an_instructors_file_that_is_none(mode: str, run: Run, tmp_path: Path) -> None:
    code, _, complained = run(f"--{mode}", tmp_path / "none.py", "-o", tmp_path / "out")
    assert code == 2
    assert "The instructor's file cannot be read" in complained
