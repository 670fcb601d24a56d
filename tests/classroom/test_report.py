"""A class is marked: the report has counts and no names, the file of marks loses nobody."""

import csv
import importlib
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kitchen import KitchenError, cli
from kitchen.classroom import grading
from kitchen.classroom.grading import Entry, grade, of_course, of_instructor
from kitchen.classroom.instructor import read, seed_of
from kitchen.classroom.marking import STATES, Asked, Mark
from kitchen.classroom.report import ClassReport, marks_csv
from kitchen.classroom.sentences import sentence
from kitchen.classroom.slicing import Cell
from kitchen.classroom.submissions import LARGEST, collect
from kitchen.teaching import course
from tests.classroom.class_work import checked, sheet

TASKS = [task for x in course.lessons() for task in course.tasks(x).values()]
EXAMPLE = Path(__file__).with_name("instructor_example.py")
KEYS = ("03.1", "03.3")
QUESTIONS = of_course(KEYS)


def fake(cells: Sequence[Cell], asked: Asked, **more: Any) -> Mark:
    """A mark without running anything: what the exercise's cell says in its first line."""
    for cell in cells:
        if f'exercise("{asked.key}")' in cell.source:
            state, _, code = cell.source.splitlines()[0].removeprefix("# ").partition(": ")
            assert state in STATES
            return Mark(state, f"in the words of {asked.key}", code)
    return Mark("missing")


def says(state: str, key: str = "03.3") -> dict[str, Any]:
    return sheet(checked(key, f"# {state}"))


def hand_in(folder: Path, files: dict[str, Any]) -> Path:
    """Write notebooks, or whatever text, under their names."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def entries(*states: str, key: str = "03.3") -> list[Entry]:
    """The marks of students with telling names."""
    found = []
    for k, said in enumerate(states):
        state, _, code = said.partition(": ")
        assert state in STATES
        found.append(Entry(f"anna-{k}", key, Mark(state, "of anna", code), ("anna wrote twice",)))
    return found


# What is handed in -------------------------------------------------------------------------------


def test_students_are_files_or_folders(tmp_path: Path) -> None:
    folder = hand_in(
        tmp_path,
        {
            "ben.ipynb": says("right"),
            "anna/lesson.ipynb": says("right"),
            "anna/deeper/other.ipynb": says("right", "03.1"),
            "anna/.ipynb_checkpoints/lesson-checkpoint.ipynb": says("right"),
            "carl/notes.txt": "no notebook",
            ".hidden/x.ipynb": says("right"),
            "grades.xlsx": "",
        },
    )
    found, beside = collect(folder)
    assert [one.student for one in found] == ["anna", "ben", "carl"]
    places = [notebook.place for one in found for notebook in one.notebooks]
    assert places == ["anna/deeper/other.ipynb", "anna/lesson.ipynb", "ben.ipynb"]
    assert found[2].problems == ("there is no notebook",)
    assert beside == ["grades.xlsx"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[]", "no list of cells"),
        ("{}", "no list of cells"),
        ('{"cells": 3}', "no list of cells"),
        ('{"worksheets": []}', "no list of cells"),
        ("[" * 100_000, "is no notebook"),
        ("\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "is no notebook"),
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_is_no_notebook_is_a_problem_of_one_student(
    content: str, said: str, tmp_path: Path
) -> None:
    folder = hand_in(tmp_path, {"anna.ipynb": content, "ben.ipynb": says("right")})
    anna, ben = collect(folder)[0]
    assert said in anna.problems[0]
    assert anna.problems[0].startswith("anna.ipynb is no notebook: ")
    assert not ben.problems


@pytest.mark.parametrize(
    "cell", [3, None, {}, {"cell_type": "code"}, {"cell_type": "code", "metadata": []}]
)
def test_cells_that_are_none_are_passed_over(cell: Any, tmp_path: Path) -> None:
    notebook = says("right")
    notebook["cells"].insert(0, cell)
    [found] = collect(hand_in(tmp_path, {"anna.ipynb": notebook}))[0]
    assert not found.problems
    assert [cell for cell in found.notebooks[0].cells if "03.3" in cell.source]


def test_links_and_files_that_are_too_large_are_not_read(tmp_path: Path) -> None:
    hand_in(tmp_path / "outside", {"secret.ipynb": says("right")})
    folder = hand_in(tmp_path / "in", {"carl/large.ipynb": ""})
    (folder / "anna.ipynb").symlink_to(tmp_path / "outside" / "secret.ipynb")
    with (folder / "carl" / "large.ipynb").open("wb") as file:
        file.truncate(LARGEST + 1)
    anna, carl = collect(folder)[0]
    assert "a link" in anna.problems[0]
    assert "larger than 64 MB" in carl.problems[0]
    assert not anna.notebooks and not carl.notebooks


def test_a_folder_without_work_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KitchenError, match=r"cannot be read.*nowhere"):
        collect(tmp_path / "nowhere")
    with pytest.raises(KitchenError, match="no notebook in this folder"):
        collect(hand_in(tmp_path, {"notes.txt": ""}))


# Marks -------------------------------------------------------------------------------------------


def test_every_student_and_exercise_has_a_mark_in_order(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, {f"s{k:02}.ipynb": says("right") for k in range(12)})
    seen: list[Entry] = []
    found = grade(collect(folder)[0], QUESTIONS, jobs=3, done=seen.append, marker=fake)
    assert [(one.student, one.key) for one in found] == [
        (f"s{k:02}", key) for k in range(12) for key in KEYS
    ]
    assert sorted(map(repr, seen)) == sorted(map(repr, found))
    assert [one.mark.state for one in found] == ["missing", "right"] * 12


def test_of_two_notebooks_the_better_answer_counts_and_both_are_named(tmp_path: Path) -> None:
    files = {"anna/a.ipynb": says("runs, but: shared"), "anna/b.ipynb": says("right")}
    [one] = grade(collect(hand_in(tmp_path, files))[0], of_course(["03.3"]), marker=fake)
    assert one.mark.state == "right"
    assert one.notes == ("03.3 is in anna/a.ipynb, anna/b.ipynb: the best answer counts",)


def test_a_student_s_variant_is_that_of_the_id(tmp_path: Path) -> None:
    asked: list[int | None] = []

    def marker(cells: Sequence[Cell], one: Asked, **more: Any) -> Mark:
        asked.append(one.seed)
        return Mark("right")

    submissions = collect(hand_in(tmp_path, {"anna.ipynb": says("right")}))[0]
    for personal in (True, False):
        grade(submissions, QUESTIONS[:1], personal=personal, marker=marker)
    assert asked == [seed_of("anna"), None]


def test_ctrl_c_keeps_the_marks_that_are_there(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, {f"s{k}.ipynb": says("right") for k in range(6)})
    seen: list[Entry] = []
    goes_on = threading.Event()

    def marker(cells: Sequence[Cell], one: Asked, **more: Any) -> Mark:
        if seen:
            goes_on.wait(5)
        return Mark("right")

    def done(entry: Entry) -> None:
        seen.append(entry)
        goes_on.set()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(collect(folder)[0], QUESTIONS[:1], jobs=1, done=done, marker=marker)
    assert len(seen) == 1


def test_the_marks_are_a_table_by_student() -> None:
    mine = [
        Entry("ben", "03.1", Mark("right", "good")),
        Entry("ben", "03.3", Mark("runs, but", "two layers", "not shared")),
        Entry("anna", "03.1", Mark("right")),
        Entry("anna", "03.3", Mark("right"), ("note",)),
    ]
    text = marks_csv(["carl", "ben", "anna"], QUESTIONS, mine)
    assert text.splitlines() == [
        "student,03.1,03.3,total,remarks",
        "anna,1,1,2,note",
        "ben,1,0,1,\"03.3: runs, but (not shared)\"",
        "carl,,,0,",
    ]  # fmt: skip


def test_points_are_those_of_the_instructor_s_file() -> None:
    questions = of_instructor(read(EXAMPLE))
    mine = [Entry("anna", one.task.key, Mark("right")) for one in questions]
    [row] = rows(marks_csv(["anna"], questions, mine))
    points = read(EXAMPLE).points
    assert {key: float(row[key]) for key in points} == points
    assert float(row["total"]) == sum(points.values()) > len(points)
    assert [one.task.key for one in of_instructor(read(EXAMPLE), ["T.2"])] == ["T.2"]


@pytest.mark.parametrize("name", ["=cmd|x!A0", "+1", "-1", "@x", '=1+"2",3', "a,b", 'a"b', "ä\n"])
def test_an_id_is_text_for_a_spreadsheet(name: str) -> None:
    text = marks_csv([name], QUESTIONS, [Entry(name, "03.1", Mark("right"))])
    [row] = rows(text)
    assert not re.match(r"[=+@\-]", row["student"])
    assert row["student"].lstrip("'") == name.replace("\n", " ")
    assert row["03.1"] == "1"


# The report --------------------------------------------------------------------------------------


def test_the_report_counts_answers_and_names_nobody() -> None:
    mine = entries("right", *["runs, but: not shared"] * 3, "runs, but: parameters", "over time")
    report = ClassReport(of_course(["03.3"]), mine)
    assert str(report).splitlines() == [
        "Answers of 6 students.",
        "exercise                right  runs, but  not yet  does not run  over time",
        "----------------------  -----  ---------  -------  ------------  ---------",
        "03.3 A siamese network      1          4        0             0          1",
        "",
        "What was misunderstood. What fewer than 3 students answered is summed up.",
        "exercise  students  code        in words",
        "--------  --------  ----------  "
        "----------------------------------------------------------------",
        "03.3             3  not shared  "
        "Several layers are made where one is to be called several times.",
        "03.3             1  others",
    ]
    assert "anna" not in str(report) + report.html()


def test_wrong_answers_of_few_can_be_shown() -> None:
    mine = entries("runs, but: parameters", "runs, but: function", "runs, but: function")
    report = ClassReport(of_course(["03.3"]), mine, smallest=1)
    codes = [(row[1], row[2]) for row in report.misunderstood().rows]
    assert codes == [("2", "function"), ("1", "parameters")]


def test_a_report_in_which_nobody_is_wrong_has_one_table() -> None:
    report = ClassReport(of_course(["03.3"]), entries("right"))
    assert report.tables() == [report.answers()]


def test_the_page_escapes_what_it_shows() -> None:
    mine = entries(*["runs, but: <script>"] * 3)
    page = ClassReport(of_course(["03.3"]), mine).html()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert page.count("<table>") == page.count("<caption>") == 2


def test_every_wrong_answer_that_is_kept_is_explained_in_words() -> None:
    for task in TASKS:
        lesson = task.key.partition(".")[0]
        wrong = importlib.import_module(f"tests.teaching.wrong.lesson_{lesson}").WRONG[task.key]
        for code, _ in wrong:
            if code != "error":
                text = sentence(task, code)
                assert re.match(r"[A-Z`]", text), (task.key, code, text)
                assert text.endswith((".", "?", ":")) and "$" not in text, (task.key, code, text)
                assert "$" not in sentence(task, code, personal=True)


def test_a_code_that_nobody_knows_has_no_words() -> None:
    assert sentence(course.find("03.3"), "strange") == ""


# The command -------------------------------------------------------------------------------------

Said = tuple[int, str, str]


@pytest.fixture
def command(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run the command with marks that are made up; its exit code and what it wrote."""
    monkeypatch.setattr(grading, "mark", fake)

    def call(*words: object) -> Said:
        capfd.readouterr()
        code = cli.main(["class-report", *map(str, words)])
        return code, *capfd.readouterr()

    return call


def test_the_command_writes_the_report_the_page_and_the_marks(
    command: Callable[..., Said], tmp_path: Path
) -> None:
    files = {"anna.ipynb": says("right"), "ben.ipynb": says("not yet")}
    folder = hand_in(tmp_path / "in", files)
    marks, page = tmp_path / "marks.csv", tmp_path / "report.html"
    code, said, complained = command(folder, "--marks", marks, "--html", page)
    assert code == 0, complained
    assert said.startswith("Answers of 2 students.\n") and "03.3 A siamese network" in said
    assert "03.1" not in said, "nobody was asked that"
    assert "anna" not in said + complained
    assert [row["total"] for row in rows(marks.read_text("utf-8"))] == ["1", "0"]
    assert "<caption>Answers of 2 students.</caption>" in page.read_text("utf-8")


def test_what_the_teacher_has_to_look_at_is_said_and_the_code_is_1(
    command: Callable[..., Said], tmp_path: Path
) -> None:
    files = {"anna.ipynb": says("to look at"), "ben.ipynb": "{", "carl.ipynb": says("right")}
    code, said, complained = command(hand_in(tmp_path, {**files, "notes.txt": ""}), "-e", "03.3")
    assert code == 1
    assert "anna" not in said and "ben" not in said
    assert complained.splitlines()[1:] == [
        "Note: notes.txt is no submission",
        "Note: anna: look at 03.3 yourself: in the words of 03.3",
        "Note: ben: ben.ipynb is no notebook: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
    ]


def test_ctrl_c_writes_what_there_is(
    command: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(cells: Sequence[Cell], asked: Asked, **more: Any) -> Mark:
        if any("# not yet" in cell.source for cell in cells):
            raise KeyboardInterrupt
        return fake(cells, asked)

    monkeypatch.setattr(grading, "mark", stopped)
    folder = hand_in(tmp_path / "in", {"a.ipynb": says("right"), "b.ipynb": says("not yet")})
    marks = tmp_path / "marks.csv"
    code, said, complained = command(folder, "--marks", marks, "--jobs", 1)
    assert code == 130
    assert "Stopped: 1 of 2 answers are marked" in complained
    assert "03.3 A siamese network      1" in said
    assert [(row["student"], row["03.3"]) for row in rows(marks.read_text("utf-8"))] == [
        ("a", "1"),
        ("b", ""),
    ]


def test_the_exercises_of_an_instructor(command: Callable[..., Said], tmp_path: Path) -> None:
    folder = hand_in(tmp_path, {"anna.ipynb": says("right", "T.3")})
    code, said, _ = command(folder, "--tasks", EXAMPLE, "--personal")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()[3:6]] == ["T.1", "T.2", "T.3"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-e", "99.9"], "no such exercise"),
        (["--tasks", EXAMPLE, "-e", "03.1"], "no such exercise in the instructor's file"),
        (["--tasks", "nowhere.py"], "cannot be read"),
        (["--marks", "no/such/folder.csv"], "no folder"),
        (["--marks", "-"], "name a file"),
        (["--jobs", "0"], "--jobs"),
        (["--seconds", "0"], "--seconds"),
    ],
    ids=str,
)
def test_a_wrong_word_is_said_before_anything_is_marked(
    words: list[object], said: str, command: Callable[..., Said], tmp_path: Path
) -> None:
    code, out, complained = command(hand_in(tmp_path, {"anna.ipynb": says("right")}), *words)
    assert (code, out) == (2, "")
    assert said in complained


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no memory is limited")
def test_a_class_with_every_kind_of_submission_gets_the_right_marks(tmp_path: Path) -> None:
    marks = tmp_path / "marks.csv"
    task = course.find("03.3")
    right = task.fill(task.solutions["functional"])
    own = f"from pathlib import Path\nPath({str(marks)!r}).write_text('student,03.3\\nedits,1')"
    works = {
        "right": (right, "1", ""),
        "own-class": (task.fill(task.solutions["subclassed"]), "1", ""),
        "wrong": (
            "model = tf.keras.Sequential([tf.keras.Input((64,)), layers.Dense(1)])",
            "0",
            "runs, but (inputs)",
        ),
        "raises": (f"1 / 0\n{right}", "0", "does not run (ZeroDivisionError: division by zero)"),
        "endless": (f"while True:\n    pass\n{right}", "0", "over time"),
        "large": (f"np.ones(10 * 2**30 // 8)\n{right}", "0", "over memory"),
        "edits": (f"{own}\nmodel = None", "0", "not yet"),
    }
    folder = tmp_path / "in"
    hand_in(folder, {f"{x}.ipynb": sheet(checked("03.3", y[0])) for x, y in works.items()})
    words = [folder, "-e", "03.3", "--marks", marks, "--seconds", 5, "--jobs", 2]
    code = "import sys; from kitchen.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "class-report", *map(str, words)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = rows(marks.read_text("utf-8"))
    assert [row["student"] for row in found] == sorted(works)
    for row in found:
        _, points, remark = works[row["student"]]
        assert (row["03.3"], row["total"]) == (points, points), row
        assert remark in row["remarks"], row
    assert done.stdout.startswith("Answers of 7 students.\n")


def test_notebooks_without_an_exercise_are_an_error(
    command: Callable[..., Said], tmp_path: Path
) -> None:
    code, _, complained = command(hand_in(tmp_path, {"anna.ipynb": sheet("x = 1")}))
    assert code == 2
    assert "No exercise of the lessons is checked in these notebooks" in complained
