"""Recipes for random models: plain data that Hypothesis draws and shrinks."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.random_layers import EXTRAS, LAYERS, MERGES, OPERATIONS, PAIRS

INPUTS = ("vector", "sequence", "image", "words", "half", "open")
SPECIAL = (
    *("embedding", "attention", "recurrent", "spread", "scaled", "tied", "subclass"),
    *("again", "part"),
)
KINDS = ("dense", *LAYERS, *OPERATIONS, *PAIRS, *3 * (*SPECIAL, *MERGES), *3 * ("again", "part"))
PLAIN = ("dense", "again", "part", "add", "mix", "activation")
NAMINGS = ("given", "automatic", "odd", "misleading")
ODD = ("class", "keras", "layers", "build", "x", "1st", "a b", "a-b", "a_b", "é", 'q"', "f'{x}'")


class Step(NamedTuple):
    """What is done next.

    `x` and `y` pick tensors (`y` also what is called again), `n` among a kind's settings.
    """

    kind: str = "dense"
    x: int = 0
    y: int = 0
    n: int = 0
    extra: str = ""

    def __repr__(self) -> str:
        return shown(self)


class Part(NamedTuple):
    """A model that other steps call; it takes the shapes of what it is called on first."""

    form: str = "functional"  # or "sequential", "two inputs", "dict"
    steps: tuple[Step, ...] = ()
    ends: tuple[int, ...] = (0,)
    borrows: bool = False  # whether it may call the layers of the model around it

    def __repr__(self) -> str:
        return shown(self)


class Recipe(NamedTuple):
    """A whole model.

    `structure` is how its inputs and outputs are given; `whole` makes one more output of all that
    nothing takes, so that no step is lost.
    """

    inputs: tuple[str, ...] = ("vector",)
    steps: tuple[Step, ...] = ()
    ends: tuple[int, ...] = (0,)
    parts: tuple[Part, ...] = ()
    structure: str = "list"
    naming: str = "given"
    whole: bool = False

    def __repr__(self) -> str:
        return shown(self)


def shown(thing: Any) -> str:
    """Write a named tuple without what is as by default."""
    usual = thing._field_defaults
    given = [f"{key}={v!r}" for key, v in thing._asdict().items() if v != usual[key]]
    return f"{type(thing).__name__}({', '.join(given)})"


def steps(kinds: Sequence[str], most: int) -> st.SearchStrategy[tuple[Step, ...]]:
    """Steps of these kinds."""
    pick = st.integers(0, 60)
    extra = st.sampled_from(["", "", "", "", "", "off", *EXTRAS])
    step = st.tuples(st.sampled_from(kinds), pick, pick, pick, extra).map(lambda t: Step(*t))
    # A list of short lists is longer than a list would be, and shrinks as well.
    some = st.lists(step, min_size=1, max_size=min(most, 9))
    return st.lists(some, min_size=1, max_size=-(-most // 6)).map(
        lambda lists: tuple(step for some in lists for step in some)
    )


def recipes(most: int = 12, kinds: Sequence[str] = PLAIN) -> st.SearchStrategy[Recipe]:
    """Recipes for models of up to `most` steps in each of its parts."""
    ends = st.lists(st.integers(0, 60), min_size=1, max_size=3).map(tuple)
    rich = kinds is not PLAIN
    forms = ("functional", "sequential", "two inputs", "dict")
    part = st.tuples(
        st.sampled_from(forms if rich else forms[:1]),
        steps(kinds, min(most, 6)),
        ends if rich else st.just((0,)),
        st.booleans() if rich else st.just(False),
    ).map(lambda t: Part(*t))
    return st.tuples(
        st.lists(st.sampled_from(INPUTS if rich else INPUTS[:1]), min_size=1, max_size=3).map(
            tuple
        ),
        steps(kinds, most),
        ends,
        st.lists(part, max_size=2).map(tuple),
        st.sampled_from(("list", "dict", "nested") if rich else ("list",)),
        st.sampled_from(NAMINGS if rich else NAMINGS[:1]),
        st.sampled_from((False, True, True)) if rich else st.just(False),
    ).map(lambda t: Recipe(*t))


def rich(most: int = 30) -> st.SearchStrategy[Recipe]:
    """Recipes with all that models may have."""
    return recipes(most, KINDS)
