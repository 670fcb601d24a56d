"""What kind of value an argument is: a function, an object with a config, a default."""

import inspect
import types
from collections.abc import Mapping
from typing import Any

from kitchen.backend import keras
from kitchen.graph.tracing import sublayers
from kitchen.rewrite.literals import Unwritable

MOVE = "Put it into a module of its own, from which other code can import it."


def parameters(cls: type) -> dict[str, inspect.Parameter]:
    """Return what a class takes, with what it passes on to the classes it comes from."""
    found: dict[str, inspect.Parameter] = {}
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        taken = list(inspect.signature(vars(base)["__init__"]).parameters.values())[1:]
        kinds = {parameter.kind for parameter in taken}
        for parameter in taken:
            if parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
                found.setdefault(parameter.name, parameter)
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return found


def own(cls: Any) -> set[str]:
    """Return the names of what a class's own `__init__` takes."""
    return set(inspect.signature(cls.__init__).parameters)


def is_named(cls: type) -> bool:
    """Return whether a class is one of layers or operations, which have names."""
    return issubclass(cls, keras().Operation)


def attribute(thing: Any, name: str) -> Any:
    """Return an attribute, or `None`: a learner's own property may fail."""
    try:
        return getattr(thing, name, None)
    except Exception:
        return None


def is_function(value: Any) -> bool:
    """Return whether a value is a function, decorated or not."""
    return isinstance(value, types.FunctionType | types.BuiltinFunctionType) or (
        callable(value) and hasattr(value, "__name__") and not isinstance(value, type)
    )


def check_findable(function: Any) -> None:
    """Raise if a value is a function that no import would find.

    Raises:
        Unwritable: It is one.
    """
    if isinstance(function, types.FunctionType):
        name = function.__qualname__
        if "<" in name or function.__module__ == "__main__":
            raise Unwritable(f"it holds Python code ({name}) that nothing can import", MOVE)


def has_config(value: Any) -> bool:
    """Return whether a value is an object with a config, as Keras's are."""
    return callable(getattr(value, "get_config", None)) and not isinstance(value, type)


def is_plain(value: Any) -> bool:
    """Return whether a value is neither a function nor an object with a config."""
    return not is_function(value) and not has_config(value)


def is_stored(value: Any) -> bool:
    """Return whether a value stands for an object, stored or as it is."""
    return (isinstance(value, Mapping) and "class_name" in value) or not is_plain(value)


def same(value: Any, default: Any) -> bool:
    """Return whether a value is a default; `True` and `1` differ, `1` and `1.0` do not."""
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        return len(value) == len(default) and all(map(same, value, default))
    if isinstance(value, bool) or isinstance(default, bool):
        return value is default
    if isinstance(value, int | float | str) and isinstance(default, int | float | str):
        return value == default
    return value is None and default is None


def the_same_number(value: Any) -> int | None:
    """Return the whole number that nested tuples hold over and over, or `None`."""
    found = set()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list | tuple):
            waiting += item
        else:
            found.add(item if type(item) is int else None)
    return found.pop() if len(found) == 1 else None


def built_first(layer: Any) -> str:
    """Return why a layer must be built before it is called symbolically; empty if it need not."""
    if type(layer).__name__ == "Normalization":
        return "built in a symbolic call, it would keep tensors of that call"
    if any(attribute(part, "stateful") is True for part in sublayers(layer)):
        return "its states cannot be made in a symbolic call"
    return ""


def mirrors(config: Mapping[str, Any], backward: Any) -> bool:
    """Return whether a Bidirectional's second layer is the one that Keras makes by itself."""
    try:
        one, two = dict(config["layer"]["config"]), dict(backward["config"])
    except (KeyError, TypeError, ValueError):
        return False
    names = one.pop("name", ""), two.pop("name", "")
    backwards = two.pop("go_backwards", None) is True
    one.pop("go_backwards", None)
    expected = "backward_" + str(names[0]).removeprefix("forward_")
    return backwards and one == two and names[1] == expected
