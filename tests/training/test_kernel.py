"""Training in a real kernel: interrupted, killed, looked at, and left alone."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

from tests.lessons.running import environment

pytestmark = [pytest.mark.slow]
WAIT = 120  # seconds for anything
SET_UP = """
import kitchen, keras, json, numpy as np
from keras import layers
rng = np.random.default_rng(0)
x = rng.normal(size=(2048, 6)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
keras.utils.set_random_seed(3)
body = [keras.Input((6,)), layers.Dense(8), layers.Dropout(0.2), layers.Dense(1)]
model = keras.Sequential(body, name="sequential")  # whatever was made before
model.compile("adam", "mse")
"""
TOLD = """
runs_now = json.dumps([runs.history["sequential"].get("loss", []), list(runs.notes)])
good = all(np.isfinite(w).all() for w in model.get_weights())
print(runs_now)
print(good)
"""


class Kernel:
    """A kernel, and what it says."""

    def __init__(self) -> None:
        self.manager: KernelManager
        self.manager, self.client = start_new_kernel(env=environment(), startup_timeout=WAIT)
        self.heard: list[dict[str, Any]] = []

    def run(self, code: str, *, stdin: bool = False, wait: bool = True) -> str:
        """Run code; return what it prints. With `stdin`, as if somebody sat in front of it."""
        self.client.allow_stdin = stdin
        key = self.client.execute(code, allow_stdin=stdin)
        return self.listen(key) if wait else key

    def listen(self, key: str) -> str:
        said = ""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            message = self.client.get_iopub_msg(timeout=WAIT)
            if message["parent_header"].get("msg_id") != key:
                continue
            self.heard.append(message)
            content = message["content"]
            if message["msg_type"] == "stream":
                said += content["text"]
            if message["msg_type"] == "error":
                raise AssertionError("\n".join(content["traceback"]))
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return said
        raise AssertionError(f"it is still running; it said {said}")

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [x["content"] for x in self.heard if x["msg_type"] == kind]

    def later(self, first: dict[str, Any]) -> list[dict[str, Any]]:
        """What was put in the place of something that was shown."""
        found = self.of("update_display_data")
        return [x["data"] for x in found if x["transient"] == first["transient"]]


@pytest.fixture(scope="module")
def running() -> Iterator[Kernel]:
    found = Kernel()
    yield found
    found.close()


@pytest.fixture
def kernel(running: Kernel) -> Kernel:
    """The kernel of all these tests, as if it had said nothing yet."""
    running.heard.clear()
    running.run(SET_UP)
    running.heard.clear()
    return running


@pytest.fixture
def other() -> Iterator[Callable[[], Kernel]]:
    """What starts a kernel that no other test sees."""
    started: list[Kernel] = []

    def start() -> Kernel:
        started.append(Kernel())
        return started[-1]

    yield start
    for each in started:
        each.close()


def test_an_interrupt_keeps_history_and_weights(kernel: Kernel, tmp_path: Path) -> None:
    flag = tmp_path / "begun"
    kernel.run(f"""
class Begun(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1: open({str(flag)!r}, "w").close()
""")
    key = kernel.run("runs = kitchen.train(model, (x, y), 100_000, callbacks=Begun())", wait=False)
    wait_for(flag.exists)
    kernel.manager.interrupt_kernel()
    kernel.listen(key)
    history, good = kernel.run(TOLD).splitlines()
    losses, notes = json.loads(history)
    assert len(losses) >= 2
    assert good == "True"
    assert any("Stopped while sequential was training" in note for note in notes)
    kernel.run("runs = kitchen.train(runs, (x, y), 1)")
    again, _ = kernel.run(TOLD).splitlines()
    assert json.loads(again)[0][: len(losses)] == losses
    assert len(json.loads(again)[0]) == len(losses) + 1


def test_a_killed_kernel_goes_on_from_the_checkpoint(
    kernel: Kernel, other: Callable[[], Kernel], tmp_path: Path
) -> None:
    call = f"runs = kitchen.train(model, (x, y), 12, checkpoint={str(tmp_path / 'kept')!r})"
    slow = """
import time
class Slow(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None): time.sleep(0.02)
"""
    killed, again = other(), other()
    killed.run(SET_UP + slow)
    killed.run(call.replace("12,", "12, callbacks=Slow(),"), wait=False)
    file = tmp_path / "kept" / "sequential.npz"
    wait_for(file.exists)
    time.sleep(1)  # into the next epoch
    killed.manager.shutdown_kernel(now=True)
    assert not killed.manager.is_alive()
    again.run(SET_UP + call)
    kernel.run("runs = kitchen.train(model, (x, y), 12)")
    resumed, whole = (json.loads(x.run(TOLD).splitlines()[0])[0] for x in (again, kernel))
    assert len(resumed) == 12
    assert resumed == whole


def test_somebody_in_front_of_it_sees_one_picture_that_grows(kernel: Kernel) -> None:
    kernel.run("kitchen.train(model, (x, y), 40, validation_split=0.1);", stdin=True)
    shown = [x for x in kernel.of("display_data") if "text/html" in x["data"]]
    assert len(shown) == 1
    updates = kernel.later(shown[0])
    lines = [x.get("text/html", "") for x in updates if "<progress" in x.get("text/html", "")]
    assert lines
    assert all('aria-live="off"' in line and 'aria-hidden="true"' in line for line in lines)
    assert any("s left" in line for line in lines)
    assert any("On the CPU" in line for line in lines)
    assert "<progress" not in updates[-1]["text/html"]
    assert "<img" in updates[-1]["text/html"]


def test_nobody_in_front_of_it_gets_the_last_picture_only(kernel: Kernel) -> None:
    assert kernel.run("runs = kitchen.train(model, (x, y), 3, validation_split=0.1)") == ""
    assert kernel.of("update_display_data") == []
    assert len(kernel.of("display_data")) == 1


def wait_for(there: Any) -> None:
    until = time.monotonic() + WAIT
    while not there():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("stdin", [False, True])
def test_data_that_are_refused_leave_the_error_and_nothing_else(
    kernel: Kernel, stdin: bool
) -> None:
    said = kernel.run(
        """
try:
    kitchen.train(model, (x, y[:5]), 3)
except kitchen.KitchenError as error:
    print(1, error)
try:
    kitchen.train(model, (x[:, :3], y), 3)
except kitchen.KitchenError as error:
    print(2, error)
""",
        stdin=stdin,
    )
    one, two = said.splitlines()
    assert "2048 rows and 5" in one.replace(",", "")
    assert "(2048, 3) where it takes (rows, 6)" in two
    assert [x for x in kernel.of("display_data") if "image/png" in x["data"]] == []
