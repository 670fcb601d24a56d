"""`explore`: a model's code, graph and weights in one widget, each tied to the others."""

import sys
import warnings
from collections.abc import Mapping
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from kitchen.backend import check_model, keras
from kitchen.errors import KitchenError, KitchenWarning, in_a_line
from kitchen.examples.example import Example
from kitchen.explorer.panes import FORMS, code, fitting, mistakes, packed, picture, ties, within
from kitchen.explorer.still import standing_in
from kitchen.graph.reader import Bound, bind
from kitchen.graph.sharing import Path
from kitchen.graph.source_map import Recorder
from kitchen.tables import printable
from kitchen.training.page import put
from kitchen.views.drawing import draw

# The first picture waits for what is imported here; the rest is imported where it is first used.
if TYPE_CHECKING:
    from kitchen.explorer.past import Past
    from kitchen.training.recording import Record

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


def sent(value: Any, _: Any) -> bytes:
    """Return what a trait holds as the page takes it."""
    return packed(value)


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
    tabs: Any = traitlets.List().tag(sync=True, to_json=sent)  # what `code` and `refused` give
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
        record: "Record | None" = None,
        history: Mapping[str, list[float]] | None = None,
    ):
        """Read the model and draw it; `ready` does what takes longer."""
        self.original, self.record, self.history = model, record, history or {}
        self.x = record.x if record is not None and x is None else x
        bound = bind(model)
        self.typed: dict[str, Any] | None = None
        if typed is not None:
            self.typed = code("Your cell", typed.source, ties(bound, typed.map(bound)))
        super().__init__(
            **self.look(model, bound),
            examples=0 if self.x is None else len(keras().tree.flatten(self.x)[0]),
            switches=switches_of(bound),
        )
        if self.x is not None:
            self.given(0, 0)  # so that an input that does not fit is said at once
        self.on_msg(self.asked)

    def look(self, model: Any, bound: Bound) -> dict[str, Any]:
        """Turn to a model, the original or one with fewer shared layers; what the page shows."""
        self.model, self.bound = model, bound
        self.opened: set[str] = set()
        self.ran: tuple[Any, dict[Path, Any]] = (None, {})  # the last example, and what calls gave
        self.past = self.training_of(model, bound)
        self.drawing = draw(bound.graph)
        own = bound.graph.form
        self.forms = [own, *(form for form in FORMS if form != own)]
        tabs = [code(FORMS[form], "", []) for form in self.forms]
        typed = self.typed if model is self.original else None
        if typed is not None:
            self.forms, tabs = ["", *self.forms], [typed, *tabs]
        return {
            "graph": fitting(picture(bound.graph, self.drawing)),
            "tabs": tabs,
            "tab": 0,
            "epochs": self.past.labels if self.past else [],
            "findings": [],
        }

    def __repr__(self) -> str:
        """Return what it shows, in words."""
        return f"The explorer of {printable(self.bound.graph.name)}."

    def training_of(self, model: Any, bound: Bound) -> "Past | None":
        """Return the training to look back on; weights taken apart never had one."""
        if self.record is None or model is not self.original:
            return None
        from kitchen.explorer.past import Past

        return Past(bound, self.record, self.history)

    def become(self, model: Any) -> None:
        """Show another model in the place of this one."""
        self.original = model
        self.turn_to_model(model)
        self.switches = switches_of(self.bound)

    def turn_to_model(self, model: Any) -> None:
        """Show another model, or the same with other layers shared."""
        for trait, value in self.look(model, bind(model)).items():
            setattr(self, trait, value)

    def _ipython_display_(self) -> None:
        """Show the picture, for pages that run nothing, and the widget, which puts it away."""
        with standing_in(self.drawing):
            found = self._repr_mimebundle_()
            if found is not None:  # the picture is its text
                put({k: x for k, x in found[0].items() if k != "text/plain"}, raw=True)
            self.ready()

    def ready(self) -> "Explorer":
        """Write the code in every form and look for mistakes, which takes longer; return itself."""
        from kitchen.graph.lint import lint

        for tab in range(len(self.forms)):
            self.fill(tab)
        typed = self.tabs[0]["ties"] if self.forms[0] == "" else ()
        self.findings = list(mistakes(lint(self.model), typed))
        return self

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
        if wish == "tab":
            self.write(int(content["tab"]))
        elif wish in {"open", "close"}:
            self.turn(str(content["name"]), opened=wish == "open")
        elif wish == "share":
            self.share(str(content["name"]), on=bool(content["on"]))
        elif wish == "inspect":
            from kitchen.explorer.inspector import inspect

            path, moment = tuple(map(str, content["path"])), int(content.get("epoch", 0))
            gives = self.given(int(content.get("example", 0)), moment).get(path, ())
            about = inspect(self.bound, path, gives, self.past, moment)
            self.send({"do": "inspected", "path": list(path), "about": about})

    def share(self, name: str, *, on: bool) -> None:
        """Give each call of a shared layer its own weights, or all of them one set again."""
        from kitchen.rewrite.unshare import unshare

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
            self.turn_to_model(model)
            self.switches = turned
        self.ready()

    def given(self, example: int, moment: int) -> dict[Path, Any]:
        """Return what each call gives out for one example, by the calls that lead to it."""
        if not 0 <= example < self.examples:
            return {}
        if self.ran[0] != (example, moment):
            from kitchen.run.activations import activations

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
        graph = self.bound.graph
        wanted = self.opened | {name}
        if not opened:
            wanted = self.opened - within(graph, self.drawing, name, self.opened)
        try:
            drawing = draw(graph, expand=sorted(wanted))
        except KitchenError:
            return
        self.graph = fitting(picture(graph, drawing, wanted))
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
            from kitchen.explorer.writing import written

            tabs = list(self.tabs)
            tabs[tab] = written(self.model, self.bound, form)
            self.tabs = tabs


def switches_of(bound: Bound) -> list[dict[str, Any]]:
    """Return a switch, on, for each layer or model with weights that is called more than once."""
    graph = bound.graph
    several = [layer for layer, calls in graph.uses.items() if len(calls) > 1]
    names = [graph.layers[layer].name for layer in several if graph.count(layer)]
    return [{"name": name, "on": True} for name in names]


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
    if came_from(model, "kitchen.views.comparison", "Comparison"):
        from kitchen.explorer.pair import Pair

        return Pair(model)
    if came_from(model, "kitchen.training.runs", "Runs"):
        from kitchen.explorer.past import recorded

        name = recorded(model, form)
        record, history = model.records[name], model.history[name]
        return Explorer(model.models[name], x=x, record=record, history=history)
    if isinstance(model, Example):
        model = model.form(form or "functional").build()
    check_model(model)
    return Explorer(model, x=x)


def came_from(thing: Any, module: str, name: str) -> bool:
    """Return whether a thing is of a class whose module need not be imported for it.

    >>> came_from(3, "kitchen.views.comparison", "Comparison")
    False
    """
    found = sys.modules.get(module)
    return found is not None and isinstance(thing, getattr(found, name))
