"""store and running: outputs are stored after a clean run only, and a run tells what went wrong."""

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.lessons import store
from tests.lessons.notebooks import LESSONS, RAISES, read
from tests.lessons.running import DROPPED, environment, run
from tests.lessons.test_stored import MACHINE_PATH

pytestmark = pytest.mark.lessons


def notebook(*sources: str) -> Any:
    cells = [
        nbformat.v4.new_code_cell(source, id=f"cell-{k}", metadata={"tags": [f"tag-{k}"]})
        for k, source in enumerate(sources)
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_an_error_that_is_meant_is_stored_without_the_folders_of_this_machine(
    tmp_path: Path,
) -> None:
    path = tmp_path / "lesson.ipynb"
    lesson = notebook(
        "import json; json.loads('{')", "import nbformat; nbformat.reads('{', 4)", "3"
    )
    for cell in lesson.cells[:2]:
        cell.metadata.tags.append(RAISES)
    nbformat.write(lesson, path)
    assert store.store(path).problems == []
    stored = read(path)
    assert [cell.execution_count for cell in stored.cells] == [1, 2, 3]
    for cell in stored.cells[:2]:
        [error] = cell.outputs
        shown = "\n".join(error.traceback)
        assert sys.prefix not in shown
        assert not MACHINE_PATH.search(shown), shown
    assert "site-packages/nbformat/" in "\n".join(stored.cells[1].outputs[0].traceback)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/usr/lib/python3.11/inspect.py:3212", "python/inspect.py:3212"),
        ("~/.pyenv/versions/3.11.7/lib/python3.11/json/decoder.py", "python/json/decoder.py"),
        (r"C:\Python313\Lib\inspect.py", "python/inspect.py"),
        (
            "~/venv/lib/python3.13/site-packages/keras/src/ops/nn.py",
            "site-packages/keras/src/ops/nn.py",
        ),
        ("\x1b[32m/x/kitchen/errors.py\x1b[39m", "\x1b[32mkitchen/errors.py\x1b[39m"),
    ],
)
def test_a_file_in_a_traceback_is_told_without_folders(before: str, after: str) -> None:
    assert store.anywhere(f"File {before}, in f(x)") == f"File {after}, in f(x)"


def test_a_lesson_that_should_raise_and_does_not_is_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "lesson.ipynb"
    lesson = notebook("3")
    lesson.cells[0].metadata.tags.append(RAISES)
    nbformat.write(lesson, path)
    assert store.store(path).problems == ["cell cell-0 is to raise, and does not"]


def test_a_clean_lesson_is_stored_with_its_outputs(tmp_path: Path) -> None:
    path = tmp_path / "lesson.ipynb"
    lesson = notebook("print('é' * 2); print(3)", "from pathlib import Path; Path.cwd().name")
    lesson.cells[0].metadata.update(collapsed=True, execution={"iopub.status.busy": "2026"})
    nbformat.write(lesson, path)
    result = store.store(path)
    assert result.problems == []
    stored = read(path)
    assert [cell.execution_count for cell in stored.cells] == [1, 2]
    assert stored.cells[0].outputs[0].text == "éé\n3\n"
    assert stored.cells[1].outputs[0].data["text/plain"] == repr(tmp_path.name)
    assert [cell.id for cell in stored.cells] == ["cell-0", "cell-1"]
    assert [cell.metadata for cell in stored.cells] == [{"tags": ["tag-0"]}, {"tags": ["tag-1"]}]
    assert stored.metadata.language_info == {"name": "python"}
    first = path.read_bytes()
    store.store(path)
    assert path.read_bytes() == first, "a second run stores the same file"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('oops', file=sys.stderr)", "cell-1 writes to stderr: oops"),
        ("import os; os.write(2, b'from below')", "cell-1 writes to stderr: from below"),
        ("import warnings; warnings.warn('beware')", "beware"),
    ],
)
def test_a_lesson_with_a_red_box_is_not_stored(
    tmp_path: Path, source: str, said: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / "lesson.ipynb"
    nbformat.write(notebook("print('before')", source), path)
    before = path.read_bytes()
    monkeypatch.setattr(store, "LESSONS", [path])
    assert store.main(["lesson"]) == 1
    assert path.read_bytes() == before
    shown = capsys.readouterr()
    assert "NOT stored" in shown.out
    assert said in shown.err


def test_lessons_are_named_by_how_they_begin() -> None:
    assert store.chosen([]) == LESSONS
    assert store.chosen(["01", str(LESSONS[0]), "00_start"]) == [LESSONS[1], LESSONS[0]]
    with pytest.raises(SystemExit, match="no lesson 99"):
        store.chosen(["99"])


def test_a_kernel_that_dies_or_hangs_ends_the_run(tmp_path: Path) -> None:
    died = run(notebook("import os; os._exit(1)"), tmp_path)
    assert died.problems == ["Kernel died"]
    assert died.seconds < 60
    hung = run(notebook("import time; time.sleep(600)"), tmp_path, cell_timeout=2)
    assert "timed out" in hung.problems[0]
    assert hung.seconds < 60


def test_memory_is_that_of_the_kernel_and_of_what_it_starts(tmp_path: Path) -> None:
    hold = "x = b'1' * 300_000_000; import time; time.sleep(1)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    own, outside = run(notebook(hold), tmp_path), run(notebook(child), tmp_path)
    assert own.kernel > 300_000_000
    assert outside.kernel < 300_000_000 < outside.family


def test_a_kernel_knows_nothing_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DROPPED:
        monkeypatch.setenv(name, "1")
    assert not set(environment()) & set(DROPPED)
