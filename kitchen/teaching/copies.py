"""The learner's own copies of the lessons, in `my/` beside them: updates never touch their work."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from kitchen.teaching.progress import FOLDER

RECORD = ".copied.json"  # from a copy's name to a hash of what was copied


def copy_lessons(lessons: Path) -> list[str]:
    """Copy each lesson into `my/` that is not there yet; return the names of those behind.

    A copy that was never changed since follows its lesson; a changed one stays as it is, and its
    name is returned where its lesson has changed too.

    Args:
        lessons: The folder with the lessons.

    Raises:
        OSError: The folder cannot be written to.
    """
    mine = lessons / FOLDER
    mine.mkdir(exist_ok=True)
    record = read_record(mine / RECORD)
    behind = []
    for lesson in sorted(lessons.glob("*.ipynb")):
        copy, now = mine / lesson.name, digest(lesson)
        if copy.exists() and digest(copy) not in (now, record.get(lesson.name)):
            if record.get(lesson.name) != now:
                behind.append(lesson.name)
            continue
        if not copy.exists() or digest(copy) != now:
            shutil.copyfile(lesson, copy)
        record[lesson.name] = now
    (mine / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return behind


def read_record(path: Path) -> dict[str, str]:
    """Return what was copied, as far as that can be read."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}


def digest(path: Path) -> str:
    """Return a hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(behind: list[str]) -> None:
    """Tell of copies that stay although their lessons have changed."""
    for name in behind:
        print(f"{FOLDER}/{name} is yours and stays; lessons/{name} is newer", flush=True)


if __name__ == "__main__":
    try:
        say(copy_lessons(Path(sys.argv[1])))
    except OSError as problem:
        sys.exit(f"The lessons could not be copied into {FOLDER}/: {problem}")
