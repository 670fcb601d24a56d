"""What a question is that a learner answers before a lesson shows the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with a few choices, of which a run says which one is right.

    Texts may hold code between backquotes.

    Args:
        key: Its lesson and a letter, such as `"03.a"`.
        text: The question.
        choices: From each choice, a number or a text, to what is said to whoever takes it.
        answer: What works out the right choice from what the lesson's cell passes. It is never
            stated: a choice is right because the run says so.
        reasons: From each reason that a learner may choose, to what is said of it.
    """

    key: str
    text: str
    choices: Mapping[Any, str]
    answer: Callable[..., Any]
    reasons: Mapping[str, str] = field(default_factory=dict)

    def right(self, *things: Any) -> Any:
        """Return the right choice for what a cell passes, or what came out if that is no choice."""
        found = self.answer(*things)
        return next((choice for choice in self.choices if choice == found), found)


def larger(models: Mapping[str, Any]) -> str:
    """Return the name of the model with the most parameters; "neither" where all have as many."""
    counts = {name: model.count_params() for name, model in models.items()}
    return max(counts, key=lambda name: counts[name]) if len({*counts.values()}) > 1 else "neither"


def shown(choice: Any) -> str:
    """Return a choice as text, a number with commas at its thousands.

    >>> shown(12482), shown("no")
    ('12,482', 'no')
    """
    number = isinstance(choice, int) and not isinstance(choice, bool)
    return f"{choice:,}" if number else str(choice)
