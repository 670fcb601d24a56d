"""The kinds of exercises, and how each reads and checks an answer.

A check looks at the graph, at which variables are one, and at what a model computes on random
inputs. It never looks at the text of code, so every right answer passes in any form.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kitchen import backend
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import read
from kitchen.teaching.arrows import Arrow, arrows_of, quoted, shown
from kitchen.teaching.built import Built, built, differences, remarks
from kitchen.teaching.feedback import Feedback, but, not_yet
from kitchen.teaching.task import CodeFailed, Kind, Task, run

BLANK = "____"


def failed(error: BaseException) -> Feedback:
    """Return the feedback for code that raised."""
    cause: Any = error.__cause__ if isinstance(error, CodeFailed) else error
    if isinstance(cause, SyntaxError) and cause.text:
        line = f"Python does not understand the line `{cause.text.strip()}`: {cause.msg}."
        return Feedback("does not run", line, "error")
    return Feedback("does not run", in_a_line(cause, 200), "error")


@dataclass(frozen=True, kw_only=True)
class Build(Task):
    """A model is the answer: from a specification, a picture, or a model that needs repair.

    Args:
        given: Code that stands in the task, such as the broken model.
        pictured: Whether the task shows the picture of our model.
    """

    kind: Kind = "build"
    given: str = ""
    pictured: bool = False

    @cached_property
    def ours(self) -> Built:
        """Our model."""
        return Built(run(self.solution())["model"])

    def statement(self) -> str:
        """Return what to do, with the code that is given."""
        return super().statement() + (f"\n\n{self.fenced(self.given)}" if self.given else "")

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of a model, a function that builds one, or its code."""
        if answer is None or (isinstance(answer, str) and not answer.strip()):
            return not_yet("put your model in place of `None`, then run this cell again.")
        return self.judged(lambda: last_model(run(answer)) if isinstance(answer, str) else answer)

    def judged(self, model: Callable[[], Any]) -> Feedback:
        """Return what is to be said of the model that a function gives, or of what it raises."""
        try:
            return self.compare(built(model(), self.ours))
        except KitchenError as error:
            return but("no model", str(error))
        except Exception as error:
            return failed(error)

    def compare(self, yours: Built) -> Feedback:
        """Return what is to be said of a learner's model."""
        found = self.misunderstood(yours)
        if found is not None:
            return found
        for code, text in differences(yours, self.ours):
            return but(code, text)
        return Feedback("right", remarks(yours, self.ours))


def last_model(namespace: dict[str, Any]) -> Any:
    """Return the model that a piece of code assigned last; `None` if it assigned none."""
    kept = [x for x in namespace.values() if isinstance(x, backend.keras().Model)]
    return namespace.get("model", kept[-1] if kept else None)


@dataclass(frozen=True, kw_only=True)
class Blank(Build):
    """Code with one blank, `____`; the answer is what belongs there, as text.

    Args:
        code: The code; it assigns `model`.
    """

    kind: Kind = "blank"
    code: str

    @cached_property
    def ours(self) -> Built:
        """The model, with our answer in the blank."""
        return Built(self.filled_in(self.solution()))

    def statement(self) -> str:
        """Return what to do, with the code."""
        return f"{super().statement()}\n\n{self.fenced(self.code)}"

    def filled_in(self, answer: str) -> Any:
        """Return the model of the code with an answer in the blank."""
        return run(self.fill(self.code).replace(BLANK, answer))["model"]

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of the text that goes into the blank."""
        if answer is None or not str(answer).strip():
            return not_yet("write what belongs in the blank between the quotes.")
        return self.judged(lambda: self.filled_in(str(answer).strip()))

    def compare(self, yours: Built) -> Feedback:
        """Return what is to be said of the model of the filled code; its names are no remark."""
        found = super().compare(yours)
        return Feedback("right", "the code builds the network.") if found else found


@dataclass(frozen=True, kw_only=True)
class Arrows(Task):
    """The answer is the arrows of the code that is shown, a line each: `left -> shared`.

    Calls go by their layers' names; the calls of a layer that is called several times are
    numbered, as in `shared 1`, `shared 2`.

    Args:
        code: The code; it assigns `model`.
    """

    kind: Kind = "arrows"
    code: str

    @cached_property
    def graph(self) -> ModelGraph:
        """The graph of the code."""
        return read(run(self.fill(self.code))["model"])

    @cached_property
    def names(self) -> dict[str, str]:
        """By the id of each call, what an answer calls it."""
        graph, found = self.graph, {}
        for call in graph.body.calls:
            turns = graph.uses[call.layer]
            turn = f" {turns.index(call.id) + 1}" if len(turns) > 1 else ""
            found[call.id] = graph.layers[call.layer].name + turn
        return found

    @cached_property
    def arrows(self) -> set[Arrow]:
        """The arrows there are."""
        calls = self.graph.body.calls
        return {(self.names[e.source], self.names[call.id]) for call in calls for e in call.edges}

    def statement(self) -> str:
        """Return what to do, with the code."""
        return f"{super().statement()}\n\n{self.fenced(self.code)}"

    def solution(self) -> str:
        """Return the arrows, a line each."""
        lines = "\n".join(f"{a} -> {b}" for a, b in sorted(self.arrows))
        return f'arrows = """\n{lines}\n"""'

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of the arrows, which may also be pairs."""
        if not answer or (isinstance(answer, str) and not answer.strip()):
            return not_yet("write one arrow a line, such as `first -> second`.")
        given, unclear = arrows_of(answer)
        if unclear:
            return but("unclear", f"`{unclear}` is no arrow. Write one a line: `first -> second`.")
        known = set(self.names.values())
        for name in dict.fromkeys(x for arrow in sorted(given) for x in arrow):
            if name not in known:
                return but("unknown name", f"there is no `{name}` here: {self.known_as(name)}.")
        if (found := self.misunderstood(given)) is not None:
            return found
        missing, extra = sorted(self.arrows - given), sorted(given - self.arrows)
        if not missing and not extra:
            return Feedback("right", f"{len(given)} arrows, none missing and none too many.")
        said = []
        if missing:
            said.append(f"{shown(missing)} {'is' if len(missing) == 1 else 'are'} missing")
        if extra:
            turned = [arrow for arrow in extra if arrow[::-1] in self.arrows]
            if turned:
                return but("turned round", f"`{' -> '.join(turned[0])}` points the wrong way.")
            said.append(f"{shown(extra)} {'is' if len(extra) == 1 else 'are'} not there")
        return but("missing" if missing else "extra", f"{'; '.join(said)}.")

    def known_as(self, name: str) -> str:
        """Return what there is instead of a name that is not known."""
        calls = [x for x in self.names.values() if x.rpartition(" ")[0] == name]
        if calls:
            return f"that layer is called {len(calls)} times, as {quoted(calls)}"
        return f"the names are {quoted(self.names.values())}"


@dataclass(frozen=True)
class Distractor:
    """A line that does not belong.

    Args:
        line: The line.
        code: What is misunderstood by whoever takes it, as a short stable name.
        say: Why it does not belong; it may hold the variant's `$names`.
    """

    line: str
    code: str
    say: str


@dataclass(frozen=True, kw_only=True)
class Order(Build):
    """Lines in disorder, some of which do not belong; the answer is their letters in order.

    Args:
        lines: The lines that build the model, in an order that works.
        distractors: Lines that do not belong.
    """

    kind: Kind = "order"
    lines: tuple[str, ...]
    distractors: tuple[Distractor, ...]

    @cached_property
    def lettered(self) -> dict[str, str]:
        """Every line by its letter."""
        lines = [*self.lines, *(one.line for one in self.distractors)]
        random.Random(f"{self.key} {self.seed}").shuffle(lines)  # noqa: S311 - no secret
        return {chr(ord("A") + k): self.fill(line) for k, line in enumerate(lines)}

    @cached_property
    def ours(self) -> Built:
        """The model of the lines in our order."""
        return Built(run(self.fill("\n".join(self.lines)))["model"])

    def statement(self) -> str:
        """Return what to do, with the lines by their letters."""
        lines = "\n".join(f"{letter}  {line}" for letter, line in self.lettered.items())
        return f"{self.fill(self.text)}\n\n```text\n{lines}\n```"

    def solution(self) -> str:
        """Return the letters in our order."""
        letters = {line: letter for letter, line in self.lettered.items()}
        return f'order = "{" ".join(letters[self.fill(line)] for line in self.lines)}"'

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of the letters."""
        letters = list(re.sub(r"[^A-Za-z]", "", str(answer or "")).upper())
        if not str(answer or "").strip():
            return not_yet("write the letters in order between the quotes.")
        if not letters:
            return but("unclear", "write the letters of the lines in order, such as `B A C`.")
        for letter in letters:
            if letter not in self.lettered:
                return but("unknown letter", f"there is no line {letter}.")
            if letters.count(letter) > 1:
                return but("twice", f"line {letter} stands there twice; each is used once.")
        chosen = [self.lettered[letter] for letter in letters]
        for one in self.distractors:
            if (line := self.fill(one.line)) in chosen:
                letter = letters[chosen.index(line)]
                return but(one.code, self.fill(f"line {letter} does not belong: {one.say}"))
        return self.assemble(letters, chosen)

    def assemble(self, letters: list[str], chosen: list[str]) -> Feedback:
        """Run the chosen lines one after the other."""
        namespace: dict[str, Any] = {}
        for letter, line in zip(letters, chosen, strict=True):
            try:
                namespace = run(line, **namespace)
            except CodeFailed as error:
                if isinstance(error.__cause__, NameError):
                    name = error.__cause__.name
                    return but("too early", f"line {letter} uses `{name}`, which is not made yet.")
                return failed(error)
        if "model" not in namespace:
            return but("unfinished", "no line makes `model`.")
        try:
            return self.compare(built(namespace["model"], self.ours))
        except Exception as error:
            return failed(error)

    def compare(self, yours: Built) -> Feedback:
        """Return what is to be said of the assembled model."""
        for code, text in differences(yours, self.ours):
            return but(code, text)
        return Feedback("right", "the lines run in this order and build the network.")


@dataclass(frozen=True, kw_only=True)
class Pair(Task):
    """Two pieces of code that differ in little; the answer is a number for each.

    Args:
        codes: The two; each assigns `model`, or the number itself as `count`.
    """

    kind: Kind = "minimal pair"
    codes: tuple[str, str]

    @cached_property
    def counts(self) -> tuple[int, int]:
        """The two numbers, found by running the code."""
        return count_of(run(self.fill(self.codes[0]))), count_of(run(self.fill(self.codes[1])))

    def statement(self) -> str:
        """Return what to do, with both pieces of code."""
        pairs = zip("AB", self.codes, strict=True)
        parts = (self.fenced(f"# {name}\n{code.strip()}") for name, code in pairs)
        return f"{self.fill(self.text)}\n\n" + "\n\n".join(parts)

    def solution(self) -> str:
        """Return both numbers."""
        return f"counts = {self.counts}"

    def check(self, answer: Any) -> Feedback:
        """Return what is to be said of the two numbers."""
        if answer in (None, "") or (isinstance(answer, tuple | list) and None in answer):
            return not_yet("write a number for A and one for B.")
        try:
            given = tuple(int(x) for x in answer)
        except (TypeError, ValueError):
            return but("unclear", "write two numbers, such as `(100, 200)`.")
        if len(given) != 2:
            return but("unclear", "write two numbers, such as `(100, 200)`.")
        if given == self.counts:
            return Feedback("right", f"{self.counts[0]:,} and {self.counts[1]:,}.")
        if (found := self.misunderstood(given)) is not None:
            return found
        if given == self.counts[::-1]:
            return but("turned round", "these are the two numbers, the other way round.")
        wrong = [n for n, x, y in zip("AB", given, self.counts, strict=True) if x != y]
        if len(wrong) == 1:
            other = "B" if wrong == ["A"] else "A"
            return but(f"{wrong[0]} is wrong", f"{other} is right, {wrong[0]} is not.")
        return but("both wrong", "neither number is right.")


def count_of(namespace: dict[str, Any]) -> int:
    """Return the number that a piece of code is about."""
    return int(namespace["count"] if "count" in namespace else namespace["model"].count_params())
