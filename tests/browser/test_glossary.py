"""A link to a term opens the glossary in JupyterLab, at that term."""

from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Browser

from tests.browser.lab import SETTINGS, lab
from tests.browser.lesson_page import LessonPage
from tests.lessons import terms
from tests.lessons.notebooks import GLOSSARY, read

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANCHORS = [terms.anchor(term) for term in terms.terms(read(GLOSSARY))]
LINKS = "links.ipynb"
# Whether the page shows the glossary, and in its window the cell of this address.
SHOWN = """([path, anchor]) => {
    const widget = jupyterapp.shell.currentWidget;
    if (widget.context.path !== path) return false;
    const cell = widget.content.widgets.find(x => `cell-id=${x.model.id}` === anchor);
    const heading = cell?.node.querySelector('h2');
    if (!heading) return false;
    const box = heading.getBoundingClientRect();
    const pane = widget.content.node.getBoundingClientRect();
    return box.top >= pane.top - 1 && box.bottom <= pane.bottom;
}"""


@pytest.fixture(scope="module")
def links(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LessonPage]:
    """A notebook beside the lessons, with a link to every term, in a JupyterLab as it comes.

    Where the whole of a notebook is in the page, JupyterLab shows the beginning of one that a link
    opens, whatever the link says.
    """
    source = "\n".join(f"- [{anchor}]({GLOSSARY.name}#{anchor})" for anchor in ANCHORS)
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(source)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delitem(SETTINGS, "notebook-extension/tracker")
        with lab(tmp_path_factory.mktemp("home")) as jupyter:
            nbformat.write(made, jupyter.root / "lessons" / LINKS)
            page = LessonPage(browser, jupyter, f"lessons/{LINKS}")
            yield page
            page.close()


def test_a_link_leads_to_its_term_in_a_glossary_that_it_opens_or_finds_open(
    links: LessonPage,
) -> None:
    book = f"lessons/{GLOSSARY.name}"
    for anchor in (ANCHORS[-1], ANCHORS[0], ANCHORS[len(ANCHORS) // 2]):
        links.command("docmanager:open", path=f"lessons/{LINKS}")
        links.page.locator(f'a[href$="#{anchor}"] >> visible=true').click()
        links.page.wait_for_function(SHOWN, arg=[book, anchor])
        elsewhere = ANCHORS[0] if anchor == ANCHORS[-1] else ANCHORS[-1]
        assert not links.page.evaluate(SHOWN, [book, elsewhere]), "is all of it in the window?"
