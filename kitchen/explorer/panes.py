"""What the explorer's panes show, as plain data: the picture's boxes, and the code tied to them."""

import gzip
import json
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import ModelGraph, Tensor
from kitchen.graph.reader import Bound
from kitchen.graph.sharing import Path, name_of
from kitchen.graph.source_map import SourceMap, Span
from kitchen.tables import printable
from kitchen.views.drawing import Drawing
from kitchen.views.scene import Box, Frame, Link
from kitchen.views.words import shape_text

if TYPE_CHECKING:
    from kitchen.graph.lint import Finding

FORMS = {"functional": "Functional", "sequential": "Sequential", "subclassed": "Subclassed"}
MOST = 220_000  # bytes of a packed picture
MOST_FINDINGS = 40


def picture(graph: ModelGraph, drawing: Drawing, opened: Collection[str] = ()) -> dict[str, Any]:
    """Return a drawing with what there is to know of each of its boxes.

    Args:
        graph: What was drawn.
        drawing: Its picture.
        opened: The names that were opened in it.

    Returns:
        `svg`, `name`; by each box's id in `boxes` its `label` in words, its `name`, the ids of its
        `calls`, the `path` of calls that leads to the first of them, `opens`: the name that opens
        it, empty where it hides nothing, and `closes` for frames: the name that opened it; and in
        `edges`, by a line's id, what goes along it, in words.
    """
    told = numbered(drawing.scene.outline)
    boxes: dict[str, Any] = {}
    barrels = {box.id for box in drawing.scene.boxes if box.kind == "barrel"}
    for box in drawing.scene.boxes:
        opens = opening(graph, box)
        path = box.path or (box.hides[0] if box.hides else ())
        boxes[box.id] = {
            "label": told.get(box.number, ", ".join(box.lines)),
            "name": named(graph, box),
            "calls": list(calls_in(graph, drawing, box.id)),
            "path": list(path),
            "opens": opens,
            "closes": "",
            "barrel": box.id in barrels,
        }
    for link in drawing.scene.links:  # a barrel stands for all calls that draw from it
        if link.kind == "tie":
            ends = (link.source, link.target)
            barrel, user = (boxes[x] for x in (ends if ends[0] in barrels else ends[::-1]))
            barrel["calls"] += user["path"][-1:]
            barrel["path"] = barrel["path"] or user["path"]
    first = first_paths(drawing)
    for frame in drawing.scene.frames:
        name = graph.layers[frame.layer].name if frame.layer else frame.lines[0]
        path = frame.path or first.get(frame.id, ())  # a block goes by the first call in it
        boxes[frame.id] = {
            "label": told.get(frame.number, ", ".join(frame.lines)),
            "name": name,
            "calls": list(path[-1:]),
            "path": list(path),
            "opens": "",
            "closes": closing(graph, frame, opened),
        }
    edges = {
        link.id: carried(graph, boxes, link) for link in drawing.scene.links if link.kind == "data"
    }
    return {"svg": drawing.svg, "name": graph.name, "boxes": boxes, "edges": edges}


def named(graph: ModelGraph, box: Box) -> str:
    """Return what a box is called in a sentence."""
    if box.path:
        return name_of(graph, box.path)
    return "the output" if box.kind == "output" else box.lines[0]


def carried(graph: ModelGraph, boxes: Mapping[str, Mapping[str, Any]], link: Link) -> str:
    """Return from where to where a line leads, and the shape and dtype of what goes along it."""
    ends = [boxes[link.source], boxes[link.target]]
    makes = set(ends[0]["calls"])
    taken = [
        edge.tensor
        for call in ends[1]["calls"]
        for edge in graph.calls[call].edges
        if edge.kind == "data" and edge.tensor.call in makes
    ]
    # Into an opened model, or out of one, the call that takes it is another one's inside.
    tensors = taken or [x for call in ends[0]["path"][-1:] for x in graph.calls[call].outputs]
    told = dict.fromkeys(map(shown, tensors))
    names = " to ".join(end["name"] for end in ends)
    return printable(f"{names}: {' and '.join(told)}".strip())


def shown(tensor: Tensor) -> str:
    """Return a tensor's shape and dtype in words."""
    return f"{shape_text(tensor.shape) or 'any shape'} {tensor.dtype or ''}".strip()


def packed(content: Any) -> bytes:
    """Return plain data as a page takes them: JSON text, compressed by gzip."""
    return gzip.compress(json.dumps(content).encode(), mtime=0)


def fitting(content: Mapping[str, Any]) -> bytes:
    """Return a picture's content, packed.

    Raises:
        KitchenError: It is too large for a message.
    """
    found = packed(content)
    if len(found) > MOST:
        raise KitchenError(
            "This picture is too large to be explored at once.",
            received=f"{len(content['boxes']):,} boxes",
            fix="Open one block after another; kitchen.draw(model, expand=True) draws it all.",
        )
    return found


def unpacked(content: bytes) -> Any:
    """Return what `packed` took."""
    return json.loads(gzip.decompress(content))


def mistakes(found: "Sequence[Finding]", typed: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield what `lint` found, each with its calls and, in the learner's own cell, its line."""
    for finding in found[:MOST_FINDINGS]:
        calls = [path[-1] for path in finding.calls if path]
        lines = [tie["line"] for tie in typed if set(tie["calls"]) & set(calls)]  # smallest first
        words = {name: getattr(finding, name) for name in ("code", "title", "happens", "fix")}
        yield {**words, "calls": calls, "line": lines[0] if lines else 0}


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
    return box.opened_by


def closing(graph: ModelGraph, frame: Frame, opened: Collection[str]) -> str:
    """Return the name that opened a frame."""
    names = (graph.layers[frame.layer].name,) if frame.layer else frame.opened_by
    return next((name for name in names if name in opened), names[0])


def first_paths(drawing: Drawing) -> dict[str, Path]:
    """Return the calls that lead to the first run in each frame, by the frame's id."""
    parents = {frame.id: frame.parent for frame in drawing.scene.frames}
    found: dict[str, Path] = {}
    for box in drawing.scene.boxes:  # in reading order
        frame, path = box.frame, box.path or (box.hides[0] if box.hides else ())
        while path and frame and frame not in found:
            found[frame] = path
            frame = parents[frame]
    return found


def within(graph: ModelGraph, drawing: Drawing, name: str, opened: Collection[str]) -> set[str]:
    """Return a name that was opened, and those that were opened inside it."""
    found, inside = {name}, set()
    for frame in drawing.scene.frames:  # each before those that stand in it
        own = closing(graph, frame, opened)
        if own == name or frame.parent in inside:
            inside.add(frame.id)
            found.add(own)
    return found


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
