import pytest

from kitchen.graph.model_graph import ModelGraph
from kitchen.views.compose import Options, compose
from tests.models import nested_graph
from tests.views import graphs
from tests.views.large import shared_blocks, stages, wide

EXAMPLE_3 = """\
shared_layer, functional, 12,482 parameters
1. input, an input of (128,)
2. shared_dense, first use, Dense 64 relu, reads input; 8,256 parameters; gives (64,)
3. shared_dense, second use, reads input; its 8,256 weights are counted already; gives (64,)
4. dense_1, Dense 32 relu, reads shared_dense (first use); 2,080 parameters; gives (32,)
5. dense_2, Dense 32 relu, reads shared_dense (second use); 2,080 parameters; gives (32,)
6. output_1, Dense 1 sigmoid, reads dense_1; 33 parameters; gives (1,)
7. output_2, Dense 1 sigmoid, reads dense_2; 33 parameters; gives (1,)
Output 1 of 2: output_1, (1,)
Output 2 of 2: output_2, (1,)"""

SIAMESE = """\
siamese, functional, 79 parameters
1. left, an input of (8,)
2. right, an input of (8,)
3. encoder, first use, Functional; inside:
  4. picture, first use, an input of (8,), reads left
  5. hidden, first use, Dense 6, reads picture (first use); 54 parameters; gives (6,)
  6. code, first use, Dense 3, reads hidden (first use); 21 parameters; gives (3,)
7. encoder, second use, Functional; inside:
  8. picture, second use, an input of (8,), reads right
  9. hidden, second use, reads picture (second use); its 54 weights are counted already; gives (6,)
  10. code, second use, reads hidden (second use); its 21 weights are counted already; gives (3,)
11. difference, Subtract, reads code (first use) and code (second use); gives (3,)
12. score, Dense 1, reads difference; 4 parameters; gives (1,)
Output: score, (1,)"""


COLLAPSED = """\
stages, functional, 322 parameters
1. x, an input of (4,)
2. stem, Dense → LayerNormalization → ReLU, reads x; 24 parameters; gives (4,)
3. stage0_block0_1_dense to stage0_block0_3_relu (marked), 3 × (Dense → LayerNormalization → \
ReLU), reads stem_relu; 72 parameters; gives (4,)
4. stage0_block0_0, Dense → LayerNormalization → ReLU, reads stem_relu; 24 parameters; gives (4,)
5. stage0_block0_add, Add, reads stage0_block0_3_relu and stage0_block0_0_relu; gives (4,)
6. stage0_block1, copy 1 of 4; inside:
  7. stage0_block1_1_dense, Dense 4, reads stage0_block0_add; 20 parameters; gives (4,)
  8. stage0_block1_1_norm, LayerNormalization, reads stage0_block1_1_dense; 4 parameters; gives (4,)
  9. stage0_block1_1_relu, ReLU, reads stage0_block1_1_norm; gives (4,)
  10. stage0_block1_2_dense, Dense 4, reads stage0_block1_1_relu; 20 parameters; gives (4,)
  11. stage0_block1_2_norm, LayerNormalization, reads stage0_block1_2_dense; 4 parameters; \
gives (4,)
  12. stage0_block1_2_relu, ReLU, reads stage0_block1_2_norm; gives (4,)
  13. stage0_block1_add, Add, reads stage0_block0_add and stage0_block1_2_relu; gives (4,)
14. stage0_block2 to stage0_block4, ×3, 7 calls each, with a skip: 2 Dense, 2 LayerNormalization, \
2 ReLU, Add, reads stage0_block1_add; 144 parameters, 3 × 48; gives (4,)
15. head (marked), Dense 2, reads stage0_block4_add; 10 parameters; gives (2,)
Output: head, (2,)"""


def told(graph: ModelGraph, **options: bool) -> list[str]:
    return list(compose(graph, Options(**options)).outline)  # type: ignore[arg-type]


def test_the_third_example_in_words() -> None:
    assert "\n".join(told(graphs.shared_layer())) == EXAMPLE_3


def test_an_open_model_is_indented() -> None:
    assert "\n".join(told(graphs.siamese(), expand_nested=True)) == SIAMESE


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            graphs.tied,
            "3. logits, TiedDense, reads embedding; 1,000 parameters of its own; its 32,000 "
            "embeddings of embedding and logits are counted already; gives (5, 1000)",
        ),
        (graphs.tied, "1. words, an input of (5,) int32"),
        (
            graphs.inside,
            "2. block, Functional, reads x; 20 parameters; shares 20 of them inside; gives (4,)",
        ),
        (graphs.many_ends, "4. lstm, LSTM, reads both; gives (4,), (4,) and (4,)"),
        (
            graphs.many_ends,
            "5. last, Dense 1, reads lstm (tensor 1) and lstm (tensor 3); 6 parameters; gives (1,)",
        ),
        (graphs.many_ends, 'Output "y": last, (1,)'),
        (graphs.many_ends, 'Output "h": both, (5,)'),
        (
            graphs.masked,
            "3. lstm, LSTM, training=False, reads embedding; 16 parameters; gives (4,)",
        ),
        (graphs.operators, "2. multiply, Multiply × array (64,), reads x; gives (4,)"),
        (graphs.opaque, "Note: Its call is code that could not be read: a loop."),
        (graphs.opaque, "1. my_model, MyModel, whose call is code; its parts:"),
        (graphs.opaque, "  2. its own code; how it runs these parts is not known"),
        (graphs.opaque, "  3. first, Dense 8; 40 parameters"),
        (graphs.with_opaque_part, "2. my_model, first use, MyModel, whose call is code; inside:"),
        (graphs.with_opaque_part, "  4. first, Dense 4; 20 parameters"),
        (graphs.with_opaque_part, "  8. first, Dense 4; its 20 weights are counted already"),
        (graphs.traced, "Note: Recovered by tracing; training=False branch."),
    ],
)
def test_what_is_said(make: object, line: str) -> None:
    expand_nested = make is graphs.with_opaque_part
    assert line in told(make(), expand_nested=expand_nested)  # type: ignore[operator]


def test_blocks_are_told_with_what_is_inside_and_what_is_opened() -> None:
    graph = stages(4)
    ids = {graph.layers[call.layer].name: call.id for call in graph.body.calls}
    options = Options(
        collapse=True,
        names=frozenset({"stage0_block1"}),
        marked=frozenset({(ids["head"],), (ids["stage0_block0_2_relu"],)}),
    )
    assert "\n".join(compose(graph, options).outline) == COLLAPSED


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (
            shared_blocks,
            "3. own_0 to add, ×12, 6 calls each, with a skip: 5 Dense, Add, reads stem; 80 "
            "parameters of its own, shared by all 12; uses 20 weights of own_0; gives (4,)",
        ),
        (
            lambda: wide(6),
            "2. leaf0 to leaf5, ×6 side by side, Dense, reads x; gives 6 tensors of (4,)",
        ),
        (
            lambda: wide(3),
            "3. end, Add, reads leaf0, leaf1 and leaf2; gives (4,)",
        ),
    ],
)
def test_what_is_said_of_blocks(make: object, line: str) -> None:
    assert line in told(make(), collapse=True)  # type: ignore[operator]


def test_a_mask_is_told_apart() -> None:
    line = next(x for x in told(graphs.masked(), show_masks=True) if "lstm" in x)
    assert "reads embedding, is masked by not_equal" in line


def test_a_tensor_read_twice_is_said_once() -> None:
    m = graphs.Maker()
    x = m.input("x")
    assert "add, Add, reads x (2 times); gives (4,)" in " ".join(
        told(m.graph([m.call(m.layer("add", "Add"), [x, x])]))
    )


def test_frozen_weights_are_said_to_be() -> None:
    m = graphs.Maker()
    frozen = m.layer("frozen", "Dense", [m.weight("kernel", (4, 4))], trainable=False)
    assert "16 parameters, frozen" in told(m.graph([m.call(frozen, m.input("x"))]))[2]


@pytest.mark.parametrize("make", graphs.GRAPHS.values(), ids=graphs.GRAPHS)
@pytest.mark.parametrize("expand_nested", [False, True])
def test_every_box_has_a_line_with_its_number(make: object, expand_nested: bool) -> None:
    scene = compose(make(), Options(expand_nested=expand_nested))  # type: ignore[operator]
    numbers = [box.number for box in scene.boxes if box.number]
    numbers = sorted(numbers + [frame.number for frame in scene.frames])
    said = [line.strip().partition(". ")[0] for line in scene.outline]
    assert [int(number) for number in said if number.isdigit()] == numbers


def test_deep_lines_say_their_level_instead_of_growing() -> None:
    lines = told(nested_graph(2000), expand_nested=True)
    assert len(lines) == 4002
    assert max(map(len, lines)) < 200
    assert "(level 1999)" in lines[-2]
