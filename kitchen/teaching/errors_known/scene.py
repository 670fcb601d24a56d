"""Where an error was raised: the frames of its traceback, Keras's calls in them, the learner's."""

import inspect
import re
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FrameType, TracebackType
from typing import Any

from kitchen.backend import keras
from kitchen.teaching.errors_known.learner import Line, line_of

LIBRARIES = ("site-packages", "dist-packages", sysconfig.get_paths()["stdlib"], "<frozen")
RUNS = ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")
WRAPPER = "error_handler"  # what Keras and TensorFlow wrap around a call, to shorten tracebacks


@dataclass(frozen=True)
class Step:
    """A frame of a traceback, and the instruction that was running."""

    frame: FrameType
    last: int

    @property
    def module(self) -> str:
        """The module that the code is of."""
        return str(self.frame.f_globals.get("__name__", ""))

    @property
    def name(self) -> str:
        """The function's name, with its class's."""
        return self.frame.f_code.co_qualname

    @property
    def names(self) -> Mapping[str, Any]:
        """The function's local names."""
        return self.frame.f_locals

    @property
    def owner(self) -> str:
        """The package that the code is of; empty for the learner's own code."""
        package = self.module.partition(".")[0]
        if package in {"keras", "tensorflow", "kitchen"}:
            return package
        file = self.frame.f_code.co_filename
        return package if any(x in file for x in LIBRARIES) else ""


@dataclass(frozen=True)
class Called:
    """A call that Keras wraps: of a layer, or of `fit` and the like.

    Args:
        name: The function's name.
        owner: The object whose method it is; `None` for a plain function.
        function: The function.
        args: Its arguments by place, without the object.
        kwargs: Its arguments by name.
    """

    name: str
    owner: Any
    function: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def get(self, argument: str) -> Any:
        """Return what an argument was given; `None` where it was not."""
        bound = inspect.signature(self.function).bind_partial(self.owner, *self.args, **self.kwargs)
        return bound.arguments.get(argument)


@dataclass(frozen=True)
class Scene:
    """An error, and everything in its traceback that tells its cause.

    Args:
        error: The error as it was shown.
        origin: The error as it was raised: Keras raises another one with more to read.
        steps: The frames, the outermost first.
        ends: The frames in which it was raised, as it is and as it was before.
    """

    error: BaseException
    origin: BaseException
    steps: tuple[Step, ...]
    ends: tuple[Step, ...]

    @classmethod
    def of(cls, error: BaseException) -> "Scene":
        """Return the scene of an error; the error is left as it is."""
        chain = [error]
        while (before := chain[-1].__context__) is not None and before not in chain:
            if not str(before) or str(before) not in str(chain[-1]):
                break
            chain.append(before)
        steps: dict[int, Step] = {}
        traces = [list(steps_of(found.__traceback__)) for found in chain]
        for step in (x for trace in traces for x in trace):
            steps.pop(id(step.frame), None)  # the inner error knows better where it belongs
            steps[id(step.frame)] = step
        ends = tuple(trace[-1] for trace in traces if trace)
        return cls(error, chain[-1], tuple(steps.values()), ends)

    @property
    def said(self) -> str:
        """What the error says, as it was raised."""
        return str(self.origin)

    def at(self, *names: str) -> Mapping[str, Any] | None:
        """Return the local names of the innermost Keras function of one of these names."""
        for step in reversed(self.steps):
            if step.owner == "keras" and step.name in names:
                return step.names
        return None

    def raised_in(self, *names: str) -> Mapping[str, Any] | None:
        """Return the local names of the function that raised it, if it has one of these names."""
        found = (x.names for x in self.ends if x.owner != "" and x.name in names)
        return next(found, None)

    @cached_property
    def calls(self) -> tuple[Called, ...]:
        """The calls that Keras wraps, the outermost first."""
        return tuple(
            called(step.names)
            for step in self.steps
            if step.owner == "keras" and step.name.endswith(WRAPPER) and "fn" in step.names
        )

    def call(self, *names: str) -> Called | None:
        """Return the outermost wrapped call of a function of one of these names."""
        return next((found for found in self.calls if found.name in names), None)

    @property
    def run(self) -> Called | None:
        """The call of `fit` or the like; `None` where there was none."""
        return self.call(*RUNS)

    @property
    def layer_call(self) -> Called | None:
        """The innermost call of a layer; `None` where none was called."""
        for found in reversed(self.calls):
            if found.name == "__call__" and isinstance(found.owner, keras().layers.Layer):
                return found
        return None

    @property
    def layer(self) -> Any:
        """The innermost layer that was called; `None` where none was."""
        found = self.layer_call
        return found.owner if found else None

    @property
    def model_call(self) -> Called | None:
        """The outermost call of a model: `fit` and the like, or the model itself."""
        for found in self.calls:
            if found.name in (*RUNS, "__call__") and isinstance(found.owner, keras().Model):
                return found
        return None

    @property
    def model(self) -> Any:
        """The outermost model that was run; `None` where none was."""
        found = self.model_call
        return found.owner if found else None

    @cached_property
    def learner(self) -> Step | None:
        """The learner's own frame that called the library."""
        found = None
        for step in self.steps:
            if step.owner in {"keras", "tensorflow"} and found is not None:
                break
            found = step if step.owner == "" else found
        return found

    @cached_property
    def inner(self) -> Step | None:
        """The innermost of the learner's own frames, such as a `call` that Keras runs."""
        return next((step for step in reversed(self.steps) if step.owner == ""), None)

    @cached_property
    def line(self) -> Line | None:
        """The learner's line that called the library; `None` where its source is not at hand."""
        return None if self.learner is None else line(self.learner)

    @cached_property
    def inner_line(self) -> Line | None:
        """The line of the innermost of the learner's own frames."""
        return None if self.inner is None else line(self.inner)

    def named(self, wanted: Any, otherwise: str) -> str:
        """Return the learner's variable that holds an object; a general name where none does."""
        for name, value in self.variables():
            if value is wanted:
                return name
        return otherwise

    def variables(self) -> Iterator[tuple[str, Any]]:
        """Yield the learner's variables with their values, the innermost first."""
        if self.learner is not None:
            frame = self.learner.frame
            for space in (frame.f_locals, frame.f_globals):
                yield from ((k, x) for k, x in list(space.items()) if not k.startswith("_"))

    def value(self, name: str) -> Any:
        """Return what a variable of the learner's stands for; `None` where there is none."""
        return next((value for found, value in self.variables() if found == name), None)

    def has(self, name: str) -> bool:
        """Return whether the learner has a variable of that name, a module say."""
        return any(name == found for found, _ in self.variables())

    @property
    def keras(self) -> str:
        """How the learner writes `keras`."""
        return "keras" if self.has("keras") else "tf.keras"

    @property
    def layers(self) -> str:
        """How the learner writes `keras.layers`."""
        return "layers" if self.has("layers") else f"{self.keras}.layers"

    def with_imports(self, code: str) -> str:
        """Return code with the imports that the learner has not made."""
        lacking = [
            text
            for name, text in (("np", "import numpy as np"), ("tf", "import tensorflow as tf"))
            if re.search(rf"(?<![\w.'\"]){name}\.", code) and not self.has(name)
        ]
        return "\n".join([*lacking, code])


def steps_of(trace: TracebackType | None) -> Iterator[Step]:
    """Yield the frames of a traceback, the outermost first."""
    while trace is not None:
        yield Step(trace.tb_frame, trace.tb_lasti)
        trace = trace.tb_next


def line(step: Step) -> Line | None:
    """Return the line that a frame was running."""
    return line_of(step.frame.f_code, step.last, step.frame.f_globals)


def called(names: Mapping[str, Any]) -> Called:
    """Return the call that a wrapper of Keras has in hand."""
    function, args, kwargs = names["fn"], tuple(names["args"]), names["kwargs"]
    if inspect.ismethod(function):
        return Called(function.__name__, function.__self__, function.__func__, args, kwargs)
    name = getattr(function, "__name__", "")
    is_method = "." in getattr(function, "__qualname__", "") and bool(args)
    if is_method:
        return Called(name, args[0], function, args[1:], kwargs)
    return Called(name, None, function, args, kwargs)
