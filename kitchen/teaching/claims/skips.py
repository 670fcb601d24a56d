"""What the article says of networks with skips: can a Sequential be one?"""

# A learner reads the checks, so what they define inside carries no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

import numpy as np

from kitchen import backend
from kitchen.rewrite.convert import convert
from kitchen.run.equivalence import equivalent
from kitchen.teaching.claims.evidence import Evidence, Observation, refusal


def residual() -> Evidence:
    """A residual network can't, or can hardly, be written with Sequential alone."""
    keras: Any = backend.keras()
    layers = keras.layers

    x = pixels = keras.Input((8,))
    for _ in range(2):
        x = layers.Add()([x, layers.Dense(8, activation="relu")(x)])
    network = keras.Model(pixels, layers.Dense(3)(x))
    listed = refusal(lambda: keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Add()]))
    blocks = convert(network, "sequential", wrap=True)
    verdict = equivalent(network, blocks)

    # Plain layers can carry x along as relu(x) − relu(−x), beside what the skip goes around.
    kernel_1, bias_1, kernel_2, bias_2, kernel_3, bias_3 = network.get_weights()
    one = np.eye(8)
    back = np.concatenate([one, -one, one])
    wide = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(24, activation="relu"),
            layers.Dense(24, activation="relu"),
            layers.Dense(3),
        ]
    )
    wide.set_weights(
        [
            np.concatenate([one, -one, kernel_1], axis=1),
            np.concatenate([0 * bias_1, 0 * bias_1, bias_1]),
            back @ np.concatenate([one, -one, kernel_2], axis=1),
            np.concatenate([0 * bias_2, 0 * bias_2, bias_2]),
            back @ kernel_3,
            bias_3,
        ]
    )
    some = np.random.default_rng(0).standard_normal((20, 8)).astype("float32")
    gap = np.abs(network(some).numpy() - wide(some).numpy()).max()
    return Evidence(
        supports=(Observation("An `Add` in a list is refused.", bool(listed), listed),),
        refutes=(
            Observation(
                "A list of blocks, small models that branch inside, is the same network.",
                bool(verdict),
                f"{verdict.kind}; {len(blocks.layers)} elements.",
                condition="every element is a plain layer",
            ),
            Observation(
                "A list of plain `Dense` layers can compute the same, with more weights.",
                bool(gap < 1e-5),
                f"a largest difference of {gap:.0e}; {wide.count_params()} parameters instead of "
                f"{network.count_params()}.",
                condition="you want the network itself, not a wider one that can imitate it",
            ),
        ),
    )


def unet() -> Evidence:
    """A U-Net can't, or can hardly, be written with Sequential alone."""
    keras: Any = backend.keras()
    layers = keras.layers

    def conv(filters):
        return layers.Conv2D(filters, 3, padding="same", activation="relu")

    image = keras.Input((8, 8, 1))
    fine = conv(4)(image)
    middle = conv(8)(layers.MaxPooling2D()(fine))
    coarse = conv(8)(layers.MaxPooling2D()(middle))
    up = conv(8)(layers.Concatenate()([middle, layers.UpSampling2D()(coarse)]))
    up = layers.Concatenate()([fine, layers.UpSampling2D()(up)])
    network = keras.Model(image, layers.Conv2D(1, 1)(up))

    listed = refusal(
        lambda: keras.Sequential([keras.Input((8, 8, 1)), conv(4), layers.Concatenate()])
    )

    class Skip(keras.layers.Layer):
        def __init__(self, *inner):
            super().__init__()
            self.inner = keras.Sequential(inner)

        def call(self, x):
            return keras.ops.concatenate([x, self.inner(x)], axis=-1)

    lowest = Skip(layers.MaxPooling2D(), conv(8), layers.UpSampling2D())
    nested = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            conv(4),
            Skip(layers.MaxPooling2D(), conv(8), lowest, conv(8), layers.UpSampling2D()),
            layers.Conv2D(1, 1),
        ]
    )
    verdict = equivalent(network, nested)
    return Evidence(
        supports=(Observation("A `Concatenate` in a list is refused.", bool(listed), listed),),
        refutes=(
            Observation(
                "Lists inside lists, with a short layer of one's own that skips, are the same.",
                bool(verdict),
                f"{verdict.kind}; {network.count_params():,} parameters.",
                condition="every element is a plain layer of Keras",
            ),
        ),
    )
