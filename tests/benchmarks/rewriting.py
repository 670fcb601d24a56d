"""How long reading, explaining, linting and writing a model take, and how that grows with its size.

    python -m tests.benchmarks.rewriting             # three networks, five sizes, five rounds
    python -m tests.benchmarks.rewriting --rounds 9 --models InceptionResNetV2 --calls 500 5000

No weights are downloaded. Beside ours stand Keras's own walks over the same model, which do other
things with it, but no less: `summary`, `to_json` and `clone_model`. All run interleaved in one
process, so that a busy machine troubles them alike. Writing includes reading, as a user calls it.
"""

import argparse
import warnings
from collections.abc import Callable
from typing import Any

import kitchen
from kitchen.backend import keras
from kitchen.graph.reader import read
from kitchen.tables import Table
from tests.benchmarks.drawing import conditions, medians, shown
from tests.models import chain_graph, nested_graph

MODELS = ("MobileNetV2", "ResNet50", "InceptionResNetV2")
CALLS = (300, 600, 1250, 2500, 5000)
LANES = 25  # side by side: a chain ends near 990 calls in Keras
PEERS = {  # ours: Keras's
    "reading": "summary",
    "explaining": "summary",
    "linting": "summary",
    "source": "to_json",
    "compact source": "to_json",
    "converting": "clone_model",
}


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", nargs="*", default=MODELS)
    parser.add_argument("--calls", nargs="*", type=int, default=CALLS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # what converting says of the models is not the point here
    if options.models:
        print(networks(options.models, options.rounds))
    if options.calls:
        print()
        print(growth("wide models", wide, options.calls, options.rounds, live=True))
        print()
        print(growth("hand-made chains", chain_graph, options.calls, options.rounds))
        print()
        print(growth("hand-made nests", nested_graph, options.calls, options.rounds))


def ways(model: Any) -> dict[str, Callable[[], Any]]:
    """Return what is measured on a model, or on a graph without one."""
    graph = kitchen.read(model) if not isinstance(model, kitchen.ModelGraph) else model
    found: dict[str, Callable[[], Any]] = {
        "explaining": lambda: kitchen.explain(graph),
        "linting": lambda: kitchen.lint(graph),
        "drawing": lambda: kitchen.draw(graph).svg,
    }
    if model is graph:
        return found
    k = keras()
    return {
        "reading": lambda: read(model),
        "explaining": lambda: kitchen.explain(model),
        "linting": lambda: kitchen.lint(model),
        "source": lambda: kitchen.source(model),
        "compact source": lambda: kitchen.source(model, compact=True),
        "summary": lambda: model.summary(print_fn=lambda line: None),
        "to_json": lambda: model.to_json(),
        "converting": lambda: kitchen.convert(model, "functional"),
        "clone_model": lambda: k.models.clone_model(model),
    }


def networks(names: list[str], rounds: int) -> Table:
    """Measure some networks of `keras.applications` against Keras's own walks."""
    rows = []
    for name in names:
        model = getattr(keras().applications, name)(weights=None)
        took = medians(ways(model), rounds)
        calls = f"{len(read(model).body.calls):,}"
        rows += [
            (name, calls, way, shown(took[way]), peer, shown(took[peer]), ratio(took, way, peer))
            for way, peer in PEERS.items()
        ]
    caption = f"Networks in milliseconds, medians of {rounds} rounds, {conditions()}."
    header = ("model", "calls", "kitchen", "ms", "Keras", "ms", "ratio")
    return Table(caption, header, rows, numbers=(1, 3, 5, 6))


def ratio(took: dict[str, float], way: str, peer: str) -> str:
    """Return how many times as long one way takes as another."""
    return f"{took[way] / took[peer]:.2f}"


def growth(
    what: str, make: Callable[[int], Any], sizes: list[int], rounds: int, *, live: bool = False
) -> Table:
    """Measure models of growing size: the time, and the time for each call against the smallest.

    Where the second stays at 1.0, the time grows as the model does.
    """
    skipped = {"converting", "clone_model"}  # building layers grows as Keras does
    rows: list[list[str]] = []
    first: dict[str, float] = {}
    names: list[str] = []
    for size in sizes:
        model = make(size)
        measured = {name: way for name, way in ways(model).items() if name not in skipped}
        graph = read(model) if live else model
        calls = sum(len(body.calls) for body in graph.bodies.values())
        took = medians(measured, rounds)
        names = list(took)
        each = {name: seconds / calls for name, seconds in took.items()}
        first = first or each
        cells = [f"{shown(took[x])} ({each[x] / first[x]:.1f})" for x in names]
        rows.append([f"{calls:,}", *cells])
    caption = (
        f"Growth on {what}: milliseconds, and in brackets the time for each call against the "
        f"first row's; medians of {rounds} rounds, {conditions()}."
    )
    return Table(caption, ("calls", *names), rows, numbers=tuple(range(len(names) + 1)))


def wide(calls: int) -> Any:
    """Build a functional model of lanes side by side, with skips inside, that meet at the end."""
    k = keras()
    k.utils.clear_session()
    first = k.Input((4,))
    ends = []
    for _ in range(LANES):
        x = k.layers.Dense(4)(first)
        for step in range(calls // LANES - 1):
            x = k.layers.Add()([x, first]) if step % 4 == 3 else k.layers.Activation("relu")(x)
        ends.append(x)
    return k.Model(first, k.layers.Concatenate()(ends))


if __name__ == "__main__":
    main()
