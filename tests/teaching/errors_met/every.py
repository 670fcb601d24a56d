"""Every case of a known error."""

from tests.teaching.errors_met import building, classes, files, shapes, training
from tests.teaching.errors_met.broken import Broken

CASES: tuple[Broken, ...] = (
    *building.BROKEN,
    *shapes.BROKEN,
    *training.BROKEN,
    *files.BROKEN,
    *classes.BROKEN,
)
