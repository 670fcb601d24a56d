"""What the article says of the functional form: what is stated, and what that is good for."""

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.graph.linearity import explain
from kitchen.run.equivalence import equivalent
from kitchen.teaching.claims.evidence import Evidence, Observation, refusal


def manner() -> Evidence:
    """The forms differ in how they state a graph, and in which graphs they can state."""
    keras: Any = backend.keras()
    layers = keras.layers

    as_list = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    x = keras.Input((4,))
    with_calls = keras.Model(x, layers.Dense(2)(layers.Dense(3)(x)))
    verdict = equivalent(as_list, with_calls)
    a, b = keras.Input((3,)), keras.Input((4,))
    two_inputs = keras.Model([a, b], layers.Concatenate()([a, b]), name="two_inputs")
    answer = explain(two_inputs)
    return Evidence(
        supports=(
            Observation(
                "A stack written in both ways is one and the same network.",
                bool(verdict),
                f"{verdict.kind}.",
            ),
            Observation(
                "There are graphs that calls can state and a plain list can't.",
                not answer.linear,
                answer.verdict,
            ),
        ),
    )


def explicit() -> Evidence:
    """In the functional form you state each connection: a layer is called on a tensor."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input((4,))
    first, second, never_called = layers.Dense(3), layers.Dense(2), layers.Dense(2)
    model = keras.Model(x, second(first(x)))
    said = refusal(lambda: second(first))
    return Evidence(
        supports=(
            Observation(
                "A layer that was made but not called is no part of the model.",
                never_called not in model.layers and not never_called.built,
                f"{sum(x in model.layers for x in (first, second, never_called))} of the 3 are in "
                "the model.",
            ),
            Observation("A layer called on a layer is refused.", bool(said), said),
        ),
    )


def symbolic_input() -> Evidence:
    """`Input` makes a tensor without numbers, and layers can be called on it."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input((4,))
    said = refusal(lambda: keras.ops.convert_to_numpy(x))
    y = layers.Dense(3)(x)
    return Evidence(
        supports=(
            Observation("It has a shape.", x.shape == (None, 4), f"{x.shape}."),
            Observation("It has no numbers.", bool(said), said),
            Observation(
                "A layer called on it gives another such tensor.",
                keras.backend.is_keras_tensor(y),
                f"{y.shape}.",
            ),
        ),
    )


def ends_define() -> Evidence:
    """A model's input and output tensors, given to `Model`, fix all that happens in between."""
    keras: Any = backend.keras()
    layers = keras.layers

    a, b = keras.Input((3,)), keras.Input((4,))
    hidden = layers.Dense(5, name="hidden")(a)
    aside = layers.Dense(6, name="aside")(hidden)
    model = keras.Model(a, layers.Dense(2, name="end")(hidden))
    names = [layer.name for layer in model.layers if layer.weights]
    said = refusal(lambda: keras.Model(a, layers.Concatenate()([aside, b])))
    return Evidence(
        supports=(
            Observation(
                "`Model` finds the calls on the way, and leaves out one that leads elsewhere.",
                names == ["hidden", "end"],
                f"{' and '.join(names)} are in the model.",
            ),
            Observation("An output that needs another input is refused.", bool(said), said),
        ),
    )


def four_at_once() -> Evidence:
    """A functional model may have several inputs, several outputs, skips and shared layers."""
    keras: Any = backend.keras()
    layers = keras.layers

    a, b = keras.Input((8,)), keras.Input((8,))
    shared = layers.Dense(8, activation="relu")
    code_a, code_b = shared(a), shared(b)
    skip = layers.Add()([a, code_a])
    both = layers.Concatenate()([skip, code_b])
    model = keras.Model([a, b], [layers.Dense(1)(both), layers.Dense(2)(code_b)])
    kinds = {obstacle.kind for obstacle in explain(model).obstacles}

    before = model.get_weights()
    rng = np.random.default_rng(0)
    model.compile("sgd", ["mse", "mse"], run_eagerly=True)
    model.train_on_batch(
        [rng.random((4, 8)), rng.random((4, 8))], [rng.random((4, 1)), rng.random((4, 2))]
    )
    moved = [not np.array_equal(x, y) for x, y in zip(before, model.get_weights(), strict=True)]
    return Evidence(
        supports=(
            Observation(
                "One model has all four.",
                {"inputs", "outputs", "skip", "shared"} <= kinds,
                f"what stops a list from it: {', '.join(sorted(kinds))}.",
            ),
            Observation(
                "A step of training changes every weight in it.",
                all(moved),
                f"{sum(moved)} of {len(moved)} changed.",
            ),
        ),
    )


def early_errors() -> Evidence:
    """With calls, a wrong shape comes to light sooner than with a list."""
    keras: Any = backend.keras()
    layers = keras.layers

    odd = layers.Dense(2, name="odd")
    odd.build((None, 5))  # its kernel has 5 rows; 3 numbers will arrive
    hidden = layers.Dense(3)(keras.Input((4,)))
    call = refusal(lambda: odd(hidden))
    bare = keras.Sequential([layers.Dense(3), odd])
    at_data = refusal(lambda: bare(np.ones((1, 4), dtype="float32")))
    with_input = refusal(lambda: keras.Sequential([keras.Input((4,)), layers.Dense(3), odd]))
    return Evidence(
        supports=(
            Observation("The call itself is refused, before there are data.", bool(call), call),
            Observation(
                "A list without `Input` is built, and fails only when data arrive.",
                bool(at_data),
                at_data,
            ),
        ),
        refutes=(
            Observation(
                "A list that begins with `Input` is refused as soon, before there are data.",
                bool(with_input),
                with_input,
                condition="the list does not begin with `Input`",
            ),
        ),
    )


def look_inside() -> Evidence:
    """With calls, every tensor on the way can be looked at, which makes a model easy to debug."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input((4,))
    hidden = layers.Dense(3)(x)
    model = keras.Model(x, layers.Dense(2)(hidden))
    middle = keras.Model(model.input, hidden)
    bare = keras.Sequential([layers.Dense(3, name="first"), layers.Dense(2)])
    said = refusal(lambda: bare.layers[0].output)
    stack = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    within = keras.Model(stack.inputs, stack.layers[0].output)
    return Evidence(
        supports=(
            Observation(
                "A model may end at any tensor of another model.",
                middle.output_shape == (None, 3),
                f"this one ends at {middle.output_shape}.",
            ),
            Observation(
                "In a list without `Input` there is no tensor to end at.", bool(said), said
            ),
        ),
        refutes=(
            Observation(
                "A list that begins with `Input` has such tensors, too.",
                within.output_shape == (None, 3),
                f"this one ends at {within.output_shape}.",
                condition="the list does not begin with `Input`",
            ),
        ),
    )


def programmatic() -> Evidence:
    """Building with calls is the more programmatic way."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = pixels = keras.Input((4,))
    for k in range(4):
        new = layers.Dense(4)(x)
        x = layers.Add()([x, new]) if k % 2 else new  # a skip around every second layer
    skips = [o for o in explain(keras.Model(pixels, x)).obstacles if o.kind == "skip"]
    stack = keras.Sequential([keras.Input((4,)), *(layers.Dense(4) for _ in range(4))])
    return Evidence(
        supports=(
            Observation(
                "A loop with an `if` decides where a skip goes.",
                len(skips) == 2,
                f"{len(skips)} skips.",
            ),
        ),
        refutes=(
            Observation(
                "A loop can make the layers of a list as well.",
                len(stack.layers) == 4 and explain(stack).linear,
                f"{len(stack.layers)} layers.",
                condition="the program decides about connections, not about layers alone",
            ),
        ),
    )
