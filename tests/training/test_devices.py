"""Which device is picked, and what is said of it; GPUs are played, as most machines have none."""

import contextlib
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from kitchen.errors import KitchenError, KitchenWarning
from kitchen.training import devices
from kitchen.training.devices import Choice, Gpu, choose

ONE = Gpu("GPU:0", "Tester 100", 81_920, "9.0")
TWO = Gpu("GPU:1", "Tester 100", 81_920, "9.0")
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KITCHEN_DEVICE", raising=False)


def play(
    monkeypatch: pytest.MonkeyPatch, *gpus: Gpu, trouble: dict[str, str] | None = None
) -> None:
    monkeypatch.setattr(devices, "find_gpus", lambda: gpus)
    monkeypatch.setattr(devices, "trouble", lambda gpu: (trouble or {}).get(gpu.name, ""))
    monkeypatch.setattr(devices, "unseen", lambda: "")
    monkeypatch.setattr(
        devices, "mirrored", lambda names, what: Choice(tuple(names), f"On {what}.", object())
    )


@pytest.mark.parametrize(
    ("gpus", "trouble", "picked"),
    [
        ((), {}, ("CPU:0",)),
        ((ONE,), {}, ("GPU:0",)),
        ((ONE, TWO), {}, ("GPU:0", "GPU:1")),
        ((ONE, TWO), {"GPU:0": "busy"}, ("GPU:1",)),
        ((ONE,), {"GPU:0": "busy"}, ("CPU:0",)),
    ],
)
def test_what_is_picked(monkeypatch: Any, gpus: Any, trouble: Any, picked: Any) -> None:
    play(monkeypatch, *gpus, trouble=trouble)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = choose()
    assert found.devices == picked
    assert len(found.reason.splitlines()) == 1
    assert len(said) == len(trouble)
    for warning in said:
        assert warning.category is KitchenWarning
        assert "GPU:0 (Tester 100, 80 GiB, compute capability 9.0) cannot be used: busy" in str(
            warning.message
        )
        assert len(str(warning.message).splitlines()) == 1


def test_the_cpu_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, ONE)
    assert choose("cpu").devices == ("CPU:0",)
    monkeypatch.setenv("KITCHEN_DEVICE", "CPU")
    assert choose().reason == "On the CPU, as KITCHEN_DEVICE says."
    assert choose("gpu").devices == ("GPU:0",)  # what is said at the call comes first
    monkeypatch.setenv("KITCHEN_DEVICE", "gpu:0")
    assert choose().devices == ("GPU:0",)


@pytest.mark.parametrize("wanted", ["", "tpu", "gpu:x", "cpu:1", 3])
def test_no_such_device(wanted: Any) -> None:
    with pytest.raises(KitchenError, match='Use "cpu", "gpu"'):
        choose(wanted)


def test_a_gpu_that_was_asked_for_and_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, ONE)
    with pytest.raises(KitchenError, match="does not see the GPU"):
        choose("gpu:1")
    play(monkeypatch, ONE, trouble={"GPU:0": "no driver"})
    with pytest.raises(KitchenError, match="no driver"):
        choose("gpu")


def test_a_gpu_that_tensorflow_does_not_see_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "find_gpus", lambda: ())
    monkeypatch.setattr(devices, "smi", lambda *a: "GPU 0: Tester 100 (UUID: GPU-1)\n")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    with pytest.warns(KitchenWarning, match="keras-kitchen"):
        assert choose().devices == ("CPU:0",)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")  # somebody has hidden it on purpose
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        choose()


def test_the_memory_and_the_name_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    physical = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    details = {"device_name": "Tester 100", "compute_capability": (9, 0)}
    grown = []
    monkeypatch.setattr(devices, "smi", lambda *a: "Tester 100, 81920\n")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [physical])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: details)
    monkeypatch.setattr(
        tf.config.experimental, "set_memory_growth", lambda device, on: grown.append((device, on))
    )
    assert devices.find_gpus() == (ONE,)
    assert grown == [(physical, True)]
    monkeypatch.setattr(
        tf.config.experimental, "set_memory_growth", lambda *a: (_ for _ in ()).throw(RuntimeError)
    )
    assert devices.find_gpus() == (ONE,)  # it is in use already


def test_a_gpu_that_does_not_compute_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    import tensorflow as tf

    def fail(*a: Any) -> Any:
        raise tf.errors.InternalError(None, None, "CUDA error: out of memory\nmore")

    monkeypatch.setattr(tf, "matmul", fail)
    assert "CUDA error: out of memory" in devices.trouble(ONE)


SAME = """
import tensorflow as tf
from kitchen.training import trial
choices, said = trial.places()
for example in trial.EXAMPLES:
    one, two = (trial.trial(example, choice, 2).losses for choice in choices)
    print(len(choices[1].devices), max(abs(a - b) for a, b in zip(one, two)), said)
"""


@pytest.mark.slow
def test_two_devices_learn_what_one_does() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAME], capture_output=True, text=True, cwd=ROOT, check=True
    )
    examples = done.stdout.splitlines()
    assert len(examples) == 3
    for line in examples:
        count, apart, said = line.split(maxsplit=2)
        assert int(count) == 2
        assert float(apart) < 1e-5
        assert "There is no GPU" in said


ACROSS = """
import json, os, sys
import numpy as np
ports = sys.argv[2:]
cluster = {"worker": [f"localhost:{port}" for port in ports]}
task = {"type": "worker", "index": int(sys.argv[1])}
os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
import tensorflow as tf
strategy = tf.distribute.MultiWorkerMirroredStrategy()
with strategy.scope():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
print(strategy.num_replicas_in_sync, "workers", flush=True)
try:
    model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
except ValueError as error:
    print("ValueError", str(error)[:80].replace("\\n", " "), flush=True)
os._exit(0)  # not to wait for the other one
"""


def free_ports(count: int) -> list[str]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("localhost", 0))
        return [str(found.getsockname()[1]) for found in sockets]


@pytest.mark.slow
def test_what_the_appendix_says_of_several_machines_is_still_so() -> None:
    ports = free_ports(2)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", ACROSS, str(index), *ports],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for index in range(2)
    ]
    for worker in workers:
        said, _ = worker.communicate(timeout=200)
        assert "2 workers" in said
        assert "ValueError Attempt to convert a value (PerReplica:" in said


def test_several_devices_are_the_same_ones_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert devices.strategy_over(("CPU:0",)) is devices.strategy_over(("CPU:0",))


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch)
    monkeypatch.setenv(devices.VARIABLE, "")
    assert choose().devices == ("CPU:0",)
