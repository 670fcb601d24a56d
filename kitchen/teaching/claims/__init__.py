"""Every claim of the article, tested by running Keras."""

from collections.abc import Callable, Mapping
from types import MappingProxyType, SimpleNamespace

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line, shorten
from kitchen.rewrite.building import untouched
from kitchen.teaching.claims import calls, choice, graphs, lists, sharing, skips, summaries
from kitchen.teaching.claims.evidence import Evidence, Observation, Verdict
from kitchen.teaching.claims.results import Claim, Claims, Result

__all__ = ["ABOUT", "Claim", "Claims", "Evidence", "Observation", "Result", "Verdict", "claims"]

ABOUT: Mapping[str, tuple[Callable[[], Evidence], ...]] = MappingProxyType(
    {
        "the two forms": (
            graphs.either_or,
            graphs.made_by_calls,
            calls.manner,
        ),
        "a list": (
            lists.list_of_layers,
            lists.chain,
            lists.ends_implied,
            lists.later_layers,
            lists.input_shape,
            lists.input_layer,
            lists.feed_forward,
        ),
        "what a list can't": (
            lists.one_input,
            lists.one_output,
            skips.residual,
            skips.unet,
            sharing.reuse,
            sharing.branches_in_a_list,
        ),
        "calls": (
            calls.symbolic_input,
            calls.explicit,
            calls.ends_define,
            calls.four_at_once,
            graphs.acyclic,
            graphs.any_graph,
            graphs.any_operation,
            graphs.most_freedom,
        ),
        "sharing": (
            sharing.one_object,
            sharing.same_input,
            sharing.efficient,
            sharing.two_objectives,
        ),
        "work": (
            summaries.summary_counts,
            summaries.summary_flow,
            calls.early_errors,
            calls.look_inside,
            calls.programmatic,
            choice.more_code,
        ),
        "the choice": (
            choice.harder_tasks,
            choice.complexity,
            graphs.famous,
        ),
    }
)


def claims(*keys: str) -> Claims:
    """Test the article's claims: each by code that runs now, in the Keras that is installed.

    Args:
        *keys: The claims to test, such as `"reuse"`; by default all of them, which takes some
            seconds.

    Returns:
        The results, one a claim, which show themselves as a table. One is taken out by its key or
        its place: `kitchen.claims()["reuse"]`; it shows what was looked for and what was seen, and
        its `.code` is the code of its test. Names that Keras gives and random numbers are left as
        they were.

    Raises:
        KitchenError: There is no claim of that name.

    >>> result = kitchen.claims("reuse")["reuse"]
    >>> print(result.says, result.verdict)
    A Sequential can't use a layer more than once. does not hold
    """
    known = all_claims()
    wanted = dict.fromkeys(keys) or known
    if unknown := [key for key in wanted if key not in known]:
        raise KitchenError(
            "There is no such claim.",
            received=shorten(repr(unknown[0]), 80),
            fix="kitchen.claims() shows all of them, each with its key.",
        )
    keras().backend.get_uid("claim")  # makes Keras's counters for names, which are put back
    with untouched(SimpleNamespace()):
        return Claims(tuple(result_of(known[key]) for key in wanted), keras().__version__)


def all_claims() -> dict[str, Claim]:
    """Return every claim by its key, in the order of the table."""
    checks = [(about, check) for about, group in ABOUT.items() for check in group]
    return {
        check.__name__: Claim(number, about, check)
        for number, (about, check) in enumerate(checks, start=1)
    }


def result_of(claim: Claim) -> Result:
    """Run a claim's check; one that fails, in another Keras perhaps, leaves the claim undecided."""
    try:
        return Result(claim, claim.check())
    except Exception as error:
        failed = Observation("The test ran to its end.", False, in_a_line(error))
        return Result(claim, Evidence((failed,)))
