"""Walk through a model's calls in reading order: which are visible, and which tensor goes where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kitchen.graph.model_graph import Body, Call, Edge, ModelGraph, Port, Tensor, leaves
from kitchen.graph.sharing import Path
from kitchen.views.block import Block
from kitchen.views.unfold import Opened, Step, Unfolding

FlowKind = Literal["data", "mask"]
Place = tuple[str, int]  # a tensor: the id of its call, and its place among that call's outputs


@dataclass(frozen=True)
class Run:
    """One thing that becomes a box or a frame.

    Args:
        number: Its place in reading order, from 1.
        path: The ids of the calls that lead to it; for several calls, to the model they stand in.
        layer: The id of the layer that runs; empty for several calls.
        call: The call; none for several, for the parts of an opaque model and for an opaque
            outermost model.
        role: `"box"`; `"block"` for several calls; `"frame"` around the calls of a model or of a
            block; `"opaque"` for code that could not be read, and `"part"` for the sub-layers of
            such a model.
        frame: The number of the frame that it stands in; 0 for none.
        depth: How many frames it stands in.
        block: The calls of a block.
        copy: For a frame around one of several equal blocks, which one it is and of how many.
    """

    number: int
    path: Path
    layer: str
    call: Call | None
    role: Literal["box", "block", "frame", "opaque", "part"] = "box"
    frame: int = 0
    depth: int = 0
    block: Block | None = None
    copy: tuple[int, int] = (1, 1)

    @property
    def hides(self) -> tuple[Path, ...]:
        """The paths of the calls that it stands for, where they are several."""
        if self.block is None or self.role != "block":
            return ()
        return tuple((*self.path, call.id) for call in self.block.calls)


@dataclass(frozen=True)
class Source:
    """Where a tensor comes from: the number of the run that made it, and the tensor."""

    run: int
    tensor: Tensor


@dataclass(frozen=True)
class Flow:
    """A tensor on its way into a run."""

    source: Source
    target: int
    kind: FlowKind = "data"


@dataclass(frozen=True)
class Walk:
    """The visible runs in reading order, the tensors between them, and those that leave."""

    runs: tuple[Run, ...]
    flows: tuple[Flow, ...]
    leaving: tuple[tuple[Port, Source], ...]


@dataclass
class Level:
    """A model whose calls are being walked through."""

    path: Path
    body: Body
    frame: int
    depth: int
    steps: Iterator[Step]
    given: Mapping[Place, list[Source]]  # for each of its inputs, what it is fed
    known: dict[Place, Source] = field(default_factory=dict)


@dataclass
class Walker:
    """The state of a walk: what has been found, and the models that are still open."""

    unfolding: Unfolding
    runs: list[Run] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)

    @property
    def graph(self) -> ModelGraph:
        """The model."""
        return self.unfolding.graph

    def walk(self) -> Walk:
        """Walk through the outermost model; a loop over open models stands in for recursion."""
        graph = self.graph
        if not graph.body.calls:
            self.add_parts(graph.body, self.add(Run(1, (), graph.root, None, "frame")))
            return Walk(tuple(self.runs), (), ())
        self.enter(graph.root, (), 0, 0, {})
        leaving: tuple[tuple[Port, Source], ...] = ()
        while self.levels:
            level = self.levels[-1]
            for step in level.steps:
                self.take(level, step)
                if self.levels[-1] is not level:
                    break
            else:
                self.levels.pop()
                ends = [(port, level.known[place_of(port.tensor)]) for port in level.body.outputs]
                if not self.levels:
                    leaving = tuple(ends)
                else:
                    outer, call_id = self.levels[-1], level.path[-1]
                    outer.known |= {(call_id, k): source for k, (_, source) in enumerate(ends)}
        return Walk(tuple(self.runs), tuple(self.flows), leaving)

    def enter(
        self,
        owner: str,
        path: Path,
        frame: int,
        depth: int,
        given: Mapping[Place, list[Source]],
    ) -> None:
        """Open a model, so that its calls come next."""
        steps = iter(self.unfolding.steps(owner))
        self.levels.append(Level(path, self.graph.bodies[owner], frame, depth, steps, given))

    def take(self, level: Level, step: Step) -> None:
        """Take one step within a model: a call, a block, or the begin or end of a frame."""
        number = len(self.runs) + 1
        if isinstance(step, Call):
            self.visit(level, step)
        elif isinstance(step, Block):
            where = (level.frame, level.depth)
            self.gather(level, self.add(Run(number, level.path, "", None, "block", *where, step)))
        elif isinstance(step, Opened):
            copy = (step.copy, step.of)
            where = (level.frame, level.depth)
            run = Run(number, level.path, "", None, "frame", *where, step.block, copy)
            level.frame, level.depth = self.add(run).number, level.depth + 1
        else:
            level.frame, level.depth = self.runs[level.frame - 1].frame, level.depth - 1

    def gather(self, level: Level, run: Run) -> None:
        """Note what flows into a block, each tensor once, and what it gives out."""
        met: set[tuple[int, Place, str]] = set()
        for call in run.block.calls if run.block else ():
            for edge in call.edges:
                origin = level.known.get(place_of(edge.tensor))
                if origin is None or origin.run == run.number or not self.shows(edge):
                    continue
                if (key := (origin.run, place_of(origin.tensor), edge.kind)) not in met:
                    met.add(key)
                    self.flows.append(Flow(origin, run.number, edge.kind))
            for tensor in call.outputs:
                level.known[place_of(tensor)] = Source(run.number, tensor)

    def shows(self, edge: Edge) -> bool:
        """Return whether a tensor on its way is drawn."""
        return edge.kind == "data" or self.unfolding.masks

    def visit(self, level: Level, call: Call) -> None:
        """Make a run of one call, and enter it where it is a model to be shown."""
        number = len(self.runs) + 1
        path = (*level.path, call.id)
        body = self.graph.bodies.get(call.layer)
        places = [place_of(edge.tensor) for edge in call.edges]
        sources = {place: level.known.get(place) for place in places}
        if body is not None and self.unfolding.opens(call.layer):
            frame = self.add(Run(number, path, call.layer, call, "frame", level.frame, level.depth))
            if body.calls:
                given = {
                    place_of(port.tensor): [x for t in fed if (x := sources.get(place_of(t)))]
                    for port, fed in zip(body.inputs, fed_to(call, body), strict=True)
                }
                self.enter(call.layer, path, frame.number, level.depth + 1, given)
                return
            run = self.add_parts(body, frame)
        else:
            run = self.add(Run(number, path, call.layer, call, "box", level.frame, level.depth))
        for tensor in call.outputs:
            level.known[place_of(tensor)] = Source(run.number, tensor)
            for source in level.given.get(place_of(tensor), ()):
                self.flows.append(Flow(source, run.number))
        for edge in call.edges:
            origin = sources[place_of(edge.tensor)]
            if origin is not None and self.shows(edge):
                self.flows.append(Flow(origin, run.number, edge.kind))

    def add(self, run: Run) -> Run:
        """Keep a run."""
        self.runs.append(run)
        return run

    def add_parts(self, body: Body, frame: Run) -> Run:
        """Keep the sub-layers of an opaque model, and before them the code that runs them."""
        number, depth = frame.number, frame.depth + 1
        code = Run(number + 1, frame.path, frame.layer, frame.call, "opaque", number, depth)
        self.add(code)
        for k, part in enumerate(body.parts):
            self.add(Run(number + 2 + k, frame.path, part, None, "part", number, depth))
        return code


def place_of(tensor: Tensor) -> Place:
    """Return what tells a tensor from the others of its model."""
    return tensor.call, tensor.index


def fed_to(call: Call, body: Body) -> list[list[Tensor]]:
    """Return for each input of a model the tensors that a call feeds it.

    Structures are followed together, so that a dict in another order still meets its own keys. What
    does not fit is fed by order.
    """
    fed: list[list[Tensor]] = [[] for _ in body.inputs]
    given = call.args[0] if len(call.args) == 1 else call.args
    followed = True
    waiting = [(body.input_structure, given)]
    while waiting:
        wanted, found = waiting.pop()
        pairs = matched(wanted, found)
        if pairs is not None:
            waiting += pairs
        elif isinstance(wanted, int) and isinstance(found, Tensor) and wanted < len(fed):
            fed[wanted].append(found)
        else:
            followed = False
    if followed and all(fed):
        return fed
    tensors = [edge.tensor for edge in call.edges if edge.kind == "data"]
    if len(tensors) == len(fed):
        return [[tensor] for tensor in tensors]
    return [[*tensors] for _ in fed]


def matched(wanted: Any, found: Any) -> list[tuple[Any, Any]] | None:
    """Return two structures item by item, or `None` where they are not alike."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping) and wanted.keys() == found.keys():
        return [(wanted[key], found[key]) for key in wanted]
    if isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        return list(zip(wanted, found, strict=True)) if len(wanted) == len(found) else None
    if isinstance(wanted, list | tuple) and len(wanted) == 1:
        return [(wanted[0], found)]
    if isinstance(found, list | tuple) and len(list(leaves(found))) == 1:
        return [(wanted, next(leaves(found)))]
    return None
