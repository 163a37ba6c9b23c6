"""Hands on a package: each alters something of it at random, by a seed, and can put it back."""

from collections.abc import Iterator, Sequence
from os import link
from pathlib import Path
from shutil import copytree, rmtree
from typing import Final

from aspan.evidence.package.seal import PackageAltered, list_paths
from aspan.evidence.package.verify import check_package
from aspan.primitives.dice import draw

FILE_HANDS: Final = (
    "cut",
    "empty",
    "grow",
    "remove",
    "add",
    "add folder",
    "rename",
    "swap",
    "copy over",
    "insert",
    "take out",
    "link",
)


def pick(seed: int, label: str, number: int, below: int) -> int:
    """Return a whole number from 0 to below `below`."""
    return min(int(draw(seed, label, number) * below), below - 1)


def put(path: Path, content: bytes) -> None:
    """Write a file anew: the one that was there may be shared with the package itself."""
    path.unlink()
    path.write_bytes(content)


def alter_byte(folder: Path, seed: int, number: int) -> str:
    """Alter one byte of one file, any byte of the package as likely; say which."""
    paths = list_paths(folder)
    sizes = [(folder / path).stat().st_size for path in paths]
    at = pick(seed, "byte", number, sum(sizes))
    for path, size in zip(paths, sizes, strict=True):  # noqa: B007  the last is the one
        if at < size:
            break
        at -= size
    content = bytearray((folder / path).read_bytes())
    content[at] ^= 1 + pick(seed, "by", number, 255)
    put(folder / path, bytes(content))
    return f"{path} byte {at}"


def alter_small_file(folder: Path, seed: int, number: int) -> str:
    """Alter one byte of a file, any file as likely: most bytes are telemetry's, most files not."""
    paths = [path for path in list_paths(folder) if (folder / path).stat().st_size]
    path = paths[pick(seed, "file", number, len(paths))]
    content = bytearray((folder / path).read_bytes())
    at = pick(seed, "at", number, len(content))
    content[at] ^= 1 + pick(seed, "with", number, 255)
    put(folder / path, bytes(content))
    return f"{path} byte {at}"


def alter_files(folder: Path, seed: int, number: int) -> str:
    """Do something to files rather than to one byte of one; say what."""
    hand = FILE_HANDS[number % len(FILE_HANDS)]
    paths = list_paths(folder)
    first = folder / paths[pick(seed, "first", number, len(paths))]
    others = [p for p in paths if (folder / p).read_bytes() != first.read_bytes()]
    second = folder / others[pick(seed, "second", number, len(others))]
    content = first.read_bytes()
    at = pick(seed, "where", number, len(content))
    if hand == "cut":
        put(first, content[:at])
    elif hand == "empty":
        put(first, b"")
    elif hand == "grow":
        put(first, content + b"\n")
    elif hand == "remove":
        first.unlink()
    elif hand == "add":
        (first.parent / "one-more").write_bytes(content)
    elif hand == "add folder":
        (first.parent / "one-more").mkdir()
    elif hand == "rename":
        first.rename(first.with_name(f"{first.name}x"))
    elif hand == "swap":
        put(first, second.read_bytes())
        put(second, content)
    elif hand == "copy over":
        put(first, second.read_bytes())
    elif hand == "insert":
        put(first, content[:at] + b" " + content[at:])
    elif hand == "take out":
        put(first, content[:at] + content[at + 1 :])
    else:
        first.rename(folder.parent / "elsewhere")
        first.symlink_to(folder.parent / "elsewhere")
    return f"{hand} {first.relative_to(folder).as_posix()}"


def list_unseen(package: Path, scratch: Path, seed: int, counts: Sequence[int]) -> Iterator[str]:
    """Yield what `check_package` did not find, of so many alterations of each of three kinds.

    Parameters
    ----------
    counts
        Bytes anywhere; bytes of any file as likely; hands on whole files.
    """
    for hand, count in zip((alter_byte, alter_small_file, alter_files), counts, strict=True):
        for number in range(count):
            rmtree(scratch, ignore_errors=True)
            (scratch.parent / "elsewhere").unlink(missing_ok=True)
            copytree(package, scratch, copy_function=link)
            done = hand(scratch, seed, number)
            try:
                check_package(scratch)
            except PackageAltered:
                continue
            yield done
