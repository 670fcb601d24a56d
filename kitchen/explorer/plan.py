"""What is built in the playground: a network of branches, said in a few numbers and choices."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kitchen.backend import keras

LETTERS = "abc"
MOST_UNITS = 1024
MERGES = ("none", "Concatenate", "Add", "Average")
SKIPS = {"none": "none", "Add": "added", "Concatenate": "concatenated"}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
ENDS = ("sigmoid", "softmax", "linear")


@dataclass(frozen=True)
class Plan:
    """A network: inputs, a branch of dense layers on each, a merge, a layer, outputs.

    Args:
        inputs: The numbers in an example of each input, one to three.
        branches: How many branches there are, one to three. They all start at the one input, or
            each at its own.
        first: The units of each branch's first layer; 0 for none.
        second: The units of its second layer; 0 for none.
        activation: That of all these layers, and of the one after the merge.
        shared: Whether the branches' first layer is one layer, called once for each.
        merge: What makes one tensor of the branches: the class of a layer, or `"none"`.
        hidden: The units of a layer after the merge; 0 for none.
        skip: How the way around that layer comes back: the class of a layer, or `"none"`.
        outputs: How many outputs there are, one to three.
        units: The units of each.
        end: Their activation.
    """

    inputs: tuple[int, ...] = (784,)
    branches: int = 1
    first: tuple[int, ...] = (64,)
    second: tuple[int, ...] = (0,)
    activation: str = "relu"
    shared: bool = False
    merge: str = "none"
    hidden: int = 0
    skip: str = "none"
    outputs: int = 1
    units: int = 10
    end: str = "softmax"

    def with_values(self, values: Mapping[str, Any]) -> "Plan":
        """Return the plan with other values, by their names; a list counts as a tuple."""
        given: dict[str, Any] = {
            name: tuple(value) if type(value) is list else value for name, value in values.items()
        }
        return replace(self, **given)

    def changed(self, name: str, value: Any) -> "Plan":
        """Return the plan with another value; where the number of parts changes, so do the lists.

        Args:
            name: A field; with a number after a colon, one place of a list, as in `"first:1"`.
            value: The new value; for `"inputs"`, how many there are.
        """
        field, _, place = name.partition(":")
        if place:
            values = list(getattr(self, field))
            values[int(place)] = value
            return self.with_values({field: tuple(values)})
        if field == "inputs" and isinstance(value, int):
            grown = replace(self, inputs=fitted(self.inputs, value))
            return grown.changed("branches", value) if value > 1 else grown
        found = self.with_values({field: value})
        if field == "branches":
            first, second = fitted(self.first, value), fitted(self.second, value)
            found = replace(found, first=first, second=second)
            if value > 1 and self.branches == 1 and self.merge == "none":
                found = replace(found, merge="Concatenate")  # what is meant most often
            if value == 1:
                found = replace(found, merge="none")
        return found


def fitted(values: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Return so many values: the first ones, and the last again where there are too few."""
    return (*values[:count], *values[-1:] * (count - len(values)))


STARTS: Mapping[str, Plan] = {
    "classifier": Plan(),
    "two_inputs": Plan((32, 64), 2, (16, 32), (0, 0), merge="Concatenate", units=1, end="sigmoid"),
    "shared_layer": Plan(
        (128,), 2, (64, 64), (32, 32), shared=True, outputs=2, units=1, end="sigmoid"
    ),
}


def build(plan: Plan) -> Any:
    """Return the functional model of a plan that can be built; each layer has a name."""
    k = keras()
    layers = k.layers
    lone = len(plan.inputs) == 1
    names = ["input"] if lone else [f"input_{letter}" for letter in LETTERS]
    inputs = [k.Input((n,), name=name) for n, name in zip(plan.inputs, names, strict=False)]
    one = plan.branches == 1

    def dense(units: int, name: str, activation: str) -> Any:
        return layers.Dense(units, activation=activation, name=name)

    shared = dense(plan.first[0], "shared_dense", plan.activation) if plan.shared else None
    ends = []
    for place in range(plan.branches):
        letter = "" if one else f"_{LETTERS[place]}"
        x = inputs[0 if lone else place]
        if plan.first[place]:
            x = (shared or dense(plan.first[place], f"dense{letter}", plan.activation))(x)
        if plan.second[place]:
            x = dense(plan.second[place], f"second{letter}", plan.activation)(x)
        ends.append(x)
    if plan.merge != "none":
        ends = [getattr(layers, plan.merge)(name="merge")(ends)]
    if plan.hidden:
        x = dense(plan.hidden, "hidden", plan.activation)(ends[0])
        if plan.skip != "none":
            x = getattr(layers, plan.skip)(name="skip")([ends[0], x])
        ends = [x]
    ends = ends if len(ends) == plan.outputs else ends[:1] * plan.outputs
    last = ["output"] if plan.outputs == 1 else [f"output_{k + 1}" for k in range(plan.outputs)]
    outputs = [dense(plan.units, name, plan.end)(x) for x, name in zip(ends, last, strict=True)]
    # A dense layer that is not there leaves an input as its own branch, which Keras takes too.
    return k.Model(
        inputs[0] if lone else inputs, outputs[0] if len(outputs) == 1 else outputs, name="model"
    )


def values(plan: Plan) -> dict[str, Any]:
    """Return a plan's values by their names."""
    return {field.name: getattr(plan, field.name) for field in fields(plan)}
