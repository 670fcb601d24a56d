"""The wrapped form: a Sequential whose elements branch inside, and what each of them hides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kitchen.graph.handing import ends, spot, steps, taken
from kitchen.graph.model_graph import Call, ModelGraph, Tensor
from kitchen.graph.obstacle import Obstacle, names_of
from kitchen.graph.obstacles import obstacles_of
from kitchen.graph.sharing import Path
from kitchen.graph.wrapping import chain, cut, elements_of, mask_origins, plain, with_masks

DEEPEST = 10  # levels of blocks inside blocks; deeper ones stay whole


@dataclass(frozen=True)
class Element:
    """One element of a Sequential: a plain call, or a block that hides what branches in it.

    Args:
        calls: The paths of its calls.
        name: The call in words; of a block, the first and the last.
        block: Whether it is no layer or model as yet: calls that become a functional model.
        hides: What is inside and could not stand in a plain Sequential.
        inside: The ways through it that are Sequentials themselves, each as its elements: the
            branches between a block's entry and its exit, or the one way through a sub-model.
        busy: Whether it hides something, or what is inside does.
        key: What it looks like; equal for elements of the same classes, settings and wiring.
    """

    calls: tuple[Path, ...]
    name: str
    block: bool = False
    hides: tuple[Obstacle, ...] = ()
    inside: tuple[tuple["Element", ...], ...] = ()
    busy: bool = False
    key: Any = field(default=None, repr=False, compare=False)


@dataclass
class Frame:
    """One model of the graph with what is looked up of it."""

    graph: ModelGraph
    owner: str
    prefix: Path

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Its calls in words."""
        return names_of(self.graph, self.owner)

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        """What keeps it from being a plain Sequential."""
        return obstacles_of(self.graph, self.owner, self.prefix)

    @cached_property
    def by_call(self) -> Mapping[str, list[Obstacle]]:
        """The obstacles along its calls, by the call that shows each."""
        found: dict[str, list[Obstacle]] = {}
        for obstacle in self.obstacles:
            if obstacle.calls and obstacle.kind not in {"inputs", "outputs"}:
                found.setdefault(obstacle.calls[-1][-1], []).append(obstacle)
        return found

    def along(self, calls: Sequence[Call]) -> list[Obstacle]:
        """Return the obstacles that lie within some calls."""
        found = [obstacle for call in calls for obstacle in self.by_call.get(call.id, ())]
        if not found:
            return []
        here = {call.id for call in calls}
        apart = {"shared": 0, "branch": 1}  # these have several calls to be in here, all from this
        return [
            x
            for x in found
            if x.kind not in apart or here.issuperset(p[-1] for p in x.calls[apart[x.kind] :])
        ]

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Where its masks come up."""
        return mask_origins(self.graph.bodies[self.owner])

    def masked(self, calls: Sequence[Call]) -> bool:
        """Return whether a mask comes to some calls from elsewhere."""
        edges = [edge for call in calls for edge in call.edges if edge.kind == "mask"]
        here = {call.id for call in calls} if edges else set()
        return any(self.origins.get(edge.source, edge.source) not in here for edge in edges)


@dataclass
class Node:
    """An element in the making."""

    frame: Frame
    calls: Sequence[Call]
    block: bool
    gives: Any
    depth: int
    hides: list[Obstacle]
    inside: list[list["Node"]] = field(default_factory=list)
    made: Element = Element((), "")

    def close(self) -> None:
        """Make the element, once those inside are made."""
        busy = bool(self.hides) or any(node.made.busy for way in self.inside for node in way)
        names = [self.frame.names[call.id] for call in (self.calls[0], self.calls[-1])]
        inside = self.inside if self.block or busy else []
        self.made = Element(
            calls=tuple((*self.frame.prefix, call.id) for call in self.calls),
            name=names[0] if len(self.calls) == 1 else " … ".join(names),
            block=self.block,
            hides=tuple(self.hides),
            inside=tuple(tuple(node.made for node in way) for way in inside),
            busy=busy,
            key=self.look(),
        )

    def look(self) -> Any:
        """Return what the calls are and how they are wired, without their names."""
        layers = self.frame.graph.layers
        place = {call.id: k for k, call in enumerate(self.calls)}
        return (
            self.block,
            *(obstacle.kind for obstacle in self.hides),
            *(
                (
                    layers[call.layer].class_name,
                    layers[call.layer].settings,
                    call.layer if call.layer in self.frame.graph.bodies else "",
                    tuple(k - place.get(edge.source, len(place)) for edge in taken(call)),
                )
                for k, call in enumerate(self.calls)
            ),
        )


def elements_form(graph: ModelGraph) -> tuple[Element, ...]:
    """Return a model as elements, each with what it hides; a single one where nothing can be cut.

    Args:
        graph: The model; none of its models contains itself.
    """
    return Nesting(graph).form()


class Nesting:
    """A model on its way to elements, the outermost first."""

    def __init__(self, graph: ModelGraph):
        """Set out with the outermost model."""
        self.graph = graph
        self.nodes: list[Node] = []
        self.opened = {graph.root}  # a model that is called again looks as it did before

    def form(self) -> tuple[Element, ...]:
        """Cut the outermost model, then what is inside each element, level by level."""
        top = self.model(Frame(self.graph, self.graph.root, ()), 0)
        for node in self.nodes:  # grows on the way
            if node.depth < DEEPEST:
                node.inside = list(self.ways(node))
        for node in reversed(self.nodes):
            node.close()
        return tuple(node.made for node in top)

    def model(self, frame: Frame, depth: int) -> list[Node]:
        """Return the elements of a whole model; the first and the last hide what is at its ends."""
        body = self.graph.bodies[frame.owner]
        if chain(self.graph, frame.owner) is not None:
            calls = steps(self.graph, body)
            nodes = [Node(frame, [call], False, None, depth, []) for call in calls]
            self.nodes += nodes
            return nodes
        entering, leaving = ends(body)
        if len(body.inputs) == 1:
            entering = spot(body.inputs[0].tensor)  # without a dict, if there is one around it
        nodes = self.stack(frame, elements_of(self.graph, frame.owner), entering, leaving, depth)
        for obstacle in frame.obstacles:
            if nodes and obstacle.kind in {"inputs", "outputs"}:
                nodes[0 if obstacle.kind == "inputs" else -1].hides.append(obstacle)
        return nodes

    def stack(
        self,
        frame: Frame,
        groups: Sequence[Sequence[Call]],
        entering: Any,
        leaving: Any,
        depth: int,
    ) -> list[Node]:
        """Return groups of calls as elements, one after the other."""
        nodes = []
        for k, group in enumerate(groups):
            last = k == len(groups) - 1
            gives = leaving if last else passing(group[-1], groups[k + 1])
            alone = len(group) == 1 and plain(
                self.graph, frame.owner, group[0], entering, gives, last=last
            )
            nodes.append(Node(frame, group, not alone, gives, depth, frame.along(group)))
            entering = gives
        self.nodes += nodes
        return nodes

    def ways(self, node: Node) -> Iterator[list[Node]]:
        """Yield the ways through an element that are Sequentials themselves."""
        if node.block:
            for calls, entering, leaving in branches(node):
                frame, groups = node.frame, cut(calls, [entering], [leaving])
                groups = with_masks(self.graph, frame.owner, groups, frame.origins)
                yield self.stack(frame, groups, spot(entering), spot(leaving), node.depth + 1)
            return
        layer = node.calls[0].layer
        if layer in self.opened or layer not in self.graph.bodies:
            return
        self.opened.add(layer)
        if self.graph.bodies[layer].calls:
            inner = Frame(self.graph, layer, (*node.frame.prefix, node.calls[0].id))
            known = {obstacle.kind for obstacle in node.hides}  # at the ends of the whole model
            node.hides += [x for x in inner.obstacles if x.kind not in known]
            yield self.model(inner, node.depth + 1)


def passing(call: Call, group: Sequence[Call]) -> Any:
    """Return which tensor of a call a group takes."""
    return next(spot(e.tensor) for x in group for e in taken(x) if e.source == call.id)


def branches(node: Node) -> Iterator[tuple[Any, ...]]:
    """Yield the branches of a block that take one tensor and give one: their calls, and both.

    They end where the last call of the block joins them, or where the model does.
    """
    inner = {call.id: call for call in node.calls}
    ending = node.calls[-1]
    if node.gives in {spot(tensor) for tensor in ending.outputs}:
        del inner[ending.id]
        given = [edge.tensor for edge in taken(ending)]
    else:
        given = [port.tensor for port in node.frame.graph.bodies[node.frame.owner].outputs]
    found: dict[str, list[Call]] = {}
    part = parts(inner)
    for call in inner.values():
        found.setdefault(part[call.id], []).append(call)
    leaving: dict[str, dict[Any, Tensor]] = {}
    for tensor in given:
        if tensor.call in part:
            leaving.setdefault(part[tensor.call], {})[spot(tensor)] = tensor
    for key, calls in found.items():
        edges = [edge for call in calls for edge in taken(call)]
        entering = {spot(e.tensor): e.tensor for e in edges if part.get(e.source) != key}
        if len(entering) == len(leaving.get(key, ())) == 1 and not node.frame.masked(calls):
            yield calls, *entering.values(), *leaving[key].values()


def parts(calls: Mapping[str, Call]) -> Mapping[str, str]:
    """Return which calls hang together: by each call, one that stands for its part."""
    above = {call: call for call in calls}

    def top(call: str) -> str:
        while above[call] != call:
            above[call] = call = above[above[call]]
        return call

    for call in calls.values():
        for edge in taken(call):
            if edge.source in calls:
                above[top(edge.source)] = top(call.id)
    return {call: top(call) for call in calls}
