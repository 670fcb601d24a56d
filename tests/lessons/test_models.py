"""What the lessons' cells build is what the package's examples build, so the two can't drift.

A cell carries a tag `model:<example>.<form>:<variable>` for each such model that it makes.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import pytest

import kitchen
from kitchen.graph.reader import bind
from tests.lessons.notebooks import LESSONS, code_cells, read, tags, text

TAG = re.compile(r"model:(\w+)\.(\w+):(\w+)")
REQUIRED = {
    *(f"classifier.{form}" for form in ("sequential", "functional", "subclassed")),
    *(f"two_inputs.{form}" for form in ("functional", "subclassed")),
    *(f"shared_layer.{form}" for form in ("sequential", "functional", "subclassed")),
    *(f"siamese.{form}" for form in ("sequential", "functional", "subclassed")),
    *(f"multiple_outputs.{form}" for form in ("sequential", "functional", "subclassed", "flat")),
    *(
        f"{example}.{form}"
        for example in ("residual", "unet", "attention", "subclassed")
        for form in ("sequential", "functional", "subclassed")
    ),
}


def tagged() -> Iterator[tuple[Path, str]]:
    for path in LESSONS:
        for cell in code_cells(read(path)):
            for tag in tags(cell):
                if tag.startswith("model:"):
                    yield path, tag


TAGGED = list(tagged())


@cache
def built(path: Path) -> dict[str, Any]:
    """For each tag of a lesson, the model that stands there after its cell."""
    return models([(text(cell.source), tags(cell)) for cell in code_cells(read(path))])


def models(cells: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """Run the first cell, which imports, and those with a tag; the model for each tag."""
    marked = [cells[0], *(cell for cell in cells[1:] if any(map(TAG.fullmatch, cell[1])))]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    with nothing_to_look_at():
        for source, names in marked:
            exec(source, namespace)  # noqa: S102 - it is our own lesson
            for name in names:
                if match := TAG.fullmatch(name):
                    found[name] = namespace[match[3]]
    return found


@contextmanager
def nothing_to_look_at() -> Iterator[None]:
    """Pictures, questions and warnings are for other tests: they cost time and prove nothing."""
    backend = matplotlib.get_backend()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matplotlib.use("Agg")
        for name in ("draw", "compare", "predict"):
            patch.setitem(vars(kitchen), name, lambda *models, **options: None)
        patch.setattr(plt, "show", lambda: plt.close("all"))
        try:
            yield
        finally:
            plt.close("all")
            matplotlib.use(backend)


def assert_same(model: Any, expected: Any) -> None:
    """Both read as the same graph, with the same configuration, and compute the same."""
    ours, theirs = bind(model), bind(expected)
    a, b = nameless(ours.graph), nameless(theirs.graph)
    assert a.form == b.form
    assert a.layers == b.layers
    assert a.weights == b.weights
    assert a.bodies == b.bodies  # calls with their arguments, so the edges; inputs and outputs
    assert a == b
    for key, layer in a.layers.items():
        if layer.kind in {"layer", "input"}:
            assert ours.layers[key].get_config() == theirs.layers[key].get_config()
    verdict = kitchen.equivalent(model, expected)
    assert verdict, verdict


def nameless(graph: kitchen.ModelGraph) -> kitchen.ModelGraph:
    """The graph with nothing of the outermost model's own name, class and home.

    Nor of the home of any class but Keras's own: the package has it in a file, a lesson in a cell.
    Nor of the names of operations such as `x[:, -1]`, which Keras numbers as they come.
    """
    layers = {
        key: layer if layer.module.partition(".")[0] == "keras" else replace(layer, module="")
        for key, layer in graph.layers.items()
    }
    layers |= {k: replace(x, name="") for k, x in layers.items() if x.kind == "operation"}
    layers[graph.root] = replace(layers[graph.root], name="", class_name="", module="")
    return replace(graph, layers=layers)


@pytest.mark.parametrize(
    ("path", "tag"),
    TAGGED,
    ids=[f"{path.stem}-{tag.removeprefix('model:')}" for path, tag in TAGGED],
)
def test_a_lesson_builds_what_the_package_builds(path: Path, tag: str) -> None:
    match = TAG.fullmatch(tag)
    assert match, f"{path.name}: the tag is written model:<example>.<form>:<variable>"
    example = getattr(kitchen.examples, match[1])
    assert_same(built(path)[tag], example.forms[match[2]].build())


def test_every_form_stands_in_some_lesson() -> None:
    found = {tag.split(":")[1] for _, tag in TAGGED}
    assert found >= REQUIRED, f"no cell is tagged for {sorted(REQUIRED - found)}"


LAYERS = """
layers = tf.keras.layers
inputs = tf.keras.Input(shape=(784,), name="input")
hidden = layers.Dense(64, activation="relu", name="hidden")(inputs)
output = layers.Dense(10, activation="softmax", name="output")(hidden)
model = tf.keras.Model(inputs, output, name="ours")
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dense(64", "Dense(65"),
        ('"relu"', '"tanh"'),
        ('name="hidden"', 'name="first"'),
        ('name="input"', 'name="pixels"'),
        ("(784,)", "(784,), batch_size=4"),
        ('"relu", ', '"relu", use_bias=False, '),
        ('"relu", ', '"relu", kernel_initializer="zeros", '),
        ('"relu", ', '"relu", trainable=False, '),
        ("layers.Dense(10", "layers.Layer(10"),
        ("(inputs)\n", "(inputs * 1.0)\n"),
        ("Model(inputs, output,", "Model(inputs, [output],"),
        ("Model(inputs, output,", "Model(inputs, [output, hidden],"),
        ("tf.keras.Model(", "type('Own', (tf.keras.Model,), {'call': lambda self, x: x})("),
    ],
)
def test_a_drift_is_noticed(before: str, after: str) -> None:
    tag = "model:classifier.functional:model"
    cells = [("import tensorflow as tf", []), (LAYERS, [tag]), ("raise AssertionError('late')", [])]
    assert_same(models(cells)[tag], kitchen.examples.classifier.functional())
    assert before in LAYERS
    cells[1] = (LAYERS.replace(before, after), [tag])
    with pytest.raises((AssertionError, TypeError, ValueError)):
        assert_same(models(cells)[tag], kitchen.examples.classifier.functional())
