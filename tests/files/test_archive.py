"""A file is a whole zip with a model's parts, or the error says which of three it is."""

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

import kitchen
from kitchen.errors import FileError, FileForeign, FileMissing, FileRefused, FileTruncated
from kitchen.files import archive, declared, text
from tests.hostile.making import sound, write


def unpacked(path: Path, tmp_path: Path) -> bytes:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    return archive.unpack(path, folder)


def test_the_errors_are_three_and_a_fourth() -> None:
    kinds = [FileMissing, FileTruncated, FileForeign, FileRefused]
    assert all(kind.__mro__[1:3] == (FileError, kitchen.KitchenError) for kind in kinds)


def test_what_is_unpacked(tmp_path: Path) -> None:
    parts = {**sound(), "assets/layers/dense/_lookup/vocabulary.txt": b"a\nb"}
    write(tmp_path / "x.keras", parts)
    assert unpacked(tmp_path / "x.keras", tmp_path) == parts["config.json"]
    folder = tmp_path / "unpacked"
    files = {x.relative_to(folder).as_posix(): x.read_bytes() for x in folder.rglob("*.*")}
    assert files == {x: y for x, y in parts.items() if not x.endswith(".json")}


@pytest.mark.parametrize("part", range(20))
def test_a_file_that_breaks_off_is_truncated(part: int, tmp_path: Path) -> None:
    file = tmp_path / "x.keras"
    write(file, sound())
    whole = file.read_bytes()
    file.write_bytes(whole[: 4 + part * (len(whole) - 5) // 19])
    with pytest.raises(FileTruncated):
        kitchen.load(file)


@pytest.mark.parametrize("part", range(20))
def test_a_file_with_a_changed_byte_never_loads_other_weights(part: int, tmp_path: Path) -> None:
    file = tmp_path / "x.keras"
    write(file, sound())
    data = bytearray(file.read_bytes())
    data[30 + part * (len(data) - 60) // 19] ^= 0xFF
    file.write_bytes(data)
    try:
        model = kitchen.load(file)
    except FileError:
        return
    assert model.get_weights()[0].sum() == 8


def test_a_packed_zip_will_do(tmp_path: Path) -> None:
    write(tmp_path / "x.keras", sound(), packed=True)
    assert kitchen.load(tmp_path / "x.keras").count_params() == 10


def with_large_end(path: Path, shift: int = 0) -> None:
    """Write a zip's end as it is where the zip is larger than 4 GiB."""
    write(path, sound())
    data = path.read_bytes()
    end = len(data) - 22
    count, _, length, start = struct.unpack("<8xHHLL2x", data[end:])
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end + shift, 1)
    path.write_bytes(data[:end] + record + locator + data[end:])


def test_the_end_of_a_large_zip(tmp_path: Path) -> None:
    with_large_end(tmp_path / "x.keras")
    assert kitchen.load(tmp_path / "x.keras").count_params() == 10
    with_large_end(tmp_path / "x.keras", shift=1)
    with pytest.raises(FileTruncated):
        kitchen.load(tmp_path / "x.keras")


@pytest.mark.parametrize("missing", archive.NEEDED)
def test_a_zip_of_something_else(missing: str, tmp_path: Path) -> None:
    write(tmp_path / "x.keras", {x: y for x, y in sound().items() if x != missing})
    with pytest.raises(FileForeign, match=f"no {missing} in it"):
        kitchen.load(tmp_path / "x.keras")


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("assets/vocabulary.txt", True),
        ("assets/layers/text_vectorization/_lookup_layer/vocabulary.txt", True),
        ("assets/a b (1).txt", True),
        ("assets/", True),
        ("assets/layers/", True),
        ("assets", False),
        ("assets//x", False),
        ("assets/.", False),
        ("assets/../x", False),
        ("assets/x ", False),
        ("assets/x.", False),
        ("assets/a:b", False),
        ("assets/a\\b", False),
        ("assets/a\nb", False),
        ("assets/" + "x" * 200, False),
        ("/assets/x", False),
        ("other/x", False),
        ("", False),
    ],
)
def test_names_of_assets(name: str, fine: bool) -> None:
    assert archive.is_asset(zipfile.ZipInfo(name)) == fine


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "x.keras", sound())
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Full)
    with pytest.raises(FileError, match="no room"):
        unpacked(tmp_path / "x.keras", tmp_path)


class Full:
    """A disk without room."""

    free = 1


@pytest.mark.parametrize(
    "promise",
    [
        f"{archive.MEMBERS['config.json'] // archive.MIB} MiB of `config.json`",
        f"{archive.MEMBERS['model.weights.h5'] // archive.GIB} GiB of weights",
        f"{archive.ASSETS // archive.MIB} MiB and {archive.WORDS:,} lines",
        f"more than {archive.SMALL // archive.MIB} MiB and {archive.EXPANSION} times",
        f"more than {text.MOST:,} values, brackets more than {text.DEEPEST} deep",
        f"over {declared.SPARE:,} weights more",
    ],
)
def test_the_limits_are_those_that_security_md_states(promise: str) -> None:
    page = (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
    assert promise in page
