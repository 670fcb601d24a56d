"""Operations as code: `x + y` where Python has a sign for it, otherwise a call of `keras.ops`."""

import inspect
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from kitchen.backend import keras
from kitchen.graph.model_graph import Call, Constant, Tensor, VariableUse
from kitchen.rewrite.code import Code, Either, Ref, call
from kitchen.rewrite.kinds import attribute, same
from kitchen.rewrite.literals import Unwritable, literal
from kitchen.rewrite.objects import Objects

SIGNS = {
    **{"Add": "+", "Subtract": "-", "Multiply": "*", "TrueDivide": "/", "FloorDivide": "//"},
    **{"Mod": "%", "Power": "**", "Matmul": "@", "Less": "<", "LessEqual": "<="},
    **{"Greater": ">", "GreaterEqual": ">=", "NotEqual": "!="},
    **{"LogicalAnd": "&", "LogicalOr": "|", "LogicalXor": "^"},
}
COMPARISONS = {"Less", "LessEqual", "Greater", "GreaterEqual", "NotEqual"}
LOGICAL = {"LogicalAnd", "LogicalOr", "LogicalXor", "LogicalNot"}
BEFORE = {"Negative": "-", "LogicalNot": "~"}
RENAMED = {
    "BatchNorm": "batch_normalization",
    "LayerNorm": "layer_normalization",
    "RMSNorm": "rms_normalization",
}
LISTS = {"Split", "ArraySplit", "Unstack", "Meshgrid"}  # these give a list, even one of one tensor
BY_NAME = {"axis", "axes", "num_classes", "name", "keepdims"}


class Operations:
    """Writes operations as code.

    Args:
        objects: What writes objects; a learner's own operation is one.
    """

    def __init__(self, objects: Objects):
        self.objects = objects
        ops = keras().ops
        self.functions = {squeezed(n): f"ops.{n}" for n in dir(ops) if is_function(ops, n)}
        self.functions |= {
            squeezed(n): f"ops.image.{n}" for n in dir(ops.image) if is_function(ops.image, n)
        }
        self.functions |= {squeezed(k): f"ops.{v}" for k, v in RENAMED.items()}

    def code(
        self,
        operation: Any,
        made: Call,
        args: Sequence[Code],
        kwargs: Mapping[str, Code],
        eager: bool,
    ) -> Code:
        """Return the code of a call of an operation.

        Args:
            operation: The Keras operation.
            made: The call as data.
            args: Its positional arguments as code.
            kwargs: Its keyword arguments as code.
            eager: Whether the code will run on arrays too, whose own `+` knows no other dtype.

        Raises:
            Unwritable: There is no such function.
        """
        name = type(operation).__name__
        if not type(operation).__module__.startswith("keras."):
            return call(self.objects.made(operation), *args, **kwargs)
        long = self.function(operation, name, args, kwargs)
        short = None if kwargs else sign(name, made, args, eager)
        return (Either(short, long),) if short else long

    def function(
        self, operation: Any, name: str, args: Sequence[Code], kwargs: Mapping[str, Code]
    ) -> Code:
        """Return an operation as a call of a function of `keras.ops`."""
        path = self.functions.get(name.lower())
        if path is None:
            raise Unwritable(f"keras.ops has no function for the operation {name}")
        function: Any = keras()
        for part in path.split("."):
            function = getattr(function, part)
        taken = inspect.signature(function).parameters
        order = list(inspect.signature(operation.call).parameters.values())
        given, starred = bound(order, args)
        given |= kwargs
        given = {
            k: v for k, v in given.items() if v != ("None",) or default_of(taken, k) is not None
        }
        own = inspect.signature(type(operation).__init__).parameters
        for key, value in settings(operation).items():
            if key not in given and not same(
                value, default_of(taken if key in taken else own, key)
            ):
                given[key] = literal(value)
        if lost := sorted(set(given) - set(taken)):
            raise Unwritable(f"{path} does not take {lost[0]}")
        tensors = {parameter.name for parameter in order}
        places: list[Code] = []
        for key, parameter in taken.items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                places += starred
                break
            wanted = parameter.default is parameter.empty and key not in BY_NAME
            if key not in given or not (wanted or not places or key in tensors):
                break
            places.append(given.pop(key))
        named = {key: given[key] for key in taken if key in given}
        return call(path, *places, **named)


def bound(
    order: Sequence[inspect.Parameter], args: Sequence[Code]
) -> tuple[dict[str, Code], list[Code]]:
    """Return positional arguments by name, and those that a starred parameter takes."""
    plain = list(takewhile(lambda parameter: parameter.kind is not parameter.VAR_POSITIONAL, order))
    named = {parameter.name: code for parameter, code in zip(plain, args, strict=False)}
    return named, list(args[len(plain) :])


def default_of(parameters: Mapping[str, inspect.Parameter], name: str) -> Any:
    """Return the default of a parameter; `empty` where there is none."""
    return parameters[name].default if name in parameters else inspect.Parameter.empty


def sign(name: str, made: Call, args: Sequence[Code], eager: bool) -> Code | None:
    """Return an operation in Python's own signs; `None` where it has none that would do."""
    given = made.args
    if not given or not isinstance(given[0], Tensor):
        if len(given) == 2 and isinstance(given[1], Tensor) and is_number(given[0]):
            if name in SIGNS and name not in COMPARISONS and fits(name, made, eager):
                return between(args[0], SIGNS[name], args[1])
        return None
    if name == "GetItem" and len(given) == 2 and (key := index(given[1])):
        return (*args[0], f"[{key}]")
    if not fits(name, made, eager):
        return None
    if name in BEFORE and len(args) == 1:
        return (BEFORE[name], *args[0])
    if name in SIGNS and len(given) == 2:
        if isinstance(given[1], Tensor | Constant | VariableUse) or is_number(given[1]):
            return between(args[0], SIGNS[name], args[1])
    return None


def between(left: Code, sign: str, right: Code) -> Code:
    """Return two operands with a sign between, spaced as `ruff format` does."""
    plain = all(len(x) == 1 and (isinstance(x[0], Ref) or is_digits(x[0])) for x in (left, right))
    return (*left, sign if sign == "**" and plain else f" {sign} ", *right)


def is_digits(part: Any) -> bool:
    """Return whether a part of some code is a number."""
    return isinstance(part, str) and part.lstrip("-")[:1].isdigit()


def is_number(value: Any) -> bool:
    """Return whether an argument is a number that stands for itself."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def fits(name: str, made: Call, eager: bool) -> bool:
    """Return whether Python's signs do the same on arrays, where code runs on those.

    Keras's tensors take operands of two dtypes, TensorFlow's do not.
    """
    if not eager:
        return True
    dtypes = {x.dtype for x in made.args if isinstance(x, Tensor | Constant)}
    if name not in {*COMPARISONS, *LOGICAL}:
        dtypes |= {x.dtype for x in made.outputs}
    (dtype, *others) = dtypes
    decimals = any(isinstance(x, float) for x in made.args)
    variables = any(isinstance(x, VariableUse) for x in made.args)
    return not others and not variables and (not decimals or "float" in str(dtype))


def index(key: Any) -> str:
    """Return what stands in the brackets of `x[…]`; empty where that would not be the same."""
    pieces = key if isinstance(key, tuple) and len(key) > 1 else (key,)
    texts = []
    for piece in pieces:
        ends = (piece.start, piece.stop, piece.step) if isinstance(piece, slice) else (piece,)
        known = all(x is None or x is ... or type(x) is int for x in ends)
        if not known or (isinstance(key, list | tuple) and len(pieces) == 1):
            return ""
        if isinstance(piece, slice):
            first, last, step = ("" if x is None else str(x) for x in ends)
            texts.append(f"{first}:{last}" + (f":{step}" if step else ""))
        else:
            texts.append("..." if piece is ... else str(piece))
    return ", ".join(texts)


def settings(operation: Any) -> Mapping[str, Any]:
    """Return what an operation was made with, by the names of its `__init__`."""
    wanted = set(inspect.signature(type(operation).__init__).parameters) - {"self", "name"}
    try:
        config = operation.get_config()
    except NotImplementedError:  # it was made with more than plain values
        config = {key: attribute(operation, key) for key in wanted}
    return {key: config[key] for key in wanted if key in config}


def squeezed(name: str) -> str:
    """Return a function's name as it compares with a class's: `log_softmax` and `LogSoftmax`."""
    return name.replace("_", "").lower()


def is_function(room: Any, name: str) -> bool:
    """Return whether a name in a module is that of a function."""
    return not name.startswith("_") and inspect.isfunction(getattr(room, name))
