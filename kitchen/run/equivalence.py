"""Do two models compute the same thing? Checked by running both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kitchen.backend import keras
from kitchen.errors import KitchenError, in_a_line
from kitchen.graph.matching import Match, match, match_states, owned
from kitchen.graph.reader import Bound, bind
from kitchen.run.inputs import Unfit, Unknown, called, feed_both, is_half
from kitchen.run.probe import Array, Arrays, alike, distance, drawn, present, projection, run
from kitchen.run.verdict import Verdict

TOLERANCE = 1e-5  # of max(1, |value|): what float32 leaves of a sum taken in another order
HALF_TOLERANCE = 1e-2
BY_HAND = "; map_weights can say which weight is which"

MapWeights = Callable[[list[Array]], list[Array]]


def equivalent(
    a: Any,
    b: Any,
    *,
    map_inputs: Callable[[Any], Any] | None = None,
    map_weights: MapWeights | None = None,
    training: bool = False,
) -> Verdict:
    """Check by running whether two models compute the same thing.

    Weights are matched by their place in the graph, given random values and run through both
    models on 32 random inputs. Outputs, and gradients of a fixed random projection of them, must
    agree within 1e-5 of max(1, |value|); 1e-2 where a model computes in 16 bits. Neither model
    changes.

    Args:
        a: A built `tf.keras.Model`.
        b: Another.
        map_inputs: Makes the input of `b` from the input of `a`; by default inputs are matched by
            name, else by position.
        map_weights: Makes the weights of `b`, as `b.set_weights` takes them, from those of `a`, as
            `a.get_weights` gives them.
        training: What layers are told about training; random layers then draw the same numbers
            where their seeds can be matched.

    Returns:
        The verdict; it is true as a boolean only if the models are the same family.

    Raises:
        BackendError: As for `read`.
        ModelError: As for `read`.
        KitchenError: `map_inputs` or `map_weights` fails or gives what `b` does not take.

    >>> example = kitchen.examples.classifier
    >>> bool(kitchen.equivalent(example.sequential(), example.functional()))
    True
    """
    left, right = bind(a), bind(b)
    try:
        x, y = feed_both(left, right, map_inputs, np.random.default_rng(7))
        half = is_half(left) or is_half(right)
        pair = Pair(left, right, x, y, training, HALF_TOLERANCE if half else TOLERANCE)
        if map_weights is not None:
            return by_map(pair, map_weights)
        return by_match(pair, match(left.graph, right.graph))
    except Unknown as problem:
        return Verdict("undecided", str(problem))
    except Unfit as problem:
        return Verdict("different", str(problem))


@dataclass(frozen=True)
class Pair:
    """Two models and the input that both are run on."""

    a: Bound
    b: Bound
    x: Any
    y: Any
    training: bool
    tolerance: float

    def run(
        self,
        left: Mapping[str, Array] | None = None,
        right: Mapping[str, Array] | None = None,
        *,
        slopes: bool = False,
    ) -> "Run":
        """Run both with these weights, or as they are.

        Raises:
            Unknown: One of them cannot be run on this input.
            Unfit: Their outputs have other shapes.
        """
        one, slopes_a = self.run_one(self.a, left, self.x, slopes)
        two, slopes_b = self.run_one(self.b, right, self.y, slopes)
        if (pieces := alike(one, two)) is None:
            shapes = [", ".join(str(x.shape) for x in side) for side in (one, two)]
            raise Unfit(f"one gives outputs of the shape {shapes[0]}, the other {shapes[1]}")
        outputs = distance(*(dict(enumerate(side)) for side in pieces))
        size = max((float(np.abs(x).max()) for side in pieces for x in side if x.size), default=0.0)
        return Run(outputs, size, slopes_a, slopes_b)

    def run_one(
        self, bound: Bound, values: Mapping[str, Array] | None, x: Any, slopes: bool
    ) -> tuple[list[Array], Arrays]:
        """Run one model; whatever it raises on random input is no verdict on it."""
        project = projection(13) if slopes else None
        try:
            return run(bound, values, x, training=self.training, project=project)
        except Exception as error:
            raise Unknown(
                f"{bound.graph.name} could not be run on this random input "
                f"({in_a_line(error, 100)})"
            ) from error

    def wavers(self, values: Mapping[str, Array]) -> bool:
        """Return whether the first model gives another result when it is run again."""
        one, two = (self.run_one(self.a, values, self.x, False)[0] for _ in range(2))
        return any(not np.array_equal(x, y, equal_nan=True) for x, y in zip(one, two, strict=True))

    def verdict(self) -> Callable[..., Verdict]:
        """Return the verdict's constructor with what all verdicts on this pair have in common."""
        rows = len(keras().tree.flatten(self.x)[0])
        return partial(Verdict, examples=rows, tolerance=self.tolerance)


@dataclass(frozen=True)
class Run:
    """What one run of both models gave.

    Args:
        outputs: How far the outputs are apart.
        size: The largest of them.
        slopes_a: The first model's gradients by weight id.
        slopes_b: The second's.
    """

    outputs: float
    size: float
    slopes_a: Arrays
    slopes_b: Arrays

    def too_small(self, tolerance: float) -> bool:
        """Return whether a difference within `tolerance` would say nothing, as all is so small."""
        return not self.size or self.outputs > min(1000 * tolerance, 0.1) * self.size


def by_match(pair: Pair, found: Match) -> Verdict:
    """Judge by weights matched one for one."""
    now = pair.run().outputs
    size_a, size_b = pair.a.graph.count(), pair.b.graph.count()
    if found.how == "none":
        return unmatched(pair, found, now)
    left = drawn(pair.a, np.random.default_rng(11))
    right = present(pair.b) | {v: left[w] for w, v in found.weights.items()}
    result = pair.run(left, right, slopes=True)
    moved = {v: result.slopes_a[w] for w, v in found.weights.items() if w in result.slopes_a}
    gradients = distance(moved, result.slopes_b, whole=True)
    judge = partial(
        pair.verdict(), outputs=result.outputs, gradients=gradients, present=now, matched=found.how
    )
    how = "matched by their place in the graph"
    if found.how == "order":
        how = f"matched by order ({found.obstacle})"
    if not np.isfinite(result.outputs + gradients):
        return Verdict("undecided", "outputs or gradients are not finite", matched=found.how)
    if result.outputs <= pair.tolerance:
        if result.too_small(pair.tolerance):
            return judge("undecided", "the outputs are too small to tell")
        if gradients <= pair.tolerance:
            fit = f"the same {size_a:,} parameters fit both" if size_a == size_b else "they agree"
            return judge("same family", f"{fit}, {how}")
    what = "outputs" if result.outputs > pair.tolerance else "gradients"
    differ = f"with equal weights, {how}, the {what} differ"
    if pair.wavers(left):
        return judge("undecided", f"{pair.a.graph.name} gives another result each time it is run")
    if found.certain and not unmatched_seeds(pair, found.weights):
        return judge("different", differ)
    return judge(
        "undecided",
        f"{differ}, but another match might fit{BY_HAND}",
    )


def unmatched_seeds(pair: Pair, matched: Mapping[str, str]) -> bool:
    """Return whether layers may draw other random numbers in the two models."""
    states = [*owned(pair.a.graph, state=True), *owned(pair.b.graph, state=True)]
    known = {*matched, *matched.values()}
    return pair.training and any(w not in known for w in states)


def unmatched(pair: Pair, found: Match, now: float) -> Verdict:
    """Judge two models whose weights do not fit each other one for one."""
    a, b = pair.a.graph, pair.b.graph
    why = f"{found.obstacle} ({a.count():,} parameters against {b.count():,})"
    judge = partial(pair.verdict(), outputs=now, present=now)
    if now <= pair.tolerance:
        return judge("same function at these weights only", f"training can part them, as {why}")
    if found.certain:
        return judge("different", why)
    return judge("undecided", f"{why}{BY_HAND}")


def by_map(pair: Pair, map_weights: MapWeights) -> Verdict:
    """Judge by the weights that the caller's function makes."""
    a, b = pair.a.graph, pair.b.graph
    left = drawn(pair.a, np.random.default_rng(11))
    states = match_states(a, b)
    right = present(pair.b) | {v: left[w] for w, v in states.items()}
    result = pair.run(left, right | carry(pair, map_weights, left), slopes=True)
    judge = partial(pair.verdict(), outputs=result.outputs, matched="map_weights")
    if not np.isfinite(result.outputs):
        return Verdict("undecided", "the outputs are not finite", matched="map_weights")
    if result.outputs > pair.tolerance:
        if pair.wavers(left) or unmatched_seeds(pair, states):
            return judge("undecided", "the outputs differ, and so they may from run to run")
        return judge("different", "with the weights that map_weights makes, the outputs differ")
    if result.too_small(pair.tolerance):
        return judge("undecided", "the outputs are too small to tell")
    if permutes(pair, map_weights):
        whole = {w: result.slopes_a.get(w, np.zeros(a.weights[w].shape)) for w in owned(a)}
        moved = carry(pair, map_weights, whole)
        slopes_b = result.slopes_b
        gradients = distance({w: moved[w] for w in moved if w in slopes_b}, slopes_b, whole=True)
        if not gradients <= pair.tolerance:
            return judge("different", "the outputs agree, but the gradients differ")
        reason = f"map_weights puts each of the {a.count():,} parameters in one place"
        return judge("same family", reason, gradients=gradients)
    extra = "can become others too" if b.count() > a.count() else "ties them differently"
    return judge(
        "same function at these weights only",
        f"the model with {b.count():,} parameters can do all that the one with {a.count():,} can, "
        f"and {extra}",
    )


def carry(pair: Pair, map_weights: MapWeights, values: Mapping[str, Array]) -> Arrays:
    """Return the second model's weights by id, as `map_weights` makes them.

    Raises:
        KitchenError: It fails, or they do not have the shapes of the second model's weights.
    """
    a, b = pair.a.graph, pair.b.graph
    made = called("map_weights", map_weights, [values[w].copy() for w in owned(a)])
    wanted = [b.weights[w].shape for w in owned(b)]
    try:
        arrays = [np.asarray(x) for x in made]
        shapes = [x.shape for x in arrays]
        numbers = all(x.dtype.kind in "fiub" for x in arrays)
    except (TypeError, ValueError):  # no list, or a ragged one
        shapes, numbers = [], False
    if shapes != wanted or not numbers:
        raise KitchenError(
            f"map_weights must return the weights of {b.name} as its get_weights() does.",
            received=f"the shapes {shapes}" if shapes else f"a {type(made).__name__}",
            fix=f"Return numbers in the shapes {wanted}.",
        )
    return dict(zip(owned(b), arrays, strict=True))


def permutes(pair: Pair, map_weights: MapWeights) -> bool:
    """Return whether a map of weights only puts the same numbers into other places."""
    total, labels = 0, {}
    for w in owned(pair.a.graph):
        shape = pair.a.graph.weights[w].shape
        size = int(np.prod(shape))
        labels[w] = np.arange(total + 1, total + size + 1, dtype="float64").reshape(shape)
        total += size
    placed = [x.ravel() for x in carry(pair, map_weights, labels).values()]
    joined = np.sort(np.concatenate([*placed, np.zeros(0)]))
    return bool(len(joined) == total and np.array_equal(joined, np.arange(1, total + 1)))
