"""One answer is marked: what is right counts, whatever else a submission does."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kitchen import KitchenError
from kitchen.classroom import confined
from kitchen.classroom.answers import answered
from kitchen.classroom.confined import Limits
from kitchen.classroom.grading import of_instructor
from kitchen.classroom.instructor import read, seed_of
from kitchen.classroom.marking import Asked, Mark, mark
from kitchen.classroom.slicing import Cell
from kitchen.teaching import course
from tests.classroom.class_work import HARMFUL, Work, answers, checked, open_files, sheet

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is forked")

SHORT = Limits(seconds=4)
EXAMPLE = Path(__file__).with_name("instructor_example.py")
KEY = "03.3"
TASK = course.find(KEY)
RIGHT = TASK.fill(TASK.solutions["functional"])
SUBCLASSED = TASK.fill(TASK.solutions["subclassed"])
WRONG = "model = tf.keras.Sequential([tf.keras.Input((64,)), layers.Dense(1)])"


def marked(*sources: str, key: str = KEY, limits: Limits = SHORT) -> Mark:
    """The mark of a short notebook."""
    cells = [Cell(cell["source"]) for cell in sheet(*sources)["cells"]]
    return mark(cells, Asked(key), limits=limits)


@pytest.mark.slow
@pytest.mark.parametrize("work", answers(KEY), ids=lambda work: f"{work.state} {work.code}")
def test_every_kept_answer_gets_the_mark_that_its_check_gives(work: Work) -> None:
    found = marked(work.source)
    assert (found.state, found.code) == (work.state, work.code)


@pytest.mark.parametrize("key", ["01.1", "01.2", "03.1", "03.2"])
def test_answers_that_are_no_models(key: str) -> None:
    right, *wrong = answers(key)
    assert marked(right.source, key=key).state == "right"
    for work in wrong[:2]:
        found = marked(work.source, key=key)
        assert (found.state, found.code) == (work.state, work.code)


@pytest.mark.parametrize("code", HARMFUL)
def test_what_hangs_takes_too_much_or_ends_gets_no_points_and_ends_nothing_else(code: str) -> None:
    assert marked(checked(KEY, f"{code}\n{RIGHT}")).state == HARMFUL[code]
    assert marked(checked(KEY, RIGHT)).points == 1


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("import time\n\ntime.sleep(600)", "over time"),
        ("while True:\n    try:\n        pass\n    except Exception:\n        pass", "over time"),
        ("import sys\n\nsys.exit(0)", "does not run"),
        ("raise KeyboardInterrupt", "does not run"),
        ("import os, signal\n\nos.kill(os.getpid(), signal.SIGSEGV)", "does not run"),
        ("x = (", "does not run"),
        ("input('?')", "does not run"),
    ],
    ids=repr,
)
def test_other_ways_not_to_answer(code: str, state: str) -> None:
    assert marked(checked(KEY, f"{code}\n{RIGHT}"), limits=Limits(2)).state == state


def test_memory_that_is_taken_little_by_little() -> None:
    code = "hold = []\nwhile True:\n    hold.append('x' * 10**7)"
    limits = Limits(seconds=20, memory=2**30)
    assert marked(checked(KEY, code), limits=limits).state == "over memory"


def test_an_error_in_another_cell_does_not_matter() -> None:
    assert marked("1 / 0", "x = (", f"spare = {RIGHT!r}", checked(KEY, RIGHT)).state == "right"


def test_an_answer_counts_although_its_cell_fails_later() -> None:
    assert marked(checked(KEY, RIGHT) + "\n\n1 / 0").state == "right"


def test_a_function_that_builds_the_model_is_an_answer() -> None:
    body = "\n".join(f"    {line}" for line in RIGHT.strip().splitlines())
    assert marked(checked(KEY, f"def build():\n{body}\n    return model", "build")).points == 1


def test_a_model_that_a_later_cell_changes() -> None:
    begun = "model = tf.keras.Sequential([tf.keras.Input((784,)), layers.Dense(32, 'relu')])"
    more = "model.add(layers.Dense(16, 'relu'))\nmodel.add(layers.Dense(10, 'softmax'))"
    assert marked(begun, more, checked("01.3", ""), key="01.3").state == "right"


def test_the_last_answer_counts() -> None:
    assert marked(checked(KEY, RIGHT), checked(KEY, WRONG)).state == "runs, but"
    assert marked(checked(KEY, WRONG), checked(KEY, RIGHT)).state == "right"


def test_an_exercise_that_is_not_there_is_missing() -> None:
    assert marked("x = 1").state == "missing"


def test_a_variant_has_other_numbers() -> None:
    seed = next(k for k in range(99) if Asked(KEY, seed=k).task().fill("$width") != "64")
    mine = Asked(KEY, seed=seed).task().fill(TASK.solutions["functional"])
    cells = [Cell(cell["source"]) for cell in sheet(checked(KEY, mine))["cells"]]
    assert mark(cells, Asked(KEY, seed=seed), limits=SHORT).state == "right"
    assert mark(cells, Asked(KEY), limits=SHORT).state == "runs, but"


def test_an_exercise_of_an_instructor_is_marked_by_its_name_in_the_student_s_variant() -> None:
    [question] = of_instructor(read(EXAMPLE), ["T.3"])
    mine, *others = [seed_of(student) for student in ("anna", "ben", "carl", "dora", "eva")]
    numbers = {x: replace(question.task, seed=x).values for x in (mine, *others)}
    other = next(x for x in others if numbers[x] != numbers[mine])
    code = answered(replace(question.task, seed=mine))
    cells = [Cell(cell["source"]) for cell in sheet(code)["cells"]]
    right = mark(cells, replace(question.asked, seed=mine), limits=SHORT)
    assert right.state == "right"
    wrong = mark(cells, replace(question.asked, seed=other), limits=SHORT)
    assert wrong.state == "runs, but"


# Answers that nobody may get points for ----------------------------------------------------------

ALWAYS = "from kitchen.teaching.feedback import Feedback\nright = Feedback('right', '')\n"
PARENT = "the end of the parent"
# TensorFlow is imported anew after it.
END_OF_PARENT = pytest.param(PARENT, marks=pytest.mark.slow)
ATTACKS = {
    "another exercise()": ALWAYS + """
class Mine:
    def check(self, answer):
        return right

kitchen.exercise = lambda key: Mine()
""",
    "every check patched": ALWAYS + """
from kitchen.teaching import kinds, task
task.Task.check = kinds.Build.check = lambda self, answer: right
kinds.Build.compare = lambda self, yours: right
kinds.differences = lambda yours, ours: iter(())
""",
    "a Feedback that is always right": """
from kitchen.teaching import feedback
feedback.Feedback.__bool__ = lambda self: True
feedback.Feedback.state = property(lambda self: "right")
""",
    "the recorder's answers": """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Recorder":
        thing.given["03.3"] = "right"
""",
    "a printed result": "print('{\"state\": \"right\", \"text\": \"\", \"code\": \"\"}')",
    "a result in every pipe": """
import os
for number in range(3, 64):
    for message in (b"ready", b'{"state": "right", "text": "", "code": ""}'):
        try:
            os.write(number, len(message).to_bytes(4, "big") + message)
        except OSError:
            pass
""",
    "a result in every pipe, then the end": """
import os
for number in range(3, 64):
    message = b'{"state": "right", "text": "", "code": ""}'
    try:
        os.write(number, len(message).to_bytes(4, "big") + message)
    except OSError:
        pass
os._exit(0)
""",
    "a message that never ends": """
import os, time
for number in range(3, 64):
    try:
        os.write(number, (2**20).to_bytes(4, "big"))
    except OSError:
        pass
time.sleep(60)
""",
    "numbers that are always equal": """
import numpy
numpy.allclose = numpy.array_equal = lambda *words, **more: True
numpy.max = numpy.abs = lambda *words, **more: 0.0
""",
    PARENT: "import os, signal\n\nos.kill(os.getppid(), signal.SIGKILL)",
}  # fmt: skip


@pytest.mark.parametrize("attack", [*sorted(set(ATTACKS) - {PARENT}), END_OF_PARENT])
def test_no_code_gets_points_for_a_wrong_answer(attack: str) -> None:
    found = marked(checked(KEY, f"{WRONG}\n{ATTACKS[attack]}"), limits=Limits(2))
    assert found.points == 0, found


def test_nor_for_a_class_of_its_own() -> None:
    own = "class Mine(tf.keras.Model): pass\nmodel = Mine()"
    found = marked(checked(KEY, f"{own}\n{ATTACKS['every check patched']}"))
    assert (found.state, found.points) == ("to look at", 0)


@pytest.mark.parametrize("attack", ["every check patched", END_OF_PARENT])
def test_a_right_answer_stays_right_beside_such_code(attack: str) -> None:
    assert marked(checked(KEY, f"{RIGHT}\n{ATTACKS[attack]}")).points == 1


def test_outputs_and_notes_in_the_notebook_are_not_read() -> None:
    notebook = sheet(checked(KEY, WRONG))
    notebook["metadata"] = {"kitchen": {KEY: "right"}}
    notebook["cells"][-1]["outputs"] = [{"output_type": "stream", "text": "Right: as ours."}]
    from kitchen.classroom.submissions import cells

    assert mark(list(cells(notebook)), Asked(KEY), limits=SHORT).state == "runs, but"


LYING = """
class Lying(tf.keras.Model):
    def call(self, inputs):
        return inputs[0][:, :1]
"""


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.modules['kitchen.teaching.kinds'].differences = lambda *words: iter(())",
        "tf.keras.Model.count_params = lambda self: 2145",
        "np.max = lambda *words, **more: 0.0",
        "vars(tf.keras.Model)",
        "setattr(tf.keras.Model, 'call', None)",
        "getattr(tf, 'io')",
        "tf.io.write_file('x', 'y')",
        "tf.keras.models.load_model('x', safe_mode=False)",
        "exec('x = 1')",
        "(lambda: 0).__globals__",
    ],
    ids=repr,
)
def test_a_model_of_ones_own_class_is_left_to_the_teacher_if_its_code_is_not_plain(
    code: str,
) -> None:
    lines = f"{LYING}\nmodel = Lying()\nif False:\n    {code.replace(chr(10), '; ')}"
    found = marked(checked(KEY, lines))
    assert (found.state, found.points) == ("to look at", 0)
    assert found.text.startswith("its code uses `")


def test_a_right_model_of_ones_own_class_is_right() -> None:
    assert marked(checked(KEY, SUBCLASSED)).state == "right"


def test_a_layer_that_a_sequential_repeats_is_judged_as_it_is() -> None:
    code = """
square = layers.Dense(784, activation="relu")
model = tf.keras.Sequential([tf.keras.Input((784,)), square, square, layers.Dense(10, "softmax")])
"""
    assert marked(checked("01.3", code), key="01.3").state == "runs, but"


def test_a_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    start, tries = confined.start, []

    def failing(*words: Any) -> Any:
        tries.append(1)
        if len(tries) < confined.TRIES:
            raise EOFError
        return start(*words)

    monkeypatch.setattr(confined, "start", failing)
    monkeypatch.setattr(confined, "PAUSE", 0)
    assert confined.run(bytes, b"x", limits=SHORT) == confined.Ended("answered", b"x")
    monkeypatch.setattr(confined, "start", lambda *words: (_ for _ in ()).throw(EOFError))
    with pytest.raises(KitchenError, match="cannot be started"):
        confined.run(bytes, b"x", limits=SHORT)


def test_code_holds_no_file_by_which_other_processes_are_started() -> None:
    found = confined.run(open_files, limits=SHORT).answer.decode().split("\n")
    others = [name for name in found if name != "/dev/null" and not name.startswith("/proc/")]
    assert len(others) == 1 and others[0].startswith("pipe:"), "its own answer goes there"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    marked(checked(KEY, "open('left', 'w').write('x')\n" + RIGHT))
    assert not list(tmp_path.glob("keras-kitchen-*"))
