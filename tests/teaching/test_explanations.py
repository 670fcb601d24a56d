"""Each known error: raised by the installed Keras, explained by what it is, mended by its fix."""

import ast
import linecache
import traceback
from pathlib import Path
from typing import Any

import keras
import pytest

import kitchen
from kitchen.errors import KitchenError
from kitchen.teaching import explanations
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.catalogue import KNOWN
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.explanations import Explanation, explain_error, explained
from tests.teaching.errors_met.broken import Broken, names, readings, run
from tests.teaching.errors_met.every import CASES

PLACES = [sum(x.code == case.code for x in CASES[:k]) for k, case in enumerate(CASES)]
PARAMETERS = [
    pytest.param(case, id=f"{case.code}-{k + 1}", marks=[pytest.mark.slow] if case.slow else [])
    for case, k in zip(CASES, PLACES, strict=True)
]
MOST_LINES = 20
MOST_WORDS = 75


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some save files."""
    monkeypatch.chdir(tmp_path)


def every_explanation(error: Exception) -> list[Explanation]:
    scene = Scene.of(error)
    found = [explained(known, scene) for known in KNOWN if known.fits(error)]
    return [x for x in found if x is not None]


@pytest.mark.parametrize("case", PARAMETERS)
def test_an_error_is_explained_and_its_fix_runs(case: Broken) -> None:
    space = names()
    error = case.raises(space)
    (found,) = every_explanation(error)  # by one only: the order of the catalogue is no matter
    assert found == explain_error(error)
    assert found.code == case.code
    text = " ".join([found.means, found.cause, found.fix])
    assert [piece for piece in case.says if piece not in text] == []
    assert "None" not in found.means.replace("`None`", "")
    assert "safe_mode" not in text, "nobody is told to run the code that a file brings"
    assert len(f"{found.means} {found.cause}".split()) <= MOST_WORDS
    assert len(str(found).splitlines()) <= MOST_LINES
    ast.parse(found.fix)

    linecache.cache.pop("<cell>")  # a script that was changed, say
    without = explain_error(error)
    assert without is not None
    assert without.code == found.code
    assert without.means and without.fix
    ast.parse(without.fix)

    first, *others = readings(found.fix)
    run(case.mended(first), space, "<mended>")
    for k, code in enumerate(others):  # each by itself, in the state of the error
        space = names()
        case.raises(space, file=f"<again {k}>")
        run("\n".join([case.given, code]), space, "<mended>")


def test_every_known_error_has_a_case_and_a_code_of_its_own() -> None:
    codes = [known.code for known in KNOWN]
    assert {case.code for case in CASES} == set(codes)
    assert codes == sorted(set(codes))
    assert len(codes) >= 30
    assert len({known.title for known in KNOWN}) == len(codes)


def test_the_lessons_spelling_is_kept() -> None:
    space = {name: names()[name] for name in ("__name__", "tf")}
    source = (
        'x = tf.keras.Input((4,), name="x")\n'
        'y = tf.keras.layers.Add()([x, tf.keras.Input((5,), name="z")])'
    )
    error = Broken("E322", source).raises(space)
    found = explain_error(error)
    assert found is not None
    assert found.fix.splitlines()[0] == (
        'y = tf.keras.layers.Add()([tf.keras.layers.Dense(5)(x), tf.keras.Input((5,), name="z")])'
    )

    error = Broken(
        "E405",
        "net = tf.keras.Sequential([tf.keras.Input((1,)), "
        'tf.keras.layers.Dense(1)])\nnet.compile("sgd", "mse")\nnet.fit([1, 2], [1, 2])',
    ).raises(space)
    found = explain_error(error)
    assert found is not None
    assert found.fix == "import numpy as np\nnet.fit(np.array([1, 2]), np.array([1, 2]))"


OWN = """
class Net(keras.Model):
    def call(self, x):
        raise {error}
Net()(np.zeros((2, 3)))
"""


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "raise ValueError('my own')",
        "np.zeros((2, 3)) @ np.zeros((2, 3))",
        "import json\njson.loads('{')",
        "[1, 2][5]",
        "len(3)",
        "undefined",
        "open('nothing.txt')",
        "import kitchen\nkitchen.draw(3)",
        "compile('1 +', '<text>', 'exec')",
        "def add(x):\n    return x\nadd(1, 2)",
        "class Dense:\n    def __init__(self, units): ...\nDense()",
        "class own:\n    @staticmethod\n    def multiply(x): ...\nown.multiply(1, 2)",
        "raise KeyboardInterrupt",
        "raise SystemExit",
        OWN.format(error="ValueError('my own')"),
        OWN.format(error="TypeError('my own')"),
        OWN.format(error="AttributeError('my own')"),
        OWN.format(error="RuntimeError('my own')"),
        OWN.format(error="NotImplementedError('my own')"),
        OWN.format(error="IndexError('my own')"),
        OWN.format(error="KeyError('my own')"),
        OWN.format(error="tf.errors.InvalidArgumentError(None, None, 'my own')"),
    ],
)
def test_another_error_passes_untouched(source: str) -> None:
    try:
        run(source, names())
    except BaseException as error:
        assert explain_error(error) is None
    else:
        raise AssertionError("nothing was raised")


def test_the_error_and_its_traceback_stay_as_they_are() -> None:
    case = next(x for x in CASES if x.code == "E301")
    error = case.raises(names())
    error.add_note("a note")

    def state() -> list[Any]:
        frames = [(f.f_code, line) for f, line in traceback.walk_tb(error.__traceback__)]
        return [
            error.args, str(error), error.__notes__, error.__cause__, error.__context__,
            error.__suppress_context__, error.__traceback__, frames, vars(error).copy(),
            "".join(traceback.format_exception(error)),
        ]  # fmt: skip

    before = state()
    assert explain_error(error) is not None
    assert state() == before


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "`b`</pre><script>", 'a"&\x1b[1m']
)
def test_what_a_learner_typed_is_no_markup(name: str) -> None:
    source = (
        f"x = keras.Input((4,), name={name!r})\nlayers.Dense(2)(layers.Dense(3, name={name!r}))"
    )
    found = explain_error(Broken("E121", source).raises(names()))
    assert found is not None
    html = found._repr_html_()
    assert "<img" not in html and "<script" not in html and "\x1b" not in html + str(found)
    assert html.count("</pre>") == 1


def test_a_rule_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(scene: Scene) -> Said:
        raise RuntimeError("a rule's own mistake")

    error = next(x for x in CASES if x.code == "E301").raises(names())
    broken = Known("E000", "It fails", ("Exception",), fails)
    monkeypatch.setattr(explanations, "KNOWN", (broken, *KNOWN))
    found = explain_error(error)
    assert found is not None and found.code == "E301"
    monkeypatch.setattr(explanations, "KNOWN", (broken,))
    assert explain_error(error) is None


def test_with_whole_tracebacks_it_is_explained_too() -> None:
    keras.config.disable_traceback_filtering()
    try:
        for code in ("E301", "E322", "E601", "E801"):
            case = next(x for x in CASES if x.code == code)
            found = explain_error(case.raises(names()))
            assert found is not None and found.code == code
    finally:
        keras.config.enable_traceback_filtering()


def test_an_error_inside_a_function_of_the_learners_is_explained() -> None:
    source = (
        "def build(units):\n"
        '    x = keras.Input((4,), name="x")\n'
        "    hidden = layers.Dense(units / 2)\n"
        "    return keras.Model(x, hidden(x))\n"
        "build(64)"
    )
    found = explain_error(Broken("E132", source).raises(names()))
    assert found is not None
    assert found.fix == source.replace("units / 2", "units // 2").removesuffix("\nbuild(64)")


def test_what_the_package_refuses_explains_itself() -> None:
    source = (
        "import kitchen\n"
        'net = keras.Sequential([keras.Input((8,), name="x"), layers.Dense(4)], name="net")\n'
        "kitchen.activations(net, np.zeros((2, 9)))"
    )
    with pytest.raises(KitchenError) as caught:
        run(source, names())
    assert explain_error(caught.value) is None


def test_an_explanation_is_a_note_with_its_parts() -> None:
    found = explain_error(next(x for x in CASES if x.code == "E121").raises(names()))
    assert found is not None
    html = found._repr_html_()
    assert html.startswith('<div role="note" aria-label="E121')
    for heading in ("What it means here:", "Likely cause:", "Fix:"):
        assert f"<strong>{heading}</strong>" in html
        assert heading in str(found)
    assert "<script" not in html and "<style" not in html and "class=" not in html


def test_the_last_error_is_explained_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    error = next(x for x in CASES if x.code == "E121").raises(names())
    monkeypatch.setattr("sys.last_value", error, raising=False)
    assert explain_error() == explain_error(error)
    monkeypatch.delattr("sys.last_value")
    assert explain_error() is None


def test_the_table_has_every_known_error() -> None:
    shown = kitchen.known_errors()
    assert [row[:2] for row in shown.rows] == [(known.code, known.title) for known in KNOWN]
    for known, row in zip(KNOWN, shown.rows, strict=True):
        assert all(kind in row[2] for kind in known.kinds)
    assert f": {len(KNOWN)}." in shown.caption
    assert "E101" in str(shown) and "<td" in shown._repr_html_()
