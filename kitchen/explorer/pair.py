"""Two explorers side by side: what stands in the same place in both lights together."""

import itertools
from html import escape

import ipywidgets

from kitchen.explorer.still import standing_in
from kitchen.explorer.widget import Explorer
from kitchen.graph.matching import match_calls
from kitchen.tables import clean
from kitchen.training.page import put
from kitchen.views.comparison import Comparison

NUMBERS = itertools.count(1)


class Pair:
    """Two models that were compared, each in an explorer.

    Args:
        comparison: What `kitchen.compare` returned.

    Attributes:
        explorers: The two of them.
    """

    def __init__(self, comparison: Comparison):
        """Make both explorers, and tell each which calls of the other are its own."""
        self.comparison = comparison
        number = next(NUMBERS)
        left, right = (Explorer(side.model) for side in comparison.sides)
        forth = match_calls(left.bound.graph, right.bound.graph)
        back: dict[str, list[str]] = {}
        for call, others in forth.items():
            for other in others:
                back.setdefault(other, []).append(call)
        left.twin = {"pair": number, "side": 0, "calls": forth}
        right.twin = {"pair": number, "side": 1, "calls": back}
        self.explorers = (left, right)

    def __repr__(self) -> str:
        """Return the comparison as text."""
        return str(self.comparison)

    def _ipython_display_(self) -> None:
        """Show the comparison, for pages that run nothing, and the widgets, which put it away."""
        with standing_in(self.comparison):
            half = ipywidgets.Layout(flex="1 1 480px", min_width="0", margin="0 4px")
            columns = []
            for side, explorer in zip(self.comparison.sides, self.explorers, strict=True):
                title = ipywidgets.HTML(f"<b>{clean(side.title)}</b>")
                columns.append(ipywidgets.VBox([title, explorer], layout=half))
            row = ipywidgets.HBox(
                columns, layout=ipywidgets.Layout(flex_flow="row wrap", width="100%")
            )
            verdict = ipywidgets.HTML(f"<p>{escape(str(self.comparison.verdict))}</p>")
            put(ipywidgets.VBox([row, verdict]))
            for explorer in self.explorers:
                explorer.ready()
