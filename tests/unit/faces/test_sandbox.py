"""The sandbox: its page, its books on disk, its mischief, its webhooks."""

import json
import re
import signal
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import httpx
import pytest

from aspan.faces.sandbox.checkout import LANGUAGES, choose_language, format_tenge, read_words
from aspan.faces.sandbox.mischief import LIES, Mischief
from aspan.live.payment_wire import (
    SIGNATURE_HEADER,
    WebhookBody,
    WebhookCheck,
    WebhookRefused,
    make_checkout_method,
)
from aspan.operations.ports import PaymentAwaited, PaymentDone, PaymentFound
from aspan.primitives.errors import InvalidInput
from contract.providers import Sandbox

NOW_S = 1_750_000_000
BACK = "http://127.0.0.1:1/go?payment=1"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Return a sandbox that behaves."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "books.sqlite")
    yield sandbox
    sandbox.end()


def _open_page(sandbox: Sandbox, name: str) -> str:
    provider = sandbox.open_provider(timeout_s=30.0)
    answer = provider.authorise(
        key=f"{name}/authorise",
        payment_id=name,
        amount_tiyn=1_240_050,
        method=make_checkout_method(BACK),
    )
    provider.close()
    assert isinstance(answer, PaymentAwaited)
    return answer.redirect_url


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_in_the_payers_language(sandbox: Sandbox, lang: str) -> None:
    """Amount, two buttons, no script, nothing from elsewhere, and where the form may lead."""
    page = httpx.get(_open_page(sandbox, f"P{lang}"), headers={"Accept-Language": f"{lang},en"})
    assert f'<html lang="{lang}">' in page.text
    assert "12\N{NO-BREAK SPACE}400,50\N{NO-BREAK SPACE}₸" in page.text
    for word in ("pay", "decline", "note", "title"):
        assert read_words()[word][lang] in page.text
    assert len(re.findall("<button", page.text)) == 2
    assert "<script" not in page.text
    assert not re.search(r"(?:src|href)=.https?:", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:1;" in policy


@pytest.mark.parametrize(("choice", "state"), [("pay", "authorised"), ("decline", "declined")])
def test_a_choice_counts_once_and_leads_back(sandbox: Sandbox, choice: str, state: str) -> None:
    """Whoever chose goes back to where they came from; choosing again changes nothing."""
    url = _open_page(sandbox, f"P{choice}")
    for again in (choice, "pay", "decline"):
        answer = httpx.post(url, data={"choice": again})
        assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    provider = sandbox.open_provider(timeout_s=30.0)
    found = provider.find(f"P{choice}")
    provider.close()
    assert isinstance(found, PaymentFound)
    assert found.state == state
    page = httpx.get(url)
    assert "<button" not in page.text
    assert BACK.replace("&", "&amp;") in page.text


def test_what_is_no_page_says_so(sandbox: Sandbox) -> None:
    """An unknown payment is 404, a nonsense choice 400, a long body 413, no key 401."""
    root = sandbox.address
    assert httpx.get(f"{root}/checkout/none?lang=ru").status_code == 404
    url = _open_page(sandbox, "PNO")
    assert httpx.post(url, data={"choice": "maybe"}).status_code == 400
    assert httpx.post(url, content=b"x" * 20_000).status_code == 413
    assert httpx.post(f"{root}/v1/payments", json={}).status_code == 401
    assert httpx.get(f"{root}/nowhere").status_code == 404
    bearer = {"Authorization": f"Bearer {sandbox.keys.request_key}"}
    assert httpx.post(f"{root}/v1/payments", json={}, headers=bearer).status_code == 400
    keyed = bearer | {"Idempotency-Key": "k"}
    for body in (b"{", b'{"amount_tiyn":"5"}', b'{"amount_tiyn":5}', b"\xff"):
        answer = httpx.post(f"{root}/v1/payments", content=body, headers=keyed)
        assert answer.status_code in (400, 422)
    foreign = {"amount_tiyn": 5, "currency": "USD", "reference": "PUSD", "method": "tok_ok"}
    answer = httpx.post(f"{root}/v1/payments", json=foreign, headers=keyed)
    assert answer.json()["operations"][0]["reason"] == "foreign_currency"


def test_mischief_is_changed_while_it_runs(sandbox: Sandbox) -> None:
    """A named share changes alone; nonsense is refused and changes nothing."""
    url = f"{sandbox.address}/sandbox/mischief"
    assert httpx.put(url, json={"decline_share": 1.0}).json()["decline_share"] == 1.0
    for body in ({"decline_share": 1.5}, {"other": 1}, {"slow_ms": -1}):
        assert httpx.put(url, json=body).status_code == 422
    kept = httpx.get(url).json()
    assert (kept["decline_share"], kept["slow_share"]) == (1.0, 0.0)
    httpx.put(url, json={"decline_share": 0.0})


def test_the_books_survive_a_kill(tmp_path: Path) -> None:
    """Killed without warning and begun again, it knows every operation and every key."""
    sandbox = Sandbox(tmp_path / "books.sqlite")
    provider = sandbox.open_provider(timeout_s=30.0)
    done = provider.authorise(key="P/a", payment_id="P", amount_tiyn=9, method="tok_ok")
    provider.capture(key="P/c", payment_id="P", amount_tiyn=8)
    before = sandbox.read_books()
    provider.close()
    sandbox.end(signal.SIGKILL)
    sandbox = Sandbox(tmp_path / "books.sqlite")
    provider = sandbox.open_provider(timeout_s=30.0)
    assert sandbox.read_books() == before
    assert (before["authorised_tiyn"], before["captured_tiyn"]) == (9, 8)
    again = provider.authorise(key="P/a", payment_id="P", amount_tiyn=9, method="tok_ok")
    assert isinstance(done, PaymentDone)
    assert again == done
    provider.close()
    assert sandbox.end() == 0


def test_webhooks_come_signed_until_they_are_taken(tmp_path: Path) -> None:
    """With every webhook lied about or doubled some are forged or stale; each ends up taken."""
    heard: list[tuple[bytes, str]] = []
    news = Condition()
    check: list[WebhookCheck] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            header = self.headers[SIGNATURE_HEADER]
            answer = check[0].check(body, header, now_s=int(header[2:].split(",")[0]))
            is_taken = isinstance(answer, WebhookBody) or answer == WebhookRefused("replayed")
            self.send_response(204 if is_taken else 401)
            self.end_headers()
            if is_taken:
                with news:
                    heard.append((body, header))
                    news.notify_all()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever, daemon=True)
    url = f"http://127.0.0.1:{server.server_port}/hook"
    options = ["--webhook", url, "--double-share", "1", "--lie-share", "0.3", "--seed", "3"]
    sandbox = Sandbox(tmp_path / "books.sqlite", *options)
    check.append(WebhookCheck(sandbox.keys.webhook_secret))
    thread.start()
    provider = sandbox.open_provider(timeout_s=30.0)
    for n in range(4):
        provider.authorise(key=f"P{n}/a", payment_id=f"P{n}", amount_tiyn=9, method="tok_ok")
    provider.close()
    with news:
        assert news.wait_for(lambda: len(heard) >= 8, 60.0)
    server.shutdown()
    server.server_close()
    sandbox.end()
    references = sorted(json.loads(body)["reference"] for body, _ in heard)
    assert references == sorted([f"P{n}" for n in range(4)] * 2)


def test_mischief_is_a_function_of_seed_key_and_attempt() -> None:
    """The same seed gives the same fates, another other ones; shares are kept on the whole."""
    mischief = Mischief(
        seed=5, slow_share=0.2, fail_share=0.1, lie_share=0.3, lost_share=0.2, decline_share=0.1
    )
    names = [f"P{n}/authorise" for n in range(2_000)]

    def fates(of: Mischief, attempt: int = 1) -> list[Any]:
        return [of.choose_fate(n, attempt, is_order=True, moves_money=False) for n in names]

    once = fates(mischief)
    assert once == fates(mischief)
    assert once != fates(mischief, 2)
    assert once != fates(Mischief(**{**json.loads(json.dumps(_plain(mischief))), "seed": 6}))
    share = sum(1 for fate in once if fate.lie) / len(once)
    assert 0.25 < share < 0.35
    assert {fate.lie for fate in once} == {"", *LIES} - {"claimed"}
    assert 0.05 < sum(mischief.declines(name) for name in names) / len(names) < 0.15
    looks = [mischief.choose_fate(n, 1, is_order=False, moves_money=True) for n in names]
    assert {fate.lie for fate in looks} == {""}


def _plain(mischief: Mischief) -> dict[str, Any]:
    return {name: getattr(mischief, name) for name in mischief.__struct_fields__}


@pytest.mark.parametrize(
    "wrong",
    [{"lie_share": 1.01}, {"lie_share": -0.1}, {"slow_ms": 60_001}, {"lost_share": float("nan")}],
)
def test_shares_are_shares(wrong: dict[str, Any]) -> None:
    """What is no share and no time is refused."""
    with pytest.raises(InvalidInput):
        Mischief(**wrong)


def test_words_and_amounts() -> None:
    """Every text is there in three languages; a language asked for wins; amounts read as here."""
    assert all(set(texts) == set(LANGUAGES) for texts in read_words().values())
    assert choose_language("lang=kk", "ru") == "kk"
    assert choose_language("lang=xx", "de, ru;q=0.5") == "ru"
    assert choose_language("", "") == "en"
    assert format_tenge(100) == "1\N{NO-BREAK SPACE}₸"
    assert format_tenge(123_456_705).replace("\N{NO-BREAK SPACE}", " ") == "1 234 567,05 ₸"
