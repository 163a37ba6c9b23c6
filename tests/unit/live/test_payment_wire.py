"""Signatures of webhooks: forged, old, replayed or malformed ones are told apart from true ones."""

import stat
from pathlib import Path

import msgspec
import pytest

from aspan.live import payment_wire
from aspan.live.payment_wire import (
    WEBHOOK_AGE_S_MAX,
    WEBHOOK_BYTES_MAX,
    WebhookBody,
    WebhookCheck,
    WebhookRefused,
    derive_keys,
    make_checkout_method,
    open_secret,
    sign_webhook,
)
from aspan.primitives.errors import InvalidInput

SECRET = b"shared"
NOW_S = 1_750_000_000
SAID = WebhookBody(id="w1", type="payment.changed", reference="PABC")
BODY = msgspec.json.encode(SAID)


def _refuse(body: bytes, header: str, now_s: int = NOW_S) -> str:
    answer = WebhookCheck(SECRET).check(body, header, now_s=now_s)
    assert isinstance(answer, WebhookRefused)
    return answer.code


def test_the_signature_is_hmac_sha256_of_time_and_body() -> None:
    """The header is what RFC 2104 gives, checked with figures of another implementation."""
    # printf '1750000000.{}' | openssl dgst -sha256 -hmac shared
    expected = "6fa6aacf6196f1d4f0092d8377720c6d0f52dac29789695cdd971222fc3bcab2"
    assert sign_webhook(SECRET, b"{}", at_s=NOW_S) == f"t={NOW_S},v1={expected}"


def test_a_true_webhook_is_taken_once() -> None:
    """It is taken the first time, a replay the second, and may come again once forgotten."""
    check = WebhookCheck(SECRET)
    header = sign_webhook(SECRET, BODY, at_s=NOW_S)
    assert check.check(BODY, header, now_s=NOW_S + 5) == SAID
    assert check.check(BODY, header, now_s=NOW_S + 6) == WebhookRefused("replayed")
    later = sign_webhook(SECRET, BODY, at_s=NOW_S + 7)
    assert check.check(BODY, later, now_s=NOW_S + 7) == WebhookRefused("replayed")
    check.forget("w1")
    assert check.check(BODY, header, now_s=NOW_S + 8) == SAID


@pytest.mark.parametrize("byte", range(0, len(BODY), 7))
def test_an_altered_body_is_refused(byte: int) -> None:
    """One bit of the body changed anywhere breaks the signature."""
    altered = bytearray(BODY)
    altered[byte] ^= 1
    assert _refuse(bytes(altered), sign_webhook(SECRET, BODY, at_s=NOW_S)) == "bad_signature"


def test_altered_headers_are_refused() -> None:
    """Another time, another secret, no header, another scheme: not believed."""
    good = sign_webhook(SECRET, BODY, at_s=NOW_S)
    for header in (
        good.replace(f"t={NOW_S}", f"t={NOW_S + 1}"),
        sign_webhook(b"other", BODY, at_s=NOW_S),
        "",
        good.replace("v1=", "v0="),
        good.upper(),
        "t=١٢٣,v1=" + "0" * 64,
        f"{good}\nt=1",
    ):
        assert _refuse(BODY, header) == "bad_signature"


@pytest.mark.parametrize(("away_s", "is_stale"), [(0, False), (1, True)])
@pytest.mark.parametrize("sign", [1, -1])
def test_both_sides_of_the_age(away_s: int, is_stale: bool, sign: int) -> None:
    """A webhook is stale a second beyond the age allowed, before or after our clock."""
    header = sign_webhook(SECRET, BODY, at_s=NOW_S)
    now_s = NOW_S + sign * (WEBHOOK_AGE_S_MAX + away_s)
    answer = WebhookCheck(SECRET).check(BODY, header, now_s=now_s)
    assert answer == (WebhookRefused("stale") if is_stale else SAID)


def test_signed_nonsense_is_malformed_and_too_long_is_not_read() -> None:
    """A signed body that is no webhook is refused; one longer than allowed is not looked at."""
    for body in (b"{}", b"\xff", b'{"id":"w","type":"other","reference":"P"}'):
        assert _refuse(body, sign_webhook(SECRET, body, at_s=NOW_S)) == "malformed"
    long = b" " * (WEBHOOK_BYTES_MAX + 1)
    assert _refuse(long, sign_webhook(SECRET, long, at_s=NOW_S)) == "bad_signature"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest is forgotten beyond the limit, and when it is too old to be taken anyway."""
    monkeypatch.setattr(payment_wire, "WEBHOOKS_REMEMBERED_MAX", 3)
    check = WebhookCheck(SECRET)

    def send(name: str, at_s: int) -> WebhookBody | WebhookRefused:
        body = msgspec.json.encode(WebhookBody(id=name, type="payment.changed", reference="P"))
        return check.check(body, sign_webhook(SECRET, body, at_s=at_s), now_s=at_s)

    for n in range(4):
        assert isinstance(send(f"w{n}", NOW_S), WebhookBody)
    assert isinstance(send("w3", NOW_S), WebhookRefused)
    assert isinstance(send("w0", NOW_S), WebhookBody)
    send("later", NOW_S + 3 * WEBHOOK_AGE_S_MAX)
    assert list(check._seen) == ["later"]


def test_the_secret_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is made with mode 600 and read back; one that others may read is refused."""
    path = tmp_path / "secret"
    secret = open_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_secret(path) == secret
    keys = derive_keys(secret)
    assert secret not in (keys.request_key, keys.webhook_secret.decode())
    assert keys.request_key != keys.webhook_secret.decode()
    path.chmod(0o644)
    with pytest.raises(InvalidInput, match="600"):
        open_secret(path)
    path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(InvalidInput, match="64 hexadecimal"):
        open_secret(path)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "http://",
        "http://user@host/",
        "http://host/\r\nX: y",
        "http://[",
        "http://host/" + "x" * 500,
        "http://host/а",
    ],
)
def test_a_browser_is_sent_back_to_plain_addresses_only(address: str) -> None:
    """An address to return to is http or https, plain and short."""
    with pytest.raises(InvalidInput, match="return_url"):
        make_checkout_method(address)
    assert make_checkout_method("https://host:1/a?b=c") == "checkout:https://host:1/a?b=c"
