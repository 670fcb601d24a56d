"""Parse `config.json`: nothing is built from the text before its size and depth are known."""

import json
import re
from collections.abc import Iterator
from typing import Any

from kitchen.errors import FileTruncated
from kitchen.files.archive import AGAIN, refused

MOST = 300_000  # values; the largest network of keras.applications has 65,000
DEEPEST = 100  # brackets; a plain functional model has 11, and each model inside a model adds 3
# Keras repeats a whole config in an error's text, once for every object around the fault.
REPEATED = 64e6  # characters times the square of how deep objects stand inside one another

TOKEN = re.compile(r'"[^"]*"?|[\[\]{},]')


def parse(data: bytes) -> dict[str, Any]:
    """Return what the text of a model's config says.

    Raises:
        FileTruncated: It is no JSON.
        FileRefused: It is larger or deeper than a model's can be.
    """
    problem = "config.json is not the text of a model"
    try:
        text = data.decode("utf-8")
        check_size(text)
        config = json.loads(text)
    except ValueError:  # what is no UTF-8, no JSON, or a number of thousands of digits
        config = None
    if not isinstance(config, dict) or "class_name" not in config:
        raise FileTruncated(
            f"The file is incomplete or damaged ({problem}).",
            received=repr(data[:60].decode("utf-8", "replace")),
            fix=AGAIN,
        )
    if len(data) * nesting(config) ** 2 > REPEATED:
        raise refused(f"{problem}: objects stand too deep inside one another for its size")
    return config


def check_size(text: str) -> None:
    """Raise where parsing a text would take more memory or depth than a model's can.

    Raises:
        FileRefused: It would.
    """
    # Without escapes a quotation mark begins or ends a string; brackets inside strings are text.
    bare = text.replace("\\\\", "").replace('\\"', "")
    depth = values = strings = 0
    for token in TOKEN.finditer(bare):
        mark = bare[token.start()]
        strings += mark == '"'
        values += mark in ",[{"
        depth += (mark in "[{") - (mark in "]}")
        if max(values, strings / 2) > MOST:
            raise refused("config.json has far more entries than a model's")
        if depth > DEEPEST:
            raise refused(f"config.json is nested more than {DEEPEST} deep")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Give every dict in a value, an outer one before what is in it by then."""
    queue = [value]
    while queue:
        value = queue.pop()
        if isinstance(value, dict):
            yield value
            queue += value.values()
        elif isinstance(value, list):
            queue += value


def nesting(config: dict[str, Any]) -> int:
    """Return how many objects of Keras stand inside one another, at most."""
    deepest, queue = 0, [(config, 0)]
    while queue:
        value, depth = queue.pop()
        deepest = max(deepest, depth)
        if isinstance(value, dict):
            inside = depth + ("class_name" in value)
            queue += [(x, inside) for x in value.values()]
        elif isinstance(value, list):
            queue += [(x, depth) for x in value]
    return deepest
