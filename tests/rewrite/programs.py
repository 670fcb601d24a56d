"""Run a source, and hand it to ruff: what several tests of source do."""

import subprocess
import sys
import warnings
from typing import Any

from kitchen.errors import KitchenWarning
from kitchen.rewrite.source import Source, source


def rebuilt(code: str, module: str = "generated") -> Any:
    """What `build` of a source returns."""
    room: dict[str, Any] = {"__name__": module}
    exec(compile(code, "<source>", "exec"), room)  # noqa: S102
    return room["build"]()


def written(model: Any, *args: Any, **kwargs: Any) -> Source:
    """The source of a model, whatever it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KitchenWarning)
        return source(model, *args, **kwargs)


def reformatted(code: str) -> str:
    """What `ruff format`, with its own settings, would change; nothing if all is well."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "-"],
        input=code,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout if done.returncode in (0, 1) else done.stderr
