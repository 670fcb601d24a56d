"""What running two models side by side has shown, in a word, in figures and in sentences."""

from dataclasses import dataclass
from typing import Any, Literal

from kitchen.tables import printable

Kind = Literal["same family", "same function at these weights only", "different", "undecided"]
How = Literal["place", "order", "map_weights", "none"]


@dataclass(frozen=True)
class Verdict:
    """What running two models side by side has shown; true only for the same family.

    Args:
        kind: *same family*: one set of numbers fits both, one for one, and gives the same outputs
            and gradients. *same function at these weights only*: the outputs agree, but the models
            have different numbers to learn. *different*: they differ. *undecided*: it could not be
            checked.
        reason: Why, as a sentence without its capital and full stop.
        outputs: The largest difference of the outputs, as a part of max(1, |value|).
        gradients: The largest difference of the gradients, likewise.
        present: The largest difference of the outputs with the weights that the two have now.
        matched: How weights were matched.
        examples: How many random examples were run.
        tolerance: What was taken for equal.
    """

    kind: Kind
    reason: str
    outputs: float | None = None
    gradients: float | None = None
    present: float | None = None
    matched: How = "none"
    examples: int = 0
    tolerance: float = 0.0

    def __bool__(self) -> bool:
        """Whether the two are the same family."""
        return self.kind == "same family"

    def __str__(self) -> str:
        """Return the verdict with its figures, in sentences."""
        text = f"{self.kind[0].upper()}{self.kind[1:]}: {printable(self.reason)}."
        if self.outputs is not None:
            text += f" Checked on {self.examples} random inputs: outputs {apart(self.outputs)}"
            text += f", gradients {apart(self.gradients)}." if self.gradients is not None else "."
        if self and self.present is not None and not self.present <= self.tolerance:
            text += f" With the weights they hold now, outputs {apart(self.present)}."
        return text

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def apart(difference: float) -> str:
    """Return a largest difference in words."""
    if not difference:
        return "are equal to the last bit"
    figure = f"{difference:.0e}" if difference < 0.01 else f"{difference:.2g}"
    return f"differ by up to {figure}"
