"""quiet: importing TensorFlow after kitchen prints nothing, and hides nothing that matters."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
# What the real one does at its import: it writes past Python, to the descriptor.
NOISY = """
import os
os.write(2, b"I0000 port.cc: chatter\\n")
{end}
"""


def python(
    folder: Path, code: str, *, level: str | None = None, end: str = "", noisy: str = NOISY
) -> subprocess.CompletedProcess[str]:
    """Run code beside a pretended TensorFlow that is noisy as it is imported."""
    (folder / "tensorflow").mkdir()
    (folder / "tensorflow" / "__init__.py").write_text(noisy.format(end=end))
    (folder / "tensorflow" / "part.py").touch()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    env.pop("TF_CPP_MIN_LOG_LEVEL", None)
    if level is not None:
        env["TF_CPP_MIN_LOG_LEVEL"] = level
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    "statement",
    [
        "import tensorflow",
        "import tensorflow.part",
        "from tensorflow import part",
        "import importlib.util as u; u.find_spec('tensorflow'); import tensorflow",
        "from kitchen import quiet; quiet.install(); import tensorflow",
    ],
)
def test_nothing_is_printed_at_the_import(tmp_path: Path, statement: str) -> None:
    done = python(tmp_path, f"import kitchen; {statement}; print('imported')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "imported\n", "")


def test_what_comes_after_the_import_is_seen(tmp_path: Path) -> None:
    done = python(tmp_path, "import kitchen, tensorflow, os; os.write(2, b'later')")
    assert done.stderr == "later"


def test_an_import_that_fails_shows_what_was_printed(tmp_path: Path) -> None:
    done = python(tmp_path, "import kitchen, tensorflow", end="raise ImportError('no AVX')")
    assert done.returncode == 1
    assert "chatter" in done.stderr
    assert "ImportError: no AVX" in done.stderr
    assert "During handling" not in done.stderr


@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_who_asks_for_messages_gets_them_all(tmp_path: Path, level: str) -> None:
    code = "import kitchen, tensorflow, os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    done = python(tmp_path, code, level=level)
    assert (done.stdout, done.stderr) == (f"{level}\n", "I0000 port.cc: chatter\n")


def test_later_messages_are_kept_down_by_tensorflows_own_setting(tmp_path: Path) -> None:
    code = "import kitchen, os; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    assert python(tmp_path, code).stdout == "3\n"


def test_nothing_of_it_stays_behind(tmp_path: Path) -> None:
    code = """
import sys
before = list(sys.meta_path)
import kitchen
assert len(sys.meta_path) == len(before) + 1
import tensorflow
assert sys.meta_path == before
assert type(tensorflow.__loader__).__module__ == "_frozen_importlib_external"
assert tensorflow.__spec__.loader is tensorflow.__loader__
assert "exec_module" not in vars(tensorflow.__loader__)
"""
    done = python(tmp_path, code)
    assert done.returncode == 0, done.stderr


def test_a_tensorflow_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    code = """
import sys, tensorflow
before = list(sys.meta_path)
import kitchen
assert sys.meta_path == before
"""
    done = python(tmp_path, code)
    assert (done.returncode, done.stderr) == (0, "I0000 port.cc: chatter\n")


@pytest.mark.parametrize(
    "broken",
    [
        "import os; os.close(2)",
        "import tempfile; tempfile.tempdir = 'a folder that is not there'",
    ],
)
def test_without_a_place_to_put_it_the_import_still_works(tmp_path: Path, broken: str) -> None:
    code = f"{broken}; import kitchen, tensorflow; print('done')"
    done = python(tmp_path, code, noisy="")  # a closed descriptor can't be written to
    assert (done.returncode, done.stdout) == (0, "done\n")


def red_boxes(*cells: str) -> str:
    """What a notebook shows on stderr when a kernel that knows nothing of pytest runs the cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    env.pop("TF_CPP_MIN_LOG_LEVEL", None)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}})
    client.execute(env=env)
    streams = [out for cell in notebook.cells for out in cell.outputs if out.get("name")]
    return "".join(out.text for out in streams if out.name == "stderr")


@pytest.mark.slow
def test_a_notebook_shows_no_red_box() -> None:
    cells = [
        "import tensorflow as tf",
        "tf.constant(1.0) + 1",
        """
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse", jit_compile=True)  # XLA has messages of its own
model.fit(tf.zeros((8, 4)), tf.zeros((8, 1)), verbose=0);""",
    ]
    assert "oneDNN" in red_boxes(cells[0]), "without kitchen there is something to keep quiet"
    assert red_boxes("import kitchen", *cells) == ""
