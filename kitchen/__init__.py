"""See, compare and check Keras models: Sequential, functional and subclassed.

>>> import kitchen
>>> model = kitchen.examples.shared_layer.functional()
>>> kitchen.sharing(model).once, kitchen.sharing(model).unshared
(12482, 20738)

Each name is loaded at first use: `import kitchen` loads no TensorFlow.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from kitchen import quiet
from kitchen.errors import KitchenError

if TYPE_CHECKING:
    from kitchen import examples
    from kitchen.explorer.playground import playground
    from kitchen.explorer.widget import explore
    from kitchen.files.loading import load
    from kitchen.graph.linearity import explain
    from kitchen.graph.lint import lint
    from kitchen.graph.model_graph import ModelGraph
    from kitchen.graph.reader import read
    from kitchen.rewrite.convert import convert
    from kitchen.rewrite.source import source
    from kitchen.rewrite.unshare import unshare
    from kitchen.run.activations import activations
    from kitchen.run.equivalence import equivalent
    from kitchen.run.gradients import sharing
    from kitchen.teaching.claims import claims
    from kitchen.teaching.exercises import exercise, solved
    from kitchen.teaching.explanations import explain_error, known_errors
    from kitchen.teaching.predicting import predict
    from kitchen.training.drift import drift
    from kitchen.training.fit import train
    from kitchen.views import plots
    from kitchen.views.comparison import compare
    from kitchen.views.drawing import draw

HOMES = {
    "ModelGraph": "kitchen.graph.model_graph",
    "activations": "kitchen.run.activations",
    "claims": "kitchen.teaching.claims",
    "compare": "kitchen.views.comparison",
    "convert": "kitchen.rewrite.convert",
    "draw": "kitchen.views.drawing",
    "drift": "kitchen.training.drift",
    "equivalent": "kitchen.run.equivalence",
    "exercise": "kitchen.teaching.exercises",
    "explain": "kitchen.graph.linearity",
    "explain_error": "kitchen.teaching.explanations",
    "explore": "kitchen.explorer.widget",
    "known_errors": "kitchen.teaching.explanations",
    "lint": "kitchen.graph.lint",
    "load": "kitchen.files.loading",
    "playground": "kitchen.explorer.playground",
    "predict": "kitchen.teaching.predicting",
    "read": "kitchen.graph.reader",
    "sharing": "kitchen.run.gradients",
    "solved": "kitchen.teaching.exercises",
    "source": "kitchen.rewrite.source",
    "train": "kitchen.training.fit",
    "unshare": "kitchen.rewrite.unshare",
}
MODULES = {"examples": "kitchen.examples", "plots": "kitchen.views.plots"}

__all__ = [
    "KitchenError",
    "ModelGraph",
    "activations",
    "claims",
    "compare",
    "convert",
    "draw",
    "drift",
    "equivalent",
    "examples",
    "exercise",
    "explain",
    "explain_error",
    "explore",
    "known_errors",
    "lint",
    "load",
    "playground",
    "plots",
    "predict",
    "read",
    "sharing",
    "solved",
    "source",
    "train",
    "unshare",
]
__version__ = "0.1.0"

quiet.install()


def load_ipython_extension(shell: Any) -> None:
    """Let an IPython shell know `%%explore`, and explain errors: what `%load_ext kitchen` calls."""
    importlib.import_module("kitchen.explorer.magic").load(shell)
    importlib.import_module("kitchen.teaching.cell_errors").load(shell)


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()) is not None:
    load_ipython_extension(_shell)


def __getattr__(name: str) -> Any:
    """Load a public name from its module at first use."""
    if name in MODULES:
        return importlib.import_module(MODULES[name])
    if name not in HOMES:
        raise AttributeError(f"module 'kitchen' has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*globals(), *__all__])
