"""Errors in compiling a model and in what `fit` is told."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, compile_line, mend, respelled, running
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest

LOSSES = {"softmax": "sparse_categorical_crossentropy", "sigmoid": "binary_crossentropy"}
SHORT = ("accuracy", "mse", "mae", "mape", "msle")


def fitting_loss(model: Any) -> str:
    """Return the loss that goes with a model's last activation."""
    layers = getattr(model, "layers", [])
    name = getattr(getattr(layers[-1], "activation", None), "__name__", "") if layers else ""
    return LOSSES.get(name, "mse")


def not_compiled(scene: Scene) -> Said | None:
    """A model is trained or evaluated before it was compiled."""
    where, run = scene.raised_in("Trainer._assert_compile_called"), scene.run
    if where is None or run is None:
        return None
    model, line, node = where["self"], scene.line, running(scene)
    name = scene.named(model, "model")
    loss = fitting_loss(model)
    again = mend(scene, line.wrap(node, "", "")) if line and node else f"{name}.{run.name}(x, y)"
    why = "its output has no activation" if loss == "mse" else "of the activation at its end"
    return Said(
        f"{quoted(model.name)} does not know yet what to get better at: `{run.name}` needs "
        "the loss and the optimiser that `compile` takes.",
        "`compile` was not called on this model; a copy or a loaded file needs it again. "
        f"`{loss}` is proposed because {why}.",
        f'{name}.compile(optimizer="adam", loss="{loss}")\n{again}',
    )


def no_loss(scene: Scene) -> Said | None:
    """A model was compiled without a loss."""
    run = scene.run
    if run is None or scene.raised_in("Trainer.compute_loss") is None:
        return None
    if getattr(run.owner, "loss", None) is not None:
        return None
    name, loss = scene.named(run.owner, "model"), fitting_loss(run.owner)
    return Said(
        f"{quoted(run.owner.name)} was compiled without a loss, so there is nothing to make "
        "smaller.",
        "`compile` was given an optimiser only.",
        f'{name}.compile(optimizer="adam", loss="{loss}")',
    )


def unknown_name(scene: Scene) -> Said | None:
    """A loss, a metric or an optimiser has a name that Keras does not know."""
    where = scene.raised_in("get")
    module = scene.steps[-1].module.rpartition(".")[2] if where is not None else ""
    parts = {"losses": "loss", "metrics": "metric", "optimizers": "optimiser"}
    if where is None or module not in parts or not isinstance(where["identifier"], str):
        return None
    wrong = where["identifier"]
    names = [x for x in dir(getattr(keras(), module)) if x[0] != "_" and x not in ("get",)]
    if module == "optimizers":
        names = [x.lower() for x in names if x[0].isupper()]
    else:
        names = [x for x in (*names, *SHORT) if x.islower()]
    meant = closest(wrong, names)
    usual = {"losses": "mse", "metrics": "accuracy", "optimizers": "adam"}[module]
    shown = {"losses": "loss", "metrics": "metrics", "optimizers": "optimizer"}[module]
    value = f'["{meant or usual}"]' if module == "metrics" else f'"{meant or usual}"'
    call = scene.model_call or scene.call("compile")
    name = scene.named(call.owner, "model") if call else "model"
    return Said(
        f"Keras knows no {parts[module]} called {quoted(wrong)}.",
        f"`{meant}` was probably meant." if meant else "It is written differently.",
        respelled(scene, wrong, meant) or f"{name}.compile({completed(shown, value)})",
    )


def completed(argument_name: str, value: str) -> str:
    """Return the arguments of `compile`, one of them given."""
    parts = {"optimizer": '"adam"', "loss": '"mse"', argument_name: value}
    return ", ".join(f"{key}={text}" for key, text in parts.items())


def a_class(scene: Scene) -> Said | None:
    """A class of optimisers stands where an optimiser should."""
    where, call = scene.raised_in("get"), scene.call("compile")
    kind = None if where is None else where.get("identifier")
    if call is None or not isinstance(kind, type) or not issubclass(kind, keras().Optimizer):
        return None
    line, place = scene.line, argument(running(scene), 0, "optimizer")
    name = scene.named(call.owner, "model")
    return Said(
        f"{quoted(kind.__name__)} is a class: it makes optimisers and is none.",
        f"The brackets after {quoted(kind.__name__)} are missing.",
        (mend(scene, line.wrap(place, "", "()")) if line and place is not None else "")
        or f'{name}.compile({scene.keras}.optimizers.{kind.__name__}(), loss="mse")',
    )


def metrics_no_list(scene: Scene) -> Said | None:
    """Metrics are no list."""
    where, call = scene.raised_in("CompileMetrics.__init__"), scene.call("compile")
    value = None if where is None else where.get("metrics")
    if call is None or value is None or isinstance(value, list | tuple | dict):
        return None
    line, place = scene.line, argument(running(scene), 99, "metrics")
    name, usual = scene.named(call.owner, "model"), completed("metrics", '["accuracy"]')
    return Said(
        f"`metrics` takes a list, even for one metric, and was given {quoted(repr(value)[:30])}.",
        "The square brackets are missing.",
        (mend(scene, line.wrap(place, "[", "]")) if line and place is not None else "")
        or f"{name}.compile({usual})",
    )


def used_optimizer(scene: Scene) -> Said | None:
    """An optimiser that belongs to one model is used for another."""
    where, run = scene.raised_in("BaseOptimizer._check_variables_are_known"), scene.run
    if where is None or run is None:
        return None
    kind, loss = type(where["self"]).__name__, getattr(run.owner, "loss", None)
    name = scene.named(run.owner, "model")
    text = literal(loss if isinstance(loss, str) else fitting_loss(run.owner))
    return Said(
        f"The optimiser {quoted(kind)} remembers something for every weight that it has trained. "
        f"{quoted(run.owner.name)} has other weights.",
        "One optimiser was given to two models, or layers were added after training. Each model "
        "needs a new one.",
        f"{name}.compile({scene.keras}.optimizers.{kind}(), loss={text})",
    )


def no_callback(scene: Scene) -> Said | None:
    """A class or a function stands where a callback should."""
    where = scene.raised_in("CallbackList.set_model")
    found = None if where is None else where.get("callback")
    if found is None or isinstance(found, keras().callbacks.Callback):
        return None
    line, place = scene.line, argument(running(scene), 99, "callbacks")
    name = getattr(found, "__name__", type(found).__name__)
    is_class = isinstance(found, type)
    names = [x for x in ast.walk(place) if spells(x, name)] if place is not None else []
    prefix = "" if is_own_class(found) else f"{scene.keras}.callbacks."
    new = f"{prefix}{name}()"
    if not is_class:
        new = f"{scene.keras}.callbacks.LambdaCallback(on_epoch_end={name})"
    fix = ""
    if line and names and is_class:
        fix = mend(scene, line.wrap(names[0], "", "()"))
    elif line and names:
        before = f"{scene.keras}.callbacks.LambdaCallback(on_epoch_end="
        fix = mend(scene, line.wrap(names[0], before, ")"))
    return Said(
        f"{quoted(name)} is {'a class' if is_class else 'no callback'}; `callbacks` takes objects "
        "made from `keras.callbacks`.",
        "The brackets after it are missing."
        if is_class
        else "A function has to be wrapped, so that Keras knows when to call it.",
        fix or f"callbacks = [{new}]",
    )


def spells(node: ast.AST, name: str) -> bool:
    """Return whether an expression is a name, or an attribute of that name."""
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )


def is_own_class(found: Any) -> bool:
    """Return whether a class is the learner's."""
    return getattr(found, "__module__", "").partition(".")[0] != "keras"


def half_compiled(scene: Scene) -> Said | None:
    """A model is trained again after a `fit` that failed."""
    run, line, node = scene.run, scene.line, running(scene)
    if run is None or run.name != "fit" or not scene.ends[-1].name.startswith("TensorFlowTrainer"):
        return None
    if not any(word in scene.said for word in ("Toutput_types", "non-first call")):
        return None
    name = scene.named(run.owner, "model")
    again = mend(scene, line.wrap(node, "", "")) if line and node else f"{name}.fit(x, y)"
    return Said(
        f"An earlier `fit` of {quoted(run.owner.name)} failed halfway. It left the losses and "
        "metrics half built, and this one cannot go on with them.",
        "The mistake of the first `fit` may be mended by now; the model has to be compiled again.",
        f"{made_again(scene, name)}{compile_line(scene, name)}\n{again}",
    )


def made_again(scene: Scene, name: str) -> str:
    """Return the line that makes a model again whose weights were never filled."""
    if not empty_weights(scene.model):
        return ""
    return f"{name} = {scene.keras}.models.clone_model({name})\n"


def empty_weights(model: Any) -> bool:
    """Return whether a model has weights that were never filled: a `fit` failed while making them.

    That happens to a Sequential without an `Input`.
    """
    return any(tuple(w.shape) != w.numpy().shape for w in getattr(model, "weights", []))


def never_filled(scene: Scene) -> Said | None:
    """A model is run whose weights a failed `fit` left empty."""
    model, call = scene.model, scene.model_call
    if call is None or not empty_weights(model):
        return None
    name, line, node = scene.named(model, "model"), scene.line, running(scene)
    again = mend(scene, line.wrap(node, "", "")) if line and node else ""
    compiled = f"{compile_line(scene, name)}\n" if call.name == "fit" else ""
    return Said(
        f"{quoted(model.name)} has weights without numbers in them. An earlier `fit` failed while "
        "it was making them.",
        "A Sequential without an `Input` makes its weights in its first `fit`. It has to be made "
        "again; an `Input` in front would have made them at once.",
        f"{made_again(scene, name)}{compiled}{again}".rstrip(),
    )


KNOWN = (
    Known("E501", "A model that is not compiled", ("ValueError",), not_compiled),
    Known("E502", "A model compiled without a loss", ("ValueError",), no_loss),
    Known("E503", "A loss, metric or optimiser by a wrong name", ("ValueError",), unknown_name),
    Known("E504", "A class of optimisers, not an optimiser", ("ValueError",), a_class),
    Known("E505", "Metrics that are no list", ("ValueError",), metrics_no_list),
    Known("E506", "An optimiser that belongs to another model", ("ValueError",), used_optimizer),
    Known("E507", "What is no callback", ("TypeError", "AttributeError"), no_callback),
    Known("E508", "A fit after a fit that failed", ("ValueError",), half_compiled),
    Known("E509", "Weights that were never filled", ("InvalidArgumentError",), never_filled),
)
