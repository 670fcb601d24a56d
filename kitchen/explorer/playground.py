"""`playground`: build a network without typing, and see its graph, code, parameters and verdict."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

from kitchen.errors import KitchenError
from kitchen.explorer.plan import (
    ACTIVATIONS,
    ENDS,
    LETTERS,
    MERGES,
    MOST_UNITS,
    SKIPS,
    STARTS,
    Plan,
    build,
    values,
)
from kitchen.explorer.problems import problem
from kitchen.explorer.widget import HERE, Explorer
from kitchen.graph.linearity import explain
from kitchen.views.comparison import parameters

START = "Start from"
COUNTS = {"inputs", "branches", "outputs"}
EMPTY: Mapping[str, Any] = {"text": "", "fixes": []}


class Playground(Explorer):
    """An explorer whose model is built by its controls.

    Args:
        start: The name of the example to start from.

    Attributes:
        plan: What the controls say.
    """

    _esm = "\n".join(  # type: ignore[assignment] # a path or a text
        (HERE / name).read_text(encoding="utf-8") for name in ("playground.js", "widget.js")
    )

    controls: Any = traitlets.List().tag(sync=True)
    problem = traitlets.Dict().tag(sync=True)
    verdict = traitlets.Unicode().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)

    def __init__(self, start: str = "classifier"):
        """Build what the example is."""
        self.first = self.start = start
        self.plan = STARTS[start]
        with left_alone():
            model = build(self.plan)
        super().__init__(model)
        self.judge()

    def answer(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks for: another value, another or the first start, a way out."""
        wish = content.get("do")
        if wish == "reset":
            self.start = self.first
            self.turn_to(STARTS[self.first])
            self.tab = 0
        elif wish == "set" and content["name"] == START:
            self.start = str(content["value"])
            self.turn_to(STARTS[self.start])
        elif wish == "set":
            name, value = str(content["name"]), content["value"]
            self.turn_to(self.plan.changed(name, int(value) if name in COUNTS else value))
        elif wish == "mend":
            self.turn_to(self.plan.with_values(content["set"]))
        else:
            super().answer(content)
            if wish == "share":
                self.tell()

    def turn_to(self, plan: Plan) -> None:
        """Build another plan; where it is impossible, say why, and keep what was seen."""
        self.plan = plan
        if problem(plan) is not None:
            self.judge()
            return
        tab = self.tab
        with left_alone():
            model = build(plan)
        with self.hold_sync():
            self.become(model)
            self.judge()
            self.ready()
            self.tab = tab

    def judge(self) -> None:
        """Say what the controls say, whether it is possible, and what can express it."""
        self.controls = list(controls(self.plan, self.start))
        found = problem(self.plan)
        if found is not None:
            fixes = [{"label": name, "set": values(plan)} for name, plan in found.fixes.items()]
            text = f"{found.text} The picture shows what was there before."
            self.problem = {"text": text, "fixes": fixes}
            return
        self.problem = dict(EMPTY)
        self.tell()

    def tell(self) -> None:
        """Say whether a Sequential can express what is shown, and count its parameters."""
        can = explain(self.bound.graph)
        why = can.verdict.partition(": ")[2]
        self.verdict = f"Sequential can't, because {why}" if can.obstacles else "Sequential can."
        shown = parameters(self.bound.graph)
        self.table = {"header": shown.header, "rows": shown.rows, "footer": shown.footer}


@contextmanager
def left_alone() -> Iterator[None]:
    """Leave the random numbers of the notebook as they were: Keras draws a seed for each layer."""
    before = random.getstate()
    try:
        yield
    finally:
        random.setstate(before)


def controls(plan: Plan, start: str) -> Iterator[dict[str, Any]]:
    """Yield the controls of a plan: each with its group, name, label, kind and value."""

    def choice(group: str, name: str, label: str, value: Any, options: Any) -> dict[str, Any]:
        pairs = options.items() if isinstance(options, Mapping) else [(x, str(x)) for x in options]
        about = {"group": group, "name": name, "label": label, "kind": "choice", "value": value}
        return {**about, "options": [list(pair) for pair in pairs]}

    def number(group: str, name: str, label: str, value: int, least: int = 0) -> dict[str, Any]:
        about = {"group": group, "name": name, "label": label, "kind": "number", "value": value}
        return {**about, "least": least, "most": MOST_UNITS}

    titles = {name: name.replace("_", " ") for name in STARTS}
    yield choice("Start", START, "from the example", start, titles)
    many = len(plan.inputs)
    yield choice("Inputs", "inputs", "how many", str(many), "123")
    for k, size in enumerate(plan.inputs):
        label = "numbers" if many == 1 else f"numbers in {LETTERS[k]}"
        yield number("Inputs", f"inputs:{k}", label, size, 1)
    yield choice("Branches", "branches", "how many", str(plan.branches), "123")
    for k in range(plan.branches):
        which = "" if plan.branches == 1 else f" in {LETTERS[k]}"
        yield number("Branches", f"first:{k}", f"first layer{which}, units", plan.first[k])
        yield number("Branches", f"second:{k}", f"second layer{which}, units", plan.second[k])
    about = {"group": "Branches", "name": "shared", "kind": "switch", "value": plan.shared}
    yield {**about, "label": "the first layer is shared"}
    yield choice("Branches", "activation", "activation", plan.activation, ACTIVATIONS)
    yield choice("Merge", "merge", "by", plan.merge, MERGES)
    yield number("Layer after it", "hidden", "units", plan.hidden)
    yield choice("Layer after it", "skip", "a skip around it", plan.skip, SKIPS)
    yield choice("Outputs", "outputs", "how many", str(plan.outputs), "123")
    yield number("Outputs", "units", "units", plan.units, 1)
    yield choice("Outputs", "end", "activation", plan.end, ENDS)


def playground(start: str = "classifier") -> Playground:
    """Build a network without typing; graph, code, parameters and verdict follow each change.

    Args:
        start: The example to start from: `"classifier"`, `"two_inputs"` or `"shared_layer"`.

    Returns:
        A widget that shows itself in a notebook; `.model` is what it shows now.

    Raises:
        BackendError: As for `read`.
        KitchenError: There is no such example.

    >>> kitchen.playground("shared_layer").verdict
    "Sequential can't, because it has a branch, a shared layer and two outputs."
    """
    if start not in STARTS:
        raise KitchenError(
            "There is no such example to start from.",
            received=f"start={start!r}",
            fix=f"Choose one of {', '.join(STARTS)}.",
        )
    return Playground(start)
