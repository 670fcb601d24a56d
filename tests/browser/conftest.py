"""JupyterLab and Chromium for the browser tests: one of each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import Lab, lab

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


def find_browser() -> str:
    """The browser's path; without one the test is skipped, or fails where one is required."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    reason = f"no browser: none of {', '.join(NAMES)} is installed"
    if os.environ.get("KITCHEN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and KITCHEN_REQUIRE_BROWSER=1")
    pytest.skip(reason)


# Not for the whole session: playwright's event loop would be in the way of tests that run kernels.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def jupyter(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    # It comes after the browser: without one there is nothing to start it for.
    home: Path = tmp_path_factory.mktemp("home")
    with lab(home) as running:
        yield running
