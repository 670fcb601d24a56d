"""Load each file of a folder in a process of its own, and tell what that did.

Run as `python -m tests.hostile.watching FOLDER CANARY`; prints a line of JSON for each file.
"""

import json
import os
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import kitchen
from kitchen.backend import keras

STATUS = Path("/proc/self/status")


def peak() -> float:
    """The most megabytes that this process has held, since `forget` where the system can do so."""
    if STATUS.exists():
        line = next(x for x in STATUS.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def forget() -> float:
    if STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")
    return peak()


def main(folder: Path, canary: Path) -> None:
    deeds: list[str] = []
    room = tempfile.gettempdir()
    keras()  # what comes with TensorFlow is not the file's doing

    def watch(event: str, words: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "os.system", "subprocess.Popen"):
            deeds.append(f"{event} {words}"[:200])
        if event == "open" and isinstance(words[0], str):
            writes = isinstance(words[1], str) and any(mark in words[1] for mark in "wax+")
            inside = words[0].startswith((room, os.devnull, "/proc/"))
            if words[0] == str(canary) or (writes and not inside):
                deeds.append(f"{event} {words}"[:200])

    kitchen.load(folder / "sound.keras")  # and neither are Keras's own first steps
    sys.addaudithook(watch)
    for file in sorted(folder.glob("*.keras")):
        del deeds[:]
        before, start = forget(), time.perf_counter()
        error, text = "", ""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                kitchen.load(file)
            except Exception as problem:
                error, text = type(problem).__name__, str(problem)
        told = {
            "name": file.stem,
            "error": error,
            "text": text[:1000],
            "length": len(text),
            "notes": [str(x.message)[:300] for x in caught],
            "seconds": time.perf_counter() - start,
            "megabytes": peak() - before,
            "deeds": deeds,
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
