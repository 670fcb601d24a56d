"""Look through the HDF5 file of a model's weights before anything in it is read."""

import math
from pathlib import Path
from typing import Any

from kitchen.backend import keras
from kitchen.errors import FileTruncated, KitchenError
from kitchen.files.archive import AGAIN, refused

MOST = 100_000  # groups and arrays; a network of 1,000 layers with its optimiser has some 10,000
DEEPEST = 200
NOTE = 4096  # bytes of an attribute: Keras notes a layer's name and a type


def check(file: Path) -> int:
    """Return how many numbers a file stores.

    Keras writes groups, and arrays in one piece, neither compressed nor kept elsewhere. Whatever
    else HDF5 offers is refused: links, arrays that lie in other files or are made up of them,
    filters, whose code HDF5 looks for in folders, references, and arrays that claim to be larger
    than what is stored of them.

    Raises:
        FileTruncated: It is no HDF5 file, or breaks off.
        FileRefused: Something else than weights is in it.
    """
    try:
        import h5py  # comes with Keras
    except ImportError:
        keras()  # says what is missing
        raise
    try:
        with h5py.File(file, "r") as store:
            return Walk(h5py, file.stat().st_size).count(store)
    except KitchenError:
        raise
    except Exception as error:  # what HDF5 and its wrapper raise on damaged bytes has no one class
        raise FileTruncated(
            "The file is incomplete or damaged (its weights cannot be read).",
            received=str(error)[:300],
            fix=AGAIN,
        ) from None


class Walk:
    """One walk over all groups and arrays of a file.

    Args:
        h5py: The library.
        size: The file's size in bytes.
    """

    def __init__(self, h5py: Any, size: int) -> None:
        self.h5py, self.size = h5py, size
        self.bytes = self.numbers = 0

    def count(self, store: Any) -> int:
        """Return how many numbers all arrays hold."""
        seen = {self.h5py.h5o.get_info(store.id).addr}
        queue = [(store, 0)]
        members = 0
        while queue:
            group, depth = queue.pop()
            self.check_notes(group)
            members += group.id.get_num_objs()
            if members > MOST or depth > DEEPEST:
                raise refused("its weights have far more parts than a model's")
            for name in group:
                if not isinstance(name, str):
                    raise ValueError("a name is no text")
                label = name.encode()
                if group.id.links.get_info(label).type != self.h5py.h5l.TYPE_HARD:
                    raise refused("its weights link to something else")
                place = self.h5py.h5o.get_info(group.id, label)
                if place.addr in seen:
                    raise refused("its weights contain themselves")
                seen.add(place.addr)
                if place.type == self.h5py.h5o.TYPE_GROUP:
                    queue.append((group[name], depth + 1))
                elif place.type == self.h5py.h5o.TYPE_DATASET:
                    self.check_array(group[name])
                else:
                    raise refused("there is something else than arrays among its weights")
        return self.numbers

    def check_array(self, array: Any) -> None:
        """Raise unless an array of numbers lies whole in this file."""
        h5d, h5t = self.h5py.h5d, self.h5py.h5t
        layout, kind = array.id.get_create_plist(), array.id.get_type()
        if layout.get_external_count() or layout.get_layout() == h5d.VIRTUAL:
            raise refused("its weights lie in another file")
        if layout.get_nfilters() or layout.get_layout() == h5d.CHUNKED:
            raise refused("its weights are compressed or in pieces")
        # Booleans are an enumeration; types that NumPy lacks, such as bfloat16, are opaque.
        if kind.get_class() not in (h5t.INTEGER, h5t.FLOAT, h5t.ENUM, h5t.OPAQUE):
            raise refused("there is something else than numbers among its weights")
        if kind.get_size() > 16:
            raise refused("there is something else than numbers among its weights")
        self.check_notes(array)
        numbers = math.prod(array.shape)
        claimed = numbers * kind.get_size()
        self.numbers += numbers
        self.bytes += claimed
        if claimed != array.id.get_storage_size() or self.bytes > self.size:
            raise refused("its weights claim to be larger than what is stored")
        start = array.id.get_offset()
        if start is not None and start + claimed > self.size:
            raise ValueError("an array reaches beyond the end of the file")

    def check_notes(self, thing: Any) -> None:
        """Raise where a group or an array carries more than short notes."""
        h5a, h5t = self.h5py.h5a, self.h5py.h5t
        if (count := h5a.get_num_attrs(thing.id)) > 64:
            raise refused("its weights carry far more notes than a model's")
        for k in range(count):
            note = h5a.open(thing.id, index=k)
            plain = note.get_type().get_class() in (h5t.STRING, h5t.INTEGER, h5t.FLOAT)
            if not plain or note.shape or note.get_storage_size() > NOTE:
                raise refused("its weights carry something else than short notes")
