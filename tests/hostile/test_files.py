"""Whatever a `.keras` file holds, loading it runs, reads and writes nothing, and ends soon."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import keras
import pytest

import kitchen
from kitchen.errors import FileRefused, KitchenWarning
from kitchen.files import config
from tests.hostile.making import (
    HOSTILE,
    a_lambda,
    compiled,
    functional,
    layer,
    sound,
    with_config,
    write,
)

ROOT = Path(__file__).parents[2]
NAMES = list(HOSTILE)
SECRET = b"a file of whoever loads the model"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="memory is measured as on Linux and macOS")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What loading each file did, in one process that was watched."""
    folder, room = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("room")
    canary = tmp_path_factory.mktemp("home") / "canary"
    canary.write_bytes(SECRET)
    write(folder / "sound.keras", sound())
    for k, (_, maker) in enumerate(HOSTILE.values()):
        maker(folder / f"{k}.keras", canary)
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.watching", str(folder), str(canary)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(room), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert canary.read_bytes() == SECRET
    assert list(canary.parent.iterdir()) == [canary]
    assert list(room.iterdir()) == [], "what was unpacked is gone"
    assert not Path("/tmp/evil").exists()  # noqa: S108 - where one of the files would write
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["name"]: line for line in lines}


def test_the_model_without_an_attack_loads(told: dict[str, Any]) -> None:
    assert told["sound"]["error"] == ""
    assert told["sound"]["deeds"] == []


@pytest.mark.parametrize("k", range(len(NAMES)), ids=NAMES)
def test_a_hostile_file_is_refused(told: dict[str, Any], k: int) -> None:
    line = told[str(k)]
    assert line["error"] == HOSTILE[NAMES[k]][0].__name__, line["text"]
    assert 0 < line["length"] <= 500
    assert "\n" not in line["text"]
    assert line["deeds"] == []
    assert line["megabytes"] < 100
    assert line["seconds"] < 5


def test_code_in_the_compile_state_is_left_out(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    with_config(tmp_path / "x.keras", compiled(loss=a_lambda(canary)))
    with pytest.warns(KitchenWarning, match="without its compile state .it names Python code"):
        model = kitchen.load(tmp_path / "x.keras")
    assert not model.compiled
    assert not canary.exists()


def test_code_is_refused_where_safe_mode_was_turned_off(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    with_config(tmp_path / "x.keras", functional(layer("Lambda", function=a_lambda(canary))))
    keras.config.enable_unsafe_deserialization()
    try:
        with pytest.raises(FileRefused, match="Python code"):
            kitchen.load(tmp_path / "x.keras")
    finally:
        # Keras has no public way back.
        keras.src.backend.common.global_state.set_global_attribute("safe_mode_saving", None)


def test_a_registered_class_is_not_named_by_the_file(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable("somewhere")
    class Gadget(keras.layers.Layer):  # what a library may have registered
        pass

    thing = {**layer("Gadget"), "module": "somewhere", "registered_name": "somewhere>Gadget"}
    with_config(tmp_path / "x.keras", functional(thing))
    with pytest.raises(FileRefused, match=r"needs somewhere\.Gadget"):
        kitchen.load(tmp_path / "x.keras")


def test_what_is_loaded_is_what_was_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, canary = tmp_path / "x.keras", tmp_path / "canary"
    write(file, sound())
    judge = config.judge

    def judge_and_exchange(*words: Any) -> Any:
        with_config(file, functional(layer("Lambda", function=a_lambda(canary))))
        return judge(*words)

    monkeypatch.setattr(config, "judge", judge_and_exchange)
    assert kitchen.load(file).count_params() == 10
    with zipfile.ZipFile(file) as archive:
        assert b"__lambda__" in archive.read("config.json"), "the file was exchanged meanwhile"
