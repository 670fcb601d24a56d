"""Two models side by side: a real table, readable without styles, and the same as text."""

import base64
from html import escape
from typing import Any
from xml.etree import ElementTree

import keras
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.views.comparison import parameters
from tests import models


def columns(comparison: Any) -> list[ElementTree.Element]:
    """The cells of the outer table, which has one row."""
    html = comparison._repr_html_().replace('height:auto">', 'height:auto"/>')
    (row,) = ElementTree.fromstring(f"<div>{html}</div>").findall("./table/tbody/tr")
    return list(row)


@pytest.mark.parametrize("name", ["classifier", "two_inputs", "shared_layer"])
def test_an_example_shows_code_picture_parameters_and_verdict(name: str) -> None:
    example = getattr(kitchen.examples, name)
    comparison = kitchen.compare(example)
    relation = example.forms["sequential"].relation
    titles = [f"sequential ({relation})", "functional"]
    for cell, form in zip(columns(comparison), ("sequential", "functional"), strict=True):
        title, code, picture, table = cell
        assert "".join(title.itertext()) == titles.pop(0)
        assert "".join(code.itertext()).strip() == example.code(form).strip()
        image = picture.find("img")
        assert image is not None and image.get("alt")
        kind, _, data = str(image.get("src")).partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
        assert table.tag == "table"
    assert str(comparison.verdict).startswith(comparison.verdict.kind[0].upper())


def test_as_text_it_is_complete() -> None:
    text = str(kitchen.compare(kitchen.examples.shared_layer))
    for part in ("== functional ==", "shared_dense, second use", "12,482", "Same family:"):
        assert part in text


def test_functions_that_build_models_show_their_source() -> None:
    def stack() -> Any:
        return keras.Sequential([keras.Input((3,)), layers.Dense(2)])

    def other() -> Any:
        x = keras.Input((3,))
        return keras.Model(x, layers.Dense(2)(x))

    comparison = kitchen.compare(stack, other)
    assert comparison.verdict
    assert comparison.sides[0].code.startswith("def stack()")


def test_two_live_models_show_the_code_that_would_build_them() -> None:
    model, other = models.siamese(), models.siamese(twice=False)
    comparison = kitchen.compare(model, other)
    assert comparison.sides[0].title == "siamese (functional)"
    for side, shown in zip(comparison.sides, (model, other), strict=True):
        assert side.code == kitchen.source(shown, compact=True).rstrip()
    assert [len(cell) for cell in columns(comparison)] == [4, 4]
    assert not comparison.verdict


def test_where_there_is_no_code_a_line_says_why() -> None:
    class Doubling(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return 2 * x

    x = keras.Input((2,))
    local = keras.Model(x, Doubling(name="doubling")(x))
    h = x
    for k in range(70):  # no loop is shorter
        h = layers.Dense(1 + k * k % 13, name="_".join("abcdefg"[k % 7 :: k // 7 + 1]) + f"_{k}")(h)
    comparison = kitchen.compare(local, keras.Model(x, h))
    first, second = comparison.sides
    assert not first.code
    assert first.note.startswith("No code:")
    assert not second.code
    assert "kitchen.source(model) shows it" in second.note
    for note in (first.note, second.note):
        assert note in str(comparison)
        assert escape(note) in comparison._repr_html_()


def test_hostile_names_stay_text() -> None:
    x = keras.Input((2,))
    model = keras.Model(x, layers.Dense(2, name="<script>alert(1)<|script>")(x), name='"><img x=')
    html = kitchen.compare(model, model)._repr_html_()
    assert "<script" not in html
    assert "<img x" not in html


def test_a_shared_layer_counts_once() -> None:
    table = parameters(kitchen.read(kitchen.examples.shared_layer.functional()))
    assert table.rows[0] == ("shared_dense (called 2 times)", "Dense", "(64,)", "8,256")
    assert table.footer[-1] == "12,482"


def test_a_layer_that_only_draws_random_numbers_has_no_row() -> None:
    x = keras.Input((2,))
    model = keras.Model(x, layers.Dense(1, name="end")(layers.Dropout(0.5)(x)))
    assert [row[0] for row in parameters(kitchen.read(model)).rows] == ["end"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((models.residual,), "takes two models"),
        ((kitchen.examples.classifier, models.residual), "compared with itself"),
    ],
)
def test_what_is_missing_or_too_much_is_said(arguments: tuple[Any, ...], problem: str) -> None:
    with pytest.raises(KitchenError, match=problem):
        kitchen.compare(*arguments)


@pytest.mark.parametrize("forms", [("sequential",), None, "both"])
def test_two_forms_are_named(forms: Any) -> None:
    with pytest.raises(KitchenError, match="two forms"):
        kitchen.compare(kitchen.examples.classifier, forms=forms)


def test_a_function_that_takes_arguments_is_refused() -> None:
    with pytest.raises(KitchenError, match="takes no arguments"):
        kitchen.compare(lambda units: None, models.residual)


def test_a_form_that_is_not_there() -> None:
    with pytest.raises(KitchenError, match="no such form"):
        kitchen.compare(kitchen.examples.classifier, forms=("sequential", "flat"))


FORMS = {
    name: getattr(kitchen.examples, name).forms
    for name in ("two_inputs", "siamese", "shared_layer")
}


@pytest.mark.parametrize(
    ("name", "form"), [(n, f) for n, found in FORMS.items() for f in found if f != "functional"]
)
def test_forms_agree_in_whichever_order_they_are_named(name: str, form: str) -> None:
    example = getattr(kitchen.examples, name)
    one, two = (
        kitchen.compare(example, forms=forms).verdict.kind
        for forms in ((form, "functional"), ("functional", form))
    )
    assert one == two != "different"
