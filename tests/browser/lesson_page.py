"""A lesson open in JupyterLab in a browser: drive it, look at it, photograph it."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Browser, Page

from tests.browser.lab import Lab
from tests.lessons.notebooks import RAISES, ROOT, code_cells, read, tags, text

ARTEFACTS = ROOT / "tests" / "artefacts" / "browser"  # where a failed test's screenshot is kept
WAIT = 60_000  # milliseconds for anything but running a lesson
RUNNING = 180_000  # milliseconds for running one
TALLEST = 16_000  # pixels of a screenshot; Chromium draws none beyond 16,384
SPARE = 40  # pixels below the notebook
PANE = "jupyterapp.shell.currentWidget.content.node.querySelector('.jp-WindowedPanel-outer')"
SETTLED = f"""async () => {{
    let rest = null, before;
    do {{
        before = rest;
        await new Promise(done => setTimeout(() => requestAnimationFrame(done), 100));
        rest = [innerWidth, innerHeight, {PANE}.scrollHeight, {PANE}.clientHeight].join();
    }} while (rest !== before);
    return Math.max(0, {PANE}.scrollHeight - {PANE}.clientHeight);
}}"""  # how much is left to scroll, once it is the same twice
LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")


class LessonPage:
    """One notebook in one browser window, its own or one where JupyterLab is open already.

    `stored` is its file as it was when it was opened. `outside` collects the address of every
    request, WebSockets too, that is not for this machine.
    """

    def __init__(self, browser: Browser, lab: Lab, path: str, window: Page | None = None) -> None:
        self.path = path
        self.stored = read(lab.root / path)
        self.outside: list[str] = []
        self.is_guest = window is not None
        self.page = window or new_window(browser)
        self.context = self.page.context
        self.context.on("request", lambda request: self.note(request.url))
        self.page.on("websocket", lambda socket: self.note(socket.url))
        if self.is_guest:
            self.command("docmanager:open", path=path)
        else:
            open_lab(self.page, lab, Path(path).stem, f"/tree/{path}")
        self.page.wait_for_function(
            "path => window.jupyterapp?.shell.currentWidget?.context?.path === path"
            " && jupyterapp.shell.currentWidget.content.model?.cells.length > 0",
            arg=path,
        )
        # The kernel starts by itself; a page that still waits for it would lose its first cells.
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
        )
        self.page.evaluate(LOOKING)

    def note(self, url: str) -> None:
        """Keep an address that is not on this machine."""
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def close(self) -> None:
        """Close the notebook, and the window if it is its own, and end its kernel."""
        self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.sessionContext.shutdown()"
            ".then(() => jupyterapp.shell.currentWidget.dispose())"  # asks nothing, saves nothing
        )
        if not self.is_guest:
            self.context.close()

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands: what its menus run."""
        self.hurried(f"jupyterapp.commands.execute({json.dumps(name)}, {json.dumps(arguments)})")

    def hurried(self, promise: str) -> None:
        """Wait for what a promise, as JavaScript, promises; fail if that takes too long."""
        self.page.evaluate(
            f"""([said, most]) => Promise.race([
                {promise}.then(() => null),
                new Promise((_, fail) => setTimeout(() => fail(said + " takes too long"), most)),
            ])""",
            [promise, RUNNING],
        )

    def run_all(self) -> None:
        """Run → Run All Cells, and wait until no cell is running."""
        self.command("notebook:run-all-cells")
        # After a cell that raises on purpose JupyterLab looks as if it had stopped, and the kernel
        # goes on. It answers this when it is through with all that was asked before.
        kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        self.hurried(f"{kernel}.requestKernelInfo()")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')]"
            ".every(prompt => !prompt.textContent.includes('*'))"
        )

    def rerun(self, cell: str, source: str) -> None:
        """Write something else into the cell of this id, and run it."""
        self.page.evaluate(
            """([id, source]) => {
                const content = jupyterapp.shell.currentWidget.content;
                content.activeCellIndex = [...content.model.cells].findIndex(x => x.id === id);
                content.activeCell.model.sharedModel.setSource(source);
            }""",
            [cell, source],
        )
        self.command("notebook:run-cell")

    def notebook(self) -> Any:
        """The notebook as the page holds it now."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON()"
        )

    def trusted(self) -> list[bool]:
        """For each code cell, whether JupyterLab trusts its outputs."""
        found: list[bool] = self.page.evaluate(
            "() => [...jupyterapp.shell.currentWidget.content.model.cells]"
            ".filter(cell => cell.type === 'code').map(cell => cell.trusted)"
        )
        return found

    def show(self, *, width: int = 1280, dark: bool = False) -> None:
        """Give the window a width and a theme, and make it as tall as the notebook."""
        theme = f"JupyterLab {'Dark' if dark else 'Light'}"
        if self.page.evaluate("() => document.body.dataset.jpThemeName") != theme:
            self.command("apputils:change-theme", theme=theme)
            self.page.wait_for_function(
                "theme => document.body.dataset.jpThemeName === theme", arg=theme
            )
        # On a narrow screen a learner closes the list of files, or sees nothing else.
        open_list = self.page.evaluate("() => !jupyterapp.shell.leftCollapsed")
        if open_list == (width < 800):
            self.command("application:toggle-left-area")
        # A learner who has made a prediction opens what came out; of the choices, one at a time.
        self.page.evaluate(
            "() => document.querySelectorAll('.jp-OutputArea details:not([name])')"
            ".forEach(fold => { fold.open = true; })"
        )
        # What a narrower window wraps makes the notebook taller, and JupyterLab follows a moment
        # later: so grow until nothing is left to scroll.
        self.page.set_viewport_size({"width": width, "height": 600})
        self.page.wait_for_function(f"() => {PANE}.clientHeight < 600")
        height, until = 600, time.monotonic() + WAIT / 1000
        while (rest := self.page.evaluate(SETTLED)) and height < TALLEST:
            assert time.monotonic() < until, f"{rest} pixels are left to scroll at {height}"
            height = min(height + rest + SPARE, TALLEST)
            self.page.set_viewport_size({"width": width, "height": height})
        self.page.wait_for_function("() => [...document.images].every(image => image.complete)")

    def look(self) -> list[dict[str, Any]]:
        """What is in the page for each code cell: see `looking.js`."""
        found: list[dict[str, Any]] = self.page.evaluate("() => lookAtCodeCells()")
        return found

    @contextmanager
    def photographed(self, name: str) -> Iterator[None]:
        """Keep a screenshot if what follows fails; with KITCHEN_SCREENSHOTS=<folder>, always."""
        folder = os.environ.get("KITCHEN_SCREENSHOTS")
        try:
            yield
        except BaseException:
            self.photograph(Path(folder) if folder else ARTEFACTS, f"FAILED {name}")
            raise
        if folder:
            self.photograph(Path(folder), name)

    def photograph(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        stem = Path(self.path).stem
        self.page.screenshot(path=folder / f"{stem} {name}.png", animations="disabled")


def new_window(browser: Browser) -> Page:
    """A browser window that knows nothing of others."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    return context.new_page()


def open_lab(window: Page, lab: Lab, workspace: str, path: str = "") -> None:
    """Open JupyterLab, in a workspace of its own: it opens again what was open in the same one."""
    window.goto(lab.url(f"lab/workspaces/{workspace}{path}"))
    window.wait_for_function("() => window.jupyterapp")
    window.evaluate("() => jupyterapp.restored.then(() => null)")


def notebook_of(browser: Browser, lab: Lab, name: str, cells: Iterable[str]) -> LessonPage:
    """A new notebook with these code cells, open in a window."""
    made = [nbformat.v4.new_code_cell(code) for code in cells]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=made, metadata=kernel)
    nbformat.write(notebook, lab.root / f"{name}.ipynb")
    return LessonPage(browser, lab, f"{name}.ipynb")


def red_boxes(cells: list[dict[str, Any]], meant: Iterable[str] = ()) -> list[str]:
    """The errors, and what was written to stderr, of cells that were looked at.

    Those `meant` to raise, by their ids, are told of if they do not.
    """
    found = []
    for cell in cells:
        said = cell["errors"] + cell["stderr"]  # JupyterLab shows a traceback as what is on stderr
        if cell["id"] in set(meant):
            if not said:
                found.append(f"{cell['id']}: it does not raise")
            said = said[1:]
        found += [f"{cell['id']}: {words}" for words in said]
    return found


def raising(notebook: Any) -> list[str]:
    """The ids of the cells that show a real error."""
    return [cell.id for cell in code_cells(notebook) if RAISES in tags(cell)]


def pictures(notebook: Any) -> list[int]:
    """For each code cell of a notebook, the number of pictures that its outputs show."""
    found = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            data = [output.get("data", {}) for output in cell["outputs"]]
            found.append(sum(map(pictures_of, data)))
    return found


def pictures_of(data: dict[str, Any]) -> int:
    """The pictures of one output, which JupyterLab shows as HTML if it has the choice."""
    if "text/html" in data:
        return text(data["text/html"]).count("<img")
    return int(any(kind.startswith("image/") for kind in data))
