"""The numbers in a file of weights are counted without being read."""

from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np
import pytest

from kitchen.errors import FileTruncated
from kitchen.files import weights


def stored(path: Path, **arrays: Any) -> Path:
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(f"layers/{name}/vars/0", data=array)
        file["layers"].attrs["name"] = "x" * 1000
    return path


def test_numbers_are_counted(tmp_path: Path) -> None:
    file = stored(
        tmp_path / "w.h5",
        float=np.ones((3, 4), "float32"),
        half=np.ones(5, "float16"),
        brain=np.ones(6, ml_dtypes.bfloat16),
        truth=np.ones(7, "bool"),
        step=np.int64(3),
        nothing=np.ones((0, 9)),
    )
    assert weights.check(file) == 12 + 5 + 6 + 7 + 1


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_breaks_off(part: float, tmp_path: Path) -> None:
    file = stored(tmp_path / "w.h5", big=np.ones(10_000))
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(FileTruncated):
        weights.check(file)
