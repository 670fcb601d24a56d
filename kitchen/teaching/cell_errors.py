"""Explains, under a cell, the error of Keras or TensorFlow that the cell ended in.

Nothing is imported before there is such an error, and what was shown of it stays as it is.
"""

import contextlib
import re
import sys
from types import TracebackType
from typing import Any

SOURCES = ("keras", "tensorflow")
METHODS = ("compile", "evaluate", "fit", "predict", "summary")


def explain_error_of(result: Any) -> None:
    """Show the explanation of the error that a cell ended in, if there is one."""
    error = getattr(result, "error_in_exec", None)
    if error is None:
        return
    with contextlib.suppress(Exception):  # an explanation that fails must not be a second error
        if not is_of_keras(error):
            return
        from IPython.display import display

        from kitchen.teaching.explanations import explain_error

        explanation = explain_error(error)
        if explanation is not None:
            display(explanation)  # type: ignore[no-untyped-call]


def is_of_keras(error: BaseException) -> bool:
    """Return whether an error has to do with Keras or TensorFlow; neither is imported.

    >>> is_of_keras(ZeroDivisionError("division by zero"))
    False
    """
    if not isinstance(error, Exception) or not any(name in sys.modules for name in SOURCES):
        return False
    kinds = {package(kind) for kind in type(error).__mro__}
    if "kitchen" in kinds:
        return False
    if kinds & {*SOURCES} or passes_through(error.__traceback__):
        return True
    about = getattr(error, "obj", None)  # what an AttributeError was about
    if isinstance(error, AttributeError) and about is None and error.name in METHODS:
        return True  # such as `model = Model(…).compile(…)`, which is None
    homes = {package(about), *(package(kind) for kind in type(about).__mro__)}
    if about is not None and homes & {*SOURCES}:
        return True
    layers = sys.modules.get("keras.layers") or sys.modules.get("keras._tf_keras.keras.layers")
    words = re.findall(r"\w+", str(error)) if isinstance(error, TypeError) else []
    return any("Tensor" in word or word == "Merge" or hasattr(layers, word) for word in words)


def package(thing: Any) -> str:
    """Return the package that a class or a module belongs to."""
    module = thing.__name__ if isinstance(thing, type(sys)) else getattr(thing, "__module__", "")
    return str(module).partition(".")[0]


def passes_through(trace: TracebackType | None) -> bool:
    """Return whether a traceback has a frame of Keras or TensorFlow."""
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] in SOURCES:
            return True
        trace = trace.tb_next
    return False


def load(shell: Any) -> None:
    """Explain the errors of a shell's cells, once."""
    if explain_error_of not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", explain_error_of)
