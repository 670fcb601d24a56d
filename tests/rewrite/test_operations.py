"""Operations: Python's signs where they do the same, otherwise a function of keras.ops."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from kitchen.rewrite.literals import Unwritable
from kitchen.rewrite.naming import Names
from kitchen.rewrite.objects import Objects
from kitchen.rewrite.operations import Operations
from tests.graphs_equal import unequal
from tests.rewrite.programs import rebuilt, reformatted, written

# Operations for which keras.ops has no function of one name.
WITHOUT = {"Function", "SegmentReduction"}


def classes() -> dict[str, Any]:
    """Every operation of Keras."""
    found = {}
    for module in pkgutil.iter_modules(keras.src.ops.__path__, "keras.src.ops."):
        if not module.name.endswith("_test"):
            for name, cls in vars(importlib.import_module(module.name)).items():
                if isinstance(cls, type) and cls.__module__ == module.name:
                    if issubclass(cls, keras.Operation) and cls is not keras.Operation:
                        found[name] = cls
    return found


@pytest.mark.parametrize("name", sorted(set(classes()) - WITHOUT))
def test_every_operation_has_a_function_that_takes_what_it_takes(name: str) -> None:
    path = Operations(Objects(Names(), lambda model: ())).functions[name.lower()]
    function: Any = keras
    for part in path.split("."):
        function = getattr(function, part)
    taken = set(inspect.signature(function).parameters)
    cls = classes()[name]
    needed = [*inspect.signature(cls.__init__).parameters, *inspect.signature(cls.call).parameters]
    assert set(needed) - {"self", "name", "rms_scaling"} <= taken


def line(make: Callable[..., Any], form: str | None = None, dtype: str = "float32") -> str:
    """The line that a model of one operation has."""
    x, y = (keras.Input((4,), dtype=dtype, name=name) for name in "xy")
    model = keras.Model([x, y], make(x, y))
    code = written(model, form)
    assert reformatted(code) == ""
    if form is None:
        assert unequal(model, rebuilt(code)) == ""
    calling = code.partition("def call")[2].partition("def build")[0] or code
    lines = [text.strip() for text in calling.splitlines() if " = " in text or "return " in text]
    found = [text for text in lines if "tf.keras" not in text]
    return found[-1].split(" = ", 1)[-1].removeprefix("return ")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda x, y: x + y, "x + y"),
        (lambda x, y: 1 - x, "1 - x"),
        (lambda x, y: x * -2.5, "x * -2.5"),
        (lambda x, y: x**2, "x**2"),
        (lambda x, y: 2**x, "2**x"),
        (lambda x, y: -x, "-x"),
        (lambda x, y: x >= y, "x >= y"),
        (lambda x, y: ops.not_equal(x, 3), "x != 3"),
        (lambda x, y: ops.equal(x, y), "ops.equal(x, y)"),
        (lambda x, y: ops.less(1, x), "ops.less(1, x)"),
        (lambda x, y: ops.add(np.ones(2, "float32")[:1], x), "ops.add(tf.constant([1.0]), x)"),
        (lambda x, y: x + np.float32(1.0), "x + tf.constant(1.0)"),
        (lambda x, y: x[:, 0], "x[:, 0]"),
        (lambda x, y: x[..., None, 1:-1:2], "x[..., None, 1:-1:2]"),
        (lambda x, y: ops.get_item(x, (0,)), "ops.get_item(x, (0,))"),
        (lambda x, y: ops.sum(x, axis=1, keepdims=True), "ops.sum(x, axis=1, keepdims=True)"),
        (lambda x, y: ops.concatenate([x, y], axis=1), "ops.concatenate([x, y], axis=1)"),
        (lambda x, y: ops.einsum("ab,ab->a", x, y), 'ops.einsum("ab,ab->a", x, y)'),
        (lambda x, y: ops.reshape(x, (-1, 2)), "ops.reshape(x, (-1, 2))"),
        (lambda x, y: ops.where(x > y, x, 0.0), "ops.where(greater, x, 0.0)"),
        (lambda x, y: ops.clip(x, 0, 6), "ops.clip(x, 0, 6)"),
        (lambda x, y: ops.cast(x, "int32"), 'ops.cast(x, "int32")'),
        (lambda x, y: ops.softmax(x), "ops.softmax(x)"),
        (lambda x, y: ops.layer_normalization(x), "ops.layer_normalization(x)"),
        (lambda x, y: ops.split(x, 2, axis=1)[1], "ops.split(x, 2, axis=1)"),
    ],
)
def test_an_operation_is_written_so(make: Callable[..., Any], code: str) -> None:
    assert line(make) == code


@pytest.mark.parametrize(
    ("make", "dtype", "code"),
    [
        (lambda x, y: x + y, "float32", "x + y"),
        (lambda x, y: x * 0.5, "float32", "x * 0.5"),
        (lambda x, y: x * 0.5, "int32", "ops.multiply(x, 0.5)"),
        (lambda x, y: x / y, "int32", "ops.true_divide(x, y)"),
        (lambda x, y: x + ops.cast(y, "float64"), "float32", "ops.add(x, cast)"),
    ],
)
def test_in_a_subclass_signs_are_for_equal_dtypes(
    make: Callable[..., Any], dtype: str, code: str
) -> None:
    assert line(make, "subclassed", dtype) == code


def test_an_operation_that_holds_a_function_is_refused() -> None:
    x = keras.Input((3,))
    model = keras.Model(x, ops.vectorized_map(lambda row: row * 2, x))
    with pytest.raises(Exception, match="vectorized_map"):
        written(model)


def test_what_keras_has_no_function_for_is_refused() -> None:
    class Odd(keras.Operation):
        def call(self, x: Any) -> Any:
            return x

    Odd.__module__ = "keras.src.ops.nn"
    operations = Operations(Objects(Names(), lambda model: ()))
    with pytest.raises(Unwritable, match="no function for the operation Odd"):
        operations.function(Odd(), "Odd", [], {})
