"""Rules about layers that are used in more than one place."""

from collections.abc import Iterator

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.rules.base import Fault, Rule, Subject, names, quoted
from kitchen.graph.rules.walk import Step, learned


def in_two_models(subject: Subject) -> Iterator[Fault]:
    """Find a layer that stands in two models of one: its file cannot be loaded."""
    graph = subject.graph
    if not all(kind(graph, owner) for owner in graph.bodies):
        return  # a class of one's own saves in its own way
    lost: dict[str, tuple[str, ...]] = {}
    first: dict[str, str] = {}
    waiting = [(graph.root, iter(members(graph, graph.root)))]
    entered, unfinished = {graph.root}, {graph.root}
    while waiting:  # in the order in which Keras writes a model's configuration
        owner, rest = waiting[-1]
        if (layer := next(rest, None)) is None:
            waiting.pop()
            unfinished.discard(owner)
            continue
        before = first.setdefault(layer, owner)
        if before != owner and not survives(graph, layer, before, owner, unfinished):
            lost[layer] = (*lost.get(layer, (before,)), owner)
        if layer in graph.bodies and layer not in entered:
            entered.add(layer)
            unfinished.add(layer)
            waiting.append((layer, iter(members(graph, layer))))
    for layer, owners in lost.items():
        calls = [
            (owner, call.id)
            for owner in owners
            for call in graph.bodies[owner].calls
            if call.layer == layer
        ]
        yield Fault(
            f"{quoted(graph.layers[layer].name)} stands in "
            f"{names([graph.layers[x].name for x in owners])}. `save` writes the file without a "
            "word, and `keras.models.load_model` then fails on it.",
            "Save the weights alone, `model.save_weights(…)`, and build the model by code before "
            "`load_weights`; or use the layer in one model only.",
            tuple(path for owner, call in calls for path in subject.paths(owner, [call])),
        )


def members(graph: ModelGraph, owner: str) -> list[str]:
    """Return the layers that stand in a model, each once, in the order in which it writes them."""
    found = dict.fromkeys(call.layer for call in graph.bodies[owner].calls)
    return [x for x in found if graph.layers[x].kind in {"layer", "model"}]


def kind(graph: ModelGraph, owner: str) -> str:
    """Return how Keras writes a model's configuration; empty for a class of one's own."""
    layer = graph.layers[owner]
    if layer.module.partition(".")[0] != "keras" or graph.bodies[owner].opaque:
        return ""
    return "sequential" if layer.class_name == "Sequential" else "functional"


def survives(graph: ModelGraph, layer: str, before: str, owner: str, unfinished: set[str]) -> bool:
    """Return whether a layer that was written inside one model is found again in another.

    Keras marks it as shared only while the first model is still being written. A functional model
    then counts the layer's calls, and those of the other model spoil the count unless both begin
    at the same inputs.
    """
    if before not in unfinished:
        return not learned(graph, graph.layers[layer])  # two layers without weights do the same
    if kind(graph, before) == kind(graph, owner) == "sequential":
        return True
    inputs = {graph.layers[c.layer].id for c in graph.bodies[owner].calls}
    inputs = {x for x in inputs if graph.layers[x].kind == "input"}
    outer = {call.layer for call in graph.bodies[before].calls}
    return kind(graph, before) == kind(graph, owner) == "functional" and inputs <= outer


def one_normalisation(subject: Subject) -> Iterator[Fault]:
    """Find a `BatchNormalization` in use at places where different things arrive."""
    calls: dict[str, list[Step]] = {}
    for step in subject.row.steps:
        if step.own and step.layer.class_name == "BatchNormalization" and step.layer.trainable:
            calls.setdefault(step.layer.id, []).append(step)
    shared = {layer: steps for layer, steps in calls.items() if len(steps) > 1}
    if not shared:
        return
    kinds = origins(subject)
    for steps in shared.values():
        if len({kinds[step.sources[0][0]] for step in steps}) < 2:
            continue
        makers = [maker(subject, step).layer.name for step in steps]
        yield Fault(
            f"{quoted(steps[0].layer.name)} normalises what comes from {names(makers)} with one "
            f"set of moving statistics, a mixture of {len(steps)} distributions. In training each "
            "call uses its own batch; in `predict` all use the mixture.",
            "One BatchNormalization for each place; the layers around it can still be shared.",
            tuple(step.path for step in steps),
        )


def origins(subject: Subject) -> list[int]:
    """Return a number for each step: equal where the same layers have worked on an input.

    Layers without weights are stepped over, and all inputs count as one: two photographs through
    one encoder are of one kind.
    """
    numbers: dict[tuple[str, frozenset[int]], int] = {}
    found: list[int] = []
    for step in subject.row.steps:
        fed = frozenset(found[source] for source, _ in step.sources)
        if learned(subject.graph, step.layer):
            key = (step.layer.id, fed)
        elif not fed:
            key = ("", fed)
        elif len(fed) == 1:
            found.append(next(iter(fed)))
            continue
        else:
            key = ("", fed)
        found.append(numbers.setdefault(key, len(numbers)))
    return found


def maker(subject: Subject, step: Step) -> Step:
    """Return the last step with weights, or with several sources, before a step."""
    steps = subject.row.steps
    step = steps[step.sources[0][0]]
    while not learned(subject.graph, step.layer) and len(step.sources) == 1:
        step = steps[step.sources[0][0]]
    return step


RULES = (
    Rule(
        "K103",
        "A layer in two models: the file cannot be loaded",
        "Each model writes its own layers into the file. Keras 3 does not see that two models "
        "hold the same one.",
        in_two_models,
        ("calls",),
    ),
    Rule(
        "K104",
        "One BatchNormalization for different things",
        "It keeps one moving mean and one moving variance, however often it is called.",
        one_normalisation,
        ("calls",),
    ),
)
