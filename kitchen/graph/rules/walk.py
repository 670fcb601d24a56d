"""A model's calls in one row: sub-models stepped through, each tensor led back to its maker.

What a rule asks, "what feeds this call, and who reads it?", has no answer inside one body where a
sub-model begins or ends. Here it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kitchen.errors import ModelError
from kitchen.graph.model_graph import Call, Layer, ModelGraph, Shape
from kitchen.graph.sharing import MOST_PATHS, Path, order_of_bodies

Source = tuple[int, int]  # the index of a step, and which of its outputs

NOISE = {
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One run of a model's body.

    Args:
        owner: The id of the model.
        call: The id of the call that runs it; empty for the outermost model.
        parent: The run in which that call stands.
    """

    owner: str
    call: str = ""
    parent: "Frame | None" = None

    @property
    def path(self) -> Path:
        """The calls that lead here, from the outermost model inwards."""
        found: list[str] = []
        frame: Frame | None = self
        while frame is not None and frame.call:
            found.append(frame.call)
            frame = frame.parent
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One run of a layer, an operation, an input, or a model whose calls are not known.

    Args:
        index: Its place in the row.
        call: The call.
        layer: What is called.
        frame: The run of a body in which it stands.
        sources: Where its data come from, in the order of its arguments.
    """

    index: int
    call: Call
    layer: Layer
    frame: Frame
    sources: tuple[Source, ...] = ()

    @property
    def path(self) -> Path:
        """The calls that lead here, this one included."""
        return (*self.frame.path, self.call.id)

    @property
    def shape(self) -> Shape | None:
        """The shape of its first output."""
        return self.call.outputs[0].shape if self.call.outputs else None

    @property
    def own(self) -> bool:
        """Whether its class is Keras's own, so that what it computes is known."""
        return self.layer.module.partition(".")[0] == "keras"


@dataclass(frozen=True)
class Row:
    """The steps of one pass through a model, in an order in which they could run.

    Args:
        steps: The steps.
        ends: For each output of the outermost model, the step's output that it is.
        frames: Every run of a body, in the order in which they begin.
    """

    steps: tuple[Step, ...]
    ends: tuple[Source, ...]
    frames: tuple[Frame, ...]
    readers: tuple[tuple[int, ...], ...] = field(default=())

    def before(self, step: Step) -> Iterator[Step]:
        """Yield the steps that feed a step."""
        for source, _ in step.sources:
            yield self.steps[source]

    def after(self, step: Step) -> Iterator[Step]:
        """Yield the steps that read what a step gives out."""
        for reader in self.readers[step.index]:
            yield self.steps[reader]

    def shape(self, source: Source) -> Shape | None:
        """Return the shape of one output of a step."""
        return self.steps[source[0]].call.outputs[source[1]].shape

    def reaching(self, ends: list[int]) -> set[int]:
        """Return the indices of all steps from which data flow into one of `ends`."""
        found = set(ends)
        waiting = list(found)
        while waiting:
            for source, _ in self.steps[waiting.pop()].sources:
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found


@dataclass
class Run:
    """A body on its way: what each tensor in it really is."""

    frame: Frame
    position: int = 0
    known: dict[tuple[str, int], Source] = field(default_factory=dict)


def row(graph: ModelGraph) -> Row:
    """Return the steps of one pass through a model.

    Raises:
        ModelError: A model contains itself, or there are more than 20,000 steps.
    """
    order_of_bodies(graph)
    root = Frame(graph.root)
    runs, steps, frames = [Run(root)], list[Step](), [root]
    while True:
        run = runs[-1]
        body = graph.bodies[run.frame.owner]
        if run.position == len(body.calls):
            runs.pop()
            if not runs:
                break
            outer = runs[-1]
            for k, port in enumerate(body.outputs):
                made = run.known[(port.tensor.call, port.tensor.index)]
                outer.known[(run.frame.call, k)] = made
            continue
        call = body.calls[run.position]
        run.position += 1
        layer = graph.layers[call.layer]
        if call.plumbing or (call.id, 0) in run.known:  # a mask; or an input that came from outside
            continue
        sources = tuple(
            run.known[(edge.tensor.call, edge.tensor.index)]
            for edge in call.edges
            if edge.kind == "data" and (edge.tensor.call, edge.tensor.index) in run.known
        )
        if enters(graph, call, sources):
            inner = Run(Frame(layer.id, call.id, run.frame))
            inputs = graph.bodies[layer.id].inputs
            for port, source in zip(inputs, sources, strict=True):
                inner.known[(port.tensor.call, port.tensor.index)] = source
            runs.append(inner)
            frames.append(inner.frame)
            continue
        step = Step(len(steps), call, layer, run.frame, sources)
        steps.append(step)
        if len(steps) > MOST_PATHS:
            raise ModelError(
                f"This model runs its layers more than {MOST_PATHS:,} times in one pass.",
                fix="Look at one of its sub-models instead.",
            )
        for k in range(max(1, len(call.outputs))):
            run.known[(call.id, k)] = (step.index, k)
    ends = tuple(run.known[(p.tensor.call, p.tensor.index)] for p in graph.body.outputs)
    readers: list[list[int]] = [[] for _ in steps]
    for step in steps:
        for before in dict.fromkeys(index for index, _ in step.sources):
            readers[before].append(step.index)
    return Row(tuple(steps), ends, tuple(frames), tuple(map(tuple, readers)))


def learned(graph: ModelGraph, layer: Layer) -> bool:
    """Return whether a layer has weights; the seed of a `Dropout` is none."""
    return any(not graph.weights[w].state for w in layer.weights)


def enters(graph: ModelGraph, call: Call, sources: tuple[Source, ...]) -> bool:
    """Return whether a call leads into a body that is called in the way it was built."""
    body = graph.bodies.get(call.layer)
    return (
        body is not None
        and bool(body.calls)
        and len(sources) == len(body.inputs)
        and len(call.outputs) == len(body.outputs)
    )
