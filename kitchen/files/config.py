"""Judge by a model's config what Keras would make from it, before Keras makes anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kitchen.errors import FileRefused, shorten
from kitchen.files import known
from kitchen.files.archive import refused
from kitchen.files.text import objects
from kitchen.tables import printable

PLAIN = {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"}
CODE = "Python code"
BATCHES = ("batch_shape", "batch_input_shape", "build_input_shape", "input_shape")
BATCH = 65_536  # examples at once; a layer that keeps a state makes one for each


@dataclass(frozen=True)
class Judged:
    """A config that Keras may be given.

    Args:
        config: What `config.json` says, without the compile state where that was left out.
        custom: What the file calls the classes and functions that the user has named.
        left_out: What the compile state names that nobody knows; empty where it was kept.
    """

    config: dict[str, Any]
    custom: Mapping[str, Any] = field(default_factory=dict)
    left_out: str = ""


def judge(config: dict[str, Any], named: Mapping[str, Any]) -> Judged:
    """Go through everything that Keras would make from a config.

    Args:
        config: What `config.json` says; the compile state is taken out of it where that names what
            nobody knows.
        named: The classes and functions that the user vouches for, by name.

    Raises:
        FileRefused: The config asks for something that is neither Keras's own and harmless nor
            named.
    """
    custom: dict[str, Any] = {}
    left_out: list[str] = []
    keeps, batch = False, 0
    judge_one = partial(check, named=named, custom=custom)
    for thing in objects(config):
        if strange := [x for x in map(judge_one, objects(thing.get("compile_config"))) if x]:
            left_out += strange[:1]
            thing["compile_config"] = None
        if stranger := judge_one(thing):
            raise unknown(stranger)
        keeps |= settings(thing).get("stateful") is True
        batch = max([batch, *(first(thing.get(key)) for key in BATCHES)])
    if keeps and batch > BATCH:
        raise refused(f"it keeps a state for {batch:,} examples at once")
    return Judged(config, custom, ", ".join(left_out))


def check(thing: dict[str, Any], named: Mapping[str, Any], custom: dict[str, Any]) -> str:
    """Return the name of what is not Keras's own, or nothing where Keras may make it.

    Args:
        thing: An object as Keras writes it, or another dict.
        named: What the user vouches for.
        custom: Takes what the file calls it, where the user vouches for it.

    Raises:
        FileRefused: No model that Keras has saved holds such an object.
    """
    if "class_name" not in thing:
        return ""
    name, inner = thing["class_name"], thing.get("config")
    module, registered = thing.get("module"), thing.get("registered_name")
    if not isinstance(name, str):
        raise refused("config.json names a class that is no name")
    if name == "__lambda__":
        return CODE
    if name in PLAIN:
        check_type(settings(thing))
        return ""
    if name.startswith("__") or "module" not in thing:
        raise refused(f"config.json asks for {short(name)} in a form that Keras 3 never saves")
    is_function = name == "function"
    if is_function:
        if not isinstance(inner, str):
            raise refused("config.json names a function that is no name")
        name = registered = inner
    if (key := called(registered, name, named)) is not None:
        custom[registered if isinstance(registered, str) else name] = named[key]
        return ""
    if is_function:
        right = module in tuple(known.FUNCTION_MODULES) and name in known.FUNCTIONS
    else:
        right = known.is_known(module, name)
        if right and registered not in (None, name):
            raise refused(
                f"it has something else for {shown(module, name)}: {short(str(registered))}"
            )
    if right:
        check_arguments(name, thing)
        return ""
    if known.is_keras(module):
        raise off_the_list(f"{module}", name, is_function)
    return shown(module, name)


def called(registered: Any, name: str, named: Mapping[str, Any]) -> str | None:
    """Return which of the user's names means an object: `Scale` is `mine>Scale` too."""
    for key in (registered, name):
        if isinstance(key, str):
            for candidate in (key, key.rpartition(">")[2]):
                if candidate in named:
                    return candidate
    return None


def check_type(inner: dict[str, Any]) -> None:
    """Raise where an array's type is none of Keras's: NumPy has types of any size.

    Raises:
        FileRefused: It is none.
    """
    kind = inner.get("dtype")
    if kind is not None and kind not in tuple(known.DTYPES):
        raise refused(f"config.json has an array of the type {short(str(kind))!r}")


def check_arguments(name: str, thing: dict[str, Any]) -> None:
    """Raise where one of Keras's own objects would read a file, run code or make a huge list.

    Raises:
        FileRefused: It would.
    """
    inner = settings(thing)
    if isinstance(inner.get("vocabulary"), str):
        raise refused(f"{name} would read the file {short(inner['vocabulary'])!r}")
    for key, most in known.LISTED.items():
        if isinstance(inner.get(key), int | float) and inner[key] > most:
            raise refused(f"{name} has more than {most:,} {key}")
    function = inner.get("function")
    if name == "Lambda" and not (isinstance(function, dict) and "class_name" in function):
        raise refused("a Lambda layer has code in an old form")
    nodes = thing.get("inbound_nodes", [])
    if not isinstance(nodes, list) or not all(map(is_call, nodes)):
        # Keras would run it at once, on what the file says, to build the model.
        raise refused(f"{name} is called on something else than what other layers give")


def is_call(node: Any) -> bool:
    """Return whether a call takes at least one tensor of the model."""
    if not isinstance(node, dict):
        return False
    queue: list[Any] = [node.get("args"), node.get("kwargs")]
    while queue:
        value = queue.pop()
        if isinstance(value, list):
            queue += value
        elif isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return True
            # Keras does not look for tensors inside another object, such as a slice.
            queue += [] if "class_name" in value else value.values()
    return False


def first(shape: Any) -> int:
    """Return how many examples a shape has, where it says so."""
    size = shape[0] if isinstance(shape, list) and shape else 0
    return size if isinstance(size, int) else 0


def settings(thing: dict[str, Any]) -> dict[str, Any]:
    """Return an object's arguments."""
    inner = thing.get("config")
    return inner if isinstance(inner, dict) else {}


def off_the_list(module: str, name: str, is_function: bool) -> FileRefused:
    """Return the error for what is Keras's own, but nothing that a model is made of."""
    is_class = not is_function and module in known.CLASSES and name[:1].isupper()
    new = is_class and name not in known.UNSAFE_LAYERS
    ask = "Keras saves no such model: ask where the file comes from."
    name_it = f"Where you know what it does: kitchen.load(path, {naming(short(name))})."
    return FileRefused(
        f"This file is refused: it asks for {shown(module, name)}, which is not on the list of what"
        " a model may be made of.",
        fix=name_it if new else ask,
    )


def unknown(stranger: str) -> FileRefused:
    """Return the error for what is not Keras's own."""
    if stranger == CODE:
        return FileRefused(
            "This file is refused: there is Python code in it, a lambda.",
            fix="What code does shows when it runs, too late. Write a layer of your own instead.",
        )
    return FileRefused(
        f"This file needs {stranger}, which is none of Keras's own.",
        fix=f"Only if it is your own: kitchen.load(path, {naming(stranger.rpartition('.')[2])}).",
    )


def naming(name: str) -> str:
    """Return how a class is named to `kitchen.load`."""
    return f"custom_objects={{{name!r}: {name}}}"


def shown(module: Any, name: str) -> str:
    """Return an object's full name, printable and short."""
    known_module = isinstance(module, str) and module not in ("", "builtins")
    return short(f"{module}.{name}" if known_module else name)


def short(name: str) -> str:
    """Return a name from a file, printable and cut to 60 characters."""
    return shorten(printable(name), 60)
