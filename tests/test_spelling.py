"""Nothing that is written here has a common misspelling, and the English is British."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.lessons.notebooks import ROOT
from tests.spelling import american, everything, prose


def codespell(folder: Path, written: Iterable[tuple[Path, str]], *options: str) -> str:
    """What codespell has against these texts, with the project's settings: file, line, word."""
    for path, said in written:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(said, encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", "--check-hidden", *options, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    said = (done.stdout + done.stderr).replace(f"{folder}{os.sep}", "")
    assert (done.returncode == 0) == (said == ""), said
    return said


def british(folder: Path, written: Iterable[tuple[Path, str]]) -> str:
    """What is American in these texts."""
    words = folder / "american.txt"
    words.write_text("\n".join(f"{word}->{other}" for word, other in american().items()))
    place = folder / "written"
    return codespell(place, ((x, prose(x, said)) for x, said in written), "-D", str(words))


def test_nothing_has_a_common_misspelling(tmp_path: Path) -> None:
    assert codespell(tmp_path, everything()) == ""


def test_the_prose_is_british(tmp_path: Path) -> None:
    assert british(tmp_path, everything()) == ""


def test_all_that_people_write_is_read() -> None:
    names = {path.as_posix() for path, _ in everything()}
    assert {"README.md", "start.py", "kitchen/cli/lab.py", "tests/spelling.py", ".ci/run"} <= names
    assert {"lessons/01_sequential_classifier/01-00.md", "binder/environment.yml"} <= names
    assert {path.suffix for path, _ in everything()} >= {".css", ".js", ".md", ".py"}


@pytest.mark.parametrize("name", ["a.md", "a.py", "a.js", "a.css", "a.yml"])
def test_a_misspelling_is_found_in_every_kind_of_file(tmp_path: Path, name: str) -> None:
    wrong = "rec" + "ieve"  # in one piece it would be found here
    assert f"{name}:2: {wrong} ==> receive" in codespell(tmp_path, [(Path(name), f"\n{wrong}\n")])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.md", "Its\ncolor."),
        ("a.py", '"""What it\nanalyzed.\n\nArgs:\n    x: Any.\n"""'),
        ("a.py", "x = 1\nx = 2  # it normalizes x"),
        ("a.py", 'x = 1\nraise ValueError(f"The color of {x} is wrong.")'),
        ("tests/a.py", "\n# Optimizers are made."),
        ("a.js", "x = 1;\n// the neighbors\n"),
        ("a.css", "a { color: red }\n/* the color */"),
        ("a.yml", "color: 1\nb: 2  # a color\n"),
    ],
)
def test_an_american_word_is_found_in_its_line(tmp_path: Path, name: str, said: str) -> None:
    assert f"{name}:2: " in british(tmp_path, [(Path(name), said)])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.md", "`color`, [colour](color.md) and LayerNormalization; a Normalization layer"),
        ("a.md", "```python\ncolor = 1\n```\n\nA program, a practice run, focused"),
        ("a.md", "See [How to serialize](https://keras.io/guides/serialization_and_saving/)."),
        ("a.py", 'known = "layers optimizers losses metrics math"'),
        ("a.py", 'color = normalize("center")\nx = f\'<p style="color:{color}">\''),
        ("a.py", '"""It paints.\n\nArgs:\n    color: Any.\n\n>>> color = 1\n"""'),
        ("tests/a.py", 'said = "Keras says: the optimizer is serialized wrongly"'),
        ("a.css", "a { color: red; text-align: center }"),
    ],
)
def test_a_name_is_no_american_word(tmp_path: Path, name: str, said: str) -> None:
    assert british(tmp_path, [(Path(name), said)]) == ""
