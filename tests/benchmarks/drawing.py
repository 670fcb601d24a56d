"""How long a picture takes: model to SVG, against Keras's own picture and against the bare layout.

    python -m tests.benchmarks.drawing            # five models, five rounds
    python -m tests.benchmarks.drawing --rounds 9 --models MobileNetV2

No weights are downloaded. `plot_model` is run as it is by default, with class names alone, and with
the names, shapes and activations that ours shows too; it needs pydot and Graphviz's `dot` on the
path, and its columns are empty without them. All run interleaved in one process, so that a busy
machine troubles them alike.
"""

import argparse
import contextlib
import importlib.util
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygraphviz

from kitchen.backend import keras
from kitchen.graph.reader import read
from kitchen.tables import Table
from kitchen.views.compose import Options, compose
from kitchen.views.dot import for_layout
from kitchen.views.drawing import draw

MODELS = ("MobileNetV2", "ResNet50", "DenseNet121", "NASNetMobile", "InceptionResNetV2")
HEADER = (
    *("model", "calls", "kitchen", "plot_model", "ratio", "with names, shapes", "ratio"),
    *("bare layout", "ratio", "reading"),
)
SAME = {"show_shapes": True, "show_layer_names": True, "show_layer_activations": True}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=MODELS, choices=MODELS)
    options = parser.parse_args()
    k = keras()
    # The worker loads what paints PNGs after its first answer; that is not what is measured here.
    _ = draw(k.Sequential([k.Input((1,)), k.layers.Dense(1)])).png
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(name, options.rounds, Path(folder)) for name in options.models]
    caption = f"Model to SVG in milliseconds, medians of {options.rounds} rounds, {conditions()}."
    print(Table(caption, HEADER, rows, numbers=tuple(range(1, len(HEADER)))))


def conditions() -> str:
    """Return what the figures depend on."""
    return f"{os.cpu_count()} cores, Keras {keras().__version__}"


def row(name: str, rounds: int, folder: Path) -> list[str]:
    """Measure one model."""
    model = getattr(keras().applications, name)(weights=None)
    graph = read(model)
    dot = for_layout(compose(graph, Options()))
    ways: dict[str, Callable[[], Any]] = {
        "kitchen": lambda: draw(model).svg,
        "bare": lambda: pygraphviz.AGraph(string=dot).draw(format="json0", prog="dot"),
        "reading": lambda: read(model),
    }
    if importlib.util.find_spec("pydot") and shutil.which("dot"):
        file = folder / f"{name}.svg"
        ways["plot_model"] = lambda: plot_model(model, file)
        ways["names, shapes"] = lambda: plot_model(model, file, **SAME)
    took = medians(ways, rounds)
    cells = [name, str(len(graph.body.calls)), shown(took["kitchen"])]
    for way in ("plot_model", "names, shapes", "bare"):
        known = way in took
        cells.append(shown(took[way]) if known else "")
        cells.append(f"{took['kitchen'] / took[way]:.2f}" if known else "")
    return [*cells, shown(took["reading"])]


def plot_model(model: Any, file: Path, **options: bool) -> None:
    """Draw a model with Keras."""
    # The file is written; then Keras offers it to the notebook as an image, which SVG is not.
    with contextlib.suppress(ValueError):
        keras().utils.plot_model(model, to_file=str(file), **options)
    if not file.stat().st_size:
        raise RuntimeError(f"plot_model wrote nothing into {file}.")


def medians(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each way; a first round warms up and is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(found[1:]) for name, found in seconds.items()}


def shown(seconds: float) -> str:
    """Return seconds as milliseconds."""
    return f"{1000 * seconds:,.1f}"


if __name__ == "__main__":
    main()
