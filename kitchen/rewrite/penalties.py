"""What becomes of a weight's regulariser when its layer is copied."""

from typing import Any, Literal, get_args

from kitchen.backend import keras
from kitchen.errors import KitchenError
from kitchen.graph.tracing import sublayers

Penalty = Literal["each", "divided", "drop"]


def check_penalty(name: str) -> None:
    """Raise unless this is a way to treat regularisers."""
    if name not in get_args(Penalty):
        raise KitchenError(
            "There is no such way to treat regularisers.",
            received=repr(name),
            fix=f"Choose one of {', '.join(map(repr, get_args(Penalty)))}.",
        )


def change_penalties(made: Any, name: str, penalty: Penalty, copies: int) -> None:
    """Change the regularisers of a copy that is not built yet.

    Args:
        made: One of several copies of a layer.
        name: The name of that layer.
        penalty: As for `unshare`.
        copies: How many copies there are.

    Raises:
        KitchenError: A regulariser is to be divided and is not one of Keras's own.
    """
    if penalty == "each":
        return
    for inner in sublayers(made):
        for attribute, value in list(vars(inner).items()):
            weighs = attribute.endswith("regularizer") and "activity" not in attribute
            if weighs and value is not None:
                setattr(inner, attribute, changed(value, name, penalty, copies))
    for variable in made.variables:  # Keras builds what is inside a wrapper while it makes it
        if getattr(variable, "regularizer", None) is not None:
            variable.regularizer = changed(variable.regularizer, name, penalty, copies)


def changed(regularizer: Any, name: str, penalty: Penalty, copies: int) -> Any:
    """Return what takes the place of a layer's regulariser in one of its copies."""
    return None if penalty == "drop" else divided(regularizer, name, copies)


def divided(regularizer: Any, name: str, copies: int) -> Any:
    """Return a regulariser whose penalty is so many times smaller."""
    k = keras()
    if type(regularizer) in {k.regularizers.L1, k.regularizers.L2, k.regularizers.L1L2}:
        config = regularizer.get_config()
        return type(regularizer)(**{key: float(value) / copies for key, value in config.items()})
    raise KitchenError(
        f"The regulariser of {name!r} cannot be divided: it is not one of L1, L2 and L1L2.",
        received=type(regularizer).__name__,
        fix='Choose regularizer="each" or "drop".',
    )


def check_penalties(layer: Any, made: Any, penalty: Penalty, copies: int) -> None:
    """Raise unless the weights of a built copy are penalised as they should be.

    A layer may set its regularisers up while it is built, where `change_penalties` finds none.

    Args:
        layer: The original.
        made: One of its copies.
        penalty: As for `unshare`.
        copies: How many copies there are.
    """
    if penalty == "each":
        return
    for one, two in zip(layer.variables, made.variables, strict=True):
        wanted = getattr(one, "regularizer", None)
        if wanted is not None:
            wanted = changed(wanted, layer.name, penalty, copies)
        if said(getattr(two, "regularizer", None)) != said(wanted):
            raise KitchenError(
                f"The regulariser of {layer.name!r} cannot be changed: its own code sets it up.",
                received=f"{type(layer).__name__}, {one.name}",
                fix='Choose regularizer="each".',
            )


def said(regularizer: Any) -> Any:
    """Return what a regulariser is, so that `==` says whether two are the same."""
    return regularizer and (type(regularizer), regularizer.get_config())
