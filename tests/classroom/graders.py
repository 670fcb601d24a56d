"""Otter-grader and nbgrader in an environment of their own, and their commands."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import NoReturn

import pytest

import start
from tests.lessons.notebooks import ROOT

# The graders that the tests were written with.
VERSIONS = ("otter-grader==7.0.0", "nbgrader==0.9.6")
# Otter asks for an older wrapt than this project's; TensorFlow works with both.
FREE = ("wrapt",)


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where nothing may be skipped: continuous integration says so with this name."""
    if os.environ.get("KITCHEN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and KITCHEN_REQUIRE_BROWSER=1")
    pytest.skip(reason)


def install(folder: Path) -> Path:
    """Make an environment with the graders, in which this one's packages show too.

    Returns:
        Its folder of commands.
    """
    venv.create(folder, symlinks=os.name != "nt")
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    python = commands / "python"
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(x for x in pins if x.partition("==")[0] not in FREE))
    words = ["uv", "pip", "install", "--python", str(python), "-c", str(constraints), *VERSIONS]
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env=start.environment(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    missing = ("No module named uv", "network was disabled")
    why = [
        line.strip()
        for line in done.stderr.splitlines()
        if start.NO_NETWORK.search(line) or any(word in line for word in missing)
    ]
    if done.returncode and why:
        unavailable(f"the graders cannot be fetched: {why[0]}")
    assert done.returncode == 0, done.stderr
    site = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    here = [sysconfig.get_path("purelib"), str(ROOT)]
    # addsitedir: this project may itself be there through such a file.
    lines = [f"import site; site.addsitedir({path!r})\n" for path in here]
    (Path(site) / "project.pth").write_text("".join(lines))
    return commands


def run(commands: Path, folder: Path, *words: object, fails: bool = False) -> str:
    """Run a grader's command in a folder and return what it said."""
    environment = start.environment()
    environment["PATH"] = f"{commands}{os.pathsep}{environment['PATH']}"  # nbgrader calls alembic
    name, *rest = map(str, words)
    done = subprocess.run(
        [str(commands / name), *rest],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=600,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout
