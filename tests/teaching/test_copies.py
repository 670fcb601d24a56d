"""Copies of the lessons in `my/`: made once, kept when changed, renewed when not."""

from pathlib import Path

import pytest

from kitchen.teaching.copies import RECORD, copy_lessons, say


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    for name in ("00_start_here.ipynb", "01_first.ipynb"):
        (tmp_path / name).write_text(f"old {name}")
    return tmp_path


def test_each_lesson_is_copied_once(lessons: Path) -> None:
    assert copy_lessons(lessons) == []
    assert (lessons / "my" / "01_first.ipynb").read_text() == "old 01_first.ipynb"
    (lessons / "my" / "01_first.ipynb").write_text("mine")
    assert copy_lessons(lessons) == []
    assert (lessons / "my" / "01_first.ipynb").read_text() == "mine"


def test_an_update_reaches_what_was_not_changed_and_nothing_else(
    lessons: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_lessons(lessons)
    (lessons / "my" / "01_first.ipynb").write_text("mine")
    for name in ("00_start_here.ipynb", "01_first.ipynb"):
        (lessons / name).write_text("new")
    behind = copy_lessons(lessons)
    assert behind == ["01_first.ipynb"]
    assert (lessons / "my" / "00_start_here.ipynb").read_text() == "new"
    assert (lessons / "my" / "01_first.ipynb").read_text() == "mine"
    assert copy_lessons(lessons) == ["01_first.ipynb"], "it is said each time"
    say(behind)
    assert "my/01_first.ipynb is yours and stays" in capsys.readouterr().out


@pytest.mark.parametrize("broken", ["", "[1]", "{", '{"01_first.ipynb": 3}'])
def test_a_record_that_cannot_be_read_costs_no_work(lessons: Path, broken: str) -> None:
    copy_lessons(lessons)
    (lessons / "my" / "01_first.ipynb").write_text("mine")
    (lessons / "my" / RECORD).write_text(broken)
    copy_lessons(lessons)
    assert (lessons / "my" / "01_first.ipynb").read_text() == "mine"
    assert (lessons / "my" / "00_start_here.ipynb").read_text() == "old 00_start_here.ipynb"
