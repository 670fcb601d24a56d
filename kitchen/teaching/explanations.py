"""Explains an error of Keras or TensorFlow: what it means in this model, its cause, the fix."""

import sys
from dataclasses import dataclass
from html import escape
from typing import Any

from kitchen.errors import shorten
from kitchen.graph.lint import filled, marked
from kitchen.highlight import highlight
from kitchen.tables import Table, printable
from kitchen.teaching.cell_errors import is_of_keras
from kitchen.teaching.errors_known.base import Known
from kitchen.teaching.errors_known.catalogue import KNOWN
from kitchen.teaching.errors_known.scene import Scene

LONGEST = 400  # characters of a sentence or two
BOX = (
    "border-left:4px solid var(--jp-info-color1,#2f6fd0);padding:0.2em 0.8em;margin:0.4em 0;"
    "overflow-wrap:anywhere"
)


@dataclass(frozen=True)
class Explanation:
    """What an error means, why it was raised, and what to write instead.

    Args:
        code: The stable name of the error, such as `"E121"`.
        title: What went wrong, in a few words.
        means: What it means here, with the learner's own names and shapes; code between backquotes.
        cause: The likely cause.
        fix: What to write instead, as Python.
    """

    code: str
    title: str
    means: str
    cause: str
    fix: str

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The sentences, each with the words that stand before it."""
        return ("What it means here:", self.means), ("Likely cause:", self.cause)

    def __str__(self) -> str:
        """Return the explanation as text."""
        lines = [printable(f"{self.code} {self.title}")]
        lines += [filled(f"{heading} {text}", "  ") for heading, text in self.parts]
        code = [f"    {printable(line)}".rstrip() for line in self.fix.splitlines()]
        return "\n".join([*lines, "  Fix:", *code])

    def _repr_html_(self) -> str:
        sentences = "".join(
            f'<p style="margin:0.2em 0"><strong>{heading}</strong> {marked(text)}</p>'
            for heading, text in self.parts
        )
        code = "\n".join(map(printable, self.fix.splitlines()))
        return (
            f'<div role="note" aria-label="{escape(self.code)}: an explanation of the error above" '
            f'style="{BOX}"><p style="margin:0.2em 0"><strong>{escape(self.code)} '
            f"{marked(self.title)}</strong></p>{sentences}"
            f'<p style="margin:0.2em 0"><strong>Fix:</strong></p>{highlight(code)}</div>'
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def explain_error(error: BaseException | None = None) -> Explanation | None:
    """Explain an error of Keras or TensorFlow; in a notebook this happens by itself.

    The error and its traceback are left as they are.

    Args:
        error: The error that was caught; by default the last one that Python showed.

    Returns:
        The explanation; `None` for an error of something else, or one that is not known here.

    >>> try:
    ...     tf.keras.Sequential([tf.keras.layers.Flatten])
    ... except ValueError as error:
    ...     print(kitchen.explain_error(error).cause)
    The brackets after `Flatten` are missing.
    """
    error = getattr(sys, "last_value", None) if error is None else error
    if error is None or not is_of_keras(error):
        return None
    scene = Scene.of(error)
    found = (explained(known, scene) for known in KNOWN if known.fits(error))
    return next((x for x in found if x is not None), None)


def explained(known: Known, scene: Scene) -> Explanation | None:
    """Return the explanation of an error by one that is known; `None` where it is another."""
    try:
        said = known.explain(scene)
    except Exception:  # whoever reads one error must not be shown a second
        return None
    if said is None:
        return None
    means, cause = shorten(said.means, LONGEST), shorten(said.cause, LONGEST)
    return Explanation(known.code, known.title, means, cause, said.fix)


def known_errors() -> Table:
    """Return every error that can be explained, as a table: code, what went wrong, its class.

    >>> kitchen.known_errors().rows[0]
    ('E101', 'A class stands where a layer should', 'ValueError')
    """
    rows = [(known.code, known.title, " or ".join(known.kinds)) for known in KNOWN]
    caption = f"The errors of Keras and TensorFlow that are explained: {len(rows)}."
    return Table(caption, ("code", "what went wrong", "comes as"), rows)
