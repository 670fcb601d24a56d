"""What a class handed in: a folder of notebooks, read before any of them is run.

A student's work is `anna.ipynb`, or a folder `anna` with notebooks at any depth, as nbgrader and
learning platforms leave them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitchen.classroom.slicing import Cell
from kitchen.errors import KitchenError

LARGEST = 64 * 2**20  # bytes of a notebook
FAILS = "raises-exception"  # the tag of a cell that shows an error on purpose


@dataclass(frozen=True)
class Notebook:
    """One notebook.

    Args:
        place: Where it lies in the folder.
        cells: Its code cells.
    """

    place: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Args:
        student: The name of the file or the folder, which is the student's id.
        notebooks: The notebooks.
        problems: What could not be read, a sentence each.
    """

    student: str
    notebooks: tuple[Notebook, ...]
    problems: tuple[str, ...] = ()


def collect(folder: Path) -> tuple[list[Submission], list[str]]:
    """Return what each student handed in, by their ids, and what lies there beside it.

    Args:
        folder: The folder.

    Raises:
        KitchenError: There is no such folder, or nobody's work is in it.
    """
    try:
        entries = sorted(x for x in folder.iterdir() if not x.name.startswith("."))
    except OSError as error:
        raise KitchenError(
            f"The submissions cannot be read: {error.strerror or error}.",
            received=repr(str(folder)),
            fix="Name the folder that holds a notebook or a folder for each student.",
        ) from None
    files: dict[str, list[Path]] = {}
    beside = []
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            found = (x for x in sorted(entry.rglob("*.ipynb")) if not hidden(x, entry))
            files.setdefault(entry.name, []).extend(found)
        elif entry.suffix == ".ipynb":
            files.setdefault(entry.stem, []).append(entry)
        else:
            beside.append(entry.name)
    if not files:
        raise KitchenError(
            "There is no notebook in this folder, and no folder of a student.",
            received=repr(str(folder)),
        )
    return [read_all(student, files[student], folder) for student in sorted(files)], beside


def hidden(path: Path, folder: Path) -> bool:
    """Whether a file lies in a hidden folder, such as `.ipynb_checkpoints`."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def read_all(student: str, paths: list[Path], folder: Path) -> Submission:
    """Return a student's notebooks, and what is wrong with those that cannot be read."""
    notebooks, problems = [], [] if paths else ["there is no notebook"]
    for path in paths:
        place = path.relative_to(folder).as_posix()
        try:
            notebooks.append(Notebook(place, tuple(cells(read(path)))))
        except OSError as error:
            problems.append(f"{place} cannot be read: {error.strerror or error}")
        except (ValueError, RecursionError) as error:
            problems.append(f"{place} is no notebook: {error or type(error).__name__}")
    return Submission(student, tuple(notebooks), tuple(problems))


def read(path: Path) -> Any:
    """Return what a file of JSON says.

    Raises:
        OSError: It cannot be read.
        ValueError: It is something else, or no file at all.
    """
    if path.is_symlink() or not path.is_file():
        raise ValueError("it is no file but a link or something else")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 2**20} MB")
    return json.loads(path.read_bytes())


def cells(notebook: Any) -> Iterator[Cell]:
    """Yield the code cells of a notebook.

    Raises:
        ValueError: It is none of version 4.
    """
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(found, list):
        raise ValueError("it has no list of cells")
    for cell in found:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            lines, notes = cell.get("source", ""), cell.get("metadata")
            tags = notes.get("tags") if isinstance(notes, dict) else None
            source = "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
            yield Cell(source, fails=isinstance(tags, list) and FAILS in tags)
