"""Set up Keras Kitchen and open its lessons: `python3 start.py` (Windows: `py start.py`).

`python3 start.py test` makes the same environment with the test tools and runs every check; what
stands after `test` goes to pytest. `python3 start.py test-pythons` does that on the oldest and on
the newest Python, each in an environment of its own. Everything is installed into `.venv` beside
this file: delete that folder to begin again.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# Before anything that an old Python can't run, so that it can say so; the rest must only parse.
if not (3, 11) <= sys.version_info[:2] <= (3, 13) or sys.maxsize < 2**32:
    sys.exit(
        "Keras Kitchen needs Python 3.11, 3.12 or 3.13, 64-bit: TensorFlow has no build for others."
        f" This is Python {platform.python_version()} at {sys.executable}. Install Python 3.13, or"
        " name one that you have: `python3.12 start.py` (Windows: `py -3.12 start.py`)."
    )

ROOT = Path(__file__).resolve().parent
LESSON = "lessons/00_start_here.ipynb"
COPY = "lessons/my/00_start_here.ipynb"  # the learner's own
FOLDER = "KITCHEN_VENV"  # the setting that names another folder than .venv
VENV = ROOT / os.environ.get(FOLDER, ".venv")
PYTHONS = ("3.11", "3.13")  # the oldest and the newest that TensorFlow has a build for
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / ("python.exe" if os.name == "nt" else "python"))
STAMP = VENV / "keras-kitchen.json"
ROOM = {"cpu": 3, "gpu": 9}  # GB: 2.2 and 6.8 seen, and some more while installing
NO_ROOM = re.compile("no space left|not enough space|quota exceeded", re.IGNORECASE)
NO_NETWORK = re.compile(
    "connection broken|failed to fetch|sending request|timed out", re.IGNORECASE
)


class SetupError(Exception):
    """What was wrong, what was received and what to do, for whoever ran this file."""


def main(arguments: list[str]) -> int:
    """Set up, then open the lessons or run the checks; the exit code."""
    try:
        if arguments[:1] == ["test"]:
            prepare({"test"})
            return check(arguments[1:])
        if arguments[:1] == ["test-pythons"]:
            prepare(set())
            return check_on_each(arguments[1:])
        command = lab_command(arguments)
        prepare(set())
        return open_lab(command)
    except KeyboardInterrupt:
        return 130
    except (SetupError, OSError) as error:
        print(f"\n{error if isinstance(error, SetupError) else failure('Set-up', str(error))}")
        return 1


def prepare(extras: set[str]) -> None:
    """Bring `.venv` to what is declared; nothing to do if it is there already."""
    declared, before = read_stamp()
    device, why = ("gpu", "installed already") if "gpu" in before else pick_device()
    say(f"Python {platform.python_version()}, TensorFlow for the {device.upper()}: {why}")
    flaw = find_flaw()
    if not flaw and device == "gpu" and "cpu" in before:
        flaw = "its TensorFlow is for the CPU, and the two can't share an environment"
    if flaw:
        before = set()
        say(f"Making .venv: {flaw}")
        make_venv()
    wanted = before | extras | {device, "lessons"}
    if (declared, before) == (declaration(), wanted):
        say("Everything is installed")
        return
    free = shutil.disk_usage(ROOT).free / 2**30
    if not before and free < ROOM[device]:
        raise failure("Set-up", f"no space left: {free:.1f} GB free, {ROOM[device]} GB needed")
    STAMP.unlink(missing_ok=True)  # an interrupted installation must not pass for a whole one
    install(f".[{','.join(sorted(wanted))}]")
    STAMP.write_text(json.dumps({"declared": declaration(), "extras": sorted(wanted)}))


def read_stamp() -> tuple[str, set[str]]:
    """What the last whole installation was declared as, and its extras."""
    try:
        stamp = json.loads(STAMP.read_text())
        return stamp["declared"], set(stamp["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def declaration() -> str:
    """A hash of all that decides what gets installed; of the folder too, as it may be moved."""
    files = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    place = f"{ROOT} {sys.version_info[:2]}".encode()
    return hashlib.sha256(b"\0".join([*files, place])).hexdigest()


def pick_device() -> tuple[str, str]:
    """The extra that brings the right TensorFlow, and the reason."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "cpu", "its GPU build is for Linux on x86-64"
    try:
        answer = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "cpu", "nvidia-smi does not answer"
    if answer.returncode or not answer.stdout.startswith("GPU"):
        return "cpu", "nvidia-smi finds no GPU"
    return "gpu", "nvidia-smi finds " + answer.stdout.splitlines()[0].partition(" (")[0]


def find_flaw() -> str:
    """Why `.venv` can't be used as it is, or nothing."""
    if not VENV.exists():
        return "there is none yet"
    probe = [PYTHON, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(probe, capture_output=True, text=True, env=environment())
    except OSError:
        return "the Python of the old one is gone"
    if answer.returncode:
        return "the old one is incomplete"
    same = answer.stdout.strip() == "{}.{}".format(*sys.version_info)
    return "" if same else f"the old one has Python {answer.stdout.strip()}"


def make_venv() -> None:
    """Make `.venv` from nothing, whatever is there."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise SetupError(
            "This Python can't make an environment: its module venv or ensurepip is missing"
            f" (Python {platform.python_version()} at {sys.executable}). On Debian and Ubuntu run"
            f" `sudo apt install python3.{sys.version_info[1]}-venv`, then this again; elsewhere"
            " install Python with its whole standard library."
        )
    import venv

    try:  # in this process, which may itself be running from the .venv that goes
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError as error:
        raise failure("Making .venv", (error.output or b"").decode(errors="replace")) from None


def install(package: str) -> None:
    """Install `package` and the pinned versions of all that it needs."""
    pinned = ["-c", "constraints.txt"]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned]
    uv = [PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, *pinned]
    say("Installing uv, which takes a third of pip's time for the rest")
    code, said = run([*pip, "uv"])
    if code and (NO_NETWORK.search(said) or NO_ROOM.search(said)):
        raise failure("Installing uv", said)
    if not code and run([PYTHON, "-m", "uv", "--version"])[0] == 0:
        say(f"Installing keras-kitchen{package[1:]}: a minute, or many where the network is slow")
        code, said = run([*uv, "-e", package])
        if not code:
            return
        if not NO_NETWORK.search(said):
            raise failure("Installing the packages", said)
    # pip has its own settings for index, proxy and certificates: it may get through where uv can't.
    say(f"uv can't do it here; installing keras-kitchen{package[1:]} with pip: several minutes")
    code, said = run([*pip, "-e", package])
    if code:
        raise failure("Installing the packages", said)


def run(command: list[str]) -> tuple[int, str]:
    """Run in the repository's folder, showing what is said; the exit code and what was said."""
    said, out = "", subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=out, stderr=subprocess.STDOUT
    ) as process:
        for raw in process.stdout or ():
            line = raw.decode("utf-8", errors="replace")
            said += line
            if not line.startswith((" + ", " - ", " ~ ", " Downloaded")):  # uv's long lists
                print(f"  {line.rstrip()}", flush=True)
    return process.returncode, said


def environment() -> dict[str, str]:
    """The caller's settings, less what leads Python out of `.venv` or slows it down."""
    dropped = (
        *("PYTHONHOME", "PYTHONPATH", "PYTEST_CURRENT_TEST", "__PYVENV_LAUNCHER__"),
        # Set in many containers. Every start of TensorFlow then compiles it anew: 10 s, not 4.
        "PYTHONDONTWRITEBYTECODE",
    )
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    kept.update(VIRTUAL_ENV=str(VENV), PATH=f"{BIN}{os.pathsep}{kept.get('PATH', '')}")
    kept["PIP_USER"] = "0"  # `user = true` in someone's pip settings fails inside an environment
    # As pip does: a school's or company's certificates count. A user's own choice stays.
    return {"UV_SYSTEM_CERTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"} | kept


def lab_command(arguments: list[str]) -> list[str]:
    """JupyterLab's command line: on this machine only, with its token, at the first lesson."""
    parser = argparse.ArgumentParser(prog="start.py", epilog="`start.py test` runs every check.")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, help="where JupyterLab listens: 8888 or the next free")
    options = parser.parse_args(arguments)
    if not (ROOT / LESSON).is_file():
        raise SetupError(
            f"The lessons are missing: there is no {LESSON} in {ROOT}."
            " Run start.py inside a whole copy of the repository."
        )
    # -y: Ctrl-C ends it without a question. WARN: the address is not lost among other lines.
    command = [PYTHON, "-m", "jupyterlab", "-y", "--log-level=WARN", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url=/lab/tree/{COPY}"]
    command += ["--no-browser"] if options.no_browser else []
    command += [f"--ServerApp.port={options.port}"] if options.port else []
    return command


def open_lab(command: list[str]) -> int:
    """Become JupyterLab, until Ctrl-C."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        say("You are root, as in most containers: JupyterLab gets --allow-root")
        command = [*command, "--allow-root"]
    say("Your copies of the lessons are in lessons/my; updates leave them alone")
    copy = [PYTHON, "-m", "kitchen.teaching.copies", "lessons"]
    subprocess.call(copy, cwd=ROOT, env=environment())
    say("Opening JupyterLab; Ctrl-C ends it")
    if os.name != "nt":
        os.execve(command[0], command, environment())  # so that every signal reaches it
    with subprocess.Popen(command, cwd=ROOT, env=environment()) as lab:
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:  # it got the same Ctrl-C, and is closing its kernels
                continue


def check(pytest_arguments: list[str]) -> int:
    """Run every check, whatever the one before said; 0 if all passed."""
    codes = []
    for tool in (
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        # Last, so that its summary closes the output; a file's tests share what they set up.
        # Tests of the browser and of kernels wait a lot: three of them keep two cores busy.
        ["pytest", "--numprocesses=3", "--dist=loadfile", *pytest_arguments],
    ):
        say(f"$ {shlex.join(tool)}")
        codes.append(subprocess.call([PYTHON, "-m", *tool], cwd=ROOT, env=environment()))
    return int(any(codes))


def check_on_each(pytest_arguments: list[str]) -> int:
    """Run every check on each of `PYTHONS`, which uv finds or fetches; 0 if all passed."""
    codes = []
    for version in PYTHONS:
        run_it = ["run", "--no-project", "--python", version, "python", str(ROOT / "start.py")]
        command = [PYTHON, "-m", "uv", *run_it, "test", *pytest_arguments]
        say(f"Python {version}, in .venv-{version}")
        settings = environment() | {FOLDER: f".venv-{version}"}
        del settings["VIRTUAL_ENV"]  # or uv takes the Python of that one
        codes.append(subprocess.call(command, cwd=ROOT, env=settings))
    return int(any(codes))


def say(line: str) -> None:
    """Print one line of progress."""
    print(f"[keras-kitchen] {line}", flush=True)


def failure(step: str, said: str) -> SetupError:
    """The error for a step that failed, by what it said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["nothing"]
    wrong, remedy = "its own words say why", f"Correct that or, to begin again, delete {VENV}"
    received = lines[-1]
    for signs, cause, cure in (
        (NO_NETWORK, "the package index can't be reached", "Check the connection and the proxy"),
        (NO_ROOM, "there is no room on the disk", f"Make some: {ROOM['cpu']} GB without a GPU"),
    ):
        for line in filter(signs.search, lines):
            wrong, remedy, received = cause, cure, line
    return SetupError(
        f"{step} failed: {wrong}. Received: {received[:300]}\n"
        f"{remedy}, then run this again; what has been fetched is kept."
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
