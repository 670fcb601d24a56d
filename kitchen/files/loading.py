"""Load a model from a `.keras` file that may come from anyone."""

import json
import os
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kitchen.backend import keras
from kitchen.errors import (
    FileError,
    FileForeign,
    KitchenError,
    KitchenWarning,
    shorten,
)
from kitchen.files import archive, config, declared, text, weights
from kitchen.tables import printable

# What Keras says of an optimiser that was saved before its first step: nothing is lost.
NEVER_RAN = "Skipping variable loading for optimizer .* the saved optimizer has 2 variables"


def load(path: str | os.PathLike[str], *, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Load a model from a `.keras` file, after a look at everything that is in it.

    Keras's `safe_mode` is on. Before Keras sees the file it must be a whole zip with the parts of a
    model and nothing else; sizes and depths stay within bounds; its weights are arrays that lie in
    the file itself and are as large as they say; and it asks for nothing but Keras's own layers,
    losses, metrics and optimisers and what you name. This is no sandbox: `SECURITY.md` says what is
    promised. A compile state that names what nobody knows is left out with a warning.

    Args:
        path: The file.
        custom_objects: Your own classes and functions that the model is made of, by name.

    Returns:
        The model, compiled if it was.

    Raises:
        FileMissing: There is no such file.
        FileTruncated: It is incomplete or damaged.
        FileForeign: It is a file of another kind.
        FileRefused: It asks for what no saved model needs, or for code that you have not named.
        FileError: Keras cannot build the model.
        BackendError: As for `read`.

    >>> import kitchen
    >>> kitchen.examples.classifier.functional().save("digits.keras")
    >>> kitchen.load("digits.keras").count_params()
    50890
    """
    named = checked(custom_objects)
    archive.find(path)  # before a folder is made, or a library loaded
    with tempfile.TemporaryDirectory(
        prefix="keras-kitchen-", ignore_cleanup_errors=True
    ) as temporary:
        folder = Path(temporary)
        found = config.judge(text.parse(archive.unpack(path, folder)), named)
        stored = weights.check(folder / "model.weights.h5")
        (folder / "metadata.json").write_text("{}")
        keras()  # says what is missing
        model = rebuilt(found, folder, stored)
    if not isinstance(model, keras().Model):
        raise FileForeign(
            "The file holds no model, but something else of Keras's.",
            received=type(model).__name__,
            fix='Save a whole model with model.save("model.keras").',
        )
    return model


def checked(custom_objects: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the user's own classes and functions by name.

    Raises:
        KitchenError: They are something else.
    """
    named = custom_objects if custom_objects is not None else {}
    if not isinstance(named, Mapping) or not all(
        isinstance(name, str) and callable(thing) for name, thing in named.items()
    ):
        raise KitchenError(
            "custom_objects gives each class or function its name.",
            received=repr(custom_objects),
            fix='Pass for example custom_objects={"Scale": Scale}.',
        )
    return dict(named)


def rebuilt(found: config.Judged, folder: Path, stored: int) -> Any:
    """Return the model that Keras makes from an unpacked file.

    Raises:
        FileError: Keras cannot make it.
    """
    written = json.dumps(found.config)  # what was judged, whatever else the file could be read as
    model, problem = attempt(written, found, folder, stored)
    left_out = f"it names {found.left_out}" if found.left_out else ""
    if model is None and '"compile_config": {"' in written:
        declared.take_compile_state(found.config)
        model, _ = attempt(json.dumps(found.config), found, folder, stored)
        left_out = problem
    if model is None:
        raise FileError(
            f"Keras {keras().__version__} cannot build the model that the file describes.",
            received=problem,
            fix="Was it saved with another version of Keras? Save it again from there.",
        )
    if left_out:
        warnings.warn(
            f"The model came without its compile state ({left_out}): compile it before training.",
            KitchenWarning,
            stacklevel=3,
        )
    return model


def attempt(written: str, found: config.Judged, folder: Path, stored: int) -> tuple[Any, str]:
    """Return the model, or nothing and why.

    Raises:
        FileRefused: It declares far more weights than are stored.
    """
    (folder / "config.json").write_text(written, encoding="ascii")
    try:
        declared.check(written, found.custom, stored)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", NEVER_RAN)
            # The folder, which Keras loads as it loads the zip: nothing is unpacked a second time.
            load_model = keras().models.load_model
            return load_model(str(folder), custom_objects=dict(found.custom), safe_mode=True), ""
    except KitchenError:
        raise
    except Exception as error:
        return None, first_cause(error)


def first_cause(error: Exception) -> str:
    """Return what went wrong, without the whole configs that Keras puts into its messages."""
    said = str(error)
    mark = "Exception encountered: "  # once for every object around the fault, the inmost last
    start = said.rfind(mark) + len(mark) if mark in said else 0
    lines = said[start : start + 1000].splitlines()
    first = next((line for line in lines if line.strip() and not line.endswith(":")), "")
    return shorten(printable(f"{type(error).__name__}: {first}"), 300)
