"""Run the lessons and store their outputs: `python -m tests.lessons.store [lesson …]`.

A lesson in which a cell raises or writes to stderr is left as it was.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

from tests.lessons.notebooks import LESSONS, code_cells, read
from tests.lessons.running import Run, run

WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT = {"tags"}  # of a cell's metadata; the rest is about one run, or about one screen


def main(arguments: list[str]) -> int:
    """Store every lesson that is named (all, if none is); 0 if all ran cleanly."""
    parser = argparse.ArgumentParser(prog="python -m tests.lessons.store")
    parser.add_argument("lessons", nargs="*", help="a path, or the beginning of a name, as in 02")
    clean = True
    for path in chosen(parser.parse_args(arguments).lessons):
        result = store(path)
        print(f"{path.name}: {'NOT stored; ' if result.problems else ''}{result}", flush=True)
        for problem in result.problems:
            print(problem, file=sys.stderr)
        clean &= not result.problems
    return 0 if clean else 1


def chosen(names: list[str]) -> list[Path]:
    """The lessons that the names mean."""
    if not names:
        return LESSONS
    found: dict[Path, None] = {}
    for name in names:
        paths = [path for path in LESSONS if path.name.startswith(Path(name).name)]
        if not paths:
            raise SystemExit(f"There is no lesson {name}: {', '.join(p.stem for p in LESSONS)}")
        found.update(dict.fromkeys(paths))
    return list(found)


def store(path: Path) -> Run:
    """Run one lesson in its folder and, if nothing is wrong, write it back with its outputs."""
    notebook = read(path)
    result = run(notebook, path.parent)
    if not result.problems:
        tidy(notebook)
        nbformat.write(notebook, path)
    return result


def tidy(notebook: Any) -> None:
    """Drop what would differ from run to run and from machine to machine."""
    notebook.metadata.language_info = {"name": "python"}  # without the version of Python
    notebook.metadata.pop("widgets", None)
    for cell in code_cells(notebook):  # a widget is nothing without its kernel
        cell.outputs = [x for x in cell.outputs if WIDGET not in x.get("data", {})]
        for output in cell.outputs:
            if output.output_type == "error":
                output.traceback = [anywhere(line) for line in output.traceback]
    for cell in notebook.cells:
        for name in set(cell.metadata) - KEPT:
            del cell.metadata[name]


def anywhere(traceback: str) -> str:
    """A traceback without the folders of the machine that it comes from.

    A file of the standard library is said to be Python's: `python/inspect.py`.
    """
    folders = r"(?:~|[A-Za-z]:)?[\\/](?:[^\s:]*[\\/])?"  # `~` is how IPython writes the home folder
    shown = re.sub(rf"{folders}(site-packages|kitchen)[\\/]", r"\1/", traceback)
    return re.sub(rf"{folders}(?:lib[\\/]python3\.\d+|Lib)[\\/]", "python/", shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
