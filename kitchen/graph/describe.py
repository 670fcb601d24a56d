"""Say in a word or two what a layer is set to, such as "64 relu", without asking for its config."""

from typing import Any

SIZES = (
    "units",
    "filters",
    "num_heads",
    "kernel_size",
    "pool_size",
    "size",
    "target_shape",
    "rate",
)


def settings(thing: Any, kind: str) -> str:
    """Return the settings of a layer or operation that a reader asks for first.

    Args:
        thing: A Keras layer or operation.
        kind: `"input"`, `"layer"`, `"operation"` or `"model"`.
    """
    if kind in {"model", "input"}:
        return ""
    if kind == "operation":
        public = {k: v for k, v in vars(thing).items() if not k.startswith("_") and k != "name"}
        shown = {k: v for k, v in public.items() if isinstance(v, int | float | str | tuple | list)}
        return ", ".join(f"{k}={v}" for k, v in shown.items() if v is not False)
    found = [as_text(attribute(thing, name)) for name in SIZES]
    if (rows := attribute(thing, "input_dim")) is not None:
        found.append(f"{as_text(rows)}→{as_text(attribute(thing, 'output_dim'))}")
    found.append(activation_name(attribute(thing, "activation")))
    return " ".join(text for text in found if text)


def attribute(thing: Any, name: str) -> Any:
    """Return an attribute, or `None`: a learner's own property must not stop a picture."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def as_text(value: Any) -> str:
    """Return a number or a tuple of numbers as text, and nothing for anything else."""
    if isinstance(value, tuple | list) and all(isinstance(x, int) for x in value):
        return "×".join(str(x) for x in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return ""


def activation_name(activation: Any) -> str:
    """Return an activation's name; `linear` changes nothing and is left out."""
    if activation is None:
        return ""
    if isinstance(activation, str):
        return activation
    name = getattr(activation, "__name__", None) or getattr(activation, "name", None)
    name = name if isinstance(name, str) else type(activation).__name__
    return "" if name == "linear" else name
