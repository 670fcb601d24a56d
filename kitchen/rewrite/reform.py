"""The same layers written in another form: functional, or a Sequential. Data to data, no Keras."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn, get_args

from kitchen.errors import KitchenError
from kitchen.graph.linearity import chain, explain
from kitchen.graph.model_graph import Body, Form, ModelGraph
from kitchen.graph.wrapping import sole
from kitchen.rewrite.arguments import as_written
from kitchen.rewrite.wrap import wrapped

CLASSES = {"sequential": "Sequential", "functional": "Functional", "subclassed": "Model"}


def reform(graph: ModelGraph, form: Form, *, wrap: bool = False) -> ModelGraph:
    """Write a model in another form; its layers and calls keep their ids.

    Args:
        graph: The model.
        form: `"functional"`: it and every sub-model whose calls are known. `"sequential"`: it
            alone. `"subclassed"`: it alone.
        wrap: For a Sequential: let what branches become functional blocks, which are new models
            among the layers.

    Returns:
        The graph in that form; the very one that was given where nothing changes.

    Raises:
        KitchenError: It cannot be written so; the text names the obstacle.
    """
    if form not in get_args(Form):
        raise KitchenError(
            "There is no such form of a model.",
            received=repr(form),
            fix=f"Choose one of {', '.join(map(repr, get_args(Form)))}.",
        )
    if graph.form != form:
        check_known(graph)
    if form == "functional":
        return functional(graph)
    if graph.form == form:
        return graph
    if form == "subclassed":
        return written_as(graph, [graph.root], form)
    if chain(graph) is not None:
        return flat(graph)
    return wrapped(graph) if wrap else stop(graph)


def flat(graph: ModelGraph) -> ModelGraph:
    """Write a chain of calls as a Sequential, which hands each its argument and nothing else."""
    root, body = graph.root, graph.body
    calls = []
    for call in body.calls:
        if call.plumbing or graph.layers[call.layer].kind == "input":
            calls.append(call)
            continue
        masks = {name: value for name, value in call.kwargs.items() if name in call.implicit}
        calls.append(replace(call, args=(sole(graph, root, call),), kwargs=masks))
    bodies = {**graph.bodies, root: replace(body, calls=tuple(calls))}
    return written_as(replace(graph, bodies=bodies), [root], "sequential")


def stop(graph: ModelGraph) -> NoReturn:
    """Raise the error that names what a plain Sequential cannot express."""
    found = explain(graph)
    raise KitchenError(
        found.verdict,
        received=next((obstacle.text for obstacle in found.obstacles), None),
        fix="Use wrap=True to put what branches into blocks."
        if found.wrapped
        else 'It can be written with form="functional".',
    )


def check_known(graph: ModelGraph) -> None:
    """Raise unless the calls of the outermost model are known.

    Raises:
        KitchenError: They are not; the text says why.
    """
    if not known(graph.body):
        built = graph.form == "subclassed" and "not been called" not in graph.body.note
        raise KitchenError(
            f"The calls of {graph.name!r} are not known, so it cannot be rewritten.",
            received=graph.body.note or "a model without calls",
            fix="Write its code as a functional model." if built else "Call it once on data.",
        )


def known(body: Body) -> bool:
    """Return whether the calls and the shapes of a model are known."""
    return bool(body.calls) and all(port.tensor.shape is not None for port in body.inputs)


def functional(graph: ModelGraph) -> ModelGraph:
    """Write the outermost model and every sub-model with known calls as functional ones."""
    others = [
        owner
        for owner, body in graph.bodies.items()
        if known(body) and form_in(graph, owner) != "functional"
    ]
    return written_as(graph, others, "functional") if others else graph


def form_in(graph: ModelGraph, owner: str) -> str:
    """Return how a model is written, as far as the data say."""
    return graph.form if owner == graph.root else graph.layers[owner].class_name.lower()


def written_as(graph: ModelGraph, owners: Iterable[str], form: Form) -> ModelGraph:
    """Return the graph with some of its models written in another form."""
    layers, bodies = dict(graph.layers), dict(graph.bodies)
    for owner in owners:
        layers[owner] = replace(layers[owner], class_name=CLASSES[form], module="keras")
        bodies[owner] = as_written(bodies[owner])
        graph = replace(graph, form=form) if owner == graph.root else graph
    return replace(graph, layers=layers, bodies=bodies)
