"""Feeds as bytes: tables to CSV, files to a zip, the same bytes for the same content."""

import csv
import hashlib
import io
import zipfile

import msgspec

_FIRST_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The earliest instant a zip can hold (PKWARE APPNOTE 4.4.6): no file has a time of its own."""

_UNIX = 3
"""Made on Unix, so that the archive is the same on every system (APPNOTE 4.4.2)."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a feed; a value of None is an empty field."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def format_csv(sheet: Sheet) -> bytes:
    """Return a table as UTF-8 CSV after RFC 4180, columns that are empty throughout left out."""
    used = [
        n
        for n in range(len(sheet.columns))
        if not sheet.rows or any(row[n] not in (None, "") for row in sheet.rows)
    ]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([sheet.columns[n] for n in used])
    for row in sheet.rows:
        writer.writerow(["" if row[n] is None else row[n] for n in used])
    return text.getvalue().encode()


def pack(files: dict[str, bytes]) -> bytes:
    """Return a zip of files sorted by name, without times, owners or anything else of its making.

    The bytes follow from the content and the compressor: the same zlib gives the same bytes.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_FIRST_TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def hash_bytes(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()
