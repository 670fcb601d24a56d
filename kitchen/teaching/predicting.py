"""A prediction before a result: `kitchen.predict("03.a", model)`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from kitchen.graph.lint import marked
from kitchen.tables import printable
from kitchen.teaching import predictions
from kitchen.teaching.question import Question, shown
from kitchen.training.page import kernel

OTHER = "That is none of the choices: this is another network than the lesson's."


@dataclass(frozen=True, repr=False)
class Prediction:
    """A question with its replies, and the results that it is about.

    On a page each choice opens its own reply, and the results lie folded below: nothing has to be
    answered, and it all works by keyboard, without a kernel, and in an exported page. As text, for
    a run that nobody watches, it goes on to the answer by itself.

    Args:
        question: What is asked.
        right: The right choice, which the run found; none of them where a learner has changed the
            lesson's network.
        results: What is shown after it.
    """

    question: Question
    right: Any
    results: tuple[Any, ...] = ()

    def reply(self, choice: Any) -> str:
        """Return what is said to whoever takes a choice, code between backquotes."""
        if self.right not in self.question.choices:
            return self.answer()
        start = "Right." if choice == self.right else f"No: {shown(self.right)}."
        return f"{start} {self.question.choices[choice]}"

    def answer(self) -> str:
        """Return the right choice and why, code between backquotes."""
        why = self.question.choices.get(self.right, OTHER)
        return f"Answer: {shown(self.right)}. {why}"

    def __str__(self) -> str:
        """Return the question, its choices, the answer and the results, as text."""
        return "\n".join([*self.asked(), printable(self.answer()), *map(str, self.results)])

    def asked(self) -> list[str]:
        """Return the question and its choices as lines of text."""
        choices = [f"  {k}. {shown(x)}" for k, x in enumerate(self.question.choices, 1)]
        return [f"Predict ({self.question.key}): {printable(self.question.text)}", *choices]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        key = escape(self.question.key)
        style = "border-left:4px solid var(--jp-brand-color1,#1976d2);padding:0.2em 0.8em"
        lines = [f'<div role="group" aria-label="Prediction {key}" style="{style}">']
        lines.append(f"<p><strong>Predict:</strong> {marked(self.question.text)}</p>")
        for choice in self.question.choices:
            lines.append(fold(shown(choice), paragraph(self.reply(choice)), f"{key} choice"))
        if self.question.reasons:
            lines.append('<p style="margin-top:0.6em">Your reason?</p>')
        for reason, said in self.question.reasons.items():
            lines.append(fold(reason, paragraph(said), f"{key} reason"))
        found = [paragraph(self.answer()), *map(page, self.results)]
        lines.append(fold("Show what came out", "\n".join(found), ""))
        return "\n".join([*lines, "</div>"])


def predict(key: str, *things: Any) -> Prediction:
    """Ask a question of the lessons before its result is shown.

    In a notebook the answer shows both. In a terminal it asks there, and Enter skips; where nobody
    can answer, it goes on.

    Args:
        key: The lesson and a letter, such as `"03.a"`.
        *things: What the right answer is worked out from: a model, a table, runs. Those of them
            that can show themselves on a page, and text, stand below the question, folded.

    Raises:
        KitchenError: There is no such question.

    >>> model = kitchen.examples.shared_layer.functional()
    >>> kitchen.predict("03.a", kitchen.sharing(model)).right
    12482
    """
    question = predictions.find(key)
    results = tuple(thing for thing in things if shows_itself(thing))
    found = Prediction(question, question.right(*things), results)
    if kernel() is None and sys.stdin is not None and sys.stdin.isatty():
        for line in ask(found):
            print(line)
    return found


def ask(found: Prediction) -> Iterator[str]:
    """Ask at a terminal; yield what is said, the question first. Enter skips."""
    yield from found.asked()
    choice = chosen(list(found.question.choices), "Your answer")
    if choice is not None:
        yield printable(found.reply(choice))
    reasons = list(found.question.reasons)
    if choice is not None and reasons:
        yield from (f"  {k}. {printable(reason)}" for k, reason in enumerate(reasons, 1))
        reason = chosen(reasons, "Your reason")
        if reason is not None:
            yield printable(found.question.reasons[reason])


def chosen(choices: list[Any], what: str) -> Any:
    """Return the choice whose number is typed; `None` for Enter, or where nothing more comes."""
    while True:
        try:
            typed = input(f"{what}, 1 to {len(choices)} (Enter skips): ").strip()
        except EOFError:
            return None
        if not typed:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1]


def paragraph(text: str) -> str:
    """Return text as HTML, what stands between backquotes as code."""
    return f"<p>{marked(text)}</p>"


def fold(summary: str, html: str, group: str) -> str:
    """Return HTML that opens; of one group, one at a time."""
    about = f'name="{group}" style="margin-left:1em"' if group else 'style="margin-top:0.6em"'
    return f"<details {about}><summary>{marked(summary)}</summary>\n{html}\n</details>"


def shows_itself(thing: Any) -> bool:
    """Return whether a result can stand on a page: text, a table, a picture; not a model."""
    if isinstance(thing, str):
        return True
    return any(callable(getattr(type(thing), name, None)) for name in ("_repr_html_", "html"))


def page(thing: Any) -> str:
    """Return a result as HTML."""
    if isinstance(thing, str):
        return f"<pre>{escape(thing)}</pre>"
    return str(thing._repr_html_() if hasattr(thing, "_repr_html_") else thing.html())
