"""Orders to a provider that is slow, fails, loses and lies: each is done once, and known."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from aspan.faces.sandbox.mischief import LIES, Fate
from aspan.live.payment_http import (
    ATTEMPTS_MAX,
    BACK_OFF_S_MAX,
    HttpPaymentProvider,
    find_back_off_s,
)
from aspan.live.payment_line import ANSWER_BYTES_MAX
from aspan.live.payment_wire import make_checkout_method
from aspan.operations.ports import (
    PaymentAnswer,
    PaymentAwaited,
    PaymentDeclined,
    PaymentDone,
    PaymentUnknown,
)
from aspan.primitives.errors import InvalidInput
from unit.live.scripted_provider import ScriptedProvider, open_scripted


@pytest.fixture
def scripted(tmp_path: Path) -> Iterator[ScriptedProvider]:
    """Return a provider that does as it is told, with one payment authorised and one captured."""
    with open_scripted(tmp_path) as scripted:
        for name in ("PA", "PC"):
            scripted.line.authorise(
                key=f"{name}/authorise", payment_id=name, amount_tiyn=500, method="tok_ok"
            )
        scripted.line.capture(key="PC/capture", payment_id="PC", amount_tiyn=500)
        scripted.met.clear()
        yield scripted


def _order(scripted: ScriptedProvider, kind: str) -> PaymentAnswer:
    line = scripted.line
    match kind:
        case "authorise":
            return line.authorise(
                key="PN/authorise", payment_id="PN", amount_tiyn=500, method="tok_ok"
            )
        case "capture":
            return line.capture(key="PA/capture", payment_id="PA", amount_tiyn=400)
        case "void":
            return line.void(key="PA/void", payment_id="PA", amount_tiyn=500)
        case _:
            return line.refund(key="PC/refund/1", payment_id="PC", amount_tiyn=100)


KINDS = {"authorise": "PN", "capture": "PA", "void": "PA", "refund": "PC"}

BEFALLS = {
    **{lie: Fate(lie=lie) for lie in LIES},
    "fails": Fate(fails=True),
    "lost before": Fate(lost="before"),
    "lost after": Fate(lost="after"),
}


# An authorisation is taken at its word: the capture finds out that it was only claimed.
PAIRS = [(k, f) for k in KINDS for f in BEFALLS if (k, f) != ("authorise", "claimed")]


@pytest.mark.parametrize(("kind", "fate"), PAIRS)
def test_whatever_befalls_an_order_it_is_done_once(
    scripted: ScriptedProvider, kind: str, fate: str
) -> None:
    """A lie, a failure or a loss is seen through by a look-up; the order stands once, as asked."""
    scripted.fates.append(BEFALLS[fate])
    answer = _order(scripted, kind)
    assert isinstance(answer, PaymentDone)
    found = scripted.look(KINDS[kind])
    done = [each for each in found.operations if each.kind == kind and each.state == "done"]
    assert [each.amount_tiyn for each in done] == [answer.amount_tiyn]
    assert f"GET {KINDS[kind]}" in scripted.met


@pytest.mark.parametrize("kind", KINDS)
def test_what_moves_money_is_looked_up_though_all_is_well(
    scripted: ScriptedProvider, kind: str
) -> None:
    """Captures, voids and refunds are confirmed by the books; an authorisation is not."""
    assert isinstance(_order(scripted, kind), PaymentDone)
    assert len(scripted.met) == (1 if kind == "authorise" else 2)
    assert scripted.waits == []


def test_declined_only_if_the_books_say_so(scripted: ScriptedProvider) -> None:
    """A decline is looked up before it is believed, and then it is one."""
    answer = scripted.line.authorise(
        key="PD/authorise", payment_id="PD", amount_tiyn=5, method="tok_insufficient"
    )
    assert isinstance(answer, PaymentDeclined)
    assert answer.reason == "insufficient_funds"
    assert scripted.met == ["PD/authorise", "GET PD"]


def test_tries_are_bounded_and_pauses_grow(scripted: ScriptedProvider) -> None:
    """With nothing but failures it gives up after its attempts, having paused longer each time."""
    scripted.fates.extend([Fate(fails=True)] * 20)
    answer = _order(scripted, "authorise")
    assert isinstance(answer, PaymentUnknown)
    assert not answer.is_mismatch
    assert len(scripted.met) == 2 * ATTEMPTS_MAX
    assert scripted.waits == sorted(scripted.waits)
    assert len(scripted.waits) == ATTEMPTS_MAX - 1
    scripted.fates.clear()
    assert isinstance(_order(scripted, "authorise"), PaymentDone)


def test_back_off_doubles_is_scattered_and_bounded() -> None:
    """Pause n lies in the upper half of 0.1 s doubled n-1 times; keys differ; five seconds cap."""
    for attempt in range(1, 40):
        whole_s = min(BACK_OFF_S_MAX, 0.1 * 2 ** (attempt - 1))
        pauses = {find_back_off_s(1, f"P{n}", attempt) for n in range(20)}
        assert len(pauses) == 20
        assert all(0.5 * whole_s <= pause_s < whole_s for pause_s in pauses)
    assert find_back_off_s(1, "P", 3) == find_back_off_s(1, "P", 3)


def test_another_amount_in_the_books_is_a_mismatch(scripted: ScriptedProvider) -> None:
    """A key that stands in the books with another amount is told as such, and nothing is done."""
    scripted.line.refund(key="PC/refund/1", payment_id="PC", amount_tiyn=100)
    answer = scripted.line.refund(key="PC/refund/1", payment_id="PC", amount_tiyn=200)
    assert isinstance(answer, PaymentUnknown)
    assert answer.is_mismatch
    assert "100 tiyn" in answer.why
    assert scripted.look("PC").refunded_tiyn == 100


def test_a_payer_on_the_page_is_awaited_until_decided(scripted: ScriptedProvider) -> None:
    """The page is told each time, until the payer pays; a late payer finds it declined."""
    method = make_checkout_method("http://127.0.0.1:1/go")

    def ask(name: str) -> PaymentAnswer:
        return scripted.line.authorise(
            key=f"{name}/authorise", payment_id=name, amount_tiyn=5, method=method
        )

    page = ask("PP")
    assert isinstance(page, PaymentAwaited)
    assert ask("PP") == page
    scripted.sandbox.decide(page.provider_ref, pays=True)
    assert isinstance(ask("PP"), PaymentDone)
    ask("PQ")
    scripted.now_ms += 30 * 60_000
    late = ask("PQ")
    assert isinstance(late, PaymentDeclined)
    assert late.reason == "checkout_expired"
    assert scripted.told == ["PP", "PQ"]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"nothing of HTTP\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (ANSWER_BYTES_MAX + 2),
    ],
    ids=["garbage", "cut", "elsewhere", "no http", "hung up", "endless"],
)
def test_what_cannot_be_read_is_no_answer(answer: bytes) -> None:
    """Whatever comes back that is not the protocol is nobody's word; nothing is followed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):
                line, _ = listener.accept()
                with line:
                    line.recv(65_536)
                    line.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        provider = HttpPaymentProvider(address, "key", attempts_max=1, wait=lambda _: False)
        told = provider.capture(key="K", payment_id="P", amount_tiyn=1)
        provider.close()
        thread.join(10)
    assert isinstance(told, PaymentUnknown)
    assert not told.is_mismatch


def test_a_silent_provider_costs_a_bounded_time() -> None:
    """A provider that takes the request and says nothing is given up after the time allowed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        provider = HttpPaymentProvider(
            address, "key", attempts_max=1, timeout_s=0.2, wait=lambda _: False
        )
        told = provider.void(key="K", payment_id="P", amount_tiyn=1)
        provider.close()
    assert isinstance(told, PaymentUnknown)


def test_an_address_that_is_none_is_refused() -> None:
    """Only an http address can be a provider's."""
    for address in ("ftp://x/", "http://", "http://h:port/", "nonsense"):
        with pytest.raises(InvalidInput, match="--payments"):
            HttpPaymentProvider(address, "key")
