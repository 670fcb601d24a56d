"""How long a class takes to be marked, and whether every mark is the one that is deserved.

    python -m tests.benchmarks.marking               # 200 submissions of exercise 03.3

Each submission is the whole lesson, as a learner saves it; the answers are the solutions and the
wrong answers of `tests/teaching/wrong`, drawn with a seed, one in twenty with a loop without end,
10 GB of memory, an error or an exit before it. Time is that of the command, its start included.
Beside it, in turn, stand notebooks with a right answer that are executed as graders do it: each
whole, in a kernel of its own, as many at once as the command marks.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat

from kitchen.classroom.grading import processors
from kitchen.tables import Table
from tests.classroom.class_work import Work, answers, drawn, hand_in, lesson_with, sheet
from tests.lessons.running import run

COMMAND = "import sys; from kitchen.cli import main; sys.exit(main())"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--key", default="03.3")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    jobs, works = processors(), list(drawn(options.key, options.count, options.seed))
    busy = os.getloadavg()[0]
    ours, good, peers = 0.0, 0, dict[str, list[float]]()
    size = -(-len(works) // options.rounds)
    for first in range(0, len(works), size):
        seconds, right = marked(works[first : first + size], options.key)
        ours, good = ours + seconds, good + right
        for name, notebook in graders(options.key).items():
            peers.setdefault(name, []).append(executed(notebook, jobs))
    each = ours / len(works)
    rows = [(f"class-report, {len(works)} submissions", f"{ours:.0f}", f"{each:.2f}", "1.0")]
    for name, took in peers.items():
        count = jobs * len(took)
        theirs = sum(took) / count
        shown = (f"{sum(took):.0f}", f"{theirs:.2f}", f"{theirs / each:.1f}")
        rows.append((f"{name}, {count} of them", *shown))
    caption = (
        f"Marking {options.key}, {jobs} at once; {good} of {len(works)} marks as they should be. "
        f"Load {busy:.1f} before, {os.getloadavg()[0]:.1f} after."
    )
    print(Table(caption, ("", "seconds", "each", "ratio"), rows, numbers=(1, 2, 3)))


def marked(works: list[Work], key: str) -> tuple[float, int]:
    """Return the seconds that the command takes, and the number of marks as they should be."""
    with tempfile.TemporaryDirectory() as name:
        folder, marks = Path(name) / "submissions", Path(name) / "marks.csv"
        hand_in(folder, works, key)
        words = [sys.executable, "-c", COMMAND, "class-report", folder, "-e", key, "--marks", marks]
        start = time.perf_counter()
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
        seconds = time.perf_counter() - start
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        with marks.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    return seconds, sum(is_as_it_should_be(x, y) for x, y in zip(rows, works, strict=True))


def is_as_it_should_be(row: dict[str, str], work: Work) -> bool:
    """Whether a line of the marks gives an answer its state, and says what was misunderstood."""
    if work.state == "right":
        return row["total"] == "1" and not row["remarks"]
    more = f" ({work.code})" if work.state == "runs, but" else ""
    good = row["total"] == "0" and f": {work.state}{more}" in row["remarks"]
    if not good:
        print(f"{row} instead of {work.state}{more}", file=sys.stderr)
    return good


def graders(key: str) -> dict[str, Any]:
    """Return notebooks with a right answer, as graders execute them."""
    source = answers(key)[0].source
    return {
        "the whole lesson in a kernel": lesson_with({key: source}),
        "a sheet of two cells in a kernel": sheet(source),
    }


def executed(notebook: dict[str, Any], jobs: int) -> float:
    """Return the seconds in which some copies of a notebook are executed at once."""
    text = json.dumps(notebook)
    copies: Sequence[Any] = [nbformat.reads(text, as_version=4) for _ in range(jobs)]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda copy: run(copy, Path(folder)), copies))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
