"""What the article says of shared layers, and of its Example 3."""

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.examples import shared_layer
from kitchen.graph.linearity import explain
from kitchen.graph.reader import read
from kitchen.graph.sharing import sharing
from kitchen.run.equivalence import equivalent
from kitchen.teaching.claims.evidence import Evidence, Observation, refusal


def reuse() -> Evidence:
    """A Sequential can't use a layer more than once."""
    keras: Any = backend.keras()
    layers = keras.layers

    again = layers.Dense(8, activation="tanh")
    said = refusal(lambda: keras.Sequential([keras.Input((8,)), again, again]))
    twice = keras.Sequential([keras.Input((8,)), again, again])
    used = sharing(twice)
    some = np.random.default_rng(0).random((5, 8), dtype="float32")
    gap = np.abs(twice(some).numpy() - again(again(some)).numpy()).max()
    copy = keras.Sequential.from_config(twice.get_config())  # as saving and loading does
    return Evidence(
        supports=(
            Observation(
                "A list refuses a layer that it holds already.",
                bool(said),
                said or "nothing was said.",
            ),
            Observation(
                "Built again from its configuration, the list has lost the second use.",
                len(copy.layers) < len(twice.layers),
                f"{len(twice.layers)} layers before, {len(copy.layers)} after.",
            ),
        ),
        refutes=(
            Observation(
                "The list calls the layer twice, with one set of weights.",
                used.once < used.unshared and bool(gap < 1e-6),
                f"{used.once} parameters; {used.unshared} if each call had its own.",
            ),
        ),
    )


def one_object() -> Evidence:
    """A layer that is made by itself can serve several branches."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input((128,))
    shared = layers.Dense(64, activation="relu", name="shared")
    left, right = layers.Dense(32)(shared(x)), layers.Dense(32)(shared(x))
    model = keras.Model(x, [left, right])
    graph = read(model)
    calls = [call for call in graph.body.calls if graph.layers[call.layer].name == "shared"]
    owners = [layer for layer in model.layers if layer is shared]
    return Evidence(
        supports=(
            Observation(
                "One layer has two calls, and its weights count once.",
                len(owners) == 1 and len(calls) == 2,
                f"{len(owners)} layer with {shared.count_params():,} parameters, {len(calls)} "
                "calls.",
            ),
        ),
    )


def branches_in_a_list() -> Evidence:
    """Branches that share a layer can't be written directly as a Sequential."""
    said = refusal(shared_layer.attempt)
    network = shared_layer.functional()
    kinds = [obstacle.kind for obstacle in explain(network).obstacles]
    stack = shared_layer.sequential()  # Dense(64), then a model with two heads
    verdict = equivalent(network, stack)
    return Evidence(
        supports=(
            Observation("The layers of Example 3 in one list are refused.", bool(said), said),
            Observation(
                "It branches, and a plain list can't say that.",
                "branch" in kinds,
                f"what stops a list from it: {', '.join(kinds)}.",
            ),
        ),
        refutes=(
            Observation(
                "A list of two elements, of which the last has two heads, is the same network.",
                bool(verdict),
                f"{verdict.kind}; {stack.count_params():,} parameters each.",
                condition="every element is a plain layer",
            ),
        ),
    )


def efficient() -> Evidence:
    """A layer shared by branches saves parameters."""
    keras: Any = backend.keras()
    layers = keras.layers

    left, right = keras.Input((64,)), keras.Input((64,))
    shared = layers.Dense(32, activation="relu")
    both = layers.Concatenate()([shared(left), shared(right)])
    siamese = sharing(keras.Model([left, right], layers.Dense(1)(both)))
    example_3 = shared_layer.functional()
    used = sharing(example_3)

    x = keras.Input((128,))
    once = layers.Dense(64, activation="relu")(x)  # one call, its output used twice
    heads = [layers.Dense(32, activation="relu")(once) for _ in range(2)]
    single = keras.Model(x, [layers.Dense(1, activation="sigmoid")(head) for head in heads])
    verdict = equivalent(example_3, single)
    return Evidence(
        supports=(
            Observation(
                "On two inputs, one layer for both has fewer than one for each.",
                siamese.once < siamese.unshared,
                f"{siamese.once:,} parameters; {siamese.unshared:,} if each call had its own.",
            ),
            Observation(
                "Example 3 has fewer than with a layer for each branch.",
                used.once < used.unshared,
                f"{used.once:,} parameters; {used.unshared:,} if each call had its own.",
            ),
        ),
        refutes=(
            Observation(
                "In Example 3 a single call, its output used twice, is the same network.",
                bool(verdict),
                f"{verdict.kind}; {single.count_params():,} parameters.",
                condition="the calls read different tensors; on one tensor a single call will do",
            ),
        ),
    )


def same_input() -> Evidence:
    """In Example 3 both branches get the same input through the shared layer."""
    keras: Any = backend.keras()

    model = shared_layer.functional()
    graph = read(model)
    calls = [call for call in graph.body.calls if graph.layers[call.layer].name == "shared_dense"]
    sources = {edge.source for call in calls for edge in call.edges}
    branches = [model.get_layer(name).input for name in ("dense_1", "dense_2")]
    one, two = keras.Model(model.input, branches)(np.eye(128, dtype="float32"))
    return Evidence(
        supports=(
            Observation(
                "Both calls of the shared layer read one tensor.",
                len(calls) == 2 and len(sources) == 1,
                f"{len(calls)} calls, {len(sources)} tensor.",
            ),
            Observation(
                "So both branches get the same numbers.",
                np.array_equal(one.numpy(), two.numpy()),
                f"a largest difference of {np.abs(one.numpy() - two.numpy()).max():.0g}.",
            ),
        ),
    )


def two_objectives() -> Evidence:
    """With one input and two outputs, Example 3 can be trained for two objectives."""
    model = shared_layer.functional()
    model.compile("sgd", ["binary_crossentropy", "mse"], run_eagerly=True)
    rng = np.random.default_rng(0)
    targets = [rng.random((8, 1)), rng.random((8, 1))]
    losses = model.evaluate(rng.random((8, 128)), targets, verbose=0, return_dict=True)
    total = losses["output_1_loss"] + losses["output_2_loss"]
    return Evidence(
        supports=(
            Observation(
                "It has one input and two outputs.",
                len(model.inputs) == 1 and len(model.outputs) == 2,
                f"{len(model.inputs)} input, {len(model.outputs)} outputs.",
            ),
            Observation(
                "Each output takes a loss of its own, and their sum is what training lowers.",
                abs(losses["loss"] - total) < 1e-5,
                f"{losses['output_1_loss']:.2f} + {losses['output_2_loss']:.2f} = "
                f"{losses['loss']:.2f}.",
            ),
        ),
    )
