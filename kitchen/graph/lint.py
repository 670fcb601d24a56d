"""Mistakes that Keras accepts without a word: found before they cost an evening."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any, overload

from kitchen.errors import in_a_line
from kitchen.graph.compiled import compile_info
from kitchen.graph.model_graph import ModelGraph
from kitchen.graph.reader import bind
from kitchen.graph.rules.base import MISSING, Fault, Rule, Subject
from kitchen.graph.rules.catalogue import RULES
from kitchen.graph.sharing import Path
from kitchen.graph.targets import targets
from kitchen.tables import printable

WIDTH = 96
NEVER = "whether the data are right, or the learning rate, or the size of the network"


@dataclass(frozen=True)
class Finding:
    """One mistake.

    Args:
        code: Its stable name, such as `"K101"`.
        title: What is wrong, in a few words.
        happens: What Keras does, with the model's own names and figures.
        why: Why it does that.
        fix: What to write instead.
        calls: The paths of the calls concerned, as `kitchen.draw(model, highlight=…)` takes them.
    """

    code: str
    title: str
    happens: str
    why: str
    fix: str
    calls: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """Return the finding as text."""
        parts = [self.happens, f"Why: {self.why}", f"Fix: {self.fix}"]
        return "\n".join(
            [printable(f"{self.code} {self.title}"), *(filled(x, "  ") for x in parts)]
        )

    def _repr_html_(self) -> str:
        return (
            f"<div><strong>{escape(self.code)} {marked(self.title)}</strong>"
            f"<p>{marked(self.happens)}</p><p>Why: {marked(self.why)}</p>"
            f"<p>Fix: {marked(self.fix)}</p></div>"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


@dataclass(frozen=True)
class Unchecked:
    """Rules that could not be applied, and why.

    Args:
        codes: Their names.
        why: What they lack, as a sentence's part.
    """

    codes: tuple[str, ...]
    why: str


@dataclass(frozen=True, repr=False)
class Findings(Sequence[Finding]):
    """What `lint` has found; empty where it found nothing.

    Args:
        model: The model's name.
        found: The findings, by code.
        checked: The names of the rules that were applied.
        unchecked: Those that were not, and why.
    """

    model: str
    found: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.found)

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, place: int | slice) -> Finding | tuple[Finding, ...]:
        """Return one finding, or several."""
        return self.found[place]

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each finding."""
        return tuple(finding.code for finding in self.found)

    @property
    def calls(self) -> tuple[Path, ...]:
        """The paths of all calls concerned."""
        return tuple(dict.fromkeys(path for finding in self.found for path in finding.calls))

    def summary(self) -> str:
        """Return in a sentence how many mistakes there are."""
        if not self.found:
            return f"{self.model}: nothing found."
        count = len(self.found)
        return f"{self.model}: {count} mistake{'s' if count > 1 else ''} found."

    def silence(self) -> str:
        """Return in sentences what was checked and what was not."""
        total = len(self.checked) + sum(len(x.codes) for x in self.unchecked)
        lines = [f"{len(self.checked)} of {total} rules checked."]
        lines += [f"Not checked: {', '.join(x.codes)}, {x.why}." for x in self.unchecked]
        return " ".join([*lines, f"No rule says {NEVER}."])

    def __str__(self) -> str:
        """Return all of it as text."""
        return "\n\n".join([filled(self.summary()), *map(str, self.found), filled(self.silence())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        found = "".join(finding._repr_html_() for finding in self.found)
        return (
            f"<div><p>{marked(self.summary())}</p>{found}<p><small>{marked(self.silence())}"
            "</small></p></div>"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def lint(model: Any, y: Any = None) -> Findings:
    """Look for mistakes that Keras accepts without a word; the model is left as it was.

    Args:
        model: A `tf.keras.Model`, built and compiled or not; or a `ModelGraph`. What it lacks,
            the rules that need it leave out, and the result says which.
        y: The targets as `fit` takes them: an array, or a list or dict of arrays where there are
            several outputs. Shapes, dtypes and ranges are looked at, nothing else. By default the
            rules about targets are left out.

    Returns:
        The findings; an empty sequence where nothing was found.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: `y` is nothing that `fit` takes for this model.

    >>> model = kitchen.examples.classifier.functional()
    >>> len(kitchen.lint(model))
    0
    """
    subject, trouble = subject_of(model, y)
    found: list[Finding] = []
    checked: list[str] = []
    left_out: dict[str, list[str]] = {}
    for rule in RULES:
        if lacking := [need for need in rule.needs if need in subject.lacks]:
            why = f"which need {MISSING[lacking[0]]}"
            if lacking[0] == "compiled" and trouble:
                why = f"as how the model was compiled could not be read ({trouble})"
            left_out.setdefault(why, []).append(rule.code)
            continue
        try:
            faults = list(rule.check(subject))
        except Exception as error:  # one rule on an unusual model must not silence the others
            left_out.setdefault(f"which failed ({in_a_line(error)})", []).append(rule.code)
            continue
        checked.append(rule.code)
        found += [finding(rule, fault) for fault in merged(faults)]
    unchecked = tuple(Unchecked(tuple(codes), why) for why, codes in left_out.items())
    return Findings(subject.graph.name, tuple(found), tuple(checked), unchecked)


def subject_of(model: Any, y: Any) -> tuple[Subject, str]:
    """Read a model and its targets once, for all rules.

    Returns:
        What the rules look at, and why compile state could not be read; empty where it could.
    """
    bound = None if isinstance(model, ModelGraph) else bind(model)
    graph = model if bound is None else bound.graph
    compiled, trouble = None, ""
    ignored: list[float | None] = []
    try:
        compiled = None if bound is None else compile_info(bound)
        losses = compiled.losses(graph.body) if compiled else None
        ignored = [loss.ignored if loss else None for loss in losses or ()]
    except Exception as error:  # one unusual model must not silence the rules about its graph
        trouble = in_a_line(error)
    names = compiled.output_names if compiled else ()
    seen = None if y is None else targets(y, graph.body, names, ignored)
    in_order = isinstance(y, list | tuple) and len(seen or ()) > 1
    return Subject(graph, bound, compiled, seen, in_order), trouble


def merged(faults: Sequence[Fault]) -> Iterator[Fault]:
    """Yield faults that say the same as one, with the calls of all."""
    said: dict[str, Fault] = {}
    for fault in faults:
        before = said.get(fault.happens)
        calls = fault.calls if before is None else before.calls + fault.calls
        said[fault.happens] = fault._replace(calls=tuple(dict.fromkeys(calls)))
    yield from said.values()


def finding(rule: Rule, fault: Fault) -> Finding:
    """Return what a rule has found, with its name and its reason."""
    why = fault.why or rule.why
    return Finding(rule.code, rule.title, fault.happens, why, fault.fix, fault.calls)


def filled(text: str, indent: str = "") -> str:
    """Return text in lines of at most 96 characters; what cannot be shown is replaced."""
    shown = printable(text)
    return fill(shown, WIDTH, initial_indent=indent, subsequent_indent=indent)


def marked(text: str) -> str:
    """Return text for HTML, what stands between backquotes as code."""
    pieces = escape(printable(text)).split("`")
    return "".join(f"<code>{x}</code>" if k % 2 else x for k, x in enumerate(pieces))
