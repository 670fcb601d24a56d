"""Which visible boxes draw on the same weights, and what is said of those weights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kitchen.graph.model_graph import ModelGraph, Weight
from kitchen.graph.sharing import Group, Path
from kitchen.views.text import called
from kitchen.views.walk import Run
from kitchen.views.words import count_of, listed, name_of, sum_of


@dataclass(frozen=True)
class Barrel:
    """Weights that several boxes draw on.

    Args:
        weights: The ids of the weights, seeds left out.
        runs: The numbers of the runs that draw on them, in reading order.
        name: What they are, such as "weights of shared_dense".
        sum: How many there are, such as "128×64 + 64 = 8,256".
        count: The same as a number.
    """

    weights: tuple[str, ...]
    runs: tuple[int, ...]
    name: str
    sum: str
    count: int


@dataclass(frozen=True)
class Shares:
    """What a picture knows of shared weights.

    Args:
        barrels: The weights that several boxes draw on.
        inside: For a run that calls a model whose own calls share weights, how many parameters.
    """

    barrels: tuple[Barrel, ...]
    inside: Mapping[int, int]

    @cached_property
    def of(self) -> Mapping[int, tuple[int, ...]]:
        """For each run that draws on a barrel, the positions of its barrels, the largest first."""
        found: dict[int, list[int]] = {}
        for k in sorted(range(len(self.barrels)), key=lambda k: -self.barrels[k].count):
            for run in self.barrels[k].runs:
                found.setdefault(run, []).append(k)
        return {run: tuple(places) for run, places in found.items()}


def shares(graph: ModelGraph, runs: Sequence[Run], groups: Sequence[Group]) -> Shares:
    """Find the barrels: groups of weights that reach the same visible boxes are one barrel.

    Args:
        graph: The model.
        runs: The visible runs.
        groups: The model's weights, grouped by the calls that use them.
    """
    places = {run.path: run.number for run in runs if run.role in {"box", "opaque"} and run.path}
    places |= {path: run.number for run in runs for path in run.hides}
    inside: dict[int, int] = {}
    merged: dict[tuple[int, ...], list[Group]] = {}
    for group in groups:
        counted = count_of(weights_of(graph, group.weights))
        if not counted:
            continue
        reached = [place for path in group.paths if (place := visible(path, places))]
        times = Counter(reached)  # keeps the order in which the boxes were reached
        if len(times) > 1:
            merged.setdefault(tuple(times), []).append(group)
        for box in (box for box, n in times.items() if n > 1):
            inside[box] = inside.get(box, 0) + counted
    layers = {run.number: run.layer for run in runs}
    barrels = [barrel(graph, boxes, found, layers) for boxes, found in merged.items()]
    return Shares(tuple(barrels), inside)


def visible(path: Path, places: Mapping[Path, int]) -> int:
    """Return the number of the box that shows a run or that hides it; 0 for none."""
    if (shown := places.get(path)) is not None:
        return shown
    return next((places[path[:k]] for k in range(1, len(path)) if path[:k] in places), 0)


def barrel(
    graph: ModelGraph, runs: tuple[int, ...], groups: Sequence[Group], layers: Mapping[int, str]
) -> Barrel:
    """Return groups that reach the same boxes as one barrel."""
    ids = tuple(dict.fromkeys(w for group in groups for w in group.weights))
    kept = tuple(w for w in ids if not graph.weights[w].state)
    weights = weights_of(graph, kept)
    shown = list(dict.fromkeys(layers[run] for run in runs))
    owners = list(dict.fromkeys(layer for group in groups for layer in group.layers))
    if len(shown) == 1 and shown[0]:
        owners = shown  # a collapsed model speaks for the layers inside it
    every = {w for x in owners for w in graph.layers[x].weights if not graph.weights[w].state}
    what = "weights"
    if every != set(kept):
        what = words_for(weights)
    name = f"{what} of {listed(name_of(graph, owner) for owner in owners)}"
    return Barrel(kept, runs, name, sum_of(weights), count_of(weights))


def words_for(weights: Sequence[Weight]) -> str:
    """Return the names of a few weights, or their number."""
    names = list(dict.fromkeys(weight.name for weight in weights))
    return listed(map(called, names)) if len(names) <= 2 else f"{len(weights):,} weights"


def weights_of(graph: ModelGraph, ids: Sequence[str]) -> list[Weight]:
    """Return the weights behind some ids."""
    return [graph.weights[key] for key in ids]
