"""Names are data: whatever a user typed, there is a picture of nothing but shapes and text."""

import re
import warnings
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import keras
import pygraphviz
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from keras import layers

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import Body, Call, Constant, Layer, ModelGraph, Port, Tensor, Weight
from kitchen.views.drawing import Drawing, draw
from kitchen.views.paint_svg import ATTRIBUTES, ELEMENTS
from kitchen.views.scene import SIZE, WIDEST
from kitchen.views.text import NO_NAME, clean, width
from tests.views.graphs import SVG

XML = "{http://www.w3.org/XML/1998/namespace}"
DANGEROUS = re.compile(r"url\(|@import|expression\(|javascript:", re.IGNORECASE)

# Each of these has broken some program that draws graphs.
NASTY = (
    "",
    " ",
    "a<b>&c",
    "<script>alert(1)</script>",
    "</text></g></svg><script>alert(1)</script>",
    "]]>",
    "<!--",
    "<!DOCTYPE svg [<!ENTITY x 'y'>]>&x;",
    "&lt;b&gt;&amp;&#0;&#x1F373;",
    "\"'`",
    "{x|y}<port>",
    r"\N\G\E\T\L\n\l\r\\",
    "%s%n{0}{name}",
    "$x^2$ \\frac{1}{0}",
    "a\nb\tc\rd",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x85\x9f",
    "\ud800",
    "\udfff\ud800",
    "\ufffe\uffff\U0001fffe\U0010ffff\ufdd0",
    "\u202eevil\u202c\u200f\u2066x\u2069",
    "\u2028\u2029\u200b\ufeff\u00ad",
    "a" + "\u0301" * 200,
    "👩\u200d🍳🏳️\u200d🌈",
    "名前層",
    "שלום עולם",
    "﷽",
    "x" * 20_000,
    "𒐫" * 300,
    "../../etc/passwd",
    "javascript:alert(1)",
    "url(http://example.org/x)",
    "digraph{a->b}",
    "w1",
    "cluster_f1",
    "b1",
)

piece = st.sampled_from(NASTY) | st.text(st.characters(codec=None, categories=None), max_size=12)
name = st.lists(piece, min_size=1, max_size=3).map("".join)
value = name | st.none() | st.booleans() | st.integers() | st.floats() | st.lists(name, max_size=8)


@dataclass(frozen=True)
class Names:
    """The names of one graph, each what a user could have typed."""

    model: str
    inner: str
    layer: str
    class_name: str
    settings: str
    weight: str
    key: str
    argument: str
    value: Any
    dtype: str
    note: str
    id: str


def names(text: st.SearchStrategy[str] = name) -> st.SearchStrategy[Names]:
    parts = {part: text for part in Names.__annotations__ if part != "value"}
    return st.builds(Names, value=value, **parts)


def graph_of(n: Names) -> ModelGraph:
    """A shared layer in a model that is called twice, an operation, and code, with these names."""
    weights = {f"W{n.id}": Weight(f"W{n.id}", n.weight, (4, 4))}
    inner, shared, start, op, code, root = (f"{k}{n.id}" for k in range(6))
    shape = (None, 4)
    layer_list = [
        Layer(root, n.model, n.class_name, "model", n.settings, tuple(weights)),
        Layer(inner, n.inner, n.class_name, "model", n.settings, tuple(weights)),
        Layer(shared, n.layer, n.class_name, "layer", n.settings, tuple(weights)),
        Layer(start, n.layer, "InputLayer", "input"),
        Layer(op, n.layer, n.class_name, "operation", n.settings),
        Layer(code, n.layer, n.class_name, "model", n.settings),
    ]
    a, b, c, d, e, f = (Tensor(f"{k}{n.id}", 0, shape, n.dtype) for k in "abcdef")
    inside = Body(
        (Call(a.call, start, outputs=(a,)), Call(b.call, shared, (a,), outputs=(b,))),
        (Port(a, n.layer),),
        (Port(b, n.layer),),
        0,
        0,
        note=n.note,
    )
    array = Constant((2,), n.dtype, (1.0, 2.0))
    calls = (
        Call(a.call, start, outputs=(a,)),
        Call(c.call, inner, (a,), outputs=(c,)),
        Call(d.call, inner, (c,), {n.argument: n.value}, outputs=(d,)),
        Call(e.call, op, (d, n.value, array), {n.argument: n.value}, outputs=(e,)),
        Call(f.call, code, (e,), outputs=(f,)),
    )
    outer = Body(
        calls,
        (Port(a, n.layer, n.key),),
        (Port(f, n.layer, n.key), Port(e, n.layer)),
        0,
        {n.key: 0},
    )
    bodies = {root: outer, inner: inside, code: Body(parts=(shared,), note=n.note or "opaque")}
    return ModelGraph(root, "functional", {x.id: x for x in layer_list}, weights, bodies)


def texts(root: ElementTree.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def check_svg(drawing: Drawing) -> list[str]:
    """Hold an SVG to what a picture may be, and return its texts."""
    assert drawing.problem == "", "always a picture"
    drawing.svg.encode()
    assert "<!" not in drawing.svg and "<?" not in drawing.svg
    root = ElementTree.fromstring(drawing.svg)
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in ELEMENTS
        for key, found in node.attrib.items():
            assert key.replace(XML, "xml:") in ATTRIBUTES
            assert not DANGEROUS.search(found)
            assert re.fullmatch(r"[\w .#:;%,()-]*", found), "no attribute takes what a user typed"
    return texts(root)


def shown(text: str, found: list[str]) -> bool:
    """Whether a name is shown literally, or cut in the middle where it is too long."""
    cleaned = clean(text)
    whole = cleaned or NO_NAME
    if any(whole in line for line in found):
        return True
    starts = [line.partition("…") for line in found if "…" in line]
    return width(whole, SIZE) > WIDEST / 2 - 20 and any(
        whole.startswith(start[-1:] if not start else start) or start.endswith(whole[:1])
        for start, _, _ in starts
    )


@settings(max_examples=500)
@given(names(), st.booleans())
@example(Names(*["x" * 20_000] * 12), True)
def test_there_is_always_a_picture_of_shapes_and_text(n: Names, expand_nested: bool) -> None:
    drawing = draw(graph_of(n), expand_nested=expand_nested)
    found = check_svg(drawing)
    assert shown(n.layer, found)
    assert shown(n.inner, found)
    assert len(drawing.svg) < 60_000
    assert len(drawing.alt) <= 1500


@pytest.mark.parametrize("text", NASTY, ids=[f"{k}" for k in range(len(NASTY))])
def test_each_nasty_name_everywhere(text: str) -> None:
    n = Names(*[text] * 12)
    for expand_nested in (False, True):
        drawing = draw(graph_of(n), expand_nested=expand_nested, direction="LR")
        assert shown(text, check_svg(drawing))
        assert len(drawing.text) < 20_000
        drawing.text.encode()


@pytest.mark.parametrize(
    "text", ["a<b>&c", "<script>alert(1)</script>", "&lt;b&gt;", r"\N{x|y}", '"%s"']
)
def test_a_name_that_can_be_shown_is_shown_letter_by_letter(text: str) -> None:
    drawing = draw(graph_of(Names(*[text] * 12)))
    root = ElementTree.fromstring(drawing.svg)
    assert any(line.startswith(text) for line in texts(root))
    assert text in (root[0].text or "") and text in (root[1].text or "")


@settings(max_examples=60)
@given(names(), st.booleans())
def test_graphviz_reads_the_file_for_people(n: Names, expand_nested: bool) -> None:
    drawing = draw(graph_of(n), expand_nested=expand_nested)
    graph = pygraphviz.AGraph(string=drawing.dot)
    wanted = {box.id for box in drawing.scene.boxes}
    assert set(graph.nodes()) == wanted, "no name makes a node of its own"
    drawn = graph.draw(format="svg", prog="dot").decode()
    assert len(re.findall(r'<g id="node\d+" class="node">', drawn)) == len(wanted)
    assert "<a " not in drawn and "<script" not in drawn


@settings(max_examples=25)
@given(names())
def test_the_other_kinds_of_files_are_there(n: Names) -> None:
    drawing = draw(graph_of(n))
    assert drawing.png.startswith(b"\x89PNG")
    data, _ = drawing._repr_mimebundle_()
    assert re.fullmatch(
        r'<img alt="[^"<>]*" width="\d+" height="\d+" src="[\w:/+;,=]+">', data["text/html"]
    )


def test_a_pdf_takes_nasty_names(tmp_path: Any) -> None:
    for k, text in enumerate(NASTY):
        file = tmp_path / f"{k}.pdf"
        draw(graph_of(Names(*[text] * 12))).save(file)
        assert file.read_bytes().startswith(b"%PDF")


def model_of(text: str, other: str) -> Any:
    """A Keras model with these names, where Keras takes them."""
    inputs = {text: keras.Input((4,), name=text)}
    shared = layers.Dense(3, name=other, activation="relu")
    h = layers.Dense(4, name=f"{text} ")(inputs[text])
    ends = {text: shared(h), f"{text}2": shared(h)}
    return keras.Model(inputs, ends, name=text)


@settings(max_examples=40)
@given(name, name)
def test_keras_models_with_such_names(text: str, other: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = model_of(text, other)
        except Exception:
            return  # Keras itself refuses the name
    drawing = draw(model)
    assert shown(model.layers[-1].name, check_svg(drawing))


def test_keras_takes_many_of_these_names() -> None:
    taken = 0
    for text in NASTY:
        try:
            model = model_of(text, f"{text}-")
        except Exception:  # noqa: S112 - Keras itself refuses the name
            continue
        taken += 1
        check_svg(draw(model))
    assert taken > len(NASTY) / 2


def test_an_error_message_stays_short_whatever_was_passed() -> None:
    with pytest.raises(KitchenError) as error:
        draw(graph_of(Names(*["x"] * 12)), direction="y" * 10_000)
    assert len(str(error.value)) <= 500
