"""What the article says of `summary()`: which counts it gives, and whether it shows the flow."""

# A learner reads the checks, so what they define inside carries no annotations.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-subclassing-any

from typing import Any

from kitchen import backend
from kitchen.teaching.claims.evidence import Evidence, Observation


def rows_of_summary(model: Any) -> list[list[str]]:
    """Return the rows that `summary()` prints, its heading among them, each as its cells."""
    from IPython.utils.capture import capture_output

    printed: list[str] = []
    with capture_output():  # even with `print_fn` it leaves an empty output in a notebook
        model.summary(print_fn=printed.append, line_length=72)
    lines = printed[0].replace("┃", "│").splitlines()
    return [[x.strip() for x in line.strip("│").split("│")] for line in lines if "│" in line]


def last_column(model: Any) -> dict[str, str]:
    """Return what `summary()` prints in its last column, by what stands in the first one."""
    return {row[0]: row[-1] for row in rows_of_summary(model)}


def summary_counts() -> Evidence:
    """`summary()` says how many parameters each layer has."""
    keras: Any = backend.keras()
    layers = keras.layers

    a, b, again = layers.Dense(64, name="a"), layers.Dense(10, name="b"), layers.Dense(8)
    model = keras.Sequential([keras.Input((784,)), a, b])
    printed = last_column(model)
    twice = keras.Sequential([keras.Input((8,)), again, layers.ReLU(), again])
    rows = [row[-1] for row in rows_of_summary(twice)].count(f"{again.count_params()}")
    unbuilt = last_column(keras.Sequential([layers.Dense(64, name="a")]))
    return Evidence(
        supports=(
            Observation(
                "Its rows hold each layer's count, and these add up to the total.",
                printed["a (Dense)"] == f"{a.count_params():,}"
                and printed["b (Dense)"] == f"{b.count_params():,}"
                and a.count_params() + b.count_params() == model.count_params(),
                f"{printed['a (Dense)']} and {printed['b (Dense)']}, together "
                f"{model.count_params():,}.",
            ),
        ),
        refutes=(
            Observation(
                "A layer that a list holds twice is counted on two rows.",
                rows * again.count_params() > twice.count_params(),
                f"{rows} rows of {again.count_params()}, a total of {twice.count_params()}.",
                condition="no layer stands in the list twice",
            ),
            Observation(
                "A list without `Input` has no counts until its first call.",
                "unbuilt" in unbuilt["a (Dense)"],
                f"{unbuilt['a (Dense)']}.",
                condition="the model is built",
            ),
        ),
    )


def summary_flow() -> Evidence:
    """The summary of a network with several inputs shows how it is connected; a list's can't."""
    keras: Any = backend.keras()
    layers = keras.layers

    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(3, name="shared")
    p, q = layers.Dense(2, name="p")(shared(a)), layers.Dense(2, name="q")(shared(b))
    functional = last_column(keras.Model([a, b], [p, q]))
    stack = last_column(keras.Sequential([keras.Input((4,)), layers.Dense(3, name="p")]))

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.shared = layers.Dense(3, name="shared")
            self.p, self.q = layers.Dense(2, name="p"), layers.Dense(2, name="q")

        def call(self, inputs):
            return [self.p(self.shared(inputs[0])), self.q(self.shared(inputs[1]))]

    own = Own()
    own([a, b])
    subclassed = last_column(own)
    heads = [x["Layer (type)"] for x in (functional, stack, subclassed)]
    p_reads, q_reads = functional["p (Dense)"], functional["q (Dense)"]
    return Evidence(
        supports=(
            Observation(
                "The functional form gets a column that says what each layer reads.",
                heads[0] == "Connected to" and "a (InputLayer)" in functional,
                f"{heads[0]}: shared reads {functional['shared (Dense)']}.",
            ),
            Observation(
                "Both calls of a shared layer show there, by their numbers.",
                p_reads.startswith("shared[0]") and q_reads.startswith("shared[1]"),
                f"p reads {p_reads}, q reads {q_reads}.",
            ),
            Observation(
                "A list gets no such column.",
                heads[1] != heads[0],
                f"the last column of its summary is {heads[1]}.",
            ),
        ),
        refutes=(
            Observation(
                "A class of one's own with the same two inputs gets no such column either.",
                heads[2] != heads[0],
                f"the last column of its summary is {heads[2]}.",
                condition="the model is functional: a subclassed one is a `Model`, too",
            ),
        ),
    )
