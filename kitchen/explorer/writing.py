"""A model's code in a form, each line tied to the calls that it makes."""

import ast
import warnings
from typing import Any

from kitchen.errors import KitchenError, KitchenWarning
from kitchen.explorer.panes import FORMS, code, refused, ties
from kitchen.graph.reader import Bound, bind
from kitchen.graph.source_map import Recorder, SourceMap, span_of
from kitchen.rewrite.building import untouched
from kitchen.rewrite.source import source

MOST_CALLS = 120  # of a model that is built once more to tie its written code to its picture
MOST_PARAMETERS = 2_000_000  # of such a model
MOST_TEXT = 120_000  # characters of a tab's code


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
    graph = bound.graph
    small = len(graph.calls) <= MOST_CALLS and graph.count() <= MOST_PARAMETERS
    found = tied_to(bound, text) if small else tied_by_name(bound, text)
    return code(FORMS[form], text, ties(bound, found))


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


def tied_by_name(bound: Bound, text: str) -> SourceMap:
    """Return which pieces of a large model's code name its layers; the code is not run."""
    layers = {layer.name: key for key, layer in bound.graph.layers.items()}
    found = {}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        for word in node.keywords:
            name = word.value.value if isinstance(word.value, ast.Constant) else None
            if word.arg == "name" and name in layers:
                found[layers[name]] = span_of(node)
    return SourceMap(text, {}, found)


def shape_of(bound: Bound) -> list[list[str]]:
    """Return the classes of a model's calls, body by body; models of all forms count as one."""
    graph = bound.graph
    called = [[graph.layers[call.layer] for call in body.calls] for body in graph.bodies.values()]
    return [
        ["model" if layer.kind == "model" else layer.class_name for layer in body]
        for body in called
    ]
