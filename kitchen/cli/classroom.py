"""The commands for a teacher: what a class gets."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kitchen.cli import output
from kitchen.cli.output import examples
from kitchen.errors import KitchenError

CONFIG = "nbgrader_config.py"
MODES = {
    "student": "A lesson without answers, fixes and outputs, its exercises blank.",
    "solutions": "A lesson with our answer in each exercise.",
    "otter": "An assignment for otter-grader, out of an instructor's file.",
    "nbgrader": "An assignment for nbgrader, out of an instructor's file.",
}


def modes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the flags that say what is to be made."""
    for name, text in reversed(MODES.items()):
        command = click.option(f"--{name}", "mode", flag_value=name, help=text)(command)
    return command


@click.command(
    epilog=examples(
        "export --student lessons/03_shared_layer.ipynb -o out/",
        "export --solutions lessons/03_shared_layer.ipynb -o out/",
        "export --otter tasks.py -o otter/",
        "export --nbgrader tasks.py -o course/ --personal",
        "export --copies course/release/tasks/tasks.ipynb --for class.csv tasks.py -o copies/",
    )
)
@click.argument("source", metavar="LESSON|TASKS.py", type=click.Path(path_type=Path))
@modes
@click.option(
    "--copies",
    metavar="RELEASE",
    type=click.Path(path_type=Path),
    help="A copy for each student, with variants, of the notebook that the grader made for all.",
)
@click.option("--personal", is_flag=True, help="In an assignment: each student has variants.")
@click.option(
    "--for",
    "students",
    metavar="CSV",
    type=click.Path(path_type=Path),
    help="The class for --copies: a column `id`, a line for each student.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(path_type=Path),
    help="Where to write it; files that are there stay.",
)
def export(
    source: Path,
    mode: str | None,
    copies: Path | None,
    personal: bool,
    students: Path | None,
    folder: Path,
) -> int:
    """Write what a class gets: a lesson for students, or an assignment for a grader.

    An instructor's file is Python that defines TASKS, as the lessons' own exercises are defined. It
    runs, so it is a file of one's own. Standard output says what comes next.
    """
    check(mode, copies, personal, students)
    if copies and students:
        made = handed_out(source, copies, students)
        words = f"{len(made)} copies are in {folder}, one in a folder of each student's id."
    elif mode in ("student", "solutions"):
        made, words = lesson(source, mode), f"{folder / source.name} is written."
    else:
        made, words = assignment(source, str(mode), personal, folder)
    from kitchen.classroom import notebooks

    notebooks.write(made, folder)
    output.emit(words)
    return 0


def check(mode: str | None, copies: Path | None, personal: bool, students: Path | None) -> None:
    """Raise where the options do not go together."""
    if bool(mode) == bool(copies):
        raise click.UsageError(f"Choose one: --{', --'.join(MODES)} or --copies RELEASE.")
    if bool(copies) != bool(students):
        raise click.UsageError("--copies RELEASE and --for CSV go together.")
    if personal and mode not in ("otter", "nbgrader"):
        raise click.UsageError("--personal goes with --otter or --nbgrader.")


def lesson(source: Path, mode: str) -> dict[str, str]:
    """Return the file of a lesson for students or with solutions."""
    from kitchen.classroom import lesson, notebooks

    change = lesson.for_students if mode == "student" else lesson.with_solutions
    return {source.name: notebooks.text_of(change(notebooks.read(source)))}


def assignment(source: Path, mode: str, personal: bool, folder: Path) -> tuple[dict[str, str], str]:
    """Return the files of an assignment, and what the teacher does with them.

    Raises:
        KitchenError: The file is no instructor's file, or its name is none for an assignment.
    """
    from kitchen.classroom import for_nbgrader, for_otter, instructor, notebooks

    name = source.stem
    material = instructor.read(source)
    if not re.fullmatch(r"[\w-]+", name, re.ASCII):
        raise KitchenError(
            "The file's name is the assignment's: letters, digits, - and _.", received=repr(name)
        )
    if mode == "otter":
        notebook = for_otter.source(material, name, personal=personal)
        files = {f"{name}.ipynb": notebooks.text_of(notebook)}
        words = f"Next: otter assign {folder / name}.ipynb {folder / 'dist'}"
        release = folder / "dist" / "student" / f"{name}.ipynb"
    else:
        notebook = for_nbgrader.source(material, name, personal=personal)
        files = {f"source/{name}/{name}.ipynb": notebooks.text_of(notebook)}
        words = f"Next, in {folder}: nbgrader generate_assignment {name}"
        release = folder / "release" / name / f"{name}.ipynb"
    if personal:
        words += (
            f"\nThen: keras-kitchen export --copies {release} --for class.csv {source}"
            f" -o {folder / 'copies'}"
        )
    if mode == "nbgrader" and (folder / CONFIG).exists():
        words += f"\nYour {CONFIG} stays; it needs these settings:\n\n{for_nbgrader.settings()}"
    elif mode == "nbgrader":
        files[CONFIG] = for_nbgrader.settings()
    return files, words


def handed_out(source: Path, release: Path, students: Path) -> dict[str, str]:
    """Return a copy of an assignment for each student of a class."""
    from kitchen.classroom import instructor, notebooks, personal

    material, notebook = instructor.read(source), notebooks.read(release)
    return {
        f"{student}/{release.name}": notebooks.text_of(
            personal.personal_copy(notebook, material, student)
        )
        for student in personal.students(students)
    }
