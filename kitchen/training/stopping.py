"""A button on a notebook's page that ends training while the kernel is busy with it."""

from typing import Any

from kitchen.training.page import kernel, put


class StopButton:
    """Shows itself once clicks on it can reach a busy kernel.

    JupyterLab sends clicks to a *subshell*, a loop that the kernel runs beside its cells. Elsewhere
    they would arrive when training is over; then no button is shown.
    """

    def __init__(self) -> None:
        """Make the button, where there are widgets; JupyterLab then asks for a subshell."""
        self.clicked = False
        self.button = self.place = None
        if subshells() is not None and (widgets := widgets_of()) is not None:
            self.button = widgets.Button(
                description="Stop", tooltip="End training and keep what was learned", icon="stop"
            )
            self.button.on_click(self.click)
            send_to_subshell(self.button)

    def click(self, button: Any) -> None:
        """Note the click; training sees it after its next step."""
        self.clicked = True

    def offer(self) -> None:
        """Show the button, if it is not there yet and would work."""
        if self.button is not None and self.place is None and subshells():
            self.place = put(self.button, display_id=True)
            send_to_subshell(self.button)

    def close(self) -> None:
        """Take the button off the page."""
        if self.place is not None:
            self.place.update({"text/plain": ""}, raw=True)
        if self.button is not None:
            self.button.close()
        self.button = self.place = None


def widgets_of() -> Any:
    """Return ipywidgets; `None` where it is not installed."""
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets


def subshells() -> list[str] | None:
    """Return the kernel's subshells; `None` where it can have none."""
    thread = getattr(kernel(), "shell_channel_thread", None)
    return None if thread is None else list(thread.manager.list_subshell())


def send_to_subshell(widget: Any) -> None:
    """Let a click go to the loop that the page asks for.

    ipykernel 7.4 hands it to the loop that last spoke to the page through this widget instead,
    which is the one that trains, unless it has forgotten which that was.
    """
    vars(widget.comm).pop("_reply_subshell_id", None)
