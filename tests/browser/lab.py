"""Start JupyterLab on this machine, with nothing of the user's settings, and stop it."""

import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lessons.notebooks import FOLDER
from tests.lessons.running import environment

START = 90  # seconds for the server to answer, on a machine that has never started it
STOP = 5  # seconds for it to end by itself, which it now and then does not
SETTINGS = {
    # The whole notebook is in the page, not only what a window shows of it; and nothing below it.
    "notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
    # It asks for news, and asks whether it may.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    root: Path  # what it shows; the lessons are in `lessons/`, as in the repository
    port: int
    token: str

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}?token={self.token}"


@contextmanager
def lab(home: Path, python: str = sys.executable) -> Iterator[Lab]:
    """The JupyterLab of a Python on a copy of the lessons; all that it writes is below `home`."""
    root = home / "repository"
    shutil.copytree(FOLDER, root / "lessons", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    running = Lab(root, free_port(), secrets.token_hex(16))
    log = home / "jupyterlab.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(running, python), cwd=home, env=settings(home), stdout=out, stderr=out
        )
    try:
        wait_for(running, process, log)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command(lab: Lab, python: str) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": lab.port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": lab.root,
        "IdentityProvider.token": lab.token,
        "LabApp.expose_app_in_browser": True,  # so that a test can run its commands
        "LabApp.extension_manager": "readonly",  # the other one asks a package index
    }
    shown = [f"--{name}={value}" for name, value in options.items()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in most containers
        shown.append("--allow-root")
    return [python, "-m", "jupyterlab", "-y", "--no-browser", *shown]


def settings(home: Path) -> dict[str, str]:
    """A learner's environment on a new machine: no settings, no trust given, nothing cached."""
    personal = ("JUPYTER", "IPYTHON", "XDG_", "MPLCONFIGDIR", "KERAS_HOME")
    kept = {name: x for name, x in environment().items() if not name.startswith(personal)}
    places = {
        "HOME": ".",
        "USERPROFILE": ".",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",  # where Jupyter keeps which notebooks are trusted
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    return kept | {name: str((home / place).resolve()) for name, place in places.items()}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def wait_for(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; raise with the end of its log if it does not."""
    until = time.monotonic() + START
    while process.poll() is None and time.monotonic() < until:
        # Not by a client that would ask a proxy for it.
        connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=5)
        try:
            connection.request("GET", f"/api/status?token={lab.token}")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"JupyterLab does not answer after {START} s: {said}")
