"""Appendix A1: equal parts, equal training."""

from collections.abc import Sequence

from kitchen.teaching.question import Question


def agree(one: Sequence[float], two: Sequence[float]) -> bool:
    """Return whether two histories of losses are equal up to rounding."""
    return all(abs(a - b) < 1e-5 for a, b in zip(one, two, strict=True))


def losses_and_time(
    one: Sequence[float], two: Sequence[float], longer: float, seen: str = ""
) -> str:
    """Say whether the losses agree, and whether two devices were clearly faster than one."""
    if not agree(one, two):
        return "they differ"
    return f"they agree, and two are {'about twice as fast' if longer < 0.7 else 'no faster'}"


QUESTIONS = (
    Question(
        key="A1.a",
        text="One copy learns from whole batches of 64, two copies from 32 each. Do the losses "
        "agree? And how fast are two devices?",
        choices={
            "they differ": "Each copy sees half of a batch. But both are changed by the mean of "
            "the two gradients, and that is the gradient of the whole batch.",
            "they agree, and two are about twice as fast": "The two logical devices share the "
            "cores of one CPU: there is no more to compute with, and gradients have to be "
            "exchanged.",
            "they agree, and two are no faster": "The mean of the two halves' gradients is the "
            "gradient of the whole batch. The work is the same, on the same cores, and an exchange "
            "comes on top.",
        },
        answer=losses_and_time,
        reasons={
            "Each copy sees half of a batch.": "It does. But both follow the mean of the two "
            "gradients.",
            "Two devices do twice the work in the same time.": "Two GPUs may. These two devices "
            "share the cores of one CPU.",
        },
    ),
    Question(
        key="A1.b",
        text="The last batch has 17 digits. What happens?",
        choices={
            "`fit` refuses it": "It takes it: one device gets 9 digits and the other one 8.",
            "the losses agree as before": "They do with equal parts. Here one device gets 9 digits "
            "and the other one 8, and their means count equally.",
            "the losses differ a little": "One device gets 9 digits and the other one 8, and their "
            "means count equally. So each of the 8 digits counts for a little more.",
        },
        answer=lambda one, two, seen: (
            "the losses agree as before" if agree(one, two) else "the losses differ a little"
        ),
    ),
    Question(
        key="A1.c",
        text="`DataParallel` was given two devices. How many copies of the kernel are there?",
        choices={
            2: "So it is with `MirroredStrategy`. `DataParallel` is made for JAX; with TensorFlow "
            "nothing is copied, and nothing says so.",
            1: "`DataParallel` is made for JAX. With TensorFlow it is accepted and does nothing.",
        },
        answer=lambda copies, seen: copies["DataParallel"],
    ),
)
