"""What a picture and its text twin say of several calls that are one box."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.views.block import Block
from kitchen.views.scene import SIZE, WIDEST
from kitchen.views.text import clean, fit, width
from kitchen.views.words import count_of

STEPS = 6  # classes that are told one after the other; of more, each is counted
CLASSES = 5  # classes that are counted; the others are counted together
PERIOD = 4  # steps that are told once, with how often they come
JOINED = "\xa0"  # a space that no line ends with
NEXT = f"{JOINED}→ "


def times(block: Block) -> str:
    """Return how often a block comes, such as "×12"; empty for once."""
    if block.times < 2:
        return ""
    return f"×{block.times:,}" + (" side by side" if block.shape == "aside" else "")


def short_name(block: Block, room: float) -> str:
    """Return a block's name in at most `room` pixels; both ends of it stay."""
    if block.first == block.last:
        return fit(block.first, SIZE, room)
    half = (room - width(" to ", SIZE)) / 2
    first, last = width(block.first, SIZE), width(block.last, SIZE)
    return " to ".join(
        fit(name, SIZE, max(half, 2 * half - other))
        for name, other in ((block.first, last), (block.last, first))
    )


def label(block: Block) -> list[str]:
    """Return what stands above all in a block's box: a line, or two where the names are long."""
    often = f" {times(block)}" if block.times > 1 else ""
    if block.first == block.last or width(block.name + often, SIZE) <= WIDEST:
        return [fit(block.name, SIZE, WIDEST - width(often, SIZE)) + often]
    room = WIDEST - width(f"to {often}", SIZE)
    return [fit(block.first, SIZE, WIDEST), f"to {fit(block.last, SIZE, room)}{often}"]


def contents(graph: ModelGraph, block: Block) -> str:
    """Return what is in a block, such as "9 calls each, with a skip: 2 Dense, Add"."""
    calls = block.calls[: block.size]
    names = [clean(graph.layers[call.layer].class_name) for call in calls]
    if block.size == 1:
        return names[0]
    each = " each" if block.times > 1 else ""
    steps = folded(names) if block.shape in {"chain", "aside"} else ""
    if steps:
        return f"each: {steps}" if each else steps
    how = {"skip": ", with a skip", "branches": f", in {block.ways:,} branches"}
    return f"{block.size:,} calls{each}{how.get(block.shape, '')}: {counted(graph, calls)}"


def folded(names: Sequence[str]) -> str:
    """Return names in order, such as "2 × (Dense → ReLU) → Dense"; empty where they are many."""
    steps: list[str] = []
    place = told = 0
    while place < len(names):
        size, often = max(
            ((size, repeated(names, place, size)) for size in range(1, PERIOD + 1)),
            key=lambda found: (found[0] * (found[1] - 1), -found[0]),
        )
        size = size if often > 1 else 1
        step = NEXT.join(names[place : place + size])
        if often > 1:
            step = (
                f"{often:,}{JOINED}{step}" if size == 1 else f"{often:,}{JOINED}×{JOINED}({step})"
            )
        steps.append(step)
        place += size * often
        told += size
        if told > STEPS:
            return ""
    return NEXT.join(steps)


def repeated(names: Sequence[str], place: int, size: int) -> int:
    """Return how often the `size` names from a place come one after the other."""
    one, often = names[place : place + size], 1
    while len(one) == size and names[place + often * size : place + (often + 1) * size] == one:
        often += 1
    return often


def counted(graph: ModelGraph, calls: Sequence[Call]) -> str:
    """Return how many calls there are of each class, such as "2 Dense, Add, 3 others"."""
    found: dict[str, list[Call]] = {}
    for call in calls:
        found.setdefault(clean(graph.layers[call.layer].class_name), []).append(call)

    def rank(name: str) -> tuple[bool, bool, int]:
        some = found[name][0]
        several = len({edge.source for edge in some.edges}) > 1
        return bool(graph.layers[some.layer].weights), several, len(found[name])

    kept = sorted(found, key=rank, reverse=True)[: CLASSES if len(found) > CLASSES + 1 else None]
    texts = [
        name if len(made) == 1 else f"{len(made):,}{JOINED}{name}"
        for name, made in found.items()
        if name in kept
    ]
    if others := len(calls) - sum(len(found[name]) for name in kept):
        texts.append(f"{others:,}{JOINED}others")
    return ", ".join(texts)


@dataclass(frozen=True)
class Count:
    """How many parameters a block has.

    Args:
        total: All of them, each counted once.
        each: The numbers of the equal blocks, where none shares any with another.
        frozen: How many of them are not trained.
        users: How many equal blocks all use the same parameters; 0 where they do not.
    """

    total: int
    each: tuple[int, ...] = ()
    frozen: int = 0
    users: int = 0

    def in_box(self, own: bool = False) -> str:
        """Return the count in a box, such as "12 × 4,160 = 49,920"; empty for none.

        Args:
            own: Whether the block uses others too, which are counted elsewhere.
        """
        text = f"{self.total:,}"
        if self.range:
            text = f"{text} ({self.range})"
        elif len(self.each) > 1:
            text = f"{len(self.each):,} × {self.each[0]:,} = {text}"
        text += self.whose(own)
        if self.frozen:
            text += " frozen" if self.frozen == self.total else f", {self.frozen:,} frozen"
        return text if self.total else ""

    def in_words(self, own: bool = False) -> str:
        """Return the count in a sentence; empty for none."""
        text = f"{self.total:,} parameters"
        if self.range:
            text = f"{text} ({self.range})"
        elif len(self.each) > 1:
            text = f"{text}, {len(self.each):,} × {self.each[0]:,}"
        text += self.whose(own)
        if self.frozen:
            text += ", frozen" if self.frozen == self.total else f", {self.frozen:,} of them frozen"
        return text if self.total else ""

    def whose(self, own: bool) -> str:
        """Return whether these are its own, and whether all copies use the same."""
        text = " of its own" if own else ""
        return f"{text}, shared by all {self.users:,}" if self.users else text

    @property
    def range(self) -> str:
        """From where to where the numbers of the blocks go; empty where they are one."""
        low, high = min(self.each, default=0), max(self.each, default=0)
        return f"{low:,} to {high:,} each" if low != high else ""


def count(graph: ModelGraph, block: Block, elsewhere: Collection[str] = ()) -> Count:
    """Return how many parameters a block has.

    Args:
        graph: The model.
        block: The block.
        elsewhere: Weights that are counted somewhere else.
    """

    def counted(calls: Sequence[Call]) -> int:
        layers = (graph.layers[call.layer] for call in calls)
        found = {w: None for layer in layers for w in layer.weights if w not in elsewhere}
        return count_of(graph.weights[w] for w in found)

    total, each = counted(block.calls), tuple(map(counted, block.copies))
    frozen = counted([call for call in block.calls if not graph.layers[call.layer].trainable])
    users = len(each) if len(each) > 1 and set(each) == {total} else 0
    return Count(total, each if sum(each) == total else (), frozen, users)
