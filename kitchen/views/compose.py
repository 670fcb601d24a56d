"""Compose the scene of a model: what each box says, and the lines between the boxes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.sharing import Path
from kitchen.views.barrels import Shares, shares, visible
from kitchen.views.block import Block
from kitchen.views.block_words import contents, count, label, short_name
from kitchen.views.outline import Known, outline
from kitchen.views.scene import SIZE, SMALL, WIDEST, Box, BoxKind, Direction, Frame, Link, Scene
from kitchen.views.text import balanced, called, clean, fit, wrap
from kitchen.views.unfold import Unfolding
from kitchen.views.uses import shared, times, turns
from kitchen.views.walk import FlowKind, Run, Source, Walk, Walker
from kitchen.views.words import (
    arguments,
    count_of,
    kind_of,
    name_of,
    operation,
    output_name,
    shape_text,
    tensor_text,
    use,
)

NOTE = 420.0  # the width of a note in a frame, in pixels
MOST_LINES = 3  # from a block to one and the same box; more tensors are one line
INSIDE = 4  # lines on what is inside a block
MARK = "◆"


@dataclass(frozen=True)
class Options:
    """What a picture shows; see `kitchen.draw`.

    Args:
        names: What is opened, by name.
        marked: The calls that stand out.
    """

    show_shapes: bool = True
    show_params: bool = True
    expand_nested: bool = False
    direction: Direction = "TB"
    show_masks: bool = False
    collapse: bool | None = False
    names: frozenset[str] = frozenset()
    marked: frozenset[Path] = frozenset()


def compose(graph: ModelGraph, options: Options) -> Scene:
    """Compose the scene of a model.

    Raises:
        KitchenError: There is nothing of a name that is to be opened.
        ModelError: The model contains itself, or runs its layers too often to be counted.
    """
    often = times(graph)
    unfolding = Unfolding(
        graph, options.expand_nested, options.show_masks, options.collapse, options.names
    )
    walk = Walker(unfolding).walk()
    unfolding.check()
    known = Known(
        graph,
        walk,
        shares(graph, walk.runs, shared(graph, often)),
        turns(graph, walk.runs, often),
        marked_runs(walk.runs, options.marked),
    )
    composer = Composer(options, known)
    note = graph.body.note if graph.body.calls else ""  # an opaque model says it in its frame
    return Scene(
        name=called(graph.name),
        direction=options.direction,
        boxes=tuple(composer.boxes()),
        frames=tuple(composer.frames()),
        links=tuple(composer.links()),
        notes=(clean(note),) if note else (),
        tell=partial(outline, known),
    )


def marked_runs(runs: Sequence[Run], marked: frozenset[Path]) -> frozenset[int]:
    """Return the numbers of the boxes and frames that show marked calls or hide them."""
    if not marked:
        return frozenset()
    places = {run.path: run.number for run in runs if run.call is not None and run.role != "part"}
    places |= {path: run.number for run in runs for path in run.hides}
    return frozenset(number for path in marked if (number := visible(path, places)))


@dataclass(frozen=True)
class Composer:
    """A model with all that its scene is made from."""

    options: Options
    known: Known

    @property
    def graph(self) -> ModelGraph:
        """The model."""
        return self.known.graph

    @property
    def walk(self) -> Walk:
        """Its visible runs."""
        return self.known.walk

    @property
    def shares(self) -> Shares:
        """The weights that several of them draw on."""
        return self.known.shares

    def boxes(self) -> Iterator[Box]:
        """Yield the boxes of the calls, then of the outputs, then of the barrels."""
        for run in self.walk.runs:
            if run.role != "frame":
                yield self.box(run)
        for k, (port, source) in enumerate(self.walk.leaving):
            name = output_name(port, k, len(self.walk.leaving))
            text = tensor_text(source.tensor) if self.options.show_shapes else ""
            yield Box(f"o{k + 1}", "output", lines_of(f"{name} {text}".strip()))
        for k, barrel in enumerate(self.shares.barrels):
            lines = (barrel.name, barrel.sum, "counted once")
            shown = lines if self.options.show_params else lines[:1]
            yield Box(f"w{k + 1}", "barrel", lines_of(*shown))

    def box(self, run: Run) -> Box:
        """Return the box of a run."""
        barrels = tuple(f"w{k + 1}" for k in self.shares.of.get(run.number, ()))
        return Box(
            id=f"b{run.number}",
            kind=self.kind(run),
            lines=lines_of(*self.with_mark(run, list(self.said(run)))),
            path=run.path if run.call else (),
            layer=run.layer,
            frame=f"f{run.frame}" if run.frame else "",
            number=run.number,
            barrels=barrels,
            hides=run.hides,
            opened_by=run.block.opened_by if run.block else "",
            times=run.block.times if run.block else 1,
            marked=run.number in self.known.marked,
        )

    def kind(self, run: Run) -> BoxKind:
        """Return what a run's box stands for."""
        if run.role in {"part", "opaque"}:
            return "part" if run.role == "part" else "opaque"
        if run.block is not None:
            return "block"
        return self.graph.layers[run.layer].kind

    def title(self, run: Run) -> str:
        """Return a run's name, and which call it is where there are several."""
        name = fit(name_of(self.graph, run.layer), SIZE, WIDEST / 2)
        if run.role == "part":
            return name  # how often the code runs its parts is not known
        which = use(*self.known.turns.get((run.layer, run.path), (1, 1)))
        return f"{name} · {which}" if which else name

    def with_mark(self, run: Run, lines: list[str]) -> list[str]:
        """Return the lines of a box or a frame; those of a marked one begin with a sign."""
        return [f"{MARK} {lines[0]}", *lines[1:]] if run.number in self.known.marked else lines

    def said(self, run: Run) -> Iterator[str]:
        """Yield the lines of a run's box."""
        if run.block is not None:
            yield from label(run.block)
            yield from balanced(contents(self.graph, run.block), SIZE, WIDEST, most=INSIDE)
            yield from self.counts(run)
            return
        layer, body = self.graph.layers[run.layer], self.graph.bodies.get(run.layer)
        if run.role == "opaque":
            yield "its own code"
            return
        if layer.kind == "operation" and run.call is not None:
            yield operation(self.graph, run.call)
            return
        yield self.title(run)
        if layer.kind == "input":
            if run.call is not None and run.call.outputs and self.options.show_shapes:
                yield tensor_text(run.call.outputs[0])
            return
        yield kind_of(layer)
        if run.call is not None:
            yield from arguments(self.graph, run.call)[:3]
        if body is not None and not body.calls and body.note:
            yield "its call is code, not a graph"
        yield from self.counts(run)

    def counts(self, run: Run) -> Iterator[str]:
        """Yield what a run's box says of its parameters: those that no barrel speaks for."""
        if not self.options.show_params:
            return
        user = run.frame + 1 if run.role == "part" else run.number  # the code speaks for its parts
        barrels = [self.shares.barrels[k] for k in self.shares.of.get(user, ())]
        shared = {weight for barrel in barrels for weight in barrel.weights}
        said = False
        if run.block is not None:
            counted = count(self.graph, run.block, shared)
            yield counted.in_box(bool(shared))
            said = counted.users > 0
        else:
            layer, weights = self.graph.layers[run.layer], self.graph.weights
            own = count_of(weights[w] for w in dict.fromkeys(layer.weights) if w not in shared)
            frozen = "" if layer.trainable else " frozen"
            yield f"{own:,}{frozen}{' of its own' if shared else ''}" if own else ""
        if (inside := self.shares.inside.get(run.number)) and not said:
            yield f"shares {inside:,} inside"

    def frames(self) -> Iterator[Frame]:
        """Yield the frames, each before those inside it."""
        for run in self.walk.runs:
            if run.role != "frame":
                continue
            lines = self.with_mark(run, list(self.heading(run)))
            parent = f"f{run.frame}" if run.frame else ""
            path = run.path if run.call else ()
            names = self.names(run.block) if run.block else ()
            marked = run.number in self.known.marked
            about = (path, run.layer, parent, run.number, names, marked)
            yield Frame(f"f{run.number}", tuple(lines), *about)

    def names(self, block: Block) -> tuple[str, ...]:
        """Return the names that open a block: several equal ones may name it by its first layer."""
        first = called(self.graph.layers[block.calls[0].layer].name)
        return tuple(dict.fromkeys((block.name, block.first, first)))

    def heading(self, run: Run) -> Iterator[str]:
        """Yield the title of a frame, then notes."""
        if run.block is not None:
            copy, of = run.copy
            yield short_name(run.block, NOTE) + (f" · copy {copy:,} of {of:,}" if of > 1 else "")
            return
        layer, body = self.graph.layers[run.layer], self.graph.bodies[run.layer]
        yield f"{self.title(run)} · {fit(kind_of(layer), SIZE, WIDEST / 2)}"
        if body.note and run.path:
            yield from wrap(body.note, SMALL, NOTE, most=3)
        elif body.note and not body.calls:
            yield from wrap(body.note, SMALL, NOTE)

    def links(self) -> Iterator[Link]:
        """Yield the lines: tensors, then outputs, then ties to the barrels."""
        told: set[tuple[int, str, int]] = set()
        count = 0
        for (start, target, kind), tensors in self.bundles():
            ends = (f"b{start}", f"b{target}")
            if len(tensors) > MOST_LINES:
                count += 1
                yield Link(f"e{count}", *ends, kind, f"{len(tensors):,} tensors")
                continue
            for tensor in tensors:
                count += 1
                text = "mask" if kind == "mask" else self.shape(Source(start, tensor), told)
                yield Link(f"e{count}", *ends, kind, text)
        for k, (_, source) in enumerate(self.walk.leaving):
            count += 1
            yield Link(f"e{count}", f"b{source.run}", f"o{k + 1}")
        count = 0
        for k, barrel in enumerate(self.shares.barrels):
            for place, run in enumerate(barrel.runs):
                count += 1
                middle = place == (len(barrel.runs) - 1) // 2
                yield Link(f"t{count}", f"b{run}", f"w{k + 1}", "tie", anchor=middle)

    def bundles(self) -> Iterator[tuple[tuple[int, int, FlowKind], list[Tensor]]]:
        """Yield the flows; those of one block that go the same way come together."""
        found: dict[tuple[int, int, FlowKind], list[Tensor]] = {}
        for flow in self.walk.flows:
            way = (flow.source.run, flow.target, flow.kind)
            if self.walk.runs[flow.source.run - 1].block is None:
                yield way, [flow.source.tensor]
            else:
                found.setdefault(way, []).append(flow.source.tensor)
        yield from found.items()

    def shape(self, source: Source, told: set[tuple[int, str, int]]) -> str:
        """Return a tensor's shape where its first line starts; inputs say it in their box."""
        place = (source.run, source.tensor.call, source.tensor.index)
        kind = self.kind(self.walk.runs[source.run - 1])
        if not self.options.show_shapes or place in told or kind == "input":
            return ""
        told.add(place)
        return fit(shape_text(source.tensor.shape), SMALL, WIDEST)


def lines_of(*texts: str) -> tuple[str, ...]:
    """Return the lines of a box: none empty, none too wide."""
    return tuple(fit(text, SIZE, WIDEST) for text in texts if text)
