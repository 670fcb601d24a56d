"""Mark one learner's answer to one exercise: their code runs in one process, the check in another.

What is run is the cell that checks the exercise and the cells that it builds on (`slicing`). The
answer leaves that process as data (`carrying`), and a fresh process that has run nothing of the
learner's checks it. So code that replaces `kitchen.exercise`, patches the check, prints a result or
writes one into the notebook changes nothing: all that it can do is to hand over another answer.

A model that cannot be carried, such as one of the learner's own classes, is built again in a third
process and checked there, but only if its code is plain (`plain`). If it is not, nobody but the
teacher gives a mark.

Each process has limits (`confined`), and the rights of whoever runs the marking. So this is no
sandbox: code that is written against the machine, and not only against the check, can read an
instructor's file, delete files, end this program or reach into another process of the same user.
Mark the work of people whom you have reasons to fear in a container without anything worth having.
"""

import ast
import json
import linecache
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from kitchen.classroom import instructor, plain
from kitchen.classroom.carrying import Carried, pack, unpack, unpacked
from kitchen.classroom.confined import Ended, Limits, run
from kitchen.classroom.slicing import Cell, needed, targets
from kitchen.errors import in_a_line
from kitchen.teaching import course
from kitchen.teaching.feedback import Feedback
from kitchen.teaching.task import Task

State = Literal[
    "right",
    "runs, but",
    "not yet",
    "does not run",
    "over time",
    "over memory",
    "to look at",
    "missing",
]
STATES: tuple[State, ...] = get_args(State)
ENDED = Carried("error", "the process ended without an answer")


@dataclass(frozen=True)
class Asked:
    """An exercise as it is marked.

    Args:
        key: Its key.
        name: The name that holds the answer in a notebook without a check; empty for none.
        seed: The variant; `None` is the one in the lesson.
        code: The instructor's file that it comes from; empty for an exercise of the course.
    """

    key: str
    name: str = ""
    seed: int | None = None
    code: str = ""

    def task(self) -> Task:
        """Return the exercise itself.

        Raises:
            KitchenError: There is none.
        """
        if not self.code:
            return replace(course.find(self.key), seed=self.seed)
        tasks = instructor.material(self.code, "the instructor's file").tasks
        found = next(task for task in tasks if task.key == self.key)
        return replace(found, seed=self.seed)


@dataclass(frozen=True)
class Mark:
    """What is to be said of an answer.

    Args:
        state: One of `STATES`.
        text: The reason; it may hold what the learner wrote.
        code: What was misunderstood, as a short stable name; empty where nothing was.
    """

    state: State
    text: str = ""
    code: str = ""

    @property
    def points(self) -> int:
        """1 for a right answer, 0 for any other."""
        return int(self.state == "right")


def mark(cells: Sequence[Cell], asked: Asked, *, limits: Limits) -> Mark:
    """Return the mark of a notebook's answer to an exercise. This runs its code, confined.

    Args:
        cells: The notebook's code cells, in order.
        asked: The exercise.
        limits: What each of the processes may take.
    """
    ended = run(answered, tuple(cells), asked.key, asked.name, limits=limits)
    if ended.how == "over time":
        return Mark("over time")
    carried = (unpacked(ended.answer) if ended.how == "answered" else None) or ENDED
    if carried.kind in ("error", "nothing"):
        return Mark("does not run", carried.text or "no answer is given", "error")
    if carried.kind == "memory":
        return Mark("over memory")
    if carried.kind == "missing":
        return Mark("missing")
    if carried.kind == "live":
        return verdict(run(judged_live, tuple(cells), asked, limits=limits))
    return verdict(run(judged, carried, asked, limits=limits))


def verdict(ended: Ended) -> Mark:
    """Return the mark that a process of judgement gives."""
    if ended.how == "answered":
        return Mark(**json.loads(ended.answer))
    return Mark("over time" if ended.how == "over time" else "does not run", ENDED.text, "error")


@dataclass
class Recorder:
    """Stands for `kitchen.exercise` while a learner's code runs: it keeps what is to be checked."""

    given: dict[str, Any] = field(default_factory=dict)

    def exercise(self, key: Any, *rest: Any, **more: Any) -> "Recorded":
        """Return what takes the answers to an exercise."""
        return Recorded(str(key), self.given)


@dataclass
class Recorded:
    """Takes answers to one exercise; it helps nobody."""

    key: str
    given: dict[str, Any]

    def check(self, answer: Any = None) -> Feedback:
        """Keep an answer; the last one counts."""
        self.given[self.key] = answer
        return Feedback("not yet", "it is marked later.")

    def hint(self) -> str:
        """Return nothing."""
        return ""

    solution = hint


class Silent:
    """Stands for IPython's shell: whatever is asked of it, it does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return a function that does nothing."""
        return lambda *words, **more: None


def recording() -> Recorder:
    """Put a recorder in place of `kitchen.exercise`, and return it."""
    import kitchen
    from kitchen.teaching import exercises

    recorder = Recorder()
    vars(kitchen)["exercise"] = vars(exercises)["exercise"] = recorder.exercise
    return recorder


def execute(cells: Sequence[Cell], key: str, name: str, recorder: Recorder) -> BaseException | None:
    """Run the cells that an exercise needs; return what its own cells raised last.

    Args:
        cells: The notebook's code cells.
        key: The exercise.
        name: The name that holds the answer where no cell checks it; empty for none.
        recorder: What takes the answer.
    """
    namespace = {"__name__": "__main__", "get_ipython": Silent, "display": print}
    ends, raised = targets(cells, key, name), None
    for k in needed(cells, ends):
        try:
            run_cell(cells[k], f"<cell {k + 1}>", namespace)
        except BaseException as error:  # as `sys.exit()` raises; a run goes on, as in a notebook
            raised = error if k in ends else raised
    if name in namespace:
        recorder.given.setdefault(key, namespace[name])
    return raised


def run_cell(cell: Cell, name: str, namespace: dict[str, Any]) -> None:
    """Run a cell as a kernel does."""
    lines = cell.code.splitlines(keepends=True)
    linecache.cache[name] = (len(cell.code), None, lines, name)  # for TensorFlow, which reads it
    exec(compile(cell.tree or cell.code, name, "exec"), namespace)  # noqa: S102 - confined


def answered(cells: Sequence[Cell], key: str, name: str) -> bytes:
    """Run a learner's code and return the answer to an exercise as data.

    This is the one function that runs with what any learner wrote. It knows nothing of the
    exercise but its key.
    """
    try:
        if not targets(cells, key, name):
            return Carried("missing").packed()
        recorder = recording()
        raised = execute(cells, key, name, recorder)
        if key in recorder.given:
            return pack(recorder.given[key]).packed()
        if raised is None:
            return Carried("nothing").packed()
    except BaseException as error:  # from a method of the learner's, while the answer is packed
        raised = error
    if is_memory(raised):
        return Carried("memory").packed()
    what = in_a_line(raised) if isinstance(raised, Exception) else type(raised).__name__
    return Carried("error", what).packed()


def is_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"MemoryError", "ResourceExhaustedError"})


def judged(carried: Carried, asked: Asked) -> bytes:
    """Check an answer that came as data."""
    return checked(asked.task(), lambda: unpack(carried))


def judged_live(cells: Sequence[Cell], asked: Asked) -> bytes:
    """Run plain code again and check the model it builds, here where it lives."""
    ends = targets(cells, asked.key, asked.name)
    trees = [cells[k].tree or ast.Module([], []) for k in needed(cells, ends)]
    if reason := plain.objection(trees):
        return as_bytes(Mark("to look at", f"its code uses {reason}"))
    task, recorder = asked.task(), recording()
    before = plain.state()
    execute(cells, asked.key, asked.name, recorder)
    found = checked(task, lambda: recorder.given[asked.key])
    touched = plain.changed(before)
    return as_bytes(Mark("to look at", f"its code changes {touched}")) if touched else found


def checked(task: Task, answer: Callable[[], Any]) -> bytes:
    """Return a task's check of an answer as bytes."""
    try:
        found = task.check(answer())
    except Exception as error:  # a check of the instructor's own may raise
        if is_memory(error):
            return as_bytes(Mark("over memory"))
        return as_bytes(Mark("to look at", f"its check raised {in_a_line(error)}"))
    return as_bytes(Mark(found.state, found.text, found.code))


def as_bytes(given: Mark) -> bytes:
    """Return a mark as it goes through a pipe."""
    return json.dumps(vars(given)).encode()
