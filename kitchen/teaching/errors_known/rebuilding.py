"""A model with another end, made of the one that there is, compiled and run again."""

import re
from typing import Any

from kitchen.teaching.errors_known.fixes import compiled, made, mend, own_compile, running
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import flat, is_own


def is_sequential(model: Any) -> bool:
    """Return whether a model is a Sequential."""
    return any(kind.__name__ == "Sequential" for kind in type(model).__mro__)


def new_end(scene: Scene, model: Any, last: Any, *before: str, **changed: Any) -> str:
    """Return code that makes a model anew with another last layer, and runs it.

    Args:
        scene: Where the model was run.
        model: The model.
        last: Its last layer, or the layer that makes one of its outputs.
        before: Layers that are to come before that one, as code.
        changed: Arguments of the last layer that differ.
    """
    name = scene.named(model, "model")
    if not re.fullmatch(rf"{snake(type(last).__name__)}(_\d+)?", last.name):
        changed["name"] = last.name  # it is how losses and targets find an output
    end = made(scene, last, **changed)
    if is_sequential(model):
        size = tuple(model.input_shape[1:])
        parts = [f"{scene.keras}.Input({size!r})", f"*{name}.layers[:-1]", *before, end]
        code = f"{name} = {scene.keras}.Sequential([{', '.join(parts)}])"
        return "\n".join([code, *run_again(scene, model, name)])
    x = scene.named(last.input, f"{name}.get_layer({literal(last.name)}).input")
    for layer in before:
        x = layer.format(x) if "{}" in layer else f"{layer}({x})"
    if len(flat(model.outputs)) > 1:
        names = [scene.named(tensor, "") for tensor in flat(model.outputs)]
        new = variable(scene, last)
        code = f"{new} = {end}({x})"
        if all(names) and isinstance(model.output, list):
            code += f"\n{name} = {scene.keras}.Model({name}.input, [{', '.join(names)}])"
            return "\n".join([code, *run_again(scene, model, name)])
        return f"{code}  # then make the model again"
    code = f"outputs = {end}({x})\n{name} = {scene.keras}.Model({name}.input, outputs)"
    return "\n".join([code, *run_again(scene, model, name)])


def with_after(scene: Scene, model: Any, layer: str) -> str:
    """Return code that makes a model anew with one more layer at its end, and runs it."""
    name = scene.named(model, "model")
    code = f"{name} = {scene.keras}.Model({name}.inputs, {layer}({name}.outputs[0]))"
    return "\n".join([code, *run_again(scene, model, name)])


def snake(name: str) -> str:
    """Return the name that Keras gives to the first layer of a class.

    >>> snake("Conv2D"), snake("LayerNormalization")
    ('conv2d', 'layer_normalization')
    """
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def variable(scene: Scene, layer: Any) -> str:
    """Return the learner's name for what a layer gives."""
    return scene.named(layer.output, "outputs")


def run_again(scene: Scene, model: Any, name: str) -> list[str]:
    """Return the lines that compile a new model and run it as the old one was."""
    compile_new = own_compile(scene, name)
    if not compile_new:
        optimizer, loss = getattr(model, "optimizer", None), getattr(model, "loss", None)
        if optimizer is None or is_own(optimizer) or not isinstance(loss, str | list | dict):
            return []
        more = compiled(model).get("metrics")
        metrics = f", metrics={literal(more)}" if more and plain_text(more) else ""
        if not plain_text(loss):
            return []
        optimiser = literal(type(optimizer).__name__.lower())
        compile_new = f"{name}.compile({optimiser}, {literal(loss)}{metrics})"
    line, node = scene.line, running(scene)
    again = mend(scene, line.wrap(node, "", "")) if line and node else ""
    return [compile_new, *([again] if again and "\n" not in again else [])]


def plain_text(value: Any) -> bool:
    """Return whether names, or a list or dict of them, are all that a value holds."""
    return all(isinstance(x, str) for x in flat(value))
