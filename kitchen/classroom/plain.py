"""Whether code is plain model code, which may be judged in the process that runs it.

A model of a learner's own classes lives only where it was built. There the check runs too, so that
code must not be able to change the check. Code is plain if all that it uses is on the lists below:
the parts of Keras, TensorFlow and NumPy that models are made of, a few of Python's functions, and
attributes of its own objects. What is not plain is not judged: the teacher looks at it.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KERAS = (
    "Input Model Sequential Layer Variable layers ops activations initializers constraints random"
    " regularizers losses metrics optimizers models utils saving applications"
)
LIBRARIES = {
    "kitchen": "exercise",
    "keras": KERAS,
    "tensorflow": "keras Tensor Variable Module function constant math nn linalg random shape"
    " reshape concat stack unstack split gather where transpose expand_dims squeeze range cast"
    " matmul tensordot einsum add multiply subtract divide abs sqrt square exp tanh sigmoid"
    " maximum minimum reduce_sum reduce_mean reduce_max reduce_min zeros ones zeros_like ones_like"
    " tile pad identity float16 float32 float64 int32 int64 bool newaxis stop_gradient one_hot",
    "numpy": "array asarray zeros ones full arange linspace random float32 float64 int32 int64"
    " newaxis concatenate stack expand_dims reshape transpose sum mean sqrt exp maximum minimum"
    " prod pi eye zeros_like ones_like",
    "math": "prod sqrt log exp pi ceil floor log2",
}
ALLOWED = {library: frozenset(names.split()) for library, names in LIBRARIES.items()}
BUILTINS = frozenset(
    "print len range int float str bool list tuple dict set zip enumerate sum min max abs round"
    " super isinstance sorted reversed map filter any all property staticmethod classmethod object"
    " ValueError TypeError NotImplementedError Exception display get_ipython __name__".split()
)
HOOKS = frozenset({"__init__", "__call__"})
REFUSED = frozenset(  # attributes that lead out of a library, wherever they stand
    "os sys gc inspect builtins subprocess importlib ctypes signal io marshal pickle load_model"
    " load_weights load get_file custom_object_scope CustomObjectScope get_custom_objects"
    " deserialize_keras_object model_from_json from_config py_function numpy_function format_map"
    " with_traceback mro src python".split()
)
FRAMES = ("tb_", "f_", "gi_", "cr_", "ag_", "co_", "func_")  # what leads from an error to callers
WATCHED = ("kitchen", "keras", "numpy")


def objection(trees: Sequence[ast.Module]) -> str:
    """Return what is not plain in the code of some cells; empty where all is.

    >>> objection([ast.parse("model = tf.keras.Sequential([layers.Dense(3)])")])
    ''
    >>> objection([ast.parse("open('marks.csv', 'w')")])
    '`open`'
    """
    return next(Look([node for tree in trees for node in ast.walk(tree)]).objections(), "")


@dataclass
class Look:
    """A look at all the code at once.

    Args:
        nodes: Everything in it.
    """

    nodes: Sequence[ast.AST]
    libraries: dict[str, str] = field(  # by their names here, beginning with what lessons call them
        default_factory=lambda: {
            "tf": "tensorflow", "np": "numpy", "keras": "keras", "kitchen": "kitchen"
        }
    )  # fmt: skip
    names: set[str] = field(default_factory=lambda: {"layers", *BUILTINS})  # that may be read

    def objections(self) -> Iterator[str]:
        """Yield what is not plain."""
        foreign = set(self.foreign())
        stored = {x.id for x in self.nodes if isinstance(x, ast.Name) and is_set(x)}
        stored |= {x.arg for x in self.nodes if isinstance(x, ast.arg)}
        stored |= {x.name for x in self.nodes if isinstance(x, ast.FunctionDef | ast.ClassDef)}
        stored |= {x.name or "" for x in self.nodes if isinstance(x, ast.ExceptHandler)}
        yield from (f"`{name}` for something of its own" for name in stored & {*self.libraries})
        self.names = (self.names | stored) - foreign
        parts = {id(x.value): x.attr for x in self.nodes if isinstance(x, ast.Attribute)}
        every = list(own_attributes(self.nodes))
        given = {x.attr for x in every if is_set(x)}  # or it is read from something else
        own = {id(x) for x in every if x.attr in given or not x.attr.startswith("_")}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                yield from self.of_name(node.id, parts.get(id(node), ""))
            elif isinstance(node, ast.Attribute):
                yield from of_attribute(node, id(node) in own)
            elif isinstance(node, ast.FunctionDef) and node.name not in HOOKS:
                yield from [f"`{node.name}`"] if node.name.startswith("__") else []
            elif isinstance(node, ast.Global | ast.Nonlocal | ast.AsyncFunctionDef):
                yield f"`{type(node).__name__.lower()}`"

    def foreign(self) -> Iterator[str]:
        """Yield the names that are imported from elsewhere; note those of the libraries."""
        for node in self.nodes:
            for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
                name = alias.asname or alias.name.partition(".")[0]
                if isinstance(node, ast.ImportFrom):
                    path = f"{node.module}.{alias.name}"
                else:
                    path = alias.name if alias.asname else name
                if path.startswith(("tensorflow.keras.", "tensorflow.keras")):
                    path = path.removeprefix("tensorflow.")
                library, _, part = path.partition(".")
                self.libraries.pop(name, None)
                if path in ALLOWED:
                    self.libraries[name] = path
                elif is_allowed(library, part):
                    self.names.add(name)
                else:  # it may stand there unused, as in the first cell of a lesson
                    yield name

    def of_name(self, name: str, part: str) -> Iterator[str]:
        """Yield what is wrong with a name that is followed by an attribute, or by none."""
        library = self.libraries.get(name)
        if library is not None:
            if part not in ALLOWED[library]:
                yield f"`{name}.{part}`" if part else f"`{name}`"
        elif name not in self.names or (name.startswith("__") and name != "__name__"):
            yield f"`{name}`"


def is_allowed(library: str, path: str) -> bool:
    """Whether a path such as `layers.Dense` is among the parts of a library that are allowed."""
    first, *rest = path.split(".")
    refused = any(part in REFUSED or part.startswith("_") for part in rest)
    return first in ALLOWED.get(library, ()) and not refused


def is_set(node: ast.Name | ast.Attribute) -> bool:
    """Whether a name or an attribute is set here, not read."""
    return not isinstance(node.ctx, ast.Load)


def of_attribute(node: ast.Attribute, is_own: bool) -> Iterator[str]:
    """Yield what is wrong with an attribute.

    Args:
        node: The attribute.
        is_own: Whether it is one of `self` in a method.
    """
    name = node.attr
    private = name.startswith("__") or (name.startswith("_") and not is_own)
    if (private and name not in HOOKS) or name in REFUSED or name.startswith(FRAMES):
        yield f"`.{name}`"
    elif is_set(node) and not is_own and name != "trainable":
        yield f"`.{name}`, which it sets from outside"


def own_attributes(nodes: Sequence[ast.AST]) -> Iterator[ast.Attribute]:
    """Yield the attributes of `self` in the methods of classes."""
    bodies = (made.body for made in nodes if isinstance(made, ast.ClassDef))
    methods = (x for body in bodies for x in body if isinstance(x, ast.FunctionDef))
    for method in methods:
        first = method.args.args[0].arg if method.args.args else ""
        for x in ast.walk(method):
            if isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name):
                if x.value.id == first:
                    yield x


def state() -> Mapping[tuple[str, str], Any]:
    """Return what the names in the libraries that a check uses stand for."""
    found: dict[tuple[str, str], Any] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in WATCHED or module is None:
            continue
        for key, value in list(vars(module).items()):
            found[name, key] = value
            if isinstance(value, type) and value.__module__ == name:
                found |= {(f"{name}.{key}", k): v for k, v in list(vars(value).items())}
    return found


def changed(before: Mapping[tuple[str, str], Any]) -> str:
    """Return a function or class that is another one than before; empty where none is.

    Args:
        before: What `state` returned.
    """
    now = state()
    others = (place for place, value in before.items() if now.get(place, value) is not value)
    return next((".".join(place) for place in others if callable(before[place])), "")
