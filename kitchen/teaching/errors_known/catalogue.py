"""Every error that can be explained, by code."""

from kitchen.teaching.errors_known import (
    arguments,
    attributes,
    calling,
    compiling,
    data,
    early,
    functional,
    graphs,
    joining,
    loading,
    losses,
    outputs,
    ranks,
    saving,
    sequential,
    shapes,
    spelling,
    subclassing,
    symbolic,
    tensors,
    widths,
)

KNOWN = tuple(
    sorted(
        (
            *sequential.KNOWN,
            *functional.KNOWN,
            *calling.KNOWN,
            *arguments.KNOWN,
            *spelling.KNOWN,
            *symbolic.KNOWN,
            *shapes.KNOWN,
            *ranks.KNOWN,
            *widths.KNOWN,
            *joining.KNOWN,
            *data.KNOWN,
            *compiling.KNOWN,
            *losses.KNOWN,
            *outputs.KNOWN,
            *saving.KNOWN,
            *loading.KNOWN,
            *subclassing.KNOWN,
            *attributes.KNOWN,
            *graphs.KNOWN,
            *early.KNOWN,
            *tensors.KNOWN,
        ),
        key=lambda known: known.code,
    )
)
