"""chromium: a machine without a browser skips the browser tests, unless one is required."""

from pathlib import Path

import pytest

from tests.browser import chromium


def test_without_a_browser_its_tests_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("KITCHEN_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        chromium.find()


def test_a_required_browser_that_is_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("KITCHEN_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="KITCHEN_REQUIRE_BROWSER=1"):
        chromium.find()


def test_a_browser_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "NAMES", ("missing", "here"))
    program = tmp_path / "here"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: {"here": str(program)}.get(name))
    assert chromium.find() == str(program)
