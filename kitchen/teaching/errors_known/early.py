"""Errors in asking a model or a layer for what it has not, or not yet."""

import ast
from typing import Any

from kitchen.graph.rules.base import counted, quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import mend, respelled, written_object
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
    return f"{name}.build((None, width))  # width: the numbers in one row"


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
    names, wanted = [x.name for x in where["self"].layers], where.get("name")
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


def no_such_attribute(scene: Scene) -> Said | None:
    """An object of Keras has no attribute of that name."""
    found, name = getattr(scene.origin, "obj", None), str(getattr(scene.origin, "name", ""))
    module = type(found).__module__.partition(".")[0]
    inside = scene.inner is not None and scene.inner.frame.f_locals.get("self") is found
    if found is None or inside or not (module == "keras" or (is_layer(found) and is_own(found))):
        return None
    if name == "numpy" or scene.steps[-1].owner == "keras":
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


KNOWN = (
    Known("E821", "Nothing to count yet", ("ValueError",), no_count),
    Known("E822", "No input or output yet", ("AttributeError",), never_called),
    Known("E823", "No weights yet", ("AttributeError",), no_kernel),
    Known("E824", "No such layer in the model", ("ValueError",), no_layer),
    Known("E825", "No such attribute", ("AttributeError",), no_such_attribute),
)
