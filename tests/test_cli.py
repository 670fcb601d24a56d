"""The command that a bug report starts with."""

import subprocess
import sys

import pytest

from kitchen import backend, cli


def run(*words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from kitchen.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)


def test_the_doctor_names_versions_and_devices() -> None:
    import keras

    done = run("doctor")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert f"{'keras':<16}{keras.__version__}" in done.stdout
    assert "CPU:0" in done.stdout


def test_the_doctor_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    backend.keras.cache_clear()
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert cli.main(["doctor"]) == 1
    assert "Remove that environment variable" in capsys.readouterr().err


def test_help_and_a_wrong_word() -> None:
    assert "doctor" in run("--help").stdout
    done = run("cook")
    assert done.returncode == 2
    assert "invalid choice: 'cook'" in done.stderr


def test_a_package_that_is_not_there() -> None:
    assert cli.version("no-such-package-anywhere") == "not installed"
