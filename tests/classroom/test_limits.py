"""The limits on a submission's time and memory, each in a process of its own."""

import subprocess
import sys
import time

import pytest

from kitchen.classroom import limits

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="the limits need a Unix")
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


@UNIX
def test_code_that_catches_every_exception_is_ended_all_the_same() -> None:
    code = "try:\n    while True: sum((1, 2))\nexcept Exception:\n    while True: sum((1, 2))"
    said = run(f"limits.start(0.2)\n{code}")
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1].endswith("TimeIsUp: stopped after 0.2 seconds")


@UNIX
def test_code_that_catches_everything_is_killed() -> None:
    code = "try:\n    while True: sum((1, 2))\nexcept BaseException:\n    while True: sum((1, 2))"
    assert run(f"limits.GRACE = 0.2\nlimits.start(0.2)\n{code}").returncode == -9


@UNIX
def test_a_limit_ends_with_its_block() -> None:
    with limits.within(0.3):
        pass
    time.sleep(0.5)
    with pytest.raises(limits.TimeIsUp), limits.within(0.3):
        time.sleep(5)


@UNIX
def test_each_cell_has_its_own_time() -> None:
    said = run(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "limits.each_cell(1)\n"
        "for cell in ('import time; time.sleep(0.6)', 'time.sleep(0.6)', 'time.sleep(9)', '1'):\n"
        "    print(type(shell.run_cell(cell).error_in_exec).__name__)\n"
    )
    lines = [line for line in said.stdout.splitlines() if line in ("NoneType", "TimeIsUp")]
    assert lines == ["NoneType", "NoneType", "TimeIsUp", "NoneType"], said.stdout + said.stderr
