"""The hidden test of an exercise: the code of the test, and what it calls where work is marked."""

import contextlib
import io
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kitchen.classroom import limits
from kitchen.classroom.instructor import material, seed_of
from kitchen.teaching.task import Task

# A submission shares its kernel with the test, and may have changed this package there. So the
# test takes the package's modules anew from the disk, and none that came with the submission.
TEST = """\
def hidden_test(answer, student):
    import os
    import sys

    instructor = (
{instructor}
    )
    here = os.path.realpath(os.getcwd()) + os.sep
    old = {{x: sys.modules.pop(x) for x in [*sys.modules] if x.partition(".")[0] == "kitchen"}}
    path = list(sys.path)
    sys.path[:] = [x for x in path if not (os.path.realpath(x) + os.sep).startswith(here)]
    try:
        from kitchen.classroom.hidden import mark

        mark(instructor, {key!r}, answer, student)
    finally:
        sys.path[:] = path
        sys.modules.update(old)
"""


class NotRight(AssertionError):
    """An answer is not right; shown without the lines of the test, which hold the solution."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def hidden_test(task: Task, code: str) -> str:
    """Return the code of an exercise's hidden test: a function `hidden_test(answer, student)`.

    Args:
        task: The exercise.
        code: The instructor's file that it is in; the test carries it.
    """
    lines = "\n".join(f"        {line!r}" for line in code.splitlines(keepends=True))
    return TEST.format(instructor=lines, key=task.key)


def mark(code: str, key: str, answer: Any, student: str | None = None) -> None:
    """Check an answer where it is marked.

    Args:
        code: The instructor's file.
        key: The exercise.
        answer: What the cell of the exercise assigned.
        student: Whose variant it is; `None` is the one in the file.

    Raises:
        NotRight: It is not right; the error says what the check says.
    """
    task = next(one for one in material(code, "the instructor's file").tasks if one.key == key)
    if student is not None:
        if not student.strip():
            raise NotRight("There is no id in the cell that assigns `student`.")
        task = replace(task, seed=seed_of(student))
    try:
        with silence(), limits.within():
            found = task.check(answer)
    except limits.TimeIsUp as error:
        raise NotRight(f"The answer was {error}.") from None
    if found.state != "right":
        raise NotRight(str(found)) from None


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep warnings and messages from standard error: nbgrader gives no points where there are any.

    TensorFlow writes there in three ways: as Python's warnings, in a log, and from C++.
    """
    before = logging.root.manager.disable
    kept = os.dup(2)
    try:
        logging.disable(logging.CRITICAL)
        with (
            open(os.devnull, "wb") as nowhere,  # noqa: PTH123 - for its descriptor
            warnings.catch_warnings(),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            os.dup2(nowhere.fileno(), 2)
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        logging.disable(before)
