"""The outside of a GTFS feed: a zip or a folder, opened without trusting what it says of itself.

Nothing is ever unpacked to disk. Every file is read as a stream that stops at a stated size, so
that neither a false size in the zip nor a bomb fills memory.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from lzma import LZMAError
from pathlib import Path
from struct import error as StructError
from typing import IO

from aspan.primitives.errors import InvalidInput

ZIP_BYTES_MAX = 500_000_000
"""Largest feed file that is opened [bytes]; Assumed: ten times a large country's."""
FILE_BYTES_MAX = 1_000_000_000
"""Most bytes read of one file of a feed, unpacked; Assumed: as above."""
NAMES_MAX = 1000
"""Most files in one feed; the standard knows about forty."""

_TELLING = ("stops.txt", "trips.txt", "routes.txt", "agency.txt")
"""Where one of these is, there is a feed."""

BROKEN = (
    zipfile.BadZipFile, zlib.error, LZMAError, StructError, EOFError, NotImplementedError,
    OSError, OverflowError, UnicodeDecodeError,
)  # fmt: skip
"""What the zip module raises for archives that are cut, changed or made to harm."""


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than `FILE_BYTES_MAX`."""

    def __init__(self, inner: IO[bytes], field: str) -> None:
        self._inner = inner
        self._field = field
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._given += len(data)
        if self._given > FILE_BYTES_MAX:
            raise InvalidInput(self._field, f"more than {FILE_BYTES_MAX} bytes", _most_bytes())
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _most_bytes() -> str:
    return f"at most {FILE_BYTES_MAX // 1_000_000} MB in one file of a feed, unpacked"


class Archive:
    """The files of a feed by name.

    Parameters
    ----------
    label
        Name of the feed in messages.
    """

    def __init__(self, source: bytes | Path | Mapping[str, bytes], label: str) -> None:
        self.label = label
        self.prefix = ""
        self._zip: zipfile.ZipFile | None = None
        self._folder: Path | None = None
        self._texts: Mapping[str, bytes] = {}
        if isinstance(source, Path) and source.is_dir():
            self._folder = source
            self.names = {path.name: path.name for path in source.iterdir() if path.is_file()}
        elif isinstance(source, bytes | Path):
            self._zip = _open_zip(source, label)
            self.names = self._list_zip(self._zip)
        else:
            self._texts = source
            self.names = {name: name for name in source}

    def close(self) -> None:
        """Close the zip."""
        if self._zip:
            self._zip.close()

    def open(self, name: str) -> IO[bytes]:
        """Return a limited stream of one file; `InvalidInput` if it cannot be opened."""
        field = f"{self.label}: {name}"
        try:
            inner = self._open(self.names[name], field)
        except (*BROKEN, RuntimeError) as error:
            raise InvalidInput(field, str(error) or "nothing", "a file that can be read") from None
        return io.BufferedReader(_Limited(inner, field), 1 << 16)

    def _open(self, inside: str, field: str) -> IO[bytes]:
        if self._folder:
            return (self._folder / inside).open("rb")
        if not self._zip:
            return io.BytesIO(self._texts[inside])
        told = self._zip.getinfo(inside)
        if told.flag_bits & 1:
            raise InvalidInput(field, "encrypted", "a file without a password")
        if told.file_size > FILE_BYTES_MAX:
            raise InvalidInput(field, f"{told.file_size} bytes", _most_bytes())
        return self._zip.open(told)

    def _list_zip(self, archive: zipfile.ZipFile) -> dict[str, str]:
        """Return the place in the zip of each file, by its plain name.

        All may stand in one folder; what stands elsewhere is not of the feed, nor what file
        managers add unseen. A name that leads out of the zip, or one that is there twice, is
        refused; so is a zip with two feeds, as nobody says which is meant.
        """
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > NAMES_MAX:
            raise InvalidInput(self.label, f"{len(infos)} files", f"at most {NAMES_MAX} files")
        found: dict[str, str] = {}
        for info in infos:
            name = info.filename.replace("\\", "/")  # as old tools on Windows write them
            parts = name.split("/")
            if parts[0] == "" or ".." in parts or ":" in name:
                raise InvalidInput(self.label, info.filename, "plain file names inside the zip")
            if name in found:
                raise InvalidInput(self.label, info.filename, "each file once in the zip")
            if not _is_hidden(parts):
                found[name] = info.filename
        self.prefix = self._find_prefix(found)
        cut = len(self.prefix)
        return {
            name[cut:]: inside
            for name, inside in found.items()
            if name.startswith(self.prefix) and "/" not in name[cut:]
        }

    def _find_prefix(self, names: Mapping[str, str]) -> str:
        """Return the folder of the zip that holds the feed, with its last slash; empty if none."""
        if any(name in _TELLING for name in names):
            return ""
        parts = (name.rpartition("/") for name in names)
        folders = sorted({folder for folder, _, name in parts if name in _TELLING})
        if len(folders) > 1:
            raise InvalidInput(self.label, f"feeds in {' and '.join(folders[:2])}", "one feed")
        return f"{folders[0]}/" if folders else ""


def _is_hidden(parts: Sequence[str]) -> bool:
    """Say whether a file is not of the feed, but of the system that packed it."""
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _open_zip(source: bytes | Path, label: str) -> zipfile.ZipFile:
    """Return the zip, its directory read."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > ZIP_BYTES_MAX:
            most = f"a feed of at most {ZIP_BYTES_MAX // 1_000_000} MB"
            raise InvalidInput(label, f"{size} bytes", most)
        return zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except FileNotFoundError:
        raise InvalidInput(label, None, "a GTFS feed (the file is missing)") from None
    except (*BROKEN, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(label, str(error), "a GTFS feed: a zip that is whole") from None
