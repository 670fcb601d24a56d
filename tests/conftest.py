"""How property tests choose their examples, and which figures stand under the tests' summary.

The examples are the same in every run, unless new ones are asked for: a random one that fails on
somebody's machine alone helps nobody, so new ones are looked for on purpose, by
`KITCHEN_EXAMPLES=2000 python -m pytest tests/test_properties.py`.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

FIGURES = "figures"  # what a test measured, by `record_property`

settings.register_profile(
    "kitchen",
    derandomize="KITCHEN_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("kitchen")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured: from another process too, in which they may run."""
    reports = [x for found in ("passed", "failed") for x in terminalreporter.stats.get(found, [])]
    figures = [text for x in reports for name, text in x.user_properties if name == FIGURES]
    if figures:
        terminalreporter.section("what the tests measured")
        for line in sorted(figures):
            terminalreporter.write_line(line)
