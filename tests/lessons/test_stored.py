"""Every lesson as it is stored: run once from top to bottom, whole, small and free of slips."""

import base64
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.lessons.notebooks import GLOSSARY, LESSONS, PAGES, RAISES, code_cells, read, tags, text

LARGEST = 1_000_000  # bytes of a file
MOST_CELLS = 30
MOST_CORE_CELLS = 20
PICTURE = "data:image/png;base64,"
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:tmp|root|home|work|var|Users|private)/|\b[A-Z]:\\")
# What promises a picture: the cell shows a drawing or a comparison, by itself or below a question
# that is asked first, or plots.
SHOWN = r"^(?:kitchen\.predict\([^()]*)?kitchen\."
SHOWS_COMPARISON = re.compile(rf"{SHOWN}compare\(", re.MULTILINE)
SHOWS_PICTURE = re.compile(rf"{SHOWN}(?:draw|compare)\(|^plt\.show\(", re.MULTILINE)

Problems = Iterator[str]


def outputs(notebook: Any) -> Iterator[tuple[str, Any]]:
    """Every output with its cell's id."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            yield cell.id, output


def texts(notebook: Any) -> Iterator[tuple[str, str]]:
    """Whatever a person may read, with its cell's id."""
    for cell in notebook.cells:
        yield cell.id, text(cell.source)
    for name, output in outputs(notebook):
        yield name, text(output.get("text", "")) + text(output.get("traceback", ""))
        for kind, value in output.get("data", {}).items():
            if kind not in {"image/png", "image/jpeg"} and isinstance(value, str | list):
                # Inside a picture's base64 a slash means nothing.
                yield name, re.sub(r"(?<=;base64,)[\w+/=]+", "", text(value))


def not_run_once_from_top_to_bottom(notebook: Any) -> Problems:
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells' execution counts are {counts}"
    for name, output in outputs(notebook):
        if output.get("execution_count", counts[0]) not in counts:
            yield f"{name}: an output of another run"


def outputs_missing(notebook: Any) -> Problems:
    for cell in code_cells(notebook):
        if "nbval-check-output" in tags(cell) and not cell.outputs:
            yield f"{cell.id}: nothing to compare with"
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        html = "".join(text(x.get("data", {}).get("text/html", "")) for x in cell.outputs)
        if SHOWS_PICTURE.search(cell.source) and "image/png" not in kinds and PICTURE not in html:
            yield f"{cell.id}: its picture is missing"


def errors_or_red_boxes(notebook: Any) -> Problems:
    meant = {cell.id for cell in code_cells(notebook) if RAISES in tags(cell)}
    raised = {name for name, output in outputs(notebook) if output.output_type == "error"}
    for name in meant - raised:
        yield f"{name}: it is to raise, and does not"
    for name, output in outputs(notebook):
        if output.output_type == "error" and name not in meant:
            yield f"{name}: {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"{name}: stderr: {text(output.text)}"


def paths_of_a_machine(notebook: Any) -> Problems:
    for name, value in texts(notebook):
        for found in MACHINE_PATH.finditer(value):
            yield f"{name}: {value[max(0, found.start() - 20) : found.end() + 40]!r}"


def what_differs_between_runs(notebook: Any) -> Problems:
    if notebook.metadata.get("language_info") != {"name": "python"}:
        yield f"language_info is {notebook.metadata.get('language_info')}"
    for cell in notebook.cells:
        if extra := set(cell.metadata) - {"tags"}:
            yield f"{cell.id}: metadata {sorted(extra)}"


def pictures_that_an_untrusted_notebook_hides(notebook: Any) -> Problems:
    for name, output in outputs(notebook):
        data = output.get("data", {})
        if "image/svg+xml" in data and "image/png" not in data:
            yield f"{name}: an SVG without a PNG"
        html = text(data.get("text/html", ""))
        if "<svg" in html:
            yield f"{name}: an SVG inside HTML"
        for tag in re.findall(r"<img\b[^>]*>", html):
            if PICTURE not in tag:
                yield f"{name}: a picture that is not in the file: {tag[:80]}"
            if not re.search(r'\balt="[^"]+"', tag):
                yield f"{name}: a picture without a text: {tag[:80]}"


def headings_out_of_order(notebook: Any) -> Problems:
    levels: list[int] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = re.sub(r"```.*?```", "", text(cell.source), flags=re.DOTALL)
            levels += [len(marks) for marks in re.findall(r"^(#{1,6}) ", source, re.MULTILINE)]
    if not text(notebook.cells[0].source).startswith("# ") or levels.count(1) != 1:
        yield f"it begins with its one title: the levels are {levels}"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def too_many_cells(notebook: Any) -> Problems:
    if len(notebook.cells) > MOST_CELLS:
        yield f"{len(notebook.cells)} cells"


def core_cells(notebook: Any) -> list[Any]:
    """The cells before the first "Going further"."""
    sources = [text(cell.source) for cell in notebook.cells]
    further = [k for k, source in enumerate(sources) if source.startswith("## Going further")]
    return list(notebook.cells[: further[0]] if further else notebook.cells)


def too_many_core_cells(notebook: Any) -> Problems:
    if (count := len(core_cells(notebook))) > MOST_CORE_CELLS:
        yield f"{count} cells before what goes further"


def nothing_to_remember(notebook: Any) -> Problems:
    last = core_cells(notebook)[-1]
    _, heading, rest = text(last.source).partition("## What to remember\n")
    numbers = re.findall(r"^(\d+)\. \S", rest, re.MULTILINE)
    if not heading or numbers != ["1", "2", "3", "4", "5"]:
        yield f"the last core cell says what to remember in five lines: found {numbers}"


CHECKS: list[Callable[[Any], Problems]] = [
    not_run_once_from_top_to_bottom,
    outputs_missing,
    errors_or_red_boxes,
    paths_of_a_machine,
    what_differs_between_runs,
    pictures_that_an_untrusted_notebook_hides,
    headings_out_of_order,
    too_many_cells,
    too_many_core_cells,
    nothing_to_remember,
]


def test_there_are_lessons() -> None:
    assert [path.stem[:2] for path in LESSONS[:4]] == ["00", "01", "02", "03"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_stored_lesson_has_no(path: Path, check: Callable[[Any], Problems]) -> None:
    if path == GLOSSARY and check in {too_many_cells, too_many_core_cells, nothing_to_remember}:
        return  # a book to look things up in
    assert list(check(read(path))) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_stored_lesson_is_a_small_and_valid_file(path: Path) -> None:
    assert path.stat().st_size < LARGEST
    nbformat.validate(read(path))


# The checks themselves, on a lesson that is sound and on the same with one slip.


def sound() -> Any:
    new = nbformat.v4
    png = base64.b64encode(b"\x89PNG nothing to see").decode()
    shown = new.new_output(
        "execute_result", {"image/png": png, "image/svg+xml": "<svg/>"}, execution_count=1
    )
    compared = new.new_output(
        "execute_result", {"text/html": f'<img src="{PICTURE}{png}" alt="two boxes">'}
    )
    compared.execution_count = 2
    cells = [
        new.new_markdown_cell("# Title\n\nWhat it is about."),
        new.new_code_cell("kitchen.draw(model)", outputs=[shown], execution_count=1),
        new.new_markdown_cell("## Part\n\n### Detail\n\n```python\n# a comment\n```"),
        new.new_code_cell("kitchen.compare(a, b)", outputs=[compared], execution_count=2),
        new.new_code_cell(
            "print(1)",
            outputs=[new.new_output("stream", text="1\n")],
            execution_count=3,
            metadata={"tags": ["nbval-check-output"]},
        ),
        new.new_markdown_cell(
            "## What to remember\n\n" + "".join(f"{k}. Line.\n" for k in range(1, 6))
        ),
    ]
    return new.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def test_a_sound_lesson_passes_every_check() -> None:
    assert [problem for check in CHECKS for problem in check(sound())] == []


def shows(html: str) -> dict[str, dict[str, str]]:
    return {"data": {"text/html": html}}


# In each, `c` are the cells of the sound lesson.
SLIPS: list[tuple[Callable[[Any], Problems], Callable[[Any], object]]] = [
    (not_run_once_from_top_to_bottom, lambda c: c[1].update(execution_count=None)),
    (not_run_once_from_top_to_bottom, lambda c: c[3].update(execution_count=7)),
    (not_run_once_from_top_to_bottom, lambda c: c[3].outputs[0].update(execution_count=9)),
    (outputs_missing, lambda c: c[1].outputs.clear()),
    (outputs_missing, lambda c: c[3].outputs[0].update(shows("no picture"))),
    (
        outputs_missing,
        lambda c: (
            c[3].update(source='kitchen.predict(\n    "99.a",\n    kitchen.compare(a, b),\n)'),
            c[3].outputs[0].update(shows("no picture")),
        ),
    ),
    (outputs_missing, lambda c: c[4].outputs.clear()),
    (errors_or_red_boxes, lambda c: c[4].outputs[0].update(name="stderr")),
    (errors_or_red_boxes, lambda c: c[4].outputs.append(nbformat.v4.new_output("error"))),
    (errors_or_red_boxes, lambda c: c[4].metadata.tags.append(RAISES)),
    (paths_of_a_machine, lambda c: c[4].outputs[0].update(text="File /tmp/ipykernel_1/2.py")),
    (paths_of_a_machine, lambda c: c[4].outputs[0].update(text="in C:\\Users\\me")),
    (paths_of_a_machine, lambda c: c[4].update(source='open("/home/me/x")')),
    (paths_of_a_machine, lambda c: c[4].outputs[0].update(traceback=["File /root/a.py:1"])),
    (paths_of_a_machine, lambda c: c[1].outputs[0].data.update({"image/svg+xml": " /work/x"})),
    (what_differs_between_runs, lambda c: c[1].metadata.update(execution={"busy": "2026"})),
    (pictures_that_an_untrusted_notebook_hides, lambda c: c[1].outputs[0].data.pop("image/png")),
    (pictures_that_an_untrusted_notebook_hides, lambda c: c[3].outputs[0].update(shows("<svg>"))),
    (
        pictures_that_an_untrusted_notebook_hides,
        lambda c: c[3].outputs[0].update(shows('<img src="https://example.org/x.png" alt="x">')),
    ),
    (
        pictures_that_an_untrusted_notebook_hides,
        lambda c: c[3].outputs[0].update(shows(f'<img src="{PICTURE}AAAA" alt="">')),
    ),
    (headings_out_of_order, lambda c: c[0].update(source="## Title")),
    (headings_out_of_order, lambda c: c[2].update(source="# Another title")),
    (headings_out_of_order, lambda c: c[2].update(source="### Detail")),
    (too_many_cells, lambda c: c.extend(c[:1] * MOST_CELLS)),
    (too_many_core_cells, lambda c: c.extend(c[:1] * MOST_CORE_CELLS)),
    (nothing_to_remember, lambda c: c[5].update(source="## What to remember\n\n1. Only this.")),
    (nothing_to_remember, lambda c: c[5].update(source="The end.")),
]


@pytest.mark.parametrize(
    ("check", "slip"), SLIPS, ids=[f"{check.__name__}-{k}" for k, (check, _) in enumerate(SLIPS)]
)
def test_a_slip_is_noticed(check: Callable[[Any], Problems], slip: Callable[[Any], object]) -> None:
    notebook = sound()
    slip(notebook.cells)
    assert list(check(notebook))


def test_a_version_of_python_is_noticed() -> None:
    notebook = sound()
    notebook.metadata.language_info.version = "3.11.2"
    assert list(what_differs_between_runs(notebook))
