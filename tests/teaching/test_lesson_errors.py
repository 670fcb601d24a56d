"""Each error that a lesson raises: explained where it stands, and mended there by its fix."""

from pathlib import Path

import pytest

from kitchen.teaching.explanations import explain_error
from tests.lessons.notebooks import LESSONS, RAISES, code_cells, read, tags
from tests.teaching.errors_met.broken import Broken, readings, run
from tests.teaching.errors_met.lessons import Met, raising

RAISING = [path for path in LESSONS if any(RAISES in tags(cell) for cell in code_cells(read(path)))]
MAPS = "skips = True\ndown_3, up_3 = tf.keras.Input((7, 7, 24)), tf.keras.Input((6, 6, 24))"
FEW = "from types import SimpleNamespace\n" + (
    "data = SimpleNamespace(x_train=data.x_train[:32], y_train=data.y_train[:32])"
)
# What a fix takes for granted, and the code in which it stands, by lesson and error.
PLACES = {
    "01 E826": ("", "FIX\nassert longer.output_shape == (None, 3)"),
    "02 E106": ("", "FIX\nassert model.count_params() == 2_657"),
    "03 E123": ("", "FIX\nassert len(codes) == 2"),
    "04 E712": (
        "some = {side: np.ones((5, 64)) for side in ('left', 'right')}",
        "FIX\nassert np.allclose(shared(some), unshared(some), atol=1e-5)",
    ),
    "05 E612": ("", "FIX\nfunctional.fit(some_x, some_y, verbose=0)"),
    "06 E107": ("", "FIX\nassert block.count_params() == 64 * 64 + 64"),
    "07 E128": ("", "FIX\nassert tf.keras.Model(pixels, x).count_params() == 64 * 64 + 64"),
    "08 E321": (MAPS, "FIX\nassert skip_3.shape == (None, 7, 7, 48)"),
    "08 E604": (FEW, "FIX\nassert half.output_shape == (None, 24, 24, 1)"),
    "09 E204": ("", "FIX\nassert scores.shape == (None, 1, 6, 6)"),
    "10 E903": (
        "",
        "class Narrow(tf.keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        '        self.hidden = layers.Dense(32, activation="relu")\n'
        "        FIX\n"
        "    def call(self, inputs):\n"
        "        x = self.hidden(inputs)\n"
        "        return x * self.gate(x)\n"
        "assert Narrow()(images).shape == (5, 32)",
    ),
    "10 E811": (
        "",
        "class Choosing(GatedNetwork):\n"
        "    FIX\n"
        "choosing = Choosing()\n"
        'choosing.compile("adam", "sparse_categorical_crossentropy")\n'
        "choosing.fit(data.x_train[:32], data.y_train[:32], verbose=0)",
    ),
    "10 E707": (
        "",
        "with tempfile.TemporaryDirectory() as folder:\n"
        '    file = Path(folder) / "model.keras"\n'
        "    model.save(file)\n"
        "    FIX",
    ),
}


def mend(met: Met) -> str:
    """Run each reading of a cell's fix in the state of the error; return the error's code."""
    found = explain_error(met.error)
    assert found is not None, f"nothing is said of {met.error!r}"
    given, whole = PLACES.get(f"{met.lesson} {found.code}", ("", "FIX"))
    for k, code in enumerate(readings(found.fix)):
        case = Broken(found.code, met.source, given=given, whole="FIX" if k else whole)
        run(case.mended(code), dict(met.names), "<mended>")
    return found.code


@pytest.mark.slow
@pytest.mark.lessons
@pytest.mark.parametrize("path", RAISING, ids=[path.stem for path in RAISING])
def test_what_a_lesson_raises_is_explained_and_mended(path: Path) -> None:
    codes = [mend(met) for met in raising(path)]
    assert {key for key in PLACES if key.startswith(path.stem[:2])} <= {
        f"{path.stem[:2]} {code}" for code in codes
    }, "a cell that was to be looked at more closely is explained otherwise"
