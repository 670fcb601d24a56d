"""Exercises that answer back: `kitchen.exercise("03.1").check(answer)`."""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from kitchen.graph.lint import marked
from kitchen.rewrite.source import Source
from kitchen.tables import Table, Tabled
from kitchen.teaching import course, progress
from kitchen.teaching.feedback import Feedback
from kitchen.teaching.task import MODELS, Task


@dataclass(repr=False)
class Exercise:
    """One exercise: it shows its task, checks an answer, and helps.

    Args:
        task: What it is about.
    """

    task: Task
    told: int = field(default=0, repr=False)

    def check(self, answer: Any = None) -> Feedback:
        """Return what is to be said of an answer: whatever the answer, this raises nothing.

        Args:
            answer: What the exercise asks for: a model, a function that builds one, or text.
        """
        found = self.task.check(answer)
        if self.task.seed is None:
            progress.note(self.task.key, found.state, progress.place())
        return found

    def hint(self) -> "Hint":
        """Return the next of three hints; after the last one, the last again."""
        hints = self.task.hints
        last = " That is the last one; `.solution()` shows one answer." if self.told >= 3 else ""
        self.told = min(self.told + 1, len(hints))
        hint = self.task.fill(hints[self.told - 1])
        return Hint(f"Hint {self.told} of {len(hints)}: {hint}{last}")

    def solution(self) -> Source:
        """Return one right answer as code for the exercise's cell; others may be right too."""
        code = self.task.solution()
        if self.task.kind in MODELS:
            code = f"{code.rstrip()}\n\n{self.task.variable} = model\n"
        return Source(code)

    def __str__(self) -> str:
        """Return the task as text."""
        return f"{self.task.key} {self.task.title}\n{self.task.statement()}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        title = f"**{self.task.key} {self.task.title}**"
        return {"text/plain": str(self), "text/markdown": f"{title}\n\n{self.task.statement()}"}


class Hint(str):
    """A hint: text, which a notebook shows without the quotes of a string."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<div role="status">{marked(self)}</div>'

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


@cache  # so that each call of `hint` tells more
def exercise(key: str, *, seed: int | None = None) -> Exercise:
    """Return an exercise of the lessons.

    Args:
        key: The lesson and the number, such as `"03.1"`.
        seed: Which variant, with other sizes and names; `None` is the one in the lesson.

    Raises:
        KitchenError: There is no such exercise.

    >>> kitchen.exercise("03.1").check("").state
    'not yet'
    """
    return Exercise(replace(course.find(key), seed=seed))


@dataclass(frozen=True, repr=False)
class Progress(Tabled):
    """Which exercises were solved on this machine. This is no mark."""

    solved: dict[str, bool]

    def table(self) -> Table:
        """Return all this as a table, a row a lesson."""
        rows = []
        for lesson in dict.fromkeys(key.partition(".")[0] for key in self.solved):
            mine = {k: done for k, done in self.solved.items() if k.startswith(f"{lesson}.")}
            names = ", ".join(key for key, done in mine.items() if not done) or "none"
            rows.append((lesson, f"{sum(mine.values())} of {len(mine)}", names))
        done = f"{sum(self.solved.values())} of {len(self.solved)}"
        return Table(
            f"Exercises solved: {done}. This is no mark, and stays on this machine.",
            ("lesson", "solved", "still open"),
            rows,
        )


def solved() -> Progress:
    """Return which exercises were solved in the notebooks of this folder.

    >>> kitchen.solved().solved["03.1"]
    False
    """
    kept = progress.load(progress.place())
    keys = [key for lesson in course.lessons() for key in course.tasks(lesson)]
    return Progress({key: bool(kept.get(key, {}).get("right")) for key in keys})
