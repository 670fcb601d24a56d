"""What stands above a widget for pages that can't run it: a picture that explains itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kitchen.training.page import attended, put

# JupyterLab shows an error in place of a widget whose kernel is gone. The picture is there instead.
HIDDEN = (
    "<style>.jp-OutputArea-child:has(.kitchen-still) + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)) { display: none }</style>"
)
LARGE = 60_000  # characters of a picture that is not stored in several kinds


class Still:
    """A thing that shows itself in a notebook, marked as what stands in for a widget.

    Args:
        thing: A picture, or anything else with HTML of its own; `None` for what comes later.
    """

    def __init__(self, thing: Any):
        """Take the thing."""
        self.thing = thing

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if self.thing is None:
            return {"text/plain": "", "text/html": '<div class="kitchen-still"></div>'}, {}
        bundle = getattr(self.thing, "_repr_mimebundle_", None)
        data, about = bundle() if bundle else ({"text/plain": str(self.thing)}, {})
        html = data.get("text/html") or self.thing._repr_html_()
        if len(html) > LARGE:  # once is enough
            data = {"text/plain": data["text/plain"]}
        return {**data, "text/html": f'<div class="kitchen-still">{html}</div>{HIDDEN}'}, about


@contextmanager
def standing_in(thing: Any) -> Iterator[None]:
    """Show what stands in for a widget, above what is shown within; where somebody waits, later.

    A picture takes longer than its widget, which puts it away.
    """
    if not attended():
        put(Still(thing))
        yield
        return
    place = put(Still(None), display_id=True)
    yield
    place.update(Still(thing))
