"""A lesson's text gives no fix that stands in the box under the error already."""

import re
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from tests.lessons.notebooks import LESSONS, RAISES, read, tags, text

FOLD = re.compile(r"<summary>Fix</summary>(.*?)</details>", re.DOTALL)
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
REVIEW = "11"  # there the error comes as a surprise, and the fix is asked for
LEARNED = [path for path in LESSONS if not path.stem.startswith(REVIEW)]


def lines(code: str) -> set[str]:
    """The lines of code, whatever their indent."""
    return {line.strip() for line in code.splitlines() if line.strip()}


@pytest.mark.parametrize("path", LEARNED, ids=[path.stem for path in LEARNED])
def test_no_fix_is_given_twice(path: Path) -> None:
    cells = read(path).cells
    for cell, following in pairwise(cells):
        if cell.cell_type != "code" or RAISES not in tags(cell):
            continue
        said = [
            text(x.data["text/plain"]) for x in cell.outputs if "text/plain" in x.get("data", {})
        ]
        (fix,) = (dedent(words.partition("  Fix:\n")[2]) for words in said if "  Fix:\n" in words)
        for fold in FOLD.findall(following.source.partition("\n### ")[0]):
            for code in CODE.findall(fold):
                assert lines(code) - lines(fix), f"{cell.id}: the box says it too: {code}"
