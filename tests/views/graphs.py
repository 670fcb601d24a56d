"""Hand-made graphs, without Keras, and pictures taken apart again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from kitchen.graph.model_graph import (
    Body,
    Call,
    Constant,
    Form,
    Layer,
    ModelGraph,
    Port,
    Shape,
    Tensor,
    VariableUse,
    Weight,
)

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Maker:
    """Makes the calls of one model; several share `layers` and `weights` to make a whole graph."""

    name: str = "model"
    layers: dict[str, Layer] = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)

    def inner(self, name: str) -> "Maker":
        """A model inside this one."""
        return Maker(name, self.layers, self.weights, self.bodies)

    def weight(self, name: str, shape: tuple[int, ...], **more: Any) -> str:
        key = f"W{len(self.weights)}"
        self.weights[key] = Weight(key, name, shape, **more)
        return key

    def layer(
        self, name: str, class_name: str = "Dense", weights: Iterable[str] = (), **more: Any
    ) -> str:
        key = f"L{len(self.layers)}"
        self.layers[key] = Layer(key, name, class_name, weights=tuple(weights), **more)
        return key

    def dense(self, name: str, rows: int, columns: int, settings: str = "") -> str:
        own = (self.weight("kernel", (rows, columns)), self.weight("bias", (columns,)))
        return self.layer(name, "Dense", own, settings=settings or str(columns))

    def input(self, name: str, shape: Shape = (None, 4), dtype: str = "float32") -> Tensor:
        layer = self.layer(name, "InputLayer", kind="input")
        tensor = self.call(layer, shape=shape, dtype=dtype)
        self.inputs.append(tensor)
        return tensor

    def call(
        self,
        layer: str,
        *args: Any,
        shape: Shape | None = (None, 4),
        dtype: str = "float32",
        **more: Any,
    ) -> Tensor:
        """Call a layer; `out` is the number of its outputs, `kwargs` what was given by name."""
        key = f"C{sum(len(body.calls) for body in self.bodies.values()) + len(self.calls)}"
        key = f"{self.name}-{key}"
        outputs = tuple(Tensor(key, k, shape, dtype) for k in range(more.pop("out", 1)))
        self.calls.append(Call(key, layer, args, outputs=outputs, **more))
        return outputs[0]

    def close(self, outputs: Mapping[str, Tensor] | Iterable[Tensor], note: str = "") -> str:
        """Make the model of the calls so far and return its layer."""
        named = outputs.items() if isinstance(outputs, Mapping) else enumerate(outputs)
        ends = [(str(key), tensor) for key, tensor in named]
        used = dict.fromkeys(w for call in self.calls for w in self.layers[call.layer].weights)
        owner = self.layer(self.name, "Functional", used, kind="model")
        names = {call.id: self.layers[call.layer].name for call in self.calls}
        single = len(ends) == 1 and not isinstance(outputs, Mapping)
        self.bodies[owner] = Body(
            tuple(self.calls),
            tuple(Port(tensor, names[tensor.call]) for tensor in self.inputs),
            tuple(Port(x, names[x.call], "" if single else key) for key, x in ends),
            0 if len(self.inputs) == 1 else list(range(len(self.inputs))),
            0 if single else list(range(len(ends))),
            note=note,
        )
        return owner

    def graph(
        self,
        outputs: Mapping[str, Tensor] | Iterable[Tensor],
        note: str = "",
        form: Form = "functional",
    ) -> ModelGraph:
        """Make the outermost model and the whole graph."""
        root = self.close(outputs, note)
        return ModelGraph(root, form, self.layers, self.weights, self.bodies)


def shared_layer() -> ModelGraph:
    """The article's third example."""
    m = Maker("shared_layer")
    x = m.input("input", (None, 128))
    shared = m.dense("shared_dense", 128, 64, "64 relu")
    both = [m.call(shared, x, shape=(None, 64)) for _ in range(2)]
    for name, rows, columns, settings in (
        ("dense", 64, 32, "32 relu"),
        ("output", 32, 1, "1 sigmoid"),
    ):
        heads = [m.dense(f"{name}_{k}", rows, columns, settings) for k in (1, 2)]
        both = [m.call(*pair, shape=(None, columns)) for pair in zip(heads, both, strict=True)]
    return m.graph(both)


def siamese() -> ModelGraph:
    """One encoder of two layers, called on both inputs."""
    m = Maker("siamese")
    inner = m.inner("encoder")
    h = inner.call(inner.dense("hidden", 8, 6), inner.input("picture", (None, 8)), shape=(None, 6))
    encoder = inner.close([inner.call(inner.dense("code", 6, 3), h, shape=(None, 3))])
    left, right = m.input("left", (None, 8)), m.input("right", (None, 8))
    codes = [m.call(encoder, x, shape=(None, 3)) for x in (left, right)]
    joined = m.call(m.layer("difference", "Subtract"), codes, shape=(None, 3))
    return m.graph([m.call(m.dense("score", 3, 1), joined, shape=(None, 1))])


def tied() -> ModelGraph:
    """An embedding whose table is also the kernel of the last layer, which has its own bias."""
    m = Maker("tied")
    table = m.weight("embeddings", (1000, 32))
    x = m.call(
        m.layer("embedding", "Embedding", [table]),
        m.input("words", (None, 5), "int32"),
        shape=(None, 5, 32),
    )
    logits = m.layer("logits", "TiedDense", [table, m.weight("bias", (1000,))])
    return m.graph([m.call(logits, x, shape=(None, 5, 1000))])


def recurrent(times: int = 4) -> ModelGraph:
    """One layer called again and again on its own output."""
    m = Maker("recurrent")
    h = m.input("x")
    step = m.dense("step", 4, 4)
    for _ in range(times):
        h = m.call(step, h)
    return m.graph([h])


def inside() -> ModelGraph:
    """A model that shares a layer inside itself, called once."""
    m = Maker("inside")
    inner = m.inner("block")
    both = inner.dense("both", 4, 4)
    block = inner.close([inner.call(both, inner.call(both, inner.input("start")))])
    return m.graph([m.call(block, m.input("x"))])


def many_ends() -> ModelGraph:
    """Two inputs, outputs in a dict, one of them used inside as well, one layer with three."""
    m = Maker("many_ends")
    a, b = m.input("a", (None, 2)), m.input("b", (None, 3))
    h = m.call(m.layer("both", "Concatenate"), [a, b], shape=(None, 5))
    state = m.call(m.layer("lstm", "LSTM"), h, out=3)
    more = m.calls[-1].outputs[2]
    last = m.call(m.dense("last", 5, 1), state, kwargs={"memory": more}, shape=(None, 1))
    return m.graph({"y": last, "h": h})


def masked() -> ModelGraph:
    """A mask that Keras makes and passes along by itself."""
    m = Maker("masked")
    words = m.input("words", (None, None), "int32")
    mask = m.call(
        m.layer("not_equal", "NotEqual", kind="operation"), words, 0, dtype="bool", plumbing=True
    )
    h = m.call(m.layer("embedding", "Embedding", [m.weight("embeddings", (9, 4))]), words)
    lstm = m.layer("lstm", "LSTM", [m.weight("kernel", (4, 4))])
    given = {"mask": mask, "training": False}
    return m.graph([m.call(lstm, h, kwargs=given, implicit=frozenset({"mask"}))])


def operators() -> ModelGraph:
    """Operations with arrays, numbers and a variable among their arguments."""
    m = Maker("operators")
    array = Constant((64,), "float32")
    kernel = m.weight("kernel", (64, 2))
    m.layer("owner", "Dense", [kernel])
    h = m.call(m.layer("multiply", "Multiply", kind="operation"), m.input("x", (None, 64)), array)
    h = m.call(m.layer("subtract", "Subtract", kind="operation"), 1.0, h)
    matmul = m.layer("matmul", "Matmul", [kernel], kind="operation")
    return m.graph([m.call(matmul, h, VariableUse(kernel))])


def opaque() -> ModelGraph:
    """A subclassed model whose code could not be read."""
    m = Maker()
    parts = (m.dense("first", 4, 8), m.dense("second", 8, 2))
    weights = tuple(m.weights)
    root = m.layer("my_model", "MyModel", weights, kind="model")
    body = Body(parts=parts, note="Its call is code that could not be read: a loop.")
    return ModelGraph(root, "subclassed", m.layers, m.weights, {root: body})


def with_opaque_part() -> ModelGraph:
    """A functional model that calls a subclassed one twice."""
    m = Maker("outer")
    parts = (m.dense("first", 4, 4), m.dense("second", 4, 4))
    code = m.layer("my_model", "MyModel", tuple(m.weights), kind="model")
    m.bodies[code] = Body(parts=parts, note="Its call is code that could not be read: a loop.")
    return m.graph([m.call(code, m.call(code, m.input("x")))])


def traced() -> ModelGraph:
    """A subclassed model whose graph was recovered."""
    m = Maker("traced")
    end = m.call(m.dense("only", 4, 4), m.input("x"))
    return m.graph([end], note="Recovered by tracing; training=False branch.", form="subclassed")


GRAPHS = {
    make.__name__: make
    for make in (
        *(shared_layer, siamese, tied, recurrent, inside, many_ends, masked, operators),
        *(opaque, with_opaque_part, traced),
    )
}


@dataclass(frozen=True)
class Seen:
    """One group of an SVG: a box, a frame or a line.

    Args:
        id: Its id without the picture's prefix.
        data: Its data attributes.
        texts: What is written in it.
        node: The element.
    """

    id: str
    data: dict[str, str]
    texts: list[str]
    node: ElementTree.Element

    @property
    def kind(self) -> str:
        return self.data.get("kind", "")

    @property
    def area(self) -> tuple[float, float, float, float]:
        """The left, top, right and bottom of a box, from its rectangle or its curves."""
        rect = self.node.find(f"{SVG}rect")
        if rect is not None:
            x, y, w, h = (float(rect.attrib[k]) for k in ("x", "y", "width", "height"))
            return x, y, x + w, y + h
        curve = self.node.find(f"{SVG}path")
        numbers = points(curve.attrib["d"]) if curve is not None else []
        xs, ys = numbers[::2], numbers[1::2]
        return min(xs), min(ys), max(xs), max(ys)


def points(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def seen(svg: str) -> list[Seen]:
    """Every group of an SVG that stands for something."""
    found = []
    for node in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        data = {k.removeprefix("data-"): v for k, v in node.attrib.items() if k.startswith("data-")}
        texts = [text.text or "" for text in node.iter(f"{SVG}text")]
        found.append(Seen(node.attrib.get("id", "-").split("-", 1)[1], data, texts, node))
    return found


def boxes(svg: str) -> list[Seen]:
    """The boxes of calls and parts: all but outputs and barrels."""
    others = {"", "frame", "output", "barrel", "data", "mask", "tie"}
    return [group for group in seen(svg) if group.kind not in others]


def of_kind(svg: str, kind: str) -> list[Seen]:
    return [group for group in seen(svg) if group.kind == kind]
