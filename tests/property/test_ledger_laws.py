"""Laws of the ledger: every entry and every trial balance sums to nothing, whatever happens."""

from hypothesis import given
from hypothesis import strategies as st

from aspan.booking.ledger import ACCOUNTS, Fact, balance, enter, list_entries

facts = st.builds(
    Fact,
    kind=st.sampled_from(
        ["sold", "earned", "given_back", "fee_kept", "captured", "released", "repaid", "driven"]
    ),
    owner=st.just("B1"),
    at_ms=st.just(0),
    amount_tiyn=st.integers(1, 10**12),
    vat_rate=st.none() | st.floats(0.0, 1.0),
    is_after=st.booleans(),
)


@given(facts)
def test_every_entry_sums_to_nothing(fact: Fact) -> None:
    """Its sides are of accounts that exist, none idle, and the amount stands on one of them."""
    entry = enter(fact)
    assert sum(tiyn for _, tiyn in entry.sides) == 0
    assert len(entry.sides) >= 2
    assert {account for account, _ in entry.sides} <= set(ACCOUNTS)
    assert fact.amount_tiyn in {abs(tiyn) for _, tiyn in entry.sides}


@given(st.lists(facts, max_size=30))
def test_every_trial_balance_sums_to_nothing(many: list[Fact]) -> None:
    """And names every account, in one order."""
    trial = balance(list_entries(many))
    assert trial.is_balanced
    assert trial.entries == len(many)
    assert tuple(trial.balances_tiyn) == ACCOUNTS


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.floats(0.0, 0.5))
def test_a_booking_lived_through_leaves_no_debt(fare: int, back: int, rate: float) -> None:
    """Sold, captured, partly given back and repaid, flown: cash is revenue and tax, all else 0."""
    back = min(back, fare)

    def tell(kind: str, tiyn: int) -> Fact:
        return Fact(kind=kind, owner="B1", at_ms=0, amount_tiyn=tiyn, vat_rate=rate)  # type: ignore[arg-type]

    told = [tell("sold", fare), tell("captured", fare), tell("given_back", back)]
    told += [tell("repaid", back), tell("earned", fare - back)]
    stands = balance(list_entries(told)).balances_tiyn
    assert stands["provider_cash"] == fare - back
    assert -stands["fare_revenue"] - stands["vat_payable"] == fare - back
    open_accounts = ("provider_receivable", "prepaid_fares", "refunds_payable")
    assert [stands[name] for name in open_accounts] == [0, 0, 0]
