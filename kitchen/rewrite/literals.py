"""Values as Python literals: whatever text a model holds, it stays text."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from kitchen.graph.model_graph import Constant
from kitchen.rewrite.code import Code, call, keyed, listed, tupled

FEW = 16  # entries of an array that are written out
MANY = 100  # values of an argument that are written out
DEEP = 12  # brackets inside brackets
LONGEST = 300  # digits of a whole number

# Letters whose width is certain and that read from left to right: Latin, Greek, Cyrillic, kana,
# Chinese characters, Hangul.
READABLE = [("\xc0", "\u0530"), ("\u3041", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7a3")]
KNOWN = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Unwritable(Exception):
    """What cannot be written as code.

    Args:
        reason: Why, as a sentence's part.
        fix: What to do next, as a sentence.
    """

    def __init__(self, reason: str, fix: str = "Write this part by hand."):
        super().__init__(reason)
        self.reason, self.fix = reason, fix


def string(text: str, *, braces: bool = False) -> str:
    r"""Return a string as a Python literal on one line, in the quotes that need fewer escapes.

    Letters of scripts whose width is certain stay as they are; all else beyond ASCII is escaped.

    Args:
        text: Any text.
        braces: Whether it is part of an f-string, in which braces are doubled.

    >>> print(string('a"b'), string("it's"), string("\u202e\n"))
    'a"b' "it's" "\u202e\n"
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + escaped(text, quote, braces=braces) + quote


def escaped(text: str, quote: str, *, braces: bool = False) -> str:
    """Return what stands between the quotes of a literal."""
    body = "".join(
        "\\" + c if c == quote else c if c != "\\" and " " <= c <= "~" else escape(c) for c in text
    )
    return body.replace("{", "{{").replace("}", "}}") if braces else body


def escape(c: str) -> str:
    """Return a character as it stands in a literal."""
    if c in KNOWN:
        return KNOWN[c]
    if c.isalnum() and any(first <= c <= last for first, last in READABLE):
        return c
    code = ord(c)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def number(value: float) -> str:
    """Return a number as code.

    Raises:
        Unwritable: It is a whole number of more digits than anyone would read.
    """
    if isinstance(value, float):
        if math.isfinite(value):
            return repr(value).replace("e+", "e")
        return f'float("{value}")'
    if abs(value) >= 10**LONGEST:
        raise Unwritable("a whole number is too long for code")
    return repr(value)


def literal(value: Any) -> Code:
    """Return a value as code: numbers, strings, and lists, tuples and dicts of them.

    Raises:
        Unwritable: It is something else, or too much.
    """
    return Literals().code(value, 0)


class Literals:
    """One value on its way into code; counts how much it holds."""

    count = 0

    def code(self, value: Any, depth: int) -> Code:
        """Return a value as code; it is nested at most `DEEP` times, so this calls itself."""
        self.count += 1
        if self.count > MANY:
            raise Unwritable(f"an argument holds more than {MANY} values")
        if depth > DEEP:
            raise Unwritable(f"an argument is nested more than {DEEP} times")
        if value is None or value is ... or isinstance(value, bool):
            return ("..." if value is ... else repr(value),)
        if isinstance(value, np.generic):
            return self.code(value.item(), depth)
        if isinstance(value, int | float):
            return (number(value),)
        if isinstance(value, str):
            return (string(value),)
        if isinstance(value, slice):
            return call("slice", *(self.code(x, depth + 1) for x in ends(value)))
        if isinstance(value, np.ndarray):
            return array(value)
        if isinstance(value, np.dtype):
            return (string(value.name),)
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                raise Unwritable("an argument is a dict whose keys are not all strings")
            return keyed({string(k): self.code(v, depth + 1) for k, v in value.items()})
        if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
            items = [self.code(x, depth + 1) for x in value]
            return listed(items) if isinstance(value, list) else tupled(items)
        raise Unwritable(f"an argument is a {type(value).__name__}, which has no literal")


def ends(value: slice) -> tuple[Any, ...]:
    """Return the ends of a slice, and its step where it has one."""
    return (value.start, value.stop) + ((value.step,) if value.step is not None else ())


def array(value: Any) -> Code:
    """Return a small NumPy array as code.

    Raises:
        Unwritable: It has too many entries.
    """
    few = tuple(value.ravel().tolist()) if value.size <= FEW else None
    return constant(Constant(tuple(value.shape), value.dtype.name, few))


def constant(value: Constant) -> Code:
    """Return an array of a graph as code.

    Raises:
        Unwritable: It has too many entries.

    >>> from kitchen.rewrite.code import flat
    >>> flat(constant(Constant((2,), "float32", (0.10000000149011612, 2.0))))
    'tf.constant([0.1, 2.0])'
    """
    if value.values is None:
        size = math.prod(value.shape)
        raise Unwritable(
            f"it takes an array of {size:,} numbers, more than the {FEW} that are code to read",
            "Keep the array in a file, and load it in a layer of your own.",
        )
    usual = {"float32": float, "int32": int, "bool": bool}.get(value.dtype)
    kwargs: dict[str, Code | str] = {}
    if not value.values or usual is None:
        kwargs["dtype"] = string(value.dtype)
    if not value.values:
        return call("tf.zeros", literal(value.shape), **kwargs)
    entries: list[Code] = [entry(x, value.dtype) for x in value.values]
    for size in reversed(value.shape):
        entries = [listed(entries[k : k + size]) for k in range(0, len(entries), size)]
    return call("tf.constant", entries[0], **kwargs)


def entry(value: Any, dtype: str) -> Code:
    """Return one entry of an array in the fewest digits that give it back."""
    if isinstance(value, float) and math.isfinite(value) and dtype in {"float32", "float16"}:
        value = float(str(np.dtype(dtype).type(value)))
    if isinstance(value, complex | bytes):
        raise Unwritable(f"an array of {dtype} has no literal")
    return literal(value)
