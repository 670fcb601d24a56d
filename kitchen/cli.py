"""The command `keras-kitchen`: so far `doctor`, what a teacher asks for in a bug report."""

import argparse
import importlib.metadata
import platform
import sys
from collections.abc import Sequence

from kitchen import quiet
from kitchen.errors import KitchenError

PACKAGES = (
    "keras-kitchen",
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "numpy",
    "matplotlib",
    "pygraphviz",
    "jupyterlab",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The words after the command's name; those of this process by default.

    Returns:
        The exit code: 0 when all is well, 1 when something needs mending.
    """
    parser = argparse.ArgumentParser(
        prog="keras-kitchen", description="Tools for Keras models, Sequential and functional."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor", help="print versions and devices, for a bug report")
    parser.parse_args(arguments)
    return doctor()


def doctor() -> int:
    """Print versions and devices; say what is missing."""
    print(f"{'Python':<16}{platform.python_version()} on {platform.platform()}")
    for name in PACKAGES:
        print(f"{name:<16}{version(name)}")
    quiet.install()
    try:
        from kitchen.backend import keras

        keras()
        import tensorflow as tf
    except KitchenError as error:
        print(error, file=sys.stderr)
        return 1
    devices = [
        device.name.removeprefix("/physical_device:")
        for device in tf.config.list_physical_devices()
    ]
    print(f"{'devices':<16}{', '.join(devices)}")
    return 0


def version(name: str) -> str:
    """Return the installed version of a package."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
