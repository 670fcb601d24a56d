"""Link each term of the glossary where the course first uses it: `python -m tests.lessons.terms`.

The glossary then says where that is. Nothing else changes, and a second run changes nothing.
"""

import argparse
import copy
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from tests.lessons.notebooks import FOLDER, GLOSSARY, LESSONS, read, text

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
ENTRY = re.compile(r"^## (?P<term>.+)\n(?P<says>(?:(?!## ).*\n)*?)First met in .*$", re.MULTILINE)
LINK = re.compile(rf"\[([^\]]+)\]\({re.escape(GLOSSARY.name)}#([^)\s]+)\)")
# How a lesson writes a term, where that is not its heading or its heading and an s.
FORMS = {
    "Attention": ("attention", "self-attention"),
    "Batch": ("batch", "batches"),
    "Bias": ("bias", "biases"),
    "Block": ("**block**",),  # an array has blocks, too
    "Branch": ("branch", "branches"),
    "Build": ("`build`", "not built", "unbuilt"),  # one builds a network, too
    "Config": ("config", "`get_config`"),
    "Embedding": ("embedding", "`embedding`"),
    "Functional model": ("functional",),
    "Loss": ("loss", "losses"),
    "Loss weights": ("loss weights", "`loss_weights`"),
    "Merge": ("merge", "merges", "merged", "`Concatenate`", "`Add`"),
    "Query": ("query", "queries", "`query`"),
    "Residual network": ("residual network", "residual block", "*residual* network"),
    "Same family": ("same family",),
    "Sequential model": ("`Sequential`",),
    "Shape": ("its shape", "shapes"),  # a box has a shape, too
    "Shared layer": ("shared", "sharing"),
    "Siamese network": ("siamese",),
    "Sigmoid": ("sigmoid", "`sigmoid`"),
    "Skip": ("**skip**",),  # a learner may skip a question, too
    "Softmax": ("softmax", "`softmax`"),
    "Subclassed model": ("subclass", "subclassed", "subclassing"),
    "Symbolic tensor": ("symbolic", "placeholder"),
    "Validation": ("validation",),
    "Wider": ("**wider**",),  # a histogram is wider, too
    "Wrapped": ("wrapped",),
}
NO_PROSE = (
    r"^```.*?^```",  # code
    r"^### Exercise .*?(?=^#{2,6} |\Z)",  # stated word for word as in the package
    r"^#{1,6} [^\n]*",
    r"^\|[^\n]*",  # a table
    r"<summary>.*?</summary>",
    r"<[^>\n]*>",
    r"!?\[[^\]]*\]\([^)]*\)",  # a link or a picture
    r"\*\*[^*]*→[^*]*\*\*",  # a way through JupyterLab's menus
)


def main(arguments: list[str]) -> int:
    """Link the lessons of a folder; 1 if a term is never used there."""
    parser = argparse.ArgumentParser(prog="python -m tests.lessons.terms")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="with the lessons")
    folder = parser.parse_args(arguments).folder
    paths = [folder / path.name for path in (*LESSONS, GLOSSARY)]
    *lessons, glossary = map(read, paths)
    linked, first = link(lessons, terms(glossary))
    places = {term: paths[k] for term, k in first.items()}
    after = [*linked, say_where(glossary, places)]
    for path, before, new in zip(paths, [*lessons, glossary], after, strict=True):
        if new != before:
            nbformat.write(new, path)
            print(f"{path.name}: written", flush=True)
    unused = [term for term in terms(glossary) if term not in first]
    for term in unused:
        print(f"No lesson uses the term {term!r}.", file=sys.stderr)
    return int(bool(unused))


def terms(glossary: Any) -> list[str]:
    """The headings of the glossary's entries, in order."""
    return [term for cell in glossary.cells for term in HEADING.findall(text(cell.source))]


def forms(term: str) -> tuple[str, ...]:
    """What stands in a lesson for a term, in small letters or in large ones."""
    return FORMS.get(term, (term, f"{term}s"))


def anchor(term: str) -> str:
    """The fragment of an address that leads to a term's cell in JupyterLab.

    Not the heading's own: a heading is not found in a notebook that the link has just opened.
    """
    return f"cell-id={term.lower().replace(' ', '-')}"


def link(lessons: Iterable[Any], words: Iterable[str]) -> tuple[list[Any], dict[str, int]]:
    """Copies of the lessons in which each term's first use is a link, and in which lesson it is."""
    owner = {form.lower(): word for word in words for form in forms(word)}
    pattern = scanner(owner)
    first: dict[str, int] = {}
    linked = []
    for number, lesson in enumerate(lessons):

        def replace(found: re.Match[str], number: int = number) -> str:
            word = owner.get(" ".join((found["term"] or "").lower().split()))
            if word is None or word in first:
                return found[0]
            first[word] = number
            return f"[{found[0]}]({GLOSSARY.name}#{anchor(word)})"

        linked.append(copy.deepcopy(lesson))
        for cell in linked[-1].cells:
            if cell.cell_type == "markdown":
                cell.source = pattern.sub(replace, LINK.sub(r"\1", text(cell.source)))
    return linked, first


def scanner(known: Iterable[str]) -> re.Pattern[str]:
    """What finds the forms (as `term`), and takes in one piece whatever is not prose."""
    longest_first = sorted(known, key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
    skipped = "|".join(NO_PROSE)
    term = rf"(?<![\w-])(?P<term>(?i:{words}))(?![\w-])"
    return re.compile(rf"(?:{skipped})|{term}|`[^`]*`", re.MULTILINE | re.DOTALL)


def say_where(glossary: Any, places: dict[str, Path]) -> Any:
    """A copy of the glossary in which each entry names the lesson that first uses its term."""

    def replace(entry: re.Match[str]) -> str:
        if (path := places.get(entry["term"])) is None:
            return entry[0]
        title = text(read(path).cells[0].source).partition("\n")[0].removeprefix("# ")
        return f"## {entry['term']}\n{entry['says']}First met in [{title}]({path.name})."

    said = copy.deepcopy(glossary)
    for cell in said.cells:
        cell.source = ENTRY.sub(replace, text(cell.source))
    return said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
