"""Models that several tests read, compare and draw."""

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor


def siamese(twice: bool = True) -> Any:
    """One encoder of two layers, called on both inputs (or two encoders)."""

    def encoder(name: str) -> Any:
        return keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(4, activation="relu", name=f"{name}_a"),
                layers.Dense(3, name=f"{name}_b"),
            ],
            name=name,
        )

    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    one = encoder("encoder")
    two = one if twice else encoder("other")
    joined = layers.Concatenate(name="joined")([one(left), two(right)])
    return keras.Model([left, right], layers.Dense(1, name="out")(joined), name="siamese")


def residual(blocks: int = 1) -> Any:
    x = inputs = keras.Input((6,), name="x")
    for k in range(blocks):
        h = layers.Dense(6, activation="relu", name=f"dense_{k}")(x)
        x = layers.Add(name=f"add_{k}")([x, h])
    return keras.Model(inputs, x, name="residual")


def dicts() -> Any:
    """Inputs and outputs in dicts; the outputs' keys are not their layers' names."""
    p, q = keras.Input((3,), name="p"), keras.Input((2,), name="q")
    h = layers.Concatenate(name="both")([p, q])
    ends = {"y": layers.Dense(1, name="zz")(h), "b": layers.Dense(2, name="aa")(h)}
    return keras.Model({"q": q, "p": p}, ends, name="dicts")


def masked() -> Any:
    """A chain with a mask that Keras passes along by itself."""
    words = keras.Input((None,), dtype="int32", name="words")
    h = layers.Embedding(20, 4, mask_zero=True, name="embedding")(words)
    return keras.Model(words, layers.LSTM(3, name="lstm")(h), name="masked")


def tied() -> Any:
    """An embedding whose table is also the output's kernel."""
    words = keras.Input((5,), dtype="int32", name="words")
    table = layers.Embedding(20, 4, name="table")
    return keras.Model(
        words, ops.einsum("btd,vd->btv", table(words), table.embeddings), name="tied"
    )


def operators() -> Any:
    x = keras.Input((3,), name="x")
    y = x * np.arange(3.0, dtype="float32") + 1.0
    return keras.Model(x, ops.sum(y, axis=1, keepdims=True), name="operators")


def chain_graph(length: int) -> ModelGraph:
    """A hand-made chain of calls, without Keras."""
    layer_list = [Layer("L0", "chain", "Functional", "model"), Layer("L1", "x", "Input", "input")]
    layer_list += [Layer(f"L{k + 2}", f"step_{k}", "Dense") for k in range(length)]
    tensors = [Tensor(f"C{k}", 0, (None, 4), "float32") for k in range(length + 1)]
    calls = [Call("C0", "L1", outputs=(tensors[0],))]
    for k in range(length):
        calls.append(Call(f"C{k + 1}", f"L{k + 2}", (tensors[k],), outputs=(tensors[k + 1],)))
    body = Body(tuple(calls), (Port(tensors[0], "x"),), (Port(tensors[-1], "end"),), 0, 0)
    return ModelGraph("L0", "functional", {x.id: x for x in layer_list}, {}, {"L0": body})


def nested_graph(depth: int) -> ModelGraph:
    """A hand-made model inside a model inside a model, without Keras."""
    layer_list, bodies = [], {}
    for k in range(depth):
        start, tensor = Layer(f"I{k}", f"in_{k}", "Input", "input"), Tensor(f"S{k}", 0, (None, 4))
        inner = f"M{k + 1}" if k + 1 < depth else "dense"
        layer_list += [Layer(f"M{k}", f"model_{k}", "Functional", "model"), start]
        result = Tensor(f"C{k}", 0, (None, 4))
        calls = (
            Call(f"S{k}", start.id, outputs=(tensor,)),
            Call(f"C{k}", inner, (tensor,), outputs=(result,)),
        )
        bodies[f"M{k}"] = Body(calls, (Port(tensor, start.name),), (Port(result, inner),), 0, 0)
    layer_list.append(Layer("dense", "dense", "Dense"))
    return ModelGraph("M0", "functional", {x.id: x for x in layer_list}, {}, bodies)


def unet(depth: int = 2) -> Any:
    """A skip over a skip: `depth` levels down and up again."""
    x = inputs = keras.Input((16, 16, 1), name="x")
    skips = []
    for k in range(depth):
        x = layers.Conv2D(2, 3, padding="same", name=f"down_{k}")(x)
        skips.append(x)
        x = layers.MaxPooling2D(name=f"pool_{k}")(x)
    x = layers.Conv2D(2, 3, padding="same", name="bottom")(x)
    for k in reversed(range(depth)):
        x = layers.UpSampling2D(name=f"up_{k}")(x)
        x = layers.Concatenate(name=f"cat_{k}")([x, skips[k]])
        x = layers.Conv2D(2, 3, padding="same", name=f"conv_{k}")(x)
    return keras.Model(inputs, layers.Conv2D(1, 1, name="mask")(x), name="unet")


def attention_block() -> Any:
    """Self-attention and two dense layers, each with a skip."""
    x = inputs = keras.Input((5, 8), name="x")
    h = layers.MultiHeadAttention(2, 4, name="attention")(x, x)
    x = layers.LayerNormalization(name="norm")(layers.Add(name="add_1")([x, h]))
    h = layers.Dense(8, name="dense_2")(layers.Dense(16, name="dense_1")(x))
    return keras.Model(inputs, layers.Add(name="add_2")([x, h]), name="attention_block")
