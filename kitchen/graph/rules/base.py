"""What a rule of `lint` is, what it may look at, and what it says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from kitchen.errors import shorten
from kitchen.graph.compiled import CompileInfo, Loss
from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Shape
from kitchen.graph.reader import Bound
from kitchen.graph.rules.walk import Frame, Row, Step, row
from kitchen.graph.sharing import Path
from kitchen.graph.targets import Target
from kitchen.tables import printable

Need = Literal["model", "calls", "shapes", "compiled", "y"]

MISSING: Mapping[Need, str] = {
    "model": "the live model, and this is a graph as data",
    "calls": "a model whose calls can be read as a graph",
    "shapes": "a model that has been built, so that shapes are known",
    "compiled": "a model compiled with a loss that fits its outputs, and Keras's own training step",
    "y": "the targets: `lint(model, y)`",
}
LONGEST_NAME = 40


class Fault(NamedTuple):
    """What a rule has found.

    Args:
        happens: What Keras does, with this model's names and figures.
        fix: What to write instead.
        calls: The paths of the calls concerned.
        why: Why, where the rule's own reason does not fit.
    """

    happens: str
    fix: str
    calls: tuple[Path, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Subject:
    """A model under examination: read once, looked at by every rule.

    Args:
        graph: The model as data.
        bound: The live objects behind it; `None` where only the data are at hand.
        compiled: How it was compiled; `None` where it was not.
        targets: For each output, what is known of its targets; `None` where none were given.
        in_order: Whether the targets came as a list.
    """

    graph: ModelGraph
    bound: Bound | None = None
    compiled: CompileInfo | None = None
    targets: tuple[Target, ...] | None = None
    in_order: bool = False

    @cached_property
    def lacks(self) -> frozenset[Need]:
        """What rules may need and this model has not."""
        body, missing = self.body, set[Need]()
        if self.bound is None:
            missing.add("model")
        if not body.calls:
            missing |= {"calls", "shapes"}
        elif not any(port.tensor.shape is not None for port in body.outputs):
            missing.add("shapes")
        info = self.compiled
        if info is None or info.own_step or info.loss is None or self.losses is None:
            missing.add("compiled")
        if self.targets is None:
            missing.add("y")
        return frozenset(missing)

    @property
    def info(self) -> CompileInfo:
        """How the model was compiled; nothing in it where it was not."""
        return self.compiled or CompileInfo()

    @property
    def body(self) -> Body:
        """The calls of the outermost model."""
        return self.graph.body

    @cached_property
    def row(self) -> Row:
        """The model's calls in one row."""
        return row(self.graph)

    @cached_property
    def runs(self) -> dict[str, list[Frame]]:
        """For each model whose calls are known, the runs of its body."""
        found: dict[str, list[Frame]] = {}
        for frame in self.row.frames:
            found.setdefault(frame.owner, []).append(frame)
        return found

    @cached_property
    def calls(self) -> Mapping[str, Call]:
        """Every call by id."""
        return self.graph.calls

    def live(self, layer: Layer | str) -> Any:
        """Return the Keras object behind a layer; `None` where there is none."""
        key = layer if isinstance(layer, str) else layer.id
        return None if self.bound is None else self.bound.layers.get(key)

    def paths(self, owner: str, calls: Iterable[str]) -> tuple[Path, ...]:
        """Return the paths of calls inside one model, for every run of that model."""
        ids = list(dict.fromkeys(calls))
        return tuple((*run.path, x) for run in self.runs.get(owner, ()) for x in ids)

    def runs_of(self, layer: str) -> tuple[Path, ...]:
        """Return the paths of every run of a layer or model; none for the outermost model."""
        found = [run.path for run in self.runs.get(layer, ()) if run.call]
        return (*found, *(step.path for step in self.row.steps if step.layer.id == layer))

    @cached_property
    def losses(self) -> tuple[Loss | None, ...] | None:
        """The loss of each output; `None` where Keras would not accept what was given."""
        return None if self.compiled is None else self.compiled.losses(self.body)

    def end(self, k: int) -> Step:
        """Return the step that makes output `k`."""
        return self.row.steps[self.row.ends[k][0]]

    def output(self, k: int) -> str:
        """Return the name of output `k` in words."""
        port = self.body.outputs[k]
        if isinstance(self.body.output_structure, Mapping):
            return f"the output {quoted(port.key)}"
        return "the output" if len(self.body.outputs) == 1 else f"the output {quoted(port.layer)}"

    @cached_property
    def written_order(self) -> tuple[str, ...]:
        """The names of the outputs as they were written; Keras may take them by alphabet."""
        structure, outputs = self.body.output_structure, self.body.outputs
        if isinstance(structure, Mapping):
            return tuple(str(key) for key in structure)
        return tuple(port.layer for port in outputs)

    @cached_property
    def flat(self) -> bool:
        """Whether the outputs are one tensor, a plain list or a plain dict."""
        structure = self.body.output_structure
        inner = structure.values() if isinstance(structure, Mapping) else structure
        return isinstance(structure, int) or all(isinstance(x, int) for x in inner or ())


@dataclass(frozen=True)
class Rule:
    """One mistake that can be recognised.

    Args:
        code: Its stable name.
        title: What is wrong, in a few words.
        why: Why Keras does what it does.
        check: Looks for it.
        needs: What it needs to be able to look.
    """

    code: str
    title: str
    why: str
    check: Callable[[Subject], Iterable[Fault]] = field(repr=False)
    needs: tuple[Need, ...] = ()


def quoted(name: str) -> str:
    """Return a name that someone typed, to stand in a sentence."""
    return f"`{printable(shorten(name, LONGEST_NAME)).replace('`', chr(39))}`"


def names(graph_names: Sequence[str], most: int = 3) -> str:
    """Return names for a sentence: the first few, and how many more there are."""
    shown = [quoted(name) for name in list(dict.fromkeys(graph_names))]
    if len(shown) > most + 1:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sized(shape: Shape | None, batch: str = "n") -> str:
    """Return a shape in brackets, the batch as a letter."""
    if shape is None:
        return "(unknown)"
    rest = [batch, *("?" if n is None else str(n) for n in shape[1:])]
    return f"({', '.join(rest)}{',' if len(rest) == 1 else ''})"


def begin(text: str) -> str:
    """Return text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
