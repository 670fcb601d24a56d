"""Are two models one graph? The same calls of the same layers, whatever ids and automatic names.

Both are walked from their outputs back in step, with the live layers' configurations beside the
data. This shares no code with `kitchen.graph.matching`, so that each can show the other wrong.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from kitchen.graph.model_graph import Body, Call, Constant, Tensor, VariableUse
from kitchen.graph.reader import Bound, bind

# What differs between two copies of one layer, or only says where an object was.
BESIDES_THE_POINT = {"name", "build_config", "compile_config", "shared_object_id", "layers"}

OTHER_STEMS = {"input_layer", "keras_tensor", "sequential", "functional", "model"}
SEQUENTIAL_OR_NOT = {"Functional", "Sequential"}  # whose configurations name what is inside


class Unequal(Exception):
    """A place where two graphs differ."""


def unequal(a: Any, b: Any) -> str:
    """Return where two models' graphs differ, or nothing."""
    try:
        pairs(bind(a), bind(b))
    except Unequal as difference:
        return str(difference)
    return ""


def pairs(a: Bound, b: Bound) -> "Pairing":
    """Pair the layers, calls and weights of two equal graphs.

    Raises:
        Unequal: They are not equal.
    """
    pairing = Pairing(a, b)
    pairing.layer(a.graph.root, b.graph.root)
    need(a.graph.form == b.graph.form, f"forms {a.graph.form}, {b.graph.form}")
    while pairing.waiting:
        pairing.body(*pairing.waiting.pop())
    return pairing


def give_weights(a: Any, b: Any) -> None:
    """Put the weights of one model into the other, whose graph is equal."""
    left, right = bind(a), bind(b)
    for one, two in pairs(left, right).weights.items():
        right.variables[two].assign(left.variables[one])


def need(condition: bool, difference: str) -> None:
    """Raise unless a condition holds."""
    if not condition:
        raise Unequal(difference)


class Pairing:
    """Which layer, call and weight of one graph is which of the other."""

    def __init__(self, a: Bound, b: Bound):
        self.a, self.b = a, b
        self.layers: dict[str, str] = {}
        self.calls: dict[str, str] = {}
        self.weights: dict[str, str] = {}
        self.waiting: list[tuple[Body, Body]] = []
        classes = {x.class_name for side in (a, b) for x in side.graph.layers.values()}
        snakes = {keras.src.utils.naming.to_snake_case(name) for name in classes}
        stems = "|".join(sorted(map(re.escape, snakes | OTHER_STEMS)))
        self.pattern = re.compile(rf"({stems})(_\d+)?(CLONE)?")

    def automatic(self, *names: str) -> bool:
        """Return whether Keras itself may give such names in these models."""
        return all(self.pattern.fullmatch(name) for name in names)

    def note(self, known: dict[str, str], one: str, two: str, what: str) -> bool:
        """Pair two ids for good; return whether the pair is new."""
        if one in known or two in known.values():
            need(known.get(one) == two, f"{what}: another partner was found for one of them")
            return False
        known[one] = two
        return True

    def layer(self, one: str, two: str) -> None:
        """Compare two layers, once."""
        p, q = self.a.graph.layers[one], self.b.graph.layers[two]
        what = f"{p.name} and {q.name}"
        if not self.note(self.layers, one, two, what):
            return
        need(p.kind == q.kind, f"{what}: {p.kind!r}, {q.kind!r}")
        classes = [x.class_name for x in (p, q)]
        if p.kind == "model":  # code may hold two classes of one name
            classes = [re.sub(r"_\d+$", "", name) for name in classes]
        need(classes[0] == classes[1], f"{what}: classes {classes[0]}, {classes[1]}")
        need(p.kind == "input" or p.trainable == q.trainable, f"{what}: one is frozen")
        ours = p.kind == "model" or p.module == q.module
        need(ours, f"{what}: of the modules {p.module} and {q.module}")
        need(p.name == q.name or self.automatic(p.name, q.name), f"{what}: other names")
        need(len(p.weights) == len(q.weights), f"{what}: other numbers of weights")
        for w, v in zip(p.weights, q.weights, strict=True):
            self.weight(w, v, what)
        if (body := self.a.graph.bodies.get(one)) is not None:
            self.waiting.append((body, self.b.graph.bodies[two]))
        elif p.kind in {"layer", "operation"}:
            mine, other = config(self.a.layers[one]), config(self.b.layers[two])
            need(mine == other, f"{what}: configured {mine} and {other}")

    def weight(self, one: str, two: str, what: str) -> None:
        """Compare two weights."""
        w, v = self.a.graph.weights[one], self.b.graph.weights[two]
        self.note(self.weights, one, two, f"{what}: {w.name}")
        for name in ("name", "shape", "dtype", "trainable", "state"):
            got = getattr(w, name), getattr(v, name)
            need(got[0] == got[1], f"{what}: {w.name}.{name} {got[0]!r}, {got[1]!r}")

    def body(self, one: Body, two: Body) -> None:
        """Compare the calls of two models."""
        need(one.input_structure == two.input_structure, "other structures of inputs")
        need(one.output_structure == two.output_structure, "other structures of outputs")
        need([p.key for p in one.inputs] == [q.key for q in two.inputs], "other keys of inputs")
        need([p.key for p in one.outputs] == [q.key for q in two.outputs], "other keys of outputs")
        left, right = ({c.id: c for c in body.calls} for body in (one, two))
        waiting = [
            (p.tensor, q.tensor)
            for ports in ((one.inputs, two.inputs), (one.outputs, two.outputs))
            for p, q in zip(*ports, strict=True)
        ]
        while waiting:
            x, y = waiting.pop()
            need((x.index, x.shape, x.dtype) == (y.index, y.shape, y.dtype), f"{x} and {y}")
            if self.note(self.calls, x.call, y.call, f"the calls of {x} and {y}"):
                waiting += self.call(left[x.call], right[y.call])
        need(len(left) == len(right), f"{len(left)} calls and {len(right)}")
        missing = sorted(set(left) - set(self.calls))
        need(not missing, f"calls that lead nowhere: {missing}")

    def call(self, one: Call, two: Call) -> Iterator[tuple[Tensor, Tensor]]:
        """Compare two calls and yield the tensors that they take."""
        self.layer(one.layer, two.layer)
        what = f"the calls of {self.a.graph.layers[one.layer].name}"
        need(one.implicit == two.implicit, f"{what}: masks {one.implicit}, {two.implicit}")
        need(one.plumbing == two.plumbing, f"{what}: one is plumbing")
        need(len(one.outputs) == len(two.outputs), f"{what}: other numbers of outputs")
        waiting: list[tuple[Any, Any]] = [
            (list(one.args), list(two.args)),
            (dict(one.kwargs), dict(two.kwargs)),
        ]
        while waiting:
            x, y = waiting.pop()
            need(type(x) is type(y), f"{what}: {x!r} and {y!r}")
            if isinstance(x, Tensor):
                yield x, y
            elif isinstance(x, VariableUse):
                self.weight(x.weight, y.weight, what)
            elif isinstance(x, Mapping):
                need(x.keys() == y.keys(), f"{what}: arguments {sorted(x)}, {sorted(y)}")
                waiting += [(x[key], y[key]) for key in x]
            elif isinstance(x, list | tuple):
                need(len(x) == len(y), f"{what}: {x!r} and {y!r}")
                waiting += list(zip(x, y, strict=True))
            else:
                same = x == y if isinstance(x, Constant | bool | int | float | str) else True
                need(same, f"{what}: {x!r} and {y!r}")


def config(thing: Any) -> Any:
    """Return what a layer or operation is set to, as plain data, without names."""
    if not isinstance(thing, keras.layers.Layer):
        found = {k: v for k, v in vars(thing).items() if not k.startswith("_")}
    else:
        found = keras.saving.serialize_keras_object(thing)["config"]
    return plain(found)


def plain(value: Any) -> Any:
    """Return a configuration without what is beside the point; tuples and lists are one."""
    if isinstance(value, Mapping):
        if value.get("class_name") in SEQUENTIAL_OR_NOT:
            return value["class_name"]
        return {k: plain(v) for k, v in value.items() if k not in BESIDES_THE_POINT}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str | None) else repr(value)
