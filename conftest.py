"""What holds for all tests: TensorFlow has one thread, and property tests the same examples.

Tests run two at a time. With a thread for each core, TensorFlow's threads wait for one another and
count as busy while they do: a fifth more processor time was seen.

The examples are the same in every run, unless new ones are asked for: a random one that fails on
somebody's machine alone helps nobody, so new ones are looked for on purpose, by
`KITCHEN_EXAMPLES=2000 python -m pytest tests/test_properties.py`.
"""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # for the kernels that tests start, too

pytest_plugins = ["tests.lessons.watching"]

settings.register_profile(
    "kitchen",
    derandomize="KITCHEN_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("kitchen")
