"""One clear line when the right Keras is not there."""

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType

import keras
import pytest

from kitchen import backend
from kitchen.errors import BackendError


@pytest.fixture(autouse=True)
def asked_afresh() -> Iterator[None]:
    """The answer is kept once it is right."""
    backend.keras.cache_clear()
    yield
    backend.keras.cache_clear()


@pytest.mark.parametrize("value", ["1", "true", "True"])
def test_legacy_keras_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", value)
    with pytest.raises(BackendError, match="Keras 2"):
        backend.keras()


def test_no_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BackendError, match=r"not installed.*start\.py"):
        backend.keras()


def test_another_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(BackendError, match="'jax'"):
        backend.keras()


def test_a_model_of_keras_2(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("tf_keras.models")
    monkeypatch.setitem(sys.modules, "tf_keras.models", module)
    model = type("Sequential", (), {"__module__": "tf_keras.models"})()
    with pytest.raises(BackendError, match="tf_keras"):
        backend.check_model(model)


def test_the_right_keras() -> None:
    assert backend.keras() is keras
    backend.check_model(keras.Sequential())
