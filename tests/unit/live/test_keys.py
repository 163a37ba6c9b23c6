"""The keys of a service: made once, kept to the owner, rotated, never shown."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aspan.live.keys import find_keys_path, name_key, open_keys, read_keys, rotate_keys
from aspan.primitives.errors import InvalidInput


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the keys of a store shall lie."""
    return find_keys_path(tmp_path / "day.sqlite")


def test_keys_are_made_once_and_only_for_their_owner(path: Path) -> None:
    """The first use makes the file with mode 600, the second finds the same keys in it."""
    first = open_keys(path)
    assert path.name == "day.sqlite.keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = open_keys(path)
    assert again.public_keys() == first.public_keys()
    assert again.mac("offer", b"a") == first.mac("offer", b"a")
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_signature_holds_under_the_public_key_it_names(path: Path) -> None:
    """What is signed verifies by the key of that id; a changed message does not."""
    keys = open_keys(path)
    public = keys.public_keys()[keys.ticket_key_id]
    assert name_key(public) == keys.ticket_key_id
    signature = keys.sign_ticket(b"ticket")
    assert signature == keys.sign_ticket(b"ticket")
    Ed25519PublicKey.from_public_bytes(public).verify(signature, b"ticket")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, b"Ticket")


def test_each_purpose_has_its_own_mac(path: Path) -> None:
    """A MAC of one purpose is none of another, nor of other data."""
    keys = open_keys(path)
    mac = keys.mac("offer", b"data")
    assert keys.is_mac("offer", b"data", mac)
    assert not keys.is_mac("access", b"data", mac)
    assert not keys.is_mac("offer", b"date", mac)
    assert not keys.is_mac("offer", b"data", mac[:-1])


def test_rotation_keeps_what_older_keys_signed(path: Path) -> None:
    """After a rotation new things are signed with new keys and old ones are still known."""
    old = open_keys(path)
    mac = old.mac("offer", b"data")
    new = rotate_keys(path)
    assert new.ticket_key_id != old.ticket_key_id
    assert set(new.public_keys()) == {old.ticket_key_id, new.ticket_key_id}
    assert new.mac("offer", b"data") != mac
    assert new.is_mac("offer", b"data", mac)
    assert not old.is_mac("offer", b"data", new.mac("offer", b"data"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_keys(path).ticket_key_id == new.ticket_key_id


def test_secrets_are_not_shown(path: Path) -> None:
    """Neither the keys' `repr` nor a refusal of a spoiled file holds a secret."""
    keys = open_keys(path)
    text = path.read_text()
    secrets = [piece for piece in text.replace("[", '"').split('"') if len(piece) > 30]
    assert len(secrets) == 2
    assert not any(secret in repr(keys) for secret in secrets)
    with pytest.raises(InvalidInput) as refused:
        read_keys(text.replace('"ticket_seeds"', '"ticket_seed"'), source="ASPAN_KEYS")
    assert not any(secret in str(refused.value) for secret in secrets)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"ticket_seeds":[],"mac_secrets":[]}',
     '{"ticket_seeds":["AAAA"],"mac_secrets":["AAAA"]}',
     '{"ticket_seeds":["?"],"mac_secrets":["?"]}'],
)  # fmt: skip
def test_what_is_no_file_of_keys_is_refused(path: Path, text: str) -> None:
    """A spoiled file is refused by name and never replaced."""
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match="a file of keys"):
        open_keys(path)
    assert path.read_text() == text


def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    """Keys that others may have read are not used."""
    open_keys(path)
    path.chmod(0o640)
    with pytest.raises(InvalidInput, match="chmod 600"):
        open_keys(path)


def test_a_folder_that_is_not_there_is_refused(path: Path) -> None:
    """Where no store can be, no keys are made; a folder is no file of keys."""
    with pytest.raises(InvalidInput, match="a folder that exists"):
        open_keys(path.parent / "none" / "a.keys")
    os.mkdir(path, 0o700)  # noqa: PTH102  with its mode at once
    with pytest.raises(InvalidInput, match="expected a file"):
        open_keys(path)
