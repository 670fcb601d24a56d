"""Run a model call by call: every call's output is kept, and each may have weights of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kitchen.backend import keras
from kitchen.graph.model_graph import Call, Constant, Tensor, VariableUse
from kitchen.graph.nodes import running_order, standardized
from kitchen.graph.reader import Bound
from kitchen.graph.sharing import Path
from kitchen.rewrite.arguments import Spot, mapped, placed, spot

Weights = Callable[[Path, str], Any]


@dataclass
class Frame:
    """A model that is being run.

    Args:
        owner: The model's id.
        path: The path of the call that runs it; empty for the outermost model.
        tensors: What its calls gave so far.
        calls: Those that are still to be made.
        call: The call of the model around it that waits for its outputs.
    """

    owner: str
    path: Path
    tensors: dict[Spot, Any]
    calls: Iterator[Call]
    call: Call | None = None

    def keep(self, call: Call, given: list[Any]) -> None:
        """Keep what a call gave, flat."""
        self.tensors.update(zip(map(spot, call.outputs), given, strict=True))


@dataclass
class Replay:
    """A model run call by call, from one snapshot of its state; run it within `undone`.

    Args:
        bound: The model.
        training: What layers are told about training.
        weights: Gives the value of a weight for the call at a path; by default what it is now.

    Attributes:
        made: What each call gave, flat, by its path, a model's before those of the calls inside it.
        losses: What layers added to the loss (activity regularisers and `add_loss`).
    """

    bound: Bound
    training: bool = False
    weights: Weights | None = None
    made: dict[Path, list[Any]] = field(default_factory=dict)
    losses: list[Any] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know each variable's id."""
        self.keys = {id(v): key for key, v in self.bound.variables.items()}

    def run(self, inputs: Any) -> Any:
        """Run the model on arrays in the structure that it takes; return what it gives."""
        graph = self.bound.graph
        if not self.opens(graph.root):
            return self.call_layer((), graph.root, (inputs,), {})
        frames = [self.enter(graph.root, (), inputs)]
        while True:
            frame = frames[-1]
            call = next(frame.calls, None)
            if call is None:
                body = graph.bodies[frame.owner]
                given = [frame.tensors[spot(port.tensor)] for port in body.outputs]
                frames.pop()
                if frame.call is None:
                    return placed(body.output_structure, given)
                self.made[frame.path] = given
                frames[-1].keep(frame.call, given)
                continue
            path = (*frame.path, call.id)
            if graph.layers[call.layer].kind == "input":
                self.made[path] = [frame.tensors[spot(x)] for x in call.outputs]
                continue
            args = tuple(mapped(x, self.leaf(frame, path)) for x in call.args)
            kwargs = {k: mapped(x, self.leaf(frame, path)) for k, x in call.kwargs.items()}
            if self.opens(call.layer):
                self.made[path] = []
                frames.append(self.enter(call.layer, path, args[0], call))
                continue
            self.call_layer(path, call.layer, args, kwargs)
            frame.keep(call, self.made[path])

    def opens(self, layer: str) -> bool:
        """Return whether the calls inside a model are known, as they are for this `training`."""
        body = self.bound.graph.bodies.get(layer)
        return body is not None and bool(body.calls) and not (self.training and body.note)

    def enter(self, owner: str, path: Path, inputs: Any, call: Call | None = None) -> Frame:
        """Return a model that is about to run on its inputs."""
        body = self.bound.graph.bodies[owner]
        flat = standardized(self.bound.layers[owner], inputs)
        tensors = {spot(port.tensor): x for port, x in zip(body.inputs, flat, strict=True)}
        calls = body.calls
        if self.training:  # shared layers draw their random numbers call by call
            calls = tuple(calls[k] for k in running_order(self.bound.layers[owner]))
        return Frame(owner, path, tensors, iter(calls), call)

    def leaf(self, frame: Frame, path: Path) -> Callable[[Any], Any]:
        """Return what puts a value in the place of a tensor, a constant or a variable."""

        def value(x: Any) -> Any:
            if isinstance(x, Tensor):
                return frame.tensors[spot(x)]
            if isinstance(x, Constant):
                return self.bound.constants[x.id]
            return self.value(path, x.weight) if isinstance(x, VariableUse) else x

        return value

    def value(self, path: Path, weight: str) -> Any:
        """Return the value of a weight for one call."""
        variable = self.bound.variables[weight]
        if self.weights is not None and variable.trainable:
            return self.weights(path, weight)
        return self.state.get(weight, variable.value)

    def call_layer(
        self, path: Path, layer: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """Call a layer, an operation or a model of unknown calls."""
        k, live = keras(), self.bound.layers[layer]
        if self.bound.graph.layers[layer].kind == "operation":
            outputs = live(*args, **kwargs)
        else:
            held = [(v, self.keys[id(v)]) for v in live.variables if id(v) in self.keys]
            values = [(v, self.value(path, key)) for v, key in held]
            scope = k.StatelessScope(values, collect_losses=True)
            with scope:  # as a functional model does, over what was given at the call
                outputs = live(*args, **{**kwargs, "training": self.training})
            self.state.update(
                {key: scope.get_current_value(v) for v, key in held if not v.trainable}
            )
            self.losses += scope.losses
        self.made[path] = k.tree.flatten(outputs)
        return outputs
