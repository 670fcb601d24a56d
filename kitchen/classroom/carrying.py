"""Carry an answer as data out of the process that ran a learner's code, into one that judges it.

Plain values go as their text, a model of Keras's own layers as the `.keras` file that
`kitchen.load` opens safely. So a check never shares a process with the code it judges; a learner
can only hand over another answer. A model that such a file does not hold whole (classes of one's
own, a layer that a Sequential repeats) is not carried, and says so.
"""

import ast
import inspect
import json
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from kitchen import backend
from kitchen.errors import in_a_line

Kind = Literal["value", "model", "thing", "class", "live", "error", "memory", "nothing", "missing"]
LONGEST = 100_000  # characters of a plain value
DEEPEST = 20
HEADER = 4096  # bytes


@dataclass(frozen=True)
class Carried:
    """An answer as data, or why there is none.

    Args:
        kind: "value" (the text of it), "model" (a file's bytes), "thing" and "class" (any other
            object or class, by its name), "live" (a model that no file holds), "error" (the code
            raised), "memory" (there was not enough), "nothing" (no answer was given), "missing"
            (the notebook does not have the exercise).
        text: The value, the name or the error.
        data: The file.
    """

    kind: Kind
    text: str = ""
    data: bytes = b""

    def packed(self) -> bytes:
        """Return it as bytes: a line that says what follows, then the file or the value."""
        if self.kind == "value":
            return b'{"kind": "value"}\n' + self.text.encode("utf-8", "surrogatepass")
        head = json.dumps({"kind": self.kind, "text": self.text[:200]})
        return head.encode() + b"\n" + self.data


def unpacked(data: bytes) -> Carried | None:
    """Return an answer from bytes that anyone may have made up; `None` if they are none."""
    head, found, rest = data.partition(b"\n")
    try:
        said: Any = json.loads(head) if found and len(head) <= HEADER else None
        kind, text = said["kind"], said.get("text", "")
        if kind not in get_args(Kind) or not isinstance(text, str):
            return None
        if kind == "value":
            return Carried("value", rest.decode("utf-8", "surrogatepass"))
        return Carried(cast(Kind, kind), text, rest)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def pack(answer: Any) -> Carried:
    """Return an answer as data. This runs whatever the answer brings: its own methods.

    Args:
        answer: Any object; of a function that takes nothing, what it returns.
    """
    if inspect.isfunction(answer):  # it builds the model
        answer = answer()
    if isinstance(answer, backend.keras().Model):
        return pack_model(answer)
    value = bare(answer)
    try:
        text = repr(value)
        if len(text) <= LONGEST and ast.literal_eval(text) == value:
            return Carried("value", text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        pass
    if isinstance(answer, type):
        return Carried("class", answer.__name__)
    return Carried("thing", type(answer).__name__)


def bare(value: Any) -> Any:
    """Return an array or a number of NumPy's as Python's own, and the text of a text."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(map(bare, value))
    return value.tolist() if type(value).__module__ == "numpy" else value


def pack_model(model: Any) -> Carried:
    """Return a model as a file, if reading the file gives the same network."""
    from kitchen.files.loading import load
    from kitchen.graph.reader import read

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, lenient():
        path = Path(folder) / "answer.keras"
        try:
            model.save(path)
            if read(load(path)) == read(model):
                return Carried("model", data=path.read_bytes())
        except Exception as error:  # Keras's, ours, or that of a method of the learner's
            return Carried("live", in_a_line(error))
    return Carried("live")


def lenient() -> Any:
    """Ignore warnings: nobody is there to read them."""
    return warnings.catch_warnings(action="ignore")


def unpack(carried: Carried) -> Any:
    """Return an answer from data; only what Keras itself brings is run.

    Raises:
        KitchenError: It is no model's file that can be opened.
        ValueError: It is no plain value.
    """
    from kitchen.files.loading import load

    if carried.kind == "value":
        return ast.literal_eval(carried.text)
    if carried.kind == "model":
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, lenient():
            path = Path(folder) / "answer.keras"
            path.write_bytes(carried.data)
            return load(path)
    # A stand-in with the same name, for the check to say that it is no model.
    stand_in = type(carried.text if carried.text.isidentifier() else "thing", (), {})
    return stand_in if carried.kind == "class" else stand_in()
