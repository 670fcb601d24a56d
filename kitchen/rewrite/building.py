"""A live Keras model from a graph: fresh copies of its layers, its calls made again in order."""

import random
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.model_graph import Body, Call, Constant, Form, ModelGraph, Tensor, VariableUse
from kitchen.graph.reader import Bound, form_of
from kitchen.graph.sharing import order_of_bodies
from kitchen.graph.tracing import undone
from kitchen.graph.wrapping import steps
from kitchen.rewrite.arguments import Spot, as_written, mapped, placed, spot, without_masks
from kitchen.rewrite.copying import copied, fresh_operation, take_state


@contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Put a model back as it was, with Keras's counters for names and Python's random state.

    New layers draw seeds and names, which must not change what the learner's next ones get.
    """
    drawn = random.getstate()
    try:
        with undone(model):
            yield
    finally:
        random.setstate(drawn)


class Building:
    """A graph on its way to a live model.

    Args:
        bound: The model that was read.
        graph: What to build: the graph of that model, written in another way.
        origin: For each layer that `graph` has of its own, the layer of `bound` that it copies.
        change: Is given each layer's id and its copy before that is built.
    """

    def __init__(
        self,
        bound: Bound,
        graph: ModelGraph,
        origin: Mapping[str, str] | None = None,
        change: Callable[[str, Any], None] = lambda key, made: None,
    ):
        """Make nothing yet."""
        self.bound, self.graph, self.origin, self.change = bound, graph, origin or {}, change
        self.made: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        self.rebuilt: set[str] = set()
        self.partners: dict[int, Any] = {}

    def live(self, layer: str) -> Any:
        """Return the object that a layer is to be a copy of; `None` for a new block."""
        return self.bound.layers.get(self.origin.get(layer, layer))

    def run(self) -> Any:
        """Build every model from the inside out, give all layers their state, and return the root.

        Run this within `untouched`.

        Raises:
            KitchenError: A layer cannot be copied, or Keras refuses a call.
        """
        owners = self.reached()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Keras says of a model was said when it was made
            for owner in reversed(owners):
                self.made[owner] = self.model(owner)
            self.settle(owners)
        return self.made[self.graph.root]

    @property
    def named(self) -> bool:
        """Whether `compile` knows the outputs by name; a Sequential has names in a dict only."""
        keyed = isinstance(self.graph.body.output_structure, Mapping)
        return keyed or self.graph.form != "sequential"

    def reached(self) -> list[str]:
        """Return the models to build, each before those inside it; not those inside opaque ones."""
        graph = self.graph
        found = {graph.root}
        order = order_of_bodies(graph)
        for owner in order:
            if owner in found:
                found |= {c.layer for c in graph.bodies[owner].calls if c.layer in graph.bodies}
        return [owner for owner in order if owner in found]

    def form(self, owner: str) -> Form:
        """Return in which form to build a model; `"subclassed"` for a copy made by its own code."""
        if owner == self.graph.root:
            return self.graph.form
        if self.graph.layers[owner].class_name == "Functional":
            return "functional"
        return form_of(self.live(owner))

    def model(self, owner: str) -> Any:
        """Build one model; those inside it are there already."""
        layer, body = self.graph.layers[owner], self.graph.bodies[owner]
        form = self.form(owner)
        if form == "subclassed":
            try:
                return self.copy(owner)
            except KitchenError:
                if not body.calls:
                    raise
        make = self.sequential if form == "sequential" else self.functional
        made = make(self.maker(owner, form), body, layer.name)
        self.rebuilt.add(owner)
        policy = (self.live(owner) or self.live(self.graph.root)).dtype_policy
        if str(made.dtype_policy) != str(policy):
            made.dtype_policy = policy
        return made

    def maker(self, owner: str, form: Form) -> Any:
        """Return the class to make a model of: its own, if that is made in the same way."""
        k, live = keras(), self.live(owner)
        usual = k.Sequential if form == "sequential" else k.Model
        if live is None or form_of(live) != form:
            return usual
        return type(live) if type(live).__init__.__module__.startswith("keras.") else usual

    def sequential(self, make: Any, body: Body, name: str) -> Any:
        """Build a Sequential; one that takes several tensors, or any, has no `Input`."""
        single = len(body.inputs) == 1 and body.inputs[0].tensor.shape is not None
        start = [self.input(self.call_of(body, body.inputs[0].tensor))] if single else []
        elements = [self.layer(call.layer) for call in steps(self.graph, body)]
        try:
            made = make([*start, *elements], name=name)
        except Exception as error:
            raise refused(name, error) from error
        for call, element in zip(steps(self.graph, body), elements, strict=True):
            self.build(call.layer, element)
        return made

    def functional(self, make: Any, body: Body, name: str) -> Any:
        """Build a functional model by making its calls again."""
        tensors: dict[Spot, Any] = {}
        for call in as_written(body).calls:
            if call.plumbing:
                continue
            if self.graph.layers[call.layer].kind == "input":
                tensors[spot(call.outputs[0])] = self.input(call)
                continue
            tensors.update(self.call(without_masks(call), tensors))
        starts = [tensors[spot(port.tensor)] for port in body.inputs]
        ends = [tensors[spot(port.tensor)] for port in body.outputs]
        try:
            return make(
                placed(body.input_structure, starts),
                placed(body.output_structure, ends),
                name=name,
            )
        except Exception as error:
            raise refused(name, error) from error

    def call(self, call: Call, tensors: Mapping[Spot, Any]) -> dict[Spot, Any]:
        """Make one call again and return what it gives out."""
        layer = self.layer(call.layer)

        def leaf(value: Any) -> Any:
            if isinstance(value, Tensor):
                return tensors[spot(value)]
            if isinstance(value, Constant):
                return self.bound.constants[value.id]
            return self.variable(value.weight) if isinstance(value, VariableUse) else value

        args = [mapped(value, leaf) for value in call.args]
        kwargs = {name: mapped(value, leaf) for name, value in call.kwargs.items()}
        try:
            found = keras().tree.flatten(layer(*args, **kwargs))
            return dict(zip(map(spot, call.outputs), found, strict=True))
        except Exception as error:
            raise refused(layer.name, error) from error

    def call_of(self, body: Body, tensor: Tensor) -> Call:
        """Return the call that a tensor comes from."""
        return next(call for call in body.calls if call.id == tensor.call)

    def input(self, call: Call) -> Any:
        """Return a fresh input tensor like that of an input's call."""
        layer, live = self.graph.layers[call.layer], self.live(call.layer)
        if live is None:
            tensor = call.outputs[0]
            return keras().Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=layer.name)
        return type(live).from_config({**live.get_config(), "name": layer.name}).output

    def layer(self, key: str) -> Any:
        """Return the copy of a layer or operation, making it where it is met first."""
        if key not in self.made:
            layer, live = self.graph.layers[key], self.live(key)
            operation = layer.kind == "operation"
            self.made[key] = fresh_operation(live) if operation else self.copy(key)
        return self.made[key]

    def copy(self, key: str) -> Any:
        """Make a copy of a layer."""
        made = copied(self.live(key), self.graph.layers[key].name)
        self.change(key, made)
        return made

    def leaf(self, key: str) -> bool:
        """Return whether a layer is copied as a whole, not built from calls."""
        return key not in self.graph.bodies or (key in self.made and key not in self.rebuilt)

    def build(self, key: str, made: Any) -> None:
        """Build a layer that no symbolic call has built, as its original was built."""
        live = self.live(key)
        if live is None or made.built or not live.built:
            return
        try:
            made.build_from_config(live.get_build_config())
        except Exception as error:
            raise refused(made.name, error) from error

    def variable(self, weight: str) -> Any:
        """Return the variable that stands for a weight: one of a layer's copy, or a free one."""
        if weight in self.variables:
            return self.variables[weight]
        for owner in self.reached():
            for call in self.graph.bodies[owner].calls:
                layer = self.graph.layers[call.layer]
                if weight in layer.weights and layer.kind != "operation" and self.leaf(layer.id):
                    self.build(layer.id, made := self.layer(layer.id))
                    return made.variables[layer.weights.index(weight)]
        old = self.bound.variables[weight]
        self.variables[weight] = keras().Variable(
            old.numpy(), dtype=old.dtype, trainable=old.trainable, name=old.name
        )
        return self.variables[weight]

    def partner(self, variable: Any) -> Any:
        """Return the variable that stands for one of the original model.

        Raises:
            KeyError: It belongs to no layer that was copied.
        """
        if not self.partners:
            for key, made in self.made.items():
                if self.graph.layers[key].kind != "operation" and key not in self.rebuilt:
                    pairs = zip(self.live(key).variables, made.variables, strict=True)
                    self.partners.update({id(one): two for one, two in pairs})
        return self.partners[id(variable)]

    def settle(self, owners: Sequence[str]) -> None:
        """Give every copy the state of its original, from the outside in.

        Raises:
            KitchenError: Two layers hold one variable, and their copies have one each.
        """
        for owner in owners:
            if (live := self.live(owner)) is not None:
                self.made[owner].trainable = live.trainable
        holders: dict[str, tuple[Any, str]] = {}
        for key, made in self.made.items():
            layer = self.graph.layers[key]
            if layer.kind == "operation" or key in self.rebuilt:
                continue
            take_state(self.live(key), made)
            for weight, variable in zip(layer.weights, made.variables, strict=True):
                known, name = holders.setdefault(weight, (variable, layer.name))
                if known is not variable:
                    raise KitchenError(
                        f"The layers {name!r} and {layer.name!r} hold one and the same variable, "
                        "which copies of them would not.",
                        received=self.graph.weights[weight].name,
                        fix="Share the layer that owns it instead.",
                    )


def refused(name: str, error: Exception) -> KitchenError:
    """Return the error for a layer or model that Keras will not make again."""
    return KitchenError(
        f"Keras refuses to make {name!r} again.",
        received=in_a_line(error),
        fix="Check that the model itself can be called.",
    )
