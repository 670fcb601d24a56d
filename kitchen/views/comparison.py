"""Two models side by side: code, picture, parameters, and what running them shows."""

import base64
import inspect
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

from kitchen.errors import KitchenError, KitchenWarning
from kitchen.examples.example import Example, Form
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.reader import as_graph
from kitchen.highlight import highlight
from kitchen.rewrite.source import source
from kitchen.run.equivalence import equivalent
from kitchen.run.verdict import Verdict
from kitchen.tables import Table, clean, printable
from kitchen.views.drawing import Drawing, draw

MOST_LINES = 60  # of code in a column


@dataclass(frozen=True)
class Side:
    """One of the two columns.

    Args:
        title: What stands above it.
        code: The source that builds the model; empty where it is not known, or too long.
        graph: The model as data.
        note: Why there is no code; empty where there is.
        model: The model itself.
    """

    title: str
    code: str
    graph: ModelGraph
    note: str = ""
    model: Any = field(default=None, repr=False, compare=False)

    @cached_property
    def drawing(self) -> Drawing:
        """The picture."""
        return draw(self.graph)

    @cached_property
    def table(self) -> Table:
        """The parameters of every layer that has some, each weight counted once."""
        return parameters(self.graph)

    def html(self) -> str:
        """Return the column: title, code, picture, parameters."""
        code = highlight(self.code) if self.code else f"<p>{clean(self.note)}</p>"
        name = f"<p><b>{clean(self.title)}</b></p>"
        return f"{name}{code}<p>{picture(self.drawing)}</p>{self.table.html()}"


@dataclass(frozen=True)
class Comparison:
    """Two models side by side.

    Args:
        sides: The two columns.
        verdict: What running both has shown.
    """

    sides: tuple[Side, Side]
    verdict: Verdict

    def __str__(self) -> str:
        """Return both columns, one after the other, and the verdict as text."""
        blocks = []
        for side in self.sides:
            parts = [
                f"== {printable(side.title)} ==",
                side.code or side.note,
                side.drawing.text,
                str(side.table),
            ]
            blocks.append("\n".join(part for part in parts if part))
        return "\n\n".join([*blocks, str(self.verdict)])

    def _repr_html_(self) -> str:
        """Return a table of two columns that stays readable when its styles are stripped."""
        # Columns that wrap: side by side where there is room, one below the other where there is
        # not. Without these styles it is a table of one row.
        cell = '<td valign="top" style="flex:1 1 26em;min-width:0;text-align:left;overflow-x:auto">'
        columns = "".join(f"{cell}{side.html()}</td>" for side in self.sides)
        row = f'<tr style="display:flex;flex-wrap:wrap;background:transparent">{columns}</tr>'
        return (
            f'<table style="display:block;width:100%"><tbody style="display:block">{row}</tbody>'
            f"</table><p>{escape(str(self.verdict))}</p>"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def compare(
    a: Any,
    b: Any = None,
    *,
    forms: tuple[str, str] = ("sequential", "functional"),
    map_inputs: Callable[[Any], Any] | None = None,
    map_weights: Callable[[list[Any]], list[Any]] | None = None,
) -> Comparison:
    """Show two models side by side: their code, pictures and parameters, and whether they agree.

    Args:
        a: A `tf.keras.Model`, shown with the code that `kitchen.source` writes; a function without
            arguments that builds one, shown with its own; or an `Example`, whose `forms` are
            compared.
        b: The second model or function; left out for an `Example`.
        forms: Which two forms of an `Example`.
        map_inputs: As for `equivalent`.
        map_weights: As for `equivalent`.

    Raises:
        KitchenError: `b` is missing, or is given beside an `Example`; no such form.
        BackendError: As for `read`.
        ModelError: As for `read`.

    >>> print(kitchen.compare(kitchen.examples.classifier).verdict.kind)
    same family
    """
    if isinstance(a, Example):
        if b is not None or map_inputs is not None or map_weights is not None:
            raise KitchenError(
                "An example is compared with itself, in two of its forms, which bring their maps.",
                received="further arguments",
                fix='Pass forms=("sequential", "functional") instead.',
            )
        if not isinstance(forms, tuple | list) or len(forms) != 2:
            raise KitchenError(
                "forms names two forms.",
                received=f"forms={forms!r}",
                fix='Pass forms=("sequential", "functional"), for instance.',
            )
        return compare_forms(a, *forms)
    if b is None:
        raise KitchenError(
            "A comparison takes two models.", received="one", fix="Pass the second one too."
        )
    (model_a, code_a), (model_b, code_b) = built(a), built(b)
    verdict = equivalent(model_a, model_b, map_inputs=map_inputs, map_weights=map_weights)
    return Comparison((side(model_a, code_a), side(model_b, code_b)), verdict)


def side(model: Any, code: str) -> Side:
    """Return the column of a model; without code of its own, with what `source` writes."""
    graph, note = as_graph(model), ""
    if not code:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", KitchenWarning)  # of what is beside the calls
                code = source(model, compact=True).rstrip()
        except KitchenError as error:
            note = f"No code: {error.problem}"
        if (lines := code.count("\n") + 1) > MOST_LINES:
            code, note = "", f"Its code has {lines:,} lines: kitchen.source(model) shows it."
    return Side(title(graph), code, graph, note, model)


def compare_forms(example: Example, one: str, two: str) -> Comparison:
    """Compare two forms of an example; the functional one goes first where maps are needed."""
    for name in (one, two):
        example.code(name)  # raises where there is no such form
    first, second = example.forms[one], example.forms[two]
    model_a, model_b = first.build(), second.build()
    sides = tuple(
        Side(heading(form), example.code(form.name), as_graph(model), model=model)
        for form, model in ((first, model_a), (second, model_b))
    )
    # The maps of a form begin at the functional one, so that has to come first.
    weights, inputs = (
        [getattr(form, name) is not None for form in (first, second)]
        for name in ("map_weights", "map_inputs")
    )
    if weights == [True, False] or (not weights[1] and inputs == [True, False]):
        first, second, model_a, model_b = second, first, model_b, model_a
    verdict = equivalent(
        model_a, model_b, map_inputs=second.map_inputs, map_weights=second.map_weights
    )
    return Comparison((sides[0], sides[1]), verdict)


def heading(form: Form) -> str:
    """Return a form's name with how it relates to the functional one."""
    return form.name if form.relation == "reference" else f"{form.name} ({form.relation})"


def built(thing: Any) -> tuple[Any, str]:
    """Return a model and its source, from a model or from a function that builds one."""
    if not inspect.isroutine(thing):
        return thing, ""
    try:
        inspect.signature(thing).bind()
    except TypeError as error:
        raise KitchenError(
            "A function that builds a model takes no arguments.",
            received=f"{thing.__name__}: {error}",
            fix="Call it yourself and pass the model.",
        ) from None
    try:
        code = textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError):  # typed at a prompt that keeps no source, or not in Python
        code = ""
    return thing(), code


def title(graph: ModelGraph) -> str:
    """Return a model's name and form."""
    return f"{graph.name} ({graph.form})"


def parameters(graph: ModelGraph) -> Table:
    """Return the layers with weights, what each gives out and its number of parameters."""
    times = Counter(call.layer for call in graph.body.calls)
    first: dict[str, Call] = {}
    for call in graph.body.calls:
        first.setdefault(call.layer, call)
    rows = []
    for call in first.values():
        layer = graph.layers[call.layer]
        if all(graph.weights[w].state for w in layer.weights):
            continue
        shapes = " and ".join(shape_text(x.shape) for x in call.outputs)
        calls = times[layer.id]
        name = layer.name + (f" (called {calls} times)" if calls > 1 else "")
        rows.append((name, layer.class_name, shapes, f"{graph.count(layer.id):,}"))
    if not graph.body.calls:
        parts = [graph.layers[part] for part in graph.body.parts]
        rows = [(x.name, x.class_name, "", f"{graph.count(x.id):,}") for x in parts]
    footer = ("together", "", "", f"{graph.count():,}")
    return Table("", ("layer", "class", "gives", "parameters"), rows, footer, numbers=(3,))


def shape_text(shape: tuple[int | None, ...] | None) -> str:
    """Return a shape without its batch, as in `"(64,)"`."""
    return "unknown" if shape is None else str(shape[1:])


def picture(drawing: Drawing) -> str:
    """Return a drawing as an image that a page shows even where it strips everything else."""
    data = base64.b64encode(drawing.png).decode("ascii")
    size = drawing.png_size
    return (
        f'<img src="data:image/png;base64,{data}" width="{size[0]}" alt="{escape(drawing.alt)}" '
        'style="max-width:100%;height:auto">'
    )
