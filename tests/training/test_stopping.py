"""The stop button: there where a click can reach a busy kernel, and gone afterwards."""

from types import SimpleNamespace
from typing import Any

import pytest

from kitchen.training import stopping
from kitchen.training.stopping import StopButton


class Page:
    """What was put on it, and what stands there."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def put(self, thing: Any, *, display_id: bool) -> Any:
        self.shown.append(thing)
        return SimpleNamespace(update=lambda new, raw: self.shown.__setitem__(-1, new))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()
    monkeypatch.setattr(stopping, "put", page.put)
    return page


def kernel_with(monkeypatch: pytest.MonkeyPatch, found: list[str] | None) -> None:
    thread = SimpleNamespace(manager=SimpleNamespace(list_subshell=lambda: found))
    kernel = SimpleNamespace(shell_channel_thread=None if found is None else thread)
    monkeypatch.setattr(stopping, "kernel", lambda: kernel)


def test_it_shows_once_the_page_has_asked_for_a_subshell(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    kernel_with(monkeypatch, found)
    button = StopButton()
    button.offer()
    assert page.shown == []
    found.append("one")
    button.offer()
    button.offer()
    (widget,) = page.shown
    assert (widget.description, button.clicked) == ("Stop", False)
    widget.click()
    assert button.clicked
    button.close()
    assert page.shown == [{"text/plain": ""}]
    button.offer()
    assert len(page.shown) == 1


@pytest.mark.parametrize("without", ["kernel", "subshells", "widgets"])
def test_there_is_none_where_no_click_could_arrive(
    page: Page, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    kernel_with(monkeypatch, None if without == "subshells" else ["one"])
    if without == "kernel":
        monkeypatch.setattr(stopping, "kernel", lambda: None)
    if without == "widgets":
        monkeypatch.setattr(stopping, "widgets_of", lambda: None)
    button = StopButton()
    button.offer()
    button.close()
    assert page.shown == []
