"""Random graphs written by hand, without Keras: any wiring, several inputs and outputs."""

from hypothesis import strategies as st

from kitchen.graph.model_graph import Body, Call, Layer, ModelGraph, Port, Tensor


def drawn(inputs: int, takes: list[list[int]], ends: list[int]) -> ModelGraph:
    """A hand-made graph: each call takes the tensors at some places before it."""
    found = [Layer("M", "m", "Functional", "model")]
    calls: list[Call] = []
    for k in range(inputs + len(takes)):
        tensors = tuple(calls[n % k].outputs[0] for n in takes[k - inputs]) if k >= inputs else ()
        found.append(Layer(f"L{k}", f"l{k}", "Dense", "layer" if tensors else "input"))
        given = (tensors[0] if len(tensors) == 1 else list(tensors),) if tensors else ()
        calls.append(Call(f"C{k}", f"L{k}", given, outputs=(Tensor(f"C{k}"),)))
    made = [call.outputs[0] for call in calls]
    used = {edge.tensor for call in calls for edge in call.edges}
    last = [made[n % len(made)] for n in ends]
    last += [x for x in made[inputs:] if x not in used and x not in last]  # Keras keeps no others
    body = Body(
        tuple(calls),
        tuple(Port(x, "in") for x in made[:inputs]),
        tuple(Port(x, "out") for x in last),
        list(range(inputs)),
        list(range(len(last))),
    )
    return ModelGraph("M", "functional", {x.id: x for x in found}, {}, {"M": body})


GRAPHS = st.builds(
    drawn,
    st.integers(1, 3),
    st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=2), min_size=1, max_size=12),
    st.lists(st.integers(0, 99), min_size=1, max_size=2),
)
