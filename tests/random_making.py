"""A random model in the making: what the steps of a recipe do.

A step picks among the tensors that fit it, counted back from the latest; where none fits, or Keras
refuses, nothing is made of that step: so any recipe can be built.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import keras
from keras import layers, ops

from tests.random_layers import (
    ANY,
    EXTRAS,
    LAYERS,
    MERGES,
    OPERATIONS,
    PAIRS,
    PAIRS_ONLY,
    SEQUENCE,
    VECTOR,
    Block,
    Scale,
    flat,
    one,
)
from tests.random_recipes import ODD, SPECIAL, Part, Step

MOST_NUMBERS = 99  # in one row of a tensor: joining doubles it


def start(kind: str, name: str) -> Any:
    """Make an input."""
    if kind == "words":
        return keras.Input((4,), dtype="int32", name=name)
    shapes = {"sequence": (4, 3), "image": (4, 4, 2), "open": (None, 3)}
    dtype = "float16" if kind == "half" else "float32"
    return keras.Input(shapes.get(kind, (3,)), dtype=dtype, name=name)


def structured(structure: str, tensors: Sequence[Any], name: str) -> Any:
    """Put tensors into a structure; the keys are the names that `start` gives to inputs."""
    named = {f"{name}_{k}": x for k, x in enumerate(tensors)}
    if structure == "dict":
        return named
    if structure == "nested" and len(tensors) > 1:
        first, *others = named.items()
        return {first[0]: first[1], "others": [x for _, x in others]} if name == "out" else named
    return list(tensors) if len(tensors) > 1 else tensors[0]


class Names:
    """Names for layers, each once."""

    def __init__(self, naming: str):
        self.naming, self.given = naming, 0

    def new(self, kind: str) -> str | None:
        """Return a name, or `None` for Keras to make one."""
        self.given += 1
        if self.naming == "automatic":
            return None
        if self.naming == "odd":
            return ODD[self.given - 1] if self.given <= len(ODD) else f"{kind} {self.given}"
        if self.naming == "misleading":  # as Keras may call something else
            return f"{one(self.given, 'add', 'dense', 'multiply')}_{self.given // 3 + 1}"
        return f"{kind}{self.given}"


class Skip(Exception):
    """Nothing fits a step."""


class Used(NamedTuple):
    """Something that was called, and on what, so that it can be called again."""

    call: Callable[[list[Any]], Any]
    specs: list[tuple[Any, str]]


class Maker:
    """The tensors of a model in the making, and what has been called."""

    def __init__(self, tensors: Iterable[Any], parts: tuple[Part, ...], names: Names):
        self.tensors = list(tensors)
        self.inputs = len(self.tensors)
        self.parts, self.names = parts, names
        self.used: list[Used] = []
        self.taken: set[int] = set()

    def follow(self, steps: Iterable[Step]) -> None:
        """Do what the steps say, as far as it can be done."""
        for step in steps:
            try:
                self.step(step)
            except Skip:
                continue

    def step(self, step: Step) -> None:
        """Do one step."""
        if step.kind in SPECIAL:
            getattr(self, step.kind)(step)
        elif step.kind in LAYERS:
            x = self.take(step.x, LAYERS[step.kind][0])
            self.call(self.layer(step), [x], step)
        elif step.kind in MERGES:
            x = self.take(step.x)
            y = self.take(step.y, like=None if step.kind in {"concatenate", "dot"} else x)
            three = step.n % 3 == 2 and step.kind not in PAIRS_ONLY
            merge = self.layer(step)
            self.make(lambda xs: merge(xs), [x, y, x] if three else [x, y])
        elif step.kind in OPERATIONS:
            ranks, ways = OPERATIONS[step.kind]
            way = one(step.n, *ways)
            self.make(lambda xs: way(*xs), [self.take(step.x, ranks)], again=False)
        else:
            ranks, both = PAIRS[step.kind]
            x = self.take(step.x, ranks)
            mix = one(step.n, *both)
            self.make(lambda xs: mix(*xs), [x, self.take(step.y, like=x)], again=False)

    def take(self, pick: int, ranks: set[int] = ANY, like: Any = None, kind: str = "float") -> Any:
        """Pick a tensor of these ranks, of the shape and dtype of `like` where that is given."""
        fitting = [
            x
            for x in self.tensors
            if len(x.shape) in ranks
            and kind in x.dtype
            and (like is None or (x.shape, x.dtype) == (like.shape, like.dtype))
        ]
        if not fitting:
            raise Skip
        return fitting[-1 - pick % len(fitting)]

    def layer(self, step: Step) -> Any:
        """Make a new layer; extras that it does not know are left out."""
        make = LAYERS[step.kind][1] if step.kind in LAYERS else MERGES[step.kind]
        options = {"name": self.names.new(step.kind), **EXTRAS.get(step.extra, {})}
        return made(make, step.n, options)

    def call(self, thing: Any, xs: list[Any], step: Step) -> None:
        """Call a layer or model on one tensor."""
        told = {"training": False} if step.extra == "off" and thing._call_has_training_arg else {}
        self.make(lambda ys: thing(ys[0], **told), xs)

    def make(
        self, call: Callable[[list[Any]], Any], xs: list[Any], *, again: bool = True
    ) -> list[Any]:
        """Call something and keep what comes out."""
        try:
            found = [x for x in keras.tree.flatten(call(xs)) if x is not None]
        except Exception as error:  # Keras refuses: a shape too small, a mask that is lost
            raise Skip from error
        if any(math.prod(n or 1 for n in x.shape[1:]) > MOST_NUMBERS for x in found):
            raise Skip
        if any(0 in x.shape or len(x.shape) > 4 for x in found):
            raise Skip
        self.tensors += found
        self.taken |= {id(x) for x in xs}
        if again:
            self.used.append(Used(call, [(x.shape, x.dtype) for x in xs]))
        return found

    def ends(self, picks: Iterable[int]) -> list[Any]:
        """Return what comes out."""
        if len(self.tensors) == self.inputs:
            last = self.tensors[-1]
            simple = "dense" if last.shape[-1] else "identity"
            self.follow([Step("embedding" if "int" in last.dtype else simple)])
        there = self.tensors[self.inputs :]
        found = [there[-1 - pick % len(there)] for pick in picks]
        self.taken |= {id(x) for x in found}
        return found

    def gathered(self) -> list[Any]:
        """Join what nothing takes into one tensor."""
        for x in self.loose():
            if len(x.shape) != 2:
                self.make(lambda xs: flat(xs[0]), [x], again=False)
        joined = layers.Concatenate(name=self.names.new("gathered"))
        try:
            return self.make(joined, self.loose()) if len(self.loose()) > 1 else []
        except Skip:  # too many numbers
            return []

    def loose(self) -> list[Any]:
        """Return the tensors that nothing takes."""
        return [x for x in self.tensors if id(x) not in self.taken and "float" in x.dtype]

    def again(self, step: Step) -> None:
        """Call something once more, on other tensors of the same shapes."""
        if not self.used:
            raise Skip
        used = self.used[-1 - step.y % len(self.used)]
        xs = []
        for k, spec in enumerate(used.specs):
            fitting = [x for x in self.tensors if (x.shape, x.dtype) == spec]
            if not fitting:
                raise Skip
            xs.append(fitting[-1 - (step.x + k) % len(fitting)])
        self.make(used.call, xs)

    def embedding(self, step: Step) -> None:
        """Look words up, masked or not."""
        x = self.take(step.x, kind="int")
        table = layers.Embedding(9, 3, mask_zero=step.n % 2 == 0, name=self.names.new("embedding"))
        self.make(lambda xs: table(xs[0]), [x])

    def attention(self, step: Step) -> None:
        """Attend from one sequence to another."""
        x = self.take(step.x, SEQUENCE)
        y = self.take(step.y, SEQUENCE, like=x)
        name = self.names.new("attention")
        if step.n % 6 > 3:
            simple = one(step.n, layers.Attention, layers.AdditiveAttention)(name=name)
            self.make(lambda xs: simple(xs), [x, y])
            return
        many = layers.MultiHeadAttention(one(step.n // 6, 1, 2), 2, name=name)
        ways: tuple[Callable[[list[Any]], Any], ...] = (
            lambda xs: many(*xs),
            lambda xs: many(query=xs[0], value=xs[1], key=xs[1]),
            lambda xs: many(*xs, use_causal_mask=True),
            lambda xs: many(*xs, return_attention_scores=True),
        )
        self.make(ways[step.n % 6], [x, y])

    def recurrent(self, step: Step) -> None:
        """Give states out, and take them in at the next call."""
        x = self.take(step.x, SEQUENCE)
        if step.n % 2:
            states = layers.LSTM(2, return_state=True, name=self.names.new("states"))
            self.make(lambda xs: states(xs[0]), [x])
            return
        h = self.take(step.y, VECTOR)
        if h.shape[-1] is None:
            raise Skip
        unit = layers.GRU(h.shape[-1], name=self.names.new("unit"))
        self.make(lambda xs: unit(xs[0], initial_state=xs[1]), [x, h])

    def spread(self, step: Step) -> None:
        """Add what broadcasts: one number for each row."""
        x = self.take(step.x)
        self.make(lambda xs: xs[0] * ops.mean(xs[0], axis=-1, keepdims=True), [x], again=False)

    def scaled(self, step: Step) -> None:
        """Give a layer of the user's own two tensors, the second by name."""
        x = self.take(step.x)
        y = self.take(step.y, like=x)
        scale = Scale(name=self.names.new("scaled"))
        sign = one(step.n, {}, {"sign": -1.0})
        self.make(lambda xs: scale(xs[0], more=xs[1], **sign), [x, y])

    def tied(self, step: Step) -> None:
        """Use a layer's kernel once more, in an operation."""
        x = self.take(step.x)
        dense = layers.Dense(x.shape[-1] or 1, name=self.names.new("tied"))
        found = self.make(lambda xs: dense(xs[0]), [x])
        self.make(lambda xs: ops.matmul(xs[0], dense.kernel), found, again=False)

    def subclass(self, step: Step) -> None:
        """Call a model that is a class."""
        x = self.take(step.x)
        model = Block(x.shape[-1] or 1, name=self.names.new("block"))
        self.call(model, [x], step)

    def part(self, step: Step) -> None:
        """Build a part for the tensors at hand, and call it."""
        if not self.parts:
            raise Skip
        place = step.y % len(self.parts)
        part = self.parts[place]
        xs = [self.take(step.x)]
        if part.form in {"two inputs", "dict"}:
            xs.append(self.take(step.n))
        name = self.names.new("model")
        if part.form == "sequential":
            inner = stack(part.steps, xs[0].shape[1:], self.names, xs[0].dtype, name)
            freeze(inner, step)
            self.call(inner, xs, step)
            return
        inputs = [keras.Input(x.shape[1:], dtype=x.dtype, name=f"in_{k}") for k, x in enumerate(xs)]
        maker = Maker(inputs, self.parts[:place], self.names)
        maker.used = list(self.used) if part.borrows else []
        maker.follow(part.steps)
        structure = "dict" if part.form == "dict" else "list"
        ends = structured(structure, maker.ends(part.ends), "out")
        given = inputs[0] if len(inputs) == 1 else inputs
        if part.form != "dict":
            inner = keras.Model(given, ends, name=name)
            freeze(inner, step)
            told = {"training": False} if step.extra == "off" else {}
            self.make(lambda ys: inner(ys if len(ys) > 1 else ys[0], **told), xs)
            return
        named = keras.Model(structured("dict", inputs, "in"), ends, name=name)
        self.make(lambda ys: named({f"in_{k}": y for k, y in enumerate(ys)}), xs)


def freeze(model: Any, step: Step) -> None:
    """Freeze a model, and perhaps thaw its last layer, where the step says so."""
    if step.extra == "frozen":
        model.trainable = False
        if step.n % 2:
            model.layers[-1].trainable = True


def made(make: Callable[[int, dict[str, Any]], Any], n: int, options: dict[str, Any]) -> Any:
    """Make a layer, without the options that it does not take."""
    try:
        return make(n, options)
    except (TypeError, ValueError):
        return make(n, {"name": options["name"]})


def stack(
    steps: Iterable[Step],
    shape: tuple[int | None, ...],
    names: Names,
    dtype: str = "float32",
    name: str | None = None,
) -> Any:
    """Build a Sequential of the steps that are layers and fit one after another."""
    x = keras.Input(shape, dtype=dtype)
    maker = Maker([x], (), names)
    chosen = []
    for step in steps:
        last = maker.tensors[-1]
        if step.kind not in LAYERS or len(last.shape) not in LAYERS[step.kind][0]:
            continue
        if "float" not in last.dtype:
            break
        layer = maker.layer(step)
        try:
            maker.call(layer, [last], Step())
        except Skip:
            continue
        chosen.append(layer)
    if not chosen:
        chosen = [layers.Identity(name=names.new("identity"))]
    return keras.Sequential([keras.Input(shape, dtype=dtype), *chosen], name=name)
