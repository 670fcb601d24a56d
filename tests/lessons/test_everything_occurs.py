"""What the package has for lessons occurs in a lesson, and what lessons mention is in the package.

Examples, claims, exercises, explained errors and public names: each is looked for both ways.
"""

import re
from collections.abc import Iterable
from typing import Any

import nbformat
import pytest

import kitchen
from kitchen.teaching import course
from kitchen.teaching.claims import all_claims
from kitchen.teaching.errors_known.catalogue import KNOWN
from tests.lessons.notebooks import FOLDER, LESSONS, RAISES, asked, code_cells, read, tags, text

NOTEBOOKS = {path.stem[:2]: read(path) for path in LESSONS}
REVIEW, ARTICLE = "11", "12"  # they show the table of explained errors, and that of the claims

EXAMPLES = sorted(kitchen.examples.__all__)
EXERCISES = [key for lesson in course.lessons() for key in course.tasks(lesson)]
CLAIMS = list(all_claims())
ERRORS = [known.code for known in KNOWN]


def code(notebook: Any) -> str:
    """The code of a notebook's cells."""
    return "\n".join(text(cell.source) for cell in code_cells(notebook))


def words(notebook: Any) -> str:
    """Whatever a learner may type or read as a name: the cells, text and code."""
    return "\n".join(text(cell.source) for cell in notebook.cells)


def shown(cells: Iterable[Any]) -> str:
    """What is stored below some cells, as text."""
    pieces = []
    for cell in cells:
        for output in cell.outputs:
            pieces.append(text(output.get("text", "")))
            pieces.append(text(output.get("data", {}).get("text/plain", "")))
    return "\n".join(pieces)


def examples_in(notebook: Any) -> set[str]:
    """The examples that a lesson's code or text names."""
    return set(re.findall(r"kitchen\.examples\.(\w+)", words(notebook)))


def names_in(notebook: Any) -> set[str]:
    """The names of the package that a lesson uses or mentions."""
    return set(re.findall(r"(?<![\w./])kitchen\.([A-Za-z]\w*)", words(notebook)))


def explained_in(notebook: Any) -> set[str]:
    """The codes of the errors under a lesson's red boxes."""
    raising = [cell for cell in code_cells(notebook) if RAISES in tags(cell)]
    return set(re.findall(r"^(E\d{3}) ", shown(raising), re.MULTILINE))


def tabled_in(notebook: Any) -> set[str]:
    """The codes in the stored table of all errors that are explained."""
    cells = [cell for cell in code_cells(notebook) if "kitchen.known_errors()" in cell.source]
    return set(re.findall(r"^(E\d{3}) ", shown(cells), re.MULTILINE))


def claims_in(notebook: Any) -> set[str]:
    """The keys of the claims in the stored table: its last column."""
    keys: set[str] = set()
    for cell in code_cells(notebook):
        for output in cell.outputs:
            html = text(output.get("data", {}).get("text/html", ""))
            if "on condition that" in html:
                keys |= set(re.findall(r"<td[^>]*>(\w+)</td></tr>", html))
    return keys


def claims_named_in(notebook: Any) -> set[str]:
    """The keys by which a lesson's code asks for a claim, or its text names one."""
    asked_for = set(re.findall(r'results\["(\w+)"\]', words(notebook)))
    return asked_for | set(re.findall(r"^- `(\w+)` – ", words(notebook), re.MULTILINE))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_occurs_in_a_lessons_code(name: str) -> None:
    used = [x for x in NOTEBOOKS.values() if re.search(rf"kitchen\.examples\.{name}\b", code(x))]
    assert used


@pytest.mark.parametrize("key", EXERCISES)
def test_every_exercise_is_the_cell_of_a_lesson(key: str) -> None:
    assert [key for x in NOTEBOOKS.values() for cell in code_cells(x) if key in asked(cell)]


@pytest.mark.parametrize("key", CLAIMS)
def test_every_claim_stands_in_the_table_of_a_lesson(key: str) -> None:
    assert key in claims_in(NOTEBOOKS[ARTICLE])


@pytest.mark.parametrize("code", ERRORS)
def test_every_explained_error_stands_in_a_lesson(code: str) -> None:
    met = set().union(*map(explained_in, NOTEBOOKS.values()))
    assert code in met | tabled_in(NOTEBOOKS[REVIEW])


def test_the_table_of_errors_is_the_packages() -> None:
    """Stored anew after an error was added or taken away: `-m tests.lessons.store 11`."""
    assert tabled_in(NOTEBOOKS[REVIEW]) == set(ERRORS)


def test_the_table_of_claims_is_the_packages() -> None:
    assert claims_in(NOTEBOOKS[ARTICLE]) == set(CLAIMS)


@pytest.mark.parametrize("lesson", NOTEBOOKS)
def test_what_a_lesson_mentions_is_in_the_package(lesson: str) -> None:
    notebook = NOTEBOOKS[lesson]
    keys = set(re.findall(r'exercise\("(\d\d\.\d)"\)', words(notebook)))
    titles = set(re.findall(r"[Ee]xercises? (\d\d\.\d)", words(notebook)))
    assert keys | titles <= set(EXERCISES)
    assert examples_in(notebook) <= set(EXAMPLES)
    assert names_in(notebook) <= {*kitchen.__all__, "__version__"}
    assert explained_in(notebook) | set(re.findall(r"\bE\d{3}\b", words(notebook))) <= set(ERRORS)
    assert claims_named_in(notebook) <= set(CLAIMS)


def test_every_public_name_occurs_in_a_lesson() -> None:
    used = set().union(*map(names_in, NOTEBOOKS.values()))
    assert set(kitchen.__all__) - used <= {"KitchenError", "ModelGraph"}  # classes, not calls


# What is looked for is found: a lesson that mentions things that are not there.


def lesson_of(*sources: str) -> Any:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(x) for x in sources])


def test_names_are_found() -> None:
    notebook = lesson_of("kitchen.drow(kitchen.examples.nothing)", "import kitchen.graph")
    assert names_in(notebook) == {"drow", "examples", "graph"}
    assert examples_in(notebook) == {"nothing"}
    assert names_in(lesson_of("https://example.org/kitchen.html my.kitchen.door")) == set()


def test_codes_of_errors_are_found_under_red_boxes_only() -> None:
    said = nbformat.v4.new_output("display_data", {"text/plain": "E121 A layer\n  is called"})
    cell = nbformat.v4.new_code_cell("f(g)", outputs=[said], metadata={"tags": [RAISES]})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert explained_in(notebook) == {"E121"}
    cell.metadata.tags = []
    assert explained_in(notebook) == set()


def test_claims_are_found() -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("- `either_or` – Two kinds."),
            nbformat.v4.new_code_cell('results["unet"].code'),
        ]
    )
    assert claims_named_in(notebook) == {"either_or", "unet"}


def test_the_lessons_that_show_the_tables_are_there() -> None:
    assert (FOLDER / "11_mixed_review.ipynb").is_file()
    assert len(tabled_in(NOTEBOOKS[REVIEW])) > 30
    assert len(claims_in(NOTEBOOKS[ARTICLE])) > 30
