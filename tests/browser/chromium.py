"""Find the browser on this machine, and say how it is started."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",  # there is none for root, as whom containers run
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # What would leave this machine finds nobody; the tests see that it was tried.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def find() -> str:
    """The browser's path; without one the test is skipped, or fails where one is required."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    reason = f"no browser: none of {', '.join(NAMES)} is installed"
    if os.environ.get("KITCHEN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and KITCHEN_REQUIRE_BROWSER=1")
    pytest.skip(reason)
