"""What holds for every model, tried on random ones.

Each run of the tests takes the same examples. For new ones, as many as you like for each property:

    KITCHEN_EXAMPLES=2000 python -m pytest tests/test_properties.py

A failure is shrunk to a small recipe: `build(Recipe(...))` makes its model.
"""

import os
from typing import Any

import keras
import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

import kitchen
from kitchen.errors import KitchenError
from kitchen.graph.sharing import paths
from kitchen.views.text import clean
from tests.checking import far, fresh, quietly, state
from tests.graphs_equal import give_weights, unequal
from tests.random_models import INPUTS, KINDS, Recipe, Step, build, rich
from tests.random_stacks import (
    Stack,
    Tower,
    build_stack,
    build_tower,
    stacks,
    towers,
)

FRESH = int(os.environ.get("KITCHEN_EXAMPLES", "0"))

pytestmark = pytest.mark.timeout(0 if FRESH else 600)


def examples(number: int) -> settings:
    """Take this many examples, unless another number of new ones is asked for."""
    return settings(
        max_examples=FRESH or number,
        phases=(Phase.generate, Phase.shrink),  # to explain a failure takes minutes
    )


def run(code: str) -> Any:
    """Return what the function `build` in some code makes, in a session of its own."""
    space: dict[str, Any] = {}
    exec(compile(code, "<source>", "exec"), space)  # noqa: S102 - that is what the code is for
    return quietly(fresh, space["build"])


def written(model: Any, **options: Any) -> str | None:
    """Return a model's source, or `None` where it refuses with good reason."""
    try:
        return str(kitchen.source(model, **options))
    except KitchenError as error:
        assert "an array of" in str(error), error
        event("an array too large for code")
        return None


def tied(model: Any) -> bool:
    """Return whether an operation of a model uses a layer's weight."""
    graph = kitchen.read(model)
    calls = [call for body in graph.bodies.values() for call in body.calls]
    operations = [graph.layers[call.layer] for call in calls]
    return any(x.kind == "operation" and x.weights for x in operations)


def mixed_up(one: Any, two: Any) -> str:
    """Return how two models differ in what they compute, in training or not; or nothing."""
    return far(one, two) or far(one, two, training=True)


@examples(300)
@given(rich())
def test_reading_converting_and_writing_give_the_same_model(recipe: Recipe) -> None:
    model = fresh(build, recipe)
    before = state(model)
    converted = quietly(kitchen.convert, model, "functional")
    assert state(model) == before
    assert not mixed_up(model, converted)
    code = written(converted)
    if code is not None:
        made = run(code)
        assert unequal(converted, made) == "", code
        give_weights(converted, made)
        assert not mixed_up(model, made), code


@examples(60)
@given(rich(most=16), st.booleans())
def test_code_in_the_form_of_the_model_builds_the_same_model(recipe: Recipe, short: bool) -> None:
    model = fresh(build, recipe)
    before = state(model)
    code = written(model, compact=short)
    assert state(model) == before
    if code is not None:
        made = run(code)
        assert unequal(model, made) == "", code


@examples(40)
@given(towers(most=12))
def test_blocks_are_written_as_loops_that_build_the_same_model(tower: Tower) -> None:
    model = fresh(build_tower, tower)
    plain, short = written(model), written(model, compact=True)
    assert plain is not None
    assert short is not None
    assert len(short.splitlines()) <= len(plain.splitlines())
    made = run(short)
    assert unequal(model, made) == "", short
    give_weights(model, made)
    assert not far(model, made)


@examples(60)
@given(stacks())
def test_a_chain_has_no_obstacles_and_becomes_a_sequential(stack: Stack) -> None:
    model = fresh(build_stack, stack)
    before = state(model)
    assert kitchen.explain(model).obstacles == ()
    converted = quietly(kitchen.convert, model, "sequential")
    assert isinstance(converted, keras.Sequential)
    assert not mixed_up(model, converted)
    back = quietly(kitchen.convert, converted, "functional")
    assert not mixed_up(model, back)
    assert kitchen.explain(back).obstacles == ()
    assert state(model) == before


@examples(60)
@given(towers())
def test_a_tower_of_blocks_becomes_a_sequential_of_blocks(tower: Tower) -> None:
    model = fresh(build_tower, tower)
    explained = kitchen.explain(model)
    assert bool(explained.obstacles) != tower.plain
    if not tower.plain:
        assert len(explained.wrapped) >= 2
        with pytest.raises(KitchenError):
            kitchen.convert(model, "sequential")
        converted = quietly(kitchen.convert, model, "sequential", wrap=True)
        assert len(converted.layers) == len(explained.wrapped)
        assert kitchen.explain(converted).obstacles == ()
        assert not mixed_up(model, converted)


@examples(60)
@given(rich(most=12))
def test_what_has_no_obstacles_is_what_becomes_a_sequential(recipe: Recipe) -> None:
    model = fresh(build, recipe)
    before = state(model)
    explained = kitchen.explain(model)
    assert str(explained)
    for wrap, possible in ((False, not explained.obstacles), (True, len(explained.wrapped) > 1)):
        try:
            converted = quietly(kitchen.convert, model, "sequential", wrap=wrap)
        except KitchenError:
            assert not possible
        else:
            assert possible or not explained.obstacles
            assert not mixed_up(model, converted)
    assert state(model) == before


@examples(60)
@given(rich(most=16))
def test_unsharing_gives_each_call_weights_of_its_own(recipe: Recipe) -> None:
    model = fresh(build, recipe)
    before = state(model)
    wanted = kitchen.sharing(model).unshared
    apart = quietly(kitchen.unshare, model)
    assert state(model) == before
    if not tied(model):  # a kernel in an operation stays where it was
        assert kitchen.sharing(apart).once == kitchen.sharing(apart).unshared == wanted
    assert not far(model, apart, penalties=False)


@examples(60)
@given(rich(), st.booleans())
def test_a_picture_in_words_names_every_call(recipe: Recipe, inside: bool) -> None:
    model = fresh(build, recipe)
    before = state(model)
    drawing = kitchen.draw(model, collapse=False, expand_nested=inside)
    assert drawing.svg.startswith("<svg")
    graph = kitchen.read(model)
    bodies = graph.bodies.values() if inside else [graph.body]
    for body in bodies:
        for call in body.calls:
            layer = graph.layers[call.layer]
            if not call.plumbing and layer.kind != "operation" and layer.id not in graph.bodies:
                assert clean(layer.name) in drawing.text
    assert state(model) == before


@examples(60)
@given(rich(), st.sampled_from(["", "mse", "categorical_crossentropy"]))
def test_no_rule_of_lint_fails_or_touches_a_model(recipe: Recipe, loss: str) -> None:
    model = fresh(build, recipe)
    if loss:
        model.compile("sgd", loss)
    before = state(model)
    findings = kitchen.lint(model)
    assert str(findings)
    assert not [x.why for x in findings.unchecked if "failed" in x.why]
    every = {path for some in paths(kitchen.read(model)).values() for path in some}
    assert set(findings.calls) <= every
    assert state(model) == before


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"again", "part", "identity"}))
def test_every_kind_of_step_can_be_built(kind: str) -> None:
    made, other = (
        fresh(build, Recipe(INPUTS[::-1], (Step(step, n=1),))) for step in (kind, "identity")
    )
    assert unequal(made, other)
