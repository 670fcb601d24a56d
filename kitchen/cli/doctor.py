"""What a teacher asks for in a bug report: versions, devices, memory, Graphviz, fonts."""

import importlib.util
import os
import platform
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import click

import kitchen
from kitchen.cli import output
from kitchen.cli.output import examples
from kitchen.errors import KitchenError, in_a_line

PACKAGES = (
    "keras-kitchen",
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "numpy",
    "h5py",
    "matplotlib",
    "pygraphviz",
    "jupyterlab",
    "ipywidgets",
    "anywidget",
    "ipykernel",
)
VARIABLES = ("KERAS_BACKEND", "TF_USE_LEGACY_KERAS", "CUDA_VISIBLE_DEVICES", "PYTHONPATH")
GIB = 2**30
APART = 1e-2  # of losses: a GPU adds in another order, and training makes more of it


@click.command(epilog=examples("doctor", "doctor > report.txt", "doctor --train"))
@click.option("--train", is_flag=True, help="Also train the examples on each device: a minute.")
def doctor(train: bool) -> int:
    """Print what a bug report needs.

    That is versions, devices, memory, Graphviz and fonts. Exit code 1 where something needs
    mending: standard error says what.
    """
    row("Python", f"{platform.python_version()} on {platform.platform()}")
    row("runs from", str(Path(kitchen.__file__).parent))
    for name in PACKAGES:
        row(name, version(name))
    row("memory", memory())
    row("disk", f"{shutil.disk_usage(Path.cwd()).free / GIB:.1f} GiB free in this folder")
    for name in VARIABLES:
        if name in os.environ:
            row(name, os.environ[name])
    problems = [examine(name, look) for name, look in EXAMINATIONS.items()]
    if train:
        problems.append(examine("training", training))
    for problem in filter(None, problems):
        output.say(f"Error: {problem}")
    return 1 if any(problems) else 0


def row(name: str, value: str) -> None:
    """Print one line of the report."""
    output.emit(f"{name:<20}{value}")


def examine(name: str, look: Callable[[], str]) -> str:
    """Print what a look shows, and return what is wrong, or nothing."""
    try:
        found, problem = look(), ""
    except KitchenError as error:
        found, problem = "not working", str(error)
    except Exception as error:  # a broken installation raises anything
        found, problem = "not working", f"{name}: {in_a_line(error, 300)}"
    row(name, found)
    return problem


def devices() -> str:
    """Return the devices that TensorFlow sees."""
    from kitchen.backend import keras

    keras()
    import tensorflow as tf

    from kitchen.training.devices import find_gpus

    others = [x for x in tf.config.list_physical_devices() if x.device_type != "GPU"]
    names = [device.name.removeprefix("/physical_device:") for device in others]
    return ", ".join([*names, *map(str, find_gpus())])


def training() -> str:
    """Train the examples on each device, print the table, and return what there is to say.

    Raises:
        KitchenError: Two devices learn different things.
    """
    from kitchen.training.trial import apart, first_of, places, table, trials

    choices, said = places()
    found = list(trials(choices))
    output.emit(str(table(found)))
    for one in found:
        base = first_of(one, found)
        if not (gap := apart(one, base)) < APART:
            raise KitchenError(
                f"{one.device} learns something else than {base.device}.",
                received=f"losses of {one.example} that differ by {gap:.1e}",
                fix="Send this report, with the table above.",
            )
    return said or "every device learns the same"


def graphviz() -> str:
    """Return which Graphviz is there: the one that pygraphviz carries, and any on the path."""
    if importlib.util.find_spec("pygraphviz") is None:
        raise KitchenError(
            "pygraphviz is not installed in this environment.",
            fix="Run `python3 start.py`, or install `keras-kitchen[cpu]`.",
        )
    return f"in pygraphviz {version('pygraphviz')}; on the path: {shutil.which('dot') or 'none'}"


def font() -> str:
    """Return the font that PNGs and PDFs are painted with."""
    from matplotlib import font_manager

    return font_manager.findfont("DejaVu Sans", fallback_to_default=False)


def picture() -> str:
    """Return that a small graph was laid out and painted, and in what time."""
    from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor
    from kitchen.views.drawing import draw

    tensor = Tensor("C", 0, (None, 4), "float32")
    layers = [Layer("M", "model", "Functional", "model"), Layer("L", "x", "Input", "input")]
    port = (Port(tensor, "x"),)
    body = Body((Call("C", "L", outputs=(tensor,)),), port, port, 0, 0)
    start = time.perf_counter()
    drawing = draw(ModelGraph("M", "functional", {x.id: x for x in layers}, {}, {"M": body}))
    if drawing.problem:
        raise KitchenError(drawing.problem)
    size = len(drawing.png)
    return f"drawn and painted ({size:,} bytes) in {time.perf_counter() - start:.1f} s"


def memory() -> str:
    """Return how much memory there is, and how much of it is free."""
    if importlib.util.find_spec("psutil") is None:  # comes with ipykernel
        return "not known: psutil is not installed"
    import psutil

    now = psutil.virtual_memory()
    return f"{now.total / GIB:.1f} GiB, {now.available / GIB:.1f} free"


def version(name: str) -> str:
    """Return the installed version of a package."""
    import importlib.metadata as metadata  # takes longer to load than all other commands' help

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


EXAMINATIONS = {"devices": devices, "Graphviz": graphviz, "font": font, "picture": picture}
