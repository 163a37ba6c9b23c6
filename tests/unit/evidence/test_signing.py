"""Keys and signatures: what is signed is what was said, in one spelling only."""

import stat
from pathlib import Path

import msgspec
import pytest

from aspan.evidence.orders import BeginRun
from aspan.evidence.people import PersonId
from aspan.evidence.signing import (
    decode_bytes,
    draw_site_id,
    encode_bytes,
    is_public_key,
    make_key_file,
    read_key_file,
    sign,
    verify,
)
from aspan.primitives.errors import InvalidInput
from ranging import key_of

ORDER = BeginRun(key="k", run_id="RUN1")
SITE = draw_site_id()


def test_any_other_byte_breaks_a_signature() -> None:
    """The signature holds for the bytes signed by that key, and for nothing else."""
    key, other = key_of("dana"), key_of("lena")
    signed = sign(ORDER, SITE, PersonId("dana"), key.private_key)
    assert verify(signed, key.public_key, SITE)
    assert not verify(signed, other.public_key, SITE)
    assert not verify(signed, "no key", SITE)
    assert not verify(
        msgspec.structs.replace(signed, order=signed.order + " "), key.public_key, SITE
    )
    assert not verify(msgspec.structs.replace(signed, signature="A" * 86), key.public_key, SITE)
    assert not verify(signed, key.public_key, draw_site_id()), "signed for this site alone"
    raw = bytearray(decode_bytes(signed.signature, size=64, field="signature"))
    for bit in range(0, 512, 37):
        raw[bit // 8] ^= 1 << bit % 8
        spoilt = msgspec.structs.replace(signed, signature=encode_bytes(bytes(raw)))
        assert not verify(spoilt, key.public_key, SITE)
        raw[bit // 8] ^= 1 << bit % 8


def test_bytes_have_one_spelling() -> None:
    """Padding, other alphabets, white space and stray last bits are refused."""
    text = encode_bytes(bytes(range(200, 232)))
    assert decode_bytes(text, size=32, field="key") == bytes(range(200, 232))
    stray = text[:-1] + chr(ord(text[-1]) + 1)
    spoilt = (text + "=", " " + text, text.replace("_", "/"), text[:-1], stray, text + "é", "")
    for other in spoilt:
        with pytest.raises(InvalidInput):
            decode_bytes(other, size=32, field="key")
        assert not is_public_key(other)
    assert is_public_key(key_of("dana").public_key)


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    """A key file is made once, for its owner's eyes; what it holds signs for the person in it."""
    path = tmp_path / "dana.key.json"
    made = make_key_file(path, person_id=PersonId("dana"), name="Dana", roles=("test_director",))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path) == made
    assert verify(sign(ORDER, SITE, made.person_id, made.private_key), made.person.public_key, SITE)
    with pytest.raises(InvalidInput, match="new file"):
        make_key_file(path, person_id=PersonId("dana"), name="Dana", roles=())
    path.write_text("{}", "utf-8")
    with pytest.raises(InvalidInput, match="key file"):
        read_key_file(path)
    with pytest.raises(InvalidInput, match="No such file"):
        read_key_file(tmp_path / "nobody")
