"""The source map: code runs as it would, and each call knows the piece of code that made it."""

import ast
from textwrap import dedent
from typing import Any

import keras
import pytest

from kitchen.graph.reader import bind
from kitchen.graph.source_map import Recorder, SourceMap


def ran(code: str) -> tuple[Recorder, dict[str, Any]]:
    recorder = Recorder(dedent(code))
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers, **recorder.names()}
    exec(compile(recorder.tree(), "<cell>", "exec"), names)  # noqa: S102 - our own
    return recorder, names


def pieces(code: str) -> list[tuple[str, str]]:
    """For each call of the model that the code built, the layer's class and the piece's text."""
    recorder, _ = ran(code)
    bound = bind(recorder.built())
    found = recorder.map(bound)
    return [
        (bound.graph.layers[call.layer].class_name, text(found, call.id))
        for body in bound.graph.bodies.values()
        for call in body.calls
    ]


def text(found: SourceMap, call: str) -> str:
    if (span := found.calls.get(call)) is None:
        return ""
    lines = found.source.encode().splitlines()[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.column :]
    return b"\n".join(lines).decode()


def test_each_call_of_a_shared_layer_is_tied_to_its_own_line() -> None:
    assert pieces("""
        x = keras.Input((4,))
        shared = layers.Dense(4)
        a = shared(x)
        b = shared(a)
        model = keras.Model(x, layers.Add()([a, b]))
    """) == [
        ("InputLayer", "keras.Input((4,))"),
        ("Dense", "shared(x)"),
        ("Dense", "shared(a)"),
        ("Add", "layers.Add()([a, b])"),
    ]


def test_a_loop_ties_one_piece_to_several_calls() -> None:
    found = pieces("""
        x = h = keras.Input((4,))
        for k in range(3):
            h = layers.Dense(4)(h)
        model = keras.Model(x, [layers.Dense(1)(h) for _ in range(2)])
    """)
    assert [text for _, text in found[1:4]] == ["layers.Dense(4)(h)"] * 3
    assert [text for _, text in found[4:]] == ["layers.Dense(1)(h)"] * 2


def test_operators_slices_and_functions_of_the_cell() -> None:
    found = pieces("""
        def block(x):
            return layers.Dense(4)(x)
        x = keras.Input((4,))
        model = keras.Model(x, -block(x[:, :2]) * 2 + keras.ops.exp(block(x)[:, :1]))
    """)
    assert sorted(text for _, text in found[1:]) == sorted(
        [
            "x[:, :2]",
            "layers.Dense(4)(x)",
            "-block(x[:, :2])",
            "-block(x[:, :2]) * 2",
            "layers.Dense(4)(x)",
            "block(x)[:, :1]",
            "keras.ops.exp(block(x)[:, :1])",
            "-block(x[:, :2]) * 2 + keras.ops.exp(block(x)[:, :1])",
        ]
    )


def test_a_list_is_tied_where_its_layers_are_made_and_so_is_a_call_method() -> None:
    found = pieces("""
        class Block(keras.Model):
            def __init__(self):
                super().__init__()
                self.one = layers.Dense(4)
            def call(self, x):
                return self.one(x)
        model = keras.Sequential([keras.Input((4,)), Block(), layers.Dense(2, name="ü")])
    """)
    assert dict(found)["Dense"]
    assert ("Block", "Block()") in found
    assert ("Dense", 'layers.Dense(2, name="ü")') in found
    assert ("Dense", "self.one(x)") in found


def test_the_model_that_is_built_last_and_is_in_no_other_is_shown() -> None:
    recorder, names = ran("""
        inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)])
        outer = keras.Sequential([keras.Input((4,)), inner])
        again = inner
    """)
    assert recorder.built() is names["outer"]
    assert ran("x = 1")[0].built() is None


TRICKY = """
import math
class A:
    x = [1, 2, 3]
    def __init__(self): super().__init__(); self.d = {}
    def __enter__(self): return self
    def __exit__(self, *a): return False
    @property
    def p(self): return len(self.x)
    @staticmethod
    def s(*a, **k): return sorted(a) + sorted(k.items())
a = A()
with a as b: a.d["k"] = [y := 5, y + 1]
a.d["n"] = a.x[0]; a.x[0] += 4
del a.d["n"], a.x[1:2]
def gen(n):
    got = yield n
    yield from (i * 2 for i in range(n) if i % 2 == 0)
def scope(z): return sorted(locals())
match [1, {"k": 3}]:
    case [int(q), {"k": r}] if q < r: m = q + r
    case _: m = None
f = f"{a.p!r:>4} {math.pi:.{2 + 1}f}"
lam = (lambda v, w=len("ab"): v - w)(9)
async def co(): return 3
t = (not a.x, -lam, 1 < lam < 10, a.x[-1:], *A.s(3, 1, k=2))
found = (list(gen(4)), scope(1), m, f, lam, t, a.x, a.d, y, b is a)
"""


def test_what_python_can_write_runs_as_it_would() -> None:
    plain: dict[str, Any] = {}
    exec(TRICKY, plain)  # noqa: S102 - our own
    _, names = ran(TRICKY)
    assert names["found"] == plain["found"]


@pytest.mark.parametrize("code", ["1 +", "def f(:"])
def test_what_is_no_python_is_said_by_python(code: str) -> None:
    with pytest.raises(SyntaxError):
        Recorder(code).tree()


def test_functions_run_on_when_nothing_is_recorded_any_more() -> None:
    recorder, names = ran("def build(): return keras.Sequential([keras.Input((2,))])")
    recorder.close()
    assert isinstance(names["build"](), keras.Sequential)
    assert recorder.built() is None and not recorder.seen


def test_the_places_in_a_traceback_are_those_of_the_code() -> None:
    code = "a = [1]\nb = a[0] + len(a) / (len(a) - 1)\n"
    changed = compile(Recorder(code).tree(), "<cell>", "exec")
    same = compile(ast.parse(code), "<cell>", "exec")
    lines = [{place[0] for place in made.co_positions()} for made in (changed, same)]
    assert lines[0] == lines[1]
