"""Every lesson in JupyterLab, as a learner sees it: opened untrusted, then run in every view."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page

import kitchen
from kitchen.rewrite.source import Source
from kitchen.teaching.task import MODELS, Task
from tests.browser.lab import Lab
from tests.browser.lesson_page import (
    LessonPage,
    new_window,
    open_lab,
    pictures,
    raising,
    red_boxes,
)
from tests.lessons.notebooks import LESSONS, asked, code_cells
from tests.lessons.test_stored import SHOWS_COMPARISON, SHOWS_PICTURE
from tests.teaching.test_exercises import wrong as wrong_answers

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class View:
    """One way of looking at a lesson; `smallest` is the share of its size that a picture keeps."""

    width: int = 1280
    dark: bool = False
    smallest: float = 0.55  # of letters of 13 pixels


VIEWS = {"light": View(), "dark": View(dark=True), "narrow": View(width=480, smallest=0.4)}
RAW = ("<svg", "<img", "<table", "<td", "base64,")  # markup that is shown instead of obeyed
FAINTEST = 4.5  # WCAG 2's level AA for text
LEAST_INK = 0.002  # of a picture: a thin curve on an empty plot has more


@pytest.fixture(scope="module")
def window(browser: Browser, jupyter: Lab) -> Page:
    """JupyterLab, as a learner keeps it open from one lesson to the next."""
    page = new_window(browser)
    open_lab(page, jupyter, "lessons")
    return page


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(
    request: pytest.FixtureRequest, browser: Browser, jupyter: Lab, window: Page
) -> Iterator[LessonPage]:
    """A lesson that has just been opened; the tests below look at it in their order."""
    page = LessonPage(browser, jupyter, f"lessons/{request.param.name}", window)
    yield page
    page.close()


def faults(cells: list[dict[str, Any]], expected: list[int], view: View) -> list[str]:
    """What a person would call wrong with the outputs of the code cells."""
    found = []
    for cell, number in zip(cells, expected, strict=True):
        if (seen := len(cell["pictures"]) + cell["away"]) != number:
            found.append(f"{cell['id']}: {seen} pictures instead of {number}")
        found += [f"{cell['id']}: {fault}" for x in cell["pictures"] for fault in hidden(x, view)]
        if SHOWS_COMPARISON.search(cell["source"]):
            found += [f"{cell['id']}: {fault}" for fault in not_two_columns(cell, view)]
        found += [f"{cell['id']}: {raw} is shown as text" for raw in RAW if raw in cell["text"]]
        found += [f"{cell['id']}: faint: {x}" for x in cell["faint"] if x["contrast"] < FAINTEST]
    return found


def hidden(picture: dict[str, Any], view: View) -> Iterator[str]:
    inner, outer = picture["box"], picture["around"]
    if not picture["naturalWidth"] or not picture["visible"]:
        yield "a picture is not shown"
    elif inner["right"] - inner["left"] < 20 or inner["bottom"] - inner["top"] < 20:
        yield f"a picture has no size: {inner}"
    elif inner["left"] < outer["left"] - 1 or inner["right"] > outer["right"] + 1:
        yield f"a picture is wider than its place: {inner} in {outer}"
    elif picture["scale"] < view.smallest:
        yield f"a picture is too small to read: {picture['scale']:.0%} of its size"
    elif picture["standsOut"] < LEAST_INK:
        yield f"a picture does not stand out from its background: {picture['standsOut']:.4f}"


def not_two_columns(cell: dict[str, Any], view: View) -> Iterator[str]:
    if len(cell["tables"]) != 1:
        yield f"a comparison is one table, not {len(cell['tables'])}"
        return
    for row in cell["tables"][0]:
        if len(row) != 2:
            yield f"a comparison has two columns, not {len(row)}"
        elif view.width > 800 and row[1]["left"] < row[0]["right"] - 1:
            yield f"the columns do not stand side by side: {row}"


def test_a_lesson_first_opens_untrusted(lesson: LessonPage) -> None:
    trusted = lesson.trusted()
    assert trusted
    assert not any(trusted)
    status = lesson.page.locator(".jp-StatusItem-trust").get_attribute("title") or ""
    assert status.startswith(f"Notebook not trusted: 0 of {len(trusted)} code cells trusted")


def test_an_untrusted_lesson_shows_what_is_stored(lesson: LessonPage) -> None:
    """In one view: what JupyterLab takes out of an output depends on none."""
    with lesson.photographed("untrusted"):
        lesson.show()
        cells, expected = lesson.look(), pictures(lesson.stored)
        assert sum(expected) > 0 or not SHOWS_PICTURE.search(sources(lesson.stored))
        assert faults(cells, expected, VIEWS["light"]) == []
        assert red_boxes(cells, raising(lesson.stored)) == []
        assert not any(lesson.trusted())


def test_a_lesson_runs_without_a_red_box(lesson: LessonPage) -> None:
    lesson.show()
    with lesson.photographed("run"):
        lesson.run_all()
        lesson.show()
        cells = lesson.look()
        assert red_boxes(cells, raising(lesson.stored)) == []
        assert [cell["prompt"] for cell in cells] == [f"[{k}]:" for k in range(1, len(cells) + 1)]
        assert all(lesson.trusted())
        assert pictures(lesson.notebook()) == pictures(lesson.stored)


@pytest.mark.parametrize("view", VIEWS)
def test_a_lesson_that_was_run_shows_its_pictures(lesson: LessonPage, view: str) -> None:
    with lesson.photographed(f"run {view}"):
        lesson.show(width=VIEWS[view].width, dark=VIEWS[view].dark)
        assert faults(lesson.look(), pictures(lesson.notebook()), VIEWS[view]) == []


def test_a_lesson_asks_nobody_outside_this_machine(lesson: LessonPage) -> None:
    assert lesson.outside == []


def sources(notebook: Any) -> str:
    """The code of a notebook."""
    return "\n".join(cell.source for cell in code_cells(notebook))


def cell_of(task: Task, answer: Any) -> str:
    """A cell that gives an answer, as a learner would write it."""
    name, code = "answer", f"answer = {answer!r}"
    if task.kind in MODELS:
        name, code = "model", task.fill(answer)
    elif isinstance(answer, Source) and task.kind == "blank":
        code = f"answer = {str(answer)!r}"
    elif isinstance(answer, Source):
        name, code = answer.partition(" = ")[0], answer
    return f'{code}\nkitchen.exercise("{task.key}").check({name})'


def test_an_exercise_says_what_is_wrong_and_then_that_it_is_right(lesson: LessonPage) -> None:
    answered = [(cell.id, key) for cell in code_cells(lesson.stored) for key in asked(cell)]
    for where, key in answered[:1]:
        exercise = kitchen.exercise(key)
        _, wrong = next(x for x in wrong_answers(exercise.task) if x[0] != "error")
        for answer, said in ((wrong, "Not quite"), (exercise.solution(), "Right")):
            lesson.rerun(where, cell_of(exercise.task, answer))
            [cell] = [cell for cell in lesson.look() if cell["id"] == where]
            assert said in cell["text"], cell


# The tests above would notice: here is a lesson in which everything is wrong.

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text y="50">box</text></svg>'
PNG = (  # one grey pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def shown(source: str, **data: str) -> Any:
    named = {kind.replace("_", "/"): value for kind, value in data.items()}
    output = nbformat.v4.new_output("display_data", named)
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)


def bad_lesson() -> Any:
    svg_only = shown("1 / 0", text_plain="a drawing")
    svg_only.outputs[0].data["image/svg+xml"] = SVG
    wide = shown("", image_png=PNG)
    wide.outputs[0].metadata["image/png"] = {"width": 4000, "height": 90, "unconfined": True}
    return nbformat.v4.new_notebook(
        cells=[
            svg_only,
            shown("import os; os.write(2, b'oops')", image_png=PNG),
            shown("kitchen.compare(a, b)", text_html="<table><tr><td>one</td></tr></table>"),
            shown("", text_html=f'<img src="data:image/png;base64,{PNG}" width="90" height="90">'),
            wide,
            shown("", text_html='<p style="color: #eeeeee">hardly there</p>'),
            shown("", text_html="<pre>&lt;svg&gt;</pre>"),
            shown("", text_html=f'<img src="data:image/png;base64,{PNG}" width="9000">'),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


@pytest.fixture(scope="module")
def bad(browser: Browser, jupyter: Lab) -> Iterator[LessonPage]:
    path = Path("bad.ipynb")
    nbformat.write(bad_lesson(), jupyter.root / path)
    page = LessonPage(browser, jupyter, str(path))
    yield page
    page.close()


def test_a_bad_lesson_is_noticed(bad: LessonPage) -> None:
    bad.show()
    cells = bad.look()
    told = {
        cell["id"]: faults([cell], [number], View())
        for cell, number in zip(cells, pictures(bad.stored), strict=True)
    }
    said = [" ".join(x.partition(": ")[2] for x in told[cell["id"]]) for cell in cells]
    assert "0 pictures instead of 1" in said[0]
    assert "a picture has no size" in said[1]
    assert "a comparison has two columns, not 1" in said[2]
    assert "does not stand out" in said[3]
    assert "wider than its place" in said[4]
    assert "faint" in said[5]
    assert "<svg is shown as text" in said[6]
    assert "too small to read" in said[7]


def test_red_boxes_are_noticed(bad: LessonPage) -> None:
    assert red_boxes(bad.look()) == []
    bad.page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 1; }")
    bad.command("notebook:run-cell")
    bad.page.evaluate("() => { jupyterapp.shell.currentWidget.content.activeCellIndex = 0; }")
    bad.command("notebook:run-cell")
    said = red_boxes(bad.look())
    assert len(said) == 2
    assert "ZeroDivisionError" in said[0]
    assert "oops" in said[1]


def test_a_request_to_the_outside_is_noticed_and_fails(bad: LessonPage) -> None:
    assert bad.outside == []
    ended = bad.page.evaluate("() => fetch('http://example.org/').then(() => 'got', () => 'lost')")
    bad.page.evaluate("() => { new WebSocket('ws://example.org/'); }")
    bad.page.wait_for_timeout(200)
    assert ended == "lost"
    assert bad.outside == ["http://example.org/", "ws://example.org/"]
