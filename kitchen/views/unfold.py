"""What is drawn of a model: its calls one by one, several as one box, and what was opened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from kitchen.errors import KitchenError
from kitchen.graph.alike import Alike, Likeness
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.order import line_of, only_for_masks
from kitchen.graph.sharing import order_of_bodies
from kitchen.views.block import Block, BlockMaker
from kitchen.views.collapse import MOST, Piece, plan_of
from kitchen.views.text import called


@dataclass(frozen=True)
class Opened:
    """The begin of a frame around the calls of a block; `None` ends it.

    Args:
        block: The block.
        copy: Which one of several equal blocks it is, from 1.
        of: How many there are.
    """

    block: Block
    copy: int = 1
    of: int = 1


Step = Call | Block | Opened | None
Work = tuple[int, int, int] | Step  # a part of a line with how far it may be collapsed, or a step


@dataclass
class Unfolding:
    """Which models are opened, and which calls are drawn together.

    Args:
        graph: The model.
        expand_nested: Whether all models inside are opened.
        masks: Whether mask plumbing is shown.
        collapse: Whether calls are drawn together; `None`: where there are many.
        names: The names of what is to be opened: blocks, models, layers inside them.
    """

    graph: ModelGraph
    expand_nested: bool = False
    masks: bool = False
    collapse: bool | None = False
    names: frozenset[str] = frozenset()
    met: set[str] = field(default_factory=set)
    known: dict[str, tuple[Step, ...]] = field(default_factory=dict)

    @cached_property
    def touched(self) -> frozenset[str]:
        """The layers that someone named, and the models that hold them."""
        layers, bodies = self.graph.layers, self.graph.bodies
        named: dict[str, None] = {}
        for key, layer in layers.items() if self.names else ():
            if hits := self.names & {layer.name, called(layer.name)}:
                named[key] = None
                self.met |= hits
        holders: dict[str, list[str]] = {}
        for owner, body in bodies.items() if named else ():
            for key in dict.fromkeys([*(call.layer for call in body.calls), *body.parts]):
                holders.setdefault(key, []).append(owner)
        waiting = list(named)
        while waiting:
            for owner in holders.get(waiting.pop(), ()):
                if owner not in named:
                    named[owner] = None
                    waiting.append(owner)
        return frozenset(named)

    def opens(self, layer: str) -> bool:
        """Return whether a model is drawn as a frame around its calls."""
        body = self.graph.bodies.get(layer)
        if body is None or not (body.calls or body.parts):
            return False
        return self.expand_nested or layer in self.touched

    @cached_property
    def active(self) -> bool:
        """Whether calls are drawn together."""
        if self.collapse is not None:
            return self.collapse
        sizes: dict[str, int] = {}
        opened = (x for x in order_of_bodies(self.graph) if x == self.graph.root or self.opens(x))
        for owner in reversed(list(opened)):
            body, hidden = self.graph.bodies[owner], self.hidden(owner)
            shown = [call.layer for call in body.calls if call.id not in hidden]
            sizes[owner] = sum(sizes.get(x, 1) for x in shown) or len(body.parts)
        return sizes[self.graph.root] > MOST

    @cached_property
    def likeness(self) -> Likeness:
        """The numbers of calls that are alike."""
        return Likeness(self.graph)

    def hidden(self, owner: str) -> frozenset[str]:
        """Return the calls of a model that are not drawn."""
        return frozenset() if self.masks else only_for_masks(self.graph.bodies[owner])

    def steps(self, owner: str) -> tuple[Step, ...]:
        """Return what is drawn of one model, in reading order."""
        if (known := self.known.get(owner)) is None:
            known = self.known[owner] = tuple(self.unfolded(owner))
        return known

    def unfolded(self, owner: str) -> Iterator[Step]:
        """Yield what is drawn of one model."""
        hidden = self.hidden(owner)
        shown = [call for call in self.graph.bodies[owner].calls if call.id not in hidden]
        if not self.active:
            yield from shown
            return
        line = line_of(self.graph, owner, masks=self.masks)
        calls = line.calls
        yield from (call for call in shown if self.graph.layers[call.layer].kind == "input")
        models = frozenset(
            k for k, call in enumerate(calls) if self.graph.layers[call.layer].kind == "model"
        )
        plan = plan_of(line, Alike(self.graph, line, self.likeness), models)
        maker = BlockMaker(self.graph, line)
        waiting: list[Work] = [(0, len(calls), 3)]
        while waiting:
            work = waiting.pop()
            if isinstance(work, tuple):
                for piece in reversed(plan.pieces(*work)):
                    waiting += reversed(self.opened(maker, piece))
            else:
                yield work

    def opened(self, maker: BlockMaker, piece: Piece) -> list[Work]:
        """Return a piece as one box, or what is drawn where someone opened it."""
        if piece.end - piece.start == 1:
            return [maker.line.calls[piece.start]]
        block = maker.block(piece.start, piece.end, piece.size)
        if not self.names:
            return [block]
        found: list[Work] = []
        start = piece.start
        for k, copy in enumerate(piece.copies):
            one = maker.block(copy.start, copy.stop, piece.size)
            names = {one.first, one.last, one.name}
            if k == 0:
                names |= {block.first, block.name}
            if copy.stop == piece.end:
                names.add(block.last)
            if not self.wanted(one, names):
                continue
            found += box(maker, start, copy.start, piece.size)
            level = 0 if piece.size <= MOST else 3 if piece.times > 1 else piece.level - 1
            inside: list[Work] = [(copy.start, copy.stop, level)]
            found += inside if piece.size == 1 else [Opened(one, k + 1, piece.times), *inside, None]
            start = copy.stop
        return found + box(maker, start, piece.end, piece.size)

    def wanted(self, block: Block, names: set[str]) -> bool:
        """Return whether someone gave one of these names, or named a layer inside a block."""
        hits = self.names & names
        self.met |= hits
        return bool(hits) or any(call.layer in self.touched for call in block.calls)

    def check(self) -> None:
        """Raise if there is nothing of a name that someone gave; call it when all is unfolded.

        Raises:
            KitchenError: There is not.
        """
        _ = self.touched  # which meets names too
        if missing := sorted(self.names - self.met):
            raise KitchenError(
                "There is no block, model or layer of this name in the picture.",
                received=", ".join(map(repr, missing[:3])),
                fix="Use a name that stands in a box, or expand=True to open everything.",
            )


def box(maker: BlockMaker, start: int, end: int, size: int) -> list[Work]:
    """Return what was not opened of a piece, as one box."""
    if end - start < 2:
        return [*maker.line.calls[start:end]]
    return [maker.block(start, end, size)]
