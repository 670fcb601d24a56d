"""Find the calls that someone wants to stand out in a picture."""

from collections.abc import Iterable, Mapping
from typing import Any

from kitchen.errors import KitchenError
from kitchen.graph.model_graph import Call, ModelGraph
from kitchen.graph.sharing import Path, paths

FIX = "Pass ids or paths of calls, or what kitchen.explain or kitchen.lint gave for this model."


def marked(graph: ModelGraph, highlight: Any) -> frozenset[Path]:
    """Return the paths of calls.

    Args:
        graph: The model.
        highlight: A path, the id of a call, anything that has such in `.calls`, an iterable of all
            these, or `None`.

    Raises:
        KitchenError: The model has no such call, or it is none of these.
        ModelError: The model contains itself, or runs its layers too often to be counted.
    """
    if highlight is None:
        return frozenset()
    inner = {
        (owner, call.id): call.layer for owner, body in graph.bodies.items() for call in body.calls
    }
    owners: dict[str, list[str]] = {}
    for owner, call in inner:
        owners.setdefault(call, []).append(owner)
    places: Mapping[str, tuple[Path, ...]] = {}
    found: set[Path] = set()
    seen: dict[int, Any] = {}  # keeps what was met alive, so that no id comes twice
    waiting = [highlight]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Call):
            item = item.id
        if isinstance(item, str):
            if item not in owners:
                raise unknown(repr(item))
            places = places or paths(graph)
            found.update((*path, item) for x in owners[item] for path in places.get(x, ()))
            continue
        if id(item) in seen:
            continue
        seen[id(item)] = item
        if leads_somewhere(graph.root, item, inner):
            found.add(item)
        elif hasattr(item, "calls"):
            waiting.append(item.calls)
        elif isinstance(item, Iterable) and not isinstance(item, bytes | Mapping):
            waiting += item
        else:
            raise unknown(f"highlight={item!r}")
    return frozenset(found)


def leads_somewhere(root: str, item: Any, inner: Mapping[tuple[str, str], str]) -> bool:
    """Return whether something is a path: each call stands in the model that the last one calls."""
    if not isinstance(item, tuple) or not item:
        return False
    owner: str | None = root
    for step in item:
        if owner is None or not isinstance(step, str):
            return False
        owner = inner.get((owner, step))
    return owner is not None


def unknown(received: str) -> KitchenError:
    """Return the error for a call that is not there."""
    return KitchenError("This model has no such call.", received=received, fix=FIX)
