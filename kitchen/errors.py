"""The errors a user can cause: what was wrong, what was received, what to do next."""

LONGEST = 500


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, cut in the middle where it is longer."""
    if len(text) <= limit:
        return text
    tail = limit // 3
    return f"{text[: limit - tail - 3]} … {text[len(text) - tail :]}"


def in_a_line(error: Exception, limit: int = 120) -> str:
    r"""Return an error's class and the first line of what it says, at most `limit` characters.

    >>> in_a_line(ValueError("Wrong shape.\nAnd more."))
    'ValueError: Wrong shape.'
    """
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {shorten(first, limit)}"


class KitchenError(Exception):
    """An error that a user can cause and mend.

    Args:
        problem: What was wrong, as a sentence.
        received: What was given, cut to 160 characters.
        fix: What to do next, as a sentence.

    The text is at most 500 characters long.

    >>> print(KitchenError("This is not a Keras model.", received="a list", fix="Pass a model."))
    This is not a Keras model. Received: a list. Pass a model.
    """

    def __init__(self, problem: str, *, received: str | None = None, fix: str | None = None):
        self.problem, self.received, self.fix = problem, received, fix
        parts = [
            shorten(problem, 190),
            None if received is None else f"Received: {shorten(received, 160).rstrip('.')}.",
            None if fix is None else shorten(fix, 120),
        ]
        super().__init__(shorten(" ".join(part for part in parts if part), LONGEST))


class BackendError(KitchenError):
    """TensorFlow's Keras 3 is missing, or something else stands in its place."""


class ModelError(KitchenError):
    """What was passed is not a model that can be read."""


class LayoutError(KitchenError):
    """Graphviz did not lay a graph out: too slow, or not there."""


class FileError(KitchenError):
    """A model's file could not be opened; the kinds below say why where that is known."""


class FileMissing(FileError):
    """There is no such file."""


class FileTruncated(FileError):
    """The file is incomplete or damaged."""


class FileForeign(FileError):
    """The file is of another kind than the `.keras` files that `model.save` writes."""


class FileRefused(FileError):
    """The file asks for what no saved model needs, or for code that the user has not named."""


class KitchenWarning(UserWarning):
    """What a user must know although there is a result."""
