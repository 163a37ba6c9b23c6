"""Partners: who they are, what their tokens allow, how often they may ask."""

from pathlib import Path

import jwt
import pytest

from aspan.faces.http.callers import PAGE_RATE, Callers
from aspan.faces.http.oauth import TOKEN_S, TokenDesk
from aspan.faces.http.partners import (
    SANDBOX_SECRET,
    SCOPES,
    hash_secret,
    is_secret,
    load_partners,
    make_sandbox,
    make_secret,
    read_partners,
)
from aspan.faces.http.problem import Problem
from aspan.faces.http.rate import BUCKETS_MAX, Rate, Rates
from aspan.live.keys import open_keys
from aspan.primitives.errors import InvalidInput

SECRET = "a long secret of ours"
HASH = hash_secret(SECRET, salt=bytes(range(16)))
FILE = f"""
[[partner]]
id = "superapp"
name = "Super App"
secrets = ["{HASH}"]
scopes = ["offers", "bookings"]
rate_per_s = 2.0
"""


class _Clock:
    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


def _desk(clock: _Clock | None = None, secret: bytes = b"k" * 32) -> TokenDesk:
    partners = read_partners(FILE, source="partners.toml")
    return TokenDesk(partners, secret, clock or _Clock())


def test_a_file_of_partners_is_read(tmp_path: Path) -> None:
    """Ids, names, scopes and rates come from the file; the burst is twice the rate if not said."""
    path = tmp_path / "partners.toml"
    path.write_text(FILE, "utf-8")
    (partner,) = load_partners(path).values()
    assert (partner.partner_id, partner.name) == ("superapp", "Super App")
    assert partner.scopes == {"offers", "bookings"}
    assert partner.rate == Rate(per_s=2.0, burst=4)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"superapp"', '"Super App"', "an id of its own"),
        ('"superapp"', '"aspan"', "an id of its own"),
        ('"superapp"', '"sandbox"', "an id of its own"),
        (HASH, SECRET, "hashes as"),
        ('"offers"', '"everything"', "partner[0].scopes"),
        ("rate_per_s = 2.0", "rate_per_s = 0", "rate_per_s"),
        ("name =", "nome =", "nome"),
        ("[[partner]]", "[[partner]", "a file of partners"),
    ],
)
def test_a_file_that_is_none_is_refused(old: str, new: str, said: str) -> None:
    """One line says what is wrong, and never repeats a secret."""
    with pytest.raises(InvalidInput) as refused:
        read_partners(FILE.replace(old, new), source="partners.toml")
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


def test_two_partners_of_one_id_are_refused() -> None:
    """An id stands once in a file."""
    with pytest.raises(InvalidInput, match="an id of its own"):
        read_partners(FILE + FILE, source="partners.toml")


def test_a_secret_is_known_by_its_hash() -> None:
    """Only the secret itself matches; two may be good at once while one is replaced."""
    fresh = make_secret()
    hashes = (HASH, hash_secret(fresh))
    assert is_secret(SECRET, hashes)
    assert is_secret(fresh, hashes)
    assert not is_secret(SECRET + " ", hashes)
    assert not is_secret("", hashes)


def test_a_token_says_who_and_what_for_an_hour() -> None:
    """A token allows what was asked for, until its hour is over to the second."""
    clock = _Clock()
    desk = _desk(clock)
    page = desk.issue("superapp", SECRET, "bookings")
    assert (page.token_type, page.expires_in, page.scope) == ("Bearer", TOKEN_S, "bookings")
    grant = desk.read(page.access_token)
    assert (grant.partner.partner_id, set(grant.scopes)) == ("superapp", {"bookings"})
    clock.now_s += TOKEN_S - 1
    assert desk.read(page.access_token) is grant
    clock.now_s += 1
    with pytest.raises(Problem, match="invalid_token"):
        desk.read(page.access_token)


def test_without_a_scope_all_of_a_partner_s_are_given() -> None:
    """Nothing asked for is everything one has."""
    assert _desk().issue("superapp", SECRET, "").scope == "offers bookings"


@pytest.mark.parametrize(
    ("client_id", "secret", "scope", "code"),
    [
        ("superapp", "wrong", "", "invalid_client"),
        ("nobody", SECRET, "", "invalid_client"),
        ("", "", "", "invalid_client"),
        ("superapp", SECRET, "gate", "invalid_scope"),
        ("superapp", SECRET, "bookings everything", "invalid_scope"),
    ],
)
def test_others_get_no_token(client_id: str, secret: str, scope: str, code: str) -> None:
    """A wrong secret, nobody's name, or a scope beyond one's own is refused."""
    with pytest.raises(Problem, match=code):
        _desk().issue(client_id, secret, scope)


def test_a_token_that_is_not_ours_is_refused() -> None:
    """Altered, signed by others, signed by nobody, without an end, or of one who has left."""
    clock = _Clock()
    desk = _desk(clock)
    good = desk.issue("superapp", SECRET, "").access_token
    claims = {"iss": "aspan", "sub": "superapp", "exp": clock.now_s + 60, "scope": "gate"}
    forged = [
        good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        _desk(clock, b"x" * 32).issue("superapp", SECRET, "").access_token,
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode({**claims, "exp": None}, b"k" * 32, algorithm="HS256"),
        jwt.encode({**claims, "sub": "left"}, b"k" * 32, algorithm="HS256"),
        jwt.encode({**claims, "iss": "other"}, b"k" * 32, algorithm="HS256"),
        "",
        "x" * 10_000,
    ]
    for token in forged:
        with pytest.raises(Problem, match="invalid_token"):
            desk.read(token)


def test_a_scope_taken_from_a_partner_is_gone_from_its_tokens() -> None:
    """A token never allows more than the file does now."""
    claims = {"iss": "aspan", "sub": "superapp", "exp": 1_800_000_060, "scope": "gate offers"}
    token = jwt.encode(claims, b"k" * 32, algorithm="HS256")
    assert _desk().read(token).scopes == {"offers"}


def test_the_sandbox_partner_may_all_but_board() -> None:
    """Everybody knows its secret, so that a twin can be tried in a minute, and opens no gate."""
    sandbox = make_sandbox()
    assert is_secret(SANDBOX_SECRET, sandbox.secrets)
    assert sandbox.scopes == set(SCOPES) - {"gate"}


def test_a_rate_lets_a_burst_through_and_then_its_pace() -> None:
    """A bucket of two empties at the third, says when to come again, and fills with time."""
    rates, rate = Rates(), Rate(per_s=0.5, burst=2)
    assert [rates.take("a", rate, now_s=0.0) for _ in range(3)] == [0, 0, 2]
    assert rates.take("b", rate, now_s=0.0) == 0
    assert rates.take("a", rate, now_s=1.0) == 1
    assert rates.take("a", rate, now_s=2.0) == 0
    assert rates.take("a", rate, now_s=2.0) == 2


def test_buckets_are_bounded() -> None:
    """However many addresses ask, no more buckets are kept than stated."""
    rates, rate = Rates(), Rate(per_s=1.0, burst=1)
    for number in range(BUCKETS_MAX + 50):
        rates.take(str(number), rate, now_s=0.0)
    assert len(rates) == BUCKETS_MAX
    assert rates.take("0", rate, now_s=0.0) == 0


def test_callers_are_told_apart(tmp_path: Path) -> None:
    """A partner owns what it sold; a capability opens one thing of ours; nothing, nothing."""
    desk, signer = _desk(), open_keys(tmp_path / "keys")
    callers = Callers(desk, signer)
    token = desk.issue("superapp", SECRET, "bookings").access_token
    partner = callers.identify(f"Bearer {token}", "10.0.0.1")
    assert partner.owns("B1", "superapp")
    assert not partner.owns("B1", "aspan")
    buyer = callers.identify(f"Bearer {callers.make_capability('B1')}", "10.0.0.1")
    assert buyer.owns("B1", "aspan")
    assert not buyer.owns("B2", "aspan")
    assert not buyer.owns("B1", "superapp")
    assert not callers.identify("", "10.0.0.1").owns("B1", "aspan")
    with pytest.raises(Problem, match="wrong_scope"):
        partner.need("payments")
    buyer.need("payments")


def test_a_capability_opens_nothing_else(tmp_path: Path) -> None:
    """Altered to name another booking, or made elsewhere, it is refused."""
    callers = Callers(_desk(), open_keys(tmp_path / "keys"))
    good = callers.make_capability("B1")
    other = Callers(_desk(), open_keys(tmp_path / "others")).make_capability("B1")
    for token in (good.replace("B1", "B2"), other, good[:-1], "a1.", "a1.B1", "a1.B1.é"):
        with pytest.raises(Problem, match="invalid_token"):
            callers.identify(f"Bearer {token}", "10.0.0.1")
    for header in ("Basic abc", "bearer", "x" * 5000):
        with pytest.raises(Problem, match="invalid_token"):
            callers.identify(header, "10.0.0.1")


def test_whoever_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    """A partner by its own rate, an address by the pages'; one does not slow the other."""
    desk = _desk()
    callers = Callers(desk, open_keys(tmp_path / "keys"))
    bearer = f"Bearer {desk.issue('superapp', SECRET, '').access_token}"
    for _ in range(4):
        callers.identify(bearer, "10.0.0.1")
    with pytest.raises(Problem, match="too_many_requests") as refused:
        callers.identify(bearer, "10.0.0.2")
    assert refused.value.headers["Retry-After"] == "1"
    for _ in range(PAGE_RATE.burst):  # its partner's rate is not its address's
        callers.identify("", "10.0.0.1")
    callers.slow("address/10.0.0.4", Rate(per_s=0.01, burst=1))
    with pytest.raises(Problem, match="too_many_requests"):
        callers.slow("address/10.0.0.4", Rate(per_s=0.01, burst=1))
    callers.identify("", "10.0.0.3")
