"""The list of what a model may be made of, against the Keras that is installed."""

import importlib
import inspect
import pkgutil

import keras
import pytest

from kitchen.files import known

# What others are made from: no saved model holds them themselves.
BASES = {
    "Constraint",
    "Initializer",
    "LearningRateSchedule",
    "Loss",
    "Metric",
    "Optimizer",
    "OptimizerMap",
    "QuantizedDTypePolicy",
    "Regularizer",
}


def public(module: str, *, functions: bool = False) -> set[str]:
    place = keras
    for part in module.split(".")[1:]:
        place = getattr(place, part)
    what = inspect.isfunction if functions else inspect.isclass
    return {name for name in dir(place) if what(getattr(place, name)) and name[0] != "_"}


def test_every_layer_of_keras_was_read() -> None:
    """A layer that a new Keras brings: read its constructor, then put it into one of the three."""
    assert public("keras.layers") == known.LAYERS | known.UNSAFE_LAYERS | known.BASE_LAYERS


@pytest.mark.parametrize(
    "module",
    [
        *("keras.losses", "keras.metrics", "keras.optimizers", "keras.optimizers.schedules"),
        *("keras.initializers", "keras.regularizers", "keras.constraints"),
        "keras.dtype_policies",
    ],
)
def test_the_lists_are_those_of_keras(module: str) -> None:
    classes = {name for name in public(module) if name[0].isupper()}
    assert classes - BASES == known.CLASSES[module] - BASES


@pytest.mark.parametrize("module", known.CLASSES)
def test_every_name_is_one_of_keras(module: str) -> None:
    assert known.CLASSES[module] <= public(module)


def test_functions_are_those_of_keras() -> None:
    there = set()
    for module in ("keras.activations", "keras.losses", "keras.metrics"):
        there |= public(module, functions=True)
    assert known.FUNCTIONS == there - {"get", "serialize", "deserialize"}


def test_layers_of_the_applications_are_known() -> None:
    package = keras.src.applications
    found = []
    for place in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if place.name.endswith("_test"):
            continue
        module = importlib.import_module(place.name)
        found += [
            (place.name, name)
            for name, thing in vars(module).items()
            if inspect.isclass(thing)
            and issubclass(thing, keras.Layer)
            and thing.__module__ == place.name
        ]
    assert ("keras.src.applications.convnext", "LayerScale") in found
    assert [x for x in found if not known.is_known(*x)] == []


def test_operations_are_known() -> None:
    found, queue = set(), [keras.Operation]
    while queue:
        queue += (kinds := queue.pop().__subclasses__())
        found |= {x for x in kinds if x.__module__.startswith("keras.src.ops")}
    found -= {keras.Function}  # what a functional model is made of inside
    names = {(x.__module__, x.__name__) for x in found}
    assert len(names) > 300
    assert [x for x in names if not known.is_known(*x)] == []


@pytest.mark.parametrize(
    ("module", "name", "fine"),
    [
        ("keras.layers", "Dense", True),
        ("keras.layers", "TFSMLayer", False),
        ("keras", "Dense", False),
        ("keras.src.ops.numpy", "Add", True),
        ("keras.src.ops.numpy", "add", False),
        ("keras.src.ops.numpy.x", "Add", False),
        ("keras.src.models.functional", "Functional", True),
        ("keras.src.models.functional", "function_from_config", False),
        ("keras.src.applications.convnext", "ConvNeXt", False),
        ("keras.src.utils", "Progbar", False),
        ("my_keras.layers", "Dense", False),
        (None, "Dense", False),
        (["keras"], "Dense", False),
    ],
)
def test_what_is_known(module: object, name: str, fine: bool) -> None:
    assert known.is_known(module, name) == fine
