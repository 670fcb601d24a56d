"""Compose the scene of a model: what each box says, and the lines between the boxes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.sharing import Path, groups, paths
from kitchen.views.barrels import Shares, shares
from kitchen.views.outline import outline
from kitchen.views.scene import SIZE, SMALL, WIDEST, Box, BoxKind, Direction, Frame, Link, Scene
from kitchen.views.text import called, clean, fit, wrap
from kitchen.views.walk import Run, Source, Walk, Walker
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


@dataclass(frozen=True)
class Options:
    """What a picture shows; see `kitchen.draw`."""

    show_shapes: bool = True
    show_params: bool = True
    expand_nested: bool = False
    direction: Direction = "TB"
    show_masks: bool = False


def compose(graph: ModelGraph, options: Options) -> Scene:
    """Compose the scene of a model.

    Raises:
        ModelError: The model contains itself, or runs its layers too often to be counted.
    """
    together = groups(graph)
    walk = Walker(graph, options.expand_nested, options.show_masks).walk()
    composer = Composer(graph, options, walk, shares(graph, walk.runs, together), turns(graph))
    note = graph.body.note if graph.body.calls else ""  # an opaque model says it in its frame
    return Scene(
        name=called(graph.name),
        direction=options.direction,
        boxes=tuple(composer.boxes()),
        frames=tuple(composer.frames()),
        links=tuple(composer.links()),
        notes=(clean(note),) if note else (),
        tell=partial(outline, graph, walk, composer.shares, composer.turns),
    )


def turns(graph: ModelGraph) -> Mapping[tuple[str, Path], tuple[int, int]]:
    """Return for each run of a layer which one it is, from 1, and of how many."""
    return {
        (layer, path): (k + 1, len(found))
        for layer, found in paths(graph).items()
        for k, path in enumerate(found)
    }


@dataclass(frozen=True)
class Composer:
    """A model with all that its scene is made from."""

    graph: ModelGraph
    options: Options
    walk: Walk
    shares: Shares
    turns: Mapping[tuple[str, Path], tuple[int, int]]

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
            lines=lines_of(*self.said(run)),
            path=run.path if run.call else (),
            layer=run.layer,
            frame=f"f{run.frame}" if run.frame else "",
            number=run.number,
            barrels=barrels,
        )

    def kind(self, run: Run) -> BoxKind:
        """Return what a run's box stands for."""
        if run.role in {"part", "opaque"}:
            return "part" if run.role == "part" else "opaque"
        return self.graph.layers[run.layer].kind

    def title(self, run: Run) -> str:
        """Return a run's name, and which call it is where there are several."""
        name = fit(name_of(self.graph, run.layer), SIZE, WIDEST / 2)
        if run.role == "part":
            return name  # how often the code runs its parts is not known
        which = use(*self.turns.get((run.layer, run.path), (1, 1)))
        return f"{name} · {which}" if which else name

    def said(self, run: Run) -> Iterator[str]:
        """Yield the lines of a run's box."""
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
        layer, weights = self.graph.layers[run.layer], self.graph.weights
        user = run.frame + 1 if run.role == "part" else run.number  # the code speaks for its parts
        barrels = [self.shares.barrels[k] for k in self.shares.of.get(user, ())]
        shared = {weight for barrel in barrels for weight in barrel.weights}
        own = count_of(weights[w] for w in dict.fromkeys(layer.weights) if w not in shared)
        if own:
            frozen = "" if layer.trainable else " frozen"
            yield f"{own:,}{frozen}{' of its own' if shared else ''}"
        if inside := self.shares.inside.get(run.number):
            yield f"shares {inside:,} inside"

    def frames(self) -> Iterator[Frame]:
        """Yield the frames, each before those inside it."""
        for run in self.walk.runs:
            if run.role != "frame":
                continue
            layer, body = self.graph.layers[run.layer], self.graph.bodies[run.layer]
            lines = [f"{self.title(run)} · {fit(kind_of(layer), SIZE, WIDEST / 2)}"]
            if body.note and run.path:
                lines += wrap(body.note, SMALL, NOTE, most=3)
            elif body.note and not body.calls:
                lines += wrap(body.note, SMALL, NOTE)
            parent = f"f{run.frame}" if run.frame else ""
            yield Frame(f"f{run.number}", tuple(lines), run.path, run.layer, parent, run.number)

    def links(self) -> Iterator[Link]:
        """Yield the lines: tensors, then outputs, then ties to the barrels."""
        told: set[tuple[int, int]] = set()
        count = 0
        for flow in self.walk.flows:
            count += 1
            text = "mask" if flow.kind == "mask" else self.shape(flow.source, told)
            ends = (f"b{flow.source.run}", f"b{flow.target}")
            yield Link(f"e{count}", *ends, flow.kind, text)
        for k, (_, source) in enumerate(self.walk.leaving):
            count += 1
            yield Link(f"e{count}", f"b{source.run}", f"o{k + 1}")
        count = 0
        for k, barrel in enumerate(self.shares.barrels):
            for place, run in enumerate(barrel.runs):
                count += 1
                middle = place == (len(barrel.runs) - 1) // 2
                yield Link(f"t{count}", f"b{run}", f"w{k + 1}", "tie", anchor=middle)

    def shape(self, source: Source, told: set[tuple[int, int]]) -> str:
        """Return a tensor's shape where its first line starts; inputs say it in their box."""
        place = (source.run, source.tensor.index)
        kind = self.kind(self.walk.runs[source.run - 1])
        if not self.options.show_shapes or place in told or kind == "input":
            return ""
        told.add(place)
        return fit(shape_text(source.tensor.shape), SMALL, WIDEST)


def lines_of(*texts: str) -> tuple[str, ...]:
    """Return the lines of a box: none empty, none too wide."""
    return tuple(fit(text, SIZE, WIDEST) for text in texts if text)
