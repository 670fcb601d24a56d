"""Draw a model: a box for each call, a barrel for shared weights, and the same in words."""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as File
from typing import Any

from kitchen.errors import KitchenError, LayoutError, shorten
from kitchen.graph.reader import as_graph
from kitchen.graph.sharing import Path
from kitchen.views import dot, layout, paint_svg
from kitchen.views.compose import Options, compose
from kitchen.views.marking import marked
from kitchen.views.marks import Picture, as_lists
from kitchen.views.paint import paint
from kitchen.views.plain import in_words
from kitchen.views.saving import image, suffix_of, write
from kitchen.views.scene import Scene

SHARPNESS = 2.0  # pixels of the PNG for each pixel of the picture
MOST_PIXELS = 24e6  # of a PNG
LONGEST_SIDE = 16_000  # pixels of a PNG; browsers refuse much longer ones
LEGIBLE = 0.6  # pixels of the PNG for each pixel of the picture; text is 8 pixels tall then
ALT = 1500  # characters of a description beside a picture
SUFFIXES = (".svg", ".png", ".pdf", ".dot")


@dataclass(frozen=True)
class Png:
    """A PNG file, the width and height to show it at, and whether it is the picture or words."""

    file: bytes
    size: tuple[int, int]
    drawn: bool = True


@dataclass(frozen=True, repr=False)
class Drawing:
    """A picture of a model; in a notebook it shows itself.

    Args:
        svg: The picture as an SVG document.
        width: Its width in pixels.
        height: Its height in pixels.
        problem: Why the picture is in words; empty where it was drawn.
        places: For the id of each box and frame in the SVG, without its prefix, the calls that lead
            to it.
        hides: For the id of each box that stands for several calls, the calls that lead to each.

    >>> import kitchen
    >>> drawing = kitchen.draw(kitchen.examples.shared_layer.functional())
    >>> print(drawing.text.splitlines()[3])
    3. shared_dense, second use, reads input; its 8,256 weights are counted already; gives (64,)
    """

    svg: str
    width: float
    height: float
    problem: str = ""
    places: Mapping[str, Path] = field(default_factory=dict)
    hides: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    scene: Scene = field(default=Scene("", "TB", ()))
    picture: Picture = field(default=Picture(0, 0, ()))
    limit: float = layout.LIMIT

    @cached_property
    def text(self) -> str:
        """The same in words, a line for each box in reading order."""
        shown = f"{self.problem}\n" if self.problem else ""
        return shown + "\n".join(self.scene.outline)

    @cached_property
    def dot(self) -> str:
        """The same in Graphviz's language, with all labels: `dot -Tsvg` draws it."""
        return dot.for_people(self.scene)

    @property
    def png(self) -> bytes:
        """The picture as a PNG file, twice as sharp as the SVG's pixels where it is not too large.

        Raises:
            LayoutError: No process for painting could be started, or it took too long.
        """
        return self._png.file

    @property
    def png_size(self) -> tuple[int, int]:
        """The width and height in pixels that the PNG is to be shown at.

        Raises:
            LayoutError: As for `png`.
        """
        return self._png.size

    @property
    def _png(self) -> Png:
        """The PNG file; a failure is raised anew without another try."""
        if isinstance(self._painted, LayoutError):
            raise self._painted
        return self._painted

    @cached_property
    def _painted(self) -> Png | LayoutError:
        """The PNG file, of the picture where that is legible and in words where it is not."""
        wide, high = self.width, self.height
        scale = min(
            SHARPNESS, LONGEST_SIDE / max(wide, high), math.sqrt(MOST_PIXELS / (wide * high))
        )
        reason = (
            f"The picture has {wide:,.0f}×{high:,.0f} pixels, too many for a PNG: "
            "save it as .svg or .pdf."
        )
        if scale >= LEGIBLE:
            try:
                return Png(self._paint("png", self.picture, scale), (round(wide), round(high)))
            except LayoutError as error:
                reason = f"Shown as text: {error}"
        words = in_words(self.scene, reason)
        size = (round(words.width), round(words.height))
        try:
            return Png(self._paint("png", words, SHARPNESS), size, drawn=False)
        except LayoutError as error:
            return error

    def _paint(self, what: str, picture: Picture, scale: float = 1.0) -> bytes:
        """Return a picture as a PNG or PDF file."""
        limit = max(self.limit, layout.PAINTING)
        return layout.paint(as_lists(picture), what, scale=scale, limit=limit)

    def save(self, path: str | File) -> None:
        """Write the picture to a file; its suffix says what kind: .svg, .png, .pdf or .dot.

        Raises:
            KitchenError: The suffix is another one, or the file cannot be written.
            LayoutError: The PNG or PDF could not be painted.
        """
        suffix = suffix_of(path, SUFFIXES, "picture")
        write(path, self._file(suffix), "picture")

    def _file(self, suffix: str) -> bytes:
        """Return what goes into a file."""
        if suffix == ".png":
            return self.png
        if suffix == ".pdf":
            return self._paint("pdf", self.picture)
        return (self.svg if suffix == ".svg" else self.dot).encode()

    @property
    def alt(self) -> str:
        """What the picture shows, for those who do not see it, in at most 1,500 characters."""
        return shorten(f"{self.picture.title}. {self.text}", ALT)

    def html(self) -> str:
        """Return the picture as an image for HTML, with its description.

        JupyterLab scales such an image down to the cell, shows it in notebooks that are not trusted
        too, and reads its description out; it does none of the three with an SVG by itself.
        """
        kind, file = "svg+xml", self.svg.encode()
        try:
            if self._png.drawn:
                kind, file = "png", self.png
        except LayoutError:  # then the SVG will do, where it is shown
            pass
        return image(file, kind, alt=self.alt, width=round(self.width), height=round(self.height))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return what a notebook shows and stores: the same picture for every kind of reader."""
        data: dict[str, str] = {
            "text/plain": self.text,
            "text/html": self.html(),
            "image/svg+xml": self.svg,
        }
        try:
            data["image/png"] = base64.b64encode(self.png).decode()
        except LayoutError:
            return data, {}
        width, height = self.png_size
        return data, {"image/png": {"width": width, "height": height}}

    def __str__(self) -> str:
        """Return the picture in words."""
        return self.text

    __repr__ = __str__


def draw(
    model: Any,
    *,
    show_shapes: bool = True,
    show_params: bool = True,
    expand_nested: bool = False,
    direction: str = "TB",
    show_masks: bool = False,
    expand: bool | str | Iterable[str] = False,
    collapse: bool | None = None,
    highlight: Any = None,
    timeout: float | None = None,
) -> Drawing:
    """Draw a model with a box for each call of a layer, or for each block of a large model.

    A layer that is called twice is two boxes of one colour and one pattern, tied to one barrel of
    weights. Where there would be more than 60 boxes, blocks that repeat are one box ("×12"), and so
    are chains. A graph that cannot be laid out in time is shown in words.

    Args:
        model: A Keras model, or what `kitchen.read` made of one.
        show_shapes: Whether the shapes of tensors are shown, without the batch.
        show_params: Whether numbers of parameters are shown.
        expand_nested: Whether models inside the model are opened, in frames.
        direction: `"TB"` from the top down, `"LR"` from left to right.
        show_masks: Whether masks that Keras passes along by itself are shown.
        expand: What is opened: the name of a block or a model as its box says it, or of a layer
            inside, or several names; `True` opens everything. Of equal blocks one is opened.
        collapse: Whether blocks and chains are one box: `True` always, `False` never, `None` where
            there are more than 60 boxes.
        highlight: Calls that stand out: paths or ids of calls, what has such in `.calls` (as what
            `kitchen.explain` and `kitchen.lint` give), or several of these.
        timeout: The time limit for laying out, in seconds; by default 10, and 1.2 where there are
            more than 2,000 boxes.

    Returns:
        The drawing: `.svg`, `.png`, `.text`, `.dot`, `.save(path)`.

    Raises:
        KitchenError: An option is none of those above, the model cannot be read, or there is
            nothing of a name in `expand` or of a call in `highlight`.

    >>> import kitchen
    >>> print(kitchen.draw(kitchen.examples.classifier.sequential()).text.splitlines()[1])
    1. input, an input of (784,)
    """
    flags = {
        "show_shapes": show_shapes,
        "show_params": show_params,
        "expand_nested": expand_nested,
        "show_masks": show_masks,
    }
    options = opened(checked(flags, direction, timeout), expand, collapse)
    graph = as_graph(model)
    scene = compose(graph, replace(options, marked=marked(graph, highlight)))
    limit, problem = timeout or layout.limit_for(len(scene.boxes)), ""
    try:
        text = dot.for_layout(scene)
        places = layout.lay_out(text, limit=limit, meanwhile=lambda: scene.outline)
        picture = paint(scene, places)
    except LayoutError as error:
        problem = f"Shown as text: {error}"
        picture = in_words(scene, problem)
    svg = paint_svg.paint(picture)
    paths = {box.id: box.path for box in scene.boxes if box.path}
    paths |= {frame.id: frame.path for frame in scene.frames if frame.path}
    hides = {box.id: box.hides for box in scene.boxes if box.hides}
    return Drawing(svg, picture.width, picture.height, problem, paths, hides, scene, picture, limit)


def opened(options: Options, expand: Any, collapse: Any) -> Options:
    """Return options with what is opened and whether blocks are collapsed.

    Raises:
        KitchenError: These are not what they should be.
    """
    if collapse is not None and not isinstance(collapse, bool):
        raise KitchenError("collapse is True, False or None.", received=f"collapse={collapse!r}")
    if expand is True:
        if collapse:
            raise KitchenError(
                "expand=True opens what collapse=True closes.",
                fix="Pass one of the two, or the names of what is to be opened.",
            )
        return replace(options, expand_nested=True, collapse=False)
    given = [expand] if isinstance(expand, str) else expand or ()
    names = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in names):
        raise KitchenError(
            "expand is True, False, or names of what is to be opened.",
            received=f"expand={expand!r}",
            fix="Use names that stand in boxes.",
        )
    return replace(options, collapse=collapse, names=frozenset(names))


def checked(flags: Mapping[str, bool], direction: str, timeout: float | None) -> Options:
    """Return options that are what they should be.

    Raises:
        KitchenError: One is not.
    """
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise KitchenError(f"{name} is True or False.", received=f"{name}={value!r}")
    if direction not in ("TB", "LR"):
        raise KitchenError(
            'direction is "TB" (from the top down) or "LR" (from left to right).',
            received=f"direction={direction!r}",
        )
    given = 1.0 if timeout is None else timeout
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1e6:
        raise KitchenError(
            "timeout is a number of seconds, more than 0.", received=f"timeout={timeout!r}"
        )
    return Options(**flags, direction=direction)  # type: ignore[arg-type]
