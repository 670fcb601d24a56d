"""Names of variables, functions and classes, made from the names of layers."""

import builtins
import keyword
import re
from collections.abc import Iterable

LONGEST = 40  # characters of a name
AUTOMATIC_INPUT = re.compile(r"(input_layer|keras_tensor)(_\d+)?(CLONE)?")
NO_NAMES = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins)}


def snake(class_name: str) -> str:
    """Return a class's name as Keras makes layers' names of it.

    >>> snake("MultiHeadAttention"), snake("Conv2D"), snake("ReLU")
    ('multi_head_attention', 'conv2d', 're_lu')
    """
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def camel(name: str) -> str:
    """Return a layer's name as a class's.

    >>> camel("two_inputs")
    'TwoInputs'
    """
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", name))


def automatic(name: str, class_name: str) -> bool:
    """Return whether a name looks like one that Keras made: the class's, maybe with a number."""
    if class_name in {"InputLayer", "Input"}:
        return AUTOMATIC_INPUT.fullmatch(name) is not None
    return re.fullmatch(rf"{re.escape(snake(class_name))}(_\d+)?", name) is not None


def identifier(name: str, other: str, suffix: str = "_layer", longest: int = LONGEST) -> str:
    """Return a name as a Python variable: lower case, ASCII, no keyword, nothing built in.

    Args:
        name: Any text.
        other: What stands in for a text without letters.
        suffix: What is added to a keyword or the name of something built in.
        longest: How many characters are kept.

    >>> identifier("block_1/Conv", "x"), identifier("2nd", "dense"), identifier("input", "x")
    ('block_1_conv', 'dense_2nd', 'input_layer')
    """
    plain = re.sub(r"[^0-9a-z]+", "_", name.lower() if name.isascii() else ascii_of(name))
    plain = plain.strip("_") or other
    if plain[0].isdigit():
        plain = f"{other}_{plain}"
    plain = plain[:longest].rstrip("_")
    return plain + suffix if plain in NO_NAMES else plain


def ascii_of(name: str) -> str:
    """Return a text's plain letters in lower case; all others count as a gap."""
    return "".join(c.lower() if c.isascii() else " " for c in name)


class Names:
    """The names taken in one place of a program.

    Args:
        taken: Those that are taken from the start.
    """

    def __init__(self, taken: Iterable[str] = ()):
        self.taken = set(taken)
        self.tried: dict[str, int] = {}

    def fresh(self, base: str) -> str:
        """Return a name that is not taken yet, and take it: `x`, `x_2` and so on."""
        name = base
        count = self.tried.get(base, 1)
        while name in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.tried[base] = count
        self.taken.add(name)
        return name
