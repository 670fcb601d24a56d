"""Rules about weights that training does not change, or should not change and does."""

from collections.abc import Iterator
from typing import Any

from kitchen.graph.rules.base import Fault, Rule, Subject, begin, names, quoted


def without_loss(subject: Subject) -> Iterator[Fault]:
    """Find weights that feed only outputs without a loss."""
    losses, row, weights = subject.losses, subject.row, subject.graph.weights
    if losses is None or all(losses) or not any(losses):
        return
    scored = [made for (made, _), loss in zip(row.ends, losses, strict=True) if loss]
    own = [step.index for step in row.steps if adds_loss(subject, step.layer.id)]
    learning = {w for k in row.reaching(scored + own) for w in row.steps[k].layer.weights}
    for k, (made, _) in enumerate(row.ends):
        if losses[k] is not None:
            continue
        feeding = [row.steps[x] for x in sorted(row.reaching([made]))]
        idle = [s for s in feeding if any(w not in learning for w in s.layer.weights)]
        lost = {w for s in idle for w in s.layer.weights if w not in learning}
        lost = {w for w in lost if weights[w].trainable}
        if lost:
            yield Fault(
                f"{begin(subject.output(k))} has no loss, and it alone reads "
                f"{names([s.layer.name for s in idle])}: "
                f"{sum(weights[w].size for w in lost):,} parameters never change.",
                "Give it a loss, or leave the output out of the model.",
                tuple(s.path for s in idle),
            )


def adds_loss(subject: Subject, layer: str) -> bool:
    """Return whether a layer may add a loss of its own."""
    one, live = subject.graph.layers[layer], subject.live(layer)
    if one.kind not in {"layer", "model"}:
        return False
    foreign = one.module.partition(".")[0] != "keras"
    return foreign or getattr(live, "activity_regularizer", None) is not None


CUTS = {
    "Argmax",
    "Argmin",
    "Argsort",
    "Ceil",
    "Equal",
    "Floor",
    "Greater",
    "GreaterEqual",
    "Less",
    "LessEqual",
    "NotEqual",
    "OneHot",
    "Round",
    "Sign",
}


def no_gradient(subject: Subject) -> Iterator[Fault]:
    """Find weights whose only way to a loss leads through an operation without a gradient."""
    row, graph = subject.row, subject.graph
    losses = subject.losses or (True,) * len(row.ends)
    ends = [made for (made, _), loss in zip(row.ends, losses, strict=True) if loss]
    cuts = [s for s in row.steps if s.own and s.layer.kind == "operation" and cut(s.layer)]
    if not cuts:
        return
    smooth, waiting = set[int](), [k for k in ends if row.steps[k] not in cuts]
    waiting += [step.index for step in row.steps if adds_loss(subject, step.layer.id)]
    blocked = {step.index for step in cuts}
    while waiting:
        k = waiting.pop()
        if k not in smooth and k not in blocked:
            smooth.add(k)
            waiting += [source for source, _ in row.steps[k].sources]
    learning = {w for k in smooth for w in row.steps[k].layer.weights}
    for step in cuts:
        behind = [row.steps[k] for k in sorted(row.reaching([step.index]))]
        idle = [s for s in behind if any(not_learning(graph, w, learning) for w in s.layer.weights)]
        if idle and step.index in row.reaching(ends):
            lost = {w for s in idle for w in s.layer.weights if not_learning(graph, w, learning)}
            yield Fault(
                f"{quoted(step.layer.name)} ({step.layer.class_name}) lets no gradient through, "
                f"and {names([s.layer.name for s in idle])} have no other way to the loss: "
                f"{sum(graph.weights[w].size for w in lost):,} parameters never change.",
                "Take it out of the model, and apply it to what `predict` gives.",
                (*(s.path for s in idle), step.path),
            )


def cut(layer: Any) -> bool:
    """Return whether an operation's result does not change smoothly with what goes in."""
    return layer.class_name in CUTS or (layer.class_name == "Cast" and "int" in layer.settings)


def not_learning(graph: Any, weight: str, learning: set[str]) -> bool:
    """Return whether a trainable weight gets no gradient."""
    return graph.weights[weight].trainable and weight not in learning


def flags_unheeded(subject: Subject) -> Iterator[Fault]:
    """Find layers that were frozen or unfrozen after the first training step."""
    info, weights = subject.info, subject.graph.weights
    if info.unknown:
        raise LookupError(info.unknown)
    for ids, now, still in (
        (info.frozen, "Frozen", "are still trained"),
        (info.unfrozen, "Trainable", "still do not change"),
    ):
        steps = [s for s in subject.row.steps if set(s.layer.weights) & set(ids)]
        if not ids:
            continue
        owners = [s.layer.name for s in steps] or [subject.graph.name]
        yield Fault(
            f"{now} now: {names(owners)}. The {sum(weights[w].size for w in ids):,} parameters "
            f"{still}, as training runs the step that it recorded before.",
            "`model.compile(…)` again after each change of `trainable`.",
            tuple(s.path for s in steps),
        )


RULES = (
    Rule(
        "K307",
        "Outputs that no loss reaches",
        "Only what leads to a loss gets a gradient.",
        without_loss,
        ("model", "calls", "compiled"),
    ),
    Rule(
        "K308",
        "An operation that lets no gradient through",
        "A step or an index does not change smoothly with its input, so TensorFlow gives it no "
        "gradient.",
        no_gradient,
        ("model", "calls"),
    ),
    Rule(
        "K309",
        "`trainable` was changed after the first training step",
        "At its first step Keras records which weights it updates, and runs that record from then "
        "on.",
        flags_unheeded,
        ("model", "compiled"),
    ),
)
