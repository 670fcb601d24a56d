"""Say in the command's words what the package says in Python's: its options, not arguments."""

import re

from kitchen.errors import KitchenError

SPOKEN = (
    (r"kitchen\.load\(path, (custom_objects=\{[^{}]*\})\)", r"\1"),
    (r"custom_objects=\{[^{}]*: ([^{}]*)\}", r"--custom MODULE:\1"),
    (r"\bcustom_objects gives\b", "--custom gives"),
    (r"\bwrap=True\b", "--wrap"),
    (r"\bform=(['\"])(\w+)\1", r"--form \2"),
    (r"\bexpand=True\b", "--expand-all"),
    (r"\bcollapse=True\b", "--collapse"),
    (r"\bcollapse=False\b", "--no-collapse"),
    (r"^timeout is\b", "--timeout is"),
    (r"\ba longer timeout\b", "a longer --timeout"),
    (r"; (map_\w+) can say\b", r"; in Python, kitchen.equivalent(a, b, \1=…) can say"),
)


def spoken(text: str) -> str:
    """Return a sentence of the package with options of the command in it.

    >>> spoken("Use wrap=True to put what branches into blocks.")
    'Use --wrap to put what branches into blocks.'
    """
    for python, command in SPOKEN:
        text = re.sub(python, command, text)
    return text


def said(error: KitchenError) -> str:
    """Return an error of the package in the command's words; what was received stays as it is."""
    fix = None if error.fix is None else spoken(error.fix)
    return str(KitchenError(spoken(error.problem), received=error.received, fix=fix))
