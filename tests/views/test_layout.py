import multiprocessing
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import kitchen
from kitchen.errors import LayoutError
from kitchen.views import layout
from kitchen.views.drawing import draw
from kitchen.views.layout import HANDLE, Worker, lay_out, paint
from tests.views.graphs import Maker

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
SMALL = (
    "digraph { graph [splines=spline] edge [dir=none] a -> b [id=e1] subgraph cluster_f1 { b } }"
)


def tangled(nodes: int = 171, lines: int = 3000) -> str:
    """A graph that Graphviz does not finish in minutes."""
    pick = random.Random(7)  # noqa: S311 - no secret
    pairs = [sorted(pick.sample(range(nodes), 2)) for _ in range(lines)]
    return "digraph {" + "".join(f"n{a} -> n{b};" for a, b in pairs) + "}"


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def alive(worker: Worker) -> int:
    assert worker.process is not None
    assert worker.process.poll() is None
    return worker.process.pid


def ask(worker: Worker, dot: str = SMALL, limit: float = 20.0) -> dict[str, object]:
    return worker.ask({"do": "layout", "dot": dot}, limit)


def test_places_are_pixels_from_the_top_left() -> None:
    places = lay_out(SMALL)
    assert set(places.boxes) == {"a", "b"}
    assert places.boxes["a"][1] < places.boxes["b"][1]
    left, top, right, low = places.frames["f1"]
    x, y = places.boxes["b"]
    assert left < x < right and top < y < low <= places.size[1]
    line = places.lines["e1"]
    assert len(line) % 6 == 2
    assert line[1] == pytest.approx(places.boxes["a"][1] + 18, abs=2)


def test_one_process_answers_again_and_again(worker: Worker) -> None:
    ask(worker)
    first = alive(worker)
    ask(worker)
    assert alive(worker) == first


def test_a_layout_that_takes_too_long_ends_at_the_limit(worker: Worker) -> None:
    ask(worker)
    slow = alive(worker)
    start = time.monotonic()
    with pytest.raises(LayoutError, match="did not finish within the time limit"):
        ask(worker, tangled(), limit=1.0)
    assert 0.9 < time.monotonic() - start < 3.0
    assert not is_running(slow)


def test_the_kernel_works_on_meanwhile(worker: Worker) -> None:
    ask(worker)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.01):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    with pytest.raises(LayoutError):
        ask(worker, tangled(), limit=1.0)
    done.set()
    thread.join()
    assert len(ticks) > 40
    assert max(b - a for a, b in pairwise(ticks)) < 0.5


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A kernel's handling of interrupts, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@POSIX
def test_an_interrupt_ends_the_wait_at_once_and_the_next_picture_works(worker: Worker) -> None:
    ask(worker)
    slow = alive(worker)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        ask(worker, tangled(), limit=60)
    assert time.monotonic() - start < 3.0
    assert not is_running(slow)
    assert ask(worker)["boxes"]


def test_an_interrupt_of_the_whole_group_leaves_the_worker_alone(worker: Worker) -> None:
    ask(worker)
    if sys.platform != "win32":
        assert os.getpgid(alive(worker)) != os.getpgid(0)
        assert os.getsid(alive(worker)) != os.getsid(0)


@POSIX
def test_a_killed_worker_is_replaced(worker: Worker) -> None:
    ask(worker)
    dead = alive(worker)
    os.kill(dead, signal.SIGKILL)
    assert ask(worker)["boxes"]
    assert alive(worker) != dead


@POSIX
def test_a_worker_that_is_killed_at_work_is_an_error_and_then_replaced(worker: Worker) -> None:
    ask(worker)
    timer = threading.Timer(0.5, os.kill, (alive(worker), signal.SIGKILL))
    timer.start()
    with pytest.raises(LayoutError, match="crashed"):
        ask(worker, tangled(), limit=30)
    assert ask(worker)["boxes"]


@POSIX
def test_a_stopped_worker_costs_no_more_than_the_limit(worker: Worker) -> None:
    ask(worker)
    os.kill(alive(worker), signal.SIGSTOP)
    start = time.monotonic()
    with pytest.raises(LayoutError):
        ask(worker, "digraph {" + "a" * 10**6 + "}", limit=0.5)  # more than a pipe holds
    assert time.monotonic() - start < 3.0


def test_a_broken_graph_is_an_error_and_the_worker_lives_on(worker: Worker) -> None:
    ask(worker)
    same = alive(worker)
    with pytest.raises(LayoutError, match="could not draw it"):
        ask(worker, "digraph { a -> ")
    assert ask(worker)["boxes"]
    assert alive(worker) == same


def test_threads_take_turns(worker: Worker) -> None:
    found: list[dict[str, object]] = []
    threads = [threading.Thread(target=lambda: found.append(ask(worker))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(reply == found[0] for reply in found)


def test_a_worker_ends_itself_when_its_kernel_is_gone(worker: Worker) -> None:
    ask(worker)
    assert worker.process is not None and worker.process.stdin is not None
    worker.process.stdin.close()
    assert worker.process.wait(timeout=5) == 0


def test_a_worker_ends_itself_in_the_middle_of_a_slow_layout(worker: Worker) -> None:
    ask(worker)
    process = worker.process
    assert process is not None
    request = {"do": "layout", "dot": tangled(), "limit": 0.1}
    threading.Thread(
        target=layout.exchange, args=(process, request, queue.SimpleQueue(), bool), daemon=True
    ).start()
    assert process.wait(timeout=10) != 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_gets_a_worker_of_its_own() -> None:
    lay_out(SMALL)
    mine = alive(HANDLE.current())
    told: multiprocessing.SimpleQueue[int] = multiprocessing.get_context("fork").SimpleQueue()

    def child() -> None:
        lay_out(SMALL)
        told.put(alive(HANDLE.current()))
        HANDLE.current().close()

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert told.get() != mine
    assert alive(HANDLE.current()) == mine
    assert lay_out(SMALL).boxes


def test_the_worker_loads_no_tensorflow_and_prints_nothing() -> None:
    code = (
        "from kitchen.views import layout\n"
        "import sys\n"
        f"layout.lay_out({SMALL!r})\n"
        "layout.paint({'width': 9, 'height': 9, 'marks': []}, 'png')\n"
        "print([m for m in ('tensorflow', 'keras', 'matplotlib', 'pygraphviz', 'numpy')"
        " if m in sys.modules])\n"
        "maps = f'/proc/{layout.HANDLE.current().process.pid}/maps'\n"
        "import pathlib\n"
        "p = pathlib.Path(maps)\n"
        "print('tensorflow' in p.read_text() if p.exists() else False)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "False"]
    assert done.stderr == ""


def test_the_worker_is_of_the_same_copy_of_the_package(tmp_path: Path) -> None:
    shutil.copytree(Path(kitchen.__file__).parent, tmp_path / "kitchen")
    changed = tmp_path / "kitchen/views/layout_worker.py"
    code = changed.read_text() + "\n\ndef lay_out(dot):\n    raise ValueError('this copy')\n"
    changed.write_text(code)
    look = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from kitchen.views import layout; "
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"{look} layout.lay_out('digraph {{}}')"],
        capture_output=True,
        text=True,
    )
    assert "this copy" in done.stderr


def test_a_file_in_the_learners_folder_shadows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    for name in ("pygraphviz", "json", "random", "queue"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('mine')")
    monkeypatch.chdir(tmp_path)
    assert ask(worker)["boxes"]


def test_without_pygraphviz_a_picture_is_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HANDLE, "worker", Worker())
    hidden = "import sys; sys.modules['pygraphviz'] = None\n" + layout.START
    monkeypatch.setattr(layout, "START", hidden)
    m = Maker("small")
    drawing = draw(m.graph([m.call(m.dense("only", 4, 4), m.input("x"))]))
    HANDLE.worker.close()
    assert "ModuleNotFoundError" in drawing.problem and "pygraphviz" in drawing.problem
    assert "only" in drawing.svg


def test_without_another_process_a_picture_is_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HANDLE, "worker", Worker())
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    m = Maker("small")
    drawing = draw(m.graph([m.call(m.dense("only", 4, 4), m.input("x"))]))
    assert "No process" in drawing.problem
    assert "only" in drawing.svg
    bundle, _ = drawing._repr_mimebundle_()
    assert "image/png" not in bundle and "only" in bundle["text/html"] + bundle["text/plain"]
    with pytest.raises(LayoutError):
        _ = drawing.png


def test_a_graph_that_graphviz_cannot_finish_is_shown_in_words() -> None:
    pick = random.Random(7)  # noqa: S311 - no secret
    m = Maker("tangled")
    tensors = [m.input("x")]
    for k in range(170):
        picked = pick.sample(tensors, min(len(tensors), 8))
        tensors.append(m.call(m.layer(f"add_{k}", "Add"), picked))
    start = time.monotonic()
    drawing = draw(m.graph([tensors[-1]]), expand=True, timeout=1.5)
    assert time.monotonic() - start < 4.0
    assert drawing.problem == (
        "Shown as text: Graphviz did not finish within the time limit. "
        "Draw one of its sub-models, or pass a longer timeout."
    )
    assert "\n" not in drawing.problem
    assert drawing.text.splitlines()[0] == drawing.problem
    assert "1. x, an input of (4,)" in drawing.text and "171. add_169, Add" in drawing.text
    assert "1. x, an input of (4,)" in drawing.svg
    assert drawing.png.startswith(b"\x89PNG")


def test_painting_gives_files() -> None:
    picture = {"width": 10, "height": 10, "marks": []}
    assert paint(picture, "png").startswith(b"\x89PNG")
    assert paint(picture, "pdf").startswith(b"%PDF")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
