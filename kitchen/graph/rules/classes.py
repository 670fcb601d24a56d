"""Rules about classes of one's own: layers that they lose, or never call."""

from collections.abc import Iterator
from typing import Any

from kitchen.graph.rules.base import Fault, Rule, Subject, names, quoted
from kitchen.graph.rules.untracked import untracked
from kitchen.graph.tracing import sublayers

NEW_LAYERS = "it makes new layers each time it is called."  # how tracing says it
LEARNING = {  # layers that have weights once they are built
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Dense",
    "DepthwiseConv2D",
    "Embedding",
    "GRU",
    "LSTM",
    "LayerNormalization",
    "MultiHeadAttention",
    "SeparableConv2D",
    "SimpleRNN",
}


def not_owned(subject: Subject) -> Iterator[Fault]:
    """Find layers with weights that a model uses and Keras does not know."""
    for owner, body in subject.graph.bodies.items():
        model = subject.live(owner)
        kept = untracked(model)
        hidden = [(at, x) for at, x in kept if x.trainable_weights]  # a frozen helper may hide
        where = subject.runs_of(owner)
        name = quoted(subject.graph.layers[owner].name)
        if hidden:
            lost = sum(x.count_params() for _, x in hidden)
            yield Fault(
                f"{name} keeps {names([x.name for _, x in hidden])} in "
                f"{names([at for at, _ in hidden])}, where Keras does not look: {lost:,} "
                "parameters are neither trained nor saved.",
                f"Make it an attribute of its own: `self.{hidden[0][1].name} = …`, or keep it in a "
                "list or a dict.",
                where,
            )
        elif not kept and body.note.endswith(NEW_LAYERS):
            yield Fault(
                f"{name} uses layers in its call that are not its own: Keras neither trains nor "
                "saves them. If they are made there, they start anew at each call.",
                "Make the layers in `__init__` and only call them in `call`.",
                where,
            )


def unbuilt(subject: Subject) -> Iterator[Fault]:
    """Find layers of a class of one's own that it has and never calls."""
    seen: set[int] = set()
    for layer in subject.graph.layers.values():
        live = subject.live(layer)
        if layer.kind not in {"layer", "model"} or keras_own(live) or not live.built:
            continue
        parts = [x for x in sublayers(live)[:0:-1] if id(x) not in seen and keras_own(x)]
        idle = [x for x in parts if type(x).__name__ in LEARNING and not x.built]
        seen |= {id(x) for x in parts}
        name, found = quoted(layer.name), names([x.name for x in idle])
        if idle and not live.weights:
            yield Fault(
                f"{name} says that it is built, and has no weights: {found} "
                f"{'is' if len(idle) == 1 else 'are'} not built. `summary()` counts 0 parameters.",
                "Call it once on an example instead of `build`: `model(x[:1])`.",
                subject.runs_of(layer.id),
            )
        elif idle:
            yield Fault(
                f"{name} has {found} and has never called {'it' if len(idle) == 1 else 'them'}: "
                "no weights, and nothing that could be trained.",
                "Call it in `call`, or leave it out of `__init__`.",
                subject.runs_of(layer.id),
            )


def keras_own(live: Any) -> bool:
    """Return whether a live object's class is Keras's own."""
    return type(live).__module__.partition(".")[0] == "keras"


RULES = (
    Rule(
        "K106",
        "Layers that the model does not own",
        "Keras finds layers that are attributes, or stand in a list, tuple, dict or set.",
        not_owned,
        ("model",),
    ),
    Rule(
        "K107",
        "Layers that are never called",
        "A layer makes its weights when it is called for the first time.",
        unbuilt,
        ("model",),
    ),
)
