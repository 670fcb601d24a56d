"""What a known error is, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from kitchen.teaching.errors_known.scene import Scene


class Said(NamedTuple):
    """What is said of an error.

    Args:
        means: What it means here, in one or two sentences; code stands between backquotes.
        cause: The likely cause.
        fix: What to write instead, as Python.
    """

    means: str
    cause: str
    fix: str


@dataclass(frozen=True)
class Known:
    """An error that can be explained.

    Args:
        code: Its stable name, such as `"E101"`.
        title: What went wrong, in a few words.
        kinds: The names of the exception classes that it comes as.
        explain: Looks for the cause; gives `None` where it is not this error.
    """

    code: str
    title: str
    kinds: tuple[str, ...]
    explain: Callable[[Scene], Said | None] = field(repr=False)

    def fits(self, error: BaseException) -> bool:
        """Return whether an error is of one of the classes."""
        return any(kind.__name__ in self.kinds for kind in type(error).__mro__)
