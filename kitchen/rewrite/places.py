"""Where code finds a class or a function: in Keras or TensorFlow, or by an import."""

import keyword
import sys
from typing import Any

from kitchen.backend import keras
from kitchen.rewrite.code import Code, call
from kitchen.rewrite.kinds import MOVE, check_findable
from kitchen.rewrite.literals import Unwritable, string
from kitchen.rewrite.naming import Names, snake


class Places:
    """Finds classes and functions; remembers which imports that takes.

    Args:
        names: The names taken at the top of the program.
    """

    def __init__(self, names: Names):
        self.names = names
        self.imports: dict[tuple[str, str], str] = {}
        k = keras()
        self.rooms = {
            "layers": k.layers,
            "tf.keras.initializers": k.initializers,
            "tf.keras.regularizers": k.regularizers,
            "tf.keras.constraints": k.constraints,
            "tf.keras.activations": k.activations,
            "tf.keras.dtype_policies": k.dtype_policies,
            "tf.keras.random": k.random,
            "tf.keras.quantizers": k.quantizers,
            "ops": k.ops,
        }

    def public(self, cls: type) -> str:
        """Return where Keras itself exports a class; empty where it does not."""
        for prefix, room in self.rooms.items():
            if getattr(room, cls.__name__, None) is cls:
                return f"{prefix}.{cls.__name__}"
        return ""

    def imported(self, thing: Any) -> str:
        """Return the name under which a class or function of somebody's is imported.

        Raises:
            Unwritable: No import would find it.
        """
        module = str(getattr(thing, "__module__", None))
        path = str(getattr(thing, "__qualname__", None))
        if module == "__main__" or "<" in path:
            where = "inside a function" if "<" in path else "in a notebook or script"
            raise Unwritable(f"{path} is written {where}, from where nothing can import it", MOVE)
        pieces = [*module.split("."), *path.split(".")]
        found: Any = sys.modules.get(module)
        for piece in path.split("."):
            found = getattr(found, piece, None)
        if found is not thing or not all(map(is_name, pieces)):
            raise Unwritable(f"{path} is not found in its module, {module}", MOVE)
        first, dot, rest = path.partition(".")
        if (module, first) not in self.imports:
            self.imports[module, first] = self.names.fresh(first)
        return self.imports[module, first] + dot + rest

    def function(self, function: Any, short: bool) -> Code:
        """Return a function as code: its name, in quotes if it is one of Keras's activations."""
        check_findable(function)
        name = function.__name__
        if getattr(keras().activations, name, None) is function:
            return (string(name) if short else f"tf.keras.activations.{name}",)
        tf = sys.modules["tensorflow"]
        for prefix, room in {"ops": keras().ops, "tf.nn": tf.nn, "tf.math": tf.math}.items():
            if getattr(room, name, None) is function:
                return (f"{prefix}.{name}",)
        return (self.imported(function),)

    def shortened(self, code: Code) -> Code:
        """Return the name in quotes that stands for an initialiser or the like, if one does."""
        callee, inside = code[0], code[1:]
        if inside != call("")[1:] or not isinstance(callee, str):
            return code
        room, _, name = callee.rpartition(".")
        word = snake(name)
        exported = room in self.rooms and room.startswith("tf.keras.")
        if exported and getattr(self.rooms[room], word, 0) is getattr(self.rooms[room], name):
            return (string(word),)
        return code


def is_name(text: str) -> bool:
    """Return whether a text is a plain name that code may contain."""
    return text.isidentifier() and text.isascii() and not keyword.iskeyword(text)
