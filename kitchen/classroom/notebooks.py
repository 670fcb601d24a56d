"""Notebooks as files: read, put together, written where nothing is in the way."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kitchen.errors import KitchenError

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
OURS = "kitchen"  # the key of our notes in a cell's metadata


def nbformat() -> Any:
    """Return the package `nbformat`.

    Raises:
        KitchenError: It is not installed.
    """
    try:
        import nbformat
    except ImportError:
        raise KitchenError(
            "Notebooks need the package nbformat, which is not installed here.",
            fix="Install `keras-kitchen[cpu,lessons]`.",
        ) from None
    return nbformat


def read(path: Path) -> Any:
    """Return the notebook in a file.

    Raises:
        KitchenError: There is none, or it is something else.
    """
    formats = nbformat()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise KitchenError(
            f"The notebook cannot be read: {reason}.",
            received=repr(str(path)),
            fix="Name a file that ends in .ipynb.",
        ) from None
    try:
        notebook = formats.reads(text, as_version=4)
        formats.validate(notebook)
    except Exception:  # of several libraries
        raise KitchenError("This is not a notebook.", received=repr(str(path))) from None
    return notebook


def notebook(cells: list[Any]) -> Any:
    """Return a notebook of these cells; their ids are their places, so that two runs are alike."""
    made = nbformat().v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    for place, cell in enumerate(made.cells):
        cell.id = f"cell-{place}"
    return made


def markdown(text: str, **metadata: Any) -> Any:
    """Return a cell of text."""
    return nbformat().v4.new_markdown_cell(text, metadata=metadata)


def code(text: str, **metadata: Any) -> Any:
    """Return a cell of code."""
    return nbformat().v4.new_code_cell(text, metadata=metadata)


def raw(text: str) -> Any:
    """Return a cell that is neither."""
    return nbformat().v4.new_raw_cell(text)


def text_of(notebook: Any) -> str:
    """Return a notebook as the text of its file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write files into a folder; nothing is written where one of them is there already.

    Args:
        files: From a file's name, which may begin with folders, to its text.
        folder: It is made where it is missing.

    Raises:
        KitchenError: A file is there already, or cannot be written.
    """
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise KitchenError(
            f"There is a file already, which stays: {there[0]}.",
            received=repr(str(folder)),
            fix="Choose another folder, or take it away.",
        )
    try:
        for name, text in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KitchenError(
            f"It could not be written: {error.strerror or error}.",
            received=repr(str(folder)),
            fix="Choose a folder that may be written.",
        ) from None
