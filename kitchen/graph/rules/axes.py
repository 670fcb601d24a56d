"""Rules about axes that a `Dense` leaves in place, where each example has one answer."""

from collections.abc import Iterator

from kitchen.graph.model_graph import Shape
from kitchen.graph.rules.base import Fault, Need, Rule, Subject, begin, quoted, sized
from kitchen.graph.rules.losses import BINARY, CATEGORICAL, ELEMENTWISE, SPARSE
from kitchen.graph.rules.walk import Step, learned
from kitchen.graph.targets import Target

SHAPED: tuple[Need, ...] = ("calls", "shapes", "y")


def no_flatten(subject: Subject) -> Iterator[Fault]:
    """Find a `Dense` straight on an input, where the targets have no such axis."""
    for k, target, loss in pairs(subject):
        first = unflattened(subject, k, target, loss)
        if first is not None and fed_by(subject, first) == "input":
            yield missing(subject, k, target, first, "`keras.layers.Flatten()` before it.")


def no_flatten_after_convolution(subject: Subject) -> Iterator[Fault]:
    """Find a `Dense` straight on a convolution, where the targets have no such axes."""
    for k, target, loss in pairs(subject):
        first = unflattened(subject, k, target, loss)
        if first is not None and fed_by(subject, first) == "convolution":
            pool = f"GlobalAveragePooling{len(first.shape or ()) - 2}D"
            fix = f"`keras.layers.Flatten()` or `keras.layers.{pool}()` before it."
            yield missing(subject, k, target, first, fix)


def pairs(subject: Subject) -> Iterator[tuple[int, Target, str]]:
    """Yield each output with its targets and the name of its loss; empty where that is unknown."""
    losses = subject.losses if subject.compiled else None
    for k, target in enumerate(subject.targets or ()):
        loss = losses[k] if losses else None
        yield k, target, loss.name if loss else ""


def shape_of(subject: Subject, k: int) -> Shape | None:
    """Return the shape of output `k`."""
    return subject.row.shape(subject.row.ends[k])


def unflattened(subject: Subject, k: int, target: Target, loss: str) -> Step | None:
    """Return the first `Dense` that left an axis in place that the targets do not have.

    Returns:
        `None` where there is no such axis, or it is there on purpose: that of a sequence.
    """
    shape = shape_of(subject, k)
    if not shape or len(shape) < 3:
        return None
    expected = len(shape) - 1 if loss in SPARSE or shape[-1] == 1 or not loss else len(shape)
    given = len(target.shape)
    while given > 1 and target.shape[given - 1] == 1 and given >= expected:
        given -= 1
    known = loss in BINARY | CATEGORICAL | SPARSE | ELEMENTWISE
    if given >= expected or (not known and len(shape) - given < 2):
        return None
    step, found = subject.end(k), None
    while step.sources and len(subject.row.shape(step.sources[0]) or ()) >= 3:
        if step.layer.class_name == "Dense":
            found = step
        elif learned(subject.graph, step.layer):
            break
        step = subject.row.steps[step.sources[0][0]]
    return found if found is not None and fed_by(subject, found) else None


def fed_by(subject: Subject, step: Step) -> str:
    """Return what a step's axes come from: "convolution", "input", or nothing of the kind."""
    while step.sources:
        step = subject.row.steps[step.sources[0][0]]
        if "Conv" in step.layer.class_name or "Pooling" in step.layer.class_name:
            return "convolution"
        if learned(subject.graph, step.layer) and step.layer.class_name != "BatchNormalization":
            return ""  # an embedding or a recurrent layer
    return "input" if step.layer.kind == "input" else ""


def missing(subject: Subject, k: int, target: Target, first: Step, fix: str) -> Fault:
    """Return the fault of an axis that is still there at the output."""
    shape = shape_of(subject, k)
    taken = subject.row.shape(first.sources[0])
    return Fault(
        f"{quoted(first.layer.name)} takes {sized(taken)} and works along the last axis only. "
        f"{begin(subject.output(k))} is {sized(shape)}, and y is {sized(target.shape)}: one "
        "answer for each example.",
        fix,
        (first.path, subject.end(k).path),
    )


RULES = (
    Rule(
        "K402",
        "A missing Flatten",
        "Dense works on the last axis and keeps all the others.",
        no_flatten,
        SHAPED,
    ),
    Rule(
        "K403",
        "A convolution straight into Dense",
        "Dense works on the last axis, the channels, and keeps height and width.",
        no_flatten_after_convolution,
        SHAPED,
    ),
)
