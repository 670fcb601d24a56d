"""What the article says of the graphs that a `Model` can be."""

# A learner reads the checks, so what they define inside carries no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

import sys
from typing import Any

import numpy as np

from kitchen import backend
from kitchen.graph.linearity import explain
from kitchen.graph.reader import read
from kitchen.run.equivalence import equivalent
from kitchen.run.verdict import apart
from kitchen.teaching.claims.evidence import Evidence, Observation, refusal


def either_or() -> Evidence:
    """Sequential and Model are two different kinds of model."""
    keras: Any = backend.keras()
    layers = keras.layers

    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    functional = keras.Model(model.inputs, model.outputs)
    verdict = equivalent(model, functional)
    return Evidence(
        supports=(
            Observation(
                "A Sequential is not a `tf.keras.Model`.",
                not isinstance(model, keras.Model),
                f"isinstance(model, Model) is {isinstance(model, keras.Model)}.",
            ),
        ),
        refutes=(
            Observation(
                "From a Sequential's own tensors `Model` makes the same network.",
                bool(verdict) and functional.layers[-1] is model.layers[-1],
                f"{verdict.kind}; the layer in both is one object.",
            ),
        ),
    )


def made_by_calls() -> Evidence:
    """A `tf.keras.Model` is made by calling layers on tensors."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = keras.Input((4,))
    functional = keras.Model(x, layers.Dense(2)(x))

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    subclassed, stack = Own(), keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    forms = [read(model).form for model in (functional, subclassed, stack)]
    return Evidence(
        supports=(
            Observation(
                "`Model(inputs, outputs)` is one.",
                isinstance(functional, keras.Model) and forms[0] == "functional",
                f"a {forms[0]} model.",
            ),
        ),
        refutes=(
            Observation(
                "So are a class of one's own and a list, and no tensor was written for them.",
                isinstance(subclassed, keras.Model) and isinstance(stack, keras.Model),
                f"a {forms[1]} model and a {forms[2]} one.",
                condition="`Model` stands for the functional form, one of three",
            ),
        ),
    )


def acyclic() -> Evidence:
    """A Model is a directed graph without cycles."""
    keras: Any = backend.keras()
    layers = keras.layers
    ops = keras.ops

    x = keras.Input((4,))
    again = layers.Dense(4)
    early = again(x)
    late = again(early)
    graph = read(keras.Model(x, late))
    calls = [call for call in graph.body.calls if graph.layers[call.layer].kind == "layer"]
    backwards = refusal(lambda: keras.Model(late, early))

    doubled = ops.while_loop(lambda v: ops.max(v) < 100, lambda v: [2 * v], [x])[0]
    loop = keras.Model(x, doubled)
    rounds = [int(np.log2(loop(np.full((1, 4), n, "float32")).numpy()[0, 0] / n)) for n in (1, 50)]
    return Evidence(
        supports=(
            Observation(
                "A layer called on its own result makes a second call, not a circle.",
                len(calls) == 2,
                f"{len(calls)} calls.",
            ),
            Observation(
                "A model from a later tensor back to an earlier one is refused.",
                bool(backwards),
                backwards,
            ),
        ),
        refutes=(
            Observation(
                "One call may go round inside, as often as the data ask.",
                rounds[0] != rounds[1],
                f"{rounds[0]} rounds from 1 to 100, {rounds[1]} from 50.",
                condition="you look at the calls: inside one there may be a loop",
            ),
        ),
    )


def any_graph() -> Evidence:
    """Calls can build any graph without cycles."""
    keras: Any = backend.keras()
    layers = keras.layers

    rng = np.random.default_rng(0)
    some = rng.random((5, 4), dtype="float32")
    gaps = []
    for _ in range(10):
        tensors, values = [keras.Input((4,))], [some]
        for _ in range(6):  # each takes the sum of any of those before it
            count = rng.integers(1, len(tensors) + 1)
            chosen = rng.choice(len(tensors), count, replace=False)
            dense = layers.Dense(4)
            parts = [tensors[k] for k in chosen]
            tensors.append(dense(parts[0] if count == 1 else layers.Add()(parts)))
            values.append(sum(values[k] for k in chosen) @ dense.get_weights()[0])
        model = keras.Model(tensors[0], tensors[-1])
        found = model(some).numpy()
        gaps.append(float(np.abs(found - values[-1]).max() / np.abs(found).max()))

    limit = min(sys.getrecursionlimit(), 3_000)

    def long_chain():
        x = pixels = keras.Input((4,))
        again = layers.Identity()
        for _ in range(limit):
            x = again(x)
        return keras.Model(pixels, x)

    said = refusal(long_chain)
    return Evidence(
        supports=(
            Observation(
                "Random graphs are built, and give what the same sums give in NumPy.",
                max(gaps) < 1e-5,
                f"{len(gaps)} graphs; the outputs {apart(max(gaps))}.",
            ),
        ),
        refutes=(
            Observation(
                f"A chain of {limit:,} calls is refused: Keras follows it by recursion.",
                "RecursionError" in said,
                said,
                condition="no path in it comes near Python's recursion limit",
            ),
        ),
    )


def any_operation() -> Evidence:
    """Whatever TensorFlow does with tensors can be part of a functional model."""
    import tensorflow as tf

    keras: Any = backend.keras()

    class Sine(keras.layers.Layer):
        def call(self, x):
            return tf.sin(x)

    x = keras.Input((4,))
    some = np.random.default_rng(0).random((5, 4), dtype="float32")
    operations = keras.Model(x, keras.ops.sin(x[:, :2]))
    in_a_layer = keras.Model(x, Sine()(x))
    gap_1 = np.abs(operations(some).numpy() - np.sin(some[:, :2])).max()
    gap_2 = np.abs(in_a_layer(some).numpy() - np.sin(some)).max()
    said = refusal(lambda: tf.sin(x))
    return Evidence(
        supports=(
            Observation(
                "Slices and `keras.ops` take its tensors.",
                bool(gap_1 < 1e-6),
                f"a sine off by at most {gap_1:.0e}.",
            ),
            Observation(
                "A function of TensorFlow works inside a layer of one's own.",
                bool(gap_2 < 1e-6),
                f"a sine off by at most {gap_2:.0e}.",
            ),
        ),
        refutes=(
            Observation(
                "TensorFlow's own function refuses a tensor that `Input` made.",
                bool(said),
                said,
                condition="you take the function from `keras.ops`, or put it into a layer",
            ),
        ),
    )


def most_freedom() -> Evidence:
    """No way of building gives more freedom than the functional form."""
    keras: Any = backend.keras()
    layers = keras.layers
    ops = keras.ops

    def repeat(dense, x):
        """Call a layer until the largest number has reached 100."""
        return ops.while_loop(
            lambda v: ops.max(v) < 100, lambda v: [2 * v + ops.relu(dense(v))], [x]
        )[0]

    class Repeat(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(4)

        def call(self, x):
            return repeat(self.dense, x)

    some = np.ones((5, 4), dtype="float32")
    subclassed = Repeat()
    found = subclassed(some).numpy()
    x = keras.Input((4,))
    functional = keras.Model(x, repeat(subclassed.dense, x))
    owned = [len(model.trainable_weights) for model in (functional, subclassed)]
    return Evidence(
        supports=(
            Observation(
                "A functional model owns the weights of a layer that runs as often as data ask.",
                owned[0] == 2,
                f"{owned[0]} of 2 weights.",
            ),
        ),
        refutes=(
            Observation(
                "A class of one's own, with the same loop in its `call`, owns them.",
                owned[1] == 2 and bool(found.max() >= 100),
                f"{owned[1]} of 2 weights.",
            ),
        ),
    )


def famous() -> Evidence:
    """ResNets and Transformers show what the functional style is good for."""
    keras: Any = backend.keras()
    layers = keras.layers

    image = keras.Input((8, 8, 4))
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    x = layers.Add()([image, layers.Conv2D(4, 3, padding="same")(x)])
    resnet = keras.Model(image, layers.ReLU()(x), name="resnet_block")

    tokens = keras.Input((5, 8))
    seen = layers.MultiHeadAttention(num_heads=2, key_dim=4)(tokens, tokens)
    x = layers.LayerNormalization()(layers.Add()([tokens, seen]))
    x = layers.LayerNormalization()(layers.Add()([x, layers.Dense(8, activation="relu")(x)]))
    transformer = keras.Model(tokens, x, name="transformer_block")
    return Evidence(
        supports=tuple(
            Observation(
                f"A {model.name.replace('_', ' ')} is more than a plain list can say.",
                not explain(model).linear,
                f"{explain(model).verdict}",
            )
            for model in (resnet, transformer)
        ),
    )
