"""Which code may be judged where it runs."""

import ast

import pytest

from kitchen.classroom import plain
from kitchen.teaching import course

FIRST = """
import tempfile
from pathlib import Path

import kitchen
import numpy as np
import tensorflow as tf

layers = tf.keras.layers
tf.keras.utils.set_random_seed(7)
"""


def objection(*codes: str) -> str:
    return plain.objection([ast.parse(code) for code in codes])


TASKS = [task for x in course.lessons() for task in course.tasks(x).values()]
SOLUTIONS = [
    (f"{task.key} {form}", task.fill(code))
    for task in TASKS
    for form, code in task.solutions.items()
    if task.kind in ("build", "repair", "reverse")
]


@pytest.mark.parametrize("code", [code for _, code in SOLUTIONS], ids=[x for x, _ in SOLUTIONS])
def test_every_solution_of_the_course_is_plain(code: str) -> None:
    assert objection(FIRST, code) == ""


@pytest.mark.parametrize(
    "code",
    [
        "import keras\nfrom keras import layers, ops\nx = ops.concatenate([1])",
        "from tensorflow import keras\nmodel = keras.Sequential()",
        "from tensorflow.keras import Model, Input\nfrom tensorflow.keras.layers import Dense\n"
        "x = Dense(3)(Input((2,)))",
        "import tensorflow.keras as K\nx = K.Input((3,))",
        "class A(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self._hidden = 3\n        self.last = self._hidden",
        "layer = layers.Dense(3)\nlayer.trainable = False",
        "@tf.keras.saving.register_keras_serializable()\nclass A(layers.Layer):\n    pass",
        "from kitchen import exercise\nexercise('03.3').check(3)",
        "try:\n    x = 1\nexcept ValueError as error:\n    print(error)",
        "x = [len(y) for y in (1, 2)]\nz = f'{x}'",
        "get_ipython().run_line_magic('load_ext', 'kitchen')",
        "import math\nx = math.prod([1, 2])",
    ],
)
def test_model_code_is_plain(code: str) -> None:
    assert objection(FIRST, code) == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("eval('1')", "`eval`"),
        ("x = getattr(tf, 'io')", "`getattr`"),
        ("import os\nos._exit(0)", "`os`"),
        ("import os as layers\nlayers.kill(1, 9)", "`layers`"),
        ("from os import path\npath.os", "`path`"),
        ("import tempfile\ntempfile.mkdtemp()", "`tempfile`"),
        ("from kitchen.teaching import task\ntask.Task.check = None", "`task`"),
        ("import kitchen.teaching.task\nkitchen.teaching.task", "`kitchen.teaching`"),
        ("import kitchen.teaching.task as t\nt.Task", "`t`"),
        ("from keras.src import layers as L\nL.Dense", "`L`"),
        ("from keras.models import load_model\nload_model('x')", "`load_model`"),
        ("from numpy import *\nload('x')", "`load`"),
        ("x = tf", "`tf`"),
        ("f(np)", "`np`"),
        ("x = np.testing", "`np.testing`"),
        ("np = 3", "`np` for something of its own"),
        ("def f(np): return np", "`np` for something of its own"),
        ("import numpy as npy\nnpy.load('x')", "`npy.load`"),
        ("tf.keras.models.load_model('x')", "`.load_model`"),
        ("tf.keras.utils.get_file('x', 'y')", "`.get_file`"),
        ("tf.keras.Model.call = 3", "`.call`, which it sets from outside"),
        ("for tf.keras.Model.call in [1]: pass", "`.call`, which it sets from outside"),
        ("del tf.keras.Model.call", "`.call`, which it sets from outside"),
        ("x = (1).__class__", "`.__class__`"),
        ("x = layers._thing", "`._thing`"),
        ("__builtins__", "`__builtins__`"),
        ("__import__('os')", "`__import__`"),
        ("class A:\n    def __eq__(self, x): return True", "`__eq__`"),
        ("class A:\n    def f(self): self.__class__ = 3", "`.__class__`"),
        ("class A:\n    def f(self, x): x.thing = 3", "`.thing`, which it sets from outside"),
        ("try:\n    pass\nexcept ValueError as e:\n    e.tb_frame", "`.tb_frame`"),
        ("def f():\n    global x\n    x = 1", "`global`"),
        ("async def f(): pass", "`asyncfunctiondef`"),
        ("print.__self__", "`.__self__`"),
        ("layers = tf.io", "`tf.io`"),
        ("x = open", "`open`"),
        ("tf.keras.src.utils", "`.src`"),
        ("class A:\n    def f(self): return self._sys", "`._sys`"),
    ],
)
def test_what_is_not_plain_is_named(code: str, said: str) -> None:
    nodes = [node for text in (FIRST, code) for node in ast.walk(ast.parse(text))]
    assert said in list(plain.Look(nodes).objections())
    assert objection(FIRST, code)


def test_a_change_of_a_library_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from kitchen.teaching.kinds import Build

    before = plain.state()
    assert plain.changed(before) == ""
    monkeypatch.setattr(Build, "check", print)
    assert plain.changed(before) == "kitchen.teaching.kinds.Build.check"
    monkeypatch.undo()
    monkeypatch.setattr(np, "max", print)
    assert plain.changed(before) == "numpy.max"
