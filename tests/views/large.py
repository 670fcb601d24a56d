"""Large hand-made graphs, without Keras: what is drawn as blocks."""

from collections.abc import Callable

from kitchen.graph.model_graph import ModelGraph, Tensor
from tests.views.graphs import Maker

Body = Callable[[Maker, Tensor, str], Tensor]


def conv(m: Maker, x: Tensor, name: str, rows: int = 4, columns: int = 4) -> Tensor:
    """A layer with weights, one that scales, one that bends."""
    shape = (None, columns)
    h = m.call(m.dense(f"{name}_dense", rows, columns), x, shape=shape)
    gamma = m.weight("gamma", (columns,))
    h = m.call(m.layer(f"{name}_norm", "LayerNormalization", [gamma]), h, shape=shape)
    return m.call(m.layer(f"{name}_relu", "ReLU"), h, shape=shape)


def residual(m: Maker, x: Tensor, name: str) -> Tensor:
    h = conv(m, conv(m, x, f"{name}_1"), f"{name}_2")
    return m.call(m.layer(f"{name}_add", "Add"), [x, h])


def projected(m: Maker, x: Tensor, name: str) -> Tensor:
    """A block with a layer on its skip too."""
    h = conv(m, conv(m, conv(m, x, f"{name}_1"), f"{name}_2"), f"{name}_3")
    return m.call(m.layer(f"{name}_add", "Add"), [h, conv(m, x, f"{name}_0")])


def gated(m: Maker, x: Tensor, name: str) -> Tensor:
    """A gate: a small detour."""
    h = conv(m, x, name)
    pooled = m.call(m.layer(f"{name}_pool", "GlobalAveragePooling1D"), h)
    gate = m.call(m.dense(f"{name}_gate", 4, 4, name), pooled)  # no two gates are alike
    return m.call(m.layer(f"{name}_mul", "Multiply"), [h, gate])


def stages(*copies: int) -> ModelGraph:
    """A stem, then stages of a projected block and so many residual ones, and a head."""
    m = Maker("stages")
    h = conv(m, m.input("x"), "stem")
    for k, count in enumerate(copies):
        h = projected(m, h, f"stage{k}_block0")
        for n in range(count):
            h = residual(m, h, f"stage{k}_block{n + 1}")
    return m.graph([m.call(m.dense("head", 4, 2), h, shape=(None, 2))])


def row(block: Body, count: int) -> ModelGraph:
    """One block after the other."""
    m = Maker("row")
    h = m.input("x")
    for k in range(count):
        h = block(m, h, f"part{k}")
    return m.graph([h])


def dense_block(copies: int) -> ModelGraph:
    """Each block adds four channels to what it takes."""
    m = Maker("dense_block")
    h = m.input("x")
    for k in range(copies):
        more = conv(m, h, f"block{k}", 4 * (k + 1))
        shape = (None, 4 * (k + 2))
        h = m.call(m.layer(f"block{k}_concat", "Concatenate"), [h, more], shape=shape)
    return m.graph([h])


def unet(depth: int = 5) -> ModelGraph:
    m = Maker("unet")
    h, kept = m.input("x"), []
    for k in range(depth):
        h = conv(m, conv(m, h, f"down{k}_1"), f"down{k}_2")
        kept.append(h)
        h = m.call(m.layer(f"pool{k}", "MaxPooling1D"), h)
    h = conv(m, h, "bottom")
    for k in reversed(range(depth)):
        h = m.call(m.layer(f"join{k}", "Concatenate"), [h, kept[k]])
        h = conv(m, conv(m, h, f"up{k}_1"), f"up{k}_2")
    return m.graph([h])


def shared_blocks(copies: int = 12) -> ModelGraph:
    """The same layers again and again, and one of them once more at the end."""
    m = Maker("shared_blocks")
    h = m.call(m.dense("stem", 4, 4, "stem"), m.input("x"))
    layers = [m.dense(f"own_{k}", 4, 4, f"4 {k}") for k in range(5)]
    for _ in range(copies):
        x = h
        for layer in layers:
            h = m.call(layer, h)
        h = m.call(m.layer("add", "Add"), [x, h])
    h = m.call(m.layer("between", "ReLU"), h)
    return m.graph([m.call(layers[0], h)])


def wide(count: int) -> ModelGraph:
    """Equal layers side by side."""
    m = Maker("wide")
    x = m.input("x")
    ends = [m.call(m.layer(f"leaf{k}"), x) for k in range(count)]
    return m.graph([m.call(m.layer("end", "Add"), ends)])


def with_models(count: int = 3) -> ModelGraph:
    """Models inside, alike, each of residual blocks."""
    m = Maker("outer")
    h = m.input("x")
    for k in range(count):
        inner = m.inner(f"model{k}")
        x = inner.input("start")
        for n in range(6):
            x = residual(inner, x, f"model{k}_block{n}")
        h = m.call(inner.close([x]), h)
    return m.graph([m.call(m.dense("head", 4, 1), h, shape=(None, 1))])


LARGE: dict[str, Callable[[], ModelGraph]] = {
    "stages": lambda: stages(3, 5),
    "dense_block": lambda: dense_block(20),
    "gates": lambda: row(gated, 16),
    "unet": unet,
    "shared_blocks": shared_blocks,
}
