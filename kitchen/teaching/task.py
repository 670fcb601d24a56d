"""What an exercise is: its text, its answer, its hints, and what is often misunderstood."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import Template
from typing import Any, Literal

from kitchen import backend
from kitchen.teaching.feedback import Feedback, but

Kind = Literal["arrows", "order", "minimal pair", "blank", "repair", "reverse", "build"]
MODELS = ("build", "repair", "reverse")  # the kinds whose solution is code that assigns `model`


class CodeFailed(Exception):
    """A piece of code raised; the cause says what."""


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that is often given.

    Args:
        code: A short stable name, such as `"two layers"`.
        when: Whether an answer is of this kind; it takes the answer as the exercise's kind reads it
            (a `Built`, a set of arrows, a pair of numbers) and the task.
        say: The feedback, in terms of what the learner did; it may hold the variant's `$names`.
    """

    code: str
    when: Callable[[Any, Any], bool]
    say: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One exercise in one variant: everything but the check, which each kind has its own of.

    Texts and code are templates: `$units` stands for the variant's number of that name.

    Args:
        key: Its lesson and its number, such as `"03.1"`.
        title: A few words.
        text: What to do, as Markdown.
        blank: The code of a cell that is not filled in; its first line assigns the answer.
        solutions: From the name of a form to code that assigns `model`, or the answer itself; the
            first one is ours. None where the solution is worked out from the rest.
        hints: Three, each telling more than the one before.
        misconceptions: What is often answered, the plainest first.
        vary: From the name of a number or word to its values; the first one is the lesson's.
        seed: Which variant; `None` is the one in the lesson.
    """

    key: str
    title: str
    text: str
    blank: str
    hints: tuple[str, str, str]
    solutions: Mapping[str, str] = field(default_factory=dict)
    misconceptions: tuple[Misconception, ...] = ()
    vary: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    seed: int | None = None

    kind: Kind = "build"

    @cached_property
    def values(self) -> dict[str, Any]:
        """This variant's numbers and words."""
        if self.seed is None:
            return {name: values[0] for name, values in self.vary.items()}
        # Not for secrets: the same seed must give the same exercise anywhere.
        draw = random.Random(f"{self.key} {self.seed}")  # noqa: S311
        return {name: draw.choice(values) for name, values in self.vary.items()}

    def fill(self, text: str) -> str:
        """Return a text or code with this variant's numbers."""
        return Template(text).safe_substitute(self.values)

    @property
    def variable(self) -> str:
        """What its cell assigns the answer to, such as `"my_siamese"`."""
        found = re.match(r"\w+", self.fill(self.blank).strip())
        return found[0] if found else ""

    def statement(self) -> str:
        """Return what to do, as Markdown."""
        return self.fill(self.text)

    def fenced(self, code: str) -> str:
        """Return this variant of some code, as Markdown."""
        return f"```python\n{self.fill(code).strip()}\n```"

    def solution(self) -> str:
        """Return our answer, as code."""
        return self.fill(next(iter(self.solutions.values())))

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of an answer; never raises an error of the learner's code."""
        raise NotImplementedError

    def misunderstood(self, read: Any) -> Feedback | None:
        """Return the feedback of the first misconception that an answer shows."""
        for one in self.misconceptions:
            if one.when(read, self):
                return but(one.code, self.fill(one.say))
        return None


def run(code: str, **names: Any) -> dict[str, Any]:
    """Run code as a lesson's cell would, and return what it defines.

    Args:
        code: Python that may use `tf`, `keras` and `layers`.
        **names: What else it may use.

    Raises:
        CodeFailed: It raised; the cause is the error.
    """
    import tensorflow as tf

    keras = backend.keras()
    namespace: dict[str, Any] = {"tf": tf, "keras": keras, "layers": keras.layers, **names}
    namespace["__name__"] = "exercise"
    try:
        exec(compile(code, "<exercise>", "exec"), namespace)  # noqa: S102 - the learner's own code
    except Exception as error:
        raise CodeFailed from error
    return namespace
