"""Write LINT.md: `python -m tests.lint_table`."""

from pathlib import Path

from kitchen.graph.rules.catalogue import RULES

FILE = Path(__file__).parent.parent / "LINT.md"
PARTS = {
    "1": "Structure: what is connected, shared and saved",
    "2": "Layers and their weights",
    "3": "Losses, metrics and training",
    "4": "Targets: with `kitchen.lint(model, y)`",
}
START = """# What `kitchen.lint` looks for

Mistakes in a model that Keras builds. Most of them it trains without a word; with some it warns, or
fails only later. A code never changes its meaning. Each finding says what happens with the model's
own names and figures, why, and what to write instead, and the tests show what Keras does each time.
"""


def table() -> str:
    """Return the whole text."""
    lines = [START.rstrip()]
    for digit, heading in PARTS.items():
        lines += ["", f"## {heading}", "", "| code | mistake | why |", "| --- | --- | --- |"]
        lines += [
            f"| {rule.code} | {rule.title} | {rule.why} |"
            for rule in RULES
            if rule.code[1] == digit
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
