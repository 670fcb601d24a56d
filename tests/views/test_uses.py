"""How often layers run, counted without paths."""

from collections.abc import Callable

import pytest

from kitchen.errors import ModelError
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.sharing import groups, paths
from kitchen.views.uses import shared, times
from tests.models import nested_graph
from tests.views.graphs import GRAPHS, Maker
from tests.views.large import LARGE

EVERY = pytest.mark.parametrize("make", [*GRAPHS.values(), *LARGE.values()], ids=[*GRAPHS, *LARGE])


@EVERY
def test_a_layer_runs_as_often_as_it_has_paths(make: Callable[[], ModelGraph]) -> None:
    graph = make()
    found = {layer: len(places) for layer, places in paths(graph).items()}
    assert {layer: count for layer, count in times(graph).items() if count} == found


@EVERY
def test_groups_are_asked_for_where_weights_are_shared(make: Callable[[], ModelGraph]) -> None:
    graph = make()
    every = groups(graph)
    wanted = every if any(group.shared for group in every) else ()
    assert shared(graph, times(graph)) == wanted


def test_models_called_twice_in_models_called_twice_are_counted() -> None:
    m = Maker("level0")
    x = m.input("x")
    inner = m.inner("innermost")
    layer = inner.close([inner.call(inner.dense("dense", 4, 4), inner.input("start"))])
    for k in range(60):
        around = m.inner(f"around{k}")
        layer = around.close([around.call(layer, around.call(layer, around.input("start")))])
    graph = m.graph([m.call(layer, x)])
    dense = next(key for key, found in graph.layers.items() if found.name == "dense")
    assert times(graph)[dense] == 2**60
    with pytest.raises(ModelError, match="more than 20,000"):
        shared(graph, times(graph))


def test_deep_models_are_counted_without_paths() -> None:
    graph = nested_graph(3000)
    assert set(times(graph).values()) == {1}
    assert shared(graph, times(graph)) == ()
