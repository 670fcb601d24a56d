"""How property tests choose their examples.

The examples are the same in every run, unless new ones are asked for: a random one that fails on
somebody's machine alone helps nobody, so new ones are looked for on purpose, by
`KITCHEN_EXAMPLES=2000 python -m pytest tests/test_properties.py`.
"""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.lessons.watching"]

settings.register_profile(
    "kitchen",
    derandomize="KITCHEN_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("kitchen")
