"""A picture in words: every box, in reading order, as a line of text."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.sharing import Path
from kitchen.views.barrels import Barrel, Shares
from kitchen.views.block import Block
from kitchen.views.block_words import JOINED, contents, count, times
from kitchen.views.text import clean, cut
from kitchen.views.walk import Flow, Run, Source, Walk
from kitchen.views.words import (
    arguments,
    count_of,
    kind_of,
    listed,
    name_of,
    operation,
    output_name,
    tensor_text,
    use_in_words,
)

DEEPEST = 20  # levels of indentation; deeper lines say their level instead
NAME = 80  # characters of a name


@dataclass(frozen=True)
class Known:
    """All that a picture and its text are made from.

    Args:
        graph: The model.
        walk: Its visible runs.
        shares: The weights that several of them draw on.
        turns: For each run of a layer which one it is, and of how many.
        marked: The numbers of the runs that stand out.
    """

    graph: ModelGraph
    walk: Walk
    shares: Shares
    turns: Mapping[tuple[str, Path], tuple[int, int]]
    marked: frozenset[int] = frozenset()


def outline(known: Known) -> Iterator[str]:
    """Yield the lines that say in words what a picture shows."""
    graph, walk = known.graph, known.walk
    teller = Teller(known, flows_into(walk.flows), given_by(walk))
    yield f"{short(name_of(graph, graph.root))}, {graph.form}, {graph.count():,} parameters"
    if graph.body.note:
        yield f"Note: {clean(graph.body.note)}"
    for run in walk.runs:
        indent = "  " * min(run.depth, DEEPEST)
        level = f"(level {run.depth}) " if run.depth > DEEPEST else ""
        yield f"{indent}{run.number}. {level}{teller.told(run)}"
    for k, (port, source) in enumerate(walk.leaving):
        name = output_name(port, k, len(walk.leaving)).capitalize()
        shape = tensor_text(source.tensor)
        yield f"{name}: {teller.source(source)}{f', {shape}' if shape else ''}"


def flows_into(flows: Sequence[Flow]) -> Mapping[int, list[Flow]]:
    """Return the flows by the run that they lead to."""
    found: dict[int, list[Flow]] = {}
    for flow in flows:
        found.setdefault(flow.target, []).append(flow)
    return found


def given_by(walk: Walk) -> Mapping[int, list[Tensor]]:
    """Return the tensors that blocks give to others, by the number of the run."""
    found: dict[int, dict[tuple[str, int], Tensor]] = {}
    for source in [*(flow.source for flow in walk.flows), *(end for _, end in walk.leaving)]:
        if walk.runs[source.run - 1].block is not None:
            tensor = source.tensor
            found.setdefault(source.run, {})[tensor.call, tensor.index] = tensor
    return {run: list(tensors.values()) for run, tensors in found.items()}


def short(name: str) -> str:
    """Return a name cut in the middle where it is very long."""
    return name if len(name) <= NAME else cut(name, NAME - 1)


@dataclass(frozen=True)
class Teller:
    """A model with all that its text is made from."""

    known: Known
    into: Mapping[int, list[Flow]]
    out: Mapping[int, list[Tensor]]

    @property
    def graph(self) -> ModelGraph:
        """The model."""
        return self.known.graph

    @property
    def shares(self) -> Shares:
        """The weights that several runs draw on."""
        return self.known.shares

    @cached_property
    def makers(self) -> Mapping[tuple[int, str], str]:
        """The layers that the calls inside blocks use, by the number of the run and the call."""
        return {
            (run.number, call.id): call.layer
            for run in self.known.walk.runs
            if run.block is not None
            for call in run.block.calls
        }

    def told(self, run: Run) -> str:
        """Return the sentence of one run."""
        if run.block is not None:
            return self.of_block(run, run.block)
        layer = self.graph.layers[run.layer]
        if run.role == "opaque":
            return f"its own code{self.reads(run)}; how it runs these parts is not known"
        user = run.frame + 1 if run.role == "part" else run.number  # the code speaks for its parts
        barrels = [self.shares.barrels[k] for k in self.shares.of.get(user, ())]
        known = [barrel for barrel in barrels if barrel.runs[0] != user]
        again = self.again(run, known)
        name = self.name(run)
        which = self.which(run)
        what = "" if again and which and which != "first use" else self.what(run)
        head = ", ".join(filter(None, (name, which, what))) + self.reads(run)
        parts = [head, *self.counts(run, barrels, known), again]
        if run.call is not None and run.role == "box" and layer.kind != "input":
            gives = listed(map(tensor_text, run.call.outputs))
            parts.append(f"gives {gives}" if gives else "")
        if run.role == "frame":
            parts.append("inside:" if run.path else "its parts:")
        return "; ".join(filter(None, parts))

    def of_block(self, run: Run, block: Block) -> str:
        """Return the sentence of several calls that are one box, or of the frame around them."""
        mark = " (marked)" if run.number in self.known.marked else ""
        if run.role == "frame":
            copy, of = run.copy
            return f"{block.name}{mark}{f', copy {copy:,} of {of:,}' if of > 1 else ''}; inside:"
        barrels = [self.shares.barrels[k] for k in self.shares.of.get(run.number, ())]
        shared = {w for barrel in barrels for w in barrel.weights}
        what = contents(self.graph, block).replace(JOINED, " ")
        head = ", ".join(filter(None, (block.name + mark, times(block), what)))
        counted = count(self.graph, block, shared)
        inside = self.shares.inside.get(run.number, 0) if not counted.users else 0
        parts = [
            head + self.reads(run),
            counted.in_words(bool(shared)),
            *(f"uses {barrel.count:,} {barrel.name}" for barrel in barrels),
            f"shares {inside:,} of them inside" if inside else "",
            self.gives(run),
        ]
        return "; ".join(filter(None, parts))

    def gives(self, run: Run) -> str:
        """Return the tensors that a block gives to others; empty for none."""
        texts = [text for x in self.out.get(run.number, ()) if (text := tensor_text(x))]
        if len(texts) > 3 and len(set(texts)) == 1:
            return f"gives {len(texts):,} tensors of {texts[0]}"
        return f"gives {listed(texts)}" if texts else ""

    def name(self, run: Run) -> str:
        """Return the name of a run, with a word where it is marked."""
        name = short(name_of(self.graph, run.layer))
        return f"{name} (marked)" if run.number in self.known.marked else name

    def which(self, run: Run) -> str:
        """Return "first use"; how often code runs its parts is not known."""
        if run.role == "part":
            return ""
        return use_in_words(*self.known.turns.get((run.layer, run.path), (1, 1)))

    def what(self, run: Run) -> str:
        """Return what a run's layer is, with the arguments that someone gave."""
        layer = self.graph.layers[run.layer]
        if layer.kind == "input":
            tensor = tensor_text(run.call.outputs[0]) if run.call and run.call.outputs else ""
            return f"an input of {tensor}" if tensor else "an input"
        if layer.kind == "operation" and run.call is not None:
            return operation(self.graph, run.call)
        given = arguments(self.graph, run.call) if run.call else []
        body = self.graph.bodies.get(run.layer)
        code = "whose call is code" if body and not body.calls and body.note else ""
        return ", ".join(filter(None, (kind_of(layer), *given, code)))

    def reads(self, run: Run) -> str:
        """Return where a run's tensors come from; frames leave that to what is inside."""
        found = {"data": "reads", "mask": "is masked by"}
        texts = []
        for kind, verb in found.items():
            flows = [flow for flow in self.into.get(run.number, ()) if flow.kind == kind]
            times = Counter(self.source(flow.source) for flow in flows)
            if times:
                names = (x if n == 1 else f"{x} ({n} times)" for x, n in times.items())
                texts.append(f", {verb} {listed(names, most=6)}")
        return "".join(texts)

    def source(self, source: Source) -> str:
        """Return the name of the run that a tensor comes from, or of a layer inside a block."""
        run = self.known.walk.runs[source.run - 1]
        if run.role == "opaque":
            run = self.known.walk.runs[run.frame - 1]
        if run.block is not None:
            return short(name_of(self.graph, self.makers[run.number, source.tensor.call]))
        name = short(name_of(self.graph, run.layer))
        which = self.which(run)
        several = run.call is not None and len(run.call.outputs) > 1
        tensor = f"tensor {source.tensor.index + 1}" if several else ""
        more = ", ".join(filter(None, (which, tensor)))
        return f"{name} ({more})" if more else name

    def counts(self, run: Run, barrels: Sequence[Barrel], known: Sequence[Barrel]) -> list[str]:
        """Return what is said of parameters that are counted at this run."""
        layer = self.graph.layers[run.layer]
        if run.role == "frame":
            return []
        here = {w for barrel in known for w in barrel.weights}
        ids = [w for w in dict.fromkeys(layer.weights) if w not in here]
        count = count_of(self.graph.weights[w] for w in ids)
        own = " of its own" if known else ""
        frozen = "" if layer.trainable else ", frozen"
        texts = [f"{count:,} parameters{own}{frozen}"] if count else []
        if inside := self.shares.inside.get(run.number):
            texts.append(f"shares {inside:,} of them inside")
        return texts

    def again(self, run: Run, known: Sequence[Barrel]) -> str:
        """Return what is said of parameters that were counted before."""
        if not known:
            return ""
        shared = {w for barrel in known for w in barrel.weights}
        own = [w for w in dict.fromkeys(self.graph.layers[run.layer].weights) if w in shared]
        count = count_of(self.graph.weights[w] for w in own)
        first = self.known.walk.runs[known[0].runs[0] - 1]
        if first.layer == run.layer or run.role == "part":
            return f"its {count:,} weights are counted already"
        return f"its {count:,} {known[0].name} are counted already"
