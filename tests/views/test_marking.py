"""Calls that stand out: named by paths, ids, or by what has them."""

from dataclasses import dataclass
from typing import Any

import pytest

from kitchen.errors import KitchenError
from kitchen.graph.sharing import Path
from kitchen.views.marking import marked
from tests.models import chain_graph
from tests.views.graphs import shared_layer, siamese

GRAPH = siamese()
LEFT, ONE, TWO = (GRAPH.body.calls[k].id for k in (0, 2, 3))
HIDDEN = next(body for key, body in GRAPH.bodies.items() if key != GRAPH.root).calls[1].id


@dataclass(frozen=True)
class Finding:
    """As `explain` and `lint` give them."""

    calls: Any


@pytest.mark.parametrize(
    ("highlight", "paths"),
    [
        (None, set()),
        ((), set()),
        (ONE, {(ONE,)}),
        ((ONE,), {(ONE,)}),
        ((ONE, HIDDEN), {(ONE, HIDDEN)}),
        (HIDDEN, {(ONE, HIDDEN), (TWO, HIDDEN)}),
        ([ONE, HIDDEN], {(ONE,), (ONE, HIDDEN), (TWO, HIDDEN)}),
        ((ONE, TWO), {(ONE,), (TWO,)}),
        ([(ONE,), (TWO, HIDDEN)], {(ONE,), (TWO, HIDDEN)}),
        (((ONE,), (TWO,)), {(ONE,), (TWO,)}),
        (Finding(((ONE,),)), {(ONE,)}),
        ([Finding(((ONE,),)), Finding([TWO]), LEFT], {(ONE,), (TWO,), (LEFT,)}),
        (Finding((Finding((ONE,)),)), {(ONE,)}),
        (GRAPH.body.calls[2], {(ONE,)}),
        ((x for x in (ONE, TWO)), {(ONE,), (TWO,)}),
    ],
)
def test_calls_are_found(highlight: Any, paths: set[Path]) -> None:
    assert marked(GRAPH, highlight) == paths


@pytest.mark.parametrize(
    ("highlight", "said"),
    [
        ("nothing", "'nothing'"),
        (("nothing",), "'nothing'"),
        ((LEFT, "nothing"), "'nothing'"),
        ([Finding((("nothing",),))], "'nothing'"),
        (7, "highlight=7"),
        ([ONE, None], "highlight=None"),
        (b"C1", "highlight=b'C1'"),
        ({"calls": ONE}, "highlight="),
    ],
)
def test_what_is_no_call_of_the_model_is_an_error(highlight: Any, said: str) -> None:
    with pytest.raises(KitchenError, match="no such call") as error:
        marked(GRAPH, highlight)
    assert said in str(error.value)


def test_what_leads_to_itself_ends() -> None:
    around: list[Any] = [ONE]
    around.append(around)
    assert marked(GRAPH, around) == {(ONE,)}


def test_ids_of_another_model_are_an_error() -> None:
    with pytest.raises(KitchenError):
        marked(shared_layer(), ONE)


def test_many_calls_take_one_look() -> None:
    graph = chain_graph(2000)
    every = [(call.id,) for call in graph.body.calls]
    assert marked(graph, every) == set(every)
