"""What the explorer's panes show, as plain data: the picture's boxes, and the code tied to them."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import Bound
from kitchen.graph.sharing import Path
from kitchen.graph.source_map import SourceMap, Span
from kitchen.views.drawing import Drawing
from kitchen.views.scene import Box


def picture(graph: ModelGraph, drawing: Drawing) -> dict[str, Any]:
    """Return a drawing with what there is to know of each of its boxes.

    Args:
        graph: What was drawn.
        drawing: Its picture.

    Returns:
        `svg`, `name`, and by each box's id in `boxes` its `label` in words, the ids of its `calls`,
        the `path` of calls that leads to the first of them, `opens`: the name that opens it, empty
        where it hides nothing; and `closes` for frames.
    """
    told = numbered(drawing.scene.outline)
    boxes = {}
    for box in drawing.scene.boxes:
        opens = opening(graph, box)
        boxes[box.id] = {
            "label": told.get(box.number, ", ".join(box.lines)),
            "calls": list(calls_in(graph, drawing, box.id)),
            "path": list(box.path or (box.hides[0] if box.hides else ())),
            "opens": opens,
            "closes": "",
        }
    for frame in drawing.scene.frames:
        name = graph.layers[frame.layer].name if frame.layer else frame.lines[0]
        boxes[frame.id] = {
            "label": told.get(frame.number, ", ".join(frame.lines)),
            "calls": list(frame.path[-1:]),
            "path": list(frame.path),
            "opens": "",
            "closes": name,
        }
    return {"svg": drawing.svg, "name": graph.name, "boxes": boxes}


def numbered(lines: tuple[str, ...]) -> dict[int, str]:
    """Return the lines of a picture in words by the number that each begins with."""
    found = {}
    for line in lines:
        number, dot, rest = line.strip().partition(". ")
        if dot and number.isdecimal():
            found[int(number)] = rest
    return found


def opening(graph: ModelGraph, box: Box) -> str:
    """Return the name that opens a box; empty where there is nothing inside."""
    if box.kind == "model" and box.layer:
        return graph.layers[box.layer].name
    return box.lines[0] if box.hides else ""


def calls_in(graph: ModelGraph, drawing: Drawing, box: str) -> Iterator[str]:
    """Yield the ids of the calls that a box shows or hides, those inside its models too."""
    paths: list[Path] = [drawing.places[box]] if box in drawing.places else []
    waiting = deque(path[-1] for path in (*paths, *drawing.hides.get(box, ())))
    while waiting:
        call = waiting.popleft()
        yield call
        body = graph.bodies.get(graph.calls[call].layer)
        waiting += [inner.id for inner in body.calls] if body else []


def ties(bound: Bound, source: SourceMap) -> list[dict[str, Any]]:
    """Return each piece of code that made something, with the ids of the calls that it stands for.

    A piece that made a layer stands for all calls of that layer. Smaller pieces come first.
    """
    found: dict[Span, dict[str, None]] = {}
    for call, span in source.calls.items():
        found.setdefault(span, {})[call] = None
    for layer, span in source.layers.items():
        found.setdefault(span, {}).update(dict.fromkeys(bound.graph.uses.get(layer, ())))
    return [
        {"line": span.line, "end": span.end_line, "calls": list(calls)}
        for span, calls in sorted(found.items(), key=lambda item: extent(item[0]))
        if calls
    ]


def extent(span: Span) -> tuple[int, int, int]:
    """Return how many lines a piece of code takes, and where it begins."""
    return span.end_line - span.line, span.line, span.column


def code(title: str, text: str, tied: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one tab of the code pane."""
    return {"title": title, "text": text, "ties": list(tied), "reason": ""}


def refused(title: str, reason: str) -> dict[str, Any]:
    """Return a tab that says why a form cannot express the model."""
    return {"title": title, "text": "", "ties": [], "reason": reason}
