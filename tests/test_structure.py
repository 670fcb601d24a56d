"""One structure: rooms import one way, and only four files know what is private to Keras."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "kitchen"
ROOMS = [
    *("files", "graph", "rewrite", "run", "views", "training", "explorer", "teaching", "classroom"),
    "cli",
]
LEAVES = {"errors", "tables", "backend", "quiet", "highlight"}  # import nothing but one another
FILES = sorted(ROOT.rglob("*.py"))
KNOWS_KERAS = {"graph/compiled.py", "graph/nodes.py", "graph/reader.py", "graph/tracing.py"}


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere, even inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.partition(".")[0] == "kitchen"}


def room(name: str) -> str:
    """`kitchen.graph.reader` → `graph`."""
    return [*name.split("."), ""][1]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_room_imports_only_from_rooms_before_it(path: Path) -> None:
    here = place(path).split("/")[0].removesuffix(".py")
    if here == "__init__":
        return
    others = {room(name) for name in imports(path)} - {"", here}
    known = {*ROOMS, *LEAVES, "examples", "KitchenError"}
    assert others <= known, f"{here} imports {others - known}, which is no room"
    if here in LEAVES:
        assert others <= LEAVES
    elif here == "examples":
        assert others <= LEAVES
    else:
        before = set(ROOMS[: ROOMS.index(here)])
        readers = {"examples"} if ROOMS.index(here) >= ROOMS.index("views") else set()
        assert others <= LEAVES | before | readers


@pytest.mark.parametrize("path", FILES, ids=place)
def test_only_the_reader_uses_what_is_private_to_keras(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    private = [word for word in ("keras.src", "_keras_history", "_inbound_nodes") if word in text]
    assert not private or place(path) in KNOWS_KERAS


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_module_says_its_job_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "the first line says what the module is for"
    assert len(text.splitlines()) <= 360, "about 250 lines is plenty"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, kitchen; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["tensorflow", "keras", "numpy", "matplotlib", "pygraphviz", "sklearn", "IPython"]
    done = subprocess.run(
        [sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_every_public_name_is_there() -> None:
    import kitchen

    assert set(kitchen.__all__) <= set(dir(kitchen))
    for name in kitchen.__all__:
        assert getattr(kitchen, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = kitchen.nonsense
