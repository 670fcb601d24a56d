"""Give each call of a shared layer a layer of its own, with equal weights to begin with."""

import inspect
from collections.abc import Collection, Iterable
from typing import Any

from kitchen.backend import keras
from kitchen.errors import KitchenError
from kitchen.graph.describe import attribute
from kitchen.graph.obstacle import listed
from kitchen.graph.reader import bind
from kitchen.graph.tracing import sublayers
from kitchen.rewrite.building import Building, untouched
from kitchen.rewrite.compiling import recompile, warn
from kitchen.rewrite.convert import left_out
from kitchen.rewrite.penalties import Penalty, change_penalties, check_penalties, check_penalty
from kitchen.rewrite.reform import check_known, written_as
from kitchen.rewrite.splitting import Split, opened, unshared

RATES = ("rate", "dropout", "recurrent_dropout", "stddev")


def unshare(
    model: Any, *, layers: Collection[str] | None = None, regularizer: Penalty = "each"
) -> Any:
    """Return the same model in which each call of a shared layer is a layer of its own.

    The copies are called `name_call1`, `name_call2`, … and begin with equal weights, so the model
    gives the same outputs until it is trained. A model that is called twice is copied with all that
    is inside. What differs in training is stated in a `KitchenWarning`. The given model stays as it
    was; a subclassed one comes back as a functional one.

    Args:
        model: A built `tf.keras.Model`.
        layers: The names of the layers to copy, such as `("shared_dense",)`; all by default.
        regularizer: What becomes of a weight's regulariser. `"each"`: every copy has it, so the
            penalty counts once per copy. `"divided"`: every copy has it, divided by the number of
            copies, so the penalty is the same to begin with. `"drop"`: the copies have none. A
            regulariser of activities counts at every call already and stays as it is.

    Returns:
        A new `tf.keras.Model`.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`; or it would have more than 20,000 layers.
        KitchenError: Its calls are not known, a stateful RNN is shared, a layer cannot be copied, a
            regulariser cannot be divided, or `layers` names one that is not shared.

    >>> model = kitchen.examples.shared_layer.functional()
    >>> apart = kitchen.unshare(model)
    >>> model.count_params(), apart.count_params(), apart.layers[1].name
    (12482, 20738, 'shared_dense_call1')
    """
    check_penalty(regularizer)
    bound = bind(model)
    graph = bound.graph
    check_known(graph)
    if graph.form == "subclassed":
        graph = written_as(graph, [graph.root], "functional")
    split = unshared(graph, [layers] if isinstance(layers, str) else layers)
    shared = [bound.layers[key] for key in split.copies if not opened(graph, key)]
    check_stateless(shared)

    def change(key: str, made: Any) -> None:
        if (old := split.origin[key]) in split.copies:
            name = graph.layers[old].name
            change_penalties(made, name, regularizer, len(split.copies[old]))

    building = Building(bound, split.graph, split.origin, change)
    with untouched(model):
        made = building.run()
        for key, copies in split.copies.items():
            for number, copy in enumerate(copies):
                if copy in building.made and building.leaf(copy):
                    one = building.made[copy]
                    check_penalties(bound.layers[key], one, regularizer, len(copies))
                    draw_apart(one, number)
        partner = None if split.copies else building.partner
        lost = list(recompile(model, made, partner, named=building.named))
    for text in [*left_out(bound, building), *differences(shared), *ties(split), *lost]:
        warn(text)
    return made


def check_stateless(shared: Iterable[Any]) -> None:
    """Raise if a shared layer keeps a state from batch to batch: each copy would have another."""
    for layer in shared:
        for inner in sublayers(layer):
            if attribute(inner, "stateful") is True:
                raise KitchenError(
                    f"{layer.name!r} is a stateful RNN: its calls go on from one another's state, "
                    "which copies could not.",
                    received=f"{type(inner).__name__}, stateful=True",
                    fix="Build it with stateful=False, or name other layers in `layers`.",
                )


def differences(shared: Iterable[Any]) -> list[str]:
    """Return a sentence for each way in which copies will train otherwise than a shared layer."""
    changing = {x.name: sublayers(x) for x in shared}
    counting = listed(repr(name) for name, inner in changing.items() if any(map(counts, inner)))
    drawing = listed(repr(name) for name, inner in changing.items() if any(map(draws, inner)))
    texts = []
    if counting:
        texts.append(
            f"In training each copy of {counting} keeps statistics of its own call, where the "
            "shared layer mixed those of all its calls."
        )
    if drawing:
        texts.append(
            f"In training the copies of {drawing} draw other random numbers than the shared layer "
            "did."
        )
    return texts


def counts(layer: Any) -> bool:
    """Return whether a layer changes some of its weights by itself while it is trained."""
    if isinstance(layer, keras().Model) or not layer.trainable:
        return False
    moving = [v for v in layer.weights if not v.trainable]
    return bool(moving) and "training" in inspect.signature(layer.call).parameters


def draws(layer: Any) -> bool:
    """Return whether a layer draws random numbers while it is trained."""
    seeds = [x for x in vars(layer).values() if isinstance(x, keras().random.SeedGenerator)]
    rates = [value for name in RATES if (value := attribute(layer, name)) is not None]
    return bool(seeds) and (not rates or any(rates))


def draw_apart(made: Any, number: int) -> None:
    """Give the copies of a layer other random numbers than the first has, seed for seed."""
    listed_weights = {id(v) for v in made.weights}
    for variable in made.variables:
        if number and id(variable) not in listed_weights and tuple(variable.shape) == (2,):
            seed = variable.numpy()
            seed[:1] += number  # in place in an array, so that the largest goes on with zero
            variable.assign(seed)


def ties(split: Split) -> list[str]:
    """Return a sentence if operations go on using the weights of a layer."""
    if not split.tied:
        return []
    return [
        f"A layer's weight stays shared with {listed(map(repr, split.tied))}, which is no layer."
    ]
