"""What was solved is kept in `my/`, outlives the kernel, and loses nothing else when deleted."""

import json
from pathlib import Path
from typing import Any

import pytest

import kitchen
from kitchen.teaching import progress

SHARED = kitchen.exercise("03.1")


@pytest.fixture
def lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "00_start_here.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(lessons: Path) -> Any:
    return json.loads((lessons / "my" / "progress.json").read_text())["exercises"]


def test_a_check_is_noted_beside_the_lessons_and_in_my(
    lessons: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not SHARED.check((1, 2))
    assert kept(lessons) == {"03.1": {"right": False, "tries": 1}}
    monkeypatch.chdir(lessons / "my")
    assert SHARED.check((105, 210))
    assert kept(lessons) == {"03.1": {"right": True, "tries": 2}}
    assert not SHARED.check((1, 2)), "what was right stays right"
    assert kept(lessons) == {"03.1": {"right": True, "tries": 2}}
    assert kitchen.solved().solved["03.1"]
    assert "1 of" in str(kitchen.solved())
    assert "no mark" in str(kitchen.solved())


def test_nothing_is_noted_of_a_blank_nor_of_a_variant_nor_elsewhere(
    lessons: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    SHARED.check()
    kitchen.exercise("03.1", seed=3).check((1, 2))
    assert not (lessons / "my").exists()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    SHARED.check((105, 210))
    assert list(elsewhere.iterdir()) == []
    assert not kitchen.solved().solved["03.1"]


@pytest.mark.parametrize("broken", ["", "[]", '{"exercises": 3}', '{"exercises": {"03.1": 1}}'])
def test_a_broken_file_is_as_none(lessons: Path, broken: str) -> None:
    (lessons / "my").mkdir()
    (lessons / "my" / "progress.json").write_text(broken)
    assert not kitchen.solved().solved["03.1"]
    SHARED.check((105, 210))
    assert kept(lessons)["03.1"]["right"]


def test_a_folder_that_cannot_be_written_disturbs_nobody(lessons: Path) -> None:
    (lessons / "my").write_text("in the way")
    assert SHARED.check((105, 210))


def test_deleting_the_file_forgets(lessons: Path) -> None:
    SHARED.check((105, 210))
    (lessons / "my" / "progress.json").unlink()
    assert not kitchen.solved().solved["03.1"]
    assert progress.load(progress.place()) == {}
