"""The limits on what a submission may take, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory needs Linux")


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run code after this project's limits are imported."""
    whole = f"from kitchen.classroom import limits\n{code}"
    return subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, timeout=60)


@LINUX
def test_what_asks_for_too_much_memory_gets_an_error_and_goes_on() -> None:
    said = run(
        "limits.memory(0.5)\n"
        "try:\n    bytearray(10 * 2**30)\nexcept MemoryError:\n    print('refused')\n"
        "limits.memory(4)\n"
        "try:\n    bytearray(2**30)\nexcept MemoryError:\n    print('and no way back')\n"
        "bytearray(2**20)\n"
    )
    assert said.stdout == "refused\nand no way back\n", said.stderr
    assert said.returncode == 0


PROGRAM = """
import os
from kitchen.classroom.confined import Limits, run
print("run", flush=True)
if __name__ == "__main__":
    print(run(os.getcwdb, limits=Limits()).how)
"""


def test_a_process_does_not_run_the_program_that_started_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    words = [sys.executable, str(program)]
    said = subprocess.run(words, capture_output=True, text=True, timeout=280)
    assert said.stdout == "run\nanswered\n", said.stderr
