"""Errors in loading: a saved class, its weights, or a copy does not fit."""

from collections.abc import Iterable
from typing import Any

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.arrays import weights_fix
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import appended
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.saving import loaded_path
from kitchen.teaching.errors_known.scene import Scene
from kitchen.teaching.errors_known.words import constructor, listed, shape_of, shown


def unknown_object(scene: Scene) -> Said | None:
    """A saved model uses a class or a function of the learner's that is not named."""
    where = scene.at("_retrieve_class_or_fn")
    if where is None or scene.at("load_model") is None:
        return None
    name = str(where.get("name"))
    custom = f"custom_objects={{{literal(name)}: {name}}}" if name.isidentifier() else ""
    fix = appended(scene, custom) if custom else ""
    path = loaded_path(scene)
    return Said(
        f"The file uses {quoted(name)}, which is not Keras's own. A file keeps its name, not its "
        "code.",
        "It was not handed over. Define it first; or put "
        "`@keras.saving.register_keras_serializable()` above it before saving.",
        fix or f"model = {scene.keras}.models.load_model({literal(str(path))}, {custom})",
    )


def unfit_constructor(scene: Scene) -> Said | None:
    """A class of the learner's cannot be made again from what its file holds."""
    where = scene.at("Operation.from_config", "Layer.from_config", "Model.from_config")
    if where is None or scene.at("load_model", "clone_model") is None:
        return None
    kind, config = where.get("cls"), where.get("config")
    module = getattr(kind, "__module__", "keras").partition(".")[0]
    if not isinstance(config, dict) or not isinstance(kind, type) or module == "keras":
        return None
    takes = constructor(kind)
    own = [x for x in takes if x.kind is x.POSITIONAL_OR_KEYWORD]
    unfit = [str(x) for x in config if all(x != y.name for y in own)]
    if any(x.kind is x.VAR_KEYWORD for x in takes) or not unfit:
        return None
    head = ", ".join(["self", *map(str, own), "**kwargs"])
    kept = "".join(f"\n    self.{x.name} = {x.name}" for x in own)
    return Said(
        f"Keras makes {quoted(kind.__name__)} again by handing its `__init__` what was saved: "
        f"{listed(list(map(str, config)))}. It takes no {listed(unfit)}.",
        "`name`, `dtype` and `trainable` are every layer's; `**kwargs` passes them on.",
        f"def __init__({head}):\n    super().__init__(**kwargs){kept}",
    )


def lambda_refused(scene: Scene) -> Said | None:
    """A saved model has a Lambda layer, whose Python code is not run unasked."""
    if scene.raised_in("Lambda._raise_for_lambda_deserialization") is None:
        return None
    path = literal(str(loaded_path(scene)))
    return Said(
        "The file holds a Lambda layer: Python code, which would run on your computer.",
        "Keras does not run code that comes with a file. Build the model with your own code and "
        "take only the weights; with `keras.ops` or a layer class it would need no Lambda.",
        f"model.load_weights({path})  # model: built by the code that made it",
    )


def other_weights(scene: Scene) -> Said | None:
    """A file of weights belongs to other layers."""
    where = scene.raised_in("_raise_loading_failure")
    if where is None:
        return None
    failed = list(where.get("error_msgs") or {})
    names = [x.name for value in where["error_msgs"].values() for x in parts_of(value)] or [
        getattr(x, "name", "") for x in failed
    ]
    model = scene.call("load_weights")
    name = scene.named(model.owner, "model") if model else "model"
    return Said(
        f"The weights in the file do not fit {listed([x for x in names if x])}: another size, or "
        "no such layer in the file.",
        "The model differs from the one that was saved. Build it with the same layers; "
        "`skip_mismatch=True` loads what fits and leaves the others as they are.",
        appended(scene, "skip_mismatch=True")
        or f"{name}.load_weights({literal(str(loaded_path(scene)))}, skip_mismatch=True)",
    )


def parts_of(value: Any) -> Iterable[Any]:
    """Return the Keras objects among what is kept of a failure."""
    parts = value if isinstance(value, list | tuple) else [value]
    return [x for x in parts if hasattr(x, "weights") and hasattr(x, "name")]


def unbuilt_target(scene: Scene) -> Said | None:
    """Weights are loaded into a model that has none yet."""
    where = scene.raised_in("load_weights_only")
    model = None if where is None else where.get("model")
    if model is None or model.built:
        return None
    name = scene.named(model, "model")
    return Said(
        f"{quoted(model.name)} has no weights yet, so there is nothing to load into.",
        "It was not told the width of its input; the first call, or `build`, makes the weights.",
        f"{name}.build((None, 8))  # put the numbers in one row for 8\n"
        f"{name}.load_weights({literal(str(loaded_path(scene)))})",
    )


def set_weights(scene: Scene) -> Said | None:
    """A list of weights does not fit."""
    where = scene.raised_in("Layer.set_weights")
    if where is None:
        return None
    layer, given = where["self"], list(where["weights"])
    wanted = [tuple(w.shape) for w in layer.weights]
    got = [shape_of(w) or () for w in given]
    fix, cause = weights_fix(scene, layer, wanted, got)
    return Said(
        f"{quoted(layer.name)} has {len(wanted)} weights, {' '.join(map(shown, wanted[:4]))}. It "
        f"is given {len(got)}: {' '.join(map(shown, got[:4]))}.",
        cause,
        fix,
    )


def no_config(scene: Scene) -> Said | None:
    """A class of the learner's does not say how it was made."""
    where = scene.raised_in("Operation.get_config")
    if where is None:
        return None
    kind = type(where["self"])
    own = [x.name for x in constructor(kind) if x.kind is x.POSITIONAL_OR_KEYWORD]
    parts = ", ".join(["**super().get_config()", *(f"{literal(x)}: self.{x}" for x in own)])
    return Said(
        f"To copy or save {quoted(kind.__name__)}, Keras has to know what it was made with: "
        f"{listed(own)}.",
        "`get_config` is missing in the class. It gives the arguments of `__init__`.",
        f"def get_config(self):\n    return {{{parts}}}",
    )


KNOWN = (
    Known("E707", "A saved class that Keras does not know", ("TypeError",), unknown_object),
    Known("E708", "A saved class that cannot be made again", ("TypeError",), unfit_constructor),
    Known("E709", "A Lambda layer in a file", ("ValueError",), lambda_refused),
    Known("E710", "Weights of another model", ("ValueError",), other_weights),
    Known("E711", "Weights for a model that is not built", ("ValueError",), unbuilt_target),
    Known("E712", "A list of weights that does not fit", ("ValueError",), set_weights),
    Known("E713", "A class without get_config", ("NotImplementedError",), no_config),
)
