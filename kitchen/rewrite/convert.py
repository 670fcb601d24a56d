"""Write a live model in another form; its weights and all its settings are kept."""

from typing import Any

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import Form, ModelGraph
from kitchen.graph.reader import Bound, bind
from kitchen.graph.tracing import RECOVERED, only_in_training
from kitchen.graph.wrapping import steps
from kitchen.rewrite.building import Building, untouched
from kitchen.rewrite.compiling import recompile, warn
from kitchen.rewrite.reform import reform


def convert(model: Any, form: Form, *, wrap: bool = False) -> Any:
    """Return the same model in another form, made of fresh layers with the same weights.

    Names, dtypes, policies, trainable flags, regularisers, constraints, seeds and the compile state
    are kept; what cannot be is stated in a `KitchenWarning`. The given model stays as it was. A
    subclassed model becomes one for inputs of the shape that it was first called with.

    Args:
        model: A built `tf.keras.Model`.
        form: `"functional"`, for the model and the models inside it as far as their calls are
            known; or `"sequential"`, for the model alone.
        wrap: For a Sequential: put what branches into functional blocks.

    Returns:
        A new `tf.keras.Model`. For equal input it gives equal output.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: It cannot be written so, or one of its layers cannot be copied; the text
            names what stands in the way.

    >>> model = kitchen.examples.classifier.sequential()
    >>> converted = kitchen.convert(model, "functional")
    >>> bool(kitchen.equivalent(model, converted))
    True
    """
    if form == "subclassed":
        raise KitchenError(
            "A subclass is a class of its own, so it has to be written down before it can be made.",
            fix='Use kitchen.source(model, form="subclassed") and run what it gives.',
        )
    bound = bind(model)
    building = Building(bound, reform(bound.graph, form, wrap=wrap))
    with untouched(model):
        made = building.run()
        lost = list(recompile(model, made, building.partner, named=building.named))
    for text in [*left_out(bound, building), *traps(building.graph), *lost]:
        warn(text)
    return made


def left_out(bound: Bound, building: Building) -> list[str]:
    """Return a sentence for whatever a model has or does beside its calls."""
    graph = bound.graph
    texts = []
    for owner, body in graph.bodies.items():
        if owner not in building.rebuilt:
            continue
        layer = graph.layers[owner]
        used = {w for call in body.calls for w in graph.layers[call.layer].weights}
        if spare := [w for w in layer.weights if w not in used]:
            texts.append(
                f"{layer.name!r} has weights that none of its calls use, such as "
                f"{graph.weights[spare[0]].name!r}; the result does not have them."
            )
        if body.note.startswith(RECOVERED) and (more := only_in_training(bound.layers[owner])):
            texts.append(f"{layer.name!r}, when it is trained, {more}.")
    return texts


def traps(graph: ModelGraph) -> list[str]:
    """Return a sentence if Keras does not save and load a Sequential with its shared layers."""
    if graph.form != "sequential":
        return []
    seen: set[str] = set()
    for call in steps(graph, graph.body):
        inner = graph.bodies.get(call.layer)
        held = {call.layer} | {c.layer for c in steps(graph, inner)} if inner else {call.layer}
        if again := sorted(held & seen):
            return [
                f"The layer {graph.layers[again[0]].name!r} stands in more than one element of the "
                "Sequential: it runs and trains right, but Keras does not save and load it right."
            ]
        seen |= held
    return []
