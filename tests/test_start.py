"""start.py: what it installs and when, what it says when it can't, and how it opens JupyterLab."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

SOURCE = Path(__file__).parents[1] / "start.py"
PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError': /simple/uv/
ERROR: No matching distribution found for uv
"""
UV_OFFLINE = "error: Request failed after 3 retries\n  cause: Failed to fetch: an address\n"
DISK_FULL = "error: Failed to install\n  cause: No space left on device (os error 28)\n"
NO_BUILD = "error: tensorflow 2.21.0 has no wheels for this platform\n"


def load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("start_copy", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Clone:
    """A folder with start.py and what it reads; what it would run is kept in `ran` instead."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (root / "lessons").mkdir(parents=True)
        (root / "lessons" / "00_start_here.ipynb").write_text("{}")
        for name in ("pyproject.toml", "constraints.txt"):
            (root / name).write_text("as cloned")
        shutil.copy(SOURCE, root)
        self.root = root
        self.start = load(root / "start.py")
        self.flaw = ""
        self.ran: list[str] = []
        self.answers: dict[str, str] = {}  # what a command says as it fails, by its last word
        for name in ("run", "make_venv", "find_flaw"):
            monkeypatch.setattr(self.start, name, getattr(self, name))
        monkeypatch.setattr(self.start, "pick_device", lambda: ("cpu", "a test"))
        monkeypatch.setattr(self.start, "open_lab", lambda command: 0)
        monkeypatch.setattr(self.start, "check", lambda arguments: 0)
        monkeypatch.setattr(self.start.shutil, "disk_usage", lambda _: SimpleNamespace(free=2**40))

    def run(self, command: list[str]) -> tuple[int, str]:
        assert command[:2] == [self.start.PYTHON, "-m"]
        self.ran.append(f"{command[2]}: {command[-1]}")
        said = self.answers.get(self.ran[-1])
        return (0, "") if said is None else (1, said)

    def make_venv(self) -> None:
        shutil.rmtree(self.root / ".venv", ignore_errors=True)
        (self.root / ".venv").mkdir()
        self.ran.append("make .venv")

    def find_flaw(self) -> str:
        return self.flaw if (self.root / ".venv").exists() else "there is none yet"

    def main(self, *arguments: str) -> tuple[int, list[str]]:
        """The exit code, and what was run apart from getting uv."""
        self.ran.clear()
        code = self.start.main(list(arguments))
        return code, [line for line in self.ran if line not in ("pip: uv", "uv: --version")]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    return Clone(tmp_path / "with spaces" / "a clone", monkeypatch)


# --- which Python ---------------------------------------------------------------------------------


def test_an_old_python_can_read_the_file_and_nothing_need_be_installed() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 6))
    imported = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported.append(str(node.module))
        elif isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
    assert "subprocess" in imported
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "older",
    ["version_info = (3, 10, 13)", "version_info = (3, 14, 0)", "maxsize = 2**31 - 1"],
)
def test_refuses_another_python_before_it_touches_anything(clone: Clone, older: str) -> None:
    pretend = f"import runpy, sys; sys.{older}; runpy.run_path('start.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=clone.root, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13, 64-bit" in done.stderr
    assert sys.executable in done.stderr
    assert "python3.12 start.py" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (clone.root / ".venv").exists()


# --- what is installed, and when ------------------------------------------------------------------


def test_installs_once(clone: Clone) -> None:
    assert clone.main() == (0, ["make .venv", "uv: .[cpu,lessons]"])
    assert clone.main() == (0, [])
    assert clone.ran == []


def test_the_test_tools_come_on_top_and_stay(clone: Clone) -> None:
    clone.main()
    assert clone.main("test") == (0, ["uv: .[cpu,lessons,test]"])
    assert clone.main() == (0, [])
    assert clone.main("test") == (0, [])
    (clone.root / "constraints.txt").write_text("a newer version")
    assert clone.main() == (0, ["uv: .[cpu,lessons,test]"])


def test_each_python_has_an_environment_of_its_own(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def call(command: list[str], *, cwd: Path, env: dict[str, str]) -> int:
        assert cwd == clone.root
        assert "VIRTUAL_ENV" not in env
        seen.append((env["KITCHEN_VENV"], command[command.index("--python") + 1 :]))
        return len(seen) - 1

    monkeypatch.setattr(clone.start.subprocess, "call", call)
    assert clone.main("test-pythons", "lessons") == (1, ["make .venv", "uv: .[cpu,lessons]"])
    rest = ["python", str(clone.root / "start.py"), "test", "lessons"]
    assert seen == [(f".venv-{x}", [x, *rest]) for x in ("3.11", "3.13")]


def test_the_environment_may_be_another_folder(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITCHEN_VENV", ".venv-3.13")
    assert load(clone.root / "start.py").VENV == clone.root / ".venv-3.13"


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_installs_again_when_a_declaration_changes(clone: Clone, name: str) -> None:
    clone.main()
    (clone.root / name).write_text("a newer version")
    assert clone.main() == (0, ["uv: .[cpu,lessons]"])


def test_installs_again_when_the_folder_was_moved(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.main()
    moved = clone.root.rename(clone.root.parent / "moved")
    for name, path in (("ROOT", ""), ("VENV", ".venv"), ("STAMP", ".venv/keras-kitchen.json")):
        monkeypatch.setattr(clone.start, name, moved / path)
    clone.root = moved
    assert clone.main() == (0, ["uv: .[cpu,lessons]"])


@pytest.mark.parametrize("changed", [False, True])
def test_an_interrupted_installation_is_not_taken_for_a_whole_one(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    if changed:
        clone.main()
        (clone.root / "pyproject.toml").write_text("a newer version")

    def interrupt(package: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(clone.start, "install", interrupt)
        assert clone.main()[0] == 130
    (clone.root / "pyproject.toml").write_text("as cloned")
    assert clone.main() == (0, ["uv: .[cpu,lessons]"])


def test_a_damaged_stamp_counts_as_none(clone: Clone) -> None:
    clone.main()
    for damaged in ("", "[]", "null", '{"declared": "x"}', '{"declared": 1, "extras": 2}'):
        clone.start.STAMP.write_text(damaged)
        assert clone.main() == (0, ["uv: .[cpu,lessons]"])


def test_a_broken_environment_is_made_again_and_it_says_so(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.main("test")
    clone.flaw = "the Python of the old one is gone"
    assert clone.main() == (0, ["make .venv", "uv: .[cpu,lessons]"])
    assert "Making .venv: the Python of the old one is gone" in capsys.readouterr().out


def test_a_new_gpu_replaces_the_environment_and_then_stays(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.main("test")
    with monkeypatch.context() as patch:
        patch.setattr(clone.start, "pick_device", lambda: ("gpu", "a test"))
        assert clone.main() == (0, ["make .venv", "uv: .[gpu,lessons]"])
        assert clone.main() == (0, [])
    assert clone.main() == (0, []), "a driver that is silent once must not cost a new installation"


# --- finding out about the machine ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "code", "said", "device", "reason"),
    [
        ("linux", "x86_64", 0, "GPU 0: NVIDIA T4 (UUID: GPU-1)\n", "gpu", "GPU 0: NVIDIA T4"),
        ("linux", "x86_64", 0, "No devices found.\n", "cpu", "finds no GPU"),
        ("linux", "x86_64", 9, "NVIDIA-SMI has failed\n", "cpu", "finds no GPU"),
        ("linux", "x86_64", None, "", "cpu", "does not answer"),
        ("linux", "aarch64", 0, "GPU 0: NVIDIA GH200\n", "cpu", "Linux on x86-64"),
        ("win32", "AMD64", 0, "GPU 0: NVIDIA T4\n", "cpu", "Linux on x86-64"),
        ("darwin", "arm64", None, "", "cpu", "Linux on x86-64"),
    ],
)
def test_the_gpu_build_is_for_linux_where_nvidia_smi_answers(
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    machine: str,
    code: int | None,
    said: str,
    device: str,
    reason: str,
) -> None:
    start = load(SOURCE)

    def nvidia_smi(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[0] == "nvidia-smi"
        if code is None:
            raise FileNotFoundError(command[0])
        return subprocess.CompletedProcess(command, code, said, "")

    monkeypatch.setattr(start.sys, "platform", system)
    monkeypatch.setattr(start.platform, "machine", lambda: machine)
    monkeypatch.setattr(start.subprocess, "run", nvidia_smi)
    picked, why = start.pick_device()
    assert picked == device
    assert reason in why


def test_a_silent_nvidia_smi_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    start = load(SOURCE)

    def hang(command: list[str], *, timeout: float, **_: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(start.sys, "platform", "linux")
    monkeypatch.setattr(start.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(start.subprocess, "run", hang)
    assert start.pick_device()[0] == "cpu"


def test_finds_what_is_wrong_with_an_environment(tmp_path: Path) -> None:
    shutil.copy(SOURCE, tmp_path)
    start = load(tmp_path / "start.py")
    assert start.find_flaw() == "there is none yet"
    start.VENV.mkdir()
    assert start.find_flaw() == "the Python of the old one is gone"
    venv.create(start.VENV, with_pip=False)
    assert start.find_flaw() == "the old one is incomplete"
    (pip,) = start.VENV.glob("[Ll]ib/**/site-packages")
    (pip / "pip.py").touch()
    assert start.find_flaw() == ""


@pytest.mark.skipif(os.name == "nt", reason="the other Python is a shell script")
def test_an_environment_of_another_python_is_a_flaw(tmp_path: Path) -> None:
    shutil.copy(SOURCE, tmp_path)
    start = load(tmp_path / "start.py")
    start.BIN.mkdir(parents=True)
    Path(start.PYTHON).write_text("#!/bin/sh\necho 3.9\n")
    Path(start.PYTHON).chmod(0o755)
    assert start.find_flaw() == "the old one has Python 3.9"


# --- what it says when it can't -------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_venv_module_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    start = load(SOURCE)
    monkeypatch.setattr(
        start.importlib.util, "find_spec", lambda name: None if name == missing else object()
    )
    with pytest.raises(start.SetupError) as error:
        start.make_venv()
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in str(error.value)
    assert sys.executable in str(error.value)


def test_no_network_is_said_at_once(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    clone.answers = {"pip: uv": PIP_OFFLINE}
    assert clone.main()[0] == 1
    assert clone.ran == ["make .venv", "pip: uv"]
    said = capsys.readouterr().out
    assert "the package index can't be reached" in said
    assert "connection broken" in said
    assert "proxy" in said


def test_pip_has_a_try_where_only_uv_finds_no_way_out(clone: Clone) -> None:
    clone.answers = {"uv: .[cpu,lessons]": UV_OFFLINE}
    assert clone.main() == (0, ["make .venv", "uv: .[cpu,lessons]", "pip: .[cpu,lessons]"])
    assert clone.main() == (0, [])


def test_no_way_out_for_both_is_said(clone: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    clone.answers = {"uv: .[cpu,lessons]": UV_OFFLINE, "pip: .[cpu,lessons]": PIP_OFFLINE}
    assert clone.main()[0] == 1
    assert "the package index can't be reached" in capsys.readouterr().out
    assert not clone.start.STAMP.exists()


@pytest.mark.parametrize("failing", ["pip: uv", "uv: --version"])
def test_pip_installs_where_uv_has_no_build(clone: Clone, failing: str) -> None:
    clone.answers = {failing: "ERROR: No matching distribution found for uv\n"}
    assert clone.main() == (0, ["make .venv", "pip: .[cpu,lessons]"])


def test_what_cannot_be_installed_is_not_tried_twice(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    clone.answers = {"uv: .[cpu,lessons]": NO_BUILD}
    assert clone.main() == (1, ["make .venv", "uv: .[cpu,lessons]"])
    said = capsys.readouterr().out
    assert "tensorflow 2.21.0 has no wheels for this platform" in said
    assert "delete" in said


@pytest.mark.parametrize("step", ["pip: uv", "uv: .[cpu,lessons]"])
def test_a_disk_that_fills_up_is_said(
    clone: Clone, capsys: pytest.CaptureFixture[str], step: str
) -> None:
    clone.answers = {step: DISK_FULL}
    assert clone.main()[0] == 1
    assert "there is no room on the disk" in capsys.readouterr().out
    assert clone.ran[-1] == step


def test_too_little_room_is_said_before_anything_is_fetched(
    clone: Clone, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        usage = SimpleNamespace(free=1.25 * 2**30)
        patch.setattr(clone.start.shutil, "disk_usage", lambda _: usage)
        assert clone.main() == (1, ["make .venv"])
        assert "1.2 GB free, 3 GB needed" in capsys.readouterr().out
        clone.flaw = ""
        assert clone.main() == (1, []), "the .venv of the first try must not get round the check"
    assert clone.main()[0] == 0


def test_a_folder_that_cannot_be_written_is_said(
    clone: Clone, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied", "a clone/.venv")

    monkeypatch.setattr(clone.start, "make_venv", refuse)
    assert clone.main()[0] == 1
    assert "Permission denied: 'a clone/.venv'" in capsys.readouterr().out


def test_missing_lessons_are_said_before_anything_is_installed(
    clone: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(clone.root / "lessons")
    assert clone.main() == (1, [])
    said = capsys.readouterr().out
    assert "there is no lessons/00_start_here.ipynb" in said
    assert str(clone.root) in said
    assert clone.main("test")[0] == 0


# --- running things -------------------------------------------------------------------------------


def test_a_command_runs_in_the_clone_and_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "with spaces"
    root.mkdir()
    shutil.copy(SOURCE, root)
    start = load(root / "start.py")
    script = "import os, sys; print('in', os.getcwd()); print(' + numpy==2'); sys.exit('wrong ✓')"
    code, said = start.run([sys.executable, "-X", "utf8", "-c", script])
    shown = capsys.readouterr().out
    assert code == 1
    assert "wrong ✓" in said
    assert "wrong ✓" in shown
    assert f"in {root.resolve()}" in shown
    assert "numpy" in said
    assert "numpy" not in shown


def test_the_callers_settings_are_kept_less_what_leads_out_of_the_environment_or_slows_it_down(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = {"PYTHONPATH", "PYTHONHOME", "PYTEST_CURRENT_TEST", "PYTHONDONTWRITEBYTECODE"}
    for name in dropped | {"VIRTUAL_ENV"}:
        monkeypatch.setenv(name, "elsewhere")
    for name in ("PIP_INDEX_URL", "UV_LINK_MODE", "TF_CPP_MIN_LOG_LEVEL", "UV_SYSTEM_CERTS"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("PIP_USER", "1")
    env = clone.start.environment()
    assert not dropped & set(env)
    assert {env[name] for name in ("PIP_INDEX_URL", "UV_LINK_MODE")} == {"mine"}
    assert {env[name] for name in ("TF_CPP_MIN_LOG_LEVEL", "UV_SYSTEM_CERTS")} == {"mine"}
    assert env["PIP_USER"] == "0"
    assert env["VIRTUAL_ENV"] == str(clone.root / ".venv")
    assert env["PATH"].split(os.pathsep)[0] == str(clone.start.BIN)


def test_tensorflow_is_told_to_be_quiet(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    assert clone.start.environment()["TF_CPP_MIN_LOG_LEVEL"] == "3"


def test_lab_opens_the_first_lesson_on_this_machine_only(clone: Clone) -> None:
    command = clone.start.lab_command([])
    assert command[:3] == [clone.start.PYTHON, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.default_url=/lab/tree/lessons/my/00_start_here.ipynb" in command
    assert f"--ServerApp.root_dir={clone.root}" in command, "one argument, spaces and all"
    said = " ".join(command)
    assert "token" not in said, "JupyterLab's own token stays"
    assert "password" not in said
    assert "--no-browser" not in command


def test_lab_is_told_what_the_caller_asked_for(clone: Clone) -> None:
    command = clone.start.lab_command(["--no-browser", "--port", "8899"])
    assert "--no-browser" in command
    assert "--ServerApp.port=8899" in command


@pytest.mark.skipif(os.name == "nt", reason="there is no root")
@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_may_run_lab(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user: int, allowed: bool
) -> None:
    start = load(SOURCE)
    seen: list[list[str]] = []

    class Replaced(Exception):
        """What stands in for becoming another program."""

    def become(path: str, command: list[str], env: dict[str, str]) -> None:
        seen.append(command)
        raise Replaced

    monkeypatch.setattr(start.os, "geteuid", lambda: user)
    monkeypatch.setattr(start.os, "execve", become)
    copied: list[list[str]] = []
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: copied.append(command))
    with pytest.raises(Replaced):
        start.open_lab(["python", "-m", "jupyterlab"])
    assert [command[1:] for command in copied] == [["-m", "kitchen.teaching.copies", "lessons"]]
    assert ("--allow-root" in seen[0]) == allowed
    assert ("--allow-root" in capsys.readouterr().out) == allowed


@pytest.mark.parametrize("failing", [None, "ruff", "mypy", "pytest"])
def test_every_check_runs_whatever_the_others_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failing: str | None
) -> None:
    start = load(SOURCE)
    ran: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        ran.append(command[2:])
        return 2 if failing in command else 0

    monkeypatch.setattr(start.subprocess, "call", call)
    assert start.check(["-k", "two words"]) == (1 if failing else 0)
    assert ran == [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["pytest", "--numprocesses=3", "--dist=loadfile", "-k", "two words"],
    ]
    assert "$ pytest --numprocesses=3 --dist=loadfile -k 'two words'" in capsys.readouterr().out
