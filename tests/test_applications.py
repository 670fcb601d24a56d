"""Every network of `keras.applications`: drawn, explained, linted, written as code that builds it.

Continuous integration takes a sample. All of them, as far as they fit into memory:

    KITCHEN_ALL_NETWORKS=1 python3 start.py test tests/test_applications.py
"""

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import psutil
import pytest

import kitchen
from kitchen.graph.matching import match
from kitchen.graph.reader import Bound, bind
from tests.checking import quietly, state
from tests.graphs_equal import pairs
from tests.networks import chosen

SAMPLE = (
    "MobileNetV2",
    "ResNet50",
    "DenseNet121",
    "EfficientNetB0",
    "ConvNeXtTiny",
    "NASNetMobile",
)
CHAINS = {"MobileNet", "VGG16", "VGG19"}
SMALLEST = {"InceptionResNetV2": 75, "InceptionV3": 75, "Xception": 71}  # pixels that Keras takes
BYTES = 4 * 4  # for each parameter: the network, two copies, and what is made on the way

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module", params=chosen(SAMPLE))
def network(request: pytest.FixtureRequest) -> Iterator[tuple[str, Any]]:
    """A network on small images, without the last softmax: among 1,000 classes it hides much."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    size = SMALLEST.get(request.param, 32)
    make = getattr(keras.applications, request.param)
    model = make(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    needed, there = BYTES * model.count_params(), psutil.virtual_memory().available
    if needed > there:
        pytest.skip(f"needs {needed / 2**30:.1f} GiB of memory; {there / 2**30:.1f} are free")
    yield request.param, model


def test_it_is_drawn(network: tuple[str, Any]) -> None:
    _, model = network
    drawing = kitchen.draw(model)
    assert drawing.svg.startswith("<svg")
    assert "Shown as text" not in drawing.text


def test_it_is_explained(network: tuple[str, Any]) -> None:
    name, model = network
    explained = kitchen.explain(model)
    assert explained.linear == (name in CHAINS)
    assert explained.linear or len(explained.wrapped) > 1


def test_there_is_nothing_to_find_in_it(network: tuple[str, Any]) -> None:
    _, model = network
    assert kitchen.lint(model).codes == ()
    labels = np.array([0, 1, 999])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert kitchen.lint(model, labels).codes == ()


@pytest.mark.parametrize("options", [{}, {"form": "functional", "compact": True}], ids=str)
def test_its_code_builds_it(network: tuple[str, Any], options: dict[str, Any]) -> None:
    _, model = network
    before = state(model)
    code = str(kitchen.source(model, **options))
    assert state(model) == before
    space: dict[str, Any] = {}
    exec(compile(code, "<source>", "exec"), space)  # noqa: S102 - that is what the code is for
    keras.utils.clear_session(free_memory=False)
    made = quietly(space["build"])
    left, right = bind(model), bind(made)
    found = match(left.graph, right.graph)
    assert found.how == "place", found.obstacle
    if not options:  # otherwise the models inside are functional, too
        assert pairs(left, right).weights.items() <= found.weights.items()
    x = np.random.default_rng(2).standard_normal((2, *model.input_shape[1:])).astype("float32")
    wanted = logits(model, x)
    assert far(logits(made, x), wanted) > 1e-2, "two networks with other weights give the same"
    give(left, right, found.weights)
    assert far(logits(made, x), wanted) < 1e-5


def logits(model: Any, x: Any) -> Any:
    return keras.ops.convert_to_numpy(model(x, training=False))


def far(one: Any, two: Any) -> float:
    """How far two arrays are apart, as a part of the largest number."""
    return float(np.abs(one - two).max() / np.abs(two).max())


def give(left: Bound, right: Bound, weights: Mapping[str, str]) -> None:
    for one, two in weights.items():
        right.variables[two].assign(left.variables[one])
