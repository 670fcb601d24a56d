"""Read what Keras keeps beside a model's graph: how it was compiled, and its layers' other uses.

One of the four files that touch what is private to Keras. Nothing is run and nothing is changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kitchen.backend import keras
from kitchen.errors import in_a_line
from kitchen.graph.model_graph import Body
from kitchen.graph.nodes import implicit_masks
from kitchen.graph.reader import Bound

STEPS = ("train_step", "compute_loss", "fit", "train_on_batch")


@dataclass(frozen=True)
class Loss:
    """The loss of one output.

    Args:
        name: The name of Keras's own function, such as `"binary_crossentropy"`; empty for any other
            loss, of which nothing is known.
        from_logits: Whether it takes logits.
        given: How it was given, in code.
        ignored: The label whose examples it leaves out; `None` for none.
    """

    name: str
    from_logits: bool = False
    given: str = ""
    ignored: float | None = None


@dataclass(frozen=True)
class CompileInfo:
    """How a model was compiled.

    Args:
        output_names: The names by which Keras knows the outputs; empty where it knows none.
        loss: What was given as loss, with a `Loss` or `None` at each leaf; `None` without a loss.
        loss_weights: What was given, in its own structure.
        metrics: What was given, with names at the leaves; one of your own has an empty name.
        own_step: Which part of training the model's class replaces; empty for Keras's own.
        frozen: The weights that training still changes although they are no longer trainable.
        unfrozen: The weights that training does not change although they are trainable again.
        unknown: Why `frozen` and `unfrozen` could not be told; empty where they could.
    """

    output_names: tuple[str, ...] = ()
    loss: Any = None
    loss_weights: Any = None
    metrics: Any = None
    own_step: str = ""
    frozen: tuple[str, ...] = ()
    unfrozen: tuple[str, ...] = ()
    unknown: str = ""

    def losses(self, body: Body) -> tuple[Loss | None, ...] | None:
        """Return the loss of each of a model's outputs, in the order of `body.outputs`.

        Returns:
            `None` where Keras would not accept what was given, or it is nested.
        """
        return self.spread(self.loss, body)

    def spread(self, given: Any, body: Body) -> tuple[Any, ...] | None:
        """Return what was given for each output: Keras takes a dict's outputs by sorted key."""
        ports = body.outputs
        if given is None or isinstance(given, Loss):
            return (given,) * len(ports)
        if isinstance(given, Mapping):
            by_key = isinstance(body.output_structure, Mapping)
            found = [port.key if by_key else port.layer for port in ports]
            if not set(given) <= set(found) or not (by_key or set(given) == set(found)):
                return None
            picked = [given.get(name) for name in found]
        elif isinstance(given, list | tuple) and len(given) == len(ports):
            picked = list(given)
        else:
            return None
        return tuple(picked) if all(x is None or isinstance(x, Loss) for x in picked) else None


def compile_info(bound: Bound) -> CompileInfo | None:
    """Return how a model was compiled; `None` where it was not.

    Args:
        bound: The model with its live objects.
    """
    model = bound.layers[bound.graph.root]
    if not getattr(model, "compiled", False):
        return None
    k = keras()
    loss, metrics = model._compile_loss, model._compile_metrics
    try:
        frozen, unfrozen, unknown = unheeded(bound)
    except Exception as error:  # what TensorFlow has recorded is no one's promise
        frozen, unfrozen, unknown = (), (), in_a_line(error)
    given = [] if metrics is None else [metrics._user_metrics, metrics._user_weighted_metrics]
    asked = next((x for x in given if x), None)
    return CompileInfo(
        output_names=tuple(getattr(model, "output_names", None) or ()),
        loss=None if loss is None else k.tree.map_structure(loss_of, loss._user_loss),
        loss_weights=None if loss is None else loss._user_loss_weights,
        metrics=k.tree.map_structure(metric_of, asked) if asked else None,
        own_step=next((s for s in STEPS if replaces(model, s)), ""),
        frozen=frozen,
        unfrozen=unfrozen,
        unknown=unknown,
    )


def replaces(model: Any, method: str) -> bool:
    """Return whether a model's class has a method of its own where Keras has one."""
    own = getattr(type(model), method, None)
    return own is not None and not str(getattr(own, "__module__", "")).startswith("keras.")


def loss_of(given: Any) -> Loss | None:
    """Return what is known of one loss as it was given to `compile`."""
    if given is None:
        return None
    k = keras()
    shown = repr(given) if isinstance(given, str) else ""
    if isinstance(given, str):
        if given.lower() in {"crossentropy", "ce"}:
            return Loss("", given=shown)  # Keras chooses one by the shapes
        given = k.losses.get(given)
    options: dict[str, Any] = {}
    if isinstance(given, k.losses.Loss):
        known = type(given).__module__.startswith("keras.")
        shown = shown or f"{type(given).__name__}()"
        if not known:
            return Loss("", given=shown)
        function, options = getattr(given, "fn", None), given.get_config()
    elif isinstance(given, partial):
        function, options = given.func, given.keywords
    else:
        function = given
    name = getattr(function, "__name__", "")
    if not str(getattr(function, "__module__", "")).startswith("keras."):
        return Loss("", given=shown or name)
    if options.get("axis", -1) != -1:  # the rules read classes off the last axis
        return Loss("", given=shown or name)
    logits = options.get("from_logits") is True
    if logits and shown.endswith("()"):
        shown = f"{shown[:-1]}from_logits=True)"
    return Loss(name, logits, shown or name, options.get("ignore_class"))


def metric_of(given: Any) -> str:
    """Return the name of one of Keras's metrics, as a user would write it; empty for any other."""
    if isinstance(given, str):
        return given.lower()
    if type(given).__module__.startswith("keras."):
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(given).__name__).lower()
    return ""


def unheeded(bound: Bound) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return which weights the recorded training step treats otherwise than their flags say.

    Keras records one training step as a graph and runs that; what it writes to was settled then.

    Returns:
        The weights that it still changes though they are frozen, those that it leaves alone though
        they were unfrozen, and why that could not be told.
    """
    model = bound.layers[bound.graph.root]
    step = getattr(model, "train_function", None)
    if step is None or model.run_eagerly:
        return (), (), ""
    ids = {id(variable): key for key, variable in bound.variables.items()}
    made = [v for x in model._flatten_layers() for v in getattr(x, "_trainable_variables", ())]
    made = [v for v in {id(v): v for v in made}.values() if id(v) in ids]
    tended = optimised(model.optimizer)
    updated = {id(v) for v in tended}
    frozen = [v for v in made if not v.trainable]
    unfrozen = [v for v in made if v.trainable and id(v) not in updated]
    if not frozen and not unfrozen:
        return (), (), ""
    functions = recorded(step)
    graphs = [found for function in functions for found in written(function)]
    if functions and not graphs:
        return (), (), ""  # it failed before anything was recorded
    writes = [found for found in graphs if found]
    if not any(handle(v) in found for found in writes for v in tended):
        return (), (), "the recorded training step could not be read"  # as with loss scaling
    frozen = [v for v in frozen if all(handle(v) in found for found in writes)]
    unfrozen = [v for v in unfrozen if not any(handle(v) in found for found in writes)]
    return tuple(ids[id(v)] for v in frozen), tuple(ids[id(v)] for v in unfrozen), ""


def optimised(optimizer: Any) -> list[Any]:
    """Return the variables that an optimiser was made for, at the first training step."""
    found, seen = list[Any](), set[int]()
    while optimizer is not None and id(optimizer) not in seen:
        seen.add(id(optimizer))
        found += list(getattr(optimizer, "_trainable_variables", None) or ())
        optimizer = getattr(optimizer, "inner_optimizer", None)
    return found


def handle(variable: Any) -> int:
    """Return what names a Keras variable within a TensorFlow graph."""
    return id(variable.value.handle)


def written(function: Any) -> Iterator[set[int]]:
    """Yield, for each graph that a TensorFlow function has recorded, the variables it writes to."""
    for concrete in function._list_all_concrete_functions():
        captured = {inner.name: id(outer) for outer, inner in concrete.graph.captures}
        yield {
            captured[op.inputs[0].name]
            for op in concrete.graph.get_operations()
            if op.type.startswith("Assign") and op.inputs[0].name in captured
        }


def recorded(step: Any) -> list[Any]:
    """Return the TensorFlow functions inside a function that Keras has put together."""
    found, waiting, seen = [], [step], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if hasattr(thing, "_list_all_concrete_functions"):
            found.append(thing)
        for cell in getattr(thing, "__closure__", None) or ():
            if callable(getattr(cell, "cell_contents", None)):
                waiting.append(cell.cell_contents)
        for name in ("python_function", "__wrapped__"):
            if (inner := getattr(thing, name, None)) is not None:
                waiting.append(inner)
    return found


def fed_elsewhere(layers: list[Any]) -> dict[int, list[tuple[Any, ...]]]:
    """Return what feeds each of some layers, in every graph in which Keras has used it.

    What stands between them (operations, and layers that are not among `layers`) is stepped over,
    up to a layer of `layers` or an input of the graph. A mask that Keras passes on feeds nothing.

    Args:
        layers: Live Keras layers.

    Returns:
        For each layer's `id`, one entry for every call that Keras remembers: layers of `layers`
        and input layers.
    """
    among = {id(x): x for x in layers}
    feeds: dict[int, tuple[Any, ...]] = {}

    def ends(node: Any) -> bool:
        return id(node.operation) in among or not node.parent_nodes

    def of(node: Any) -> list[Any]:
        return [parent for parent in fed_by(node) if not ends(parent)]

    for layer in layers:
        waiting = list(getattr(layer, "_inbound_nodes", ()))
        while waiting:
            node = waiting[-1]
            if id(node) in feeds:
                waiting.pop()
            elif missing := [parent for parent in of(node) if id(parent) not in feeds]:
                waiting += missing
            else:
                waiting.pop()
                found: dict[int, Any] = {}
                for parent in fed_by(node):
                    near = (parent.operation,) if ends(parent) else feeds[id(parent)]
                    found |= {id(x): x for x in near}
                feeds[id(node)] = tuple(found.values())
    return {
        id(x): [feeds[id(node)] for node in getattr(x, "_inbound_nodes", ())]
        for x in among.values()
    }


def fed_by(node: Any) -> list[Any]:
    """Return the nodes whose tensors a node takes, without those that only make its masks."""
    given = node.arguments.kwargs
    masks = keras().tree.flatten([given[name] for name in implicit_masks(node, given)])
    passed = {id(x) for x in masks}
    made = [x._keras_history for x in node.arguments.keras_tensors if id(x) not in passed]
    return [one.operation._inbound_nodes[one.node_index] for one in made]
