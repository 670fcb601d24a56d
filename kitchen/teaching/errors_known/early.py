"""Errors in asking a model or a layer for what it has not, or not yet."""

import ast
from typing import Any

from kitchen.backend import keras
from kitchen.graph.rules.base import counted, quoted
from kitchen.teaching.cell_errors import METHODS
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import (
    argument,
    mend,
    respelled,
    running,
    written_object,
)
from kitchen.teaching.errors_known.learner import Edit, literal
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import closest, is_layer, is_own, listed

GONE = {
    "predict_classes": "predict(x).argmax(axis=-1)",
    "predict_proba": "predict(x)",
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
    "output_shape": "output.shape",
    "input_shape": "input.shape",
    "parameters": "trainable_weights",
    "state_dict": "get_weights",
    "load_state_dict": "set_weights",
    "forward": "__call__",
    "lr": "learning_rate",
}


def built(scene: Scene, model: Any) -> str:
    """Return code that makes the weights of a model or a layer."""
    name = written_object(scene, model, "model" if hasattr(model, "layers") else "layer")
    return f"{name}.build((None, 8))  # put the numbers in one row for 8"


def no_count(scene: Scene) -> Said | None:
    """The parameters of a model are counted, or it is drawn, before it has weights."""
    where = scene.raised_in("Layer.count_params", "plot_model")
    model = None if where is None else where.get("self", where.get("model"))
    if model is None or model.built:
        return None
    what = "drawn" if scene.raised_in("plot_model") is not None else "counted"
    return Said(
        f"{quoted(model.name)} has no weights yet that could be {what}: they depend on the width "
        "of its input, which it does not know.",
        "There is no `Input` at its beginning, and it was not called with data yet.",
        built(scene, model),
    )


def never_called(scene: Scene) -> Said | None:
    """A layer or model is asked for its input or output before it was called."""
    where = scene.raised_in(
        "Operation._get_node_attribute_at_index",
        "Sequential.output_shape",
        "Sequential.input_shape",
    )
    layer = None if where is None else where.get("self")
    if layer is None:
        return None
    name = written_object(scene, layer, "layer")
    is_model = hasattr(layer, "layers")
    node = scene.line.node if scene.line else None
    if is_model and getattr(layer, "inputs", None):
        which = node.attr if isinstance(node, ast.Attribute) else "input"
        fix = mend(scene, *tensors_of(scene, node)) if isinstance(node, ast.Attribute) else ""
        return Said(
            f"{quoted(layer.name)} has its tensors in the lists `inputs` and `outputs`; it has no "
            f"`{which}` before it is called on a tensor.",
            "A Sequential is built when it is made; that is no call.",
            fix or f"tensor = {name}.{which}s[0]",
        )
    return Said(
        f"{quoted(layer.name)} has no input or output yet: it gets them when it is called on a "
        "tensor.",
        "There is no `Input` in front of its layers, and it was not built."
        if is_model
        else "The layer was made and not called.",
        built(scene, layer)
        if is_model
        else f"x = {scene.keras}.Input(shape=(8,))\ny = {name}(x)\nprint(y.shape)",
    )


def tensors_of(scene: Scene, node: ast.Attribute) -> list[Edit]:
    """Return the edits that put `inputs[0]` for `input` on the learner's line."""
    line = scene.line
    return [
        line.wrap(x, "", "s[0]")
        for x in (ast.walk(line.tree) if line else ())
        if line
        and isinstance(x, ast.Attribute)
        and x.attr in {"input", "output"}
        and line.place(x)[0] == line.span[0]
        and line.text(x.value) == line.text(node.value)
    ]


def no_kernel(scene: Scene) -> Said | None:
    """A layer's kernel is asked for before it exists."""
    step = scene.ends[-1] if scene.ends else None
    layer: Any = None if step is None or step.owner != "keras" else step.names.get("self")
    if step is None or not is_layer(layer) or layer.built or never_called(scene) is not None:
        return None
    if scene.at("Layer.__setattr__") is not None:
        return None
    asked = step.name.rpartition(".")[2]
    found = getattr(type(layer), asked, None)
    if not isinstance(found, property):
        return None
    return Said(
        f"{quoted(layer.name)} has no `{asked}` yet: its size depends on the width of the input.",
        "A layer's weights are made at its first call, or by `build`.",
        built(scene, layer),
    )


def no_layer(scene: Scene) -> Said | None:
    """A model has no layer of that name or number."""
    where = scene.raised_in("Model.get_layer")
    if where is None:
        return None
    model = where["self"]
    names, wanted = [x.name for x in model.layers], where.get("name")
    if wanted is not None and (path := path_to(model, str(wanted))):
        home = " in ".join(map(quoted, reversed(path)))
        return Said(
            f"{quoted(model.name)} has no layer {quoted(str(wanted))} of its own. There is one "
            f"inside {home}.",
            f"{quoted(path[-1])} is a model that is used as a layer: from outside it is one layer.",
            through(scene, model, path, str(wanted)),
        )
    if wanted is None:
        layers = counted(len(names), "layer")
        means = f"{quoted(where['self'].name)} has {layers}; they are counted from 0."
        fix = f"{scene.named(where['self'], 'model')}.layers[-1]  # the last one"
        return Said(means, f"There is none with the number {where.get('index')}.", fix)
    meant = closest(str(wanted), names)
    return Said(
        f"{quoted(where['self'].name)} has no layer {quoted(str(wanted))}. It has {listed(names)}.",
        f"{quoted(meant)} was probably meant."
        if meant
        else "Names that Keras gave count on: "
        "dense, dense_1 and so on, in every model that is built.",
        respelled(scene, wanted, meant)
        or f"print([layer.name for layer in {scene.named(where['self'], 'model')}.layers])",
    )


def path_to(model: Any, name: str) -> list[str]:
    """Return the names of the models, one in the other, in which a layer lies; empty if in none."""
    waiting = [([x.name], x) for x in model.layers if hasattr(x, "layers")]
    while waiting:
        path, inner = waiting.pop(0)
        if any(x.name == name for x in inner.layers):
            return path
        waiting += [([*path, x.name], x) for x in inner.layers if hasattr(x, "layers")]
    return []


def through(scene: Scene, model: Any, path: list[str], name: str) -> str:
    """Return the learner's statement with a layer asked for by way of the models around it."""
    way = "".join(f".get_layer({literal(x)})" for x in path)
    line, node = scene.line, running(scene)
    if line and node is not None and isinstance(node.func, ast.Attribute):
        if fix := mend(scene, line.wrap(node.func.value, "", way)):
            return fix
    return f"{written_object(scene, model, 'model')}{way}.get_layer({literal(name)})"


def no_list(scene: Scene) -> Said | None:
    """A layer is added to, or taken from, a model that is no list."""
    model, name = getattr(scene.origin, "obj", None), str(getattr(scene.origin, "name", ""))
    if name not in {"add", "pop"} or not isinstance(model, keras().Model):
        return None
    written = written_object(scene, model, "model")
    call = scene.line.call_of(scene.line.node) if scene.line and scene.line.node else None
    layer = argument(call if isinstance(call, ast.Call) else None, 0, "layer")
    new = scene.line.text(layer) if layer is not None and scene.line else "layer"
    outputs = getattr(model, "outputs", None)
    if not outputs:
        if name == "pop":
            return None
        cause = (
            "What it computes is written in its `call`. A list can hold it, and a layer after it."
        )
        fix = f"longer = {scene.keras}.Sequential([{written}, {new}])"
    elif name == "pop":
        cause = "Only a list has an end. A shorter model ends at an earlier layer's output."
        fix = f"shorter = {scene.keras}.Model({written}.input, {written}.layers[-2].output)"
    else:
        cause = (
            "Only a list has an end to add to. Call the new layer on a tensor, and make a model "
        )
        cause += "that ends there."
        end = f"{written}.output" if len(outputs) == 1 else f"{written}.outputs[-1]"
        fix = f"extra = {new}({end})\n"
        ends = "extra" if len(outputs) == 1 else f"[*{written}.outputs[:-1], extra]"
        fix += f"longer = {scene.keras}.Model({written}.input, {ends})"
    kind = type(model).__name__
    return Said(
        f"`{name}` belongs to a Sequential, a list of layers. {quoted(model.name)} is none: its "
        f"class is {quoted(kind)}.",
        cause,
        fix,
    )


def no_such_attribute(scene: Scene) -> Said | None:
    """An object of Keras has no attribute of that name."""
    found, name = getattr(scene.origin, "obj", None), str(getattr(scene.origin, "name", ""))
    module = type(found).__module__.partition(".")[0]
    inside = scene.inner is not None and scene.inner.frame.f_locals.get("self") is found
    if found is None or inside or not (module == "keras" or (is_layer(found) and is_own(found))):
        return None
    if name == "numpy" or scene.steps[-1].owner == "keras" or no_list(scene) is not None:
        return None
    public = [x for x in dir(type(found)) if x[0] != "_"]
    meant = GONE.get(name) or closest(name, public)
    line, fix = scene.line, ""
    if line and meant and isinstance(line.node, ast.Attribute):
        new, place = f"{line.text(line.node.value)}.{meant}", line.call_of(line.node)
        is_method = callable(getattr(type(found), meant, None))
        fix = mend(scene, line.replace(line.node if is_method else place, new))
    variable = scene.named(found, "model")
    brackets = "()" if callable(getattr(type(found), meant, None)) else ""
    kind = type(found).__name__
    return Said(
        f"The {quoted(kind)} of Keras 3 has nothing called {quoted(name)}."
        if not is_own(found)
        else f"{quoted(kind)} has nothing called {quoted(name)}.",
        f"`{meant}` does that now."
        if name in GONE
        else f"`{meant}` was probably meant."
        if meant
        else "It is set nowhere in the class."
        if is_own(found)
        else "It belongs to another library, or to an older Keras.",
        fix or (f"{variable}.{meant}{brackets}" if meant else f"print(dir({variable}))"),
    )


def of_nothing(scene: Scene) -> Said | None:
    """What `compile` gave back, which is nothing, is taken for the model."""
    name, line = str(getattr(scene.origin, "name", "")), scene.line
    node = line.node if line else None
    if getattr(scene.origin, "obj", name) is not None or name not in METHODS:
        return None
    if line is None:
        return Said(
            f"What stands before `.{name}` is `None`, and no model.",
            "It may be what `compile` gave back: that changes the model and gives nothing.",
            'model.compile("adam", "mse")  # in a line of its own, after `model = …`',
        )
    if not isinstance(node, ast.Attribute):
        return None
    variable = line.text(node.value)
    for made in ast.walk(line.tree):
        if not (isinstance(made, ast.Assign) and isinstance(made.value, ast.Call)):
            continue
        call = made.value
        if line.text(made.targets[0]) == variable and isinstance(call.func, ast.Attribute):
            if call.func.attr in {"compile", "build"}:
                given = ", ".join(line.text(x) for x in (*call.args, *call.keywords))
                first = f"{variable} = {line.text(call.func.value)}"
                return Said(
                    f"`{variable}` is `None`: `{call.func.attr}` changes the model and gives "
                    "nothing back.",
                    f"The model was made and `{call.func.attr}` called in one line.",
                    f"{first}\n{variable}.{call.func.attr}({given})",
                )
    return None


KNOWN = (
    Known("E821", "Nothing to count yet", ("ValueError",), no_count),
    Known("E822", "No input or output yet", ("AttributeError",), never_called),
    Known("E823", "No weights yet", ("AttributeError",), no_kernel),
    Known("E824", "No such layer in the model", ("ValueError",), no_layer),
    Known("E825", "No such attribute", ("AttributeError",), no_such_attribute),
    Known("E826", "A model that is no list", ("AttributeError",), no_list),
    Known("E827", "What compile gives back", ("AttributeError",), of_nothing),
)
