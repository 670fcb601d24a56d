"""In which order calls are written, and which function of the program creates which layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kitchen.graph.model_graph import Body, Call, ModelGraph, VariableUse, leaves
from kitchen.graph.sharing import order_of_bodies


def variables(call: Call) -> list[str]:
    """Return the ids of the weights among a call's arguments."""
    found = leaves([*call.args, *call.kwargs.values()])
    return [x.weight for x in found if isinstance(x, VariableUse)]


def owners(graph: ModelGraph) -> dict[str, str]:
    """Return for each weight the layer that owns it; an operation only uses those of others."""
    found: dict[str, str] = {}
    for layer in graph.layers.values():
        if layer.kind == "layer":
            for weight in layer.weights:
                found.setdefault(weight, layer.id)
    return found


def in_reading_order(graph: ModelGraph, body: Body, owner: Mapping[str, str]) -> list[Call]:
    """Return the calls of a body as a person would write them: one branch, then the next.

    That is from the outputs back, the first argument first. Calls of one layer keep their order,
    and a layer is called before its weights are used by hand. Inputs and mask plumbing are left
    out.
    """
    wanted = [c for c in body.calls if not c.plumbing and graph.layers[c.layer].kind != "input"]
    calls = {call.id: call for call in wanted}
    before: dict[str, list[str]] = {}
    last: dict[str, str] = {}
    first: dict[str, str] = {}
    for call in wanted:
        first.setdefault(call.layer, call.id)
    for call in wanted:
        needed = [edge.source for edge in call.edges if edge.kind == "data"]
        needed += [first[x] for w in variables(call) if (x := owner.get(w, "")) in first]
        if call.layer in last:
            needed.append(last[call.layer])
        last[call.layer] = call.id
        before[call.id] = [key for key in needed if key in calls]
    done: dict[str, Call] = {}
    started: set[str] = set()
    ends = [port.tensor.call for port in body.outputs if port.tensor.call in calls]
    for end in [*ends, *calls]:
        waiting = [end]
        while waiting:
            key = waiting[-1]
            if key in started:
                waiting.pop()
                done.setdefault(key, calls[key])
            else:
                started.add(key)
                waiting += [x for x in reversed(before[key]) if x not in started]
    return list(done.values())


@dataclass
class Homes:
    """Which function creates each layer: the innermost one around all that use it.

    Args:
        graph: The graph.
        home: For each layer, the model whose function creates it.
        parameters: For each model, the layers that its function is given.
    """

    graph: ModelGraph
    home: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the home of every layer, from the outermost model inwards."""
        owner = owners(self.graph)
        users: dict[str, dict[str, None]] = {}
        for model in order_of_bodies(self.graph):
            self.parameters[model] = []
            if model != self.graph.root:
                self.place(model, list(users.get(model, ())))
            if model == self.graph.root or model in self.home:
                for layer in used(self.graph, model, owner):
                    users.setdefault(layer, {})[model] = None
        for layer, models in users.items():
            if layer not in self.graph.bodies:
                self.place(layer, list(models))

    def place(self, layer: str, users: list[str]) -> None:
        """Find the home of one layer; the models that use it have theirs already."""
        if not users:
            return
        common = list(self.around(users[0]))
        for user in users[1:]:
            others = set(self.around(user))
            common = [model for model in common if model in others]
        self.home[layer] = common[0]
        for user in users:
            for model in self.around(user):
                if model == common[0]:
                    break
                if layer not in self.parameters[model]:
                    self.parameters[model].append(layer)

    def around(self, model: str) -> Iterator[str]:
        """Yield a model and those whose functions lead to its own, outwards."""
        while True:
            yield model
            if model == self.graph.root:
                return
            model = self.home[model]


def used(graph: ModelGraph, model: str, owner: Mapping[str, str]) -> dict[str, None]:
    """Return the layers that a model calls, or whose weights it uses by hand, in their order."""
    found: dict[str, None] = {}
    for call in graph.bodies[model].calls:
        if graph.layers[call.layer].kind in {"layer", "model"}:
            found[call.layer] = None
        found.update(dict.fromkeys(owner[w] for w in variables(call) if w in owner))
    return found


def count(calls: list[Call]) -> dict[str, int]:
    """Return how often each layer is called."""
    found: dict[str, int] = {}
    for call in calls:
        found[call.layer] = found.get(call.layer, 0) + 1
    return found
