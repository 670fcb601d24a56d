"""LINT.md lists every rule."""

from kitchen.graph.rules.catalogue import RULES
from tests.lint_table import FILE, table


def test_the_table_is_that_of_the_rules() -> None:
    assert FILE.read_text(encoding="utf-8") == table(), "python -m tests.lint_table writes it"
    assert all(f"| {rule.code} |" in table() for rule in RULES)
