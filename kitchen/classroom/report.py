"""What a class understood, without names; and the marks, by the students' ids."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kitchen.classroom.grading import Entry, Question
from kitchen.classroom.marking import STATES
from kitchen.classroom.sentences import sentence
from kitchen.errors import shorten
from kitchen.tables import Table, printable

ALWAYS = STATES[:4]  # the columns that stand there even where they hold only zeros
SMALLEST = 3  # a wrong answer of one or two students would show the class who gave it
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for one
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Class report</title>
<style>
body {{ font-family: sans-serif; margin: 2em; }}
table {{ border-collapse: collapse; margin-bottom: 2em; }}
caption {{ text-align: left; font-weight: bold; padding: 0.3em 0; }}
th, td {{ border-bottom: 1px solid #888; padding: 0.3em 0.8em; vertical-align: top; }}
</style>
</head>
<body>
<h1>Class report</h1>
{tables}
</body>
</html>
"""


@dataclass(frozen=True)
class ClassReport:
    """What a class understood: counts of answers, and no names.

    Args:
        questions: What was asked.
        entries: The marks.
        personal: Whether each student had a variant of their own.
        smallest: Wrong answers that fewer students gave are summed up.
    """

    questions: Sequence[Question]
    entries: Sequence[Entry]
    personal: bool = False
    smallest: int = SMALLEST

    def answers(self) -> Table:
        """Return how many answers there are of each state, a row an exercise."""
        counts = {
            question.task.key: Counter(
                entry.mark.state for entry in self.entries if entry.key == question.task.key
            )
            for question in self.questions
        }
        every = sum(counts.values(), Counter[str]())
        states = [state for state in STATES if state in ALWAYS or every[state]]
        rows = [
            (f"{one.task.key} {one.task.title}", *(str(counts[one.task.key][x]) for x in states))
            for one in self.questions
        ]
        students = len({entry.student for entry in self.entries})
        caption = f"Answers of {students} students."
        numbers = range(1, len(states) + 1)
        return Table(caption, ("exercise", *states), rows, numbers=tuple(numbers))

    def misunderstood(self) -> Table:
        """Return what was misunderstood and by how many, the most frequent first."""
        rows = [row for question in self.questions for row in self.rows(question)]
        caption = "What was misunderstood."
        if self.smallest > 1:
            caption += f" What fewer than {self.smallest} students answered is summed up."
        return Table(caption, ("exercise", "students", "code", "in words"), rows, numbers=(1,))

    def rows(self, question: Question) -> list[tuple[str, str, str, str]]:
        """Return what was misunderstood in one exercise."""
        key = question.task.key
        wrong = (x.mark for x in self.entries if x.key == key and x.mark.state == "runs, but")
        counts = Counter(mark.code for mark in wrong)
        often = sorted((-n, code) for code, n in counts.items() if n >= self.smallest)
        rows = [
            (key, str(-n), code, sentence(question.task, code, personal=self.personal))
            for n, code in often
        ]
        if few := sum(n for n in counts.values() if n < self.smallest):
            rows.append((key, str(few), "others", ""))
        return rows

    def html(self) -> str:
        """Return the report as a page of HTML."""
        return PAGE.format(tables="\n".join(table.html() for table in self.tables()))

    def tables(self) -> list[Table]:
        """Return the tables that have a row."""
        return [table for table in (self.answers(), self.misunderstood()) if table.rows]

    def __str__(self) -> str:
        """Return the report as text."""
        return "\n\n".join(map(str, self.tables()))


def marks_csv(
    students: Iterable[str], questions: Sequence[Question], entries: Iterable[Entry]
) -> str:
    """Return the marks as CSV: a line for each student, a column for each exercise.

    Args:
        students: Their ids.
        questions: What was asked.
        entries: The marks; a place without one stays empty.
    """
    found = {(entry.student, entry.key): entry for entry in entries}
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["student", *(cell(one.task.key) for one in questions), "total", "remarks"])
    for student in sorted(students):
        mine = [found.get((student, one.task.key)) for one in questions]
        points = [
            one.worth * entry.mark.points if entry else None
            for one, entry in zip(questions, mine, strict=True)
        ]
        total = sum(x for x in points if x is not None)
        shown = ("" if x is None else f"{x:g}" for x in points)
        rows.writerow([cell(student), *shown, f"{total:g}", cell(remarks(filter(None, mine)))])
    return text.getvalue()


def remarks(entries: Iterable[Entry]) -> str:
    """Return what there is to say of one student's answers that are not right."""
    said = []
    notes: dict[str, None] = {}
    for entry in entries:
        mark = entry.mark
        notes |= dict.fromkeys(entry.notes)
        if mark.state != "right":
            more = mark.code if mark.state == "runs, but" else shorten(mark.text, 120)
            said.append(f"{entry.key}: {mark.state}" + (f" ({more})" if more else ""))
    return "; ".join([*said, *notes])


def cell(text: str) -> str:
    """Return text for a cell of a spreadsheet, which must not take it for a formula.

    >>> cell("=HYPERLINK(1)"), cell("anna")
    ("'=HYPERLINK(1)", 'anna')
    """
    shown = printable(text)
    return f"'{shown}" if text.startswith(FORMULA) else shown
