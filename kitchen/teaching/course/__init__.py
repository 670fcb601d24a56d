"""The exercises of each lesson, a file a lesson."""

import sys
from collections.abc import Callable
from typing import Any

from kitchen.teaching.by_lesson import ByLesson
from kitchen.teaching.task import Task

_FILES = ByLesson(sys.modules[__name__], "TASKS", "exercise")

lessons = _FILES.lessons
tasks: Callable[[str], dict[str, Task]] = _FILES.of
find: Callable[[Any], Task] = _FILES.find
