"""What makes a plan of the playground impossible, and the ways out of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kitchen.explorer.plan import MOST_UNITS, Plan, fitted


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
    fits = {f"A layer of {wide} units": plan.changed("hidden", wide)} if wide <= MOST_UNITS else {}
    if not plan.hidden:
        yield Problem("A skip leads around a layer, and the layer has 0 units.", {**fits, **none})
    elif plan.skip == "Add" and plan.hidden != wide:
        yield Problem(
            f"Add goes entry by entry: what leads around the layer has {wide} numbers, and the "
            f"layer gives out {plan.hidden}.",
            {**fits, "Concatenate instead": plan.changed("skip", "Concatenate"), **none},
        )


def widths(plan: Plan) -> list[int]:
    """Return how many numbers each branch ends with."""
    starts = fitted(plan.inputs, plan.branches)
    layers = zip(plan.second, plan.first, starts, strict=True)
    return [second or first or start for second, first, start in layers]


def level(plan: Plan, units: int) -> Plan:
    """Return a plan whose branches all end with so many units."""
    if any(plan.second) or plan.shared:
        return replace(plan, second=(units,) * plan.branches)
    return replace(plan, first=(units,) * plan.branches)


def listed(sizes: Any) -> str:
    """Return sizes in words.

    >>> listed([16, 32, 8])
    '16 and 32 and 8'
    """
    return " and ".join(map(str, sizes))
