"""What the package costs: the time of `import kitchen`, and the memory that drawing takes.

    python -m tests.benchmarks.footprint

Memory is what a process has grown to beyond one that builds the same model with TensorFlow alone;
the worker that lays out and paints is a process of its own and is shown apart.
"""

import json
import statistics
import subprocess
import sys
import time

from kitchen.tables import Table

ROUNDS = 15
MODULES = ("tensorflow", "keras", "numpy", "matplotlib", "pygraphviz", "IPython")

BUILD = """
import json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import psutil
{before}
import tensorflow as tf
import kitchen.examples as examples
model = examples.shared_layer.functional()
{after}
worker = [p.memory_info().rss for p in psutil.Process().children()]
print(json.dumps([psutil.Process().memory_info().rss, sum(worker)]))
"""
ALONE = BUILD.format(before="", after="")
DRAWN = BUILD.format(
    before="import kitchen",
    after="drawing = kitchen.draw(model); bundle = drawing._repr_mimebundle_()",
)


def main() -> None:
    """Measure and print both tables."""
    print(importing())
    print()
    print(remembering())


def run(*arguments: str) -> str:
    """Run this Python and return what it prints."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def importing() -> Table:
    """Measure the import, interleaved with a Python that imports nothing."""
    seconds: dict[str, list[float]] = {"pass": [], "import kitchen": []}
    for _ in range(ROUNDS):
        for code, found in seconds.items():
            start = time.perf_counter()
            run("-c", code)
            found.append(time.perf_counter() - start)
    bare, ours = (1000 * statistics.median(found) for found in seconds.values())
    loaded = run("-c", f"import kitchen, sys; print([m for m in {MODULES} if m in sys.modules])")
    rows = [
        ("python -c pass", f"{bare:.1f}"),
        ("python -c 'import kitchen'", f"{ours:.1f}"),
        ("the import itself", f"{ours - bare:.1f}"),
        (f"of {', '.join(MODULES)}, loaded", loaded.strip()),
    ]
    caption = f"Import in milliseconds, medians of {ROUNDS} interleaved runs."
    return Table(caption, ("", ""), rows, numbers=(1,))


def remembering() -> Table:
    """Measure resident memory after building a model, and after drawing it too."""
    found: dict[str, list[list[int]]] = {ALONE: [], DRAWN: []}
    for _ in range(3):
        for code, sizes in found.items():
            sizes.append(json.loads(run("-c", code).splitlines()[-1]))
    alone = statistics.median(size for size, _ in found[ALONE]) / 2**20
    drawn = statistics.median(size for size, _ in found[DRAWN]) / 2**20
    worker = statistics.median(size for _, size in found[DRAWN]) / 2**20
    rows = [
        ("TensorFlow and the model", f"{alone:.1f}"),
        ("with kitchen, and the model drawn", f"{drawn:.1f}"),
        ("more", f"{drawn - alone:.1f}"),
        ("the worker, apart", f"{worker:.1f}"),
    ]
    return Table("Resident memory in MB, medians of three.", ("", ""), rows, numbers=(1,))


if __name__ == "__main__":
    main()
