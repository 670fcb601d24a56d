"""Read all that is written here, by file and line, for codespell; and its American words."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from tests.lessons.notebooks import PAGES, ROOT, read, text

FOLDERS = ("kitchen", "tests", "binder", ".ci")
SUFFIXES = {"", ".css", ".js", ".md", ".py", ".toml", ".yml"}
# A link to another's page bears that page's title.
CODE = re.compile(
    r"^```.*?^```|`[^`\n]*`|\[[^\]]*\]\(https?:[^)\s]*\)|\]\([^)\s]*\)", re.MULTILINE | re.DOTALL
)
# In a docstring: an example, and the name of an argument that the rest of the line describes.
EXAMPLE = re.compile(r"^ *(?:>>>|\.\.\.).*$|^ *\**\w+:(?= )", re.MULTILINE)
PLAIN = re.compile(r"[(“]?([^\W\d_]+(?:['-][^\W\d_]+)*)[.,;!?)”]*")
LITTLE = {"a", "an", "are", "has", "is", "it", "no", "of", "the", "to"}  # a sentence has one
# American as a word of its own, and British too as another word or in another sense.
BRITISH_TOO = frozenset(
    "analog biased dialog dialogs focused focuses focusing judgment judgments license licensed"
    " licenses licensing meter meters practice practiced practices practicing program routing"
    " stories writable".split()
)


def everything() -> Iterator[tuple[Path, str]]:
    """Each file that people write here, a notebook as its cells, and what is in it."""
    found = [path for path in ROOT.iterdir() if path.suffix in SUFFIXES - {""}]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    for path in sorted(found):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and path.suffix in SUFFIXES and "artefacts" not in parts:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
    for path in PAGES:
        for cell in read(path).cells:  # without its outputs: they may be pictures
            suffix = ".md" if cell.cell_type == "markdown" else ".py"
            yield path.relative_to(ROOT).with_suffix("") / f"{cell.id}{suffix}", text(cell.source)


def prose(path: Path, said: str) -> str:
    """The plain words of a file, each on its own line: no code, no names, nothing in quotes."""
    if path.suffix == ".py":
        # A test's strings are code, or what others say.
        said = spoken(said, sentences=path.parts[0] != "tests")
    elif path.suffix in {".css", ".js"}:
        said = blanked(re.compile(r"(?s)/\*.*?\*/|(?<!:)//[^\n]*"), said, keep=True)
    elif path.suffix != ".md":
        said = "\n".join(line.partition("#")[2] for line in said.split("\n"))
    return "\n".join(" ".join(plain(line.split())) for line in blanked(CODE, said).split("\n"))


def plain(words: list[str]) -> Iterator[str]:
    """Those of a line's words that are made of letters, and are not a name inside a sentence."""
    before = "."
    for word in words:
        found = PLAIN.fullmatch(word)
        if found and not (
            found[1][0].isupper() and PLAIN.fullmatch(before) and before[-1] not in ".!?"
        ):
            yield found[1]
        before = word


def spoken(source: str, *, sentences: bool) -> str:
    """The comments and docstrings of a program, with its strings if they are to count."""
    lines = [""] * (source.count("\n") + 2)
    source = re.sub(r"(?m)^[%!].*$", "pass", source)  # what only a notebook understands
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            lines[token.start[0]] += f" {token.string}"
    nodes = list(ast.walk(ast.parse(source)))
    said = {id(x.body[0].value) for x in nodes if has_docstring(x)}  # type: ignore[attr-defined]
    inside = {id(part) for x in nodes if isinstance(x, ast.JoinedStr) for part in x.values}
    for node in nodes:
        value = written(node)
        if id(node) in said:
            for number, line in enumerate(blanked(EXAMPLE, value).split("\n"), node.lineno):  # type: ignore[attr-defined]
                lines[number] += f" {line}"
        elif sentences and id(node) not in inside and LITTLE & set(value.lower().split()):
            lines[node.lineno] += " " + value.replace("\n", " ")  # type: ignore[attr-defined]
    return "\n".join(lines[1:])


def written(node: ast.AST) -> str:
    """What a string says, with a dash for each value in it; nothing for a pattern."""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(x) if isinstance(x, ast.Constant) else "–" for x in node.values)
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and ".*" not in value else ""


def has_docstring(node: ast.AST) -> bool:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, kinds) and ast.get_docstring(node) is not None


def blanked(pattern: re.Pattern[str], said: str, *, keep: bool = False) -> str:
    """A text without what a pattern finds, or with nothing else (`keep`), line for line."""
    if keep:
        kept = [""] * (said.count("\n") + 1)
        for found in pattern.finditer(said):
            first = said.count("\n", 0, found.start())
            for number, line in enumerate(found[0].split("\n"), first):
                kept[number] += f" {line}"
        return "\n".join(kept)
    return pattern.sub(lambda found: " " + "\n" * found[0].count("\n"), said)


def american() -> dict[str, str]:
    """Each American word with the British one, by codespell's own list."""
    listed = files("codespell_lib") / "data" / "dictionary_en-GB_to_en-US.txt"
    words = {}
    for line in listed.read_text(encoding="utf-8").split("\n"):
        british, _, other = line.partition("->")
        if other and other not in BRITISH_TOO:
            words[other] = british
            if british.endswith("ise"):  # who does it, and several of them
                words |= {f"{other}{end}": f"{british}{end}" for end in ("r", "rs")}
    return words
