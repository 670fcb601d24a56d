"""Open the lessons in JupyterLab, as `start.py` does."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import click

import kitchen
from kitchen.cli import output
from kitchen.cli.output import examples
from kitchen.errors import KitchenError
from kitchen.teaching.copies import copy_lessons, say

LESSON = "lessons/00_start_here.ipynb"
COPY = "lessons/my/00_start_here.ipynb"  # the learner's own
WINDOWS = os.name == "nt"


@click.command(epilog=examples("lab", "lab --no-browser --port 8899"))
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--port", type=click.IntRange(1, 65535), help="8888 or the next free by default.")
def lab(no_browser: bool, port: int | None) -> int:
    """Open the lessons in JupyterLab.

    They lie in a copy of the repository, not in the installed package: the copy that this package
    runs from, or the one that you are in.
    """
    folder = lessons([Path(kitchen.__file__).parent.parent, Path.cwd()])
    if importlib.util.find_spec("jupyterlab") is None:
        raise KitchenError(
            "JupyterLab is not installed in this environment.",
            fix="Run `python3 start.py`, or install `keras-kitchen[cpu,lessons]`.",
        )
    try:
        say(copy_lessons(folder / "lessons"))
    except OSError as error:
        raise KitchenError(
            "The lessons could not be copied into lessons/my.",
            received=str(error),
            fix="Run this where you may write.",
        ) from None
    output.say("Opening JupyterLab; Ctrl-C ends it")
    words = command(folder, no_browser, port)
    if not WINDOWS:
        os.chdir(folder)
        os.execv(words[0], words)  # noqa: S606 - so that every signal reaches it
    with subprocess.Popen(words, cwd=folder) as process:  # noqa: S603 - nothing that a user typed
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it got the same Ctrl-C, and is closing its kernels
                continue


def command(folder: Path, no_browser: bool, port: int | None) -> list[str]:
    """Return JupyterLab's command line: on this machine only, with its token, at a lesson."""
    # -y: Ctrl-C ends it without a question. WARN: the address is not lost among other lines.
    words = [sys.executable, "-m", "jupyterlab", "-y", "--log-level=WARN"]
    words += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"]
    words += [f"--LabApp.default_url=/lab/tree/{COPY}"]
    words += ["--no-browser"] if no_browser else []
    words += [f"--ServerApp.port={port}"] if port else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")  # as in most containers
    return words


def lessons(places: list[Path]) -> Path:
    """Return the first folder that has the lessons.

    Raises:
        KitchenError: None has.
    """
    for place in places:
        if (place / LESSON).is_file():
            return place
    raise KitchenError(
        f"The lessons are not here: there is no {LESSON}.",
        received=", ".join(str(place) for place in dict.fromkeys(places)),
        fix="Run this inside a copy of the repository, or `python3 start.py` there.",
    )
