"""What `lint` promises whatever it finds: the model unchanged, and a word on what it left out."""

import dataclasses
import re
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import kitchen
from kitchen.errors import KitchenError
from kitchen.graph import lint as module
from kitchen.graph.lint import Finding, lint
from kitchen.graph.reader import read
from kitchen.graph.rules.base import Rule
from kitchen.graph.rules.catalogue import RULES
from tests import models
from tests.linting import normal, only, sound


def wrong(name: str = "again") -> Any:
    bend = layers.ReLU(name=name)
    return keras.Sequential([keras.Input((4,)), layers.Dense(4), bend, layers.Dense(4), bend])


def said(found: Any) -> str:
    """What is printed, whatever the lines."""
    return " ".join(str(found).split())


def test_nothing_found_is_an_empty_sequence_that_says_what_was_checked() -> None:
    found = lint(kitchen.examples.classifier.functional())
    assert not found and list(found) == [] and found.calls == ()
    assert "nothing found" in said(found)
    assert f"{len(found.checked)} of {len(RULES)} rules checked" in said(found)
    assert re.search(r"Not checked: K301.*compiled", said(found))
    assert re.search(r"Not checked: K401.*lint\(model, y\)", said(found))
    left = {code for x in found.unchecked for code in x.codes}
    assert left | set(found.checked) == {rule.code for rule in RULES}


def test_a_finding_is_plain_data() -> None:
    found = lint(wrong())
    (finding,) = found
    assert found[0] is finding and found[:1] == (finding,) and len(found) == 1
    assert isinstance(finding, Finding) and finding.code == "K101"
    assert all(getattr(finding, field.name) for field in dataclasses.fields(finding))
    assert found.codes == ("K101",) and found.calls == finding.calls
    assert finding.title in said(found) and finding.fix in said(found)


def test_codes_are_unique_and_every_rule_says_why() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"K[1-4]\d\d", code) for code in codes)
    assert all(rule.why.endswith(".") and not rule.title.endswith(".") for rule in RULES)


def test_it_shows_itself_in_a_notebook_with_names_as_data() -> None:
    found = lint(wrong('<img src=x onerror="alert(1)">`'))
    html = found._repr_html_()
    assert "<img" not in html and "&lt;img" in html and "<code>" in html
    assert html.count("<div>") == html.count("</div>")
    assert "nothing found" in lint(models.residual())._repr_html_()


def test_long_names_do_not_fill_the_page() -> None:
    assert len(only("K101", wrong("n" * 500)).happens) < 400


def test_the_model_is_left_as_it_was() -> None:
    model = wrong()
    model.compile("adam", "mse", metrics=["mae"])
    x, y = normal(8, 4), normal(8, 4)
    model.fit(x, y, verbose=0)
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    before = [np.array(w) for w in model.get_weights()]
    state = [np.array(v) for v in model.optimizer.variables]
    config, step = model.get_config(), model.train_function
    lint(model, y)
    assert nodes == [len(layer._inbound_nodes) for layer in model.layers]
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
    now = [np.array(v) for v in model.optimizer.variables]
    assert all((a == b).all() for a, b in zip(state, now, strict=True))
    assert model.get_config() == config and model.train_function is step


def test_names_made_later_are_what_they_would_have_been() -> None:
    model = kitchen.examples.shared_layer.subclassed()
    first = int(layers.Dense(1).name.rpartition("_")[2])
    lint(model)
    assert int(layers.Dense(1).name.rpartition("_")[2]) == first + 1


def test_a_rule_that_fails_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(subject: Any) -> Any:
        raise RuntimeError("unusual")

    rules = (Rule("K100", "A broken rule", "No reason.", broken), *RULES)
    monkeypatch.setattr(module, "RULES", rules)
    found = lint(wrong())
    assert found.codes == ("K101",)
    assert "Not checked: K100, which failed (RuntimeError: unusual)" in said(found)


def test_a_compile_state_that_cannot_be_read_is_said_to_be_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(bound: Any) -> Any:
        raise RuntimeError("unusual")

    monkeypatch.setattr(module, "compile_info", broken)
    model = wrong()
    model.compile("sgd", "mse")
    found = lint(model)
    assert found.codes == ("K101",)
    assert "could not be read (RuntimeError: unusual)" in said(found)


def test_a_graph_as_data_can_be_looked_at_too() -> None:
    model = wrong()
    found = lint(read(model))
    assert found.codes == ("K101",) == lint(model).codes
    assert found[0] == lint(model)[0]
    assert "K205" not in found.checked and "live model" in said(found)


def test_models_that_are_not_built_or_cannot_be_read() -> None:
    sound(keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(1)]))
    sound(keras.Sequential())

    class Opaque(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x) if float(x[0, 0]) > 0 else self.dense(-x)

    found = sound(Opaque())
    assert any("read as a graph" in x.why for x in found.unchecked)
    model = Opaque()
    model(normal(2, 4))
    model.compile("adam", "mse")
    assert sound(model, normal(4, 2)).checked


def test_a_mistake_inside_a_model_that_is_used_twice_is_told_once() -> None:
    inner = wrong()
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], layers.Add()([inner(a), inner(b)]))
    assert len(only("K101", model).calls) == 4


@pytest.mark.parametrize("graph", [models.chain_graph(5_000), models.nested_graph(5_000)])
def test_large_graphs_made_by_hand(graph: Any) -> None:
    assert not lint(graph)


@pytest.mark.parametrize("thing", [None, "model.keras", layers.Dense(1), keras.Model])
def test_what_is_no_model(thing: Any) -> None:
    with pytest.raises(KitchenError):
        lint(thing)
