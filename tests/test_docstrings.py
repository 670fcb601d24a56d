"""The examples in docstrings run and give what they show."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
import tensorflow as tf

import kitchen

MODULES = ["kitchen"] + [m.name for m in pkgutil.walk_packages(kitchen.__path__, "kitchen.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some save a file
    module = importlib.import_module(name)
    known = {**vars(module), "kitchen": kitchen, "tf": tf}
    result = doctest.testmod(module, extraglobs=known, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


@pytest.mark.parametrize(
    "name", [n for n in kitchen.__all__ if n not in ("examples", "ModelGraph")]
)
def test_every_public_call_has_an_example(name: str) -> None:
    assert ">>>" in (getattr(kitchen, name).__doc__ or "")
