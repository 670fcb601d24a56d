"""What stands above a widget for pages that can't run it: a picture that explains itself."""

from typing import Any

from kitchen.training.page import put

# JupyterLab shows an error in place of a widget whose kernel is gone. The picture is there instead.
HIDDEN = (
    "<style>.jp-OutputArea-child:has(.kitchen-still) + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)) { display: none }</style>"
)


class Still:
    """A thing that shows itself in a notebook, marked as what stands in for a widget.

    Args:
        thing: A picture, or anything else with HTML of its own.
    """

    def __init__(self, thing: Any):
        """Take the thing."""
        self.thing = thing

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        bundle = getattr(self.thing, "_repr_mimebundle_", None)
        data, about = bundle() if bundle else ({"text/plain": str(self.thing)}, {})
        html = data.get("text/html") or self.thing._repr_html_()
        return {**data, "text/html": f'<div class="kitchen-still">{html}</div>{HIDDEN}'}, about


def still(thing: Any) -> None:
    """Show what stands in for a widget; the page puts it away where the widget is."""
    put(Still(thing))
