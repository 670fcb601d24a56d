"""The playground, a recorded training and two explorers side by side, in JupyterLab."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

import kitchen
from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage, notebook_of, red_boxes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = [
    """import kitchen
example = kitchen.examples.siamese
runs = kitchen.train({"mine": example.ready("functional")}, example.data(), 4, record=True)""",
    "kitchen.explore(runs)",
    "kitchen.explore(kitchen.compare(kitchen.examples.shared_layer))",
    "kitchen.playground()",
]
RENDERS = """root => {
    window.renders = 0;
    new MutationObserver(() => { window.renders += 1; }).observe(
        root.querySelector(".kx-about"), { childList: true });
}"""
MOVES = """slider => {
    for (let k = 0; k < 100; k += 1) {
        slider.value = String(k % 5);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    window.renders = 0;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, jupyter: Lab) -> Iterator[LessonPage]:
    found = notebook_of(browser, jupyter, "playground", CELLS)
    found.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.run_all()
    found.page.set_viewport_size({"width": 1500, "height": 4000})
    expect(found.page.locator(".kx-stage svg")).to_have_count(4, timeout=30_000)
    yield found
    found.close()


@pytest.fixture
def play(page: LessonPage) -> Locator:
    return page.page.locator(".kx").nth(3)


def box(inside: Locator, label: str) -> Locator:
    return inside.locator(f'.kx-stage g.kx-call[aria-label*="{label}"]').first


def test_a_slider_walks_through_the_training(page: LessonPage) -> None:
    root = page.page.locator(".kx").first
    with page.photographed("walk"):
        box(root, "output, Dense").click()
        about = root.locator(".kx-about")
        expect(about).to_contain_text("gradient of kernel 16×1")
        expect(root.locator("output")).to_contain_text("after epoch 4, loss ")
        trained = about.inner_text()
        slider = root.get_by_label("Epoch")
        slider.focus()
        page.page.keyboard.press("Home")
        expect(root.locator("output")).to_have_text("before training")
        expect(about).not_to_have_text(trained)
        expect(about).to_contain_text("bias 1, from 0 to 0")  # as Keras makes it
        page.page.keyboard.press("End")
        expect(about).to_have_text(trained, use_inner_text=True)


def test_many_quick_moves_are_drawn_once_or_twice(page: LessonPage) -> None:
    root = page.page.locator(".kx").first
    root.evaluate(RENDERS)
    root.get_by_label("Epoch").evaluate(MOVES)
    page.page.wait_for_timeout(2_000)
    assert 1 <= page.page.evaluate("() => window.renders") <= 2


def test_matching_calls_of_two_models_light_together(page: LessonPage) -> None:
    left, right = page.page.locator(".kx").nth(1), page.page.locator(".kx").nth(2)
    with page.photographed("pair"):
        box(left, "shared_dense").hover()
        lights = right.locator(".kx-stage g.kx-call.kx-lit")
        expect(lights).to_have_count(2)
        assert "shared_dense, first use" in (lights.first.get_attribute("aria-label") or "")
        box(right, "output_1").hover()
        expect(left.locator(".kx-stage g.kx-call.kx-lit")).to_have_count(1)
        verdict = page.page.locator(".widget-html", has_text="Same family")
        expect(verdict).to_be_visible()


def test_the_playground_builds_what_its_controls_say(page: LessonPage, play: Locator) -> None:
    with page.photographed("playground"):
        verdict, total = play.locator(".kx-verdict"), play.locator("tfoot .kx-number").last
        expect(verdict).to_have_text("Sequential can.")
        expect(total).to_have_text("50,890")
        play.get_by_label("Start, from the example").select_option("shared_layer")
        expect(verdict).to_contain_text("can't, because it has a branch, a shared layer")
        expect(total).to_have_text("12,482")
        play.get_by_label("Branches, second layer in b, units").fill("48")
        expect(box(play, "second_b, Dense 48")).to_be_visible()
        expect(play.locator(".kx-lines")).to_contain_text("layers.Dense(48")
        expect(total).to_have_text("13,538")
        play.get_by_role("tab", name="Sequential").click()
        expect(play.locator(".kx-reason")).to_contain_text("cannot be a plain Sequential")
        play.get_by_role("tab", name="Functional").click()


def test_what_is_impossible_is_explained_with_ways_out(page: LessonPage, play: Locator) -> None:
    with page.photographed("impossible"):
        problem = play.locator(".kx-problem")
        expect(problem).to_be_hidden()
        play.get_by_label("Merge, by").select_option("Add")
        expect(problem).to_contain_text("The branches end with 32 and 48 numbers.")
        result = Axe().run(page.page, context=".kx")
        assert result.violations_count == 0, result.generate_report()
        play.get_by_role("button", name="32 numbers each").click()
        expect(problem).to_be_hidden()
        expect(box(play, "merge, Add")).to_be_visible()


def test_the_copied_code_builds_exactly_that(page: LessonPage, play: Locator) -> None:
    with page.photographed("copied"):
        play.get_by_role("button", name="Copy the code as a cell").click()
        expect(play.locator(".kx-copy")).to_contain_text("Copied")
        names: dict[str, Any] = {}
        exec(page.page.evaluate("() => navigator.clipboard.readText()"), names)  # noqa: S102
        shown = play.locator("tfoot .kx-number").last.inner_text()
        assert f"{names['model'].count_params():,}" == shown
        graph = kitchen.read(names["model"])
        assert [graph.layers[call.layer].class_name for call in graph.body.calls] == [
            *("InputLayer", "Dense", "Dense", "Dense", "Dense", "Add", "Dense", "Dense")
        ]


def test_the_playground_needs_no_mouse(page: LessonPage, play: Locator) -> None:
    with page.photographed("keyboard"):
        play.get_by_label("Start, from the example").focus()
        page.page.keyboard.press("c")  # a choice goes to what begins with it
        expect(play.locator("tfoot .kx-number").last).to_have_text("50,890")
        for _ in range(3):  # how many inputs, their numbers, how many branches
            page.page.keyboard.press("Tab")
        page.page.keyboard.press("Tab")
        page.page.keyboard.press("ArrowUp")
        expect(play.get_by_label("Branches, first layer, units")).to_have_value("65")
        expect(play.get_by_label("Branches, first layer, units")).to_be_focused()
        expect(play.locator(".kx-lines")).to_contain_text("layers.Dense(65")


def test_a_reset_brings_back_the_first_state(page: LessonPage, play: Locator) -> None:
    with page.photographed("reset"):
        play.get_by_label("Start, from the example").select_option("shared_layer")
        units = play.get_by_label("Branches, first layer in a, units")
        units.fill("")  # is never sent
        box(play, "output_1, Dense").click()
        expect(play.locator(".kx-about h4")).to_have_text("output_1")
        play.get_by_role("tab", name="Sequential").click()
        expect(play.locator(".kx-reason")).to_be_visible()
        play.get_by_role("button", name="Reset").focus()
        page.page.keyboard.press("Enter")
        expect(play.locator(".kx-verdict")).to_have_text("Sequential can.")
        expect(play.locator("tfoot .kx-number").last).to_have_text("50,890")
        expect(play.get_by_label("Start, from the example")).to_have_value("classifier")
        expect(play.get_by_label("Branches, first layer, units")).to_have_value("64")
        expect(play.get_by_role("tab", name="Functional")).to_have_attribute(
            "aria-selected", "true"
        )
        expect(play.locator(".kx-about")).to_contain_text("Point at a line")
        expect(play.get_by_role("button", name="Reset")).to_be_focused()


def test_what_was_typed_and_refused_goes_with_a_reset(page: LessonPage, play: Locator) -> None:
    units = play.get_by_label("Branches, first layer, units")
    units.fill("")
    play.get_by_role("button", name="Reset").click()
    expect(units).to_have_value("64")


def test_nobody_outside_is_asked_and_nothing_is_red(page: LessonPage) -> None:
    assert red_boxes(page.look()) == []
    assert page.outside == []
