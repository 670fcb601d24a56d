"""What an obstacle is: a fact about a model that no plain Sequential can express, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kitchen.errors import shorten
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.sharing import Path
from kitchen.tables import printable

LONGEST_NAME = 40
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

WHY = {
    "inputs": "A plain Sequential has one input.",
    "skip": "In a Sequential a layer gets what the layer before it gives, and nothing from further "
    "back.",
    "branch": "In a Sequential what a layer gives goes to the next layer only.",
    "merge": "In a Sequential a layer gets one tensor, so there is nothing to join.",
    "arguments": "A Sequential calls each layer with one tensor.",
    "shared": "In a Sequential there is one line of layers, and no second branch in which a layer "
    "could be called again.",
    "setting": "A Sequential calls each layer with one tensor and nothing else.",
    "operation": "A Sequential holds layers only. A layer such as Rescaling or Lambda may do the "
    "same.",
    "part": "A Sequential hands on everything that a layer gives.",
    "structure": "A plain Sequential takes one tensor and gives one, without a dict around it.",
    "outputs": "A plain Sequential gives what its last layer gives.",
    "order": "A Sequential calls each layer on what the one before it gives.",
    "empty": "A Sequential needs at least one layer.",
    "opaque": "Only its parts are known, not how its code connects them.",
}
NOUNS = {
    "inputs": ("input", "inputs"),
    "skip": ("skip", "skips"),
    "branch": ("branch", "branches"),
    "merge": ("merge", "merges"),
    "arguments": ("call with several tensors", "calls with several tensors"),
    "shared": ("shared layer", "shared layers"),
    "setting": ("call with an extra argument", "calls with an extra argument"),
    "operation": ("operation that is no layer", "operations that are no layers"),
    "part": ("call of which only a part is used", "calls of which only a part is used"),
    "structure": ("dict around a tensor", "dicts around a tensor"),
    "outputs": ("output", "outputs"),
    "order": ("call out of line", "calls out of line"),
    "empty": ("output that is the input", "outputs that are the input"),
    "opaque": ("call that is Python code", "calls that are Python code"),
}


@dataclass(frozen=True)
class Obstacle:
    """One fact about a model, in words, with the calls that it is about.

    Args:
        kind: What sort of fact it is, such as `"skip"`; a key of `WHY`.
        text: The fact, as a sentence.
        calls: The paths of the calls concerned, the one that shows it last.
    """

    kind: str
    text: str
    calls: tuple[Path, ...]

    @property
    def why(self) -> str:
        """What a Sequential does instead."""
        return WHY[self.kind]

    def __str__(self) -> str:
        """Return the fact and what a Sequential does instead."""
        return f"{self.text} {self.why}"


def counted(obstacles: Iterable[Obstacle]) -> str:
    """Return obstacles by kind, such as "two inputs, a merge and 3 branches"."""
    kinds: dict[str, list[Obstacle]] = {}
    for obstacle in obstacles:
        kinds.setdefault(obstacle.kind, []).append(obstacle)
    texts = []
    for kind, found in kinds.items():
        plural = kind in {"inputs", "outputs"}  # one obstacle names them all
        number = sum(len(x.calls) for x in found) if plural else len(found)
        one, more = NOUNS[kind]
        if number == 1:
            texts.append(
                f"several {more}" if plural else f"{'an' if one[0] in 'aeio' else 'a'} {one}"
            )
        else:
            texts.append(f"{in_words(number)} {more}")
    return listed(texts, most=len(texts))


def in_words(number: int) -> str:
    """Return a small number as a word, a larger one in figures."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def how_often(number: int) -> str:
    """Return "twice", "three times" and so on."""
    return "twice" if number == 2 else f"{in_words(number)} times"


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Return "a, b and c", with semicolons between lists, and the many counted."""
    found = list(texts)
    if len(found) > most:
        found = [*found[: most - 1], f"{len(found) - most + 1:,} more"]
    if len(found) < 2:
        return "".join(found)
    if not any("," in text or " and " in text for text in found):
        return f"{', '.join(found[:-1])} and {found[-1]}"
    return f"{'; '.join(found[:-1])}{',' if len(found) == 2 else ';'} and {found[-1]}"


def short(name: str) -> str:
    """Return a name on one line, cut in the middle where it is long."""
    return shorten(printable(name), LONGEST_NAME)


def names_of(graph: ModelGraph, owner: str) -> Mapping[str, str]:
    """Return each call of one model in words, as `name_of` says it: "dense, call 1 of 2"."""
    turns: dict[str, list[str]] = {}
    for call in graph.bodies[owner].calls:
        turns.setdefault(call.layer, []).append(call.id)
    names = {}
    for layer, calls in turns.items():
        name = short(graph.layers[layer].name)
        for k, key in enumerate(calls):
            names[key] = name if len(calls) == 1 else f"{name}, call {k + 1:,} of {len(calls):,}"
    return names


def span(names: Sequence[str], whole: bool = True) -> str:
    """Return calls in a line: all where they are few, otherwise the first and the last.

    Args:
        names: The calls in words.
        whole: Whether these are all calls of the line.
    """
    if whole and len(names) <= 3:
        return " → ".join(names)
    count = f" ({len(names):,} calls)" if whole else ""
    return f"{names[0]} … {names[-1]}{count}"
