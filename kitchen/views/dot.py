"""Write a scene in DOT: once for Graphviz to lay out, once for people, with every label in it."""

from collections.abc import Callable, Iterator, Mapping

from kitchen.views.looks import MARK, look_of
from kitchen.views.scene import SMALL, Box, Frame, Link, Scene
from kitchen.views.text import width

INCH = 72.0  # Graphviz measures boxes in inches; a point of its is a pixel of ours
APART = 26.0  # pixels between boxes side by side
ALONG = 34.0  # pixels between one rank and the next
CLOSER = 24.0  # the same where blocks are collapsed: a large model should fit on a screen
INSIDE = 18  # pixels between a frame and what stands in it: room for the shape under a box
COLUMNS = 4  # of the parts of an opaque model, and its code
TIES = 24  # Graphviz routes so many lines to one barrel; the others are drawn straight


def for_layout(scene: Scene) -> str:
    """Return boxes of fixed size without labels, so that Graphviz opens no font.

    A barrel stands beside its anchor: a line of length zero to a box that nothing else holds, so
    that no call moves to another rank for it. The other ties have no say in the ranks at all.
    """

    def box(item: Box) -> str:
        across, along = item.size
        return f"{item.id} [width={across / INCH:.3f} height={along / INCH:.3f}]"

    def frame(item: Frame) -> str:
        across, along = item.size
        return (
            'label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>'
            f'<TD FIXEDSIZE="TRUE" WIDTH="{across:.0f}" HEIGHT="{along:.0f}"></TD></TR></TABLE>>'
        )

    return "\n".join(
        [
            "digraph {",
            f"graph [rankdir={scene.direction} splines=spline nodesep={APART / INCH:.3f} "
            f"ranksep={ranksep(scene) / INCH:.3f} labeljust=l margin={INSIDE}]",
            'node [shape=box fixedsize=true label=""]',
            "edge [dir=none]",
            *nested(scene, box, frame),
            *lines(scene),
            *columns(scene),
            *guides(scene),
            "}",
        ]
    )


def lines(scene: Scene) -> Iterator[str]:
    """Yield the lines between boxes; each carries its id through the layout."""
    routed: dict[str, int] = {}
    for link in scene.links:
        how = f'id="{link.id}"'
        if link.kind == "tie":
            routed[link.target] = routed.get(link.target, 0) + 1
            if link.anchor:
                how += " minlen=0"
            elif routed[link.target] > TIES:
                continue
            else:
                how += " constraint=false"
        yield f"{link.source} -> {link.target} [{how}]"


def columns(scene: Scene) -> Iterator[str]:
    """Yield invisible lines that put the parts of an opaque model into a few columns."""
    parts: dict[str, list[str]] = {}
    for box in scene.boxes:
        if box.kind in {"part", "opaque"}:
            parts.setdefault(box.frame, []).append(box.id)
    for row in parts.values():
        for above, below in zip(row, row[COLUMNS:], strict=False):
            yield f"{above} -> {below} [style=invis]"


def guides(scene: Scene) -> Iterator[str]:
    """Yield invisible lines that draw barrels in between the frames whose calls they serve.

    Each guide follows a path that data take to the barrel's anchor as well, so it moves no rank.
    """
    boxes = {box.id: box for box in scene.boxes}
    ties: dict[str, list[Link]] = {}
    feeds: dict[str, list[str]] = {}
    for link in scene.links:
        if link.kind == "tie":
            ties.setdefault(link.target, []).append(link)
        else:
            feeds.setdefault(link.target, []).append(link.source)
    last: dict[frozenset[str], tuple[str, str]] = {}  # by frames: the last barrel and its anchor
    for barrel, tied in ties.items():
        anchor = next(link.source for link in tied if link.anchor)
        frames = frozenset(boxes[link.source].frame for link in tied)
        if not boxes[anchor].frame or len(frames) < 2:
            continue
        above, before = last.get(frames, ("", ""))
        start = nearest(anchor, before, boxes, feeds)
        if start:
            yield f"{above if start == before else start} -> {barrel} [style=invis weight=0]"
        last[frames] = (barrel, anchor)


def nearest(
    anchor: str, wanted: str, boxes: Mapping[str, Box], feeds: Mapping[str, list[str]]
) -> str:
    """Return a box that data reach `anchor` from: `wanted`, or one from outside its frame."""
    seen = {anchor}
    waiting = [anchor]
    outside = ""
    while waiting:
        for source in feeds.get(waiting.pop(), ()):
            if source == wanted:
                return source
            if boxes[source].frame != boxes[anchor].frame:
                outside = outside or source
            elif source not in seen:
                seen.add(source)
                waiting.append(source)
    return outside


def ranksep(scene: Scene) -> float:
    """Return the room between ranks in pixels: enough for the texts that stand beside the lines."""
    if scene.direction == "TB":
        return CLOSER if any(box.kind == "block" for box in scene.boxes) else ALONG
    texts = (link.text for link in scene.links if link.text)
    return max((width(text, SMALL) + 26 for text in texts), default=ALONG)


def nested(scene: Scene, box: Callable[[Box], str], frame: Callable[[Frame], str]) -> Iterator[str]:
    """Yield boxes within their frames, by a loop: frames may stand thousands deep."""
    inside: dict[str, list[Box]] = {}
    for item in scene.boxes:
        inside.setdefault(item.frame, []).append(item)
    frames: dict[str, list[Frame]] = {}
    for child in scene.frames:
        frames.setdefault(child.parent, []).append(child)
    yield from map(box, inside.get("", ()))
    waiting: list[Frame | None] = list(reversed(frames.get("", ())))
    while waiting:
        current = waiting.pop()
        if current is None:
            yield "}"
            continue
        yield f"subgraph cluster_{current.id} {{ {frame(current)}"
        yield from map(box, inside.get(current.id, ()))
        waiting += [None, *reversed(frames.get(current.id, ()))]


def for_people(scene: Scene) -> str:
    """Return the scene as a file that stands on its own: `dot -Tsvg model.dot` draws it."""

    def box(item: Box) -> str:
        if item.kind == "barrel":
            look = look_of(item.id)
            how = f'shape=cylinder style=filled fillcolor="{look.strong}" fontcolor=white'
        elif item.barrels:
            look = look_of(item.barrels[0])
            how = f'fillcolor="{look.pale}" color="{look.strong}" penwidth=2'
        elif item.kind == "block":
            how = "peripheries=2"
        else:
            how = "shape=plaintext style=solid" if item.kind == "output" else ""
        if item.marked:
            how += f' penwidth=4 color="{MARK}"'
        return f"{item.id} [label={quoted(*item.lines)} {how}]"

    def frame(item: Frame) -> str:
        look = f'penwidth=4 color="{MARK}"' if item.marked else 'color="#8A8F98"'
        return f"label={quoted(*item.lines)} style=rounded {look}"

    drawn = []
    for link in scene.links:
        how = [f"label={quoted(link.text)}"] if link.text else []
        if link.kind == "mask":
            how.append("style=dotted")
        if link.kind == "tie":
            look = look_of(link.target)
            rank = "minlen=0" if link.anchor else "constraint=false"
            how.append(f'style=dashed dir=none {rank} color="{look.strong}"')
        drawn.append(f"{link.source} -> {link.target} [{' '.join(how)}]")
    return "\n".join(
        [
            "digraph {",
            f"graph [rankdir={scene.direction} label={quoted(scene.name, *scene.notes)} "
            'fontname="DejaVu Sans" fontsize=13]',
            'node [shape=box style="rounded,filled" fillcolor="#F6F7F9" color="#8A8F98" '
            'fontname="DejaVu Sans" fontsize=13]',
            'edge [color="#5B6170" fontcolor="#5B6170" fontname="DejaVu Sans" fontsize=11]',
            *nested(scene, box, frame),
            *drawn,
            *columns(scene),
            "}\n",
        ]
    )


def quoted(*lines: str) -> str:
    r"""Return lines of cleaned text as a DOT string that shows them literally.

    Graphviz decodes entities such as `&lt;` and escapes such as `\N` in labels.

    >>> print(quoted("a<b> & c", r"\N"))
    "a<b> &amp; c\n\\N"
    """
    marks = str.maketrans({"\\": r"\\", '"': r"\"", "&": "&amp;"})
    return '"' + r"\n".join(line.translate(marks) for line in lines) + '"'
