"""How often layers run in one pass, and whether any weights are shared at all.

In most models nothing is. Then no path needs to be followed: in deep models these are long.
"""

from collections.abc import Mapping, Sequence

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.sharing import Group, Path, groups, order_of_bodies, paths
from kitchen.views.walk import Run

Turns = Mapping[tuple[str, Path], tuple[int, int]]


def times(graph: ModelGraph) -> Mapping[str, int]:
    """Return how often each layer runs in one pass.

    Raises:
        ModelError: A model contains itself.
    """
    found = dict.fromkeys(graph.layers, 0)
    found[graph.root] = 1
    for owner in order_of_bodies(graph):
        body, often = graph.bodies[owner], found[owner]
        for layer in [*(call.layer for call in body.calls), *body.parts]:
            found[layer] += often
    return found


def shared(graph: ModelGraph, often: Mapping[str, int]) -> tuple[Group, ...]:
    """Return the weights grouped by the calls that use them; none where nothing is shared.

    Args:
        graph: The model.
        often: How often each layer runs.

    Raises:
        ModelError: It runs its layers too often to be counted.
    """
    users: dict[str, int] = {}
    for key, layer in graph.layers.items():
        inside: set[str] = set()
        if (body := graph.bodies.get(key)) is not None:
            held = dict.fromkeys([*(call.layer for call in body.calls), *body.parts])
            inside = {w for x in held for w in graph.layers[x].weights}
        for weight in set(layer.weights) - inside if layer.weights else ():
            users[weight] = users.get(weight, 0) + often[key]
    return groups(graph) if any(count > 1 for count in users.values()) else ()


def turns(graph: ModelGraph, runs: Sequence[Run], often: Mapping[str, int]) -> Turns:
    """Return for each run of a layer which one it is, from 1, and of how many.

    Args:
        graph: The model.
        runs: The visible runs; a run that is missing in what is returned is the only one.
        often: How often each layer runs.

    Raises:
        ModelError: It runs its layers too often to be counted.
    """
    if not any(often[run.layer] > 1 for run in runs if run.layer):
        return {}
    return {
        (layer, path): (k + 1, len(found))
        for layer, found in paths(graph).items()
        for k, path in enumerate(found)
    }
