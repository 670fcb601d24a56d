"""What the live view costs: `kitchen.train` against `model.fit` of the same work.

    python -m tests.benchmarks.training             # four minutes

Both train one model in one kernel that believes somebody looks on, one after the other in every
round, and first in every other one. `fit` has no callback and prints nothing. The processor's time,
of all threads, is the steadier figure on a machine that others use too.
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
WORKS = (("classifier", 32, 10_000), ("multiple_outputs", 64, 4_000))
CODE = """
import json, time
import kitchen, keras
example = kitchen.examples.{name}
data = example.data()
x, y = data.x_train, data.y_train
batch, rows = {batch}, len(keras.tree.flatten(x)[0])
epochs = -(-{steps} // -(-rows // batch))
model = example.ready("functional")  # one for both: two differ in speed by what they are

def timed(ours_now, epochs):
    start, worked = time.perf_counter(), time.process_time()
    if ours_now:
        kitchen.train(model, (x, y), epochs, batch_size=batch, device="cpu")
    else:
        model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
    return time.perf_counter() - start, time.process_time() - worked

timed(False, 1), timed(True, 1)
took = []
for k in range({rounds}):
    first = timed(k % 2 == 1, epochs)
    second = timed(k % 2 == 0, epochs)
    took.append((first, second)[:: 1 if k % 2 == 0 else -1])
print(json.dumps([epochs * -(-rows // batch), took]))
"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    rows = []
    for name, batch, steps in WORKS:
        made, took = measured(name=name, batch=batch, steps=steps, rounds=options.rounds)
        for unit, kind in enumerate(("wall", "processor")):
            pairs = [(theirs[unit], ours[unit]) for theirs, ours in took]
            theirs, ours = (statistics.median(found) for found in zip(*pairs, strict=True))
            ratios = sorted(two / one for one, two in pairs)
            figures = (f"{theirs:.2f}", f"{ours:.2f}", f"{statistics.median(ratios):.3f}")
            spread = f"{ratios[0]:.3f} to {ratios[-1]:.3f}"
            rows.append((name, f"{made:,} of {batch}", kind, *figures, spread))
    caption = f"The live view: medians of {options.rounds} rounds, {conditions()}."
    header = ("work", "steps", "time", "model.fit, s", "kitchen.train, s", "ratio", "in each round")
    print(Table(caption, header, rows, numbers=(1, 3, 4, 5)))


def measured(*, name: str, steps: int, rounds: int, batch: int) -> Any:
    """Return how many steps were made, and what both took in each round."""
    manager, client = start_new_kernel(env=environment())
    try:
        client.allow_stdin = True
        code = CODE.format(name=name, steps=steps, rounds=rounds, batch=batch)
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
