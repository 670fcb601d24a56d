"""How long a picture takes: model to SVG, against Keras's own picture and against the bare layout.

    python -m tests.benchmarks.drawing            # six models, five rounds
    python -m tests.benchmarks.drawing --rounds 9 --models MobileNetV2
    python -m tests.benchmarks.drawing --large    # hand-made graphs of 5,000 calls

Each model is drawn as it is by default, with its blocks collapsed, and whole (`expand=True`). No
weights are downloaded. `plot_model` is run as it is by default, with class names alone, and with
the names, shapes and activations that ours shows too; it needs pydot and Graphviz's `dot` on the
path, and its columns are empty without them. All run interleaved in one process, so that a busy
machine troubles them alike. The large graphs are drawn once each way.
"""

import argparse
import contextlib
import importlib.util
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygraphviz

from kitchen.backend import keras
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import read
from kitchen.tables import Table
from kitchen.views.compose import Options, compose
from kitchen.views.dot import for_layout
from kitchen.views.drawing import draw
from tests.models import chain_graph, nested_graph
from tests.views.graphs import Maker

MODELS = (
    *("MobileNetV2", "ResNet50", "ResNet152", "DenseNet121", "NASNetMobile", "InceptionResNetV2"),
)
HEADER = (
    *("model", "drawn", "boxes", "size", "kitchen", "plot_model", "ratio", "with names, shapes"),
    *("ratio", "bare layout", "ratio", "reading"),
)
LARGE = ("graph", "drawn", "boxes", "seconds", "shown")
CALLS = 5000
SAME = {"show_shapes": True, "show_layer_names": True, "show_layer_activations": True}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="+", default=MODELS, choices=MODELS)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    k = keras()
    # The worker loads what paints PNGs after its first answer; that is not what is measured here.
    _ = draw(k.Sequential([k.Input((1,)), k.layers.Dense(1)])).png
    if options.large:
        rows = [row for name, make in GRAPHS.items() for row in large(name, make())]
        print(Table(f"Graphs of {CALLS:,} calls, {conditions()}.", LARGE, rows, numbers=(2, 3)))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = [x for name in options.models for x in lines(name, options.rounds, Path(folder))]
    caption = f"Model to SVG in milliseconds, medians of {options.rounds} rounds, {conditions()}."
    print(Table(caption, HEADER, rows, numbers=(2, *range(4, len(HEADER)))))


def conditions() -> str:
    """Return what the figures depend on."""
    return f"{os.cpu_count()} cores, Keras {keras().__version__}"


def lines(name: str, rounds: int, folder: Path) -> list[list[str]]:
    """Measure one model: collapsed, then whole."""
    model = getattr(keras().applications, name)(weights=None)
    dot = for_layout(compose(read(model), Options()))
    ways: dict[str, Callable[[], Any]] = {
        "collapsed": lambda: draw(model).svg,
        "whole": lambda: draw(model, expand=True).svg,
        "bare": lambda: pygraphviz.AGraph(string=dot).draw(format="json0", prog="dot"),
        "reading": lambda: read(model),
    }
    if importlib.util.find_spec("pydot") and shutil.which("dot"):
        file = folder / f"{name}.svg"
        ways["plot_model"] = lambda: plot_model(model, file)
        ways["names, shapes"] = lambda: plot_model(model, file, **SAME)
    took = medians(ways, rounds)
    rows = []
    for drawn in ("collapsed", "whole"):
        drawing = draw(model, expand=drawn == "whole")
        size = f"{drawing.width:,.0f}×{drawing.height:,.0f}"
        cells = [name, drawn, str(len(drawing.scene.boxes)), size, shown(took[drawn])]
        for way in ("plot_model", "names, shapes", "bare"):
            known = way in took
            cells.append(shown(took[way]) if known else "")
            cells.append(f"{took[drawn] / took[way]:.2f}" if known else "")
        rows.append([*cells, shown(took["reading"])])
    return rows


def large(name: str, graph: ModelGraph) -> list[list[str]]:
    """Measure one hand-made graph: collapsed, then whole."""
    rows = []
    for drawn in ("collapsed", "whole"):
        start = time.perf_counter()
        drawing = draw(graph, expand=drawn == "whole")
        seconds = time.perf_counter() - start
        said = "as text" if drawing.problem else f"{drawing.width:,.0f}×{drawing.height:,.0f}"
        rows.append([name, drawn, str(len(drawing.scene.boxes)), f"{seconds:.2f}", said])
    return rows


def different() -> ModelGraph:
    """A chain of which no two calls are alike."""
    m = Maker("different")
    h = m.input("x")
    for k in range(CALLS):
        h = m.call(m.layer(f"step_{k}", "Dense", settings=str(k + 2)), h)
    return m.graph([h])


def wide() -> ModelGraph:
    """Branches side by side."""
    m = Maker("wide")
    x = m.input("x")
    ends = [m.call(m.layer(f"leaf_{k}"), x) for k in range(CALLS)]
    return m.graph([m.call(m.layer("end", "Add"), ends)])


def tangled() -> ModelGraph:
    """Calls that take from any before."""
    pick = random.Random(3)  # noqa: S311 - no secret
    m = Maker("tangled")
    tensors = [m.input("x")]
    for k in range(CALLS):
        name = pick.choice(("Add", "Concatenate", "Multiply", "Dense", "ReLU"))
        count = 1 if name in ("Dense", "ReLU") else pick.randint(2, 3)
        taken = pick.sample(tensors, min(len(tensors), count))
        tensors.append(m.call(m.layer(f"call_{k}", name), taken))
    return m.graph([tensors[-1]])


GRAPHS: dict[str, Callable[[], ModelGraph]] = {
    "chain, all alike": lambda: chain_graph(CALLS),
    "chain, all different": different,
    "wide": wide,
    "nested": lambda: nested_graph(CALLS),
    "at random": tangled,
}


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
