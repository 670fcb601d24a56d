"""What is built in the playground: a network of branches, said in a few numbers and choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kitchen.backend import keras

LETTERS = "abc"
MOST_UNITS = 1024
MERGES = {"none": "none", "Concatenate": "Concatenate", "Add": "Add", "Average": "Average"}
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


@dataclass(frozen=True)
class Problem:
    """Why a plan cannot be built, and what would make it one that can.

    Args:
        text: The reason, in sentences.
        fixes: What a button says → the plan that it leads to.
    """

    text: str
    fixes: Mapping[str, Plan]


def problem(plan: Plan) -> Problem | None:
    """Return the first thing that makes a plan impossible; `None` for one that can be built."""
    return next(problems(plan), None)


def problems(plan: Plan) -> Iterator[Problem]:
    """Yield what makes a plan impossible, each with ways out of it."""
    yield from numbers(plan)
    change = plan.changed
    many = len(plan.inputs)
    if many > 1 and plan.branches != many:
        yield Problem(
            f"{many} inputs start {many} branches, one each; here are {plan.branches}. Only a "
            "single input can feed several.",
            {f"{many} branches": change("branches", many), "One input": change("inputs", 1)},
        )
    if plan.shared:
        yield from unshareable(plan)
    if plan.branches == 1 and plan.merge != "none":
        yield Problem(
            f"{plan.merge} makes one tensor of several, and there is one branch.",
            {"No merge": change("merge", "none"), "Two branches": change("branches", 2)},
        )
    ends = widths(plan)
    if plan.merge in {"Add", "Average"} and len(set(ends)) > 1:
        yield Problem(
            f"{plan.merge} goes entry by entry, so its tensors need equal shapes. The branches end "
            f"with {listed(ends)} numbers.",
            {
                "Concatenate instead": change("merge", "Concatenate"),
                f"{ends[0]} numbers each": level(plan, ends[0]),
            },
        )
    if plan.branches > 1 and plan.merge == "none":
        yield from unmerged(plan)
    yield from around(plan)


def numbers(plan: Plan) -> Iterator[Problem]:
    """Yield what is no size for a layer."""
    for field, least in (("inputs", 1), ("first", 0), ("second", 0), ("hidden", 0), ("units", 1)):
        value = getattr(plan, field)
        for place, size in enumerate(value if isinstance(value, tuple) else (value,)):
            whole = isinstance(size, int) and not isinstance(size, bool)
            if whole and least <= size <= MOST_UNITS:
                continue
            name = f"{field}:{place}" if isinstance(value, tuple) else field
            near = min(max(int(size), least), MOST_UNITS) if isinstance(size, int | float) else 16
            yield Problem(
                f"A size here is a whole number from {least} to {MOST_UNITS:,}; it says {size}.",
                {f"Make it {near}": plan.changed(name, near)},
            )


def unshareable(plan: Plan) -> Iterator[Problem]:
    """Yield why the branches' first layer cannot be one layer."""
    if len(set(plan.inputs)) > 1:
        size = plan.inputs[0]
        same = replace(plan, inputs=(size,) * len(plan.inputs))
        yield Problem(
            "One layer has one kernel, with a row for each number that it takes, and so it cannot "
            f"take {listed(plan.inputs)} numbers.",
            {f"{size} numbers in each input": same, "Separate": plan.changed("shared", False)},
        )
    if len(set(plan.first)) > 1:
        same = replace(plan, first=plan.first[:1] * plan.branches)
        yield Problem(
            f"One layer gives out one number of units, not {listed(plan.first)}.",
            {f"{plan.first[0]} units": same, "Separate": plan.changed("shared", False)},
        )
    if plan.first[0] == 0:
        some = replace(plan, first=(32,) * plan.branches)
        yield Problem(
            "There is no first layer that the branches could share: it has 0 units.",
            {"32 units": some, "Separate": plan.changed("shared", False)},
        )
    if plan.branches == 1:
        yield Problem(
            "Shared is a layer that is called more than once, and there is one branch.",
            {"Two branches": plan.changed("branches", 2), "Not": plan.changed("shared", False)},
        )


def unmerged(plan: Plan) -> Iterator[Problem]:
    """Yield what branches that never meet cannot have."""
    merged = plan.changed("merge", "Concatenate")
    if plan.outputs != plan.branches:
        yield Problem(
            "Branches that never meet end in an output each: "
            f"{plan.branches} branches, {plan.branches} outputs.",
            {f"{plan.branches} outputs": plan.changed("outputs", plan.branches), "Merge": merged},
        )
    if plan.hidden:
        yield Problem(
            "The layer after the merge has no place: the branches never meet.",
            {"Merge": merged, "No such layer": plan.changed("hidden", 0)},
        )


def around(plan: Plan) -> Iterator[Problem]:
    """Yield why a way around the hidden layer cannot be."""
    if plan.skip == "none":
        return
    none = {"No skip": plan.changed("skip", "none")}
    wide = sum(widths(plan)) if plan.merge == "Concatenate" else widths(plan)[0]
    if not plan.hidden:
        fits = {f"A layer of {wide} units": plan.changed("hidden", wide)}
        yield Problem("A skip leads around a layer, and the layer has 0 units.", {**fits, **none})
    elif plan.skip == "Add" and plan.hidden != wide:
        yield Problem(
            f"Add goes entry by entry: what leads around the layer has {wide} numbers, and the "
            f"layer gives out {plan.hidden}.",
            {
                f"{wide} units": plan.changed("hidden", wide),
                "Concatenate instead": plan.changed("skip", "Concatenate"),
                **none,
            },
        )


def widths(plan: Plan) -> list[int]:
    """Return how many numbers each branch ends with."""
    starts = fitted(plan.inputs, plan.branches)
    layers = zip(plan.second, plan.first, starts, strict=True)
    return [second or first or start for second, first, start in layers]


def level(plan: Plan, units: int) -> Plan:
    """Return a plan whose branches all end with so many units."""
    if all(plan.second):
        return replace(plan, second=(units,) * plan.branches)
    if any(plan.second) or plan.shared:
        return replace(plan, second=(units,) * plan.branches)
    return replace(plan, first=(units,) * plan.branches)


def listed(sizes: Any) -> str:
    """Return sizes in words.

    >>> listed([16, 32, 8])
    '16 and 32 and 8'
    """
    return " and ".join(map(str, sizes))


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
