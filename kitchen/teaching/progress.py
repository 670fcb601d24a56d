"""Which exercises were solved, kept in a small file beside the learner's copies of the lessons.

It is no mark: it says what was solved on this machine, and can be deleted without losing more.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER, FILE = "my", "progress.json"
LESSON = "00_start_here.ipynb"


def place(start: Path | None = None) -> Path | None:
    """Return where the progress is kept for a notebook in a folder; `None` outside the lessons.

    Args:
        start: The folder; by default the one that the kernel works in.
    """
    here = (start or Path.cwd()).resolve()
    if here.name == FOLDER and (here.parent / LESSON).is_file():
        return here / FILE
    return here / FOLDER / FILE if (here / LESSON).is_file() else None


def load(path: Path | None) -> dict[str, dict[str, Any]]:
    """Return what is kept by exercise; empty where there is nothing that can be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8")) if path else {}
        entries = kept.get("exercises", {}) if isinstance(kept, dict) else {}
        return {str(k): dict(v) for k, v in entries.items() if isinstance(v, Mapping)}
    except (OSError, ValueError, AttributeError):
        return {}


def note(key: str, state: str, path: Path | None) -> None:
    """Note a check of an exercise; what was right stays right.

    A folder that cannot be written to is no reason to disturb a learner.
    """
    if path is None or state == "not yet":
        return
    kept = load(path)
    entry = kept.setdefault(key, {"right": False, "tries": 0})
    entry["tries"] = int(entry.get("tries", 0)) + (not entry.get("right", False))
    entry["right"] = bool(entry.get("right")) or state == "right"
    text = json.dumps({"version": 1, "exercises": kept}, indent=1, sort_keys=True)
    try:
        path.parent.mkdir(exist_ok=True)
        whole = path.with_name(f"{path.name}.{os.getpid()}.part")
        whole.write_text(text + "\n", encoding="utf-8")
        whole.replace(path)  # so that a crash leaves the old file or the new one
    except OSError:
        return
