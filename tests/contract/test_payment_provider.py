"""What every provider of payments keeps of the promise, in memory and over HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from aspan.live.payment_wire import make_checkout_method
from aspan.operations.ports import (
    PaymentAbsent,
    PaymentAwaited,
    PaymentDeclined,
    PaymentDone,
    PaymentFound,
    PaymentProvider,
    PaymentUnknown,
)
from aspan.twin.payments import MemoryProvider
from contract.providers import Sandbox


def _authorise(
    provider: PaymentProvider, name: str, amount_tiyn: int = 1_000, method: str = "tok_ok"
) -> PaymentDone:
    answer = provider.authorise(
        key=f"{name}/authorise", payment_id=name, amount_tiyn=amount_tiyn, method=method
    )
    assert isinstance(answer, PaymentDone)
    return answer


class PaymentProviderContract:
    """The port `PaymentProvider`; a subclass says which form is tried."""

    @pytest.fixture
    def provider(self) -> Iterator[PaymentProvider]:
        """Return a provider without mischief."""
        raise NotImplementedError

    def test_a_payment_goes_its_way(self, provider: PaymentProvider) -> None:
        """Authorised, captured in part, refunded twice; the books say so each time."""
        done = _authorise(provider, "PWAY")
        assert done.amount_tiyn == 1_000
        kept = provider.capture(key="PWAY/capture", payment_id="PWAY", amount_tiyn=900)
        assert kept == PaymentDone(provider_ref=done.provider_ref, amount_tiyn=900)
        for number, amount_tiyn in ((1, 300), (2, 600)):
            back = provider.refund(
                key=f"PWAY/refund/{number}", payment_id="PWAY", amount_tiyn=amount_tiyn
            )
            assert back == PaymentDone(provider_ref=done.provider_ref, amount_tiyn=amount_tiyn)
        found = provider.find("PWAY")
        assert isinstance(found, PaymentFound)
        assert (found.state, found.currency) == ("captured", "KZT")
        assert (found.authorised_tiyn, found.captured_tiyn, found.refunded_tiyn) == (1000, 900, 900)
        assert [each.kind for each in found.operations] == [
            "authorise",
            "capture",
            "refund",
            "refund",
        ]

    def test_the_same_key_does_the_same_thing_once(self, provider: PaymentProvider) -> None:
        """Every order sent five times at once is done once, and answered alike each time."""
        with ThreadPoolExecutor(5) as pool:
            first = list(pool.map(lambda _: _authorise(provider, "PONCE"), range(5)))
            second = list(
                pool.map(
                    lambda _: provider.capture(
                        key="PONCE/capture", payment_id="PONCE", amount_tiyn=1_000
                    ),
                    range(5),
                )
            )
        assert len(set(first)) == 1
        assert set(second) == {first[0]}
        found = provider.find("PONCE")
        assert isinstance(found, PaymentFound)
        assert (found.captured_tiyn, len(found.operations)) == (1_000, 2)

    def test_a_key_used_for_something_else_is_a_mismatch(self, provider: PaymentProvider) -> None:
        """The same key with another amount is not done: a person must look."""
        _authorise(provider, "PKEY")
        answer = provider.authorise(
            key="PKEY/authorise", payment_id="PKEY", amount_tiyn=2_000, method="tok_ok"
        )
        assert isinstance(answer, PaymentUnknown)
        assert answer.is_mismatch
        found = provider.find("PKEY")
        assert isinstance(found, PaymentFound)
        assert found.authorised_tiyn == 1_000

    @pytest.mark.parametrize(
        ("method", "reason"),
        [
            ("tok_declined", "declined"),
            ("tok_insufficient", "insufficient_funds"),
            ("tok_other", "unknown_method"),
        ],
    )
    def test_declined_is_declined_again(
        self, provider: PaymentProvider, method: str, reason: str
    ) -> None:
        """A method that is declined gives its reason, the same however often it is asked."""
        name = f"P{method.upper()}"
        for _ in range(2):
            answer = provider.authorise(
                key=f"{name}/authorise", payment_id=name, amount_tiyn=5, method=method
            )
            assert isinstance(answer, PaymentDeclined)
            assert answer.reason == reason

    def test_no_more_is_taken_than_was_set_aside(self, provider: PaymentProvider) -> None:
        """Above what was authorised, twice, after a void, or more back than was taken: declined."""
        _authorise(provider, "PMORE")
        _authorise(provider, "PVOID")
        assert isinstance(
            provider.void(key="PVOID/void", payment_id="PVOID", amount_tiyn=1_000), PaymentDone
        )
        late = provider.capture(key="PVOID/capture", payment_id="PVOID", amount_tiyn=1)
        above = provider.capture(key="PMORE/capture/0", payment_id="PMORE", amount_tiyn=1_001)
        provider.capture(key="PMORE/capture", payment_id="PMORE", amount_tiyn=400)
        again = provider.capture(key="PMORE/capture/2", payment_id="PMORE", amount_tiyn=400)
        void = provider.void(key="PMORE/void", payment_id="PMORE", amount_tiyn=1_000)
        back = provider.refund(key="PMORE/refund/1", payment_id="PMORE", amount_tiyn=401)
        reasons = [
            answer.reason if isinstance(answer, PaymentDeclined) else answer
            for answer in (late, above, again, void, back)
        ]
        assert reasons == [
            "is_voided",
            "above_authorised",
            "is_captured",
            "is_captured",
            "above_captured",
        ]

    def test_what_nobody_asked_for_is_absent(self, provider: PaymentProvider) -> None:
        """A payment that was never asked for is not in the books, and nothing is done with it."""
        assert provider.find("PNONE") == PaymentAbsent()
        answer = provider.refund(key="PNONE/refund/1", payment_id="PNONE", amount_tiyn=5)
        assert isinstance(answer, PaymentDeclined | PaymentUnknown)
        assert provider.find("PNONE") == PaymentAbsent()

    def test_a_payer_or_a_bank_may_be_awaited(self, provider: PaymentProvider) -> None:
        """A checkout names the provider's page; a slow bank names none; both stand in the books."""
        page = provider.authorise(
            key="PPAGE/authorise",
            payment_id="PPAGE",
            amount_tiyn=7,
            method=make_checkout_method("http://127.0.0.1/go?b=1"),
        )
        slow = provider.authorise(
            key="PSLOW/authorise", payment_id="PSLOW", amount_tiyn=7, method="tok_slow"
        )
        assert isinstance(page, PaymentAwaited)
        assert page.redirect_url.endswith(page.provider_ref)
        assert isinstance(slow, PaymentAwaited)
        assert slow.redirect_url == ""
        for name in ("PPAGE", "PSLOW"):
            found = provider.find(name)
            assert isinstance(found, PaymentFound)
            assert (found.state, found.authorised_tiyn) == ("awaiting", 0)


class TestMemoryProvider(PaymentProviderContract):
    """The twin's provider."""

    @pytest.fixture
    def provider(self) -> Iterator[PaymentProvider]:
        """Return a provider in memory."""
        yield from (MemoryProvider(),)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Return a sandbox that behaves."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "books.sqlite")
    yield sandbox
    sandbox.end()


class TestHttpProvider(PaymentProviderContract):
    """The live provider, at a sandbox in a process of its own."""

    @pytest.fixture
    def provider(self, sandbox: Sandbox) -> Iterator[PaymentProvider]:
        """Return our end of the line to it."""
        provider = sandbox.open_provider(timeout_s=30.0)
        yield provider
        provider.close()
