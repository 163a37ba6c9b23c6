"""What the seal of a package finds and what it says of who sealed."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from aspan.evidence.package.seal import (
    MANIFEST,
    SEAL,
    Origin,
    PackageAltered,
    open_seal,
    seal_folder,
)
from aspan.evidence.people import PersonId
from aspan.evidence.signing import KeyFile

ORIGIN = Origin(
    city_id="tiny",
    city_sha256="0" * 64,
    log_events=3,
    log_sha256="1" * 64,
    made_at_ms=1_700_000_000_000,
)
SIGNER = KeyFile(
    person_id=PersonId("p1"),
    name="Айгерім",
    roles=("test_director",),
    public_key="",
    private_key=urlsafe_b64encode(bytes(range(32))).rstrip(b"=").decode(),
)


def _make(folder: Path, signer: KeyFile | None = None) -> Path:
    (folder / "runs" / "R1").mkdir(parents=True)
    (folder / "log.jsonl").write_bytes(b'{"seq":1}\n')
    (folder / "runs" / "R1" / "part-0.parquet").write_bytes(bytes(range(256)))
    (folder / "runs" / "R1" / "empty").write_bytes(b"")
    seal_folder(folder, ORIGIN, "1.0", signer)
    return folder


@pytest.mark.parametrize("signer", [None, SIGNER])
def test_what_was_sealed_opens(tmp_path: Path, signer: KeyFile | None) -> None:
    """A package as it was made gives its manifest and says whether somebody signed."""
    manifest, seal = open_seal(_make(tmp_path, signer))
    assert [file.path for file in manifest.files] == [
        "log.jsonl",
        "runs/R1/empty",
        "runs/R1/part-0.parquet",
    ]
    assert manifest.origin == ORIGIN
    assert seal.is_signed is (signer is not None)
    assert seal.name == ("Айгерім" if signer else "")


def test_sealing_twice_is_the_same(tmp_path: Path) -> None:
    """The same files sealed by the same person give the same bytes."""
    _make(tmp_path, SIGNER)
    before = [(tmp_path / name).read_bytes() for name in (MANIFEST, SEAL)]
    seal_folder(tmp_path, ORIGIN, "1.0", SIGNER)
    assert [(tmp_path / name).read_bytes() for name in (MANIFEST, SEAL)] == before


@pytest.mark.parametrize("signer", [None, SIGNER])
def test_every_byte_of_manifest_and_seal_counts(tmp_path: Path, signer: KeyFile | None) -> None:
    """Every byte of the seal and each third of the manifest, a bit altered, is found."""
    _make(tmp_path, signer)
    for name, step in ((MANIFEST, 3), (SEAL, 1)):
        path = tmp_path / name
        content = path.read_bytes()
        for at in range(0, len(content), step):
            altered = content[at] ^ (1 << at % 8)
            path.write_bytes(content[:at] + bytes([altered]) + content[at + 1 :])
            with pytest.raises(PackageAltered):
                open_seal(tmp_path)
        path.write_bytes(content)
    open_seal(tmp_path)


def _link(folder: Path) -> None:
    (folder / "log.jsonl").rename(folder.parent / "elsewhere")
    (folder / "log.jsonl").symlink_to(folder.parent / "elsewhere")


def _swap(folder: Path) -> None:
    first, second = folder / "log.jsonl", folder / "runs" / "R1" / "part-0.parquet"
    contents = second.read_bytes(), first.read_bytes()
    first.write_bytes(contents[0])
    second.write_bytes(contents[1])


@pytest.mark.parametrize(
    ("hand", "named"),
    [
        (lambda f: (f / "log.jsonl").unlink(), "log.jsonl"),
        (lambda f: (f / "runs" / "R1" / "empty").unlink(), "runs/R1/empty"),
        (lambda f: (f / "one_more").write_bytes(b""), "one_more"),
        (lambda f: (f / "folder").mkdir(), "folder"),
        (lambda f: (f / "log.jsonl").rename(f / "Log.jsonl"), "Log.jsonl"),
        (lambda f: (f / "runs" / "R1").rename(f / "runs" / "R2"), "runs/R2/empty"),
        (_swap, "log.jsonl"),
        (_link, "log.jsonl"),
        (lambda f: (f / SEAL).unlink(), SEAL),
        (lambda f: (f / MANIFEST).unlink(), MANIFEST),
        (lambda f: (f / "log.jsonl").write_bytes(b'{"seq":1}'), "log.jsonl"),
        (lambda f: (f / "runs" / "R1" / "empty").write_bytes(b" "), "runs/R1/empty"),
    ],
)
def test_hands_on_files_are_found(
    tmp_path: Path, hand: Callable[[Path], object], named: str
) -> None:
    """A file taken, added, renamed, swapped, linked, cut or grown is named."""
    folder = _make(tmp_path / "package", SIGNER)
    hand(folder)
    with pytest.raises(PackageAltered, match=named):
        open_seal(folder)


def test_a_seal_made_again_by_another_says_so(tmp_path: Path) -> None:
    """Who alters and seals again cannot do so in another's name with another's key."""
    _make(tmp_path, SIGNER)
    own = open_seal(tmp_path)[1]
    (tmp_path / "log.jsonl").write_bytes(b"other\n")
    other = KeyFile(
        person_id=PersonId("p1"),
        name="Айгерім",
        roles=(),
        public_key="",
        private_key=SIGNER.private_key.replace("AAEC", "AAED"),
    )
    seal_folder(tmp_path, ORIGIN, "1.0", other)
    assert open_seal(tmp_path)[1].public_key != own.public_key
