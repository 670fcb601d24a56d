"""The notebook that this runs in, if any, and its page."""

import sys
from typing import Any


def put(thing: Any, **options: Any) -> Any:
    """Put something on the page; return its place there, where a `display_id` asks for one."""
    from IPython import display

    return display.display(thing, **options)  # type: ignore[no-untyped-call]


def kernel() -> Any:
    """Return the notebook's kernel that this runs in; `None` elsewhere."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def attended() -> bool:
    """Return whether somebody can look on: nbval and nbclient say that nobody answers."""
    found = kernel()
    return found is not None and bool(getattr(found, "_allow_stdin", True))
