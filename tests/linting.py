"""What the tests of `lint` share: one finding and no more, the calls it names, a trip to disk."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

import kitchen
from kitchen.graph.lint import Finding, Findings
from kitchen.graph.reader import read
from kitchen.graph.sharing import name_of


def sound(model: Any, y: Any = None) -> Findings:
    """Lint a model in which nothing is wrong; no rule may have failed."""
    found = kitchen.lint(model, y)
    assert not [x for x in found.unchecked if "failed" in x.why], found.unchecked
    assert found.codes == (), str(found)
    return found


def only(code: str, model: Any, y: Any = None) -> Finding:
    """Lint a model with one mistake and return the finding."""
    found = kitchen.lint(model, y)
    assert not [x for x in found.unchecked if "failed" in x.why], found.unchecked
    assert found.codes == (code,), str(found)
    text = str(found[0]) + found[0]._repr_html_()
    assert found[0].fix and "None" not in found[0].happens and "  " not in found[0].happens, text
    return found[0]


def named(model: Any, finding: Finding) -> list[str]:
    """Return the names of the layers whose calls a finding concerns."""
    graph = read(model)
    found = [name_of(graph, path) for path in finding.calls]  # which says if there is no such path
    return [name.rpartition(" / ")[2].partition(", call ")[0] for name in found]


def reloaded(model: Any, folder: Path) -> Any:
    model.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras")


def normal(*shape: int) -> Any:
    """Return random numbers, the same for the same shape."""
    return np.random.default_rng(list(shape)).normal(size=shape).astype("float32")


def labels(n: int, classes: int) -> Any:
    return (np.arange(n) % classes).astype("int32")


def apart(a: Any, b: Any) -> float:
    """Return how far two arrays, or two lists of arrays, are apart."""
    both = zip(keras.tree.flatten(a), keras.tree.flatten(b), strict=True)
    return max(float(np.abs(np.asarray(x) - np.asarray(y)).max()) for x, y in both)


def moved(layer: Any, act: Any) -> float:
    """Return how far a layer's weights move while something is done."""
    before = [np.array(w) for w in layer.get_weights()]
    act()
    return apart(before, layer.get_weights())
