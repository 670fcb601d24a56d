"""Find the lessons and read their cells."""

import re
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "lessons"
GLOSSARY = FOLDER / "A2_glossary.ipynb"  # has nothing to run
LESSONS = sorted(set(FOLDER.glob("*.ipynb")) - {GLOSSARY})
PAGES = [*LESSONS, GLOSSARY]
RAISES = "raises-exception"  # the tag of a cell that shows a real error: a run goes on after it


def read(path: Path) -> Any:
    """The notebook in a file; its cells and outputs answer to names and to keys alike."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def asked(cell: Any) -> list[str]:
    """The keys of the exercises that a cell checks, in order."""
    return re.findall(r'exercise\("(\d\d\.\d)"\)\.check', text(cell.source))


def tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def text(value: Any) -> str:
    """A source or a piece of output, which a file may hold as a list of lines."""
    return value if isinstance(value, str) else "".join(value)
