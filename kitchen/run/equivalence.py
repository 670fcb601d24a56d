"""Do two models compute the same thing? Checked by running both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from kitchen.errors import KitchenError
from kitchen.graph.matching import Match, match, owned
from kitchen.graph.reader import Bound, bind
from kitchen.run.inputs import ROWS, Unfit, Unknown, feed_both, is_half
from kitchen.run.probe import (
    Array,
    Arrays,
    distance,
    output_distance,
    present,
    projection,
    run,
    shaken,
)
from kitchen.run.verdict import Verdict

TOLERANCE = 1e-5  # of max(1, |value|): what float32 leaves of a sum taken in another order
HALF_TOLERANCE = 1e-2

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
        KitchenError: `map_weights` gives something that `b` does not take.

    >>> example = kitchen.examples.classifier
    >>> bool(kitchen.equivalent(example.sequential(), example.functional()))
    True
    """
    left, right = bind(a), bind(b)
    try:
        x, y = feed_both(left, right, map_inputs, np.random.default_rng(7))
    except Unknown as problem:
        return Verdict("undecided", str(problem))
    except Unfit as problem:
        return Verdict("different", str(problem))
    half = is_half(left) or is_half(right)
    pair = Pair(left, right, x, y, training, HALF_TOLERANCE if half else TOLERANCE)
    if map_weights is not None:
        return by_map(pair, map_weights)
    return by_match(pair, match(left.graph, right.graph))


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
        self, left: Mapping[str, Array], right: Mapping[str, Array], *, slopes: bool = False
    ) -> tuple[float, Arrays, Arrays]:
        """Run both with these weights; return how far outputs are apart, and both gradients."""
        project = projection(13) if slopes else None
        one, slopes_a = run(self.a, left, self.x, training=self.training, project=project)
        two, slopes_b = run(self.b, right, self.y, training=self.training, project=project)
        return output_distance(one, two), slopes_a, slopes_b

    def verdict(self) -> Callable[..., Verdict]:
        """Return the verdict's constructor with what all verdicts on this pair have in common."""
        return partial(Verdict, examples=ROWS, tolerance=self.tolerance)


def by_match(pair: Pair, found: Match) -> Verdict:
    """Judge by weights matched one for one."""
    now = pair.run(present(pair.a), present(pair.b))[0]
    size_a, size_b = pair.a.graph.count(), pair.b.graph.count()
    if found.how == "none":
        return unmatched(pair, found, now)
    left = shaken(pair.a, np.random.default_rng(11))
    right = present(pair.b) | {v: left[w] for w, v in found.weights.items()}
    outputs, slopes_a, slopes_b = pair.run(left, right, slopes=True)
    moved = {v: slopes_a[w] for w, v in found.weights.items() if w in slopes_a}
    gradients = distance(moved, slopes_b)
    judge = partial(
        pair.verdict(), outputs=outputs, gradients=gradients, present=now, matched=found.how
    )
    how = "matched by their place in the graph"
    if found.how == "order":
        how = f"matched by order ({found.obstacle})"
    if not np.isfinite(outputs + gradients):
        return Verdict("undecided", "outputs or gradients are not finite", matched=found.how)
    if max(outputs, gradients) <= pair.tolerance:
        fit = f"the same {size_a:,} parameters fit both" if size_a == size_b else "they agree"
        return judge("same family", f"{fit}, {how}")
    if outputs <= pair.tolerance:
        return judge("different", f"with equal weights, {how}, the gradients differ")
    if found.certain:
        return judge("different", f"with equal weights, {how}, the outputs differ")
    return judge(
        "undecided",
        f"with equal weights, {how}, the outputs differ, but another match might fit; map_weights "
        "can say which weight is which",
    )


def unmatched(pair: Pair, found: Match, now: float) -> Verdict:
    """Judge two models whose weights do not fit each other one for one."""
    a, b = pair.a.graph, pair.b.graph
    why = f"{found.obstacle} ({a.count():,} parameters against {b.count():,})"
    judge = partial(pair.verdict(), outputs=now, present=now)
    if now <= pair.tolerance:
        return judge("same function at these weights only", f"training can part them, as {why}")
    if found.certain:
        return judge("different", why)
    return judge(
        "undecided", f"{why}; map_weights can say which weight of one is which of the other"
    )


def by_map(pair: Pair, map_weights: MapWeights) -> Verdict:
    """Judge by the weights that the caller's function makes."""
    a, b = pair.a.graph, pair.b.graph
    left = shaken(pair.a, np.random.default_rng(11))
    right = present(pair.b) | carry(pair, map_weights, left)
    outputs, slopes_a, slopes_b = pair.run(left, right, slopes=True)
    judge = partial(pair.verdict(), outputs=outputs, matched="map_weights")
    if not np.isfinite(outputs):
        return Verdict("undecided", "the outputs are not finite", matched="map_weights")
    if outputs > pair.tolerance:
        return judge("different", "with the weights that map_weights makes, the outputs differ")
    if permutes(pair, map_weights):
        whole = {w: slopes_a.get(w, np.zeros(a.weights[w].shape)) for w in owned(a)}
        moved = carry(pair, map_weights, whole)
        gradients = distance({w: moved[w] for w in moved if w in slopes_b}, slopes_b)
        kind = "same family" if gradients <= pair.tolerance else "different"
        reason = f"map_weights puts each of the {a.count():,} parameters in one place"
        return judge(kind, reason, gradients=gradients)
    extra = "can become others too" if b.count() > a.count() else "ties them differently"
    return judge(
        "same function at these weights only",
        f"the model with {b.count():,} parameters can do all that the one with {a.count():,} can, "
        f"and {extra}",
    )


def carry(pair: Pair, map_weights: MapWeights, values: Mapping[str, Array]) -> Arrays:
    """Return the second model's weights by id, as `map_weights` makes them.

    Raises:
        KitchenError: They do not have the shapes of the second model's weights.
    """
    a, b = pair.a.graph, pair.b.graph
    made = [np.asarray(x) for x in map_weights([values[w] for w in owned(a)])]
    shapes, wanted = [x.shape for x in made], [b.weights[w].shape for w in owned(b)]
    if shapes != wanted:
        raise KitchenError(
            f"map_weights must return the weights of {b.name} as its get_weights() does.",
            received=f"the shapes {shapes}",
            fix=f"Return the shapes {wanted}.",
        )
    return dict(zip(owned(b), made, strict=True))


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
