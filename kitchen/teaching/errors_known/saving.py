"""Errors in saving and loading models and weights."""

import ast
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, mend, running
from kitchen.teaching.errors_known.learner import literal
from kitchen.teaching.errors_known.scene import Scene

LOADS = ("load_model", "load_weights", "load_weights_only")


def new_path(scene: Scene, text: str, keyword: str = "filepath") -> str:
    """Return the learner's statement with another file name; empty where it is unknown."""
    place = argument(running(scene), 0, keyword)
    if place is None or scene.line is None or not isinstance(place, ast.Constant):
        return ""
    return mend(scene, scene.line.respell(place, text))


def with_suffix(path: Any, suffix: str) -> str:
    """Return a file's name with another ending.

    >>> with_suffix("my/best.h5", ".weights.h5")
    'my/best.weights.h5'
    """
    name = Path(str(path))
    return (name.parent / (name.name.partition(".")[0] + suffix)).as_posix()


def save_ending(scene: Scene) -> Said | None:
    """A model is saved under a name without Keras's ending."""
    where = scene.raised_in("save_model")
    path = None if where is None else where.get("filepath")
    if where is None or path is None or str(path).endswith((".keras", ".h5")):
        return None
    new, name = with_suffix(path, ".keras"), scene.named(where.get("model"), "model")
    return Said(
        f"The ending of the name says how a model is written, and {quoted(Path(path).name)} has "
        "none that Keras writes.",
        "`.keras` keeps the layers, the weights and what `compile` was told, in one file.",
        new_path(scene, new) or f"{name}.save({literal(new)})",
    )


def weights_ending(scene: Scene) -> Said | None:
    """Weights are saved or loaded under a name without their ending."""
    where = scene.raised_in("save_weights", "load_weights")
    path = None if where is None else where.get("filepath")
    if where is None or path is None or str(path).endswith(".weights.h5"):
        return None
    saves = scene.raised_in("save_weights") is not None
    name, new = ("save_weights" if saves else "load_weights"), with_suffix(path, ".weights.h5")
    return Said(
        f"A file of weights ends in `.weights.h5`; {quoted(Path(path).name)} does not.",
        "It holds the numbers only, not the layers; `save` and `.keras` keep both."
        if saves
        else "The name was shortened, or the file was written by an older Keras.",
        new_path(scene, new)
        or f"{scene.named(where.get('model'), 'model')}.{name}({literal(new)})",
    )


def checkpoint_ending(scene: Scene) -> Said | None:
    """A checkpoint has a name without the ending that it needs."""
    where = scene.raised_in("ModelCheckpoint.__init__")
    if where is None:
        return None
    only = bool(where.get("save_weights_only"))
    suffix, path = (".weights.h5" if only else ".keras"), where["filepath"]
    if str(path).endswith(suffix):
        return None
    new = with_suffix(path, suffix)
    return Said(
        f"This checkpoint keeps {'the weights only' if only else 'the whole model'}, so its file "
        f"ends in `{suffix}`; {quoted(Path(path).name)} does not.",
        "`save_weights_only=True` goes with `.weights.h5`, and without it `.keras`.",
        new_path(scene, new)
        or f"{scene.keras}.callbacks.ModelCheckpoint({literal(new)}"
        f"{', save_weights_only=True' if only else ''})",
    )


def loaded_path(scene: Scene) -> Path | None:
    """Return the path of the file that was to be loaded; `None` if nothing was."""
    where = scene.at(*LOADS)
    path = None if where is None else where.get("filepath")
    if path is None and (call := scene.call("load_weights")) is not None:
        path = call.args[0] if call.args else call.kwargs.get("filepath")
    return None if path is None else Path(str(path))


def no_file(scene: Scene) -> Said | None:
    """There is no file of that name."""
    path = loaded_path(scene)
    if path is None or path.exists() or scene.raised_in("load_weights") is not None:
        return None
    folder, suffix = path.parent, "".join(path.suffixes)
    there = folder.iterdir() if folder.is_dir() else ()
    stems = [x.name.removesuffix(suffix) for x in there if x.name.endswith(suffix)]
    near = get_close_matches(path.name.removesuffix(suffix), sorted(stems), n=1, cutoff=0.6)
    new = (folder / f"{near[0]}{suffix}").as_posix() if near else ""
    where = "the folder that the notebook runs in" if str(folder) == "." else quoted(str(folder))
    if not folder.is_dir():
        cause = f"There is no folder {where} either, in the one that the notebook runs in."
    elif near:
        cause = f"In {where} there is {quoted(near[0] + suffix)}: the name was mistyped."
    else:
        cause = f"In {where} nothing is called that; the file was saved elsewhere, or not at all."
    fix = new_path(scene, new) if new else ""
    look = f"from pathlib import Path\nprint(sorted(Path({literal(folder.as_posix())}).glob('*')))"
    return Said(f"There is no file {quoted(path.name)}.", cause, fix or look)


def no_folder(scene: Scene) -> Said | None:
    """A file is to be written into a folder that does not exist."""
    where = scene.at("save_model", "save_weights_only", "save_weights")
    if where is None or where.get("filepath") is None:
        return None
    folder = Path(str(where["filepath"])).parent
    if folder.is_dir():
        return None
    return Said(
        f"There is no folder {quoted(folder.as_posix())} to write the file into.",
        "Keras makes the file, not the folders above it.",
        f"from pathlib import Path\nPath({literal(folder.as_posix())}).mkdir(parents=True)",
    )


def other_file(scene: Scene) -> Said | None:
    """The file is there and is no file of a model."""
    path = loaded_path(scene)
    if path is None or not path.exists() or scene.raised_in("load_model", *LEGACY) is None:
        return None
    if path.name.endswith(".weights.h5"):
        return Said(
            f"{quoted(path.name)} holds weights only; a model cannot be made from it.",
            "It was written by `save_weights`. Build the model as before, then load into it.",
            f"model.load_weights({literal(path.as_posix())})",
        )
    if path.is_dir():
        return Said(
            f"{quoted(path.name)} is a folder; Keras 3 loads one file that ends in `.keras`.",
            "It is a SavedModel, written by `export` or an older Keras. It can still be run, as a "
            "layer.",
            f"layer = {scene.layers}.TFSMLayer({literal(path.as_posix())}, "
            'call_endpoint="serving_default")',
        )
    return Said(
        f"{quoted(path.name)} is there, but what it holds is no model of Keras.",
        "Another file was renamed, or a download or a save was cut off.",
        f"import kitchen\nkitchen.load({literal(path.as_posix())})  # says what it is instead",
    )


LEGACY = ("load_model_from_hdf5",)


KNOWN = (
    Known("E701", "A model saved without an ending", ("ValueError",), save_ending),
    Known("E702", "Weights without their ending", ("ValueError",), weights_ending),
    Known("E703", "A checkpoint without its ending", ("ValueError",), checkpoint_ending),
    Known("E704", "No such file", ("ValueError", "OSError"), no_file),
    Known("E705", "No folder to write into", ("OSError", "ValueError"), no_folder),
    Known("E706", "A file that holds no model", ("ValueError", "OSError"), other_file),
)
