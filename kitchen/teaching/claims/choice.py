"""What the article says of the choice between the forms."""

import io
import tokenize
from typing import Any

from kitchen import backend
from kitchen.examples import classifier, shared_layer, two_inputs
from kitchen.graph.linearity import explain
from kitchen.rewrite.source import source
from kitchen.teaching.claims.evidence import Evidence, Observation


def more_code() -> Evidence:
    """The functional form takes more code than a list."""
    model = classifier.sequential()
    codes = [source(model, form) for form in ("sequential", "functional")]
    kinds = {tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING}
    words = [
        sum(x.type in kinds for x in tokenize.generate_tokens(io.StringIO(code).readline))
        for code in codes
    ]
    lines = [len(code.splitlines()) for code in codes]
    return Evidence(
        supports=(
            Observation(
                "For Example 1 it has more words: names, numbers, texts and signs.",
                words[1] > words[0],
                f"{words[1]} words; the list has {words[0]}.",
            ),
        ),
        refutes=(
            Observation(
                "Laid out one layer a line, it has fewer lines.",
                lines[1] < lines[0],
                f"{lines[1]} lines; the list has {lines[0]}, those of its brackets among them.",
                condition="you count the words and not the lines",
            ),
        ),
    )


def harder_tasks() -> Evidence:
    """Beyond simple classification and regression, a Sequential meets its limits."""
    keras: Any = backend.keras()
    layers = keras.layers

    image = keras.Input((8, 8, 1))
    fine = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    coarse = layers.Conv2D(4, 3, padding="same")(layers.MaxPooling2D()(fine))
    both = layers.Concatenate()([fine, layers.UpSampling2D()(coarse)])
    masks = keras.Model(image, layers.Conv2D(1, 1)(both), name="u_net")
    autoencoder = keras.Sequential([keras.Input((64,)), layers.Dense(8), layers.Dense(64)])
    yes_or_no = two_inputs.functional()
    return Evidence(
        supports=(
            Observation(
                "A U-Net, which paints a mask, is no chain.",
                not explain(masks).linear,
                explain(masks).verdict,
            ),
        ),
        refutes=(
            Observation(
                "An autoencoder, which gives its input back, is a chain.",
                explain(autoencoder).linear,
                f"{len(autoencoder.layers)} layers in a list.",
                condition="the network for the task is no chain",
            ),
            Observation(
                "Example 2, which answers yes or no, is none.",
                not explain(yes_or_no).linear,
                f"what stops a list from it: "
                f"{', '.join(x.kind for x in explain(yes_or_no).obstacles)}.",
                condition="the network for the task is no chain",
            ),
        ),
    )


def complexity() -> Evidence:
    """How complex an architecture is decides which form it needs."""
    keras: Any = backend.keras()
    layers = keras.layers

    deep = keras.Sequential([keras.Input((8,)), *(layers.Dense(8) for _ in range(50))])
    x = keras.Input((8,))
    tiny = keras.Model(x, layers.Add()([x, layers.Dense(8)(x)]))
    simple, complicated = classifier.functional(), shared_layer.functional()
    return Evidence(
        supports=(
            Observation(
                "Example 1 is a chain, Example 3 is none.",
                explain(simple).linear and not explain(complicated).linear,
                f"{simple.count_params():,} and {complicated.count_params():,} parameters.",
            ),
        ),
        refutes=(
            Observation(
                "A network of 50 layers is a list; one of a single `Dense` and a skip is none.",
                explain(deep).linear and not explain(tiny).linear,
                f"{deep.count_params():,} and {tiny.count_params():,} parameters.",
                condition="complex means that tensors branch and meet, not that there are many "
                "layers",
            ),
        ),
    )
