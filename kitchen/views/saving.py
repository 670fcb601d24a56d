"""What drawings and plots have in common: how they are saved, and how HTML shows them."""

import base64
import html
import os
from collections.abc import Sequence
from pathlib import Path

from kitchen.errors import KitchenError


def suffix_of(path: object, known: Sequence[str], what: str) -> str:
    """Return the suffix of a file's name in lower case.

    Args:
        path: The name.
        known: The suffixes that there are.
        what: What is to be saved, such as `"picture"`.

    Raises:
        KitchenError: It is none of those.
    """
    suffix = Path(path).suffix.lower() if isinstance(path, str | os.PathLike) else ""
    if suffix not in known:
        raise KitchenError(
            f"A {what} cannot be saved with this suffix.",
            received=repr(str(path)),
            fix=f"Use one of {', '.join(known)}.",
        )
    return suffix


def write(path: str | Path, data: bytes, what: str) -> None:
    """Write a file.

    Raises:
        KitchenError: It cannot be written.
    """
    try:
        Path(path).write_bytes(data)
    except (OSError, ValueError) as error:  # a name with NUL is a ValueError
        raise KitchenError(
            f"The {what} could not be written: {error}.",
            received=repr(str(path)),
            fix="Choose a file in a folder that exists and may be written.",
        ) from None


def image(data: bytes, kind: str, *, alt: str, width: int, height: int) -> str:
    """Return an image for HTML; `kind` is `"png"` or `"svg+xml"`, sizes are in pixels."""
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" '
        f'src="data:image/{kind};base64,{base64.b64encode(data).decode()}">'
    )
