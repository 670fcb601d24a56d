"""A student's own copy of an assignment: the id is in it, and the exercises have other numbers."""

import copy
import csv
import re
from pathlib import Path
from typing import Any

from kitchen.classroom import notebooks
from kitchen.classroom.assignment import KEY, ROLE, WHO, questions, stated
from kitchen.classroom.instructor import Material
from kitchen.errors import KitchenError

COLUMNS = ("id", "student")  # what the column of ids may be called; nbgrader calls it `id`
ID = re.compile(r"[\w@+-][\w.@+-]*")  # it names a folder


def students(path: Path) -> list[str]:
    """Return the ids of a class.

    Args:
        path: A CSV file whose first line names the columns; one of them is `id` or `student`.

    Raises:
        KitchenError: It cannot be read, has no such column, or an id is missing, twice, or holds
            what no folder's name should.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise KitchenError(
            f"The list of students cannot be read: {reason}.", received=repr(str(path))
        ) from None
    rows = csv.DictReader(text.splitlines())
    column = next((x for x in rows.fieldnames or () if x.strip().lower() in COLUMNS), None)
    if column is None:
        raise KitchenError(
            "The list of students has no column of ids.",
            received=", ".join(rows.fieldnames or ()) or "an empty file",
            fix="Its first line names the columns; call one of them `id`.",
        )
    found: list[str] = []
    for row in rows:
        student = (row[column] or "").strip()
        if not ID.fullmatch(student) or student in found:
            raise KitchenError(
                "An id is there twice." if student in found else "This is no id of a student.",
                received=repr(student),
                fix="An id has letters, digits and . _ - + @, and stands there once.",
            )
        found.append(student)
    if not found:
        raise KitchenError("There is no student in the list.", received=repr(str(path)))
    return found


def personal_copy(release: Any, material: Material, student: str) -> Any:
    """Return a student's copy of an assignment, with the student's id and variants.

    Args:
        release: The notebook that the grader's own command has made for students; it stays.
        material: The instructor's file.
        student: The student's id.

    Raises:
        KitchenError: It is not a release of these exercises with variants.
    """
    made = copy.deepcopy(release)
    asked = {one.task.key: one for one in questions(material, student)}
    missing = {("student", ""), *(("statement", key) for key in asked)}
    for cell in made.cells:
        note = cell.metadata.get(notebooks.OURS, {})
        role, key = note.get(ROLE), note.get(KEY, "")
        missing.discard((role, key))
        if role == "student":
            cell.source = WHO.format(student=student)
        elif key in asked:
            if role == "statement":
                stated(cell, asked[key])
            else:
                cell.source = asked[key].blank
    if missing:
        raise KitchenError(
            "This is no notebook for students of these exercises with variants of their own.",
            fix="Export them with --personal, and name what the grader made of that.",
        )
    return made
