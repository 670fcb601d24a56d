"""Where the tensors of one model part and meet again, each such place told once."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from kitchen.graph.dominance import Dominators
from kitchen.graph.handing import Spot, ends, given, packed, produced, sole, spot, spot_of, taken
from kitchen.graph.model_graph import Call, ModelGraph, Tensor, leaves
from kitchen.graph.obstacle import Obstacle, how_often, in_words, listed, names_of, short, span
from kitchen.graph.sharing import Path

OUTSIDE = 0  # the node before the inputs, and the one behind the outputs
LONGEST_WALK = 60  # calls of a branch that are named or counted
JOINING = {
    "Add",
    "Average",
    "Concatenate",
    "Divide",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "Stack",
    "Subtract",
    "TrueDivide",
}
ATTENTION = {"AdditiveAttention", "Attention", "GroupedQueryAttention", "MultiHeadAttention"}
ROLES = ("query", "value", "key")  # of what attention takes, in order


class Junctions:
    """The calls of one model with what leads to them and what follows.

    Args:
        graph: The graph.
        owner: The id of the model.
        prefix: The path of that model.
    """

    def __init__(self, graph: ModelGraph, owner: str, prefix: Path = ()):
        """Find where everything parts and meets."""
        self.graph, self.owner, self.prefix = graph, owner, prefix
        self.body = graph.bodies[owner]
        self.names = names_of(graph, owner)
        self.calls = {call.id: call for call in self.body.calls if not call.plumbing}
        self.order = list(self.calls)
        self.node = {call: k + 1 for k, call in enumerate(self.order)}
        self.outs = {spot(port.tensor) for port in self.body.outputs}
        self.users: dict[str, dict[str, None]] = {call: {} for call in self.calls}
        self.used: dict[Spot, int] = dict.fromkeys(self.outs, 1)  # how often each tensor is wanted
        self.tree = Dominators()
        for call in self.calls.values():
            wanted = dict.fromkeys(spot(edge.tensor) for edge in taken(call))
            for key in wanted:
                self.users[key.call][call.id] = None
                self.used[key] = self.used.get(key, 0) + 1
            self.tree.add(dict.fromkeys(self.node[key.call] for key in wanted))

    def obstacles(self) -> Iterator[Obstacle]:
        """Yield the joins and the forks, in the order of the calls."""
        told = {*self.joins.values(), *(self.node[x] for way in self.skips.values() for x in way)}
        for key, call in self.calls.items():
            if key in self.joins:
                yield self.join(call)
            if len(self.users[key]) > 1 and (self.meets[key] is None or self.node[key] not in told):
                yield self.fork(key)

    def paths(self, *calls: str) -> tuple[Path, ...]:
        """Return the paths of calls, each once."""
        return tuple((*self.prefix, call) for call in dict.fromkeys(calls))

    @cached_property
    def meets(self) -> Mapping[str, str | None]:
        """By each call, the nearest one in which everything that it leads to comes together."""
        tree = Dominators()
        node: dict[str, int] = {}
        leaving = {key.call for key in self.outs}
        for call in reversed(self.order):
            after = [OUTSIDE] if call in leaving else []
            node[call] = tree.add([*after, *(node[user] for user in self.users[call])])
        back = {number: call for call, number in node.items()}
        return {call: back.get(tree.parent[number]) for call, number in node.items()}

    @cached_property
    def joins(self) -> Mapping[str, int]:
        """The calls that take several tensors, with the node at which these parted."""
        return {
            key: self.tree.parent[self.node[key]]
            for key, call in self.calls.items()
            if len(taken(call)) > 1 and not self.handed_on(call)
        }

    @cached_property
    def skips(self) -> Mapping[str, list[str]]:
        """By a join of tensors that have no call in common, the calls that lead there two ways."""
        found = {}
        for key, parted in self.joins.items():
            sources = dict.fromkeys(edge.source for edge in taken(self.calls[key]))
            if parted == OUTSIDE and len(sources) > 1:
                two = [x for x in sources if len(self.users[x]) > 1 and self.meets[x] == key]
                if two and self.joining(self.calls[key]):
                    found[key] = two
        return found

    @cached_property
    def branched(self) -> frozenset[str]:
        """The joins whose tensors come from different calls."""
        return frozenset(
            key for key in self.joins if len({e.source for e in taken(self.calls[key])}) > 1
        )

    def handed_on(self, call: Call) -> bool:
        """Return whether a call takes all that one other gives, as a Sequential would hand it on.

        So it is with a model that takes all inputs as they come: the inputs are told elsewhere.
        """
        takes = packed(sole(self.graph, self.owner, call), spot_of)
        sources = {edge.source for edge in taken(call)}
        if takes is None:
            return False
        if len(sources) > 1:
            return self.graph.layers[call.layer].kind == "model" and takes == ends(self.body)[0]
        wanted = {spot(edge.tensor) for edge in taken(call)}
        return takes == produced(self.graph, self.calls[sources.pop()]) and all(
            self.used[key] == 1 for key in wanted
        )

    def join(self, call: Call) -> Obstacle:
        """Return what a call joins, and where that parted."""
        name, parted = self.names[call.id], self.joins[call.id]
        sources = list(dict.fromkeys(edge.source for edge in taken(call)))
        start = self.order[parted - 1] if parted else ""
        ways = [self.way(source, parted) for source in sources if start and source != start]
        passed = [step for steps, _ in ways for step in steps]
        calls = self.paths(*([start] if start else sources), *passed, call.id)
        over = listed(text for _, text in ways)
        begin = self.names.get(start, "")
        if not self.joining(call):
            more = ""
            if ways:
                more = f" {begin} comes past {over}." if start in sources else f" All from {begin}."
            return Obstacle("arguments", f"{name} takes {self.tensors(call)}.{more}", calls)
        if call.id in self.skips:
            return self.skip(call)
        if not ways:
            return Obstacle("merge", f"{name} joins {self.tensors(call)}.", calls)
        if start in sources:
            all_of_it = "them" if len(ways) > 1 else "the two"
            text = f"A skip from {begin} to {name}, over {over}; {name} joins {all_of_it}."
            return Obstacle("skip", text, calls)
        return Obstacle("branch", f"A branch at {begin}: {over}, joined by {name}.", calls)

    def skip(self, call: Call) -> Obstacle:
        """Return what goes to a join directly and by another way, which something else joins."""
        starts, name = self.skips[call.id], self.names[call.id]
        over = dict.fromkeys(x for start in starts for x in self.users[start] if x != call.id)
        begin, way = (listed(self.names[x] for x in found) for found in (starts, over))
        text = f"A skip from {begin} to {name}, over {way}; {name} joins them."
        return Obstacle("skip", text, self.paths(*starts, *over, call.id))

    def joining(self, call: Call) -> bool:
        """Return whether a call takes its tensors to make one of them, rather than in roles."""
        layer = self.graph.layers[call.layer]
        if layer.class_name in JOINING:
            return True
        on_list = isinstance(sole(self.graph, self.owner, call), list | tuple)
        return on_list and layer.kind != "model" and layer.class_name not in ATTENTION

    def way(self, source: str, parted: int) -> tuple[list[str], str]:
        """Return the calls from behind a node up to a call, and the same in words.

        Where there are branches on the way, these are only the calls through which all must pass.
        """
        tree, node = self.tree, self.node[source]
        first = self.order[tree.at_depth(node, tree.depth[parted] + 1) - 1]
        if tree.depth[node] - tree.depth[parted] > LONGEST_WALK:
            return [first, source], span([self.names[first], self.names[source]], whole=False)
        found = []
        while node != parted:
            found.append(self.order[node - 1])
            node = tree.parent[node]
        found.reverse()
        if first in self.branched:
            return found, f"everything up to {self.names[source]}"
        whole = not any(step in self.branched for step in found)
        return found, span([self.names[step] for step in found], whole=whole)

    def fork(self, call: str) -> Obstacle:
        """Return what a call feeds, and where that meets again."""
        users = list(self.users[call])
        meeting = self.meets[call]
        after = (
            f"They meet again in {self.names[meeting]}."
            if meeting
            else f"They never{'' if len(users) == 2 else ' all'} meet again."
        )
        text = f"A branch at {self.names[call]}: it feeds {listed(self.names[x] for x in users)}."
        return Obstacle("branch", f"{text} {after}", self.paths(call, *users))

    def tensors(self, call: Call) -> str:
        """Return how many tensors a call takes, and from where, in words."""
        attention = self.graph.layers[call.layer].class_name in ATTENTION
        texts: list[str] = []
        plain = True
        for name, value in given(self.graph, self.owner, call).items():
            for tensor in (x for x in leaves(value) if isinstance(x, Tensor)):
                role = "" if name.isdigit() or name == "inputs" else f" as {short(name)}"
                if attention and not role and len(texts) < len(ROLES):
                    role = f" as {ROLES[len(texts)]}"
                texts.append(f"{self.tensor(tensor)}{role}")
                plain = plain and not role
        if len(set(texts)) == 1:
            return f"one tensor {how_often(len(texts))}: {texts[0]}"
        if plain and len(texts) == 2:
            return f"two tensors, {listed(f'one from {text}' for text in texts)}"
        return f"{in_words(len(texts))} tensors{', from ' if plain else ': '}{listed(texts)}"

    def tensor(self, tensor: Tensor) -> str:
        """Return a tensor in words, by the call that gives it."""
        name = self.names[tensor.call]
        several = len(self.calls[tensor.call].outputs) > 1 if tensor.call in self.calls else False
        return f"{name} (tensor {tensor.index + 1})" if several else name
