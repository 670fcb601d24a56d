"""What makes two calls alike: class, settings, arguments and weights, whatever the names."""

from collections.abc import Iterable, Mapping
from typing import Any

from kitchen.graph.model_graph import Call, Constant, Layer, ModelGraph, Tensor, VariableUse
from kitchen.graph.order import Line, line_of
from kitchen.graph.sharing import order_of_bodies


class Likeness:
    """Numbers for the layers and calls of a graph: equal for those that are alike.

    Sizes that follow from what comes in do not count, such as the number of rows of a kernel: in a
    dense block they grow from copy to copy. Nor do the rates of dropout layers.
    """

    def __init__(self, graph: ModelGraph):
        """Number the models of `graph`, the innermost first."""
        self.graph = graph
        self.known: dict[Any, int] = {}
        self.layers: dict[str, int] = {}
        if len(graph.bodies) > 1:
            for owner in reversed(order_of_bodies(graph)):
                self.layers[owner] = self.model(owner)

    def number(self, what: Any) -> int:
        """Return the number of something hashable."""
        return self.known.setdefault(what, len(self.known))

    def model(self, owner: str) -> int:
        """Return the number of a model, by what is inside it."""
        body, line = self.graph.bodies[owner], line_of(self.graph, owner)
        wiring = tuple(
            (self.call(call), tuple((k - at if at >= 0 else at, index) for at, index in taken))
            for k, (call, taken) in enumerate(zip(line.calls, line.takes, strict=True))
        )
        ends = tuple(sorted(line.leaving))
        parts = tuple(map(self.layer, body.parts))
        return self.number((self.look(self.graph.layers[owner]), wiring, ends, parts))

    def layer(self, key: str) -> int:
        """Return the number of a layer."""
        if (known := self.layers.get(key)) is None:
            known = self.layers[key] = self.number(self.look(self.graph.layers[key]))
        return known

    def look(self, layer: Layer) -> Any:
        """Return what a layer is, without its name and the sizes of its weights."""
        weights = (self.graph.weights[w] for w in layer.weights)  # their names may be counted up
        settings = layer.settings
        if "." in settings:
            settings = " ".join(word for word in settings.split(" ") if not is_rate(word))
        return (
            *(layer.kind, layer.module, layer.class_name, settings, layer.trainable),
            *((len(w.shape), w.dtype, w.trainable, w.state) for w in weights),
        )

    def call(self, call: Call) -> int:
        """Return the number of a call; where its tensors come from does not count."""
        if not call.kwargs and len(call.args) == 1 and isinstance(call.args[0], Tensor):
            given: Any = ""  # as almost every call is
        else:
            given = (*arguments(call.args), *arguments(call.kwargs), *sorted(call.implicit))
        gives = tuple((x.dtype, x.shape and len(x.shape)) for x in call.outputs)
        return self.number((self.layer(call.layer), given, gives))


def is_rate(word: str) -> bool:
    """Return whether a setting is a number below 1, as the rates of dropout layers are."""
    try:
        return 0 < float(word) < 1
    except ValueError:
        return False


def arguments(given: Any) -> tuple[Any, ...]:
    """Return the structure of a call's arguments with the plain values in it, flat."""
    found: list[Any] = []
    waiting = [given]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            found.append(("dict", *sorted(map(str, item))))
            waiting += [item[key] for key in sorted(item, key=str, reverse=True)]
        elif isinstance(item, list | tuple):
            found.append((type(item).__name__, len(item)))
            waiting += reversed(item)
        elif isinstance(item, Tensor):
            found.append("tensor")
        elif isinstance(item, VariableUse):
            found.append("variable")
        elif isinstance(item, Constant):
            found.append(("constant", item.shape, item.dtype, item.values))
        elif isinstance(item, slice):
            found.append(("slice", repr(item)))
        elif item is None or isinstance(item, bool | int | float | str):
            found.append((type(item).__name__, item))
        else:
            found.append(("object", id(item)))
    return tuple(found)


class Alike:
    """Tells whether two calls in line are alike, and so is what they take.

    Args:
        graph: The graph.
        line: The calls.
        likeness: The numbers of calls and layers.
    """

    def __init__(self, graph: ModelGraph, line: Line, likeness: Likeness):
        self.line = line
        self.layers = [call.layer for call in line.calls]
        shapes = {w: weight.shape for w, weight in graph.weights.items()}
        self.kernels = [kernel(shapes[w] for w in graph.layers[x].weights) for x in self.layers]
        self.scales = list(map(scales, line.calls, self.kernels))
        self.back: list[int] = []  # how far back the same layer was called before; 0 if it was not
        last: dict[str, int] = {}
        for k, layer in enumerate(self.layers):
            self.back.append(k - last.get(layer, k))
            last[layer] = k
        # An input stands just before the first call that takes it, as a block does before the next.
        self.inputs = {at: found[0] - 1 for (at, _), found in line.readers.items() if at < 0}
        self.signs = [  # equal only for calls that may be alike
            likeness.number((likeness.call(call), tuple(index for _, index in taken)))
            for call, taken in zip(line.calls, line.takes, strict=True)
        ]

    def __call__(self, one: int, other: int) -> bool:
        """Return whether the calls at two positions are alike.

        Each tensor comes from as far before, or both take the very same; a layer that was called
        before was called as far before, or both call the very same.
        """
        if self.signs[one] != self.signs[other]:
            return False
        taken = zip(self.line.takes[one], self.line.takes[other], strict=True)
        for (at, _), (at_other, _) in taken:
            before = one - self.inputs.get(at, at)
            if at != at_other and before != other - self.inputs.get(at_other, at_other):
                return False
        if self.layers[one] != self.layers[other]:
            back = self.back[one]
            if back != self.back[other] or back >= other - one:
                return False
        return same_scale(self.scales[one], self.scales[other])


Scale = int | None  # by what a call shortens an axis, lengthens it (negative), or keeps it (0)
Shape = tuple[int, ...]


def kernel(shapes: Iterable[Shape]) -> Shape:
    """Return the first shape of a weight that is more than a row of numbers; empty for none."""
    return next((shape for shape in shapes if len(shape) > 1), ())


def scales(call: Call, kernel: Shape = ()) -> tuple[Scale, ...]:
    """Return what a call with one tensor makes of the lengths of its axes.

    The axis whose length its kernel sets is left out.
    """
    if len(call.edges) != 1 or len(call.outputs) != 1:
        return ()
    before, after = call.edges[0].tensor.shape, call.outputs[0].shape
    if before is None or after is None or len(before) != len(after):
        return ()
    found = [
        None if a is None or b is None else scale(a, b) for a, b in zip(before, after, strict=True)
    ]
    for axis in (len(found) - 1, 1):  # channels come last, or first
        if kernel and axis < len(found) and (before[axis], after[axis]) == kernel[-2:]:
            found[axis] = None
            break
    return tuple(found)


def scale(before: int, after: int) -> Scale:
    """Return by what whole number a length shrinks; negative where it grows; 0 where it stays."""
    short, long = sorted((max(before, 1), max(after, 1)))
    factor = round(long / short)
    return 0 if before == after else factor if before > after else -factor


def same_scale(one: tuple[Scale, ...], other: tuple[Scale, ...]) -> bool:
    """Return whether two calls keep, halve or lengthen axes in the same way.

    Strides and paddings are no part of a layer's settings here; they show in the shapes.
    """
    return one == other or all(
        first == second or first is None or second is None
        for first, second in zip(one, other, strict=False)
    )
