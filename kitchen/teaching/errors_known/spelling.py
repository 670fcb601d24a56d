"""Errors of spelling: a name that Keras does not know."""

import ast
import sys

from kitchen.backend import keras
from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, mend, respelled, running, swapped
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, is_tensor


def unknown_part(scene: Scene) -> Said | None:
    """An activation, an initialiser or the like has a name that Keras does not know."""
    where = scene.raised_in("get")
    module = scene.steps[-1].module.rpartition(".")[2] if where is not None else ""
    parts = {"activations": "activation", "initializers": "initialiser"}
    parts |= {"regularizers": "regulariser", "constraints": "constraint"}
    if where is None or module not in parts:
        return None
    wrong = where["identifier"]
    if is_tensor(wrong):
        return None
    if isinstance(wrong, str):
        meant = closest(wrong, public(module))
        return Said(
            f"Keras knows no {parts[module]} called {quoted(wrong)}.",
            f"`{meant}` was probably meant." if meant else "The name is written differently.",
            respelled(scene, wrong, meant, which=0) or f"print(dir({scene.keras}.{module}))",
        )
    call = running(scene)
    kept = line_text(scene, call.args[0]) if call and call.args else "64"
    return Said(
        f"Here stands {quoted(repr(wrong))} where the {parts[module]} should.",
        "A second argument by place is the activation. One layer has one size; others are named.",
        swapped(scene, call, f"{line_text(scene, call.func)}({kept})" if call else "")
        or f'layer = {scene.layers}.Dense({kept}, activation="relu")',
    )


def line_text(scene: Scene, node: ast.expr) -> str:
    """Return an expression as the learner wrote it."""
    return scene.line.text(node) if scene.line else ""


def public(module: str) -> list[str]:
    """Return the names of Keras's functions of one kind, as they may be given as text."""
    names = dir(getattr(keras(), module))
    return [x for x in names if x[0] != "_" and x.islower() and x not in ("get", "serialize")]


def layer_name(scene: Scene) -> Said | None:
    """A layer's name is no text, or has a slash in it."""
    where = scene.raised_in("Operation.__init__")
    name = None if where is None else where.get("name")
    if name is None or (isinstance(name, str) and "/" not in name):
        return None
    new = literal(str(name).replace("/", "_"))
    call = running(scene)
    return Said(
        f"A layer's name is text without a slash. It is {quoted(repr(name))} here.",
        "Keras joins names with `/` when it names weights, as in `hidden/kernel`.",
        swapped(scene, argument(call, 99, "name"), new)
        or f"layer = {scene.layers}.Dense(10, name={new})",
    )


def no_such_name(scene: Scene) -> Said | None:
    """A name is asked for that Keras's module has not."""
    module = getattr(scene.origin, "obj", None)
    if type(module) is not type(sys) or module.__name__.partition(".")[0] != "keras":
        return None
    wrong = str(getattr(scene.origin, "name", ""))
    meant = closest(wrong, (x for x in dir(module) if x[0] != "_"))
    short = module.__name__.replace("keras._tf_keras.", "")
    node, line = scene.line.node if scene.line else None, scene.line
    fix = ""
    if isinstance(node, ast.Attribute) and line and meant:
        fix = mend(scene, line.replace(node, f"{line.text(node.value)}.{meant}"))
    return Said(
        f"`{short}` has nothing called {quoted(wrong)}.",
        f"`{meant}` was probably meant; capitals count."
        if meant
        else "It has another name, or lives in another module.",
        fix or f"print(dir({short.replace('keras', scene.keras, 1)}))",
    )


KNOWN = (
    Known("E137", "A name that Keras does not know", ("ValueError",), unknown_part),
    Known("E138", "A layer's name that cannot be one", ("ValueError",), layer_name),
    Known("E139", "No such name in Keras", ("AttributeError",), no_such_name),
)
