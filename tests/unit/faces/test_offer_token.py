"""Offer tokens: what goes in comes out, and nothing else does."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aspan.faces.http.offer_token import (
    PREFIX,
    TOKEN_CHARACTERS_MAX,
    Offer,
    from_text,
    read_offer,
    sign_offer,
    to_text,
)
from aspan.faces.http.problem import Problem
from aspan.live.keys import Keys, open_keys
from aspan.primitives.ids import VertiportId
from aspan.world.reliability import WayLeg

UNTIL_MS = 1_000_000
OFFER = Offer(
    valid_until_ms=UNTIL_MS,
    origin=VertiportId("V1"),
    destination=VertiportId("V2"),
    ready_at_ms=2_000_000,
    off_block_at_ms=2_100_000,
    seats=2,
    payload_kg=171.5,
    fare_tiyn=2_390_000,
    origin_lon_deg=76.9,
    origin_lat_deg=43.2,
    destination_lon_deg=77.0,
    destination_lat_deg=43.4,
    egress_ms=600_000,
    cushion_ms=120_000,
    access=(WayLeg("walk", 300_000), WayLeg("wait", 60_000)),
    egress=(WayLeg("ride", 600_000),),
    chance=0.93,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Return the keys of a service."""
    return open_keys(tmp_path_factory.mktemp("keys") / "keys")


def test_an_offer_comes_back_as_it_went_out(keys: Keys) -> None:
    """All that a hold needs is in the token, until its last millisecond."""
    token = sign_offer(OFFER, keys)
    assert read_offer(token, keys, now_ms=UNTIL_MS - 1) == OFFER
    assert len(token) < 1_000


def test_a_stale_offer_says_so(keys: Keys) -> None:
    """From the instant it says, an offer is over."""
    with pytest.raises(Problem, match="stale_offer"):
        read_offer(sign_offer(OFFER, keys), keys, now_ms=UNTIL_MS)


def test_an_offer_of_another_service_is_refused(keys: Keys, tmp_path: Path) -> None:
    """What was signed with other keys is none of ours."""
    foreign = sign_offer(OFFER, open_keys(tmp_path / "keys"))
    with pytest.raises(Problem, match="invalid_offer"):
        read_offer(foreign, keys, now_ms=0)


def test_an_offer_of_another_version_is_refused(keys: Keys) -> None:
    """Signed by us but of another shape, it is refused rather than misread."""
    content = msgspec.msgpack.encode([1, "V1"])
    token = f"{PREFIX}{to_text(content)}.{to_text(keys.mac('offer', content))}"
    with pytest.raises(Problem, match="invalid_offer"):
        read_offer(token, keys, now_ms=0)


@given(position=st.integers(0, 10_000), character=st.characters(codec="ascii"))
def test_no_alteration_gets_through(position: int, character: str) -> None:
    """Whatever character is put wherever, an altered token is refused."""
    token = sign_offer(OFFER, _FixedKeys())
    position %= len(token)
    altered = token[:position] + character + token[position + 1 :]
    if altered != token:
        with pytest.raises(Problem, match="invalid_offer"):
            read_offer(altered, _FixedKeys(), now_ms=0)


@given(text=st.text(max_size=200))
def test_what_is_no_token_is_refused(text: str) -> None:
    """Any text at all is answered, and none is taken."""
    for token in (text, PREFIX + text, f"{PREFIX}{text}.{text}"):
        with pytest.raises(Problem, match="invalid_offer"):
            read_offer(token, _FixedKeys(), now_ms=0)


def test_a_token_too_long_is_not_read(keys: Keys) -> None:
    """Five megabytes are refused before anything is worked out of them."""
    with pytest.raises(Problem, match="invalid_offer"):
        read_offer(PREFIX + "A" * (5 << 20), keys, now_ms=0)
    assert TOKEN_CHARACTERS_MAX < 10_000


@given(raw=st.binary(max_size=60))
def test_bytes_have_one_text(raw: bytes) -> None:
    """Bytes become a text and back; the text is the only one that says so."""
    text = to_text(raw)
    assert from_text(text) == raw
    assert from_text(text + "=") is None
    assert from_text(" " + text) is None


class _FixedKeys:
    """Keys that are the same in every example."""

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return a MAC under a fixed key."""
        import hmac

        return hmac.digest(purpose.encode(), data, "sha256")

    def is_mac(self, purpose: str, data: bytes, mac: bytes) -> bool:
        """Say whether it is that MAC."""
        return self.mac(purpose, data) == mac
