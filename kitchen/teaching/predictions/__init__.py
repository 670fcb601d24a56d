"""The questions that lessons ask before they show a result, a file a lesson."""

import sys
from collections.abc import Callable
from typing import Any

from kitchen.teaching.by_lesson import ByLesson
from kitchen.teaching.question import Question

_FILES = ByLesson(sys.modules[__name__], "QUESTIONS", "question")

lessons = _FILES.lessons
questions: Callable[[str], dict[str, Question]] = _FILES.of
find: Callable[[Any], Question] = _FILES.find
