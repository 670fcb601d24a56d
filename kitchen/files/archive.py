"""Check that a file is the zip that `model.save` writes, and unpack it within bounds."""

import errno
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from kitchen.errors import FileError, FileForeign, FileMissing, FileRefused, FileTruncated

KIB, MIB, GIB = 2**10, 2**20, 2**30
# The largest network of keras.applications has a config of 1 MiB and weights of 0.5 GiB.
MEMBERS = {"config.json": 4 * MIB, "metadata.json": 64 * KIB, "model.weights.h5": 4 * GIB}
NEEDED = ("config.json", "model.weights.h5")
ASSETS = 16 * MIB  # all vocabularies together
WORDS = 1_000_000  # lines of all vocabularies together; Keras makes a string of each
MOST = 1_000  # members
DIRECTORY = MIB  # of the zip's own list of members, which Python reads as a whole
EXPANSION = 100  # times the stored size; Keras stores without compression, weights hardly shrink
SMALL = MIB  # what a member may expand to, whatever its stored size

SEGMENT = re.compile(r"[\w()\[\]+=@,~-](?:[\w()\[\]+=@,~. -]{0,98}[\w()\[\]+=@,~-])?")
END, RECORD, LOCATOR = 22, 56, 20  # bytes at the end of a zip; the last two where it is large
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError)


AGAIN = "Copy or download it again, or save the model anew."
READABLE = "Check its name, and that you may read it."


def find(path: str | os.PathLike[str]) -> Path:
    """Return where a file is, after a look at what is there.

    Raises:
        FileMissing: Nothing.
        FileTruncated: An empty file.
        FileForeign: A folder or a device.
        FileError: Something that cannot be looked at.
    """
    try:
        file = Path(path)
        status = file.stat()  # a broken link raises as a missing file does
    except (FileNotFoundError, NotADirectoryError):
        raise FileMissing(
            "There is no such file.", received=repr(str(path)), fix="Check the name and the folder."
        ) from None
    except TypeError:
        raise FileError(
            "A file is named by a string or a Path.",
            received=repr(path),
            fix='Pass its name, such as "model.keras".',
        ) from None
    except (OSError, ValueError) as error:
        raise FileError(
            f"The file cannot be opened: {error}.", received=repr(path), fix=READABLE
        ) from None
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "no ordinary file"
        raise FileForeign(
            f"This is {what}; a model is one file.",
            received=repr(str(path)),
            fix='Save the model with model.save("model.keras").',
        )
    if not status.st_size:
        raise FileTruncated("The file is empty.", received=repr(str(path)), fix=AGAIN)
    return file


def unpack(path: str | os.PathLike[str], folder: Path) -> bytes:
    """Unpack weights and assets into a folder, and return what `config.json` holds.

    What is checked afterwards is the copy in the folder: that nobody can exchange the file between
    the check and the use.

    Args:
        path: The file.
        folder: An empty folder that nobody else writes to.

    Raises:
        FileError: One of its kinds; nothing was written outside the folder.
    """
    file = find(path)
    try:
        with file.open("rb") as handle:
            size = os.fstat(handle.fileno()).st_size
            check_kind(handle, file)
            check_end(handle, size, file)
            try:
                with zipfile.ZipFile(handle) as archive:
                    members = checked(archive.infolist(), size, file)
                    for info in members:
                        if info.filename not in ("config.json", "metadata.json"):
                            copy(archive, info, folder)
                    check_words(folder)
                    return archive.read("config.json")
            except DAMAGE as error:
                raise truncated(file, f"{error}") from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the file's beginning
            raise truncated(file, "a part is not where its list says") from None
        raise FileError(
            f"The file cannot be opened: {error.strerror}.",
            received=repr(str(file)),
            fix=READABLE,
        ) from None


def truncated(file: Path, why: str) -> FileTruncated:
    """Return the error for a file that broke off or was changed on its way."""
    return FileTruncated(
        f"The file is incomplete or damaged ({why}).", received=repr(str(file)), fix=AGAIN
    )


def refused(what: str) -> FileRefused:
    """Return the error for what no file that Keras has saved holds."""
    return FileRefused(
        f"This file is refused: {what}.", fix="Keras saves no such file: ask where it comes from."
    )


def check_kind(handle: IO[bytes], file: Path) -> None:
    """Raise unless the file begins as a zip does.

    Raises:
        FileForeign: It does not.
    """
    start = handle.read(40)
    if start.startswith(b"\x89HDF\r\n\x1a\n"):
        raise FileForeign(
            "This is an HDF5 file, the old way of saving, which can hide code from every check.",
            received=repr(str(file)),
            fix='Where you trust it, load it with Keras and model.save("model.keras").',
        )
    if not start.startswith(b"PK\3\4"):
        raise FileForeign(
            f"This is no file of a Keras model; it begins with {start[:24]!r}.",
            received=repr(str(file)),
            fix='Save the model with model.save("model.keras").',
        )


def check_end(handle: IO[bytes], size: int, file: Path) -> None:
    """Raise where the zip's list of members is missing or too long to be read into memory.

    Raises:
        FileTruncated: It is missing.
        FileRefused: It is too long.
    """
    handle.seek(max(0, size - END - LOCATOR - RECORD))
    tail = handle.read()
    end = tail[-END:]
    if len(end) < END or end[:4] != b"PK\5\6" or end[-2:] != b"\0\0":
        raise truncated(file, "its list of members is missing")
    length = struct.unpack("<12xL6x", end)[0]
    locator = tail[-END - LOCATOR : -END]
    if locator[:4] == b"PK\6\7":  # more than 4 GiB, or written as if it were
        record = tail[: -END - LOCATOR]
        place = struct.unpack("<8xQ4x", locator)[0]
        if len(record) < RECORD or record[:4] != b"PK\6\6" or place != size - len(tail):
            raise truncated(file, "its list of members is missing")
        length = struct.unpack("<40xQ8x", record)[0]
    if length > DIRECTORY:
        raise refused("it lists far more parts than a model has")
    handle.seek(0)


def checked(members: Sequence[zipfile.ZipInfo], size: int, file: Path) -> Sequence[zipfile.ZipInfo]:
    """Return the members to unpack.

    Raises:
        FileForeign: Those of a model are not there.
        FileRefused: There are others, or one is larger than it can be.
    """
    names = [info.filename for info in members]
    if missing := [name for name in NEEDED if name not in names]:
        raise FileForeign(
            f"This is a zip, but of no Keras model: there is no {missing[0]} in it.",
            received=repr(str(file)),
            fix='Save the model with model.save("model.keras").',
        )
    if len(members) > MOST:
        raise refused(f"it has {len(members):,} parts")
    if len({name.casefold() for name in names}) < len(names):
        raise refused("two of its parts have one name")
    for info in members:
        check_member(info)
    kept = [info for info in members if not info.is_dir()]
    # Parts that share their bytes would expand a small file many times over.
    if sum(info.compress_size for info in kept) > size:
        raise refused("its parts overlap")
    if sum(info.file_size for info in kept if info.filename not in MEMBERS) > ASSETS:
        raise refused(f"its assets expand to more than {ASSETS // MIB} MiB")
    return kept


def check_member(info: zipfile.ZipInfo) -> None:
    """Raise where a member has a name, a kind or a size that no saved model has.

    Raises:
        FileRefused: It has.
    """
    name = info.filename
    shown = repr(name[:60])
    if name not in MEMBERS and not is_asset(info):
        raise refused(f"there is {shown} in it")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refused(f"{shown} is a link")
    if info.flag_bits & 0x61:  # encrypted, in one way or another, or a patch
        raise refused(f"{shown} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(f"{shown} is compressed in an unusual way")
    limit = MEMBERS.get(name, ASSETS)
    if info.file_size > limit:
        raise refused(f"{shown} expands to more than {limit // KIB:,} KiB")
    if info.file_size > SMALL and info.file_size > EXPANSION * info.compress_size:
        raise refused(f"{shown} expands to more than {EXPANSION} times what is stored")


def is_asset(info: zipfile.ZipInfo) -> bool:
    """Return whether a name is that of a file or folder below `assets`, on every system."""
    first, *rest = info.filename.removesuffix("/").split("/")
    if first != "assets" or info.orig_filename != info.filename or len(rest) > 32:
        return False
    return all(SEGMENT.fullmatch(part) for part in rest) and (bool(rest) or info.is_dir())


def copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
    """Copy a member into a folder; what Python reads of it is no more than its stated size.

    Raises:
        FileError: There is no room.
    """
    target = folder.joinpath(*info.filename.split("/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    if info.file_size > shutil.disk_usage(folder).free:
        raise FileError(
            f"There is no room to unpack the file: {info.file_size:,} bytes are needed.",
            received=str(folder),
            fix="Make room there, or set TMPDIR to a folder that has some.",
        )
    with archive.open(info) as source, target.open("xb") as sink:
        shutil.copyfileobj(source, sink, MIB)


def check_words(folder: Path) -> None:
    """Raise where vocabularies have more lines than any has words.

    Raises:
        FileRefused: They have.
    """
    count = 0
    with suppress(FileNotFoundError):
        for file in folder.rglob("vocabulary.txt"):
            count += file.read_bytes().count(b"\n")
    if count > WORDS:
        raise refused(f"its vocabularies have {count:,} lines")
