"""Several explorers on one page: kept apart, readable by everyone, back after a restart."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage, notebook_of, red_boxes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A trap (K201), names that would be markup, weights that are no numbers.
HOSTILE = """%%explore
import numpy as np
inp = keras.Input((4,), name="<img src=x onerror=alert(1)>")
odd = keras.layers.Dense(1200, name="';alert(2);\\u202e\\"<script>")
empty = keras.layers.Dense(1, activation="softmax", name="one<b>")
model = keras.Model(inp, empty(odd(inp)), name="<script>alert(3)")
odd.set_weights([np.full((4, 1200), np.nan), np.full(1200, np.inf)])
"""
CELLS = [
    "import kitchen, keras\ntwo = kitchen.examples.siamese.functional()",
    "first = kitchen.explore(two, kitchen.examples.siamese.data().x_test)\nfirst",
    "kitchen.explore(two)",
    HOSTILE,
]
THEMES = ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]


@pytest.fixture(scope="module")
def page(browser: Browser, jupyter: Lab) -> Iterator[LessonPage]:
    found = notebook_of(browser, jupyter, "explorers", CELLS)
    found.page.on("dialog", lambda dialog: pytest.fail(f"a dialog says {dialog.message}"))
    found.run_all()
    found.page.set_viewport_size({"width": 1500, "height": 2600})
    expect(found.page.locator(".kx-stage svg")).to_have_count(3, timeout=30_000)
    yield found
    found.close()


def explorer(page: LessonPage, number: int) -> Locator:
    return page.page.locator(".kx").nth(number)


def box(inside: Locator, label: str) -> Locator:
    return inside.locator(f'.kx-stage g.kx-call[aria-label*="{label}"]').first


def test_what_one_lights_and_opens_leaves_the_other_alone(page: LessonPage) -> None:
    one, other = explorer(page, 0), explorer(page, 1)
    with page.photographed("two"):
        boxes = other.locator(".kx-stage g.kx-call").count()
        box(one, "encoder, first use").click()
        one.get_by_role("button", name="Open encoder").click()
        expect(box(one, "hidden, first use")).to_be_visible()
        box(one, "both, Average").hover()
        assert one.locator(".kx-lit").count() > 0
        assert other.locator(".kx-lit").count() == 0
        expect(other.locator(".kx-stage g.kx-call")).to_have_count(boxes)
        assert "Point at a line" in other.locator(".kx-about").inner_text()


def test_every_example_has_its_own_activations(page: LessonPage) -> None:
    one = explorer(page, 0)
    with page.photographed("example"):
        box(one, "both, Average").click()
        about = one.locator(".kx-about")
        expect(about).to_contain_text("gives (16,)")
        before = about.inner_text()
        one.get_by_label("Example").fill("7")
        expect(about).not_to_have_text(before)


def test_names_and_weights_of_any_kind_stay_text(page: LessonPage) -> None:
    third = explorer(page, 2)
    with page.photographed("hostile"):
        box(third, "';alert(2);").click()
        about = third.locator(".kx-about")
        expect(about).to_contain_text("4×1200 = 4,800, 4,800 not finite")
        expect(about).to_contain_text("1,200 not finite")
        assert third.locator("[onerror], script").count() == 0
        assert third.locator("b:not(figcaption b)").count() == 0


def test_a_finding_names_the_line_and_lights_it(page: LessonPage) -> None:
    third = explorer(page, 2)
    with page.photographed("finding"):
        found = third.locator(".kx-found summary", has_text="K201")
        expect(found).to_contain_text("K201, line 4: A softmax over one value")
        found.hover()
        lit = third.locator(".kx-line.kx-lit").all_inner_texts()
        assert any("one<b>" in line for line in lit), lit
        found.click()
        expect(third.locator(".kx-found")).to_contain_text("Fix: ")


@pytest.mark.parametrize("theme", THEMES)
def test_everyone_can_read_and_operate_it(page: LessonPage, theme: str) -> None:
    page.command("apputils:change-theme", theme=theme)
    page.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
    with page.photographed(theme):
        explorer(page, 0).get_by_role("tab", name="Sequential").click()
        expect(explorer(page, 0).locator(".kx-reason")).to_be_visible()
        explorer(page, 1).locator(".kx-line[role]").first.hover()
        result = Axe().run(page.page, context=".kx")
        assert result.violations_count == 0, result.generate_report()
        explorer(page, 0).get_by_role("tab", name="Functional").click()


def test_nothing_moves_by_itself(page: LessonPage) -> None:
    moving = page.page.evaluate(
        "() => [...document.querySelectorAll('.kx, .kx *')].map(getComputedStyle).filter(s =>"
        " s.animationName !== 'none' || s.transitionDuration.split(',').some(d => parseFloat(d)))"
        ".length"
    )
    assert moving == 0


def test_forced_colours_leave_what_is_lit_and_focused_visible(page: LessonPage) -> None:
    page.page.emulate_media(forced_colors="active")
    try:
        with page.photographed("forced colours"):
            row = explorer(page, 1).locator(".kx-line[role]").first
            row.hover()
            style = "row => getComputedStyle(row).outlineStyle"
            assert row.evaluate(style) == "solid"
            page.page.keyboard.press("Tab")
            target = box(explorer(page, 1), "both, Average")
            target.focus()
            assert target.evaluate(style) != "none"
    finally:
        page.page.emulate_media(forced_colors="none")


def test_it_is_back_after_a_restart_and_run_all(page: LessonPage) -> None:
    with page.photographed("restarted"):
        page.page.evaluate(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        page.run_all()
        expect(page.page.locator(".kx-stage svg")).to_have_count(3, timeout=30_000)
        one = explorer(page, 0)
        box(one, "both, Average").click()
        expect(one.locator(".kx-about h4")).to_have_text("both")
        assert red_boxes(page.look()) == []
        assert page.outside == []
