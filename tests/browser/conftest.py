"""JupyterLab and Chromium for the browser tests: one of each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.lab import Lab, lab


# Not for the whole session: playwright's event loop would be in the way of tests that run kernels.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def jupyter(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    # After the browser: without one there is nothing to start it for.
    with lab(tmp_path_factory.mktemp("home")) as running:
        yield running
