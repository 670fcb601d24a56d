"""A whole program: its imports, a function for each model, and `build`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import Bound, bind, form_of
from kitchen.graph.sharing import order_of_bodies
from kitchen.graph.tracing import BRANCH, only_in_training
from kitchen.rewrite.code import Code, Ref, call
from kitchen.rewrite.compiling import own_steps
from kitchen.rewrite.forms import built, functional, sequential, subclass
from kitchen.rewrite.literals import Unwritable
from kitchen.rewrite.looping import folded
from kitchen.rewrite.merging import merged
from kitchen.rewrite.naming import NO_NAMES, Names, camel
from kitchen.rewrite.objects import Objects
from kitchen.rewrite.operations import Operations
from kitchen.rewrite.statements import Class, Function, Loop
from kitchen.rewrite.unit import Unit

USUAL = ("Model", "Functional", "Sequential")
TAKEN = ("tf", "layers", "ops", "build", "model", "self", "training")


class Program:
    """A program in the making.

    Args:
        compact: Whether blocks that repeat become loops.
    """

    def __init__(self, *, compact: bool = False):
        self.compact = compact
        self.names = Names(TAKEN)
        self.objects = Objects(self.names, self.inner)
        self.operations = Operations(self.objects)
        self.hints: dict[Ref, str] = {}
        self.functions: list[Function | Class] = []
        self.units = 0
        self.written: list[tuple[Bound, str]] = []  # the models that have a function or a class

    def text(self, graph: ModelGraph, bound: Bound) -> str:
        """Return the program that builds a model.

        Args:
            graph: The model in the form that it is to be written in.
            bound: The model as it is, with its live objects.
        """
        self.unit(graph, bound, "build")
        if self.compact:
            self.functions = merged(self.functions, self.hints, self.names)
            self.functions = [looped(function, self.hints) for function in self.functions]
        blocks = ["\n".join(function.text(self.names)) for function in self.functions]
        body = "\n\n\n".join(blocks)
        return "\n".join([*self.head(body), "", "", body, ""])

    def remarks(self) -> Iterator[str]:
        """Yield a sentence for whatever the models have or do that is not in the program."""
        for cls, step in self.own_steps():
            yield f"{cls} has a {step} of its own, which is not in the source."
        for bound, model in self.written:
            layer, body = bound.graph.layers[model], bound.graph.bodies[model]
            used = {w for made in body.calls for w in bound.graph.layers[made.layer].weights}
            if spare := [w for w in layer.weights if w not in used]:
                name = bound.graph.weights[spare[0]].name
                yield (
                    f"{layer.name!r} has weights that none of its calls use, such as {name!r}; "
                    "they are not in the source."
                )
            if told(bound.graph, model) and (more := only_in_training(bound.layers[model])):
                yield f"{layer.name!r}, when it is trained, {more}."
        for name in dict.fromkeys(self.objects.learned):
            yield (
                f"{name!r} has learned a mean and a variance from data, which are not in the "
                "source: call adapt on the new layer, or load the weights from a file."
            )

    def own_steps(self) -> dict[tuple[str, str], None]:
        """Return the classes that replace a part of training, each with the first such part."""
        found: dict[tuple[str, str], None] = {}
        for bound, model in self.written:
            live = bound.layers[model]
            found |= dict.fromkeys((type(live).__name__, step) for step in own_steps(live)[:1])
        return found

    def head(self, body: str) -> list[str]:
        """Return the imports, and short names for what the program uses."""
        lines = ["import tensorflow as tf"]
        for (module, name), known in sorted(self.objects.places.imports.items()):
            given = f" as {known}" if known != name else ""
            lines.append(f"from {module} import {name}{given}")
        short = [n for n in ("layers", "ops") if re.search(rf"(?<![\w.]){n}\.", body)]
        return [*lines, *[""][: len(short)], *(f"{n} = tf.keras.{n}" for n in short)]

    def inner(self, model: Any) -> Code:
        """Return the call that makes a model which stands inside a layer."""
        bound = bind(model)
        if not bound.graph.body.calls:
            raise Unwritable(f"it holds {model.name!r}, whose call could not be read")
        return call(self.unit(bound.graph, bound, ""))

    def unit(self, graph: ModelGraph, bound: Bound, name: str) -> str:
        """Write a model and all models in it; return the function that makes it."""
        unit = Unit(
            graph,
            bound.graph,
            bound.layers,
            bound.variables,
            self.objects,
            self.operations,
            self.hints,
            self.units,
        )
        self.units += 1
        wanted = [x for x in order_of_bodies(graph) if x == graph.root or x in unit.homes.home]
        models = [x for x in reversed(wanted) if graph.bodies[x].calls]
        for model in models:
            unit.functions[model] = self.function_name(unit, model, name)
        for model in models:
            with unit.blaming(model):  # for what no layer is to blame for
                self.write(unit, model, told(bound.graph, model))
            if model in bound.graph.bodies:
                self.written.append((bound, model))
        return unit.functions[graph.root]

    def write(self, unit: Unit, model: str, training: bool) -> None:
        """Write the function or the class of one model."""
        form = unit.form(model)
        if form == "sequential":
            self.functions.append(sequential(unit, model))
        elif form == "functional":
            self.functions.append(functional(unit, model))
        else:
            written, lines = subclass(unit, model, training)
            self.functions.append(written)
            if unit.number == 0 and model == unit.graph.root:
                self.functions.append(built(unit, model, lines, written))

    def function_name(self, unit: Unit, model: str, root: str) -> str:
        """Return the name of the function or the class of one model."""
        if unit.form(model) == "subclassed":
            live = unit.live.get(model)
            name = type(live).__name__ if live is not None else ""
            plain = name.isidentifier() and name.isascii() and name not in {*NO_NAMES, *USUAL}
            if not plain or form_of(live) != "subclassed":
                name = camel(unit.titles.given(model) or "") or "MyModel"
            return self.names.fresh(name)
        if root and model == unit.graph.root:
            return root
        return self.names.fresh(f"build_{unit.titles.variable(model)}")


def looped(function: Function | Class, hints: dict[Ref, str]) -> Function | Class:
    """Return a function with loops in it, where some of its lines repeat."""
    if isinstance(function, Class):
        return function
    lines = folded(function.lines if function.adding is None else function.adding, hints)
    if function.adding is not None and not any(isinstance(line, Loop) for line in lines):
        lines = function.lines
    return replace(function, lines=lines)


def told(graph: ModelGraph, model: str) -> bool:
    """Return whether a model's own code was told `training=False` when it was read."""
    return model in graph.bodies and BRANCH in graph.bodies[model].note
