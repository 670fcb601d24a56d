"""Errors with several outputs: their losses, weights, metrics and targets."""

import ast
from collections.abc import Mapping
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import (
    argument,
    compiled,
    compiled_again,
    mend,
    respelled,
    running,
    written_argument,
)
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.losses import output_names, targets_by_name
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, flat, listed

LOSS = "CompileLoss"


def for_each(scene: Scene, names: list[str], values: Any, usual: Any) -> str:
    """Return a dict with a value for each output, as code.

    Args:
        scene: Where it is written.
        names: The outputs' names.
        values: What was given: a list, a dict or one value for all.
        usual: The value of an output for which nothing was given.
    """
    if isinstance(values, Mapping | list | tuple):
        found = list(values.values()) if isinstance(values, Mapping) else flat(values)
    else:
        found = [values] * len(names)
    found += [usual] * (len(names) - len(found))
    parts = zip(names, found, strict=False)
    return f"{{{', '.join(f'{literal(k)}: {as_code(scene, x)}' for k, x in parts)}}}"


def as_code(scene: Scene, value: Any) -> str:
    """Return a loss or a weight as code."""
    if isinstance(value, keras().Loss):
        return f"{scene.keras}.losses.{type(value).__name__}()"
    return getattr(value, "__name__", None) or literal(value)


def compile_with(scene: Scene, **parts: str) -> str:
    """Return a call of `compile` with some arguments as code."""
    given = {"optimizer": '"adam"', **parts}
    inner = ", ".join(f"{name}={text}" for name, text in given.items())
    return f"{scene.named(scene.model, 'model')}.compile({inner})"


def counted(names: list[str]) -> str:
    """Return a number of outputs with their names."""
    return f"{len(names)} outputs, {listed(names)}" if len(names) > 1 else "one output"


def keys_of(model: Any) -> list[str]:
    """Return the keys of a model's outputs if they are a dict, and their names otherwise."""
    found = getattr(model, "output", None) if output_names(model) else None
    return [str(x) for x in found] if isinstance(found, Mapping) else output_names(model)


def called_after(model: Any) -> str:
    """Return in words where the names of a model's outputs come from."""
    if isinstance(getattr(model, "output", None), Mapping):
        return (
            "The outputs are a dict, and its keys are their names; that name and this key differ."
        )
    return "An output is called after the layer that makes it; that name and the key differ."


def too_many_losses(scene: Scene) -> Said | None:
    """A list of losses is longer than the outputs are many."""
    run = scene.run
    if run is None or scene.raised_in(f"{LOSS}._build_nested") is None:
        return None
    losses, names = getattr(run.owner, "loss", None), output_names(run.owner)
    if not isinstance(losses, list | tuple) or len(losses) == len(names):
        return None
    return Said(
        f"{quoted(run.owner.name)} has {counted(names)}, and {len(losses)} losses.",
        "Each output takes one loss. By name, none is forgotten and none is too many.",
        compile_with(scene, loss=for_each(scene, names, losses, "mse")),
    )


def loss_names(scene: Scene) -> Said | None:
    """The losses are given under names that are no outputs."""
    run = scene.run
    losses = getattr(run.owner, "loss", None) if run is not None else None
    places = (f"{LOSS}.build", f"{LOSS}._build_nested")
    if run is None or scene.raised_in(*places) is None or not isinstance(losses, Mapping):
        return None
    names = keys_of(run.owner)
    wrong = [str(x) for x in losses if x not in names]
    if not wrong and names:
        return None
    left = [x for x in names if x not in losses]
    fix = ""
    if len(wrong) == len(left) == 1:
        fix = respelled(scene, wrong[0], left[0], which=0)
    single = next(iter(losses.values()))
    if len(names) < 2:
        text = literal(single if isinstance(single, str) else "mse")
        fix, names = compile_with(scene, loss=text), names or ["output"]
    return Said(
        f"{quoted(run.owner.name)} has {counted(names)}. A loss is given for {listed(wrong)}, "
        "which is none.",
        "An output is called after its last layer. One output needs no dict."
        if len(names) < 2
        else called_after(run.owner),
        fix or compile_with(scene, loss=for_each(scene, names, losses, "mse")),
    )


def weights(scene: Scene) -> Said | None:
    """The weights of the losses do not go with the losses."""
    run = scene.run
    if run is None or scene.raised_in(f"{LOSS}.build", f"{LOSS}.build.<locals>.<listcomp>") is None:
        return None
    found, names = compiled(run.owner).get("loss_weights"), output_names(run.owner)
    losses = getattr(run.owner, "loss", None)
    if found is None or (isinstance(losses, Mapping) and set(losses) - set(names)):
        return None
    if isinstance(found, Mapping):
        missing = [x for x in names if x not in found]
        others = [str(x) for x in found if x not in names]
        if not missing:
            return None
        means = f"There is no loss weight for {listed(missing)}"
        means += f", and one for {listed(others)}, which is no output." if others else "."
    else:
        count = len(losses) if isinstance(losses, list | tuple) else 1
        if len(flat(found)) == count:
            return None
        means = f"There are {count} losses and {len(flat(found))} weights for them."
    return Said(
        f"{means} {quoted(run.owner.name)} has {counted(names)}.",
        "Losses and their weights are given in the same way: both as lists, or both by name.",
        compile_with(
            scene,
            loss=for_each(scene, names, losses, "mse"),
            loss_weights=for_each(scene, names, found, 1.0),
        ),
    )


def metrics(scene: Scene) -> Said | None:
    """The metrics do not say which output they are for."""
    where, run = scene.raised_in("CompileMetrics._build_metrics_set"), scene.run
    found = None if where is None else where.get("metrics")
    names = output_names(run.owner) if run is not None else []
    if run is None or found is None or len(names) < 2:
        return None
    known = [x for x in flat(found) if isinstance(x, str)] or ["mae"]
    if isinstance(found, Mapping):
        wrong = [str(x) for x in found if x not in names]
        means = f"A metric is given for {listed(wrong)}, which is no output."
        near = closest(wrong[0], names) if wrong else ""
        parts = literal({near or names[0]: known})
    else:
        means = (
            f"`metrics` is a plain list of {len(found)}; it does not say which output each is for."
        )
        parts = literal({name: known[:1] for name in names})
    losses = getattr(run.owner, "loss", None)
    return Said(
        f"{quoted(run.owner.name)} has {counted(names)}. {means}",
        "With several outputs, metrics are given by name, or as one list for each output.",
        compile_with(scene, loss=for_each(scene, names, losses, "mse"), metrics=parts),
    )


def targets(scene: Scene) -> Said | None:
    """There are more or fewer targets than outputs."""
    run = scene.run
    if run is None or scene.raised_in(f"{LOSS}.call", f"{LOSS}._build_nested") is None:
        return None
    if scene.raised_in(f"{LOSS}.call") is None and not isinstance(run.owner.loss, str):
        return None
    names, y = output_names(run.owner), run.get("y")
    count = len(flat(y))
    if count == len(names) or y is None:
        return None
    one = len(names) < 2
    model = scene.named(run.owner, "model")
    if not one and (whole := whole_targets(scene, keys_of(run.owner))):
        return Said(
            f"{quoted(run.owner.name)} has {counted(keys_of(run.owner))}, and is given {count} "
            f"target{'s' if count > 1 else ''}.",
            f"Each output is compared with targets of its own. `{whole[0]}` holds them all.",
            f"{compiled_again(scene)}{whole[1]}",
        )
    return Said(
        f"{quoted(run.owner.name)} has {counted(names or ['output'])}, and is given "
        f"{count} target{'s' if count > 1 else ''}.",
        "A list of arrays means several outputs; the targets of one output are one array."
        if one
        else "Each output is compared with targets of its own, even if they are the same array.",
        f"{model}.fit({written_argument(scene, 0, 'x')}, y)"
        if one
        else targets_by_name(scene, run.owner),
    )


def whole_targets(scene: Scene, names: list[str]) -> tuple[str, str] | None:
    """Return the learner's dict of targets of which they took one, and their statement with it."""
    place, line = argument(running(scene), 1, "y"), scene.line
    if (
        line is None
        or not isinstance(place, ast.Subscript)
        or not isinstance(place.value, ast.Name)
    ):
        return None
    found = scene.value(place.value.id)
    if not isinstance(found, Mapping) or set(found) != set(names):
        return None
    fix = mend(scene, line.replace(place, place.value.id))
    return (place.value.id, fix) if fix else None


def target_names(scene: Scene) -> Said | None:
    """The targets are given under names that are no outputs."""
    run = scene.run
    y = run.get("y") if run is not None else None
    if run is None or not isinstance(y, Mapping):
        return None
    if scene.raised_in(f"{LOSS}.build") is not None:
        return None
    names = output_names(run.owner)
    wrong, left = [str(x) for x in y if x not in names], [x for x in names if x not in y]
    if not wrong or not names:
        return None
    fix = ""
    if len(wrong) == len(left) == 1:
        fix = respelled(scene, wrong[0], left[0])
        fix = fix and compiled_again(scene) + fix
    return Said(
        f"{quoted(run.owner.name)} has {counted(names)}. Targets are given for {listed(wrong)}, "
        "which is none.",
        called_after(run.owner),
        fix or targets_by_name(scene, run.owner),
    )


KNOWN = (
    Known("E611", "More losses than outputs", ("KeyError",), too_many_losses),
    Known("E612", "A loss for no output", ("ValueError", "TypeError", "KeyError"), loss_names),
    Known(
        "E613", "Loss weights that do not go with the losses", ("ValueError", "KeyError"), weights
    ),
    Known("E614", "Metrics that name no output", ("ValueError",), metrics),
    Known("E615", "More or fewer targets than outputs", ("ValueError", "KeyError"), targets),
    Known("E616", "Targets for no output", ("TypeError", "ValueError"), target_names),
)
