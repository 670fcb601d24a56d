"""The explorer and the playground in the oldest JupyterLab that is declared, in its own venv."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from packaging.requirements import Requirement
from playwright.sync_api import Browser, Locator, expect

import start
from tests.browser.lab import lab
from tests.browser.lesson_page import LessonPage, notebook_of, red_boxes
from tests.lessons.notebooks import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    "import kitchen",
    "kitchen.explore(kitchen.examples.shared_layer)",
    'kitchen.playground("two_inputs")',
)
NOT_FETCHED = re.compile(
    f"{start.NO_NETWORK.pattern}|network was disabled|No module named uv", re.IGNORECASE
)


def oldest() -> str:
    """The least version of JupyterLab that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = map(Requirement, project["optional-dependencies"]["lessons"])
    specifier = next(line.specifier for line in asked if line.name == "jupyterlab")
    return next(part.version for part in specifier if part.operator == ">=")


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where a browser is required."""
    if os.environ.get("KITCHEN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and KITCHEN_REQUIRE_BROWSER=1")
    pytest.skip(reason)


def fill(python: Path) -> None:
    """Install that JupyterLab, and what shows the widgets in the versions that are here."""
    same = [f"{name}=={importlib.metadata.version(name)}" for name in ("anywidget", "ipywidgets")]
    packages = [f"jupyterlab=={oldest()}.*", *same]
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "install", "--python", str(python), *packages],
        env=start.environment(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    why = [line.strip() for line in done.stderr.splitlines() if NOT_FETCHED.search(line)]
    if done.returncode and why:
        unavailable(f"JupyterLab {oldest()} cannot be fetched: {why[0]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def python(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python of an environment with that JupyterLab; its kernel is this environment's."""
    folder = tmp_path_factory.mktemp("oldest") / "venv"
    venv.create(folder, symlinks=os.name != "nt")
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    fill(found)
    # In the place of its own: in an environment, Jupyter looks there before a user's folders.
    kernel = [sys.executable, "-m", "ipykernel", "install", "--prefix", str(folder)]
    subprocess.run(kernel, check=True, capture_output=True)
    yield found
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def page(
    browser: Browser, python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LessonPage]:
    with lab(tmp_path_factory.mktemp("home"), str(python)) as running:
        found = notebook_of(browser, running, "oldest", CELLS)
        found.run_all()
        found.show(width=1500)
        yield found
        found.close()


def cell(page: LessonPage, number: int) -> Locator:
    """One cell, counted from 0."""
    return page.page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def box(cell: Locator, label: str) -> Locator:
    """A box of a cell's picture, by the beginning of what it is called for a screen reader."""
    return cell.locator(f'.kx-stage g.kx-call[aria-label^="{label}"]')


def test_it_is_the_oldest_that_is_declared(page: LessonPage) -> None:
    assert page.page.evaluate("() => jupyterapp.version").startswith(f"{oldest()}.")


def test_both_widgets_are_drawn(page: LessonPage) -> None:
    with page.photographed("drawn"):
        for number in (1, 2):
            expect(cell(page, number).locator(".kx-stage svg")).to_be_visible(timeout=30_000)
            expect(cell(page, number).locator(".kitchen-still")).to_be_hidden()


def test_a_click_on_a_box_tells_of_its_call(page: LessonPage) -> None:
    with page.photographed("inspected"):
        explorer = cell(page, 1)
        box(explorer, "shared_dense, first use").click()
        about = explorer.locator(".kx-about")
        expect(about).to_contain_text("call 1 of 2, with the same weights")
        expect(about.locator("img")).to_have_count(2)


def test_a_line_lights_its_box(page: LessonPage) -> None:
    with page.photographed("line"):
        explorer = cell(page, 1)
        explorer.locator(".kx-line", has_text="shared_dense_2 = shared_dense(").hover()
        lights = explorer.locator(".kx-stage g.kx-call.kx-lit")
        expect(lights).to_have_count(1)
        expect(lights).to_have_attribute("aria-label", re.compile("^shared_dense, second use"))


def test_another_number_of_units_is_drawn(page: LessonPage) -> None:
    with page.photographed("played"):
        playground = cell(page, 2)
        stage = playground.locator(".kx-stage")
        expect(stage).to_contain_text("Dense 16 relu")
        playground.get_by_label("first layer in a, units").fill("24")
        expect(stage).to_contain_text("Dense 24 relu")
        expect(stage).not_to_contain_text("Dense 16 relu")
        expect(playground.locator(".kx-lines")).to_contain_text("layers.Dense(24")


def test_nobody_outside_is_asked_and_nothing_is_red(page: LessonPage) -> None:
    assert red_boxes(page.look()) == []
    assert page.outside == []
