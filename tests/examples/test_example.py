"""What every example promises, in every form."""

from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import pytest

from kitchen import examples
from kitchen.errors import KitchenError
from kitchen.examples.example import Example, Form

ALL = [getattr(examples, name) for name in examples.__all__]
FORMS = [
    pytest.param(example, form, id=f"{example.name}-{form.name}")
    for example in ALL
    for form in example.forms.values()
]
SAME = [
    pytest.param(example, form, id=f"{example.name}-{form.name}")
    for example in ALL
    for form in example.forms.values()
    if form.relation == "same" and form.map_weights is None
]
each_example = pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
each_form = pytest.mark.parametrize(("example", "form"), FORMS)
each_same_form = pytest.mark.parametrize(("example", "form"), SAME)


def random_weights(model: Any, seed: int) -> list[Any]:
    """Return weights for `model`, none of them zero, so that a forgotten bias shows."""
    rng = np.random.default_rng(seed)
    return [
        rng.uniform(0.05, 0.2, w.shape).astype("float32") * rng.choice([-1, 1], w.shape)
        for w in model.get_weights()
    ]


def random_inputs(model: Any, rows: int = 32) -> Any:
    """Return inputs for a functional model: one array, or a dict by name."""
    rng = np.random.default_rng(3)
    x = {t.name: rng.uniform(0, 1, (rows, *t.shape[1:])).astype("float32") for t in model.inputs}
    return x if len(x) > 1 else next(iter(x.values()))


def columns(outputs: Any) -> Any:
    """Return one output or several as one array, those of a dict in the order of their names."""
    return np.concatenate([np.asarray(part) for part in keras.tree.flatten(outputs)], axis=-1)


def apply(function: Any, value: Any) -> Any:
    """Return `function(value)`, or `value` where there is no function."""
    return value if function is None else function(value)


@each_example
def test_the_forms(example: Example) -> None:
    assert isinstance(example.forms, MappingProxyType)
    assert {"sequential", "functional", "subclassed"} <= set(example.forms)
    assert all(name == form.name for name, form in example.forms.items())
    references = [f.name for f in example.forms.values() if f.relation == "reference"]
    assert references == ["functional"]
    notes = [form.note for form in example.forms.values()]
    assert len(set(notes)) == len(notes)
    assert all(note.endswith(".") for note in notes)
    assert example.question.endswith("?")
    assert all(
        f"{f.name} " in repr(example) and f.note in repr(example) for f in example.forms.values()
    )


@each_example
def test_the_methods_build_fresh_models_of_their_kinds(example: Example) -> None:
    assert isinstance(example.sequential(), keras.Sequential)
    assert type(example.functional()) is type(keras.Model(i := keras.Input((1,)), i))
    assert type(example.subclassed()).__mro__[1] is keras.Model
    first, second = example.functional(), example.functional()
    assert not {id(w) for w in first.weights} & {id(w) for w in second.weights}


@each_form
def test_each_form_computes_what_the_network_does(example: Example, form: Form) -> None:
    network, other = example.functional(), form.build()
    weights = random_weights(network, seed=5)
    network.set_weights(weights)
    other.set_weights(apply(form.map_weights, weights))
    x = random_inputs(network)
    expected = columns(network(x))
    found = columns(other(apply(form.map_inputs, x)))
    assert expected.std() > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-6 * max(1, abs(expected).max()), rtol=0)
    if form.map_outputs is not None:
        mapped = form.map_outputs(keras.tree.map_structure(np.asarray, network(x)))
        assert np.array_equal(mapped, expected)


@each_form
def test_only_a_wider_form_has_more_numbers_than_the_network(example: Example, form: Form) -> None:
    more = form.build().count_params() - example.functional().count_params()
    assert (more > 0) == (form.relation == "wider")
    assert (more == 0) == (form.relation != "wider")


@each_same_form
def test_the_same_seed_gives_a_same_form_the_same_weights_and_training(
    example: Example, form: Form
) -> None:
    data = example.data()
    losses, starts = [], []
    for build, maps in ((example.functional, None), (form.build, form.map_inputs)):
        keras.utils.set_random_seed(7)
        model = build()
        starts.append(model.get_weights())
        model.compile(loss=example.ready("functional").loss)
        x = keras.tree.map_structure(lambda array: array[:640], apply(maps, data.x_train))
        y = keras.tree.map_structure(lambda array: array[:640], data.y_train)
        losses.append(model.fit(x, y, epochs=2, batch_size=64, verbose=0).history["loss"])
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))
    # Where rows stand for inputs, one product sums up what were two: in another order.
    reordered = (example.name, form.name) == ("siamese", "sequential")
    assert losses[0] == pytest.approx(losses[1], rel=1e-6 if reordered else 0, abs=0)
    assert losses[0][1] < losses[0][0]


@each_example
def test_tracing_recovers_the_graph_of_the_subclassed_form(example: Example) -> None:
    model, network = example.subclassed(), example.functional()
    x = random_inputs(network)
    fresh = {t.name: keras.Input(t.shape[1:], name=t.name) for t in network.inputs}
    inputs = fresh if isinstance(x, dict) else next(iter(fresh.values()))
    traced = keras.Model(inputs, model.call(inputs))
    assert [id(w) for w in traced.weights] == [id(w) for w in model.weights]
    assert np.array_equal(columns(traced(x)), columns(model(x)))


@each_form
def test_the_code_is_plain_keras_that_builds_the_same_model(example: Example, form: Form) -> None:
    code = example.code(form.name)
    assert "kitchen" not in code
    assert "backend" not in code
    space: dict[str, Any] = {}
    exec(code, space)  # noqa: S102
    model = space[form.build.__name__]()
    assert [(w.name, w.shape) for w in model.weights] == [
        (w.name, w.shape) for w in form.build().weights
    ]
    assert [layer.name for layer in model.layers] == [layer.name for layer in form.build().layers]


@each_example
def test_the_code_of_the_attempt_and_of_an_unknown_form(example: Example) -> None:
    assert example.code("attempt").startswith("def ")
    with pytest.raises(KitchenError, match="Choose one of sequential, functional, subclassed"):
        example.code("squential")


@each_example
def test_data_fit_the_network(example: Example) -> None:
    data, model = example.data(), example.functional()
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        arrays = keras.tree.flatten(x)
        assert set(x) == {t.name for t in model.inputs} if isinstance(x, dict) else len(arrays) == 1
        assert all(a.dtype == np.float32 for a in arrays)
        targets = keras.tree.flatten(y)
        assert {len(a) for a in (*arrays, *targets)} == {len(arrays[0])}
        outputs = model(keras.tree.map_structure(lambda a: a[:3], x))
        keras.tree.assert_same_structure(outputs, y)
