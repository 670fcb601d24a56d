"""Every link in what a person reads leads to a file, and to a heading, that is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from tests.lessons.notebooks import PAGES, ROOT, read, text

CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# A link's or a picture's target in Markdown (also around a picture), and in HTML.
TARGET = re.compile(r"\]\(<?([^)\s>]*)|\b(?:href|src)=[\"']([^\"']*)|<(https?://[^>\s]+)>")
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?\s*$", re.MULTILINE)
MACHINE = re.compile(r"localhost|[\d.]+|\[.*\]|[^.]+|.*\.(?:local|internal|lan|home)")
WRITTEN = [*sorted(ROOT.glob("*.md")), *PAGES]
MODULES = sorted(
    path
    for path in (*ROOT.glob("*.py"), *ROOT.glob("kitchen/**/*.py"), *ROOT.glob("tests/**/*.py"))
    if "artefacts" not in path.parts
)


def markdown(path: Path) -> str:
    """What a file says in Markdown: the whole of it, or a notebook's cells."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = [cell for cell in read(path).cells if cell.cell_type == "markdown"]
    return "\n\n".join(text(cell.source) for cell in cells)


def docstrings(path: Path) -> str:
    """What a module, its classes and its functions say of themselves."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return "\n\n".join(ast.get_docstring(x) or "" for x in nodes if isinstance(x, kinds))


def targets(said: str) -> list[str]:
    """The targets of all links and pictures, but those in code."""
    return ["".join(found) for found in TARGET.findall(CODE.sub("", said))]


def anchors(path: Path) -> set[str]:
    """The fragments that lead into a file, as GitHub makes them or, for a notebook, JupyterLab."""
    said = re.sub(r"^```.*?^```", "", markdown(path), flags=re.MULTILINE | re.DOTALL)
    linkless = (re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", x) for x in HEADING.findall(said))
    headings = [re.sub(r"[*`]", "", x) for x in linkless]
    if path.suffix == ".ipynb":
        cells = {f"cell-id={cell.id}" for cell in read(path).cells}
        return cells | {heading.replace(" ", "-") for heading in headings}
    names = [re.sub(r"[^\w\- ]", "", x.lower()).replace(" ", "-") for x in headings]
    again = [names[:k].count(name) for k, name in enumerate(names)]
    return {f"{name}-{n}" if n else name for name, n in zip(names, again, strict=True)}


def faults(target: str, home: Path) -> Iterator[str]:
    """What is wrong with a link that stands in the file `home`."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        if parts.scheme != "https":
            yield f"{target}: not https"
        if MACHINE.fullmatch(parts.hostname or ""):
            yield f"{target}: one machine's address"
        return
    path = home if not parts.path else home.parent / unquote(parts.path)
    if target.startswith("/") or not path.resolve().is_relative_to(ROOT.resolve()):
        yield f"{target}: not in the repository"
    elif not path.exists():
        yield f"{target}: no such file"
    elif parts.fragment and path.suffix not in {".md", ".ipynb"}:
        yield f"{target}: a file without headings"
    elif parts.fragment and unquote(parts.fragment) not in anchors(path):
        yield f"{target}: no such heading"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    assert [fault for x in targets(markdown(path)) for fault in faults(x, path)] == []


def test_links_in_docstrings_lead_somewhere() -> None:
    assert len(MODULES) > 100
    said = {path: targets(docstrings(path)) for path in MODULES}
    # From the top of the repository: a docstring is read anywhere.
    top = ROOT / "README.md"
    assert [f for found in said.values() for target in found for f in faults(target, top)] == []


def test_there_are_links() -> None:
    found = [target for path in WRITTEN for target in targets(markdown(path))]
    assert len([x for x in found if x.startswith("https")]) > 5
    assert len([x for x in found if not x.startswith("https")]) > 20


# The checker itself, on two small files.


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tests.test_links.ROOT", tmp_path)
    heading = "# Top\n\n## `a` and *B*, twice\n\n## a and b, twice\n\n```sh\n# none\n```\n"
    (tmp_path / "it.md").write_text(heading)
    (tmp_path / "x.png").touch()
    source = "# One\n\n## Loss weights\n\n### The `Add` layer?"
    cells = [nbformat.v4.new_markdown_cell(source, id="it-00")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "it.ipynb")
    return tmp_path / "it.md"


@pytest.mark.parametrize(
    "target",
    [
        *("it.md", "#top", "it.md#a-and-b-twice", "#a-and-b-twice-1", "x.png", "./it.md"),
        *(
            "it.ipynb",
            "it.ipynb#Loss-weights",
            "it.ipynb#The-Add-layer?",
            "it.ipynb#One",
            "it.ipynb#cell-id=it-00",
        ),
        *("https://keras.io/guides/", "https://github.com/OWNER/x#y"),
    ],
)
def test_a_sound_link_passes(home: Path, target: str) -> None:
    assert list(faults(target, home)) == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("no.md", "no such file"),
        ("it.md#none", "no such heading"),
        ("#Top", "no such heading"),
        ("#a-and-b-twice-2", "no such heading"),
        ("it.ipynb#loss-weights", "no such heading"),
        ("it.ipynb#cell-id=it-01", "no such heading"),
        ("x.png#top", "without headings"),
        ("../it.md", "not in the repository"),
        ("/it.md", "not in the repository"),
        ("http://keras.io", "not https"),
        ("//keras.io", "not https"),
        ("mailto:a@b.org", "not https"),
        ("https://localhost/x", "one machine's"),
        ("https://127.0.0.1:8888/x", "one machine's"),
        ("https://[::1]/x", "one machine's"),
        ("https://build.internal/x", "one machine's"),
        ("https://mirror/x", "one machine's"),
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(home: Path, target: str, said: str) -> None:
    assert any(said in fault for fault in faults(target, home))


def test_links_are_found_in_markdown_and_in_html_and_not_in_code() -> None:
    said = "[a](1) ![b](2) [![c](3)](4) <img src=\"5\"> <a href='6'> [d](<7>) <https://e.org>"
    assert targets(said) == ["1", "2", "3", "4", "5", "6", "7", "https://e.org"]
    assert targets("`[a](1)`\n\n```md\n[b](2)\n```\n") == []
