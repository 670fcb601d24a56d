"""What holds for all tests: one thread for TensorFlow, no old graphs, the same random examples.

Several tests run at a time. With a thread for each core, TensorFlow's threads wait for one another
and count as busy while they do: a fifth more processor time was seen.

TensorFlow never forgets the graph of a `fit`: 5 MB each, and gigabytes in a run of all tests.

The examples are the same in every run, unless new ones are asked for: a random one that fails on
somebody's machine alone helps nobody, so new ones are looked for on purpose, by
`KITCHEN_EXAMPLES=2000 python -m pytest tests/test_properties.py`.
"""

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

for kind in ("INTRAOP", "INTEROP"):  # for the kernels that tests start, too
    os.environ.setdefault(f"TF_NUM_{kind}_THREADS", "1")

pytest_plugins = ["tests.lessons.watching"]

settings.register_profile(
    "kitchen",
    derandomize="KITCHEN_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("kitchen")


@pytest.fixture(scope="module", autouse=True)
def no_old_graphs() -> Iterator[None]:
    """Let TensorFlow's list of gradients go after each file: it holds the graph of each of them.

    What is left after a file stays until the end, and need not be gone through in each collection.
    """
    yield
    if ops := sys.modules.get("tensorflow.python.framework.ops"):
        held = ops.gradient_registry._registry
        for name in [name for name in held if name.startswith("CustomGradient-")]:
            del held[name]
        gc.collect()
        gc.freeze()
