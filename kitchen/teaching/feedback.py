"""What a check says of an answer: one of four states, the reason, and what was misunderstood."""

from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from kitchen.graph.lint import marked
from kitchen.tables import printable

State = Literal["not yet", "right", "runs, but", "does not run"]
STARTS: dict[State, str] = {
    "not yet": "Not yet",
    "right": "Right",
    "runs, but": "Not quite",
    "does not run": "It does not run",
}
COLOURS: dict[State, str] = {  # the words say the state too
    "not yet": "--jp-border-color1,#888888",
    "right": "--jp-success-color1,#2e8540",
    "runs, but": "--jp-warn-color1,#b26a00",
    "does not run": "--jp-error-color1,#c2413b",
}


@dataclass(frozen=True)
class Feedback:
    """What a check says of an answer; true only if it is right.

    Args:
        state: "not yet" (nothing is filled in), "right", "runs, but" (it is another thing than the
            exercise asks for) or "does not run".
        text: The reason, in terms of what the learner built; code between backquotes.
        code: What was misunderstood, as a short stable name; empty where nothing was.
    """

    state: State
    text: str
    code: str = ""

    def __bool__(self) -> bool:
        """Whether the answer is right."""
        return self.state == "right"

    def __str__(self) -> str:
        """Return the state and the reason."""
        lines = f"{STARTS[self.state]}: {self.text}".splitlines()
        return "\n".join(map(printable, lines))

    def _repr_html_(self) -> str:
        shown = "<br>".join(marked(line) for line in self.text.splitlines())
        style = f"border-left:4px solid var({COLOURS[self.state]});padding:0.2em 0.8em"
        return (
            f'<div role="status" style="{style}"><strong>{escape(STARTS[self.state])}:</strong> '
            f"{shown}</div>"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def not_yet(text: str) -> Feedback:
    """Return the feedback for an answer that is not filled in."""
    return Feedback("not yet", text)


def but(code: str, text: str) -> Feedback:
    """Return the feedback for an answer that runs and is another thing."""
    return Feedback("runs, but", text, code)
