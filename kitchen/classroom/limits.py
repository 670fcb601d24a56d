"""How long and how large the code of a submission may grow, where it is marked.

The limits need a Unix, and the one on memory Linux; elsewhere `memory` does nothing.
"""

MEMORY = 4.0  # GiB: a kernel with TensorFlow takes 0.5 GiB of it
SECONDS = 60.0  # for a cell in a grader's kernel, and of processor time for an answer


def memory(gigabytes: float = MEMORY) -> None:
    """Let this process take no more memory; what asks for more gets a `MemoryError`.

    Args:
        gigabytes: In GiB, of what a process may write to.
    """
    try:
        import resource
    except ImportError:
        return
    lower(resource.RLIMIT_DATA, int(gigabytes * 2**30))


def lower(what: int, most: int, *, grace: int = 0) -> None:
    """Set a limit of this process for good; a lower one that it has stays.

    Args:
        what: One of `resource.RLIMIT_...`.
        most: The limit at which the process is told.
        grace: What it may take beyond that, until it is ended.
    """
    import resource

    _, highest = resource.getrlimit(what)
    soft, hard = most, most + grace
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(what, (soft, hard))
