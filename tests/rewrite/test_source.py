"""A source builds the same graph, gives the same outputs, and reads as a teacher would write it."""

import cProfile
import pstats
import warnings
from pathlib import Path
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from keras import layers

import kitchen
from kitchen.errors import KitchenError, KitchenWarning, ModelError
from kitchen.rewrite.source import Source, source
from tests import models
from tests.graphs_equal import unequal
from tests.random_models import Recipe, build, rich
from tests.rewrite.programs import rebuilt, reformatted, written
from tests.rewrite.zoo import ZOO

FORMS = ("sequential", "functional", "subclassed")
UNBUILT = {"unbuilt_stack", "stack_of_merges"}  # code cannot say what shapes they were called with
NOT_AS_SUBCLASS = {"given_names": "TensorFlow refuses"}
CLASSES = {"subclass", "subclasses_inside"}  # the code has classes of its own in their place


@pytest.mark.filterwarnings("ignore:When providing `inputs` as a dict:UserWarning")
@pytest.mark.parametrize("name", ZOO)
def test_a_model_comes_back_from_its_source(name: str) -> None:
    model = ZOO[name]()
    code = written(model)
    assert reformatted(code) == ""
    again = rebuilt(code, type(model).__module__)
    if name not in UNBUILT | CLASSES:
        assert unequal(model, again) == ""
    if name not in UNBUILT:
        verdict = kitchen.equivalent(model, again)
        assert verdict.kind == "same family", str(verdict)
    assert written(model) == code
    assert written(again) == code or name in CLASSES


@pytest.mark.filterwarnings("ignore:When providing `inputs` as a dict:UserWarning")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", sorted(set(ZOO) - UNBUILT))
def test_a_model_comes_back_in_every_form_that_can_express_it(name: str, form: str) -> None:
    model = ZOO[name]()
    try:
        code = written(model, form)
    except KitchenError as refusal:
        expected = NOT_AS_SUBCLASS.get(name, "nothing") if form == "subclassed" else "Sequential"
        assert expected in str(refusal)
        assert form != "functional"
        return
    assert reformatted(code) == ""
    again = rebuilt(code)
    assert kitchen.read(again).form == form
    verdict = kitchen.equivalent(model, again)
    assert verdict.kind == "same family", str(verdict)


@pytest.mark.parametrize("name", ["siamese", "residual", "dicts", "masked", "tied", "operators"])
@pytest.mark.parametrize("form", [None, *FORMS])
def test_shared_test_models(name: str, form: Any) -> None:
    model = getattr(models, name)()
    try:
        code = source(model, form)
    except KitchenError:
        assert form == "sequential"
        return
    assert reformatted(code) == ""
    assert kitchen.equivalent(model, rebuilt(code)).kind == "same family"


@settings(max_examples=40)
@given(rich(20))
def test_random_models_come_back(recipe: Recipe) -> None:
    model = build(recipe)
    code = written(model, compact=True)
    assert unequal(model, rebuilt(code)) == ""
    assert reformatted(code) == ""


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50"])
def test_real_networks_come_back(name: str, compact: bool) -> None:
    model = getattr(keras.applications, name)(weights=None)
    code = source(model, compact=compact)
    assert reformatted(code) == ""
    assert unequal(model, rebuilt(code)) == ""
    loops = {"MobileNetV2": 1, "ResNet50": 2}[name]
    assert code.count("for k in range(") == (loops if compact else 0)


EXAMPLES = [
    (name, form)
    for name in ("classifier", "two_inputs", "shared_layer")
    for form in ("sequential", "functional", "subclassed")
]


@pytest.mark.parametrize(("name", "form"), EXAMPLES)
def test_the_examples_come_back_with_their_names(name: str, form: str) -> None:
    model = getattr(getattr(kitchen.examples, name), form)()
    again = rebuilt(source(model))
    assert kitchen.equivalent(model, again).kind == "same family"
    assert {x.name for x in model.layers} == {x.name for x in again.layers}


def test_a_functional_model_reads_like_the_lesson() -> None:
    expected = """
import tensorflow as tf

layers = tf.keras.layers


def build():
    input_a = tf.keras.Input(shape=(32,), name="input_a")
    input_b = tf.keras.Input(shape=(64,), name="input_b")

    dense_a = layers.Dense(16, activation="relu", name="dense_a")(input_a)
    dense_b = layers.Dense(32, activation="relu", name="dense_b")(input_b)
    concat = layers.Concatenate(name="concat")([dense_a, dense_b])
    output = layers.Dense(1, activation="sigmoid", name="output")(concat)

    return tf.keras.Model(inputs=[input_a, input_b], outputs=output)
"""
    assert source(kitchen.examples.two_inputs.functional()) == expected.lstrip()


def test_a_sequential_model_reads_like_the_lesson() -> None:
    expected = """
import tensorflow as tf

layers = tf.keras.layers


def build():
    return tf.keras.Sequential(
        [
            tf.keras.Input(shape=(784,), name="input"),
            layers.Dense(64, activation="relu", name="hidden"),
            layers.Dense(10, activation="softmax", name="output"),
        ]
    )
"""
    assert source(kitchen.examples.classifier.functional(), "sequential") == expected.lstrip()


def test_a_subclass_reads_like_the_lesson() -> None:
    expected = """
import tensorflow as tf

layers = tf.keras.layers


class Classifier(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(64, activation="relu", name="hidden")
        self.last = layers.Dense(10, activation="softmax", name="output")

    def call(self, inputs):
        hidden = self.hidden(inputs)
        return self.last(hidden)


def build():
    model = Classifier()
    # The first call makes the weights.
    model(tf.keras.Input(shape=(784,)))
    return model
"""
    assert source(kitchen.examples.classifier.subclassed()) == expected.lstrip()


def test_a_shared_model_is_built_once_and_called_twice() -> None:
    code = source(models.siamese())
    assert code.count("def build_encoder():") == 1
    assert code.count("build_encoder()") == 2
    assert "    encoder = build_encoder()\n    encoder_1 = encoder(left)\n" in code


def test_a_layer_used_by_several_models_is_made_once_and_handed_on() -> None:
    code = source(ZOO["layers_across_models"]())
    assert code.count('name="shared"') == 1
    assert "def build_left(shared, inside):" in code
    assert "left = build_left(shared, inside)(" in code


def test_names_and_numbers_that_keras_makes_are_left_out() -> None:
    keras.backend.clear_session()
    x = keras.Input((3,))
    first = layers.Dense(4)(x)
    model = keras.Model(x, layers.Dense(2)(layers.Dropout(0.5)(first)))
    code = source(model)
    assert "name=" not in code
    assert "dense_1 = layers.Dense(2)(dropout)" in code


def test_a_subclass_hands_training_on_only_where_it_is_needed() -> None:
    class Normal(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.norm = layers.BatchNormalization()
            self.drop = layers.Dropout(0.5)

        def call(self, x: Any, training: Any = None) -> Any:
            return self.drop(self.norm(x, training=training), training=training)

    model = Normal()
    model(keras.Input((3,)))
    code = source(model)
    assert "def call(self, inputs, training=None):" in code
    assert "self.norm(inputs, training=training)" in code
    assert "self.drop(norm)" in code
    assert "training" not in source(model, "functional")
    assert "training" not in source(kitchen.examples.classifier.subclassed())
    again = rebuilt(code)
    for mode in (False, True):
        assert kitchen.equivalent(model, again, training=mode).kind != "different"


def test_blocks_wrapped_in_a_sequential() -> None:
    model = models.residual(5)
    code = source(model, wrap=True)
    assert code.count("def build_block_") == 5
    assert 'name="dense_3"' in code  # a name that was given, in its block too
    compact = source(model, wrap=True, compact=True)
    assert compact.count("def build_") == 2  # the first block has the model's own input
    assert "for k in range(2, 6):\n        model.add(build_block(k))" in compact
    for text in (code, compact):
        assert reformatted(text) == ""
        assert kitchen.equivalent(model, rebuilt(text)).kind == "same family"


@pytest.mark.parametrize(
    ("model", "form", "problem"),
    [
        (lambda: keras.Sequential([layers.Dense(2)]), "functional", "not known"),
        (kitchen.examples.two_inputs.functional, "sequential", "Sequential"),
        (kitchen.examples.classifier.functional, "lambda", "form"),
    ],
)
def test_a_form_that_cannot_be_written_is_refused(model: Any, form: Any, problem: str) -> None:
    with pytest.raises(KitchenError, match=problem):
        source(model(), form)


def test_what_is_no_model_or_has_no_known_calls_is_refused() -> None:
    class Opaque(keras.Model):
        def call(self, x: Any) -> Any:
            return [x, x][int(len(x) > 2)]

    with pytest.raises(ModelError):
        source([1])
    with pytest.raises(KitchenError, match="calls are not known"):
        source(Opaque())


@pytest.mark.parametrize(
    ("make", "layer", "reason"),
    [
        (lambda x: layers.Lambda(lambda y: y, name="odd")(x), "odd", "Python code"),
        (lambda x: keras.ops.matmul(x, keras.ops.ones((3, 9))), "matmul", "array of 27 numbers"),
        (lambda x: x * keras.Variable([1.0, 2.0, 3.0]), "multiply", "belongs to no layer"),
        (lambda x: layers.Dense(2, name="odd", activation=lambda y: y)(x), "odd", "Python code"),
    ],
)
def test_a_refusal_names_the_layer_and_the_reason(make: Any, layer: str, reason: str) -> None:
    x = keras.Input((3,))
    with pytest.raises(KitchenError, match=reason) as refusal:
        source(keras.Model(x, make(x)))
    assert str(refusal.value).startswith(f"'{layer}")
    assert refusal.value.fix


def test_layers_that_share_a_weight_are_refused() -> None:
    class Tied(layers.Layer):
        def __init__(self, other: Any):
            super().__init__()
            self.other = other

        def call(self, x: Any) -> Any:
            return x @ keras.ops.transpose(self.other.kernel)

    x = keras.Input((3,))
    dense = layers.Dense(4, name="dense_here")
    with pytest.raises(KitchenError, match="shares a weight with the layer 'dense_here'"):
        source(keras.Model(x, Tied(dense)(dense(x))))


def test_a_refusal_shows_the_learners_error_and_none_of_ours() -> None:
    class Broken(layers.Layer):
        def call(self, x: Any) -> Any:
            return x

        def get_config(self) -> Any:
            raise OSError("no config today")

    x = keras.Input((3,))
    with pytest.raises(KitchenError, match="Python code") as ours:
        source(keras.Model(x, layers.Lambda(lambda y: y)(x)))
    assert ours.value.__cause__ is None and ours.value.__suppress_context__
    with pytest.raises(KitchenError, match="no config today") as theirs:
        source(keras.Model(x, Broken()(x)))
    assert isinstance(theirs.value.__cause__, OSError)


@pytest.mark.parametrize("form", ["functional", "subclassed"])
def test_a_refusal_for_which_no_layer_is_to_blame_names_the_model(form: Any) -> None:
    x = keras.Input((3,))
    model = keras.Model(x, {1: layers.Dense(2)(x)}, name="counted")
    with pytest.raises(KitchenError, match=r"'counted' .*a dict whose keys are not all strings"):
        source(model, form)


def test_an_empty_sequential_is_on_one_line() -> None:
    code = source(keras.Sequential())
    assert "    return tf.keras.Sequential([])\n" in code
    assert reformatted(code) == ""
    assert rebuilt(code).layers == []


def test_a_subclass_builds_what_holds_states_outside_a_symbolic_call() -> None:
    lstm = layers.LSTM(3, stateful=True)
    code = source(keras.Sequential([keras.Input((5, 2), batch_size=4), lstm]), "subclassed")
    assert "        # Built here: its states cannot be made in a symbolic call.\n" in code
    assert "        self.lstm.build((4, 5, 2))\n" in code


class Stepping(keras.Model):
    """A functional model with a training step of its own."""

    def train_step(self, data):  # type: ignore[no-untyped-def]
        return super().train_step(data)


@pytest.mark.parametrize("form", [None, *FORMS])
def test_a_training_step_that_is_not_in_the_source_is_stated(form: Any) -> None:
    x, y = keras.Input((3,)), keras.Input((3,))
    inner = Stepping(x, layers.Dense(2)(x))
    with pytest.warns(KitchenWarning, match="Stepping has a train_step of its own") as given:
        source(inner, form)
    assert len(given) == 1
    with pytest.warns(KitchenWarning, match="Stepping has a train_step of its own"):
        source(keras.Model(y, inner(y)))


def test_what_is_not_in_the_source_is_stated() -> None:
    with pytest.warns(KitchenWarning, match="'norm' has learned a mean"):
        source(ZOO["learned_numbers"]())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source(ZOO["settings"]())


def test_a_source_is_text_that_shows_itself(tmp_path: Path) -> None:
    code = source(kitchen.examples.classifier.functional())
    assert isinstance(code, str)
    assert isinstance(code, Source)
    assert code._repr_html_().startswith("<pre")
    code.save(tmp_path / "model.py")
    assert (tmp_path / "model.py").read_text(encoding="utf-8") == code
    with pytest.raises(KitchenError, match="could not be written"):
        code.save(tmp_path / "nowhere" / "model.py")


def test_the_model_is_left_as_it_was() -> None:
    model = ZOO["subclasses_inside"]()
    before = [(x.name, len(x._inbound_nodes), sorted(vars(x))) for x in model.layers]
    counter = layers.Dense(1).name
    for form in (None, "functional", "subclassed"):
        written(model, form)
    assert [(x.name, len(x._inbound_nodes), sorted(vars(x))) for x in model.layers] == before
    assert int(layers.Dense(1).name.split("_")[-1]) - int(counter.split("_")[-1]) == 1


@pytest.mark.parametrize("compact", [False, True])
def test_the_work_grows_with_the_size(compact: bool) -> None:
    def wide(branches: int) -> Any:
        x = keras.Input((4,), name="x")
        ends = []
        for k in range(branches):
            h = x
            for j in range(10):
                h = layers.Dense(4, activation="relu", name=f"b{k}_d{j}")(h) * 0.5
            ends.append(h)
        return keras.Model(x, layers.Add(name="end")(ends))

    def calls(model: Any) -> int:
        profile = cProfile.Profile()
        profile.runcall(source, model, compact=compact)
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    small, large = wide(10), wide(40)
    source(small, compact=compact)
    assert calls(large) < 5 * calls(small)
