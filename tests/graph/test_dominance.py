"""Through which call everything must pass, against trying out every call."""

from hypothesis import given
from hypothesis import strategies as st

from kitchen.graph.dominance import Dominators

GRAPHS = st.lists(st.lists(st.integers(0, 99), max_size=3), min_size=1, max_size=14)


def ancestors(before: list[list[int]], node: int, without: int) -> set[int]:
    """The nodes from which `node` is reached when one is taken away."""
    found, waiting = set(), [node]
    while waiting:
        here = waiting.pop()
        if here not in found and here != without:
            found.add(here)
            waiting += before[here]
    return found


@given(GRAPHS)
def test_the_nearest_node_through_which_every_way_goes(picks: list[list[int]]) -> None:
    tree = Dominators()
    before: list[list[int]] = [[]]
    for k, pick in enumerate(picks):
        before.append([number % (k + 1) for number in pick] or [0])
        assert tree.add(before[-1]) == k + 1
    for node in range(1, len(before)):
        through = [x for x in range(node) if x == 0 or 0 not in ancestors(before, node, x)]
        assert tree.parent[node] == max(through)
        assert [x for x in range(node) if tree.above(x, node)] == through


def test_a_deep_chain_takes_few_steps() -> None:
    tree = Dominators()
    for node in range(100_000):
        tree.add([node])
    steps = 0
    node = 100_000
    while tree.depth[node] > 5:  # as `at_depth` goes
        far = tree.jump[node]
        node = far if tree.depth[far] >= 5 else tree.parent[node]
        steps += 1
    assert steps < 60
    assert tree.at_depth(100_000, 5) == node == 5
