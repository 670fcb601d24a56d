"""What the article says of a Sequential: what it is, and what it takes and gives."""

# A learner reads the checks, so what they define inside carries no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

import warnings
from typing import Any

import numpy as np

from kitchen import backend
from kitchen.run.equivalence import equivalent
from kitchen.teaching.claims.evidence import Evidence, Observation, refusal


def list_of_layers() -> Evidence:
    """A Sequential is made from a list of layers."""
    keras: Any = backend.keras()
    layers = keras.layers

    at_once = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    one_by_one = keras.Sequential()
    for layer in (keras.Input((4,)), layers.Dense(3), layers.Dense(2)):
        one_by_one.add(layer)
    verdict = equivalent(at_once, one_by_one)
    return Evidence(
        supports=(
            Observation(
                "The constructor builds a network from a list.",
                at_once.built,
                f"{len(at_once.layers)} layers with {at_once.count_params()} parameters.",
            ),
            Observation(
                "The same layers, added one by one, are the same network.",
                bool(verdict),
                f"{verdict.kind}.",
            ),
        ),
    )


def chain() -> Evidence:
    """In a Sequential each layer takes what the layer before it gave."""
    keras: Any = backend.keras()
    layers = keras.layers

    model = keras.Sequential(
        [keras.Input((8,)), layers.Dense(6, activation="relu"), layers.Dense(4), layers.Dense(2)]
    )
    x = np.random.default_rng(0).random((5, 8), dtype="float32")
    by_hand = keras.ops.convert_to_tensor(x)
    for layer in model.layers:
        by_hand = layer(by_hand)
    gap = np.abs(model(x).numpy() - by_hand.numpy()).max()
    return Evidence(
        supports=(
            Observation(
                "Its layers, called by hand one after the other, give what the model gives.",
                bool(gap < 1e-6),
                f"a largest difference of {gap:.1g}.",
            ),
        ),
    )


def ends_implied() -> Evidence:
    """Nobody writes down where a Sequential begins and ends: it follows from the list."""
    keras: Any = backend.keras()
    layers = keras.layers

    bare = keras.Sequential([layers.Dense(3), layers.Dense(2)], name="bare")
    said = refusal(lambda: bare.inputs)
    bare(np.ones((5, 4), dtype="float32"))
    pixels = keras.Input((4,), name="pixels")
    stated = keras.Sequential([pixels, layers.Dense(3), layers.Dense(2)])
    return Evidence(
        supports=(
            Observation("A list of layers alone has no input tensor.", bool(said), said),
            Observation(
                "Its first call decides what it takes.",
                tuple(bare.layers[0].kernel.shape) == (4, 3),
                f"after a call on rows of 4 numbers its first kernel is "
                f"{tuple(bare.layers[0].kernel.shape)}.",
            ),
        ),
        refutes=(
            Observation(
                "A tensor made by `Input` may stand first in the list, and is then the input.",
                stated.inputs[0] is pixels,
                f"{pixels.name}, {pixels.shape}.",
                condition="the list has no `Input`",
            ),
        ),
    )


def input_shape() -> Evidence:
    """With `input_shape` on its first layer, a Sequential gets its input tensor."""
    keras: Any = backend.keras()
    layers = keras.layers

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        older = keras.Sequential([layers.Dense(64, input_shape=(784,)), layers.Dense(10)])
    said = str(caught[0].message).partition(". ")[0] if caught else "nothing"
    newer = keras.Sequential([keras.Input((784,)), layers.Dense(64), layers.Dense(10)])
    verdict = equivalent(older, newer)
    return Evidence(
        supports=(
            Observation(
                "It has an input tensor at once, without any data.",
                older.built and older.inputs[0].shape == (None, 784),
                f"{older.inputs[0].shape}. Keras warns: {said}.",
            ),
            Observation(
                "With `Input` first, which Keras prefers, it is the same network.",
                bool(verdict),
                f"{verdict.kind}.",
            ),
        ),
    )


def later_layers() -> Evidence:
    """The layers after the first need not be told what they will get."""
    keras: Any = backend.keras()
    layers = keras.layers

    model = keras.Sequential([keras.Input((784,)), layers.Dense(64), layers.Dense(10)])
    rows = [layer.kernel.shape[0] for layer in model.layers]
    return Evidence(
        supports=(
            Observation(
                "Each kernel has as many rows as the numbers that arrive.",
                rows == [784, 64],
                f"{rows[0]} and {rows[1]} rows.",
            ),
        ),
    )


def input_layer() -> Evidence:
    """The first `Dense` of Example 1 is its input layer."""
    keras: Any = backend.keras()
    layers = keras.layers

    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    first = model.layers[0]
    return Evidence(
        supports=(
            Observation(
                "The first of `model.layers` is an `InputLayer`.",
                isinstance(first, layers.InputLayer),
                f"a {type(first).__name__} with {first.count_params():,} parameters.",
            ),
        ),
        refutes=(
            Observation(
                "It is the hidden layer: what it takes is the model's input tensor.",
                first.input is model.inputs[0] and first.output is not model.outputs[0],
                f"it takes {first.input.shape} and gives {first.output.shape}.",
            ),
        ),
    )


def one_input() -> Evidence:
    """A Sequential has one input and no more."""
    keras: Any = backend.keras()
    layers = keras.layers

    second = refusal(
        lambda: keras.Sequential(
            [keras.Input((3,)), layers.Dense(2), keras.Input((4,))], name="two_inputs"
        )
    )
    a, b = keras.Input((3,)), keras.Input((4,))
    meet = keras.Model([a, b], layers.Concatenate()([a, b]))
    starts_with_model = keras.Sequential([meet, layers.Dense(2)])
    starts_with_merge = keras.Sequential([layers.Concatenate(), layers.Dense(2)])
    x, y = np.ones((5, 3), dtype="float32"), np.ones((5, 4), dtype="float32")

    def change(model):
        """Return how much the output changes with the second input."""
        return np.abs(model([x, y]).numpy() - model([x, 2 * y]).numpy()).max()

    return Evidence(
        supports=(Observation("A second `Input` in the list is refused.", bool(second), second),),
        refutes=(
            Observation(
                "A list may begin with a model of two inputs, and then takes both.",
                bool(change(starts_with_model) > 0),
                f"doubling the second input changes the output by {change(starts_with_model):.2f}.",
                condition="no element is itself a model with several inputs",
            ),
            Observation(
                "A list without `Input` may begin with `Concatenate`, and then takes two arrays.",
                bool(change(starts_with_merge) > 0),
                f"doubling the second array changes the output by {change(starts_with_merge):.2f}.",
                condition="the list begins with `Input`",
            ),
        ),
    )


def one_output() -> Evidence:
    """A Sequential has one output and no more."""
    keras: Any = backend.keras()
    layers = keras.layers

    said = refusal(
        lambda: keras.Sequential([keras.Input((4,)), [layers.Dense(1), layers.Dense(2)]])
    )
    code = keras.Input((8,))
    heads = keras.Model(code, [layers.Dense(1)(code), layers.Dense(2)(code)])
    forked = keras.Sequential([keras.Input((4,)), layers.Dense(8), heads])
    shapes = [tensor.shape for tensor in forked.outputs]
    states = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3, return_state=True)])
    return Evidence(
        supports=(Observation("Two layers side by side are refused.", bool(said), said),),
        refutes=(
            Observation(
                "A list may end in a model with two outputs, and then gives both.",
                len(shapes) == 2,
                f"outputs {', '.join(map(str, shapes))}.",
                condition="no element gives several tensors",
            ),
            Observation(
                "A list may end in an `LSTM` that gives its states as well, and then gives three.",
                len(states.outputs) == 3,
                f"{len(states.outputs)} outputs.",
                condition="no element gives several tensors",
            ),
        ),
    )


def feed_forward() -> Evidence:
    """A Sequential is for networks in which everything flows forward."""
    keras: Any = backend.keras()
    layers = keras.layers

    forward = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    recurrent = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)])
    x = np.ones((1, 5, 2), dtype="float32")
    earlier = x.copy()
    earlier[:, 0] = 2  # another first step
    change = np.abs(recurrent(x).numpy() - recurrent(earlier).numpy()).max()
    return Evidence(
        supports=(
            Observation(
                "A stack of `Dense` layers is one.",
                forward.built,
                f"{len(forward.layers)} layers.",
            ),
        ),
        refutes=(
            Observation(
                "A list may hold an `LSTM`, which feeds its own state back at every step.",
                bool(change > 0),
                f"another first step changes what comes out after the fifth by {change:.2g}.",
                condition="you look at the way between the layers: inside one there may be a loop",
            ),
        ),
    )
