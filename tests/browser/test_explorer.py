"""The explorer in JupyterLab: code, boxes and weights light together, by mouse and by keyboard."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage, notebook_of, red_boxes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUILDS = """%%explore
import keras
layers = [keras.Input((4,)), keras.layers.Dense(3, name="<b>inner")]
encoder = keras.Sequential(layers, name="encoder")
left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
a = encoder(left)
b = encoder(right)
model = keras.Model([left, right], keras.layers.Average(name="both")([a, b]), name="siamese")
"""

# Of a line, which may be too straight to have a box that a mouse could be sent to.
MIDDLE = """path => {
    const at = path.getPointAtLength(path.getTotalLength() / 2);
    const seen = at.matrixTransform(path.getScreenCTM());
    return [seen.x, seen.y];
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def page(browser: Browser, jupyter: Lab, request: pytest.FixtureRequest) -> Iterator[LessonPage]:
    name = f"explorer_{request.param}"
    found = notebook_of(browser, jupyter, name, ["import kitchen", BUILDS])
    found.show(width=1500, dark=request.param == "dark")
    found.run_all()
    found.page.set_viewport_size({"width": 1500, "height": 1000})
    expect(found.page.locator(".kx-stage svg")).to_be_visible(timeout=30_000)
    yield found
    found.close()


def box(page: LessonPage, label: str) -> Locator:
    """A box of the picture, by what it is called for a screen reader."""
    return page.page.locator(f'.kx-stage g.kx-call[aria-label*="{label}"]').first


def lit(page: LessonPage) -> list[str]:
    """The lines that are lit."""
    return page.page.locator(".kx-line.kx-lit").all_inner_texts()


def test_a_line_lights_its_box_and_a_box_its_line(page: LessonPage) -> None:
    with page.photographed("lines"):
        page.page.locator(".kx-line", has_text="b = encoder(right)").hover()
        lights = page.page.locator(".kx-stage g.kx-call.kx-lit")
        expect(lights).to_have_count(1)
        assert "encoder, second use" in (lights.get_attribute("aria-label") or "")
        box(page, "encoder, first use").hover()
        assert "a = encoder(left)" in lit(page)
        assert "b = encoder(right)" not in lit(page)


def test_an_arrow_says_what_goes_along_it(page: LessonPage) -> None:
    with page.photographed("arrow"):
        middle = page.page.locator(".kx-stage .kx-wide").first.evaluate(MIDDLE)
        page.page.mouse.move(*middle)
        told = page.page.locator(".kx-told")
        expect(told).to_have_text("left to encoder, call 1 of 2: (4,) float32")
        expect(page.page.locator(".kx-stage g[data-from].kx-lit")).to_have_count(1)
        box(page, "both, Average").focus()
        expect(told).to_contain_text("encoder, call 2 of 2 to both: (3,) float32")


def test_pointing_at_weights_lights_all_that_draw_from_them(page: LessonPage) -> None:
    with page.photographed("barrel"):
        page.page.locator('.kx-stage g[aria-label^="weights of encoder"]').hover()
        expect(page.page.locator(".kx-stage g.kx-call.kx-lit")).to_have_count(2)
        assert {"a = encoder(left)", "b = encoder(right)"} <= set(lit(page))


def test_a_click_tells_of_a_call_and_opens_a_model(page: LessonPage) -> None:
    with page.photographed("inspected"):
        box(page, "encoder, first use").click()
        about = page.page.locator(".kx-about")
        expect(about).to_contain_text("call 1 of 2, with the same weights")
        page.page.get_by_role("button", name="Open encoder").click()
        inner = box(page, "<b>inner, first use")
        expect(inner).to_be_visible()
        inner.click()
        expect(about).to_contain_text("activation(x · kernel + bias)")
        expect(about).to_contain_text("4×3 = 12")
        expect(about.locator("img")).to_have_count(2)
        assert page.page.locator(".kx b", has_text="inner").count() == 0


def test_what_was_opened_closes_again(page: LessonPage) -> None:
    frame = box(page, "encoder, first use, Sequential; inside")
    frame.click(position={"x": 12, "y": 12})  # its title; the boxes inside are in the middle
    page.page.get_by_role("button", name="Close encoder").click()
    expect(box(page, "<b>inner, first use")).to_have_count(0)
    expect(box(page, "encoder, first use")).to_be_visible()


def test_the_button_says_what_it_does_now(page: LessonPage) -> None:
    with page.photographed("turned"):
        box(page, "encoder, first use").click()
        button = page.page.locator(".kx-about button")
        expect(button).to_have_text("Open encoder")
        button.focus()
        for text in ("Close encoder", "Open encoder"):
            page.page.keyboard.press("Enter")  # the same key again: the focus stays
            expect(button).to_have_text(text)
            expect(button).to_have_attribute("aria-label", text)
            expect(button).to_be_focused()
            expect(page.page.locator(".kx-stage .kx-chosen")).to_have_attribute(
                "aria-label", re.compile("^encoder, first use")
            )
        for text in ("Close encoder", "Open encoder"):
            button.click()
            expect(button).to_have_text(text)
        box(page, "left, an input").click()
        expect(page.page.locator(".kx-about h4")).to_have_text("left")
        expect(button).to_be_hidden()  # there is nothing inside


def test_the_picture_is_moved_enlarged_and_fitted(page: LessonPage) -> None:
    svg, stage, hint = (page.page.locator(x) for x in (".kx-stage svg", ".kx-stage", ".kx-hint"))

    def size() -> float:
        return float(svg.evaluate("svg => svg.getBoundingClientRect().width"))

    with page.photographed("enlarged"):
        before, larger = size(), page.page.get_by_role("button", name="Larger")
        expect(hint).to_be_empty()
        for times in range(1, 5):
            larger.click()
            assert size() == pytest.approx(before * 1.25**times, rel=0.01)
        expect(hint).to_contain_text("scroll or drag")
        area = stage.bounding_box()
        assert area is not None
        at = "stage => [stage.scrollLeft, stage.scrollTop]"
        across, down = stage.evaluate(at)
        assert across > 0 and down > 0  # what was in the middle is still there
        page.page.mouse.move(area["x"] + 20, area["y"] + 40)
        page.page.mouse.down()
        page.page.mouse.move(area["x"] + 5, area["y"] + 10)
        page.page.mouse.up()
        page.page.mouse.move(area["x"] + 90, area["y"] + 90)  # nothing holds it any more
        assert stage.evaluate(at) == pytest.approx([across + 15, down + 30], abs=1)
        page.page.get_by_role("button", name="Full size").click()
        assert svg.evaluate("svg => svg.getScreenCTM().a") == pytest.approx(1, rel=0.01)
        page.page.get_by_role("button", name="Show all").click()
        assert size() == pytest.approx(before, rel=0.01)
        expect(hint).to_be_empty()


def test_the_keyboard_alone_reaches_everything(page: LessonPage) -> None:
    press = page.page.keyboard.press
    with page.photographed("keyboard"):
        page.page.get_by_role("tab", name="Your cell").focus()  # the first thing that Tab reaches
        press("Tab")  # the code, which can be scrolled
        press("Tab")
        row = page.page.locator(".kx-line:focus")
        expect(row).to_have_attribute("data-line", "2")
        press("ArrowDown")
        expect(row).to_have_attribute("data-line", "3")
        press("Tab")
        expect(page.page.locator(".kx-tools input")).to_be_focused()
        for _ in range(6):  # four buttons, a switch, then the picture
            press("Tab")
        focused = page.page.locator(".kx-stage g:focus")
        expect(focused).to_have_attribute("aria-label", re.compile("^left, an input"))
        outline = focused.evaluate("node => getComputedStyle(node).outlineStyle")
        assert outline == "solid"
        press("ArrowDown")
        expect(focused).to_have_attribute("aria-label", re.compile("^encoder, first use"))
        press("ArrowDown")
        expect(focused).to_have_attribute("aria-label", re.compile("^both, Average"))
        press("Enter")
        expect(page.page.locator(".kx-about h4")).to_have_text("both")
        press("ArrowUp")
        press("ArrowRight")
        expect(focused).to_have_attribute("aria-label", re.compile("^encoder, second use"))
        svg = page.page.locator(".kx-stage svg")
        width = svg.evaluate("svg => svg.getBoundingClientRect().width")
        for key, larger in (("+", 1.25), ("-", 1), ("0", 1)):
            press(key)
            now = svg.evaluate("svg => svg.getBoundingClientRect().width")
            assert now == pytest.approx(width * larger, rel=0.01)
        press("Escape")
        expect(page.page.locator(".kx-tools input")).to_be_focused()


def test_a_form_that_cannot_express_it_says_why(page: LessonPage) -> None:
    with page.photographed("refused"):
        tab = page.page.get_by_role("tab", name="Sequential")
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page.page.locator(".kx-reason")).to_contain_text("cannot be a plain Sequential")
        page.page.get_by_role("tab", name="Functional").click()
        expect(page.page.locator(".kx-lines")).to_contain_text("def build():")
        line = page.page.locator(".kx-line[role]", has_text="encoder(right)").first
        line.hover()
        expect(page.page.locator(".kx-stage g.kx-call.kx-lit")).not_to_have_count(0)


def test_a_search_lights_what_it_finds(page: LessonPage) -> None:
    page.page.locator(".kx-tools input").fill("average")
    lights = page.page.locator(".kx-stage g.kx-call.kx-lit")
    expect(lights).to_have_count(1)
    page.page.locator(".kx-tools input").fill("")
    expect(lights).to_have_count(0)


def test_a_switch_takes_shared_weights_apart(page: LessonPage) -> None:
    with page.photographed("unshared"):
        switch = page.page.get_by_label("share encoder")
        expect(switch).to_be_checked()
        switch.uncheck()
        expect(box(page, "encoder_call2")).to_be_visible()
        expect(page.page.locator(".kx-lines")).to_contain_text("encoder_call1")
        switch.check()
        expect(box(page, "encoder, second use")).to_be_visible()
        expect(page.page.get_by_role("tab", name="Your cell")).to_be_visible()


def test_nobody_outside_is_asked_and_nothing_is_red(page: LessonPage) -> None:
    assert red_boxes(page.look()) == []
    assert page.outside == []


def test_the_picture_is_put_away_while_the_explorer_is_there(page: LessonPage) -> None:
    assert page.page.locator(".jp-OutputArea-child img[alt^='The layers of siamese']").count() == 1
    expect(
        page.page.locator(".jp-OutputArea-child img[alt^='The layers of siamese']")
    ).to_be_hidden()


def test_a_page_that_runs_nothing_shows_the_picture(
    page: LessonPage, browser: Browser, jupyter: Lab
) -> None:
    page.command("docmanager:save")
    shutil.copy(jupyter.root / page.path, jupyter.root / "reopened.ipynb")
    again = LessonPage(browser, jupyter, "reopened.ipynb")
    try:
        with again.photographed("reopened"):
            expect(again.page.locator("img[alt^='The layers of siamese']")).to_be_visible()
            # The page has no kernel that knew the widget, and would say so in red.
            again.page.evaluate("() => jupyterapp.shell.currentWidget.context.ready")
            trouble = again.page.get_by_text("Error displaying widget")
            trouble.first.wait_for(state="attached")
            expect(trouble).to_be_hidden()
    finally:
        again.close()


def test_an_export_to_html_shows_the_picture(
    page: LessonPage, browser: Browser, jupyter: Lab
) -> None:
    page.command("docmanager:save")
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--output", "exported"]
    subprocess.run([*convert, str(jupyter.root / page.path)], check=True, capture_output=True)
    window = browser.new_page()
    try:
        window.goto((jupyter.root / "exported.html").as_uri())
        expect(window.locator("img[alt^='The layers of siamese']")).to_be_visible()
        assert "Error displaying widget" not in window.locator("body").inner_text()
    finally:
        window.close()
