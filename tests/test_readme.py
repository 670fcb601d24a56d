"""What README shows is what comes out, and it lists what there is."""

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def test_the_ten_lines_give_the_output_shown() -> None:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(block("python"), "README.md", "exec"), {})  # noqa: S102 (our own code)
    assert shown.getvalue() == block("text")
    assert len([line for line in block("python").splitlines() if line]) <= 10


def test_every_lesson_is_listed() -> None:
    for lesson in (ROOT / "lessons").glob("*.ipynb"):
        assert f"lessons/{lesson.name}" in TEXT


def test_ci_runs_the_command_that_readme_gives() -> None:
    commands = [line.split("#")[0].strip() for line in block("sh").splitlines()]
    assert commands == ["python3 start.py", "python3 start.py test"]
    assert commands[1] in (ROOT / ".ci/run").read_text(encoding="utf-8")
