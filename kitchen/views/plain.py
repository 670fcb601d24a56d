"""A picture in words, for when a graph could not be drawn."""

from kitchen.views.looks import EDGE, INK, PAPER, QUIET
from kitchen.views.marks import Group, Picture, Rect, Text
from kitchen.views.paint import MARGIN, description, title
from kitchen.views.scene import LEADING, SIZE, Scene
from kitchen.views.text import clean, fit, width, wrap

MOST = 60  # lines of the outline
WIDE = 760.0  # pixels of a line


def in_words(scene: Scene, reason: str) -> Picture:
    """Return a picture of a scene's outline, under the reason why it is not drawn.

    Args:
        scene: What should have been drawn.
        reason: One sentence.
    """
    lines = [(line, QUIET) for line in wrap(reason, SIZE, WIDE, most=4)]
    lines += [(indented(line), INK) for line in scene.outline[:MOST]]
    if (more := len(scene.outline) - MOST) > 0:
        lines.append((f"… and {more:,} lines more.", QUIET))
    texts = [
        Text(MARGIN, MARGIN + LEADING * (k + 0.7), line, SIZE, fill, "start")
        for k, (line, fill) in enumerate(lines)
    ]
    across = max(width(line, SIZE) for line, _ in lines) + 2 * MARGIN
    down = LEADING * len(lines) + 2 * MARGIN
    card = Rect(0.5, 0.5, across - 1, down - 1, 8.0, PAPER, EDGE)
    about = f"{clean(reason)}\n{description(scene.outline)}"
    return Picture(across, down, (Group((card,)), Group(tuple(texts))), title(scene), about)


def indented(line: str) -> str:
    """Return a line of the outline, cut to the width of the picture, with its indentation."""
    text = line.lstrip(" ")
    space = "\xa0" * (len(line) - len(text))  # spaces at the start of a text would not be drawn
    return space + fit(text, SIZE, WIDE - width(space, SIZE))
