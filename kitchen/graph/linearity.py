"""Could a Sequential express a model, and if not, what stops it?"""

from collections.abc import Iterator, Mapping
from typing import Any

from kitchen.graph.explanation import Explanation
from kitchen.graph.handing import Spot, sole, spot_of, steps
from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.nesting import Element, elements_form
from kitchen.graph.obstacle import Obstacle, counted, in_words, listed, short, span
from kitchen.graph.obstacles import obstacles_of
from kitchen.graph.reader import as_graph
from kitchen.graph.sharing import order_of_bodies
from kitchen.graph.surprises import surprises_of
from kitchen.graph.wrapping import chain, cut, elements
from kitchen.tables import printable

__all__ = ["Element", "Explanation", "Obstacle", "chain", "elements", "explain"]


def explain(model: Any) -> Explanation:
    """Say whether a Sequential could express a model, and if not, what stops it.

    Args:
        model: A `tf.keras.Model`, or a `ModelGraph`.

    Returns:
        The verdict with the obstacles, each with its calls; what a Sequential can express but
        surprises; and the elements of the wrapped form: a Sequential of two or more elements that
        hides the branches inside them. It shows itself; `kitchen.draw(model, highlight=...)` takes
        it, or one of its obstacles.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.

    >>> kitchen.explain(kitchen.examples.classifier.functional()).linear
    True
    >>> for obstacle in kitchen.explain(kitchen.examples.two_inputs.functional()).obstacles:
    ...     print(obstacle.text)
    Two inputs: input_a and input_b.
    concat joins two tensors, one from dense_a and one from dense_b.
    """
    graph = as_graph(model)
    order_of_bodies(graph)
    obstacles = obstacles_of(graph, graph.root)
    form = elements_form(graph)
    wrapped = form if len(form) > 1 and any(element.busy for element in form) else ()
    return Explanation(
        model=graph.name,
        form=graph.form,
        verdict=verdict(graph, obstacles, form),
        obstacles=tuple(obstacles),
        surprises=tuple(surprises_of(graph, wrapped if obstacles else form)),
        wrapped=wrapped,
        notes=tuple(notes(graph, obstacles, form)),
    )


def verdict(graph: ModelGraph, obstacles: list[Obstacle], form: tuple[Element, ...]) -> str:
    """Return the answer in a sentence."""
    name = short(graph.name)
    if graph.body.opaque:
        return f"Whether {name} could be a Sequential is not known: its call is Python code."
    if obstacles:
        return f"{name} cannot be a plain Sequential: it has {counted(obstacles)}."
    if not form:
        return f"{name} is a Sequential without layers."
    if graph.form == "sequential":
        return f"{name} is a chain, written as a Sequential."
    return f"{name} is a chain: a Sequential can express it."


def notes(graph: ModelGraph, obstacles: list[Obstacle], form: tuple[Element, ...]) -> Iterator[str]:
    """Yield what else there is to know."""
    body = graph.body
    if body.opaque:
        return
    if body.note:
        yield f"Note: {printable(body.note)}"
    if not obstacles:
        if len(form) == 1 and form[0].busy:
            yield f"Its one element, {form[0].name}, is a model that is no chain: explain that one."
        return
    masked = len(form) < len(cut(steps(graph, body), *ports(graph)))
    if masked and len(form) == 1:
        yield (
            "There is no wrapped form: a mask is passed along, and Keras may lose it on its way "
            "through a block."
        )
    elif masked:
        yield (
            "Calls between which a mask is passed along stay in one element: Keras may lose it on "
            "its way through a block."
        )
    elif len(form) == 1:
        yield (
            "There is no wrapped form: nowhere inside does one tensor alone carry everything on, "
            "so all would be one element, which explains nothing."
        )
    yield from called_once(graph)
    if len(body.inputs) == 1 and isinstance(body.input_structure, Mapping):
        yield "A Sequential would take the input itself, without the dict."


def ports(graph: ModelGraph) -> tuple[list[Tensor], list[Tensor]]:
    """Return the tensors that enter a model and those that leave it."""
    entering, leaving = graph.body.inputs, graph.body.outputs
    return [port.tensor for port in entering], [port.tensor for port in leaving]


def called_once(graph: ModelGraph) -> Iterator[str]:
    """Yield the layers that are called several times on one tensor, where one call would do.

    So it is with Keras's own layers that draw no random numbers and keep no state: all they own
    is trained, unless they are frozen.
    """
    first: dict[tuple[str, Spot], str] = {}
    same: dict[str, str] = {}
    for call in steps(graph, graph.body):
        layer = graph.layers[call.layer]
        value = spot_of(sole(graph, graph.root, call))
        weights = [graph.weights[w] for w in layer.weights]
        fixed = any(w.state or w.trainable != layer.trainable for w in weights)
        ours = layer.kind == "layer" and layer.module.startswith("keras.")
        if ours and value is not None and not fixed:
            key = layer.id, Spot(same.get(value.call, value.call), value.place)
            if first.setdefault(key, call.id) != call.id:
                same[call.id] = first[key]
    if not same:
        return
    layer_of = {call.id: call.layer for call in graph.body.calls}
    doubled = list(dict.fromkeys(layer_of[call] for call in same))
    one = len(doubled) == 1
    yield (
        f"{listed(short(graph.layers[x].name) for x in doubled)} {'is' if one else 'are'} called "
        f"more than once on the same tensor, and {'gives' if one else 'give'} the same numbers "
        "each time: one call would do."
    )
    groups = cut(steps(graph, graph.body), *ports(graph), same)
    if len(groups) > 1 == len(elements(graph)):
        names = [[short(graph.layers[call.layer].name) for call in group] for group in groups]
        yield (
            f"With one call there is a wrapped form, a Sequential of {in_words(len(groups))} "
            f"elements: {listed(map(span, names))}."
        )
