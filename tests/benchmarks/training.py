"""What the live view costs: `kitchen.train` against `model.fit` of the same work.

    python -m tests.benchmarks.training             # 2,000 steps, nine rounds

Both train the article's classifier in one kernel that believes somebody looks on, one after the
other in every round. `fit` has no callback and prints nothing.
"""

import argparse
import json
import statistics
from typing import Any

from jupyter_client.manager import start_new_kernel

from kitchen.tables import Table
from tests.benchmarks.drawing import conditions
from tests.lessons.running import environment

WAIT = 1200  # seconds for all of it
CODE = """
import json, time
import kitchen, keras
example = kitchen.examples.classifier
data = example.data()
x, y = data.x_train, data.y_train
batch = {batch}
epochs = -(-{steps} // -(-len(x) // batch))
ours, theirs = (example.ready("functional") for _ in range(2))
ours.name = "classifier"
theirs.fit(x, y, batch_size=batch, epochs=1, verbose=0)
kitchen.train(ours, (x, y), 1, batch_size=batch, device="cpu")
took = []
for _ in range({rounds}):
    start = time.perf_counter()
    theirs.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
    middle = time.perf_counter()
    kitchen.train(ours, (x, y), epochs, batch_size=batch, device="cpu")
    took.append((middle - start, time.perf_counter() - middle))
print(json.dumps([epochs * -(-len(x) // batch), took]))
"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    steps, took = measured(**vars(options))
    theirs, ours = (statistics.median(found) for found in zip(*took, strict=True))
    ratios = sorted(two / one for one, two in took)
    rows = [
        ("model.fit", f"{theirs:.2f}", f"{1000 * theirs / steps:.2f}", "1.000"),
        ("kitchen.train", f"{ours:.2f}", f"{1000 * ours / steps:.2f}", f"{ours / theirs:.3f}"),
    ]
    caption = (
        f"The live view: {steps:,} steps of {options.batch}, medians of {options.rounds} rounds, "
        f"{conditions()}. Ratios of the rounds: {', '.join(f'{x:.3f}' for x in ratios)}."
    )
    print(Table(caption, ("", "s", "ms a step", "ratio"), rows, numbers=(1, 2, 3)))


def measured(*, steps: int, rounds: int, batch: int) -> Any:
    """Return how many steps were made, and what both took in each round."""
    manager, client = start_new_kernel(env=environment())
    try:
        client.allow_stdin = True
        code = CODE.format(steps=steps, rounds=rounds, batch=batch)
        key = client.execute(code, allow_stdin=True)
        said = ""
        while True:
            message = client.get_iopub_msg(timeout=WAIT)
            if message["parent_header"].get("msg_id") != key:
                continue
            if message["msg_type"] == "stream":
                said += message["content"]["text"]
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return json.loads(said.splitlines()[-1])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
