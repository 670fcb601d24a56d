"""The calls of one model as the lines of a function."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kitchen.graph.model_graph import (
    Body,
    Call,
    Constant,
    Layer,
    Port,
    Tensor,
    VariableUse,
    leaves,
)
from kitchen.rewrite.arguments import placed
from kitchen.rewrite.code import Callee, Code, Ref, call, keyed, listed, tupled
from kitchen.rewrite.flow import count, in_reading_order
from kitchen.rewrite.literals import Unwritable, constant, literal, string
from kitchen.rewrite.operations import LISTS
from kitchen.rewrite.statements import Line, Statement
from kitchen.rewrite.unit import Unit

FEW = 4  # outputs of one call that get a variable each
LONGEST = 40  # characters of their names together


@dataclass
class Lines:
    """The lines of a function that creates a model's layers and calls them.

    Args:
        unit: The whole model and its live objects.
        owner: The model that this is about.
        eager: Whether the calls run on arrays too, as in a subclass.
        training: Whether a call with `training=False` hands on what its caller says.

    Layers are made in `making`, calls stand in `lines`, and `late` is for when all is built.
    """

    unit: Unit
    owner: str
    eager: bool = False
    training: bool = False
    making: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    values: dict[tuple[str, int], Code] = field(default_factory=dict)
    made: dict[str, None] = field(default_factory=dict)  # the layers that have a variable
    called: dict[str, int] = field(default_factory=dict)
    late: list[Line] = field(default_factory=list)
    told: bool = False  # whether a call hands `training` on

    def __post_init__(self) -> None:
        """Look at what is called how often."""
        if not self.eager:
            self.making = self.lines  # layers are made where they are first called
        self.calls = in_reading_order(self.unit.graph, self.body, self.unit.owners)
        self.times = count(self.calls)
        self.made |= dict.fromkeys(self.unit.homes.parameters[self.owner])

    @property
    def body(self) -> Body:
        """What the model calls."""
        return self.unit.graph.bodies[self.owner]

    def layer(self, key: str) -> Layer:
        """Return a layer as data."""
        return self.unit.graph.layers[key]

    def run(self) -> None:
        """Write all calls."""
        for made in self.calls:
            with self.unit.blaming(made.layer):
                self.call(made)

    def inputs(self) -> None:
        """Write the inputs."""
        for k, port in enumerate(self.body.inputs):
            with self.unit.blaming(self.unit.calls[port.tensor.call].layer):
                ref = self.input_ref(port, k)
                self.values[port.tensor.call, port.tensor.index] = (ref,)
                self.lines.append(Statement(self.unit.input(port), (ref,)))

    def input_ref(self, port: Port, k: int) -> Ref:
        """Return the variable of an input."""
        key = self.unit.calls[port.tensor.call].layer
        hint = self.unit.titles.variable(key)
        if self.unit.titles.given(key) is None:
            hint = "inputs" if len(self.body.inputs) == 1 else f"input_{k + 1}"
        return self.unit.ref((port.tensor.call, port.tensor.index), hint)

    def call(self, made: Call) -> None:
        """Write one call."""
        thing = self.layer(made.layer)
        args = [self.value(x) for x in made.args]
        kwargs = {
            name: self.value(x) for name, x in made.kwargs.items() if name not in made.implicit
        }
        if self.training and made.kwargs.get("training") is False:
            kwargs["training"] = ("training",)
            self.told = True
        if thing.kind == "operation":
            live = self.unit.live[thing.id]
            code = self.unit.operations.code(live, made, args, kwargs, self.eager)
        else:
            code = call(self.callee(thing), *args, **kwargs)
        self.called[thing.id] = turn = self.called.get(thing.id, 0) + 1
        self.keep(made, thing, code, turn)
        if turn == 1 and self.unit.freezes_late(thing.id) and thing.id not in self.parameters:
            freezing = Statement((self.unit.layer_ref(thing.id), ".trainable = False"))
            (self.late if self.eager else self.lines).append(freezing)

    @property
    def parameters(self) -> list[str]:
        """The layers that the function is given."""
        return self.unit.homes.parameters[self.owner]

    def callee(self, thing: Layer) -> Code:
        """Return what is called: a variable, or the call that makes the layer."""
        alone = self.times[thing.id] == 1 and not self.eager
        if alone and thing.id not in self.made and not self.unit.needs_variable(thing.id):
            return self.created(thing)
        return self.variable(thing)

    def variable(self, thing: Layer) -> Code:
        """Return the variable that holds a layer; the layer is made if it is not there yet."""
        ref = self.unit.layer_ref(thing.id)
        if thing.id not in self.made:
            code = self.created(thing)
            self.made[thing.id] = None
            self.making.append(Statement(code, (ref,)))
            why = self.unit.built_first(thing.id) if self.eager else ""
            if why or thing.id in self.unit.built_early:
                if (given := self.unit.build_arguments(thing.id)) is None:
                    raise Unwritable(why or "its weights are used before it is called")
                build = call((ref, ".build"), *given[0], **given[1])
                self.making.append(Statement(build, remark=f"# Built here: {why}." if why else ""))
            if self.unit.freezes(thing.id) and not self.unit.freezes_late(thing.id):
                self.making.append(Statement((ref, ".trainable = False")))
        return (ref,)

    def created(self, thing: Layer) -> Code:
        """Return the call that makes a layer or a model."""
        if thing.id in self.unit.functions:
            given = [self.variable(self.layer(key)) for key in self.unit.homes.parameters[thing.id]]
            return call((Callee(self.unit.functions[thing.id]),), *given)
        return self.unit.made(thing.id, self.owner)

    def keep(self, made: Call, thing: Layer, code: Code, turn: int) -> None:
        """Add a line that keeps what a call gives in variables."""
        hint = self.unit.titles.variable(thing.id)
        if self.times[thing.id] > 1:
            hint = f"{hint}_{turn}"
        elif thing.id in self.made and not self.eager:
            hint = f"{hint}_out"
        body = self.unit.graph.bodies.get(thing.id)
        if body is not None and body.calls:
            structure: Any = body.output_structure
        else:
            several = len(made.outputs) > 1 or thing.class_name in LISTS
            structure = list(range(len(made.outputs))) if several else 0
            if several and thing.kind != "operation" and not thing.module.startswith("keras."):
                code = call("tf.keras.tree.flatten", code)
        if structure == 0:
            ref = self.unit.ref((made.id, 0), hint)
            self.values[made.id, 0] = (ref,)
            self.lines.append(Statement(code, (ref,)))
            return
        plain = isinstance(structure, list | tuple) and len(structure) <= FEW
        plain = plain and len(hint) * len(structure) <= LONGEST
        if plain and list(structure) == list(range(len(made.outputs))):
            self.unpack(made, code, hint)
            return
        whole = self.unit.ref((made.id, None), hint)
        self.lines.append(Statement(code, (whole,)))
        for path, k in paths(structure):
            self.values[made.id, k] = (whole, *path)

    def unpack(self, made: Call, code: Code, hint: str) -> None:
        """Add a line that takes apart what a call gives."""
        targets: list[Ref | None] = []
        for k in range(len(made.outputs)):
            ref = self.unit.ref((made.id, k), f"{hint}_{k + 1}" if len(made.outputs) > 1 else hint)
            self.values[made.id, k] = (ref,)
            targets.append(ref if (made.id, k) in self.unit.needed else None)
        self.lines.append(Statement(code, tuple(targets), unpack=True))

    def value(self, value: Any) -> Code:
        """Return an argument as code; it is nested a few levels deep, so this calls itself."""
        if isinstance(value, Tensor):
            return self.values[value.call, value.index]
        if isinstance(value, Constant):
            return constant(value)
        if isinstance(value, VariableUse):
            return self.weight(value.weight)
        if not any(isinstance(x, Tensor | Constant | VariableUse) for x in leaves(value)):
            return literal(value)
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                raise Unwritable("it takes or gives a dict whose keys are not all strings")
            return keyed({string(key): self.value(x) for key, x in value.items()})
        if hasattr(value, "_fields"):
            raise Unwritable("it takes or gives a named tuple")
        items = [self.value(x) for x in value]
        return listed(items) if isinstance(value, list) else tupled(items)

    def weight(self, weight: str) -> Code:
        """Return a layer's weight as code."""
        owner = self.unit.owners.get(weight)
        if owner is None or owner not in self.unit.homes.home:
            raise Unwritable("it uses a variable that belongs to no layer of the model")
        with self.unit.blaming(owner):
            if owner not in self.called:
                self.unit.built_early.add(owner)
            return (*self.variable(self.layer(owner)), self.unit.weight_of(owner, weight))

    def structure(self, structure: Any, ports: tuple[Port, ...]) -> Code:
        """Return a structure of inputs or outputs as code."""
        return self.value(placed(structure, [port.tensor for port in ports]))


def paths(structure: Any) -> Iterator[tuple[Code, int]]:
    """Yield how each leaf of a structure is taken out of it, and the position that it holds."""
    waiting: list[tuple[Code, Any]] = [((), structure)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [((*path, f"[{string(str(k))}]"), v) for k, v in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*path, f"[{k}]"), v) for k, v in enumerate(value)]
        else:
            yield path, value
