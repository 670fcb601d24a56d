"""The command that marks a class: what it understood, and each student's points."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kitchen.cli import output
from kitchen.cli.output import examples
from kitchen.errors import KitchenError

if TYPE_CHECKING:
    from kitchen.classroom.grading import Entry, Question
    from kitchen.classroom.submissions import Submission

EXERCISE = re.compile(r"exercise\(\s*[\"'](\d\d\.\d)[\"']")
GIB = 2**30


@click.command(
    "class-report",
    epilog=examples(
        "class-report submissions/",
        "class-report submissions/ -e 03.1 -e 03.3 --marks marks.csv",
        "class-report submitted/ --tasks tasks.py --personal --marks marks.csv --html report.html",
    ),
)
@click.argument("folder", metavar="SUBMISSIONS", type=click.Path(path_type=Path))
@click.option("-e", "--exercise", "keys", metavar="KEY", multiple=True, help="Mark only this one.")
@click.option(
    "--tasks",
    metavar="TASKS.py",
    type=click.Path(path_type=Path),
    help="An instructor's file with the exercises; those of the lessons by default.",
)
@click.option("--personal", is_flag=True, help="Each student has variants, by their id.")
@click.option(
    "--marks", metavar="CSV", type=click.Path(path_type=Path), help="Where to write the points."
)
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Write the report as a page."
)
@click.option("--jobs", type=click.IntRange(1, 256), help="Marked at once; one a processor.")
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=20,
    show_default=True,
    help="Processor time for one answer; by the clock three times that.",
)
@click.option(
    "--memory",
    type=click.FloatRange(1, 1024),
    default=2,
    show_default=True,
    help="GiB for one answer, with TensorFlow's half of one; on Linux.",
)
@click.option(
    "--smallest",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Sum up the wrong answers that fewer students gave.",
)
def class_report(folder: Path, keys: Sequence[str], **how: Any) -> int:
    """Mark the notebooks of a class; say what it understood, without names.

    SUBMISSIONS holds a notebook or a folder of notebooks for each student; its name is the
    student's id. Only the cells run that an answer needs, in processes of their own that have
    limits but your rights. Exit code 1 where there is something for you to look at.
    """
    for target in (how["marks"], how["html"]):
        if str(target) == "-":
            raise click.UsageError("The report goes to standard output: name a file for the rest.")
        if target and not target.absolute().parent.is_dir():
            raise click.UsageError(f"There is no folder {str(target.parent)!r} to write into.")
    from kitchen.classroom.report import ClassReport
    from kitchen.classroom.submissions import collect

    submissions, beside = collect(folder)
    questions = asked(submissions, keys, how["tasks"])
    entries, whole = marked(submissions, questions, how)
    report = ClassReport(questions, entries, how["personal"], how["smallest"])
    output.emit(str(report))
    if how["html"]:
        output.write_text(report.html(), str(how["html"]))
    if not whole:
        raise KeyboardInterrupt
    return noted(entries, beside)


def asked(
    submissions: "Sequence[Submission]", keys: Sequence[str], tasks: Path | None
) -> "list[Question]":
    """Return what is to be marked: what was named, or all that the notebooks check.

    Raises:
        KitchenError: It is not there.
    """
    from kitchen.classroom import grading, instructor

    if tasks is not None:
        material = instructor.read(tasks)
        known = [task.key for task in material.tasks]
        if unknown := [key for key in keys if key not in known]:
            raise KitchenError(
                "There is no such exercise in the instructor's file.",
                received=unknown[0],
                fix=f"They are {', '.join(known)}.",
            )
        return grading.of_instructor(material, keys)
    if not keys:
        notebooks = (notebook for one in submissions for notebook in one.notebooks)
        cells = (cell for notebook in notebooks for cell in notebook.cells)
        there = {key for cell in cells for key in EXERCISE.findall(cell.source)}
        keys = [key for key in grading.keys_of_course() if key in there]
        if not keys:
            raise KitchenError(
                "No exercise of the lessons is checked in these notebooks.",
                fix="Name the instructor's file with --tasks, or exercises with -e.",
            )
    return grading.of_course(keys)


def marked(
    submissions: "Sequence[Submission]", questions: "Sequence[Question]", how: dict[str, Any]
) -> "tuple[list[Entry], bool]":
    """Mark everything; the file of marks is written as they come, and has what there is at the end.

    Returns:
        The marks, and whether all are there: Ctrl-C ends it before.
    """
    from kitchen.classroom.confined import Limits
    from kitchen.classroom.grading import grade
    from kitchen.classroom.report import marks_csv

    students = [one.student for one in submissions]
    entries: list[Entry] = []
    limits = Limits(how["seconds"], int(how["memory"] * GIB))
    length = len(students) * len(questions)
    with click.progressbar(length=length, label="Marking", file=sys.stderr) as bar:

        def done(entry: "Entry") -> None:
            entries.append(entry)
            bar.update(1)
            if how["marks"]:
                output.write_text(marks_csv(students, questions, entries), str(how["marks"]))

        try:
            grade(
                submissions,
                questions,
                personal=how["personal"],
                jobs=how["jobs"],
                limits=limits,
                done=done,
            )
        except KeyboardInterrupt:
            output.say(f"Stopped: {len(entries)} of {length} answers are marked")
            return entries, False
    return entries, True


def noted(entries: "Sequence[Entry]", beside: Sequence[str]) -> int:
    """Say what the teacher has to look at; return the exit code."""
    lines = [f"{name} is no submission" for name in beside]
    for entry in sorted(entries, key=lambda entry: (entry.student, entry.key)):
        lines += [f"{entry.student}: {note}" for note in entry.notes]
        if entry.mark.state == "to look at":
            lines.append(f"{entry.student}: look at {entry.key} yourself: {entry.mark.text}")
    for line in dict.fromkeys(lines):
        output.say(f"Note: {line}")
    return 1 if lines else 0
