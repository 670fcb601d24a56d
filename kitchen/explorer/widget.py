"""`explore`: a model's code, graph and weights in one widget, each tied to the others."""

import warnings
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any

from kitchen.backend import check_model, keras
from kitchen.errors import KitchenError, KitchenWarning, in_a_line
from kitchen.examples.example import Example
from kitchen.explorer.inspector import inspect
from kitchen.explorer.panes import code, mistakes, packed, picture, refused, ties
from kitchen.explorer.past import Past, recorded
from kitchen.explorer.still import still
from kitchen.graph.lint import lint
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import Path
from kitchen.graph.source_map import Recorder, SourceMap
from kitchen.rewrite.building import untouched
from kitchen.rewrite.source import source
from kitchen.rewrite.unshare import unshare
from kitchen.run.activations import activations
from kitchen.tables import printable
from kitchen.training.page import put
from kitchen.training.recording import Record
from kitchen.training.runs import Runs
from kitchen.views.comparison import Comparison
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
MOST_TEXT = 120_000  # characters of a tab's code


class Explorer(anywidget.AnyWidget):
    """A model's code, graph and weights as one living picture.

    Args:
        model: The model.
        typed: What recorded the cell that built it, if one did.
        x: Examples whose way through the model is shown, as `predict` takes them.
        record: A recorded training of the model, to walk through.
        history: The metrics of that training, epoch by epoch.
    """

    _esm = HERE / "widget.js"
    _css = HERE / "widget.css"

    graph = traitlets.Bytes().tag(sync=True)  # what `picture` gives, packed
    tabs: Any = traitlets.List().tag(sync=True)  # what `code` and `refused` give
    tab = traitlets.Int(0).tag(sync=True)
    examples = traitlets.Int(0).tag(sync=True)  # how many there are to choose from
    epochs: Any = traitlets.List().tag(sync=True)  # of a recorded training, each in words
    switches: Any = traitlets.List().tag(sync=True)  # for each shared layer its name, and `on`
    findings: Any = traitlets.List().tag(sync=True)  # what `mistakes` gives
    twin = traitlets.Dict().tag(sync=True)  # the explorer beside it: see `pair`

    def __init__(
        self,
        model: Any,
        typed: Recorder | None = None,
        x: Any = None,
        record: Record | None = None,
        history: Mapping[str, list[float]] | None = None,
    ):
        """Read the model and draw it; forms are written when the page is there."""
        self.original, self.record, self.history = model, record, history or {}
        self.x = record.x if record is not None and x is None else x
        bound = bind(model)
        self.typed: dict[str, Any] | None = None
        if typed is not None:
            self.typed = code("Your cell", typed.source, ties(bound, typed.map(bound)))
        super().__init__(
            **self.look(model, bound),
            examples=0 if self.x is None else len(keras().tree.flatten(self.x)[0]),
            switches=[{"name": name, "on": True} for name in shared_in(self.bound)],
        )
        if self.x is not None:
            self.given(0, 0)  # so that an input that does not fit is said at once
        self.on_msg(self.asked)
        self.write(0)

    def look(self, model: Any, bound: Bound) -> dict[str, Any]:
        """Turn to a model, the original or one with fewer shared layers; what the page shows."""
        self.model, self.bound = model, bound
        self.opened: set[str] = set()
        self.ran: tuple[Any, dict[Path, Any]] = (None, {})  # the last example, and what calls gave
        self.past: Past | None = None
        if self.record is not None and model is self.original:
            self.past = Past(bound, self.record, self.history)
        self.drawing = draw(bound.graph)
        own = bound.graph.form
        self.forms = [own, *(form for form in FORMS if form != own)]
        tabs = [code(FORMS[form], "", []) for form in self.forms]
        typed = self.typed if model is self.original else None
        if typed is not None:
            self.forms, tabs = ["", *self.forms], [typed, *tabs]
        return {
            "graph": packed(picture(bound.graph, self.drawing)),
            "tabs": tabs,
            "tab": 0,
            "epochs": self.past.labels if self.past else [],
            "findings": list(mistakes(lint(model), typed["ties"] if typed else ())),
        }

    def __repr__(self) -> str:
        """Return what it shows, in words."""
        return f"The explorer of {printable(self.bound.graph.name)}."

    def become(self, model: Any) -> None:
        """Show another model in the place of this one."""
        self.original = model
        for trait, value in self.look(model, bind(model)).items():
            setattr(self, trait, value)
        self.switches = [{"name": name, "on": True} for name in shared_in(self.bound)]

    def _ipython_display_(self) -> None:
        """Show the picture, for pages that run nothing, and the widget, which puts it away."""
        still(self.drawing)
        found = self._repr_mimebundle_()
        if found is not None:
            put(found[0], raw=True)

    def asked(self, _: Any, content: Any, buffers: Any) -> None:
        """Answer the page; it asks no more before it has been told that this is done."""
        try:
            self.answer(content)
        except Exception as error:  # of a model that is being changed meanwhile, for one
            reason = str(error) if isinstance(error, KitchenError) else in_a_line(error)
            self.send({"do": "refused", "reason": reason})
        finally:
            self.send({"do": "done"})

    def answer(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks for: open a tab, open or close a box, tell of a call."""
        wish = content.get("do")
        if wish == "ready":
            for tab in range(len(self.forms)):
                self.fill(tab)
        elif wish == "tab":
            self.write(int(content["tab"]))
        elif wish in {"open", "close"}:
            self.turn(str(content["name"]), opened=wish == "open")
        elif wish == "share":
            self.share(str(content["name"]), on=bool(content["on"]))
        elif wish == "inspect":
            path, moment = tuple(map(str, content["path"])), int(content.get("epoch", 0))
            gives = self.given(int(content.get("example", 0)), moment).get(path, ())
            about = inspect(self.bound, path, gives, self.past, moment)
            self.send({"do": "inspected", "path": list(path), "about": about})

    def share(self, name: str, *, on: bool) -> None:
        """Give each call of a shared layer its own weights, or all of them one set again."""
        turned = [{**x, "on": on} if x["name"] == name else x for x in self.switches]
        apart = [x["name"] for x in turned if not x["on"]]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", KitchenWarning)  # of what differs in training
                model = unshare(self.original, layers=apart) if apart else self.original
        except KitchenError:
            self.send_state("switches")
            raise
        with self.hold_sync():
            for trait, value in self.look(model, bind(model)).items():
                setattr(self, trait, value)
            self.switches = turned
        self.write(0)

    def given(self, example: int, moment: int) -> dict[Path, Any]:
        """Return what each call gives out for one example, by the calls that lead to it."""
        if not 0 <= example < self.examples:
            return {}
        if self.ran[0] != (example, moment):
            one = keras().tree.map_structure(lambda part: part[example : example + 1], self.x)
            weights = self.past.state(moment) if self.past else None
            calls = activations(self.model, one, weights=weights).calls
            found = {call.path: [x[0] for x in call.values] for call in calls}
            self.ran = ((example, moment), found)
        return self.ran[1]

    def turn(self, name: str, *, opened: bool) -> None:
        """Open or close what has a name; a name that is not there changes nothing.

        Raises:
            KitchenError: The picture would be too large for a message.
        """
        wanted = self.opened | {name} if opened else self.opened - {name}
        try:
            drawing = draw(self.bound.graph, expand=sorted(wanted))
        except KitchenError:
            return
        self.graph = packed(picture(self.bound.graph, drawing))
        self.drawing, self.opened = drawing, wanted

    def write(self, tab: int) -> None:
        """Write the code of a tab if that was not done yet, and show it."""
        if 0 <= tab < len(self.forms):
            self.fill(tab)
            self.tab = tab

    def fill(self, tab: int) -> None:
        """Write the code of a tab if that was not done yet."""
        form, shown = self.forms[tab], self.tabs[tab]
        if form and not shown["text"] and not shown["reason"]:
            tabs = list(self.tabs)
            tabs[tab] = written(self.model, self.bound, form)
            self.tabs = tabs


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
    if len(text) > MOST_TEXT:
        lines = text.count("\n")
        shown = f"kitchen.source(model, {form!r})"
        return refused(FORMS[form], f"The code has {lines:,} lines; {shown} writes it.")
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
        with untouched(bound.layers[bound.graph.root]):  # the learner's next layers as ever
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


def explore(model: Any, x: Any = None, *, form: str | None = None) -> Any:
    """Show a model's code, graph and weights, each tied to the others.

    Args:
        model: A `tf.keras.Model`; an `Example`; what `train(…, record=True)` returned, for a model
            whose training can be walked through epoch by epoch; or what `compare` returned, for
            both models side by side.
        x: Examples as `predict` takes them: what each call gives out for one of them is shown too.
            By default those that were recorded.
        form: For an example, which of its forms, and for a training, which of its models: by
            default the functional one.

    Returns:
        A widget that shows itself in a notebook.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: There is no form of that name, the training was not recorded, or the model
            does not take `x`.

    >>> explorer = kitchen.explore(kitchen.examples.shared_layer)
    >>> [tab["title"] for tab in explorer.tabs]
    ['Functional', 'Sequential', 'Subclassed']
    """
    if isinstance(model, Comparison):
        from kitchen.explorer.pair import Pair

        return Pair(model)
    if isinstance(model, Runs):
        name = recorded(model, form)
        record, history = model.records[name], model.history[name]
        return Explorer(model.models[name], x=x, record=record, history=history)
    if isinstance(model, Example):
        model = model.form(form or "functional").build()
    check_model(model)
    return Explorer(model, x=x)
