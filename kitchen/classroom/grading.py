"""Mark a whole class: every exercise of every student, several at once."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, replace

from kitchen.classroom.confined import Limits, end_all
from kitchen.classroom.instructor import Material, seed_of
from kitchen.classroom.marking import Asked, Mark, mark
from kitchen.classroom.submissions import Submission
from kitchen.teaching import course
from kitchen.teaching.task import Task

Marker = Callable[..., Mark]


@dataclass(frozen=True)
class Question:
    """An exercise that a class was asked.

    Args:
        task: The exercise.
        worth: The points for a right answer.
        asked: What the marking has to know of it.
    """

    task: Task
    worth: float
    asked: Asked


@dataclass(frozen=True)
class Entry:
    """The mark of one student's answer to one exercise.

    Args:
        student: The student's id.
        key: The exercise.
        mark: The mark.
        notes: What the teacher should know, a sentence each.
    """

    student: str
    key: str
    mark: Mark
    notes: tuple[str, ...] = ()


def keys_of_course() -> list[str]:
    """Return the keys of all exercises of the course."""
    return [key for lesson in course.lessons() for key in course.tasks(lesson)]


def of_course(keys: Iterable[str]) -> list[Question]:
    """Return exercises of the course, each worth 1 point.

    Raises:
        KitchenError: There is no such exercise.
    """
    return [Question(course.find(key), 1.0, Asked(key)) for key in dict.fromkeys(keys)]


def of_instructor(material: Material, keys: Sequence[str] = ()) -> list[Question]:
    """Return exercises of an instructor's file.

    Args:
        material: The file.
        keys: Some of its exercises; all of them by default.
    """
    return [
        Question(
            task,
            material.points[task.key],
            Asked(task.key, task.variable, code=material.code),
        )
        for task in material.tasks
        if not keys or task.key in keys
    ]


def grade(
    submissions: Sequence[Submission],
    questions: Sequence[Question],
    *,
    personal: bool = False,
    jobs: int | None = None,
    limits: Limits | None = None,
    done: Callable[[Entry], None] = lambda entry: None,
    marker: Marker | None = None,
) -> list[Entry]:
    """Mark every exercise of every student; the code of each runs in processes of its own.

    Args:
        submissions: What the students handed in.
        questions: What they were asked.
        personal: Whether each student has the variant that their id gives.
        jobs: How many are marked at once; as many as there are processors by default.
        limits: What the code of one answer may take.
        done: Called in this thread with each mark as it is there.
        marker: What marks one answer; `mark` by default.

    Returns:
        The marks, by students and exercises.

    Raises:
        KeyboardInterrupt: Ctrl-C; what runs is ended first, and `done` has had every mark.
    """
    limits = limits or Limits()
    with ThreadPoolExecutor(jobs or processors()) as pool:
        waiting: list[Future[Entry]] = []
        for submission in submissions:
            seed = seed_of(submission.student) if personal else None
            for question in questions:
                asked = replace(question.asked, seed=seed)
                waiting.append(pool.submit(one, submission, asked, limits, marker or mark))
        try:
            for future in as_completed(waiting):
                done(future.result())
        except BaseException:
            while wait([x for x in waiting if not x.cancel()], timeout=0.2).not_done:
                end_all()
            raise
        return [future.result() for future in waiting]


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one(submission: Submission, asked: Asked, limits: Limits, marker: Marker) -> Entry:
    """Mark one exercise of one student: the best of the notebooks that have it."""
    student, notes = submission.student, list(submission.problems)
    marks: Mapping[str, Mark] = {
        notebook.place: marker(notebook.cells, asked, limits=limits)
        for notebook in submission.notebooks
    }
    found = {place: mark for place, mark in marks.items() if mark.state != "missing"}
    if not found:
        return Entry(student, asked.key, Mark("missing"), tuple(notes))
    if len(found) > 1:
        notes.append(f"{asked.key} is in {', '.join(found)}: the best answer counts")
    return Entry(student, asked.key, max(found.values(), key=lambda x: x.points), tuple(notes))
