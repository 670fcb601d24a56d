"""Each term of the glossary is a link where the course first uses it, and nothing else changes."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest
import tensorflow as tf

from tests.lessons import terms
from tests.lessons.notebooks import FOLDER, GLOSSARY, LESSONS, read, text

TERMS = terms.terms(read(GLOSSARY))
BOOK = "A2_glossary.ipynb"
ENTRIES = re.split(
    r"^## ", "\n".join(text(cell.source) for cell in read(GLOSSARY).cells), flags=re.MULTILINE
)[1:]


def page(*sources: str) -> Any:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(x) for x in sources])


def linked(*sources: str, words: tuple[str, ...] = ("Layer", "Loss", "Loss weights")) -> list[str]:
    """The sources after their terms were linked, each in a lesson of its own."""
    pages, _ = terms.link([page(source) for source in sources], words)
    return [x.cells[0].source for x in pages]


def test_each_term_is_linked_where_the_course_first_uses_it_and_nowhere_else() -> None:
    lessons = [read(path) for path in LESSONS]
    after, _ = terms.link(lessons, TERMS)
    wrong = [
        f"{cell.id}: {cell.source}"
        for lesson, new in zip(lessons, after, strict=True)
        for cell, wanted in zip(lesson.cells, new.cells, strict=True)
        if cell.source != wanted.source
    ]
    assert wrong == [], "run `python -m tests.lessons.terms`"


def test_every_term_is_used_in_the_course_and_every_link_has_its_term() -> None:
    sources = [text(cell.source) for path in LESSONS for cell in read(path).cells]
    anchors = [found for source in sources for _, found in terms.LINK.findall(source)]
    assert Counter(anchors) == Counter(map(terms.anchor, TERMS))


def test_an_entry_names_the_lesson_in_which_its_term_is_linked() -> None:
    glossary = read(GLOSSARY)
    _, first = terms.link(map(read, LESSONS), TERMS)
    places = {term: LESSONS[number] for term, number in first.items()}
    assert terms.say_where(glossary, places) == glossary, "run `python -m tests.lessons.terms`"


def test_the_address_of_a_term_is_that_of_its_cell() -> None:
    _, *cells = read(GLOSSARY).cells
    for cell, term in zip(cells, TERMS, strict=True):
        assert text(cell.source).startswith(f"## {term}\n")
        assert terms.anchor(term) == f"cell-id={cell.id}"


def test_the_terms_stand_in_alphabetical_order() -> None:
    assert sorted(TERMS, key=str.lower) == TERMS
    assert len(set(TERMS)) == len(TERMS) > 30


def test_the_table_of_forms_is_about_terms_that_there_are() -> None:
    assert set(terms.FORMS) - set(TERMS) == set()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.partition("\n")[0])
def test_an_entry_is_a_few_sentences_and_says_where_the_term_is_first_met(entry: str) -> None:
    term, _, said = entry.partition("\n")
    assert terms.ENTRY.fullmatch(f"## {term}\n{said}".rstrip())
    prose = re.sub(r"```.*?```|^First met in .*$", "", said, flags=re.DOTALL | re.MULTILINE)
    assert 1 <= len(re.findall(r"[.?]\)?(?=\s|$)", prose)) <= 5


def test_the_code_of_the_glossary_runs_and_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocks = [code for x in ENTRIES for code in re.findall(r"```python\n(.*?)```", x, re.DOTALL)]
    assert blocks
    for code in blocks:
        exec(code, {"tf": tf, "layers": tf.keras.layers})  # noqa: S102 (our own code)
        said = re.findall(r"^print\(.*\)  # (.+)$", code, re.MULTILINE)
        assert capsys.readouterr().out.split("\n")[:-1] == said


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A *layer* of two.", f"A *[layer]({BOOK}#cell-id=layer)* of two."),
        ("Layers and a layer.", f"[Layers]({BOOK}#cell-id=layer) and a layer."),
        ("The layer's name", f"The [layer]({BOOK}#cell-id=layer)'s name"),
        ("the loss\nweights", f"the [loss\nweights]({BOOK}#cell-id=loss-weights)"),
        ("`loss_weights` are", f"[`loss_weights`]({BOOK}#cell-id=loss-weights) are"),
        ("A multi-layer player, two players", None),
        ("# A layer\n\n## Layers", None),
        ("`layer` and\n\n```python\n# a layer\nlayer = 1\n```", None),
        ("[a layer](01_sequential_classifier.ipynb)", None),
        ("![a layer](pictures/x.png)", None),
        ("| layer | loss |\n| --- | --- |", None),
        ("<details><summary>The layer</summary>", None),
        ("**Edit → Split Layer**", None),
        ("### Exercise 01.1: A layer\n\nOf a layer.\n\n```python\n# A\nlayer\n```\n\nLayer", None),
        ("### Exercise 01.1: x\n\nlayer\n\n## y\n\nlayer", f"[layer]({BOOK}#cell-id=layer)"),
    ],
)
def test_a_link_goes_to_prose_only(source: str, expected: str | None) -> None:
    [made] = linked(source)
    if expected is None:
        assert made == source
    else:
        assert made.endswith(expected)
        assert made.count(BOOK) == 1


def test_only_the_first_use_is_a_link_however_often_it_is_asked_for() -> None:
    once = linked("It has a loss.", "Layers and their loss.")
    assert once == [
        f"It has a [loss]({BOOK}#cell-id=loss).",
        f"[Layers]({BOOK}#cell-id=layer) and their loss.",
    ]
    assert linked(*once) == once
    earlier = ["A loss.", *once]
    assert linked(*earlier) == [f"A [loss]({BOOK}#cell-id=loss).", "It has a loss.", once[1]]


def test_the_files_change_in_their_links_and_in_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = page("# 01 · One\n\nA layer.")
    lesson.cells.append(nbformat.v4.new_code_cell("layer = 1", metadata={"tags": ["kept"]}))
    glossary = page(
        "# Glossary", "## Layer\n\nIt is.\n\nFirst met in …\n\n## Loss\n\nFirst met in …"
    )
    for name, notebook in (("01_one.ipynb", lesson), (BOOK, glossary)):
        nbformat.write(notebook, tmp_path / name)
    monkeypatch.setattr(terms, "LESSONS", [FOLDER / "01_one.ipynb"])
    assert terms.main([str(tmp_path)]) == 1
    assert "No lesson uses the term 'Loss'" in capsys.readouterr().err
    lesson.cells[0].source = f"# 01 · One\n\nA [layer]({BOOK}#cell-id=layer)."
    glossary.cells[
        1
    ].source = (
        "## Layer\n\nIt is.\n\nFirst met in [01 · One](01_one.ipynb).\n\n## Loss\n\nFirst met in …"
    )
    assert read(tmp_path / "01_one.ipynb") == lesson
    assert read(tmp_path / BOOK) == glossary
    terms.main([str(tmp_path)])
    assert capsys.readouterr().out == "", "nothing is written twice"
