"""`explore`: a model's code, graph and weights in one widget, each tied to the others."""

import warnings
from pathlib import Path as File
from typing import Any

from kitchen.backend import check_model, keras
from kitchen.errors import KitchenError, KitchenWarning
from kitchen.examples.example import Example
from kitchen.explorer.inspector import inspect
from kitchen.explorer.panes import code, picture, refused, ties
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import Path
from kitchen.graph.source_map import Recorder, SourceMap
from kitchen.rewrite.source import source
from kitchen.rewrite.unshare import unshare
from kitchen.run.activations import activations
from kitchen.training.page import put
from kitchen.views.drawing import draw

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise KitchenError(
        "The explorer needs a package that is not installed.",
        received=str(error),
        fix='Install the lessons\' packages: pip install "keras-kitchen[lessons]".',
    ) from None

HERE = File(__file__).parent
FORMS = {"functional": "Functional", "sequential": "Sequential", "subclassed": "Subclassed"}
MOST_CALLS = 400  # of a model whose written code is tied to its picture: it is built once more


class Explorer(anywidget.AnyWidget):
    """A model's code, graph and weights as one living picture.

    Args:
        model: The model.
        typed: What recorded the cell that built it, if one did.
        x: Examples whose way through the model is shown, as `predict` takes them.
    """

    _esm = HERE / "widget.js"
    _css = HERE / "widget.css"

    graph = traitlets.Dict().tag(sync=True)  # what `picture` gives
    tabs: Any = traitlets.List().tag(sync=True)  # what `code` and `refused` give
    tab = traitlets.Int(0).tag(sync=True)
    examples = traitlets.Int(0).tag(sync=True)  # how many there are to choose from
    switches: Any = traitlets.List().tag(sync=True)  # for each shared layer its name, and `on`

    def __init__(self, model: Any, typed: Recorder | None = None, x: Any = None):
        """Read the model and draw it; forms are written when their tab is opened."""
        self.original, self.x = model, x
        bound = bind(model)
        self.typed: dict[str, Any] | None = None
        if typed is not None:
            self.typed = code("Your cell", typed.source, ties(bound, typed.map(bound)))
        super().__init__(
            **self.look(model, bound),
            examples=0 if x is None else len(keras().tree.flatten(x)[0]),
            switches=[{"name": name, "on": True} for name in shared_in(self.bound)],
        )
        if x is not None:
            self.given(0)  # so that an input that does not fit is said at once
        self.on_msg(self.asked)
        self.write(0)

    def look(self, model: Any, bound: Bound) -> dict[str, Any]:
        """Turn to a model, the original or one with fewer shared layers; what the page shows."""
        self.model, self.bound = model, bound
        self.opened: set[str] = set()
        self.ran: tuple[int, dict[Path, Any]] = (-1, {})  # the last example, and what calls gave
        self.drawing = draw(self.bound.graph)
        own = self.bound.graph.form
        self.forms = [own, *(form for form in FORMS if form != own)]
        tabs = [code(FORMS[form], "", []) for form in self.forms]
        if self.typed is not None and model is self.original:
            self.forms, tabs = ["", *self.forms], [self.typed, *tabs]
        return {"graph": picture(self.bound.graph, self.drawing), "tabs": tabs, "tab": 0}

    def _ipython_display_(self) -> None:
        """Show the picture, for pages that run nothing, and the widget, which puts it away."""
        put(self.drawing)
        found = self._repr_mimebundle_()
        if found is not None:
            put(found[0], raw=True)

    def asked(self, _: Any, content: Any, buffers: Any) -> None:
        """Answer the page: open a tab, open or close a box, tell of a call."""
        wish = content.get("do")
        if wish == "tab":
            self.write(int(content["tab"]))
        elif wish in {"open", "close"}:
            self.turn(str(content["name"]), opened=wish == "open")
        elif wish == "share":
            self.share(str(content["name"]), on=bool(content["on"]))
        elif wish == "inspect":
            path = tuple(map(str, content["path"]))
            gives = self.given(int(content.get("example", 0))).get(path, ())
            about = inspect(self.bound, path[-1], gives)
            self.send({"do": "inspected", "path": list(path), "about": about})

    def share(self, name: str, *, on: bool) -> None:
        """Give each call of a shared layer its own weights, or all of them one set again."""
        turned = [{**x, "on": on} if x["name"] == name else x for x in self.switches]
        apart = [x["name"] for x in turned if not x["on"]]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", KitchenWarning)  # of what differs in training
                model = unshare(self.original, layers=apart) if apart else self.original
        except KitchenError as error:
            self.send({"do": "refused", "reason": str(error)})
            self.send_state("switches")
            return
        with self.hold_sync():
            for trait, value in self.look(model, bind(model)).items():
                setattr(self, trait, value)
            self.switches = turned
        self.write(0)

    def given(self, example: int) -> dict[Path, Any]:
        """Return what each call gives out for one example, by the calls that lead to it."""
        if not 0 <= example < self.examples:
            return {}
        if self.ran[0] != example:
            one = keras().tree.map_structure(lambda part: part[example : example + 1], self.x)
            calls = activations(self.model, one).calls
            self.ran = (example, {call.path: [x[0] for x in call.values] for call in calls})
        return self.ran[1]

    def turn(self, name: str, *, opened: bool) -> None:
        """Open or close what has a name; a name that is not there changes nothing."""
        wanted = self.opened | {name} if opened else self.opened - {name}
        try:
            self.drawing = draw(self.bound.graph, expand=sorted(wanted))
        except KitchenError:
            return
        self.opened = wanted
        self.graph = picture(self.bound.graph, self.drawing)

    def write(self, tab: int) -> None:
        """Write the code of a tab that is opened for the first time, and show it."""
        if not 0 <= tab < len(self.forms):
            return
        form, shown = self.forms[tab], self.tabs[tab]
        if form and not shown["text"] and not shown["reason"]:
            tabs = list(self.tabs)
            tabs[tab] = written(self.model, self.bound, form)
            self.tabs = tabs
        self.tab = tab


def shared_in(bound: Bound) -> list[str]:
    """Return the names of the layers and models with weights that are called more than once."""
    graph = bound.graph
    several = [layer for layer, calls in graph.uses.items() if len(calls) > 1]
    return [graph.layers[layer].name for layer in several if graph.count(layer)]


def written(model: Any, bound: Bound, form: str) -> dict[str, Any]:
    """Return a model's code in one form, tied to its calls where that is quick."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KitchenWarning)
        try:
            # Its own form keeps the models inside as they are, too.
            text = source(model, None if form == bound.graph.form else form)  # type: ignore[arg-type]
        except KitchenError as error:
            return refused(FORMS[form], str(error))
    few = len(bound.graph.calls) <= MOST_CALLS
    tied = ties(bound, tied_to(bound, text)) if few else []
    return code(FORMS[form], text, tied)


def tied_to(bound: Bound, text: str) -> SourceMap:
    """Return what in a model's written code stands for which of its calls.

    The code is run, and what it builds stands call by call for the model; where it does not, a
    layer is tied by its name.
    """
    recorder = Recorder(text)
    names = recorder.names()
    try:
        exec(compile(recorder.tree(), "<written code>", "exec"), names)  # noqa: S102 - our own
        again = bind(names["build"]())
    except Exception:  # it holds what only the learner's notebook knows: then nothing is tied
        return SourceMap(text)
    found = recorder.map(again)
    calls, layers = {}, {}
    ours, theirs = bound.graph, again.graph
    if shape_of(bound) == shape_of(again):
        pairs = zip(ours.bodies.values(), theirs.bodies.values(), strict=True)
        for one, other in pairs:
            for a, b in zip(one.calls, other.calls, strict=True):
                if b.id in found.calls:
                    calls[a.id] = found.calls[b.id]
                if b.layer in found.layers:
                    layers[a.layer] = found.layers[b.layer]
        return SourceMap(text, calls, layers)
    by_name = {layer.name: key for key, layer in theirs.layers.items()}
    for key, layer in ours.layers.items():
        if (span := found.layers.get(by_name.get(layer.name, ""))) is not None:
            layers[key] = span
    return SourceMap(text, {}, layers)


def shape_of(bound: Bound) -> list[list[str]]:
    """Return the classes of a model's calls, body by body; models of all forms count as one."""
    graph = bound.graph
    called = [[graph.layers[call.layer] for call in body.calls] for body in graph.bodies.values()]
    return [
        ["model" if layer.kind == "model" else layer.class_name for layer in body]
        for body in called
    ]


def explore(model: Any, x: Any = None, *, form: str | None = None) -> Explorer:
    """Show a model's code, graph and weights, each tied to the others.

    Args:
        model: A `tf.keras.Model`, or an `Example`.
        x: Examples as `predict` takes them: what each call gives out for one of them is shown too.
        form: For an example, which of its forms; by default the functional one.

    Returns:
        A widget that shows itself in a notebook.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: An example has no form of that name, or the model does not take `x`.

    >>> explorer = kitchen.explore(kitchen.examples.shared_layer)
    >>> [tab["title"] for tab in explorer.tabs]
    ['Functional', 'Sequential', 'Subclassed']
    """
    if isinstance(model, Example):
        model = model.form(form or "functional").build()
    check_model(model)
    return Explorer(model, x=x)
