"""The explorer's pictures in a window of 1280 pixels: can their letters be read?"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import Lab
from tests.browser.lesson_page import LessonPage, notebook_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What the lessons explore, and a network that no window shows at once.
NETWORKS = ["shared_layer", "siamese", "multiple_outputs", "residual", "unet", "attention"]
LARGE = """%%explore
first = keras.Input((4,), name="first")
ends = [keras.layers.Dense(3, name=f"a_layer_with_a_long_name_{k}")(first) for k in range(50)]
large = keras.Model(first, keras.layers.Add(name="sum")(ends))
"""
CELLS = [
    "import kitchen, keras",
    *(f"kitchen.explore(kitchen.examples.{name})" for name in NETWORKS),
    LARGE,
    "kitchen.explore(kitchen.compare(kitchen.examples.shared_layer))",
]
READABLE = 11  # pixels on the screen
LETTERS = """svg => {
    const times = svg.getScreenCTM().a;
    const size = text => parseFloat(getComputedStyle(text).fontSize) * times;
    return [...svg.querySelectorAll("text")].map(size);
}"""

INSIDE = """node => {
    const box = node.getBoundingClientRect();
    const around = node.closest(".kx-stage").getBoundingClientRect();
    return box.top >= around.top && box.bottom <= around.bottom
        && box.left >= around.left && box.right <= around.right;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, jupyter: Lab) -> Iterator[LessonPage]:
    found = notebook_of(browser, jupyter, "sizes", CELLS)
    found.run_all()
    found.page.set_viewport_size({"width": 1280, "height": 900})
    expect(found.page.locator(".kx-stage svg")).to_have_count(len(CELLS), timeout=60_000)
    yield found
    found.close()


def explorer(page: LessonPage, number: int) -> Locator:
    return page.page.locator(".kx").nth(number)


def smallest(inside: Locator) -> float:
    """The height of the smallest letters of the picture, in pixels on the screen."""
    return float(min(inside.locator(".kx-stage svg").evaluate(LETTERS)))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_letters_of_a_lessons_network_can_be_read(page: LessonPage, name: str) -> None:
    found = explorer(page, NETWORKS.index(name))
    with page.photographed(name):
        assert smallest(found) >= READABLE
        wide = found.locator(".kx-stage").evaluate("stage => stage.scrollWidth - stage.clientWidth")
        assert wide == 0  # nothing is cut off at the sides


def test_of_two_side_by_side_no_picture_is_cut(page: LessonPage) -> None:
    page.page.set_viewport_size({"width": 1500, "height": 900})
    with page.photographed("pair"):
        for number in (-1, -2):
            found = explorer(page, number)
            expect(found.locator(".kx-hint")).not_to_contain_text("There is more of it")
            assert smallest(found) >= 0.65 * READABLE
    page.page.set_viewport_size({"width": 1280, "height": 900})


def test_the_letters_can_be_read_when_a_model_was_opened(page: LessonPage) -> None:
    found = explorer(page, NETWORKS.index("siamese"))
    with page.photographed("opened"):
        found.locator('.kx-stage g.kx-call[aria-label^="encoder, first use"]').click()
        button = found.locator(".kx-about button")
        button.click()
        expect(button).to_have_text("Close encoder")
        expect(found.locator('.kx-stage g[aria-label^="hidden, first use"]')).to_be_visible()
        assert smallest(found) >= READABLE


def test_the_keyboard_reaches_what_a_tall_picture_hides(page: LessonPage) -> None:
    found = explorer(page, NETWORKS.index("unet"))
    stage = found.locator(".kx-stage")
    with page.photographed("tall"):
        expect(found.locator(".kx-hint")).to_contain_text("There is more of it")
        last = found.locator(".kx-stage g.kx-call").last
        assert not last.evaluate(INSIDE)
        last.focus()
        assert last.evaluate(INSIDE)
        found.get_by_role("button", name="Show all").click()
        assert stage.evaluate("stage => stage.scrollHeight - stage.clientHeight") == 0


def test_the_partner_of_what_is_pointed_at_comes_into_sight(page: LessonPage) -> None:
    found = explorer(page, NETWORKS.index("multiple_outputs"))
    with page.photographed("partner"):
        trunk = found.locator('.kx-stage g[aria-label^="trunk, Dense"]')
        assert not trunk.evaluate(INSIDE)
        found.locator(".kx-line", has_text="trunk = layers.Dense(").hover()
        expect(trunk).to_have_class("kx-call kx-lit")
        assert trunk.evaluate(INSIDE)
        unet = explorer(page, NETWORKS.index("unet"))
        code, last = unet.locator(".kx-code"), unet.locator(".kx-line[role]").last
        code.evaluate("pane => pane.scrollTo(0, 0)")
        visible = "row => row.getBoundingClientRect().bottom <= " + (
            "row.closest('.kx-code').getBoundingClientRect().bottom"
        )
        assert not last.evaluate(visible)
        unet.locator(".kx-stage g.kx-call").last.focus()
        assert unet.locator(".kx-line.kx-lit").last.evaluate(visible)


def test_a_large_network_is_shown_whole_and_says_how_it_is_enlarged(page: LessonPage) -> None:
    found = explorer(page, len(NETWORKS))
    stage = found.locator(".kx-stage")
    with page.photographed("large"):
        for way in ("scrollWidth - stage.clientWidth", "scrollHeight - stage.clientHeight"):
            assert stage.evaluate(f"stage => stage.{way}") == 0
        assert smallest(found) < READABLE
        expect(found.locator(".kx-hint")).to_have_text(
            "Small letters: 100 % or + makes them larger."
        )
        found.get_by_role("button", name="Full size").click()
        assert smallest(found) >= READABLE
        first = found.locator('.kx-stage g[aria-label^="first, an input"]')
        assert first.evaluate(INSIDE)  # and no empty paper
        expect(found.locator(".kx-hint")).to_contain_text("scroll or drag")
