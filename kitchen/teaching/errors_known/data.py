"""Errors in the data that a model is handed: how many inputs, which names, which kind."""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from kitchen.graph.rules.base import quoted
from kitchen.teaching.errors_known.base import Known, Said
from kitchen.teaching.errors_known.fixes import argument, mend, respelled, running
from kitchen.teaching.errors_known.learner import Line
from kitchen.teaching.errors_known.scene import Called, Scene
from kitchen.teaching.errors_known.widths import by_name
from kitchen.teaching.errors_known.words import flat, listed, shape_of, shown


def handed(call: Called | None) -> Any:
    """Return the inputs that a model was handed."""
    if call is None:
        return None
    return call.args[0] if call.name == "__call__" and call.args else call.get("x")


def inputs_of(scene: Scene) -> list[Any]:
    """Return the input tensors of the model that was run."""
    return flat(getattr(scene.model, "inputs", None) or [])


def count(scene: Scene) -> Said | None:
    """A model is handed another number of inputs than it has."""
    inputs, data = inputs_of(scene), handed(scene.model_call)
    if scene.raised_in("assert_input_compatibility") is None or isinstance(data, Mapping):
        return None
    got = flat(data)
    if len(inputs) < 2 or len(got) == len(inputs) or any(shape_of(x) is None for x in got):
        return None
    names = [x.name for x in inputs]
    shapes = ", ".join(f"{quoted(x.name)} {shown(x.shape)}" for x in inputs[:4])
    return Said(
        f"{quoted(scene.model.name)} has {len(inputs)} inputs, {shapes}, and is handed {len(got)}.",
        "An array is missing or one too many. Each input needs its own, with the same number of "
        "rows; by name, their order does not matter.",
        by_name(scene, scene.model) if names else "",
    )


def names(scene: Scene) -> Said | None:
    """A model is handed a dict whose keys are not the names of its inputs."""
    data = handed(scene.model_call)
    if scene.raised_in("assert_input_compatibility") is None or not isinstance(data, Mapping):
        return None
    wanted = [x.name for x in inputs_of(scene)]
    missing = [x for x in wanted if x not in data]
    others = [str(x) for x in data if x not in wanted]
    if not missing:
        return None
    fix = ""
    if len(missing) == len(others) == 1:
        fix = respelled(scene, others[0], missing[0])
    return Said(
        f"{quoted(scene.model.name)} has the inputs {listed(wanted)}; nothing is handed over for "
        f"{listed(missing)}.",
        f"The key {listed(others)} is the name of no input." if others else "The key was left out.",
        fix or by_name(scene, scene.model),
    )


def lengths(scene: Scene) -> Said | None:
    """The arrays for one run have different numbers of rows."""
    run = scene.run
    if run is None or scene.raised_in("check_data_cardinality") is None:
        return None
    arrays = {"x": run.get("x"), "y": run.get("y") if "y" in run_names(run) else None}
    if equally_many(arrays) and (other := validation_lengths(scene)):
        return other
    counts = {
        name: [shape[0] for x in flat(value) if (shape := shape_of(x))]
        for name, value in arrays.items()
        if value is not None
    }
    node, line = running(scene), scene.line
    x, y = (
        line.text(found) if line and found is not None and isinstance(found, ast.Name) else name
        for name, found in (("x", argument(node, 0, "x")), ("y", argument(node, 1, "y")))
    )
    said = " and ".join(f"`{k}` has {' and '.join(map(str, v))}" for k, v in counts.items())
    method = f"{scene.named(run.owner, 'model')}.{run.name}"
    code = f"rows = min(len({x}), len({y}))  # only if the first rows belong together\n"
    code += f"{method}({x}[:rows], {y}[:rows])"
    if len(counts.get("x", [])) > 1 and isinstance(place := argument(node, 0, "x"), ast.List):
        code = f"print([len(part) for part in {line.text(place)}])" if line else code
    return Said(
        "Each row of `y` is the answer to the same row of `x`, so there are equally many. Here "
        f"{said}.",
        "One of them was cut, shuffled or filtered without the other.",
        code,
    )


def equally_many(arrays: Mapping[str, Any]) -> bool:
    """Return whether all arrays have the same number of rows."""
    shapes = [shape_of(x) for value in arrays.values() for x in flat(value)]
    return len({shape[0] for shape in shapes if shape}) == 1


def validation_lengths(scene: Scene) -> Said | None:
    """The validation data have different numbers of rows."""
    data = scene.run.get("validation_data") if scene.run and scene.run.name == "fit" else None
    place, line = argument(running(scene), 99, "validation_data"), scene.line
    if not isinstance(data, tuple) or len(data) < 2 or equally_many({"x": data[0], "y": data[1]}):
        return None
    shapes = [[shape_of(x) or (0,) for x in flat(part)] for part in data[:2]]
    x, y = (" and ".join(str(shape[0]) for shape in part) for part in shapes)
    names = ["x_val", "y_val"]
    if isinstance(place, ast.Tuple) and len(place.elts) > 1 and line:
        names = [line.text(part) for part in place.elts[:2]]
    return Said(
        f"In the validation data too, each row has one answer. Here there are {x} rows and {y} "
        "answers.",
        "One of them was cut, shuffled or filtered without the other.",
        f"print(len({names[0]}), len({names[1]}))",
    )


def run_names(run: Called) -> list[str]:
    """Return the names of the arguments that `fit` or the like takes."""
    return list(run.function.__code__.co_varnames[: run.function.__code__.co_argcount])


def no_targets(scene: Scene) -> Said | None:
    """A model with a loss is trained without targets."""
    run = scene.run
    if run is None or scene.raised_in("convert_to_tensor") is None or run.name == "predict":
        return None
    data, line, node = run.get("x"), scene.line, running(scene)
    place = argument(node, 0, "x")
    checking = argument(node, 99, "validation_data")
    method = f"{scene.named(run.owner, 'model')}.{run.name}"
    if run.get("y") is not None:
        if shape_of(run.get("validation_data")) is None:
            return None
        fix = mend(scene, line.wrap(checking, "(", ", y_val)")) if line and checking else ""
        fix = fix or f"{method}(x, y, validation_data=(x_val, y_val))"
        what, cause = "the validation data", "`validation_data` is a pair: `(x_val, y_val)`."
    elif isinstance(data, tuple) and len(data) == 2:
        fix = ""
        if line and isinstance(place, ast.Tuple):
            fix = mend(scene, line.replace(place, ", ".join(line.text(x) for x in place.elts)))
        elif line and place is not None:
            fix = mend(scene, line.replace(place, f"*{line.text(place)}"))
        what, cause = "the data", "`x` and `y` were put into one pair, which counts as two inputs."
    elif shape_of(data) is not None:
        fix = mend(scene, line.wrap(place, "", ", y")) if line and place is not None else ""
        what, cause = "the data", "`y`, the right answers, is missing."
    else:
        return None
    return Said(
        f"The loss compares what {quoted(run.owner.name)} gives with the right answers, and "
        f"{what} hold none.",
        cause,
        fix or f"{method}(x, y)",
    )


def python_lists(scene: Scene) -> Said | None:
    """Data are handed over as lists of Python numbers."""
    run = scene.run
    if run is None or scene.raised_in("get_data_adapter") is None:
        return None
    found = [k for k in ("x", "y") if k in run_names(run) and is_numbers(run.get(k))]
    if not found:
        return None
    line, node = scene.line, running(scene)
    places = [argument(node, "xy".index(name), name) for name in found]
    edits = [line.wrap(x, "np.array(", ")") for x in places if line and x is not None]
    fix = mend(scene, *edits) if len(edits) == len(found) else ""
    return Said(
        f"{' and '.join(f'`{x}`' for x in found)} {'is a list' if len(found) == 1 else 'are lists'}"
        " of Python numbers. A list means several inputs or outputs; the data of one are an array.",
        "The data were typed or read as lists and not made into an array.",
        scene.with_imports(fix or f"{found[0]} = np.array({found[0]})"),
    )


def is_numbers(value: Any) -> bool:
    """Return whether a value is a list of numbers, or of lists of them."""
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(isinstance(x, int | float) or is_numbers(x) for x in value)


def no_numbers(scene: Scene) -> Said | None:
    """An array holds texts or Python objects."""
    run = scene.run
    if run is None:
        return None
    for name in ("x", "y"):
        value = run.get(name) if name in run_names(run) else None
        texts = flat(value) if isinstance(value, list | tuple) else []
        if texts and all(isinstance(x, str) for x in texts):
            return about_array(scene, name, np.array(value), held=value)
        for array in flat(value):
            if getattr(getattr(array, "dtype", None), "kind", "") in {"O", "U", "S"}:
                return about_array(scene, name, array)
    return None


def about_array(scene: Scene, name: str, array: Any, held: Any = None) -> Said:
    """Return what is said of an array, or a list, that holds no numbers.

    Args:
        scene: Where a model was run on it.
        name: The argument that it was given for.
        array: The array.
        held: The list that the learner has in place of it.
    """
    variable = scene.named(array if held is None else held, name)
    first = array.reshape(-1)[0]
    example = repr(str(first) if isinstance(first, str) else first)[:30]
    text = array.dtype.kind in "US" or isinstance(first, str)
    if isinstance(first, list | tuple):
        cause = "Its rows have different lengths, so NumPy keeps them as lists."
        fix = f"{variable} = {scene.keras}.utils.pad_sequences({variable})"
    elif text and not is_readable(array) and name == "x":
        cause = "The words were not numbered yet: a StringLookup gives each its number."
        fix = f"words = {scene.layers}.StringLookup(vocabulary=np.unique({variable}))\n"
        fix += f"{variable} = words({variable})"
    elif text and not is_readable(array):
        cause = "The names of the classes were not numbered yet; `classes` keeps which is which."
        fix = f"classes, {variable} = np.unique({variable}, return_inverse=True)"
    else:
        cause = "It holds numbers as texts or as Python objects: a column read from a file, say."
        fix = f'{variable} = {variable}.astype("float32")'
    kind = "texts" if text else "Python objects"
    return Said(
        f"`{variable}` is {'an array' if held is None else 'a list'} of {kind} such as "
        f"{quoted(example)}. A model calculates with numbers.",
        cause,
        scene.with_imports(fix),
    )


def is_readable(array: Any) -> bool:
    """Return whether all texts of an array are numbers."""
    try:
        array.astype("float32")
    except (TypeError, ValueError):
        return False
    return True


def split_of_dataset(scene: Scene) -> Said | None:
    """A part of a data set is to be kept for validation."""
    run = scene.run
    if run is None or scene.raised_in("train_validation_split") is None:
        return None
    data = run.get("x")
    if shape_of(data) is not None or not hasattr(data, "take"):
        return None
    name = scene.named(data, "dataset")
    model = scene.named(run.owner, "model")
    return Said(
        "`validation_split` cuts arrays, whose rows are numbered. A data set gives its batches one "
        "after the other and cannot be cut that way.",
        "A split that suits arrays was kept for a data set. Set some batches apart yourself.",
        f"held_out, rest = {name}.take(1), {name}.skip(1)\n"
        f"{model}.fit(rest, validation_data=held_out)",
    )


def targets_of_dataset(scene: Scene) -> Said | None:
    """Targets are handed over beside a data set."""
    where, run = scene.raised_in("raise_unsupported_arg"), scene.run
    if run is None or where is None or where.get("arg_name") != "y":
        return None
    node, line = running(scene), scene.line
    place = argument(node, 1, "y")
    fix = ""
    if node is not None and line and place is not None:
        kept = [x for x in (*node.args, *node.keywords) if x is not place]
        kept = [x for x in kept if getattr(x, "value", None) is not place]
        inner = ", ".join(line.text(x) for x in kept)
        fix = mend(scene, line.replace(node, f"{line.text(node.func)}({inner})"))
    return Said(
        "A data set gives pairs of inputs and targets; `y` beside it would be a second answer.",
        "Both belong into the data set, `from_tensor_slices((x, y))`, and nothing into `y`.",
        fix or f"{scene.named(run.owner, 'model')}.{run.name}(dataset)",
    )


def no_tuple(scene: Scene) -> Said | None:
    """A generator gives something else than a tuple."""
    where, run = scene.raised_in("GeneratorDataAdapter.__init__"), scene.run
    if where is None or run is None:
        return None
    given = run.get("x")
    line, name = scene.line, getattr(given, "__name__", "")
    fix, pair = "", run.name not in {"predict"}
    for node in ast.walk(line.tree) if line else ():
        if line and isinstance(node, ast.Yield) and node.value and within(line, node, name):
            value = line.text(node.value)
            if isinstance(node.value, ast.List):
                fix = mend(scene, line.replace(node.value, value[1:-1]))
            else:
                fix = mend(scene, line.wrap(node.value, "", ", targets" if pair else ","))
    return Said(
        "A generator hands over a tuple for each batch: (inputs, targets), or (inputs,) alone.",
        "A list stands for several inputs. Round brackets, or a comma alone, make a tuple."
        if "Received: [array" in scene.said
        else "It gave one array: the right answers are missing."
        if pair
        else "It gave an array and not a tuple: the comma is missing.",
        fix or ("yield x, y" if pair else "yield x,"),
    )


def within(line: Line, node: ast.AST, name: str) -> bool:
    """Return whether code stands in a function of that name."""
    return any(
        isinstance(x, ast.FunctionDef) and x.name == name and any(y is node for y in ast.walk(x))
        for x in ast.walk(line.tree)
    )


KNOWN = (
    Known("E401", "Another number of inputs", ("ValueError",), count),
    Known("E402", "A name that no input has", ("ValueError",), names),
    Known("E403", "Different numbers of rows", ("ValueError",), lengths),
    Known("E404", "Training without the right answers", ("ValueError",), no_targets),
    Known("E405", "Lists where arrays are needed", ("ValueError",), python_lists),
    Known("E406", "An array without numbers", ("ValueError", "TypeError"), no_numbers),
    Known("E407", "A data set cannot be split by rows", ("ValueError",), split_of_dataset),
    Known("E408", "Targets beside a data set", ("ValueError",), targets_of_dataset),
    Known("E409", "A generator that gives no tuple", ("ValueError",), no_tuple),
)
