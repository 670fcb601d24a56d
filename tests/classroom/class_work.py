"""Notebooks that a class could hand in, with the mark that each deserves."""

import contextlib
import importlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kitchen.classroom.answers import answered
from kitchen.teaching import course
from kitchen.teaching.task import MODELS, Task
from tests.lessons.notebooks import LESSONS

HARMFUL = {  # code before an answer: the state that it leads to
    "while True:\n    pass": "over time",
    "np.ones(10 * 2**30 // 8)": "over memory",
    "1 / 0": "does not run",
    "import os\n\nos._exit(0)": "does not run",
}


@dataclass(frozen=True)
class Work:
    """One answer.

    Args:
        source: The code of the exercise's cell.
        state: The state of its mark.
        code: What is misunderstood.
    """

    source: str
    state: str
    code: str = ""


@cache
def lesson_text(number: str) -> str:
    path = next(path for path in LESSONS if path.stem.startswith(number))
    return path.read_text(encoding="utf-8")


def lesson_with(answers: dict[str, str]) -> dict[str, Any]:
    """A whole lesson with the cells of some of its exercises replaced."""
    notebook: dict[str, Any] = json.loads(lesson_text(next(iter(answers))[:2]))
    for cell in notebook["cells"]:
        for key, source in answers.items():
            if f'exercise("{key}").check' in "".join(cell["source"]):
                cell["source"] = source
    return notebook


def sheet(*sources: str) -> dict[str, Any]:
    """A short notebook of the cells that every lesson begins with, and of others."""
    first = (
        "import kitchen\nimport numpy as np\nimport tensorflow as tf\n\nlayers = tf.keras.layers"
    )
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": x, "metadata": {}, "outputs": [], "execution_count": None}
        for x in (first, *sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def checked(key: str, code: str, name: str = "model") -> str:
    """The cell of an exercise with the code of an answer in it."""
    return f'{code.strip()}\n\nkitchen.exercise("{key}").check({name})'


def answers(key: str) -> list[Work]:
    """Every solution and every wrong answer that is kept of an exercise."""
    task = course.find(key)
    lesson = key.partition(".")[0]
    wrong = importlib.import_module(f"tests.teaching.wrong.lesson_{lesson}").WRONG[key]
    found = [Work(checked(key, task.fill(code)), "right") for code in task.solutions.values()]
    if task.kind not in MODELS:
        found = [Work(checked(key, answered(task), task.variable), "right")]
    for code, answer in wrong:
        state = "does not run" if code == "error" else "runs, but"
        found.append(Work(cell_of(task, answer), state, code))
    blank = task.fill(task.blank)
    return [*found, Work(checked(key, blank, task.variable), "not yet")]


def cell_of(task: Task, answer: Any) -> str:
    if task.kind in MODELS:
        return checked(task.key, task.fill(answer))
    return checked(task.key, f"answer = {answer!r}", "answer")


def drawn(key: str, count: int, seed: int) -> Iterator[Work]:
    """Answers as a class gives them: half of them right, a few that do harm."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    every = answers(key)
    right = [work for work in every if work.state == "right"]
    wrong = [work for work in every if work.state != "right"]
    for _ in range(count):
        chance = draw.random()
        if chance < 0.05:
            code, state = draw.choice(list(HARMFUL.items()))
            yield Work(f"{code}\n{draw.choice(right).source}", state)
        else:
            yield draw.choice(right if chance < 0.55 else wrong)


def hand_in(folder: Path, works: list[Work], key: str, first: int = 0) -> None:
    """Write a lesson for each answer, as the work of `student-000` and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    for k, work in enumerate(works, first):
        text = json.dumps(lesson_with({key: work.source}))
        (folder / f"student-{k:03}.ipynb").write_text(text, encoding="utf-8")


def open_files() -> bytes:
    """What files this process has open beyond the standard ones, a line each."""
    found = []
    for file in Path("/proc/self/fd").iterdir():
        if int(file.name) > 2:
            with contextlib.suppress(OSError):  # the one that listed them
                found.append(str(file.readlink()))
    return "\n".join(found).encode()
