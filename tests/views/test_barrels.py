from kitchen.graph.model_graph import ModelGraph, Weight
from kitchen.graph.sharing import groups
from kitchen.views.barrels import Shares, shares, visible
from kitchen.views.unfold import Unfolding
from kitchen.views.walk import Walker
from tests.views.graphs import Maker, inside, operators, recurrent, shared_layer, siamese, tied
from tests.views.graphs import with_opaque_part as opaque_twice
from tests.views.large import shared_blocks


def found(graph: ModelGraph, expand: bool = False, collapse: bool = False) -> Shares:
    unfolding = Unfolding(graph, expand, collapse=collapse)
    return shares(graph, Walker(unfolding).walk().runs, groups(graph))


def said(shares: Shares) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(barrel.name, barrel.sum, barrel.runs) for barrel in shares.barrels]


def test_a_shared_layer_has_one_barrel() -> None:
    wanted = ("weights of shared_dense", "128×64 + 64 = 8,256", (2, 3))
    assert said(found(shared_layer())) == [wanted]


def test_a_closed_shared_model_has_one_barrel_for_all_its_layers() -> None:
    assert said(found(siamese())) == [("weights of encoder", "75 in 4 weights", (3, 4))]


def test_an_open_shared_model_has_one_barrel_a_layer() -> None:
    assert said(found(siamese(), expand=True)) == [
        ("weights of hidden", "8×6 + 6 = 54", (5, 9)),
        ("weights of code", "6×3 + 3 = 21", (6, 10)),
    ]


def test_a_tied_weight_is_named_with_both_its_layers() -> None:
    wanted = ("embeddings of embedding and logits", "1,000×32 = 32,000", (2, 3))
    assert said(found(tied())) == [wanted]


def test_a_weight_that_an_operation_uses_is_tied_to_it() -> None:
    m = Maker()
    table = m.weight("embeddings", (9, 4))
    h = m.call(m.layer("embedding", "Embedding", [table]), m.input("words"))
    end = m.call(m.layer("matmul", "Matmul", [table], kind="operation"), h)
    assert said(found(m.graph([end])))[0][0] == "weights of embedding and matmul"
    assert not found(operators()).barrels


def test_many_calls_are_one_barrel() -> None:
    assert [barrel.runs for barrel in found(recurrent(30)).barrels] == [tuple(range(2, 32))]


def test_sharing_inside_a_closed_model_is_said_in_its_box() -> None:
    assert found(inside()).inside == {2: 20}
    assert not found(inside()).barrels
    opened = found(inside(), expand=True)
    assert [barrel.runs for barrel in opened.barrels] == [(4, 5)]
    assert not opened.inside


def test_a_layer_used_outside_and_inside_a_closed_model() -> None:
    m = Maker("outer")
    both = m.dense("both", 4, 4)
    inner = m.inner("block")
    block = inner.close([inner.call(both, inner.input("start"))])
    g = m.graph([m.call(block, m.call(both, m.input("x")))])
    assert said(found(g)) == [("weights of both", "4×4 + 4 = 20", (2, 3))]


def test_layers_without_weights_and_seeds_alone_have_no_barrel() -> None:
    m = Maker()
    plain = m.layer("relu", "ReLU")
    seed = m.weight("seed", (2,), state=True)
    drop = m.layer("drop", "Dropout", [seed])
    h = m.input("x")
    for layer in (plain, drop, plain, drop):
        h = m.call(layer, h)
    assert not found(m.graph([h])).barrels


def test_code_called_twice_shares_its_weights() -> None:
    assert said(found(opaque_twice())) == [("weights of my_model", "40 in 4 weights", (2, 3))]
    assert [barrel.runs for barrel in found(opaque_twice(), expand=True).barrels] == [(3, 7)]


def test_the_largest_barrel_of_a_box_comes_first() -> None:
    m = Maker()
    small, large = m.weight("bias", (4,)), m.weight("kernel", (4, 4))
    h = m.call(m.layer("one", "X", [small, large]), m.input("x"))
    h = m.call(m.layer("two", "Y", [small]), m.call(m.layer("three", "Y", [large]), h))
    shares = found(m.graph([h]))
    assert [shares.barrels[k].count for k in shares.of[2]] == [16, 4]


def test_a_hidden_run_is_shown_by_the_box_around_it() -> None:
    places = {("a",): 1, ("b", "c"): 2}
    assert visible(("a", "x", "y"), places) == 1
    assert visible(("b", "c"), places) == 2
    assert visible(("b",), places) == 0


def test_sharing_inside_a_block_is_said_and_outside_it_has_a_barrel() -> None:
    shares = found(shared_blocks(), collapse=True)
    assert [barrel.name for barrel in shares.barrels] == ["weights of own_0"]
    block, end = shares.barrels[0].runs
    assert block < end
    assert shares.inside == {block: 100}, "own_0 too: it is shared inside as well"


def test_blocks_that_share_with_one_another_have_a_barrel() -> None:
    m = Maker("both")
    layers = [m.dense(f"dense_{k}", 4, 4, str(k)) for k in range(3)]
    ends = []
    for name in ("left", "right"):
        h = m.input(name)
        for layer in layers:
            h = m.call(layer, h)
        ends.append(h)
    graph = m.graph([m.call(m.layer("add", "Add"), ends)])
    wanted = ("weights of dense_0, dense_1 and dense_2", "60 in 6 weights", (3, 4))
    assert said(found(graph, collapse=True)) == [wanted]


def test_the_count_leaves_out_seeds() -> None:
    g = shared_layer()
    g.weights["S"] = Weight("S", "seed", (2,), state=True)  # type: ignore[index]
    assert found(g).barrels[0].count == 8256
