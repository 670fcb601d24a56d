"""Keep TensorFlow's start-up messages out of a lesson's first cell.

TensorFlow writes to file descriptor 2 while it is imported, before it reads `TF_CPP_MIN_LOG_LEVEL`;
Jupyter shows that as a red box. What it writes later respects the level.
"""

import contextlib
import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from types import ModuleType

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def install() -> None:
    """Make the coming import of TensorFlow silent, if it has not been imported yet.

    Whoever sets `TF_CPP_MIN_LOG_LEVEL` below 3 wants the messages and keeps them all. If the
    import raises, they appear as well; if it kills the process (a processor without AVX does),
    they are lost: set the level to 0 to see them.
    """
    if "tensorflow" in sys.modules or os.environ.setdefault(LEVEL, "3") != "3":
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds TensorFlow as Python does, and has its loader run with descriptor 2 set aside."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "tensorflow":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        loader = spec.loader

        def execute_quietly(module: ModuleType) -> None:
            del loader.exec_module  # back to the loader's own
            sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
            with _stderr_set_aside():
                loader.exec_module(module)

        # On the loader itself: a loader of ours would stay behind as `tensorflow.__loader__`.
        # Only here, as looking whether TensorFlow is installed finds it and imports nothing.
        loader.exec_module = execute_quietly  # type: ignore[method-assign]
        return spec


@contextlib.contextmanager
def _stderr_set_aside() -> Iterator[None]:
    """Drop what reaches descriptor 2 inside the block, unless the block raises."""
    try:
        aside = tempfile.TemporaryFile()
        kept = os.dup(2)
    except OSError:  # nowhere to put it; or no descriptor 2, as under pythonw on Windows
        kept = -1
    if kept < 0:
        yield
        return
    with aside:
        try:
            os.dup2(aside.fileno(), 2)
            yield
        except BaseException:
            aside.seek(0)
            os.write(kept, aside.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
