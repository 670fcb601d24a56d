"""Training in JupyterLab: a picture that grows, and an interrupt that loses nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage, notebook_of, red_boxes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SET_UP = """
import kitchen, keras, numpy as np
from keras import layers
rng = np.random.default_rng(0)
x = rng.normal(size=(512, 6)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
model.compile("adam", "mse")
"""
TRAIN = "runs = kitchen.train({'mine': model}, (x, y), 100_000, validation_split=0.1)"
TOLD = """
good = all(np.isfinite(w).all() for w in model.get_weights())
print("epochs kept:", runs.epochs("mine"), "finite:", good, *runs.notes)
"""
STARTED = "jupyterapp.commands.execute('notebook:run-all-cells')"


@pytest.fixture
def page(browser: Browser, jupyter: Lab, request: pytest.FixtureRequest) -> Iterator[LessonPage]:
    found = notebook_of(browser, jupyter, request.node.name, [SET_UP, TRAIN, TOLD])
    yield found
    found.close()


def begin(page: LessonPage) -> None:
    """Run all cells, and wait until a picture is there and grows."""
    page.page.evaluate(f"() => {{ {STARTED}; }}")
    line = page.page.locator(".jp-OutputArea-output", has_text="left").first
    expect(line).to_contain_text("mine: epoch ", timeout=120_000)
    expect(line).to_contain_text("On the CPU")
    expect(page.page.locator(".jp-OutputArea-output img").first).to_be_visible(timeout=60_000)
    first = line.inner_text()
    expect(line).not_to_have_text(first, timeout=30_000)


def ended(page: LessonPage) -> None:
    """Wait for what the cell after the training prints, and look at it."""
    told = page.page.locator(".jp-OutputArea-output", has_text="epochs kept:")
    expect(told).to_contain_text("finite: True Stopped while mine was training", timeout=30_000)
    kept = int(told.inner_text().split("epochs kept:")[1].split()[0])
    assert kept > 1
    assert page.page.locator(".jp-OutputArea-output progress").count() == 0
    expect(page.page.locator(".jp-OutputArea-output img").first).to_be_visible()
    assert red_boxes(page.look()) == []


def test_the_stop_button_keeps_all_and_is_gone(page: LessonPage) -> None:
    with page.photographed("stopped"):
        begin(page)
        button = page.page.locator("button.jupyter-button", has_text="Stop")
        expect(button).to_be_enabled(timeout=10_000)
        if folder := os.environ.get("KITCHEN_SCREENSHOTS"):
            page.photograph(Path(folder), "training")
        button.click()
        ended(page)
        assert button.count() == 0


def test_an_interrupt_of_the_notebook_keeps_all(page: LessonPage) -> None:
    with page.photographed("interrupted"):
        begin(page)
        page.page.evaluate(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"
        )
        page.page.wait_for_timeout(500)
        told = page.page.locator(".jp-OutputArea-output", has_text="epochs kept:")
        if told.count() == 0:  # JupyterLab drops the cells that were waiting
            page.page.evaluate(
                "() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 2; }"
            )
            page.command("notebook:run-cell")
        ended(page)
