"""The fix as code: the learner's own statement mended, or a new one."""

import ast
from collections.abc import Sequence
from typing import Any

from kitchen.backend import keras
from kitchen.teaching.errors_known.learner import Edit, literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import constructor, flat, is_own, needed

UNSAID = ("name", "dtype", "trainable", "data_format", "strides", "stateful")


def made(scene: Scene, layer: Any, **changed: Any) -> str:
    """Return code that makes a layer like another.

    Args:
        scene: Where it is written.
        layer: The layer.
        changed: Arguments that differ.
    """
    kind = type(layer)
    prefix = "" if is_own(layer) else f"{scene.layers}."
    config = layer.get_config()
    values = {name: plain(config.get(name)) for name in needed(kind)}
    others = {
        x.name: plain(config[x.name])
        for x in constructor(kind)
        if x.name in config
        and x.name not in (*values, *UNSAID)
        and differs(config[x.name], x.default)
    }
    parts = [literal(changed.get(name, value)) for name, value in values.items()]
    others |= {name: value for name, value in changed.items() if name not in values}
    parts += [f"{name}={literal(value)}" for name, value in others.items()]
    return f"{prefix}{kind.__name__}({', '.join(parts)})"


def differs(value: Any, usual: Any) -> bool:
    """Return whether a plain argument is not the usual one."""
    simple = isinstance(plain(value), bool | int | float | str)
    return simple and plain(value) != plain(usual) and (value, usual) != ("linear", None)


def plain(value: Any) -> Any:
    """Return an argument as it is usually written: one number for a tuple of equal ones."""
    if isinstance(value, list | tuple) and len(set(value)) == 1:
        return value[0]
    return value


def either(first: str, *others: str) -> str:
    """Return code with what could be meant instead in comments below it.

    >>> print(either("y = f(x)", "y = g(x)"))
    y = f(x)
    # or: y = g(x)
    """
    lines = [first]
    for other in others:
        if other and other != first:
            head, *rest = other.splitlines()
            lines += [f"# or: {head}", *(f"#     {line}" for line in rest)]
    return "\n".join(lines)


def mend(scene: Scene, *edits: Edit | None, inner: bool = False) -> str:
    """Return the learner's statement with edits; empty where it cannot be edited."""
    line = scene.inner_line if inner else scene.line
    wanted = [edit for edit in edits if edit is not None]
    if line is None or not wanted or len(wanted) != len(edits):
        return ""
    return line.edited(*wanted)


def swapped(scene: Scene, node: ast.expr | None, text: str) -> str:
    """Return the learner's statement with another expression; empty where it is unknown."""
    return mend(scene, scene.line.replace(node, text)) if node is not None and scene.line else ""


def appended(scene: Scene, text: str) -> str:
    """Return the learner's call with one more argument; empty where it is not at hand."""
    call, line = running(scene), scene.line
    return mend(scene, line.append(call, text)) if call is not None and line else ""


def respelled(scene: Scene, wrong: Any, meant: str, *, which: int = -1) -> str:
    """Return the statement with another text for one that is written; empty where it is not.

    Args:
        scene: Where it is written.
        wrong: The text.
        meant: The other one; empty if none is known.
        which: Which of the places where it is written, the last one unless told otherwise.
    """
    line = scene.line
    written = line.constants(wrong) if line else []
    return line.edited(line.respell(written[which], meant)) if line and written and meant else ""


def bracketed(names: Sequence[str]) -> str:
    """Return how `Model` takes tensors of these names: one as it is, several in a list.

    >>> bracketed(["x"]), bracketed(["a", "b"])
    ('x', '[a, b]')
    """
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def inputs_of(scene: Scene, tensor: Any) -> str:
    """Return how `Model` takes the inputs that a tensor is computed from."""
    sources = keras().utils.get_source_inputs(tensor)
    return bracketed([scene.named(x, "inputs") for x in sources])


def running(scene: Scene) -> ast.Call | None:
    """Return the learner's call that was running; `None` where it is not at hand."""
    node = scene.line.node if scene.line else None
    return node if isinstance(node, ast.Call) else None


def argument(call: ast.Call | None, place: int, name: str) -> ast.expr | None:
    """Return the expression that a call gives for an argument, by its place or its name."""
    if call is None:
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if len(call.args) > place and not any(isinstance(x, ast.Starred) for x in call.args):
        return call.args[place]
    return None


def compiled_again(scene: Scene) -> str:
    """Return the line that compiles the model again, where a failed `fit` makes that needed.

    Keras builds losses and metrics in the first `fit`. One that fails halfway leaves them half
    built, and the next one fails too; a built model with one output and no metrics is spared.
    """
    run = scene.run
    if run is None or run.name != "fit":
        return ""
    outputs = getattr(run.owner, "outputs", None)
    if outputs and len(flat(outputs)) == 1 and not compiled(run.owner).get("metrics"):
        return ""
    return f"{compile_line(scene, scene.named(run.owner, 'model'))}\n"


def compile_line(scene: Scene, name: str) -> str:
    """Return the learner's own call of `compile`, or one that does the same."""
    if own := own_compile(scene, name):
        return own
    more = ""
    for key in ("loss_weights", "metrics"):
        value = compiled(scene.model).get(key)
        if value is not None and all(isinstance(x, str | int | float) for x in flat(value)):
            more += f", {key}={literal(value)}"
    return f"{name}.compile({name}.optimizer, {name}.loss{more})"


def own_compile(scene: Scene, name: str) -> str:
    """Return the learner's own call of `compile` for a model; empty where it is not at hand."""
    for node in ast.walk(scene.line.tree) if scene.line else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and scene.line:
            if node.func.attr == "compile" and scene.line.text(node.func.value) == name:
                return scene.line.text(node)
    return ""


def compiled(model: Any) -> dict[str, Any]:
    """Return what a model was compiled with, as its configuration."""
    get = getattr(model, "get_compile_config", None)
    return dict((get() if get is not None else None) or {})


def written_object(scene: Scene, value: Any, otherwise: str) -> str:
    """Return how the learner writes an object one of whose attributes or methods was used.

    Args:
        scene: Where it was used.
        value: The object.
        otherwise: A general name for it.
    """
    if name := scene.named(value, ""):
        return name
    node = scene.line.node if scene.line else None
    node = node.func if isinstance(node, ast.Call) else node
    if scene.line and isinstance(node, ast.Attribute):
        if not any(isinstance(x, ast.Call) for x in ast.walk(node.value)):
            return scene.line.text(node.value)
    return otherwise


def written_argument(scene: Scene, place: int, name: str) -> str:
    """Return how the learner writes an argument, if that is short; its general name otherwise."""
    found = argument(running(scene), place, name)
    short = isinstance(found, ast.Name | ast.Attribute | ast.Subscript)
    return scene.line.text(found) if short and found is not None and scene.line else name
