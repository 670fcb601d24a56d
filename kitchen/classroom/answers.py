"""The cell of an exercise, filled in with our answer."""

import re
import textwrap

from kitchen.teaching.task import MODELS, Task


def answered(task: Task) -> str:
    """Return the code of an exercise's cell with our answer.

    A model is built in a function, so that its names are not left behind in the notebook.

    >>> print(answered(kitchen.exercise("03.1").task))
    counts = (105, 210)
    """
    name, ours = task.variable, task.solution().strip()
    if task.kind == "blank":
        return f"{name} = {ours!r}"
    if task.kind in MODELS:
        body = textwrap.indent(ours, "    ")
        return f"def ours():\n{body}\n    return model\n\n\n{name} = ours()"
    return re.sub(r"^\w+", name, ours, count=1)
