"""The explorer in JupyterLab in Chromium: how soon it is there and answers, and what it leaves.

    python -m tests.benchmarks.explorer             # five minutes

Time is taken in the page, by the page. A picture is there two frames after its elements are. How
much of it the kernel worked is told by the times in its own messages. The peer is Keras's picture
as SVG, and `model.summary()` where pydot or `dot` is missing; both run in turn, and for the example
both build the model. The first pictures are each the first in a new kernel and a new page, two
seconds after the cell that imports TensorFlow.
"""

import argparse
import base64
import importlib.util
import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from kitchen.explorer.widget import HERE
from kitchen.tables import Table
from tests.benchmarks.drawing import conditions
from tests.browser import chromium
from tests.browser.lab import Lab, lab
from tests.browser.lesson_page import RUNNING, notebook_of

HEADER = ("what", "median", "range", "in the kernel", "aim", "met", "peer", "ratio")
Row = list[str]
MB, MOVES = 1_000_000, 100
BINARY = 2  # the opcode of a WebSocket's frame
FRAME = 1000 / 60  # milliseconds
READING = 2000  # milliseconds between TensorFlow's cell and the first picture
FIRSTS = 3  # new kernels and pages for each way
WARM, CYCLE = 200, 10  # interactions before memory is first looked at, and in a round of `live`
DOT = bool(importlib.util.find_spec("pydot") and shutil.which("dot"))
PEER = "SVG(keras.utils.model_to_dot({}, show_shapes=True).create_svg())" if DOT else "{}.summary()"
PEER_SHOWN = (
    f".jp-OutputArea-output {'img' if DOT else 'pre'}",
    "" if DOT else "Non-trainable params",
)
SHOWN = ".kx-stage svg"
CELLS = {
    "begin": "import kitchen\nimport tensorflow\nimport gc, keras, psutil\n"
    "import numpy as np\nfrom IPython.display import SVG",
    "small": "kitchen.explore(kitchen.examples.shared_layer)",
    "small, peer": PEER.format("kitchen.examples.shared_layer.functional()"),
    "build": "large = keras.applications.InceptionResNetV2(weights=None)",
    "large": "kitchen.explore(large)",
    "large, peer": PEER.format("large"),
    "wide": "x = keras.Input((1000,), name='x')\n"
    "kitchen.explore(keras.Model(x, keras.layers.Dense(1000, name='wide')(x)))",
    "playground": "kitchen.playground()",
    "trained": """
rng = np.random.default_rng(0)
x = rng.normal(size=(512, 6)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
layers = [keras.Input((6,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)]
trained = keras.Sequential(layers)
trained.compile("adam", "mse")
runs = kitchen.train({"mine": trained}, (x, y), epochs=12, record=True, device="cpu")
kitchen.explore(runs)""",
    "nested": """
inner = [keras.Input((4,)), keras.layers.Dense(3, name="inner")]
encoder = keras.Sequential(inner, name="encoder")
left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
both = keras.layers.Average(name="both")([encoder(left), encoder(right)])
kitchen.explore(keras.Model([left, right], both))""",
    "memory": "_ = gc.collect()\nprint(psutil.Process().memory_info().rss)",
}
PLACES = {name: place for place, name in enumerate(CELLS)}
TOOLS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


class Sizes:
    """The bytes of what the kernel sends to the pages: whole messages, with their buffers.

    `comms` are those of widgets, the training's too; `stills` the pictures that stand above them.
    """

    def __init__(self) -> None:
        self.comms: list[int] = []
        self.stills: list[int] = []

    def note(self, frame: Any) -> None:
        """Look at a frame of a WebSocket, as DevTools tell of it."""
        if frame["response"]["opcode"] != BINARY:  # as all that kernels send
            return
        message = base64.b64decode(frame["response"]["payloadData"])
        start, end = (int.from_bytes(message[k : k + 8], "little") for k in (16, 24))
        if json.loads(message[start:end])["msg_type"].startswith("comm_"):  # by its header
            self.comms.append(len(message))
        elif b"kitchen-still" in message:
            self.stills.append(len(message))


class Bench:
    """A new notebook with all cells, in a page and a kernel of its own; the first one has run."""

    def __init__(self, browser: Browser, lab: Lab, name: str, sizes: Sizes) -> None:
        self.lesson = notebook_of(browser, lab, name, CELLS.values())
        self.page = self.lesson.page
        self.page.set_viewport_size({"width": 1500, "height": 1000})
        self.devtools = self.page.context.new_cdp_session(self.page)
        # Playwright tells of the frames of new sockets only; the kernel's is there already.
        self.devtools.on("Network.webSocketFrameReceived", sizes.note)
        for domain in ("Network", "Performance"):
            self.devtools.send(f"{domain}.enable")
        self.page.evaluate(TOOLS)
        self.cell("begin", ".jp-InputPrompt")

    def do(self, tool: str, *given: Any) -> Any:
        return self.page.evaluate(
            """([tool, given, most]) => Promise.race([bench[tool](...given), new Promise(
                (_, fail) => setTimeout(() => fail(`${tool} ${given} takes too long`), most))])""",
            [tool, given, RUNNING],
        )

    def cell(self, name: str, selector: str, text: str = "") -> Any:
        return self.do("cell", PLACES[name], selector, text)

    def memory(self) -> tuple[dict[str, float], int]:
        """What DevTools count in the page, and the bytes of the kernel, after a collection."""
        for _ in range(3):
            self.devtools.send("HeapProfiler.collectGarbage")
        metrics = self.devtools.send("Performance.getMetrics")["metrics"]
        self.cell("memory", ".jp-OutputArea-output pre")
        said = self.lesson.notebook()["cells"][PLACES["memory"]]["outputs"][0]["text"]
        return {x["name"]: x["value"] for x in metrics}, int("".join(said))

    def close(self) -> None:
        said = [x for cell in self.lesson.look() for x in cell["errors"] + cell["stderr"]]
        if said:
            raise RuntimeError("\n".join(said))
        self.lesson.close()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--interactions", type=int, default=1000)
    options = parser.parse_args()
    rounds, sizes = options.rounds, Sizes()
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        home = stack.enter_context(tempfile.TemporaryDirectory())
        running = stack.enter_context(lab(Path(home)))

        @contextmanager
        def opened(name: str) -> Iterator[Bench]:
            bench = Bench(browser, running, name, sizes)
            yield bench
            bench.close()

        firsts: list[list[Any]] = [[] for _ in range(min(rounds, FIRSTS))]
        for k, pair in enumerate(firsts):
            for name in ("small", "small, peer"):
                with opened(f"first{k}{len(pair)}") as bench:
                    bench.page.wait_for_timeout(READING)
                    pair.append(picture(bench, name))
        rows = [compared("an example's picture, first in kernel and page", firsts, 300)]
        with opened("all") as bench:
            rows += [*pictures(bench, rounds), *answers(bench, rounds), *slider(bench, rounds)]
        with opened("long") as bench:
            rows += memory(bench, options.interactions)
    rows += [*sent(sizes), shipped()]
    peer = "pydot's SVG" if DOT else "model.summary()"
    caption = f"The explorer in JupyterLab and Chromium; peer: {peer}; {conditions()}."
    print(Table(caption, HEADER, rows, numbers=(1, 2, 3, 4, 6, 7)))


def pictures(bench: Bench, rounds: int) -> Iterator[Row]:
    """The pictures of an example and of a network of 782 layers; a first round is not counted."""
    bench.cell("build", ".jp-InputPrompt")
    for name, what, times, aim in (
        ("small", "an example's picture, later", 2 * rounds, 300),
        ("large", "the picture of 782 layers, later", rounds, 1000),
    ):
        ways = (name, f"{name}, peer")
        found = [[picture(bench, way) for way in ways] for _ in range(times + 1)]
        if name == "large":
            yield compared("the picture of 782 layers, first", found[:1], aim)
        yield compared(what, found[1:], aim)


def picture(bench: Bench, name: str) -> Any:
    """Run a cell until its picture is there."""
    return bench.cell(name, *PEER_SHOWN) if "peer" in name else bench.cell(name, SHOWN)


def compared(what: str, found: Sequence[Sequence[Any]], aim: float) -> Row:
    """A row of pairs: what ours took, and what the peer took beside it."""
    ours, theirs = ([one["painted"] for one in way] for way in zip(*found, strict=True))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    row = took(what, ours, aim, [one["kernel"] for one, _ in found])
    return [*row[:-2], shown(statistics.median(theirs)), f"{ratio:.2f}"]


def took(what: str, times: Sequence[float], aim: float = 0, kernel: Sequence[float] = ()) -> Row:
    """A row of times in milliseconds; an aim of 0 is none."""
    middle = statistics.median(times)
    spread = f"{shown(min(times))} to {shown(max(times))}"
    inside = shown(statistics.median(kernel)) if kernel else ""
    goal = (f"< {shown(aim)}", said(middle < aim)) if aim else ("", "")
    return [what, shown(middle), spread, inside, *goal, "", ""]


def shown(time: float) -> str:
    return f"{time:,.0f} ms" if time >= 20 else f"{time:.1f} ms"


def said(met: bool) -> str:
    return "yes" if met else "no"


def answers(bench: Bench, rounds: int) -> Iterator[Row]:
    """What a mouse that points, a click and a changed number take."""
    for name, what in (("small", "the example"), ("large", "782 layers")):
        found = [x for _ in range(2 * rounds) for x in bench.do("hover", PLACES[name])]
        scripts, frames = zip(*found, strict=True)
        yield took(f"pointing at a box of {what}: script", scripts, FRAME)
        yield took(f"pointing at a box of {what}: to the frame's end", frames)
    bench.cell("wide", SHOWN)
    given = (PLACES["wide"], "x, an input", "wide, Dense", "1,000,000")
    clicks = [bench.do("inspect", *given) for _ in range(3 * rounds + 1)][1:]
    times, kernel = ([x[part] for x in clicks] for part in ("there", "kernel"))
    yield took("a click to the inspector, 1,000,000 entries", times, 100, kernel)
    bench.cell("playground", SHOWN)
    changes = [bench.do("change", PLACES["playground"], 211 + k) for k in range(3 * rounds + 1)][1:]
    times, kernel = ([x[part] for x in changes] for part in ("there", "kernel"))
    yield took("playground, a number changed", times, 200, kernel)


def slider(bench: Bench, rounds: int) -> Iterator[Row]:
    """How often the inspector is written after a slider has moved for the last time."""
    bench.cell("trained", SHOWN)
    place = PLACES["trained"]
    bench.do("choose", place, "Dense 8")
    found = [bench.do("slide", place, MOVES) for _ in range(rounds)]
    counts, last = zip(*found, strict=True)
    middle, spread = statistics.median(counts), f"{min(counts)} to {max(counts)}"
    what = f"slider, {MOVES} moves: renders after the last"
    yield [what, f"{middle:g}", spread, "", "<= 2", said(max(counts) <= 2), "", ""]
    yield took("slider: from the last move to the last render", last)


def memory(bench: Bench, interactions: int) -> Iterator[Row]:
    """What page and kernel have grown by."""
    place = PLACES["nested"]
    bench.cell("nested", SHOWN)
    bench.memory()  # the cell's own first time
    bench.do("live", place, WARM // CYCLE)
    page, kernel = bench.memory()
    bench.do("live", place, interactions // CYCLE)
    later, after = bench.memory()
    what = f"after {interactions:,} interactions more:"
    heap = [x["JSHeapUsedSize"] / MB for x in (page, later)]
    yield grown(f"{what} JS heap", heap, " MB", "< 1 MB", heap[1] - heap[0] < 1)
    for name, words in (("Nodes", "DOM nodes"), ("JSEventListeners", "event listeners")):
        ends = [page[name], later[name]]
        yield grown(f"{what} {words}", ends, "", "none", ends[1] <= ends[0])
    yield grown(f"{what} kernel, RSS", [kernel / MB, after / MB], " MB", "noise")


def grown(what: str, ends: Sequence[float], unit: str, aim: str, met: bool | None = None) -> Row:
    """A row of something that should not grow."""
    before, after = (f"{x:,.1f}" if unit else f"{x:,.0f}" for x in ends)
    growth = f"{ends[1] - ends[0]:+,.{2 if unit else 0}f}{unit}"
    goal = (aim, "" if met is None else said(met))
    return [what, growth, f"{before} to {after}{unit}", "", *goal, "", ""]


def sent(sizes: Sizes) -> Iterator[Row]:
    """The largest messages of the kernel."""
    most, still = max(sizes.comms), max(sizes.stills)
    what = f"largest of {len(sizes.comms):,} messages of widgets"
    aim = ("<= 256 KB", said(most <= 256 * 1024))
    yield [what, f"{most / 1024:,.1f} KB", "", "", *aim, "", ""]
    yield ["largest picture above a widget", f"{still / 1024:,.1f} KB", *[""] * 6]


def shipped() -> Row:
    """The bytes of what a page loads."""
    size = sum(x.stat().st_size for kind in ("js", "css") for x in HERE.glob(f"*.{kind}")) / 1024
    return ["js and css together", f"{size:.1f} KB", "", "", "< 80 KB", said(size < 80), "", ""]


if __name__ == "__main__":
    main()
