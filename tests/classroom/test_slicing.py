"""Which cells are run for an answer."""

from pathlib import Path

import pytest

from kitchen.classroom.slicing import Cell, needed, targets
from kitchen.classroom.submissions import cells, read
from kitchen.teaching import course
from tests.lessons.notebooks import LESSONS

FIRST = "import kitchen\nimport tensorflow as tf\n\nlayers = tf.keras.layers"
CHECK = 'kitchen.exercise("03.3").check(model)'


def run_for(*sources: str, key: str = "03.3", name: str = "") -> list[int]:
    """The places of the cells that are run for an exercise."""
    found = [Cell(source) for source in sources]
    return needed(found, targets(found, key, name))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_an_exercise_of_a_lesson_needs_the_first_cell_and_its_own(path: Path) -> None:
    found = list(cells(read(path)))
    lesson = path.stem[:2]
    for key in course.tasks(lesson) if lesson in course.lessons() else ():
        [own] = targets(found, key)
        assert needed(found, [own]) == [0, own]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["model = 1", CHECK], [0, 1]),
        (["x = 1", "def make():\n    return x", "model = make()", CHECK], [0, 1, 2, 3]),
        (["model = 1", "model = 2", CHECK], [1, 2]),
        (["model = []", "model.add(3)", CHECK], [0, 1, 2]),
        (["model = []", "model[0] = 3", CHECK], [0, 1, 2]),
        (["model = []", "model.layer.trainable = False", CHECK], [0, 1, 2]),
        (["def grow(x): x.add(1)", "model = 1", "grow(model)", CHECK], [0, 1, 2, 3]),
        (["model = 1", "model.fit(x, y)", "model.summary()", CHECK], [0, 3]),
        (["model = 1", "kitchen.draw(model)", CHECK], [0, 2]),
        (["model = 1", "history = model.fit(x, y)", CHECK], [0, 2]),
        (["model = 1", CHECK, "model = 2"], [0, 1]),
        (["model = 1", CHECK, "model = 2", CHECK], [0, 1, 2, 3]),
        (["from tools import *", "model = 1", CHECK], [0, 1, 2]),
        (["model = 1", "if later:\n    model = 2", CHECK], [0, 1, 2]),
        (["model = 1", f"model = 2\n{CHECK}"], [1]),
        (["model = 1", f"model = model + 1\n{CHECK}"], [0, 1]),
        (["x = 1", "def model():\n    x = 2\n    return x", CHECK], [1, 2]),
        (["x = 1", "class model:\n    def f(self, x):\n        return x", CHECK], [1, 2]),
        (["x = 1", "model = [x for x in (1, 2)]", CHECK], [1, 2]),
        (["def set():\n    global model\n    model = 1", "set()", CHECK], [0, 2]),
        (["count = 1", "count += 1", "model = count", CHECK], [0, 1, 2, 3]),
        (["%%explore\nmodel = 1", CHECK], [0, 1]),
        (["%%bash\nmodel = 1", "model = 2", CHECK], [1, 2]),
        (["%load_ext kitchen\nmodel = 1", CHECK], [0, 1]),
        (["model = (", "model = 3", CHECK], [1, 2]),
        (["model = 1", 'mine = kitchen.exercise("03.3")', "mine.check(model)"], [0, 1, 2]),
        (["model = 1", 'kitchen.exercise("03.3").hint()', CHECK], [0, 2]),
        (["model = 1", 'kitchen.exercise("03.1").check(model)'], []),
        (["kitchen.exercise('03.3').check(None)"], [0]),
        (['from kitchen import exercise\nexercise("03.3").check(1)'], [0]),
        (['kitchen.exercise("03.3").check(model', "x"], [0]),
    ],
    ids=repr,
)
def test_the_cells_that_an_answer_builds_on(sources: list[str], expected: list[int]) -> None:
    assert run_for(*sources) == expected


def test_the_short_name_of_a_part_of_a_library_is_no_object_that_a_call_changes() -> None:
    other = "other = layers.Dense(3)"
    assert run_for(FIRST, other, f"model = layers.Dense(2)\n{CHECK}") == [0, 2]


def test_a_cell_that_may_raise_does_not_hide_what_came_before() -> None:
    found = [Cell("model = 1"), Cell("1 / 0\nmodel = 2", fails=True), Cell(CHECK)]
    assert needed(found, targets(found, "03.3")) == [0, 1, 2]


def test_where_no_cell_checks_the_answer_the_cells_that_assign_it_count() -> None:
    sources = ["x = 1", "my_skip = x", "y = 2"]
    assert run_for(*sources, key="T.3", name="my_skip") == [0, 1]
    assert run_for(*sources, key="T.3") == []
    assert run_for(*sources, 'kitchen.exercise("T.3").check(y)', key="T.3", name="my_skip") == [
        2,
        3,
    ]
