"""The command: what it writes, where, and with which exit code."""

import errno
import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers

import kitchen
import start
from kitchen import backend, cli
from kitchen.cli import commands, lab
from kitchen.cli.doctor import version
from kitchen.errors import LayoutError
from kitchen.views import drawing, layout
from tests import models
from tests.hostile.making import HOSTILE

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process; its exit code, what it wrote, and what it complained of."""

    def call(*words: object) -> Said:
        capfd.readouterr()
        code = cli.main([str(word) for word in words])
        return code, *capfd.readouterr()

    return call


def command(*words: object) -> list[str]:
    """The command as a process of its own."""
    code = "import sys; from kitchen.cli import main; sys.exit(main(sys.argv[1:]))"
    return [sys.executable, "-c", code, *map(str, words)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of saved models."""
    folder = tmp_path_factory.mktemp("files")
    example = kitchen.examples.classifier
    example.sequential().save(folder / "stack.keras")
    example.functional().save(folder / "graph.keras")
    models.residual(2).save(folder / "skips.keras")
    models.siamese().save(folder / "nested.keras")
    faulty = keras.Sequential([keras.Input((4,)), layers.Dense(1, "softmax", name="täst")])
    faulty.compile("sgd", "binary_crossentropy")
    faulty.save(folder / "faulty.keras")
    _, maker = HOSTILE["code: a Lambda layer"]
    maker(folder / "hostile.keras", folder / "canary")
    return folder


NAMES = ("lab", "draw", "explain", "source", "lint", "compare", "doctor", "export", "class-report")


def test_help_names_every_command_and_shows_examples(run: Run) -> None:
    code, said, _ = run("--help")
    assert code == 0
    assert set(commands.group.commands) == set(NAMES)
    for name in NAMES:
        assert f"keras-kitchen {name}" in said
        code, more, _ = run(name, "--help")
        assert code == 0
        assert "Examples:" in more and f"\n    keras-kitchen {name}" in more
    assert "Exit codes:\n    0 " in said


def test_no_option_turns_safe_mode_off() -> None:
    options = {o for c in commands.group.commands.values() for p in c.params for o in p.opts}
    assert not [option for option in options if "safe" in option]


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["draw", "--help"],
        ["cook"],
        ["draw"],
        ["lint", "no-such.keras"],
        ["compare", "no-such.keras", "nor-this.keras"],
        ["draw", "no-such.keras", "-o", "x.jpg"],
        ["source", "no-such.keras", "-o", "no/such/folder.py"],
        ["lab", "--port", "0"],
    ],
    ids=" ".join,
)
def test_what_needs_no_model_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from kitchen.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'tensorflow', 'keras', 'numpy', 'h5py', 'matplotlib'} & set(sys.modules);"
        "sys.exit(99 if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == (0 if "--help" in words else 2), done.stderr
    if "--help" not in words:
        assert "Error: " in done.stderr.splitlines()[-1]
        assert done.stdout == ""


def test_a_picture_in_words(run: Run, files: Path) -> None:
    code, said, complained = run("draw", files / "skips.keras")
    assert (code, complained) == (0, "")
    assert "\n3. add_0, Add, reads " in said


@pytest.mark.parametrize("kind", commands.KINDS)
def test_pictures_in_files(kind: str, run: Run, files: Path, tmp_path: Path) -> None:
    begins = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}[kind]
    target = tmp_path / f"x.{kind.upper()}"
    assert run("draw", files / "skips.keras", "-o", target) == (0, "", "")
    assert target.read_bytes().startswith(begins)


def test_the_kinds_are_those_that_a_drawing_saves() -> None:
    assert tuple(f".{kind}" for kind in commands.KINDS) == drawing.SUFFIXES


def test_a_picture_on_standard_output(files: Path, capfdbinary: Any) -> None:
    assert cli.main(["draw", str(files / "skips.keras"), "-o", "-", "--format", "png"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"\x89PNG")
    assert cli.main(["draw", str(files / "skips.keras"), "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<svg")


def test_options_of_a_picture(run: Run, files: Path) -> None:
    plain, opened = (
        run("draw", files / "nested.keras", *more)[1] for more in ([], ["--expand", "encoder"])
    )
    assert "encoder_b" not in plain and "encoder_b" in opened
    assert run("draw", files / "nested.keras", "--expand-all")[1] == opened
    dot = ("draw", files / "nested.keras", "-o", "-", "--format", "dot")
    plain = run(*dot)[1]
    assert "(8,)" in plain and "51" in plain and "rankdir=LR" not in plain
    assert "(8,)" not in run(*dot, "--no-shapes")[1]
    assert "51" not in run(*dot, "--no-params")[1]
    assert "rankdir=LR" in run(*dot, "--direction", "LR")[1]


@pytest.mark.parametrize("mark", commands.MARKS)
def test_a_picture_with_marks(mark: str, run: Run, files: Path) -> None:
    name = "skips.keras" if mark == "explain" else "faulty.keras"
    plain, marked = (
        run("draw", files / name, "-o", "-", *more)[1] for more in ([], ["--mark", mark])
    )
    assert marked != plain


def test_a_picture_that_cannot_be_laid_out(
    run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*words: Any, **more: Any) -> None:
        raise LayoutError("Too slow.")

    monkeypatch.setattr(layout, "lay_out", slow)
    code, said, complained = run("draw", files / "skips.keras", "-o", tmp_path / "x.svg")
    assert (code, said, complained) == (1, "", "Note: Shown as text: Too slow.\n")
    assert b"Too slow." in (tmp_path / "x.svg").read_bytes()


@pytest.mark.parametrize(("name", "code"), [("stack", 0), ("graph", 0), ("skips", 1)])
def test_explain(name: str, code: int, run: Run, files: Path) -> None:
    said = run("explain", files / f"{name}.keras")
    assert said[::2] == (code, "")
    assert said[1].rstrip("\n") == str(kitchen.explain(kitchen.load(files / f"{name}.keras")))


@pytest.mark.parametrize(("name", "code"), [("stack", 0), ("faulty", 1)])
def test_lint(name: str, code: int, run: Run, files: Path) -> None:
    said = run("lint", files / f"{name}.keras")
    assert said[::2] == (code, "")
    assert said[1].rstrip("\n") == str(kitchen.lint(kitchen.load(files / f"{name}.keras")))


def test_source(run: Run, files: Path, tmp_path: Path) -> None:
    code, said, complained = run("source", files / "stack.keras", "--form", "functional")
    assert (code, complained) == (0, "")
    target = tmp_path / "built.py"
    words = ("source", files / "stack.keras", "--form", "functional", "-o", target)
    assert run(*words) == (0, "", "")
    assert target.read_text(encoding="utf-8") == said
    known: dict[str, Any] = {}
    exec(said, known)  # noqa: S102 - what the command is for
    assert known["build"]().count_params() == 50_890


def test_source_in_a_form_that_cannot_be(run: Run, files: Path) -> None:
    code, said, complained = run("source", files / "skips.keras", "--form", "sequential")
    assert (code, said) == (2, "")
    assert complained.startswith("Error: ") and complained.count("\n") == 1
    wrapped = run("source", files / "skips.keras", "--form", "sequential", "--wrap")
    assert wrapped[0] == 0


def test_compare(run: Run, files: Path) -> None:
    code, said, complained = run("compare", files / "stack.keras", files / "graph.keras")
    assert (code, complained) == (0, "")
    assert said.count("50,890") == 3
    assert "\nSame family: " in said
    code, said, _ = run("compare", files / "stack.keras", files / "skips.keras")
    assert code == 1
    assert "\nDifferent: " in said


def test_an_error_is_one_line_without_a_traceback(run: Run, files: Path) -> None:
    for name in ("hostile.keras", "missing.keras", "", "x\ny.keras"):
        code, said, complained = run("lint", files / name)
        assert (code, said) == (2, "")
        assert complained.startswith("Error: ")
        assert complained.count("\n") == 1 and len(complained) < 520
    assert not (files / "canary").exists()


@pytest.mark.parametrize(
    ("words", "spoken"),
    [
        ("source skips.keras --form sequential", "Use --wrap to put what branches into blocks."),
        ("source loose.keras --form sequential", "It can be written with --form functional."),
        ("source names.keras --form subclassed", "Use --form functional, or a name"),
        ("draw stack.keras --expand nothing", "or --expand-all to open everything."),
        ("draw stack.keras --expand-all --collapse", "--expand-all opens what --collapse closes."),
        ("draw stack.keras --timeout -1", "Error: --timeout is a number"),
        ("lint own.keras", "Only if it is your own: --custom MODULE:Mine."),
        ("lint stack.keras --custom keras:__version__", "Pass for example --custom MODULE:Scale."),
    ],
)
def test_an_error_speaks_of_options(
    words: str, spoken: str, run: Run, files: Path, tmp_path: Path
) -> None:
    class Mine(layers.Layer):
        def call(self, x: Any) -> Any:
            return x

    x = keras.Input((4,))
    keras.Model(x, Mine()(x)).save(tmp_path / "own.keras")
    keras.Model(x, layers.Dense(1, name="a b c")(x)).save(tmp_path / "names.keras")
    first, second = layers.Dense(4)(x), layers.Dense(4)(x)
    keras.Model(x, [layers.Add()([first, second]), x]).save(tmp_path / "loose.keras")
    name, file, *more = words.split()
    where = files / file if (files / file).exists() else tmp_path / file
    code, said, complained = run(name, where, *more)
    assert (code, said) == (2, "")
    assert spoken in complained
    assert "kitchen." not in complained and "=True" not in complained


def test_a_picture_that_took_too_long_speaks_of_options(
    run: Run, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*words: Any, **more: Any) -> None:
        raise LayoutError("Too slow.", fix="Draw less, or pass a longer timeout.")

    monkeypatch.setattr(layout, "lay_out", slow)
    expected = "Shown as text: Too slow. Draw less, or pass a longer --timeout."
    assert run("draw", files / "skips.keras")[1].splitlines()[0] == expected
    assert run("draw", files / "skips.keras", "-o", tmp_path / "x.svg")[2] == f"Note: {expected}\n"


def test_a_verdict_says_where_weights_can_be_named(run: Run, files: Path, tmp_path: Path) -> None:
    for k, name in enumerate("ab"):
        x, y = keras.Input((4,), name="x"), keras.Input((4,), name="y")
        taken = [x, y] if k else [x]
        keras.Model(taken, layers.Add()([x, y]) if k else x * 2).save(tmp_path / f"{name}.keras")
    code, said, _ = run("compare", tmp_path / "a.keras", tmp_path / "b.keras")
    assert code == 1
    assert "in Python, kitchen.equivalent(a, b, map_inputs=…) can say" in said


def test_a_note_is_one_line(run: Run, files: Path, tmp_path: Path) -> None:
    def own_loss(wanted: Any, given: Any) -> Any:
        return keras.ops.mean(wanted - given)

    model = models.residual()
    model.compile("sgd", own_loss)
    model.save(tmp_path / "x.keras")
    code, _, complained = run("explain", tmp_path / "x.keras")
    assert code == 1
    assert complained.startswith(
        "Note: The model came without its compile state (it names own_loss"
    )
    assert complained.count("\n") == 1


def test_code_of_your_own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "own_layers.py").write_text(
        "import keras\n\n\nclass Twice(keras.layers.Layer):\n"
        "    def call(self, x):\n        return 2 * x\n"
    )
    sys.path.insert(0, str(tmp_path))
    from own_layers import Twice  # type: ignore[import-not-found]

    keras.Sequential([keras.Input((4,)), Twice()]).save(tmp_path / "x.keras")
    code, _, complained = run("explain", "x.keras")
    assert code == 2
    assert "none of Keras's own" in complained
    assert run("explain", "x.keras", "--custom", "own_layers:Twice")[0] == 0
    for wrong in ("own_layers:Thrice", "no_such_module:X", "own_layers", ":"):
        code, _, complained = run("explain", "x.keras", "--custom", wrong)
        assert code == 2
        assert "--custom cannot be followed" in complained


def test_utf_8_wherever_it_goes(files: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    words = command("draw", files / "faulty.keras")
    done = subprocess.run(words, capture_output=True, env=environment)
    assert done.returncode == 0
    assert "täst, Dense 1" in done.stdout.decode("utf-8")
    assert done.stderr == b"", "TensorFlow says nothing, and neither do warnings"


def test_a_reader_that_stops_reading() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(command("doctor"), stdout=pipe, stderr=pipe) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == cli.CLOSED


def test_a_disk_that_is_full_is_no_reader_that_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(OSError, match="no space"):
        cli.output.emit("x")


def test_an_interrupt(run: Run, monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    def interrupt(model: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kitchen, "explain", interrupt, raising=False)
    assert run("explain", files / "stack.keras")[0] == cli.INTERRUPTED


# The lessons --------------------------------------------------------------------------------------


def test_the_lab_is_the_one_that_start_opens() -> None:
    words = lab.command(start.ROOT, True, 8899)
    if "--allow-root" in words:
        words.remove("--allow-root")  # start.py adds it as it opens
    assert words[1:] == start.lab_command(["--no-browser", "--port", "8899"])[1:]
    assert (lab.LESSON, lab.COPY) == (start.LESSON, start.COPY)


def test_the_lab_opens_the_lessons_of_this_copy(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Became(BaseException):
        pass

    def become(program: str, words: list[str]) -> None:
        raise Became(words, Path.cwd())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execv", become)
    copied: list[Path] = []
    monkeypatch.setattr(lab, "copy_lessons", copied.append)
    monkeypatch.setattr(lab, "say", lambda behind: None)
    monkeypatch.setattr(lab, "WINDOWS", False)
    with pytest.raises(Became) as caught:
        run("lab", "--no-browser")
    assert caught.value.args == (lab.command(start.ROOT, True, None), start.ROOT)
    assert copied == [start.ROOT / "lessons"]


def test_on_windows_the_lab_answers_to_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    class Process:
        def __init__(self, words: list[str], cwd: Path) -> None:
            opened.append((words, cwd))

        def __enter__(self) -> "Process":
            return self

        def __exit__(self, *rest: object) -> None:
            pass

        def wait(self) -> int:
            if len(opened) < 2:  # the first Ctrl-C is the lab's to answer
                opened.append(([], Path()))
                raise KeyboardInterrupt
            return 0

    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(lab, "copy_lessons", lambda folder: [])
    monkeypatch.setattr(lab, "WINDOWS", True)
    code, said, complained = run("lab", "--no-browser")
    assert (code, said) == (0, "")
    assert complained == "Opening JupyterLab; Ctrl-C ends it\n"
    assert opened[0] == (lab.command(start.ROOT, True, None), start.ROOT)


def test_lessons_that_are_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kitchen, "__file__", str(tmp_path / "site-packages/kitchen/__init__.py"))
    monkeypatch.chdir(tmp_path)
    code, _, complained = run("lab")
    assert code == 2
    assert complained.startswith("Error: The lessons are not here")
    monkeypatch.chdir(start.ROOT)
    assert lab.lessons([tmp_path, Path.cwd()]) == start.ROOT


def test_a_lab_that_is_not_installed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "jupyterlab")
    code, _, complained = run("lab")
    assert code == 2
    assert "JupyterLab is not installed" in complained


# The doctor ---------------------------------------------------------------------------------------


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have packages not be installed."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name in names else find(name, *rest),
    )


@pytest.fixture
def fresh_backend() -> Iterator[None]:
    """The door to Keras, not yet opened."""
    backend.keras.cache_clear()
    yield
    backend.keras.cache_clear()


def test_the_doctor_names_what_a_report_needs(run: Run) -> None:
    code, said, complained = run("doctor")
    assert (code, complained) == (0, "")
    report = dict(line.split(None, 1) for line in said.splitlines() if line[0] != " ")
    assert report["keras"] == keras.__version__
    assert "CPU:0" in report["devices"]
    assert "GiB" in report["memory"]
    assert "pygraphviz" in report["Graphviz"]
    assert report["font"].endswith("DejaVuSans.ttf")
    assert report["picture"].startswith("drawn and painted")


@pytest.mark.usefixtures("fresh_backend")
def test_the_doctor_says_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "tensorflow", "pygraphviz", "psutil")
    code, said, complained = run("doctor")
    assert code == 1
    assert complained.splitlines() == [
        "Error: TensorFlow is not installed in this environment. "
        "Run `python3 start.py`, or install `keras-kitchen[cpu]`.",
        "Error: pygraphviz is not installed in this environment. "
        "Run `python3 start.py`, or install `keras-kitchen[cpu]`.",
    ]
    assert "Python " in said and "psutil is not installed" in said
    assert f"{'devices':<20}not working" in said


@pytest.mark.usefixtures("fresh_backend")
def test_the_doctor_says_what_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    code, said, complained = run("doctor")
    assert code == 1
    assert "Remove that environment variable" in complained
    assert f"{'TF_USE_LEGACY_KERAS':<20}1" in said


@pytest.mark.usefixtures("fresh_backend")
def test_a_library_that_breaks_while_it_is_loaded(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ImportError("libsomething.so: cannot open\nmore")

    monkeypatch.setattr(backend, "keras", broken)
    code, _, complained = run("doctor")
    assert code == 1
    assert complained == "Error: devices: ImportError: libsomething.so: cannot open\n"


@pytest.mark.usefixtures("fresh_backend")
def test_without_tensorflow_a_file_says_so(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "tensorflow")
    code, _, complained = run("explain", files / "stack.keras")
    assert code == 2
    assert complained.startswith("Error: TensorFlow is not installed")


def test_a_package_that_is_not_there() -> None:
    assert version("no-such-package-anywhere") == "not installed"


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"keras-kitchen {kitchen.__version__}\n", "")
