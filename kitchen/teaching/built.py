"""What a learner built, read as a graph, and how it differs from what an exercise asks for."""

import inspect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kitchen import backend
from kitchen.errors import KitchenError
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.obstacle import in_words
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import groups
from kitchen.run.equivalence import BY_HAND, equivalent
from kitchen.run.inputs import inputs_of, random_inputs
from kitchen.views.words import shape_text

FORMS = {"sequential": "a Sequential", "functional": "functional", "subclassed": "subclassed"}


@dataclass(frozen=True)
class Used:
    """Weights of one layer, or of several that are tied, and how often they are used.

    Args:
        class_name: The layer's class.
        size: The number of parameters.
        names: The layers' names.
        times: The number of calls that use them.
    """

    class_name: str
    size: int
    names: tuple[str, ...]
    times: int

    @property
    def kind(self) -> tuple[str, int]:
        """What makes two such layers alike."""
        return self.class_name, self.size


@dataclass(frozen=True)
class Built:
    """A model, live and as data.

    Args:
        model: The `tf.keras.Model`.
    """

    model: Any

    @cached_property
    def bound(self) -> Bound:
        """The model as data, with its live layers."""
        return bind(self.model)

    @property
    def graph(self) -> ModelGraph:
        """The model as data."""
        return self.bound.graph

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The shapes of its inputs as text, without the batch, sorted."""
        found = [shape_text(port.tensor.shape) for port in self.graph.body.inputs]
        if found:
            return tuple(sorted(found))
        specs = inputs_of(self.bound).specs
        return tuple(sorted(shape_text((None, *spec.shape)) for spec in specs))

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The shapes of its outputs as text, in their order."""
        return tuple(shape_text(port.tensor.shape) for port in self.graph.body.outputs)

    @cached_property
    def used(self) -> tuple[Used, ...]:
        """Its weights, by the layers that own them, in reading order."""
        graph, found = self.graph, {}
        for group in groups(graph):
            size = sum(graph.weights[w].size for w in group.weights if not graph.weights[w].state)
            names = tuple(graph.layers[layer].name for layer in group.layers)
            kind = graph.layers[group.layers[0]].class_name
            if size:
                found[group] = Used(kind, size, names, len(group.paths))
        return tuple(found.values())

    @cached_property
    def classes(self) -> Counter[str]:
        """How often each class of layer is called, in every model inside."""
        graph = self.graph
        called = (graph.layers[call.layer] for call in graph.calls.values())
        return Counter(layer.class_name for layer in called if layer.kind in ("layer", "operation"))

    @cached_property
    def settings(self) -> dict[str, tuple[str, str]]:
        """Each layer's class and settings, such as `("Dense", "64 relu")`, by its name."""
        layers = (self.graph.layers[call.layer] for call in self.graph.calls.values())
        return {x.name: (x.class_name, x.settings) for x in layers if x.kind == "layer"}

    @property
    def parameters(self) -> int:
        """The number of parameters, each counted once."""
        return self.graph.count()


def built(answer: Any, ours: Built) -> Built:
    """Return a learner's model, called once on inputs like ours if it has no weights yet.

    Raises:
        KitchenError: It is no model.
    """
    model_class = backend.keras().Model
    if inspect.isfunction(answer):  # it builds the model
        answer = answer()
    if not isinstance(answer, model_class):
        is_class = isinstance(answer, type)
        given = f"the class {answer.__name__}" if is_class else f"a {type(answer).__name__}"
        raise KitchenError("The answer is a model.", received=given)
    if not answer.layers or not all(layer.built for layer in [answer, *answer.layers]):
        call_once(answer, ours)
    return Built(answer)


def call_once(model: Any, ours: Built) -> None:
    """Call a model that was never called, on random inputs as our model takes them."""
    import numpy as np

    taken = inputs_of(ours.bound)
    flat = random_inputs(taken.specs, 2, np.random.default_rng(0))
    try:
        model(taken.pack(flat))
    except Exception:
        if len(flat) == 1:
            raise
        names = [port.layer for port in ours.graph.body.inputs]
        model(dict(zip(names, flat, strict=True)))


def number(count: int, noun: str) -> str:
    """Return a count in words.

    >>> number(1, "input"), number(2, "input"), number(12, "call")
    ('one input', 'two inputs', '12 calls')
    """
    return f"{in_words(count)} {noun}" + ("" if count == 1 else "s")


def differences(yours: Built, ours: Built) -> Iterator[tuple[str, str]]:
    """Yield how a model differs from what is asked, the plainest first: a short name, the words.

    Nothing is yielded for a model that computes what is asked with the weights that are asked.
    """
    is_open = not yours.graph.body.opaque
    if is_open:
        yield from ports(yours, ours)
    verdict = equivalent(ours.model, yours.model)
    if verdict:
        return
    if is_open:
        yield from sharing_differences(yours, ours)
        yield from layer_differences(yours, ours)
    elif yours.parameters != ours.parameters:
        yield "parameters", parameters(yours, ours)
    why = verdict.reason.removesuffix(BY_HAND)  # a learner's answer has no such argument
    yield "function", f"with the same numbers in both it computes something else than asked: {why}."


def ports(yours: Built, ours: Built) -> Iterator[tuple[str, str]]:
    """Compare inputs and outputs."""
    for noun, got, asked in (
        ("input", yours.inputs, ours.inputs),
        ("output", yours.outputs, ours.outputs),
    ):
        if len(got) != len(asked):
            yield (
                f"{noun}s",
                f"your model has {number(len(got), noun)}; the exercise asks for "
                f"{number(len(asked), noun)}.",
            )
        elif all(got) and sorted(got) != sorted(asked):  # a shape may be unknown
            verb = "takes" if noun == "input" else "gives"
            yield (
                f"{noun} shapes",
                f"your model {verb} {' and '.join(got)}; the exercise asks for "
                f"{' and '.join(asked)}.",
            )


def sharing_differences(yours: Built, ours: Built) -> Iterator[tuple[str, str]]:
    """Compare how often weights are used."""
    for asked in ours.used:
        alike = [x for x in yours.used if x.kind == asked.kind]
        whose = f"`{asked.class_name}`"
        if asked.times > 1 and alike and max(x.times for x in alike) == 1:
            if len(alike) > 1:
                yield (
                    "not shared",
                    f"you use {number(len(alike), 'layer')} {whose} with {asked.size:,} "
                    f"parameters each; the exercise asks for one layer called "
                    f"{number(asked.times, 'time')}.",
                )
            else:
                yield (
                    "called once",
                    f"your {whose} with {asked.size:,} parameters is called once; the exercise "
                    f"asks for {number(asked.times, 'call')} of it.",
                )
    theirs = Counter(x.kind for x in ours.used)
    most = {x.kind: max(y.times for y in ours.used if y.kind == x.kind) for x in ours.used}
    for got in yours.used:
        if got.times > most.get(got.kind, got.times):
            yield (
                "shared",
                f"your layer `{got.names[0]}` is called {number(got.times, 'time')}; the exercise "
                f"asks for {number(theirs[got.kind], 'layer')} with weights of "
                f"{'its' if theirs[got.kind] == 1 else 'their'} own.",
            )


def layer_differences(yours: Built, ours: Built) -> Iterator[tuple[str, str]]:
    """Compare the layers that have weights, and what joins tensors."""
    if yours.parameters != ours.parameters:
        yield "parameters", parameters(yours, ours)
    for name in ("Concatenate", "Add", "Average", "Multiply"):
        if ours.classes[name] and not yours.classes[name]:
            other = [x for x in ("Add", "Concatenate", "Average", "Multiply") if yours.classes[x]]
            instead = f"joins with `{other[0]}`" if other else f"has no `{name}`"
            yield f"no {name}", f"your model {instead}; the exercise asks for `{name}`."
    if yours.classes == ours.classes:
        yield from settings_differences(yours, ours)


def settings_differences(yours: Built, ours: Built) -> Iterator[tuple[str, str]]:
    """Name layers that have other settings than are asked, such as another activation."""
    got, asked = (Counter(side.settings.values()) for side in (yours, ours))
    extra, missing = got - asked, asked - got
    for kind, count in extra.items():
        wanted = [other for other in missing if other[0] == kind[0]]
        as_wide = [other for other in wanted if other[1].split()[:1] == kind[1].split()[:1]]
        wanted = as_wide or wanted
        names = [f"`{name}`" for name, found in yours.settings.items() if found == kind]
        if len(wanted) != 1 or count != missing[wanted[0]] or len(names) > count > 1:
            continue  # which of them is meant, nobody can say
        one, other = (" ".join(filter(None, x)) for x in (kind, wanted[0]))
        is_one = f"is a `{one}`" if count == 1 else f"are each a `{one}`"
        yield (
            "settings",
            f"your {' and '.join(names[:count])} {is_one}; the exercise asks for a `{other}`.",
        )


def parameters(yours: Built, ours: Built) -> str:
    """Return the counts of parameters of both, and the first layer that has another one."""
    text = (
        f"your model has {yours.parameters:,} parameters; the exercise's has {ours.parameters:,}."
    )
    got, asked = (Counter(x.kind for x in side.used) for side in (yours, ours))
    extra, missing = list((got - asked).elements()), list((asked - got).elements())
    if len(extra) == len(missing) == 1 and extra[0][0] == missing[0][0]:
        return f"{text} Your `{extra[0][0]}` has {extra[0][1]:,} where {missing[0][1]:,} are asked."
    if missing and not extra:
        return f"{text} A `{missing[0][0]}` with {missing[0][1]:,} is missing."
    if extra and not missing:
        return f"{text} You have a `{extra[0][0]}` with {extra[0][1]:,} too many."
    return text


def remarks(yours: Built, ours: Built) -> str:
    """Return how a right model differs from ours, in a sentence or two."""
    found = []
    if yours.graph.form != ours.graph.form:
        found.append(f"Yours is {FORMS[yours.graph.form]}, ours {FORMS[ours.graph.form]}.")
    extra = yours.classes - ours.classes
    if extra:
        names = ", ".join(f"`{name}`" for name in extra)
        found.append(f"Yours also has {names}, which changes nothing here.")
    if not found:
        mine = {x for used in yours.used for x in used.names}
        if mine != {x for used in ours.used for x in used.names}:
            found.append("It is built as ours; only names differ.")
    return " ".join(found) or "It is built as ours."
