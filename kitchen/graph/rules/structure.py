"""Rules about how a model is put together: what is lost, left out, or never used."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kitchen.graph.compiled import fed_elsewhere
from kitchen.graph.describe import attribute
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.rules.base import Fault, Rule, Subject, counted, names, quoted
from kitchen.graph.rules.walk import NOISE, Step, learned
from kitchen.graph.tracing import RECOVERED, sublayers


def repeated(subject: Subject) -> Iterator[Fault]:
    """Find a layer that stands in a Sequential more than once."""
    graph = subject.graph
    for owner, body in graph.bodies.items():
        if graph.layers[owner].class_name != "Sequential":
            continue
        used: dict[str, list[str]] = {}
        elements = [c for c in body.calls if graph.layers[c.layer].kind != "input"]
        elements = [call for call in elements if not call.plumbing]
        for call in elements:
            used.setdefault(call.layer, []).append(call.id)
        for layer, calls in used.items():
            if len(calls) > 1:
                name = quoted(graph.layers[layer].name)
                yield Fault(
                    f"{name} stands {len(calls)} times in {quoted(graph.layers[owner].name)}. "
                    f"A saved file keeps it once: {loaded(graph, elements)}.",
                    "Write it as a functional model, where a layer can be called again: "
                    "`x = layer(layer(x))`.",
                    subject.paths(owner, calls),
                )


def loaded(graph: ModelGraph, elements: Sequence[Call]) -> str:
    """Return what comes of a saved Sequential in which layers are repeated, as a sentence's part.

    The file numbers the weights of the layers of one class, the repeated ones too; the model that
    is being loaded numbers those that it has.
    """
    seen, again = set[str](), set[str]()
    reshaped = False
    for call in elements:
        layer = graph.layers[call.layer]
        if layer.id in seen:
            again.add(layer.class_name)
            reshaped |= [e.tensor.shape for e in call.edges] != [x.shape for x in call.outputs]
        elif layer.class_name in again and learned(graph, layer):
            return (
                f"`keras.models.load_model` then does not find the weights of {quoted(layer.name)}"
                ", and fails"
            )
        seen.add(layer.id)
    fewer = f"{counted(len(seen), 'layer')} instead of {len(elements)}"
    if reshaped:
        return (
            f"the model that is loaded has {fewer}, with other shapes, or `keras.models.load_model`"
            " fails because they do not fit"
        )
    return f"the model that is loaded has {fewer}"


def rewired(subject: Subject) -> Iterator[Fault]:
    """Find layers chained one after another that branch and join where they come from."""
    graph = subject.graph
    for owner, body in graph.bodies.items():
        calls = [c for c in body.calls if graph.layers[c.layer].kind != "input" and not c.plumbing]
        if any(len(call.edges) != 1 for call in calls) or len(calls) < 2:
            continue
        live = {c.layer: subject.live(c.layer) for c in calls}
        elsewhere = fed_elsewhere([x for x in live.values() if x is not None])
        for before, call in pairwise(calls):
            fed = elsewhere.get(id(live[call.layer]), [])
            joined = next((x for x in fed if len(x) > 1), None)
            if joined is None or any(x is live[call.layer] for x in joined):
                continue
            one, name = graph.layers[before.layer].name, graph.layers[call.layer].name
            yield Fault(
                f"In the network it comes from, {quoted(name)} takes what "
                f"{names([x.name for x in joined])} give together. Here it takes {quoted(one)} "
                "alone: a skip or a branch is gone, and Keras does not say so.",
                "Write it with calls. To cut off only the last layer of a network `base`: "
                "`keras.Model(base.input, base.layers[-2].output)`.",
                subject.paths(owner, [before.id, call.id]),
            )


def unused_input(subject: Subject) -> Iterator[Fault]:
    """Find an input from which no output can be reached."""
    used = subject.row.reaching([made for made, _ in subject.row.ends])
    for step in subject.row.steps:
        if step.layer.kind == "input" and not step.frame.call and step.index not in used:
            yield Fault(
                f"The input {quoted(step.layer.name)} reaches no output: whatever is fed to it "
                "changes nothing.",
                "Connect it, or leave it out of `keras.Model(inputs, outputs)`.",
                (step.path,),
            )


def dead_branch(subject: Subject) -> Iterator[Fault]:
    """Find weights that are computed with, although nothing reads the result."""
    steps, weights = subject.row.steps, subject.graph.weights
    used = subject.row.reaching([made for made, _ in subject.row.ends])
    alive = {w for k in used for w in steps[k].layer.weights}
    dead: list[Step] = []
    for step in steps:
        idle = [w for w in step.layer.weights if w not in alive and weights[w].trainable]
        if step.index not in used and idle:
            dead.append(step)
    if dead:
        lost = {w for x in dead for w in x.layer.weights if w not in alive}
        owners = {x.frame.owner for x in dead}
        yield Fault(
            f"Nothing reads what comes out of {names([x.layer.name for x in dead])}: "
            f"{sum(weights[w].size for w in lost):,} parameters of "
            f"{names([subject.graph.layers[x].name for x in owners])} are computed with and never "
            "learn.",
            "Build the sub-model with the outputs that are used: `keras.Model(inputs, output)`.",
            tuple(x.path for x in dead),
        )


def training_given(subject: Subject) -> Iterator[Fault]:
    """Find a `training=` that a functional model overrides."""
    for owner, body in subject.graph.bodies.items():
        if body.note.startswith(RECOVERED):
            continue  # a subclassed model: there it holds
        for call in body.calls:
            told = call.kwargs.get("training")
            layer = subject.live(call.layer)
            if not isinstance(told, bool) or layer is None:
                continue
            inside = [x for x in sublayers(layer) if differs(x)]
            if not told and not layer.trainable:
                inside = [x for x in inside if type(x).__name__ not in NOISE]  # a frozen base
            if not inside:
                continue
            name, kinds = quoted(layer.name), names([type(x).__name__ for x in inside])
            norm = type(inside[0]).__name__ == "BatchNormalization"
            yield Fault(
                f"{name} is called with `training={told}`, and "
                + (
                    f"`fit` runs it in training mode all the same ({kinds}, "
                    f"{counted(len(inside), 'layer')})"
                    + (": batch statistics are used and the moving ones move." if norm else ".")
                    if not told
                    else f"`predict` and `evaluate` run it in inference mode all the same ({kinds})"
                    "."
                ),
                "Freeze it: `layer.trainable = False` for each BatchNormalization, then compile."
                if norm and not told
                else "Put the call into a class of your own: there `training=` holds.",
                subject.paths(owner, [call.id]),
            )


def differs(layer: Any) -> bool:
    """Return whether a layer does something else in training than otherwise, here and now."""
    name = type(layer).__name__
    if name == "BatchNormalization":
        return bool(layer.trainable)
    return name in NOISE and bool(attribute(layer, "rate") or attribute(layer, "stddev"))


RULES = (
    Rule(
        "K101",
        "A repeated layer is lost when the model is saved",
        "In the file of a Sequential a layer stands once, under its name.",
        repeated,
        ("calls",),
    ),
    Rule(
        "K102",
        "A slice of layers drops a skip",
        "`model.layers` is a list of layers and says nothing about which one feeds which.",
        rewired,
        ("model", "calls"),
    ),
    Rule(
        "K105",
        "`training=` at a call is overridden",
        "In Keras 3 a functional model passes its own `training` on to every layer, over what was "
        "given at the call.",
        training_given,
        ("model", "calls"),
    ),
    Rule(
        "K108",
        "An input that reaches no output",
        "Keras feeds it and goes no further.",
        unused_input,
        ("calls",),
    ),
    Rule(
        "K109",
        "A branch that nothing reads",
        "What reaches no output reaches no loss, so its gradient is zero.",
        dead_branch,
        ("calls",),
    ),
)
