"""A model as Python source: what a teacher would have written to build it."""

import warnings
from pathlib import Path
from typing import Any

from kitchen.errors import KitchenError, KitchenWarning
from kitchen.graph.model_graph import Form
from kitchen.graph.reader import bind
from kitchen.highlight import highlight
from kitchen.rewrite.program import Program
from kitchen.rewrite.reform import reform


class Source(str):
    """Python source; in a notebook it shows itself with colours."""

    __slots__ = ()

    def save(self, path: str | Path) -> None:
        """Write the source to a file.

        Raises:
            KitchenError: The file cannot be written.
        """
        try:
            Path(path).write_text(self, encoding="utf-8")
        except OSError as error:
            raise KitchenError(
                "The source could not be written.",
                received=str(error),
                fix="Choose a file in a folder that exists and may be written.",
            ) from None

    def _repr_html_(self) -> str:
        return highlight(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def source(
    model: Any, form: Form | None = None, *, wrap: bool = False, compact: bool = False
) -> Source:
    """Write a model as Python source with a function `build` that builds it anew.

    Args:
        model: A `tf.keras.Model` whose calls can be read.
        form: `"sequential"`, `"functional"` or `"subclassed"`; by default the model's own.
        wrap: For a Sequential: put what branches into functional blocks.
        compact: Write a block that comes three times or more as a loop, where that is shorter.

    Returns:
        The source, as text that `ruff format` leaves alone. What it builds has the same graph; its
        weights are new, and it is not compiled. What the model has or does beyond that is stated in
        a `KitchenWarning`.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: The model cannot be written in that form, or holds what has no code: Python
            code that nothing can import, or an array of more than 16 numbers.

    >>> print(kitchen.source(kitchen.examples.classifier.sequential(), "functional"))
    import tensorflow as tf
    <BLANKLINE>
    layers = tf.keras.layers
    <BLANKLINE>
    <BLANKLINE>
    def build():
        input_layer = tf.keras.Input(shape=(784,), name="input")
        hidden = layers.Dense(64, activation="relu", name="hidden")(input_layer)
        output = layers.Dense(10, activation="softmax", name="output")(hidden)
        return tf.keras.Model(inputs=input_layer, outputs=output)
    <BLANKLINE>
    """
    bound = bind(model)
    graph = bound.graph
    if form is not None or wrap:
        graph = reform(graph, form or "sequential", wrap=wrap)
    if not graph.body.calls:
        raise KitchenError(
            f"{graph.name!r} cannot be written as code: its calls are not known.",
            received=graph.body.note or "a model without calls",
            fix="Call it once on data; if it is Python code, that code is its source.",
        )
    program = Program(compact=compact)
    text = program.text(graph, bound)
    for remark in program.remarks():
        warnings.warn(remark, KitchenWarning, stacklevel=2)
    return Source(text)
