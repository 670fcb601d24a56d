"""Layers, initialisers and the like as the call that makes them, with what is not the default."""

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import in_a_line
from kitchen.rewrite.code import Code, Group, Label, call, listed, tupled
from kitchen.rewrite.kinds import (
    MOVE,
    attribute,
    check_findable,
    has_config,
    is_function,
    is_named,
    is_plain,
    is_stored,
    mirrors,
    own,
    parameters,
    same,
    the_same_number,
)
from kitchen.rewrite.literals import Unwritable, array, literal, string
from kitchen.rewrite.naming import Names, automatic, snake
from kitchen.rewrite.places import Places

# What Keras's own layers take in the first places; all else is named.
BY_PLACE = {
    *("units", "filters", "kernel_size", "rate", "input_dim", "output_dim", "pool_size", "size"),
    *("target_shape", "dims", "n", "activation", "layer", "cell", "cells", "scale", "stddev"),
    *(
        "padding",
        "cropping",
        "function",
        "l1",
        "l2",
        "value",
        "max_value",
        "height",
        "width",
        "mode",
    ),
}
# A tuple of equal numbers here may be written as the number.
SIZES = {
    *("kernel_size", "strides", "pool_size", "dilation_rate", "size", "padding", "cropping"),
    "output_padding",
}
# What stands in for `None`: another argument of the same call.
FOLLOWS = {"strides": "pool_size", "value_dim": "key_dim"}
IN_PLACE_OF = {"layer": "forward_layer"}  # where a Bidirectional keeps what it was given
REPLACE = "Use one of Keras's own functions in it, or a function in a module of its own."
COMPLETE = "Give its class a get_config() that names what __init__ takes."
SHORT = {"uniform": "random_uniform", "normal": "random_normal", "one": "ones", "zero": "zeros"}


@dataclass(frozen=True)
class Inside:
    """What an argument stands in.

    Args:
        public: Whether it is one of Keras's own.
        short: Whether the name of an initialiser will do, as in `"zeros"`.
        frozen: Whether `trainable` is set afterwards, for all inside too.
        renamed: Whether it is a `Bidirectional`, which renames the layer that it is given.
    """

    public: bool
    short: bool
    frozen: bool
    renamed: bool


class Objects:
    """Writes objects as code.

    Args:
        names: The names taken at the top of the program.
        model: Writes a model that stands inside a layer, such as a `TimeDistributed`.
    """

    def __init__(self, names: Names, model: Callable[[Any], Code]):
        self.places, self.model = Places(names), model
        self.known: dict[type, tuple[dict[str, inspect.Parameter], set[str]]] = {}
        self.learned: list[str] = []  # layers that hold numbers learned from data

    def made(self, thing: Any, *, name: str | None = None, frozen: bool = False) -> Code:
        """Return the call that makes a layer, an initialiser or another object with a config.

        Args:
            thing: The object.
            name: The name to give it, if any.
            frozen: Whether `trainable` is set afterwards.

        Raises:
            Unwritable: It has no such call.
        """
        cls = type(thing)
        for key in self.parameters(cls)[0]:
            check_findable(attribute(thing, key))
        try:
            config = thing.get_config()
        except Exception as error:  # code of the learner's may fail
            fix = REPLACE if self.places.public(cls) else COMPLETE
            raise Unwritable(f"its get_config() fails: {in_a_line(error, 80)}", fix) from error
        if has_statistics(thing):
            self.learned.append(thing.name)
        if (words := learned(thing, config)) is not None:
            config = {**config, "vocabulary": words}
        if cls is keras().regularizers.L1:  # it keeps its number in float32
            config = {**config, "l1": float(str(np.float32(config["l1"])))}
        if config.get("bin_boundaries") is not None:  # learned ones come with the number of bins
            config = {key: value for key, value in config.items() if key != "num_bins"}
        return self.call(cls, config, thing, name=name, frozen=frozen)

    def call(
        self,
        cls: type,
        config: Mapping[str, Any],
        thing: Any = None,
        *,
        name: str | None = None,
        frozen: bool = False,
    ) -> Code:
        """Return the call that makes an object of a class and a config.

        Raises:
            Unwritable: A needed argument is not in the config, or has no code.
        """
        public = self.places.public(cls)
        callee = public or self.places.imported(cls)
        taken, own = self.parameters(cls)
        extra = sorted(map(str, set(config) - set(taken) - {"name", "trainable", "dtype"}))
        if extra and not public:
            raise Unwritable(f"its __init__ does not take {extra[0]!r} of its config", COMPLETE)
        args: list[Code] = []
        kwargs: dict[str, Code | str] = {}
        for key, parameter in taken.items():
            if key in {"name", "trainable", "dtype"} and is_named(cls):
                continue
            if key == "name" and automatic(str(config.get(key)), cls.__name__):
                continue
            if key not in config:
                if key in own and (not public or parameter.default is parameter.empty):
                    raise Unwritable(f"its get_config() does not name {key}", COMPLETE)
                continue
            value = self.argument(thing, key, config, parameter.default, bool(public), frozen)
            if value is None:
                continue
            leading = not kwargs and list(taken)[len(args)] == key
            needed = parameter.default is parameter.empty or not args
            pair = {"l1", "l2"} <= own
            if public and key in BY_PLACE and leading and needed and not pair:
                args.append(value)
            else:
                kwargs[key] = value
        if is_named(cls):
            kwargs |= self.of_layer(config, thing, set(taken), name, frozen)
        return call(callee, *args, **kwargs)

    def of_layer(
        self, config: Mapping[str, Any], thing: Any, taken: set[str], name: str | None, frozen: bool
    ) -> dict[str, Code | str | Any]:
        """Return the arguments that any layer takes."""
        given: dict[str, Any] = {}
        usual = keras().config.dtype_policy().name
        policy = attribute(thing, "dtype_policy")
        dtype = attribute(policy, "name") if policy is not None else usual
        if (dtype, usual) != ("float32", "float32") and "dtype" in config:
            simple = type(policy).__name__ != "DTypePolicyMap"
            given["dtype"] = string(dtype) if simple else self.made(policy)
        if config.get("trainable", True) is False and not frozen:
            given["trainable"] = "False"
        if missing := set(given) - taken:
            raise Unwritable(f"its __init__ does not take {missing.pop()}")
        if name is not None and "name" in taken:
            given["name"] = (Label(name),)
        return given

    def argument(
        self,
        thing: Any,
        key: str,
        config: Mapping[str, Any],
        default: Any,
        public: bool,
        frozen: bool,
    ) -> Code | None:
        """Return one argument as code; `None` where it is the default."""
        raw = config[key]
        one = the_same_number(raw) if public and key in SIZES else None
        if same(raw, default) or (one is not None and one == the_same_number(default)):
            return None
        if public and default is None:
            if raw == {} or (key == "attention_axes" and raw == every_axis(thing)):
                return None
            if key in FOLLOWS and same(raw, config.get(FOLLOWS[key])):
                return None
            if key == "data_format" and raw == "channels_last" == usual_format():
                return None
        live = attribute(thing, key)
        if live is None and public and key in IN_PLACE_OF:
            live = attribute(thing, IN_PLACE_OF[key])
        if key == "backward_layer" and public and mirrors(config, raw):
            return None
        short = public or isinstance(default, str)
        inside = Inside(public, short, frozen, public and "backward_layer" in config)
        code = self.value(raw, live, inside)
        if one is not None:
            code = literal(one)
        if public and key == "axis" and isinstance(raw, list | tuple) and len(raw) == 1:
            if same(raw[0], default):
                return None
            code = literal(raw[0])
        usual = "linear" if default is None and key.endswith("activation") and public else default
        if isinstance(usual, str):
            word = snake(usual) if code != (string(usual),) else usual
            if code == (string(SHORT.get(word, word)),):
                return None
        return code

    def value(self, raw: Any, live: Any, inside: Inside) -> Code:
        """Return a value of a config as code.

        Args:
            raw: What the config says.
            live: The object's attribute of that name, which may say more.
            inside: What it stands in.
        """
        if isinstance(raw, Mapping) and "class_name" in raw:
            if live is not None and not is_plain(live):
                return self.value(live, None, inside)
            return self.places.shortened(self.stored(raw)) if inside.short else self.stored(raw)
        if isinstance(raw, list | tuple) and any(map(is_stored, raw)):
            found = list(live) if isinstance(live, list | tuple) else []
            found += [None] * (len(raw) - len(found))
            items = [self.value(x, y, inside) for x, y in zip(raw, found, strict=False)]
            return listed(items) if isinstance(raw, list) else tupled(items)
        if isinstance(raw, str) and inside.public and not is_plain(live):
            return self.value(live, None, inside)
        if is_function(raw):
            return self.places.function(raw, inside.short)
        if has_config(raw):
            return self.object(raw, inside)
        return literal(raw)

    def object(self, thing: Any, inside: Inside) -> Code:
        """Return an object inside another one as code."""
        if isinstance(thing, keras().Model):
            return self.model(thing)
        name = None
        if is_named(type(thing)):
            given = thing.name.removeprefix("forward_") if inside.renamed else thing.name
            name = None if automatic(given, type(thing).__name__) else given
        code = self.made(thing, name=name, frozen=inside.frozen)
        if inside.renamed:
            code = without(code, "zero_output_for_mask=")
        return self.places.shortened(code) if inside.short else code

    def stored(self, raw: Mapping[str, Any]) -> Code:
        """Return an object as code of which only the config is at hand."""
        name, config = raw["class_name"], raw.get("config")
        if name in {"__numpy__", "__tensor__"} and isinstance(config, Mapping):
            return array(np.array(config["value"], dtype=config["dtype"]))
        room = str(raw.get("module"))
        if name == "function" or not isinstance(config, Mapping):
            raise Unwritable(f"its config holds Python code ({config!r:.40})", MOVE)
        cls = getattr(sys.modules.get(room), str(name), None)
        for other in self.places.rooms.values():
            cls = cls or getattr(other, str(name), None)
        if not isinstance(cls, type):
            raise Unwritable(f"its config holds a {name}, which is not known here")
        return self.call(cls, config)

    def parameters(self, cls: type) -> tuple[dict[str, inspect.Parameter], set[str]]:
        """Return what a class takes, and the names of what its own `__init__` takes."""
        if cls not in self.known:
            self.known[cls] = parameters(cls), own(cls)
        return self.known[cls]


def has_statistics(thing: Any) -> bool:
    """Return whether a layer holds a mean that it has learned from data."""
    mean = attribute(thing, "adapt_mean")
    return mean is not None and bool(np.any(keras().ops.convert_to_numpy(mean)))


def learned(thing: Any, config: Mapping[str, Any]) -> list[Any] | None:
    """Return the vocabulary that a layer has learned from data, which its config does not hold.

    Raises:
        Unwritable: It has learned weights of words too.
    """
    if "vocabulary" not in config or config["vocabulary"] is not None:
        return None
    words = list(thing.get_vocabulary(include_special_tokens=False))
    if words and config.get("output_mode") == "tf_idf":
        raise Unwritable("it has learned how often words come, from data that is not here")
    return words or None


def every_axis(attention: Any) -> tuple[int, ...]:
    """Return the axes that an attention layer takes when it is built, unless told otherwise."""
    shapes = (attention.get_build_config() or {}).get("shapes_dict", {})
    return tuple(range(1, len(shapes.get("query_shape", ())) - 1))


def usual_format() -> str:
    """Return the order of an image's axes that Keras takes unless told otherwise."""
    return str(keras().config.image_data_format())


def without(code: Code, start: str) -> Code:
    """Return a call without the argument whose code begins with `start`."""
    return tuple(
        replace(part, items=tuple(item for item in part.items if item[0] != start))
        if isinstance(part, Group)
        else part
        for part in code
    )
