"""What a Sequential can express, but not as one would expect."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kitchen.graph.handing import given, steps, taken
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.nesting import Element
from kitchen.graph.obstacle import Obstacle, how_often, in_words, listed, names_of, short

ON_LISTS = {  # layers that are called on a list of tensors
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
}


def surprises_of(graph: ModelGraph, form: Sequence[Element]) -> list[Obstacle]:
    """Return what surprises about a model as a Sequential of some elements.

    Args:
        graph: The model.
        form: The elements: plain ones for a chain, those of the wrapped form, or none.
    """
    finder = Finder(graph, form)
    found = [*finder.elsewhere()]
    if form:
        found += [*finder.start(), *finder.again(), *finder.training()]
        found += [*finder.lists(), *finder.end()]
    return found


class Finder:
    """A model and its elements."""

    def __init__(self, graph: ModelGraph, form: Sequence[Element]):
        """Note which layer stands in which elements."""
        self.graph, self.form = graph, form
        self.calls = {call.id: call for call in graph.body.calls}
        self.called = names_of(graph, graph.root)
        self.places: dict[str, dict[int, str]] = {}  # by layer, the elements with a call of it
        for k, element in enumerate(form):
            for path in element.calls:
                layer = graph.layers[self.calls[path[-1]].layer]
                if layer.kind != "operation":
                    self.places.setdefault(layer.id, {})[k] = path[-1]

    def name(self, layer: str) -> str:
        """Return a layer's name."""
        return short(self.graph.layers[layer].name)

    def start(self) -> Iterator[Obstacle]:
        """Yield what is odd where the first element takes several tensors."""
        first = self.form[0]
        call = self.calls[first.calls[0][-1]]
        inner = self.graph.bodies.get(call.layer)
        several = inner is not None and len(inner.inputs) > 1
        layer = self.graph.layers[call.layer]
        several = several or (layer.kind == "layer" and layer.class_name in ON_LISTS)
        alone = self.graph.form == "sequential" and len(taken(call)) == 1
        if len(self.graph.body.inputs) > 1 or (several and alone):
            around = isinstance(self.graph.body.input_structure, Mapping)
            text = (
                f"{first.name} comes first and takes several tensors: the Sequential is called "
                f"on a {'dict' if around else 'list'} of arrays, and Keras makes no graph of it, "
                "so it has no input_shape."
            )
            yield Obstacle("inputs", text, first.calls)

    def again(self) -> Iterator[Obstacle]:
        """Yield the layers that are called by several elements."""
        for layer, places in self.places.items():
            if len(places) < 2:
                continue
            calls = tuple((call,) for call in places.values())
            name, times = self.name(layer), how_often(len(places))
            plain = [not self.form[k].block for k in places]
            if all(plain):
                text = (
                    f"{name} is called {times}. A Sequential can hold it {times}, but its saved "
                    "file lists it once: what is loaded computes something else. A functional "
                    "model keeps all its calls."
                )
                yield Obstacle("again", text, calls)
            elif any(plain) or self.graph.layers[layer].weights:
                text = (
                    f"{name} is called in {in_words(len(places))} of the elements. That runs, but "
                    "a file that is saved from it cannot be loaded. From the functional model, "
                    "written flat, it can."
                )
                yield Obstacle("shared", text, calls)

    def elsewhere(self) -> Iterator[Obstacle]:
        """Yield the layers that are called in several models."""
        owners: dict[str, dict[str, Call]] = {}
        for owner, body in self.graph.bodies.items():
            for call in steps(self.graph, body):
                if self.graph.layers[call.layer].kind == "layer":
                    owners.setdefault(call.layer, {})[owner] = call
        for layer, found in owners.items():
            here = found.get(self.graph.root)
            if len(found) > 1 and (here or self.graph.layers[layer].weights):
                models = listed(self.name(owner) for owner in found)
                text = (
                    f"{self.name(layer)} is called inside {models}. That runs, but a file that is "
                    "saved from it cannot be loaded."
                )
                yield Obstacle("shared", text, ((here.id,),) if here else ())

    def training(self) -> Iterator[Obstacle]:
        """Yield the calls with a `training=False` that changes nothing."""
        if self.graph.form != "functional":
            return
        found = [
            key
            for key, call in self.calls.items()
            if call.kwargs.get("training") is False
            and "training" not in given(self.graph, self.graph.root, call)
        ]
        if found:
            text = (
                f"{listed(self.called[key] for key in found)}: called with training=False, for "
                "which a Sequential has no place. In a functional model it changes nothing "
                "either: fit says training=True over it. To freeze a layer, set trainable=False."
            )
            yield Obstacle("training", text, tuple((key,) for key in found))

    def lists(self) -> Iterator[Obstacle]:
        """Yield the calls that hand on several tensors at once."""
        for one, other in pairwise(self.form):
            call = self.calls[one.calls[-1][-1]]
            if not other.block and len(taken(self.calls[other.calls[0][-1]])) > 1:
                count = in_words(len(call.outputs))
                text = f"{one.name} gives {count} tensors; {other.name} takes them as one list."
                yield Obstacle("list", text, (*one.calls, *other.calls))

    def end(self) -> Iterator[Obstacle]:
        """Yield what is odd where the last element gives several tensors."""
        if (count := len(self.graph.body.outputs)) > 1:
            text = (
                f"{self.form[-1].name} comes last and gives {in_words(count)} outputs, so the "
                "Sequential does; it has no output_names."
            )
            yield Obstacle("outputs", text, self.form[-1].calls)
